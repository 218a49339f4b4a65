/* SPDX-License-Identifier: GPL-2.0-or-later */
/* struct, union and *: definitions. struct_show.c has the contents. */
#include "command/object/struct.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command/cpuspec.h"
#include "command/options.h"
#include "command/table.h"
#include "type/declare.h"

/* ---- words ---- */

static const char *skip_keyword(const char *word)
{
	static const char *const keywords[] = {"struct ", "union ", "enum "};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strncmp(word, keywords[i], strlen(keywords[i])) == 0)
			return word + strlen(keywords[i]);
	return word;
}

bool struct_parse_name(struct session *s, const char *word, struct struct_request *r)
{
	struct types *ts = s->target->types;
	const struct type *base;
	const char *dot, *at;
	struct type_place place;
	size_t n = 1;

	word = skip_keyword(word);
	dot = strchr(word, '.');
	r->name = dot ? arena_strndup(&s->scratch, word, (size_t)(dot - word)) : word;
	r->type = type_find_any(ts, r->name);
	if (!r->type)
		return fail("invalid data structure reference: %s", r->name);
	base = type_strip(ts, r->type);
	r->is_union = base->kind == TYPE_UNION;
	if (!dot)
		return true;
	for (at = dot + 1; *at; at++)
		n += *at == ',';
	r->members = arena_new_n(&s->scratch, n, const char *);
	for (at = dot + 1; *at; at += *at == ',') {
		size_t length = strcspn(at, ",");
		char *member = arena_strndup(&s->scratch, at, length);

		if (!type_path(ts, base, member, &place))
			return fail_in("invalid data structure member reference: %s.%s", r->name, member);
		r->members[r->n_members++] = member;
		at += length;
	}
	return r->n_members || fail("no member after %s.", r->name);
}

/* -l offset or -l structure.member: the address given is that of this member. */
static bool parse_offset(struct session *s, const char *word, uint64_t *offset)
{
	struct struct_request r = {0};
	struct type_place place;

	if (isdigit((unsigned char)*word))
		return session_number(s, word, offset);
	if (!struct_parse_name(s, word, &r))
		return false;
	if (r.n_members != 1)
		return fail("-l takes one member: %s", word);
	if (!type_path(s->target->types, type_strip(s->target->types, r.type), r.members[0], &place))
		return false;
	*offset = place.bit_offset / 8;
	return true;
}

