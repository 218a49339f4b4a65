/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be set: crash's variables, and ours. Start-up files written for crash set what has no meaning
 * here: that is taken, kept and shown, with a word on what happens instead.
 */
#include "command/variables.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

struct variable {
	const char *name;
	size_t offset; /* in struct settings */
	/* From a word, at its place; false with a message. */
	bool (*take)(struct session *s, void *at, const char *word);
	/* The value, and perhaps a note, into the open record. */
	void (*put)(struct session *s, const void *at);
	const char *instead; /* what is done here, where it changes nothing; NULL: it does */
};

/* ---- kinds of values ---- */

static bool one_of(const char *word, const char *no, const char *yes, bool *flag)
{
	if (strcmp(word, yes) != 0 && strcmp(word, no) != 0)
		return fail("%s or %s, not \"%s\"", no, yes, word);
	*flag = strcmp(word, yes) == 0;
	return true;
}

static bool take_flag(struct session *s, void *at, const char *word)
{
	(void)s;
	return one_of(word, "off", "on", at);
}

static void put_flag(struct session *s, const void *at)
{
	put_str(s->out, "value", *(const bool *)at ? "on" : "off");
}

static bool take_hidden(struct session *s, void *at, const char *word)
{
	(void)s;
	return one_of(word, "show", "hide", at);
}

static void put_hidden(struct session *s, const void *at)
{
	put_str(s->out, "value", *(const bool *)at ? "hide" : "show");
}

static bool take_radix(struct session *s, void *at, const char *word)
{
	unsigned *radix = at;

	(void)s;
	if (strcmp(word, "16") == 0 || strncmp(word, "hex", 3) == 0)
		*radix = 16;
	else if (strcmp(word, "10") == 0 || strncmp(word, "dec", 3) == 0)
		*radix = 10;
	else
		return fail("10 or 16, not \"%s\"", word);
	return true;
}

static void put_radix(struct session *s, const void *at)
{
	unsigned radix = *(const unsigned *)at;

	put_u64(s->out, "value", radix);
	put_str(s->out, "note", radix == 16 ? "hexadecimal" : "decimal");
}

static bool take_count(struct session *s, void *at, const char *word)
{
	uint64_t number;

	if (!session_number(s, word, &number))
		return false;
	if (number > 1000000)
		return fail("at most 1000000");
	*(unsigned *)at = (unsigned)number;
	return true;
}

static void put_count(struct session *s, const void *at)
{
	put_u64(s->out, "value", *(const unsigned *)at);
}

static bool take_text(struct session *s, void *at, const char *word)
{
	*(const char **)at = arena_strdup(&s->arena, word);
	return true;
}

static void put_text(struct session *s, const void *at)
{
	const char *text = *(const char *const *)at;

	put_str(s->out, "value", text ? text : "(not set)");
}

/* ---- those with ways of their own ---- */

static bool take_scroll(struct session *s, void *at, const char *word)
{
	struct settings *settings = &s->settings;

	if (strcmp(word, "less") == 0 || strcmp(word, "more") == 0)
		settings->pager = word[0] == 'l' ? "less" : "more";
	else if (strcmp(word, "CRASHPAGER") == 0)
		settings->pager = NULL;
	else
		return one_of(word, "off", "on", at);
	*(bool *)at = true;
	return true;
}

static void put_scroll(struct session *s, const void *at)
{
	put_flag(s, at);
	put_str(s->out, "note", s->settings.pager);
}

static bool take_debug(struct session *s, void *at, const char *word)
{
	if (!take_count(s, at, word))
		return false;
	s->settings.verbose = s->settings.debug > 0;
	return true;
}

static void put_namelist(struct session *s, const void *at)
{
	const char *path = s->target ? s->target->vmlinux_path : NULL;

	(void)at;
	put_str(s->out, "value", path ? path : "(not set)");
}

static bool take_scope(struct session *s, void *at, const char *word)
{
	uint64_t address;

	if (!session_address(s, word, &address))
		return false;
	*(uint64_t *)at = address;
	return true;
}

static void put_scope(struct session *s, const void *at)
{
	uint64_t address = *(const uint64_t *)at, offset;
	const struct symbol *symbol =
		address && s->target ? symbol_at(s->target->symbols, address, &offset) : NULL;

	if (!address) {
		put_str(s->out, "value", "(not set)");
		return;
	}
	put_hex(s->out, "value", address);
	put_str(s->out, "note", symbol ? symbol->name : NULL);
}

