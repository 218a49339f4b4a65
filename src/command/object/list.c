/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: the objects of a linked list, by the offset of its links. src/linux/list.c walks. */
#include <string.h>

#include "base/error.h"
#include "command/object/object_view.h"
#include "command/options.h"
#include "command/table.h"
#include "linux/list.h"

static const struct shape entry_shape = {"{address:x}\n", NULL};
static const struct shape hole_shape = {"{address}\n", NULL};

struct request {
	struct object_view view;
	/* as words, until all are there */
	const char *offset_word, *head_word, *embedded_word, *end_word, *start_word;
	bool external, embedded, reverse; /* -H, -h, -r */
	uint64_t offset;                  /* of the link in an object, or of the next pointer */
	uint64_t head_offset;             /* -O */
	uint64_t struct_offset;           /* -l */
	const struct type *link;          /* type of the link when it was named; NULL unknown */
	uint64_t start, end;
	bool radix_given;
};

/* ---- words ---- */

static bool wrong(struct session *s, const char *message)
{
	out_error(s->out, "%s", message);
	return command_usage(s, &command_list);
}

/* A letter that takes a word, at most once. */
static bool take(struct session *s, const char **to, const char *value, char letter)
{
	if (*to)
		return out_error(s->out, "-%c was already given: %s", letter, *to);
	*to = value;
	return true;
}

static bool take_radix(struct session *s, struct request *r, bool hex)
{
	if (r->radix_given && r->view.hex != hex)
		return out_error(s->out, "-d and -x are mutually exclusive");
	r->radix_given = true;
	r->view.hex = hex;
	return true;
}

static bool take_option(struct session *s, struct request *r, int letter, const char *value)
{
	switch (letter) {
	case 'B': return true;
	case 'H': r->external = true; return true;
	case 'h': r->embedded = true; return true;
	case 'r': r->reverse = true; return true;
	case 'x': return take_radix(s, r, true);
	case 'd': return take_radix(s, r, false);
	case 'o': return take(s, &r->offset_word, value, 'o');
	case 'O': return take(s, &r->head_word, value, 'O');
	case 'l': return take(s, &r->embedded_word, value, 'l');
	case 'e': return take(s, &r->end_word, value, 'e');
	case 's':
	case 'S': return object_view_add(&r->view, value) || out_error(s->out, "%s", fail_text());
	default: return command_usage(s, &command_list);
	}
}

static bool is_number(struct session *s, const char *word)
{
	uint64_t number;

	return parse_number(word, 16, &number) && !session_symbol(s, word, &number);
}

/* Too small for the address of anything in a list. */
static bool is_small(const char *word)
{
	enum { LARGEST_OFFSET = 0xffff };
	uint64_t number;

	return parse_number(word, 16, &number) && number <= LARGEST_OFFSET;
}

/* Is @word an offset without its -o? @other is the second operand, or NULL: "list 136 c169a000". */
static bool is_offset(struct session *s, const struct request *r, const char *word, const char *other)
{
	if (object_offset_named(s, word))
		return true;
	if (!is_number(s, word) || !other || r->offset_word)
		return false;
	if (is_number(s, other))
		return is_small(word) && !is_small(other);
	return !object_offset_named(s, other);
}

/* Two operands of which neither or each is an offset: the one that is nothing at all is the reason. */
static bool ambiguous(struct session *s, char **words)
{
	const struct type *type;
	uint64_t value;

	for (int i = 0; i < 2; i++)
		if (!session_address(s, words[i], &value) && !object_offset(s, words[i], &value, &type))
			return out_error(s->out, "%s", fail_text());
	return out_error(s->out, "which is the offset, which the start? -o is required: %s, %s", words[0],
			 words[1]);
}

/* Operands: an offset that may stand without its -o, and the start. */
static bool take_operands(struct session *s, struct request *r, int n, char **words)
{
	bool offset[2] = {false, false};

	if (n > 2)
		return wrong(s, "too many arguments");
	for (int i = 0; i < n; i++)
		offset[i] = is_offset(s, r, words[i], n == 2 ? words[1 - i] : NULL);
	if (n == 2 && offset[0] == offset[1])
		return ambiguous(s, words);
	for (int i = 0; i < n; i++)
		if (!offset[i])
			r->start_word = words[i];
		else if (!take(s, &r->offset_word, words[i], 'o'))
			return false;
	return r->start_word || wrong(s, "a starting address is required");
}