/* "symbol:1,3-5", "symbol:a", "symbol:": cut off the list of CPUs; NULL when there is none. */
static const char *cut_cpus(char *word)
{
	char *colon = strrchr(word, ':');

	if (!colon || (strspn(colon + 1, "0123456789,-") != strlen(colon + 1) &&
		       strcmp(colon + 1, "a") != 0 && strcmp(colon + 1, "all") != 0))
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static bool parse_address(struct session *s, const char *given, struct struct_request *r)
{
	char *word = arena_strdup(&s->scratch, given);
	const char *cpus = *word == '(' ? NULL : cut_cpus(word);
	uint8_t *list;

	r->has_address = true;
	if (cpus) {
		if (!cpuspec_parse(s, cpus, &list, &r->n_cpus))
			return false;
		r->cpus = list;
	}
	return session_address(s, word, &r->address);
}

static bool parse_count(struct session *s, const char *word, struct struct_request *r)
{
	uint64_t n;

	if (!session_number(s, *word == '-' ? word + 1 : word, &n))
		return false;
	if (!n || n > INT32_MAX)
		return fail("invalid count: %s", word);
	r->count = *word == '-' ? -(int64_t)n : (int64_t)n;
	return true;
}

/* ---- definitions ---- */

static const struct shape definition_shape = {"{definition}\n", NULL};

static void define_members(struct session *s, const struct type *t)
{
	const struct type_member *list;
	struct text declared = {0};
	size_t n = 0;

	type_members(s->target->types, t, &list, &n);
	list_begin(s->out, "members");
	for (size_t i = 0; i < n; i++) {
		rec_begin(s->out, NULL);
		put_str(s->out, "name", list[i].name);
		text_clear(&declared);
		type_declare(s->target->types, list[i].type, NULL, &declared);
		put_str(s->out, "type", text_str(&declared));
		put_u64(s->out, "offset", list[i].bit_offset / 8);
		put_u64(s->out, "size", type_size(s->target->types, list[i].type));
		if (list[i].bit_size) {
			put_u64(s->out, "bit_offset", list[i].bit_offset);
			put_u64(s->out, "bit_size", list[i].bit_size);
		}
		rec_end(s->out);
	}
	list_end(s->out);
	text_free(&declared);
}

static void define_one(struct session *s, const struct struct_request *r, const char *only)
{
	const struct type_define_options options = {.offsets = r->offsets || only,
						    .hex = r->hex,
						    .address = r->has_address ? r->address : 0,
						    .only = only};
	const struct type *base = type_strip(s->target->types, r->type);
	struct type_place place;
	struct text text = {0}, declared = {0};

	type_define(s->target->types, r->type, &options, &text);
	rec_begin(s->out, &definition_shape);
	put_str(s->out, "name", r->name);
	put_str(s->out, "source", type_source_name(base));
	put_str(s->out, "definition", text_str(&text));
	if (only && type_path(s->target->types, base, only, &place)) {
		type_declare(s->target->types, place.type, NULL, &declared);
		put_str(s->out, "member", only);
		put_str(s->out, "type", text_str(&declared));
		put_u64(s->out, "offset", place.bit_offset / 8);
		if (place.bit_size)
			put_u64(s->out, "bit_size", place.bit_size);
	} else {
		put_u64(s->out, "size", type_size(s->target->types, r->type));
		if (base->kind == TYPE_STRUCT || base->kind == TYPE_UNION)
			define_members(s, base);
	}
	rec_end(s->out);
	text_free(&text);
	text_free(&declared);
}

void struct_define(struct session *s, const struct struct_request *r)
{
	list_begin(s->out, "types");
	if (!r->n_members)
		define_one(s, r, NULL);
	for (size_t i = 0; i < r->n_members; i++)
		define_one(s, r, r->members[i]);
	list_end(s->out);
}

/* ---- the commands ---- */

static bool run(struct session *s, int argc, char **argv, const struct command *c)
{
	struct struct_request r = {.count = 1, .hex = s->settings.radix == 16};
	const char *words[4] = {0}, *embedded = NULL, *count = NULL;
	struct options o;
	uint64_t offset = 0;
	size_t n = 0;
	int letter;

	if (!session_kernel(s))
		return false;
	options_init(&o, argc, argv);
	/* options may stand behind the name too: "struct file -o" */
	while ((letter = option_next(&o, "orufxdphl:c:")) || o.at < argc) {
		switch (letter) {
		case 'o': r.offsets = true; break;
		case 'r': r.raw = true; break;
		case 'u': r.user = true; break;
		case 'f': r.file = true; break;
		case 'x':
		case 'h': r.hex = true; break;
		case 'd': r.hex = false; break;
		case 'p': r.follow = true; break;
		case 'l': embedded = o.value; break;
		case 'c': count = o.value; break;
		case 0:
			if (n == 4)
				return command_usage(s, c);
			words[n++] = argv[o.at++];
			break;
		default: return command_usage(s, c);
		}
	}
	if (n > 1 && (strcmp(words[0], "struct") == 0 || strcmp(words[0], "union") == 0)) {
		memmove(words, words + 1, sizeof(words) - sizeof(words[0]));
		n--;
	}
	if (!n || n > 3)
		return command_usage(s, c);
	if (n == 3)
		count = words[2];
	if (!struct_parse_name(s, words[0], &r) || (n > 1 && !parse_address(s, words[1], &r)) ||
	    (count && !parse_count(s, count, &r)) || (embedded && !parse_offset(s, embedded, &offset)))
		return out_error(s->out, "%s", fail_text());
	r.address -= offset;
	if (r.offsets || !r.has_address) {
		struct_define(s, &r);
		return true;
	}
	return struct_contents(s, &r);
}

static bool run_struct(struct session *s, int argc, char **argv)
{
	return run(s, argc, argv, &command_struct);
}

static bool run_union(struct session *s, int argc, char **argv)
{
	return run(s, argc, argv, &command_union);
}

static bool run_star(struct session *s, int argc, char **argv)
{
	return run(s, argc, argv, &command_star);
}

#define SYNOPSIS                                                                                             \
	"name[.member[,member]] [-o] [-l offset] [-r] [-u | -f] [-x | -d] [-p]\n"                            \
	"     [address[:cpus]] [[-c] count]"
#define OPTIONS                                                                                              \
	"    name.member  only these members; a path such as se.vruntime or cpus[1] is one\n"                \
	"    address      a number, symbol, symbol+offset or (expression)\n"                                 \
	"    :cpus        for a per-CPU symbol: a list of CPUs, \"a\" for all, none for the\n"               \
	"                 current one\n"                                                                     \
	"    count        so many in a row; negative: and those before the address\n"                        \
	"    -o           offsets of the members; addresses when an address is given\n"                      \
	"    -l offset    the address is that of an embedded member: its offset, or\n"                       \
	"                 structure.member\n"                                                                \
	"    -r           the bytes of the structure, or of each member\n"                                   \
	"    -u, -f       the address is one of the current task's user space, an offset in\n"               \
	"                 the dump file\n"                                                                   \
	"    -x, -d       numbers in hexadecimal, in decimal\n"                                              \
	"    -p           also show what the members that are pointers point to\n"

const struct command command_struct = {
	.name = "struct",
	.summary = "definition of a structure, or its contents in memory",
	.synopsis = SYNOPSIS,
	.help = "  Without an address, shows how the structure is defined; with one, what it "
		"holds.\n" OPTIONS,
	.example = "  inquest> struct task_struct.pid,comm init_task\n"
		   "    pid = 0,\n"
		   "    comm = \"swapper/0\\000\\000\\000\\000\\000\\000\",\n"
		   "  inquest> struct list_head init_task.tasks\n"
		   "  struct list_head {\n"
		   "    next = 0xff48cb19011f2950,\n"
		   "    prev = 0xff48cb190247ca10\n"
		   "  }\n"
		   "  inquest> struct file.f_op,f_pos\n"
		   "  struct file {\n"
		   "     [40] const struct file_operations *f_op;\n"
		   "  }\n"
		   "  \n"
		   "  struct file {\n"
		   "    [104] loff_t f_pos;\n"
		   "  }\n",
	.flags = 0,
	.run = run_struct,
};

const struct command command_union = {
	.name = "union",
	.summary = "definition of a union, or its contents in memory",
	.synopsis = SYNOPSIS,
	.help = "  As struct, for unions.\n" OPTIONS,
	.example = "  inquest> union sigval\n"
		   "  union sigval {\n"
		   "      int sival_int;\n"
		   "      void *sival_ptr;\n"
		   "  }\n"
		   "  SIZE: 8\n",
	.flags = 0,
	.run = run_union,
};

const struct command command_star = {
	.name = "*",
	.summary = "short for struct and union",
	.synopsis = SYNOPSIS,
	.help = "  As struct; the blank behind the * may be left out: \"*page ffffdcf911400000\".\n" OPTIONS,
	.example = "  inquest> * task_struct.pid,tgid init_task\n"
		   "    pid = 0,\n"
		   "    tgid = 0,\n",
	.flags = 0,
	.run = run_star,
};