static bool take_error(struct session *s, void *at, const char *word)
{
	enum out_messages where = strcmp(word, "default") == 0    ? MESSAGES_DEFAULT
				  : strcmp(word, "redirect") == 0 ? MESSAGES_REDIRECT
								  : MESSAGES_FILE;
	int fd = -1;

	if (where == MESSAGES_FILE) {
		fd = open(word, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
		if (fd < 0)
			return fail("cannot open %s: %s", word, strerror(errno));
	}
	out_messages(s->out, where, fd);
	return take_text(s, at, word);
}

static void put_error(struct session *s, const void *at)
{
	const char *text = *(const char *const *)at;

	put_str(s->out, "value", text ? text : "default");
}

static bool take_edit(struct session *s, void *at, const char *word)
{
	bool vi = false;

	(void)s;
	if (!one_of(word, "emacs", "vi", &vi))
		return false;
	*(enum edit_mode *)at = vi ? EDIT_VI : EDIT_EMACS;
	return true;
}

static void put_edit(struct session *s, const void *at)
{
	enum edit_mode mode = *(const enum edit_mode *)at;

	put_str(s->out, "value",
		mode == EDIT_VI      ? "vi"
		: mode == EDIT_EMACS ? "emacs"
				     : "as ~/.inputrc says");
}

/* ---- the table ---- */

#define AT(member) offsetof(struct settings, member)

static const struct variable variables[] = {
	{"scroll", AT(scroll), take_scroll, put_scroll, NULL},
	{"radix", AT(radix), take_radix, put_radix, NULL},
	{"refresh", AT(refresh), take_flag, put_flag, "the tasks of a live kernel are read once"},
	{"print_max", AT(print_max), take_count, put_count, NULL},
	{"print_array", AT(print_array), take_flag, put_flag, NULL},
	{"console", AT(console), take_text, put_text, "messages go to standard error"},
	{"debug", AT(debug), take_debug, put_count, NULL},
	{"core", AT(core), take_flag, put_flag, "an error is a message, and no more"},
	{"hash", AT(hash), take_flag, put_flag, "lists are always checked for loops"},
	{"silent", AT(silent), take_flag, put_flag, NULL},
	{"namelist", AT(namelist), take_text, put_namelist, "the kernel is named on the command line"},
	{"zero_excluded", AT(zero_excluded), take_flag, put_flag, NULL},
	{"null-stop", AT(null_stop), take_flag, put_flag, NULL},
	{"gdb", AT(gdb), take_flag, put_flag, "gdb's words are commands like others"},
	{"scope", AT(scope), take_scope, put_scope, "types are looked up in the whole kernel"},
	{"offline", AT(offline_hide), take_hidden, put_hidden, NULL},
	{"redzone", AT(redzone), take_flag, put_flag, "slab objects begin where their users see them"},
	{"error", AT(error), take_error, put_error, NULL},
	{"verbose", AT(verbose), take_flag, put_flag, NULL},
	{"edit", AT(edit), take_edit, put_edit, NULL},
	{"src", AT(source_dir), take_text, put_text, NULL},
	{"color", AT(colour), take_flag, put_flag, NULL},
};
enum { N_VARIABLES = sizeof(variables) / sizeof(variables[0]) };

static const struct shape list_shape = {
	"{name:>14}: {value}{?note} ({note}){/}{?instead}  [no effect: {instead}]{/}\n", NULL};
static const struct shape one_shape = {
	"{name}: {value}{?note} ({note}){/}{?instead}  [no effect: {instead}]{/}\n", NULL};

static void show(struct session *s, const struct variable *v, const struct shape *shape)
{
	rec_begin(s->out, shape);
	put_str(s->out, "name", v->name);
	v->put(s, (const char *)&s->settings + v->offset);
	put_str(s->out, "instead", v->instead);
	rec_end(s->out);
}

const struct variable *variable_find(const char *name)
{
	for (size_t i = 0; i < N_VARIABLES; i++)
		if (strcmp(variables[i].name, name) == 0)
			return &variables[i];
	return NULL;
}

const char *variable_name(size_t i)
{
	return i < N_VARIABLES ? variables[i].name : NULL;
}

bool variable_set(struct session *s, const struct variable *v, const char *word)
{
	return v->take(s, (char *)&s->settings + v->offset, word) ||
	       out_error(s->out, "%s: %s", v->name, fail_text());
}

void variable_show(struct session *s, const struct variable *v)
{
	show(s, v, &one_shape);
}

void variables_show(struct session *s)
{
	list_begin(s->out, "variables");
	for (size_t i = 0; i < N_VARIABLES; i++)
		show(s, &variables[i], &list_shape);
	list_end(s->out);
}