static bool parse_offsets(struct session *s, struct request *r)
{
	const struct type *unused;

	if (r->offset_word && !object_offset(s, r->offset_word, &r->offset, &r->link))
		return fail_in("-o");
	if (r->head_word && !object_offset(s, r->head_word, &r->head_offset, &unused))
		return fail_in("-O");
	if (r->embedded_word && !object_offset(s, r->embedded_word, &r->struct_offset, &unused))
		return fail_in("-l");
	return session_address(s, r->start_word, &r->start) &&
	       (!r->end_word || session_address(s, r->end_word, &r->end));
}

static bool parse(struct session *s, struct request *r, int argc, char **argv)
{
	struct options o;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "BHhrs:S:e:o:O:xdl:")))
		if (!take_option(s, r, letter, o.value))
			return false;
	if (!take_operands(s, r, argc - o.at, argv + o.at))
		return false;
	if (r->external && r->embedded)
		return wrong(s, "-h and -H are mutually exclusive");
	if (r->embedded_word && !r->view.formats)
		return wrong(s, "-l option can only be used with -s or -S option");
	if (r->embedded_word && r->offset_word)
		return wrong(s, "-l and -o are mutually exclusive");
	if (r->head_word && !r->embedded)
		return wrong(s, "-O option can only be used with -h option");
	return parse_offsets(s, r) || out_error(s->out, "%s", fail_text());
}

/* ---- what kind of list it is ---- */

static bool is_struct(const struct type *t, const char *name)
{
	return t && t->kind == TYPE_STRUCT && t->name && strcmp(t->name, name) == 0;
}

/* Do the pointers lead to links in objects? Else from object to object. */
static bool by_links(const struct request *r)
{
	return r->external || r->embedded || r->reverse;
}

static bool leads_to_links(const struct type *link)
{
	return is_struct(link, "list_head") || is_struct(link, "hlist_node") ||
	       is_struct(link, "hlist_bl_node") || is_struct(link, "hlist_nulls_node") ||
	       is_struct(link, "llist_node");
}

/*
 * -h, -H and -r are for list_heads; but a link that was named says itself what it is, and those that end in
 * a null pointer are walked as such.
 */
static bool describe(struct session *s, const struct request *r, struct list_spec *spec)
{
	const struct type *link = r->link ? type_strip(s->target->types, r->link) : NULL;

	*spec = (struct list_spec){.start = r->start, .has_stop = r->end_word != NULL, .stop = r->end};
	spec->start_is_entry = !r->external && !r->head_word;
	spec->ends = LIST_ENDS_AT_HEAD;
	if (!by_links(r)) {
		spec->next = r->offset;
		spec->ends = LIST_ENDS_ANYHOW;
		if (leads_to_links(link))
			out_note(s->out,
				 "the pointers of %s lead to others of its kind, not to objects: -h or -H "
				 "follows them",
				 r->offset_word);
		return true;
	}
	if (is_struct(link, "hlist_node") || is_struct(link, "hlist_bl_node") ||
	    is_struct(link, "llist_node"))
		spec->ends = LIST_ENDS_IN_NULL;
	else if (is_struct(link, "hlist_nulls_node"))
		spec->ends = LIST_ENDS_IN_ODD;
	spec->head_lock = is_struct(link, "hlist_bl_node") && !spec->start_is_entry;
	if (r->reverse && spec->ends != LIST_ENDS_AT_HEAD)
		return out_error(s->out, "-r is for lists of list_heads: a %s does not lead back",
				 link->name);
	if (r->reverse)
		spec->next = s->target->word_size;
	if (r->head_word)
		spec->start += r->head_offset;
	else if (!r->external)
		spec->start += r->offset;
	return true;
}

/* ---- the walk ---- */

static void show_entry(struct session *s, struct request *r, uint64_t object)
{
	rec_begin(s->out, &entry_shape);
	put_addr(s->out, "address", object);
	object_view_show(&r->view, object - r->struct_offset);
	rec_end(s->out);
	object_view_forget(&r->view);
}

/* In the place of an entry that cannot be known. */
static void show_hole(struct session *s, const char *why)
{
	rec_begin(s->out, &hole_shape);
	put_missing(s->out, "address", why);
	rec_end(s->out);
}

static bool show(struct session *s, struct request *r, const struct list_spec *spec)
{
	uint64_t link_offset = by_links(r) ? r->offset : 0, mask = target_word_mask(s->target), link;
	struct list_iter it;
	bool good;

	list_open(&it, s->target, spec);
	list_begin(s->out, "entries");
	while (!out_broken(s->out) && list_next(&it, &link)) {
		uint64_t object = (link - link_offset) & mask;

		if (r->end_word && object == r->end)
			break;
		show_entry(s, r, object);
	}
	if (list_reason(&it))
		show_hole(s, list_reason(&it));
	list_end(s->out);
	good = list_close(&it);
	if (good && !it.n && !spec->start_is_entry)
		out_title(s->out, "(empty)");
	if (good)
		return true;
	out_error(s->out, "%s", fail_text());
	if (by_links(r) && !r->reverse && spec->ends == LIST_ENDS_AT_HEAD &&
	    (it.outcome != LIST_UNREADABLE || it.at != spec->start))
		out_note(s->out, "-r follows the list from its other end");
	return false;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct request r = {0};
	struct list_spec spec;

	if (!session_kernel(s))
		return false;
	object_view_init(&r.view, s);
	return parse(s, &r, argc, argv) && describe(s, &r, &spec) && show(s, &r, &spec);
}

#define TEXT                                                                                                 \
	"  Follows a list and shows the address of each object in it, and with -s what\n"                    \
	"  the objects hold. Without -h, -H or -r the pointers lead from object to\n"                        \
	"  object, and the list ends in a null pointer, in an object that points to\n"                       \
	"  itself, at the start or at what the start points to. A list that is damaged\n"                    \
	"  or not wholly in the dump is shown as far as it goes, and then why it goes no\n"                  \
	"  further.\n"                                                                                       \
	"    start       address, symbol or expression: the first object of the list\n"                      \
	"    -H start    the head of a list of list_heads, which is in no object of it\n"                    \
	"    -h start    an object that has a list_head of the list in it: any of them\n"                    \
	"    -O offset   with -h: the list_head in that object is a head, and lies here;\n"                  \
	"                the object itself is not part of the list\n"                                        \
	"    -o offset   where the link is in the objects: bytes, or structure.member,\n"                    \
	"                for which -o may be left out\n"                                                     \
	"    -r          backwards, by prev; without -H as with -h\n"                                        \
	"    -e end      the list ends at this address too, which is not shown\n"                            \
	"    -s struct[.member,...]  show this of every object; may be given several\n"                      \
	"                times. A member may be a path: se.on_rq, cpus[1]\n"                                 \
	"    -S struct[.member,...]  the same\n"                                                             \
	"    -l offset   with -s: the start is a link, and here it is in the structure\n"                    \
	"    -x, -d      numbers in hexadecimal, in decimal\n"                                               \
	"    -B          accepted; circles are always found\n"                                               \
	"  A link named as structure.member may also be an hlist_node, hlist_bl_node,\n"                     \
	"  hlist_nulls_node or llist_node: -H and -h then end where such lists end.\n"

const struct command command_list = {
	.name = "list",
	.summary = "the objects of a linked list",
	.synopsis = "[[-o] offset] [-e end] [-s|-S struct[.member[,member]] [-l offset]] [-x|-d]\n"
		    "       [-r|-B] [-h [-O head_offset]|-H] start",
	.help = TEXT,
	.example = "  inquest> list -H modules module.list\n"
		   "  ffffffffc028f9c0\n"
		   "  ffffffffc0268100\n"
		   "  ffffffffc02632c0\n"
		   "  inquest> list task_struct.tasks -s task_struct.pid,comm -h init_task\n"
		   "  ffffffff8821aa40\n"
		   "    pid = 0,\n"
		   "    comm = \"swapper/0\\000\\000\\000\\000\\000\\000\",\n"
		   "  ff141d0f811f20c0\n"
		   "    pid = 1,\n"
		   "    comm = \"init\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\",\n"
		   "  inquest> list file_system_type.next (*&file_systems)\n"
		   "  ffffffff88381ae0\n"
		   "  ffffffff8834ef00\n",
	.flags = 0,
	.run = run,
};
