/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which names a word may be completed from: its command's synopsis says what may stand there. */
#include "command/complete/complete.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command/command.h"
#include "command/complete/complete_private.h"

/* Words of synopses, and what they stand for. */
static const struct meaning {
	const char *word;
	unsigned kinds;
} meanings[] = {
	{"pid", NAMES_PIDS},       {"task", NAMES_PIDS},          {"command", NAMES_COMMANDS | NAMES_ALIASES},
	{"module", NAMES_MODULES}, {"file", NAMES_FILES},         {"dir", NAMES_FILES},
	{"struct", NAMES_TYPES},   {"union", NAMES_TYPES},        {"structure", NAMES_TYPES},
	{"type", NAMES_TYPES},     {"variable", NAMES_VARIABLES}, {"member", NAMES_MEMBERS},
	{"symbol", NAMES_SYMBOLS}, {"address", NAMES_SYMBOLS},    {"expression", NAMES_SYMBOLS},
	{"start", NAMES_SYMBOLS},  {"end", NAMES_SYMBOLS},        {"value", NAMES_SYMBOLS},
};

/* Commands whose synopsis says it in other words. */
static const struct special {
	const char *command;
	unsigned kinds;
	const char *words; /* that stand for themselves */
} specials[] = {
	{"alias", NAMES_ALIASES | NAMES_COMMANDS, ""},
	{"foreach", NAMES_PIDS | NAMES_TASKS | NAMES_COMMANDS, "active gleader kernel user"},
	{"gdb", NAMES_COMMANDS | NAMES_SYMBOLS, ""},
	{"help", NAMES_COMMANDS | NAMES_ALIASES, "all input"},
	{"mod", NAMES_FILES, ""},
	{"ps", NAMES_PIDS | NAMES_TASKS, ""},
	{"sys", 0, "config"},
	{"whatis", NAMES_TYPES | NAMES_SYMBOLS, ""},
	{"set", NAMES_PIDS | NAMES_VARIABLES, "on off"},
	{"*", NAMES_STRUCTURE, ""},
	{"struct", NAMES_STRUCTURE, ""},
	{"union", NAMES_STRUCTURE, ""},
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static unsigned meaning_of(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strncmp(meanings[i].word, word, n) == 0 && meanings[i].word[n] == '\0')
			return meanings[i].kinds;
	return 0;
}

/* Words of letters in @at, up to @end, together. */
static unsigned meanings_in(const char *at, const char *end)
{
	unsigned kinds = 0;

	while (at < end) {
		size_t n = 0;

		while (at + n < end && (is_name(at[n])))
			n++;
		kinds |= n ? meaning_of(at, n) : 0;
		at += n + 1;
	}
	return kinds;
}

/* The next option "-x" of a synopsis at or after @at; its letters are *@n long. */
static const char *next_option(const char *synopsis, const char *at, size_t *n)
{
	for (; *at; at++) {
		if (*at != '-' || (at > synopsis && !strchr(" [|(\n", at[-1])))
			continue;
		*n = 0;
		while (isalnum((unsigned char)at[*n + 1]))
			++*n;
		if (*n && *n < 4)
			return at;
	}
	return NULL;
}

/*
 * The kinds of the first value at @at, which may have alternatives: "pid | task". Those that mean nothing
 * stand for themselves: "radix|xarray".
 */
static unsigned first_meaning(const char *at, struct words *w)
{
	unsigned kinds = 0;

	for (;;) {
		size_t n = 0, sign;

		while (is_name(at[n]))
			n++;
		sign = strncmp(at + n, " | ", 3) == 0 ? 3 : at[n] == '|';
		if (meaning_of(at, n))
			kinds |= meaning_of(at, n);
		else if (sign == 1 || w->list.n)
			words_add(w, arena_strndup(w->arena, at, n));
		if (!sign || !is_name(at[n + sign]))
			return kinds;
		at += n + sign;
	}
}

/* What follows an option before the next one or its bracket's end is its value; the rest are operands. */
static const char *value_end(const char *at)
{
	unsigned depth = 0;

	for (; *at; at++) {
		if (*at == '[')
			depth++;
		else if (*at == ']' && !depth--)
			break;
		else if (*at == '|' && at[1] == '-')
			break;
	}
	return at;
}

/* What may be the value of the option that @before ends in ("-s", "-xs"); false: it takes none. */
static bool option_value(const struct command *c, const char *before, size_t length, unsigned *kinds,
			 struct words *w)
{
	const char *at = c->synopsis;
	size_t n;

	if (length < 2 || before[0] != '-')
		return false;
	while ((at = next_option(c->synopsis, at, &n))) {
		const char *value = at + 1 + n;

		/* "-s|-S value" is about both */
		while (value[0] == '|' && value[1] == '-' && isalnum((unsigned char)value[2]) &&
		       !isalnum((unsigned char)value[3]))
			value += 3;
		if (at[1] == before[length - 1] && n == 1 && value[0] == ' ' && is_name(value[1])) {
			*kinds = first_meaning(value + 1, w);
			return true;
		}
		at += n;
	}
	return false;
}

/* What may stand where no option's value does. */
static unsigned operands(const struct command *c, struct words *w)
{
	unsigned kinds = 0;
	const char *at = c->synopsis;
	size_t n;

	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		const char *word = specials[i].words;

		if (strcmp(specials[i].command, c->name) != 0)
			continue;
		for (; *word; word += n + (word[n] == ' ')) {
			n = strcspn(word, " ");
			words_add(w, arena_strndup(w->arena, word, n));
		}
		return specials[i].kinds;
	}
	while (*at) {
		const char *option = next_option(c->synopsis, at, &n);
		const char *end = option ? option : at + strlen(at);

		kinds |= meanings_in(at, end);
		at = option ? value_end(option + 1 + n) : end;
	}
	return kinds;
}

static void add_options(struct words *w, const struct command *c)
{
	const char *at = c->synopsis;
	size_t n;

	while ((at = next_option(c->synopsis, at, &n))) {
		words_add(w, arena_strndup(w->arena, at, n + 1));
		at += n;
	}
}

/* ---- the line ---- */

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void finish(struct words *w, struct completion *c)
{
	size_t kept = 0;

	if (w->list.n)
		qsort(w->list.items, w->list.n, sizeof(*w->list.items), compare);
	for (size_t i = 0; i < w->list.n; i++)
		if (!kept || strcmp(w->list.items[kept - 1], w->list.items[i]) != 0)
			w->list.items[kept++] = w->list.items[i];
	c->words = w->list.items;
	c->n = kept;
}

static void begin(struct words *w, struct completion *c, const char *line, const char *word)
{
	c->start = (size_t)(word - line);
	w->prefix = word;
	w->length = strlen(word);
}

/* "task_struct.mm,se.vr": each path begins at the structure. */
static const char *structure_path(struct arena *a, const char *word, const char *last)
{
	const char *dot = strchr(word, '.'), *path = last;

	if (!dot || dot >= last)
		return arena_strndup(a, word, (size_t)(last - word));
	while (path > dot && path[-1] != ',')
		path--;
	if (*last == ',')
		return arena_strndup(a, word, (size_t)(dot - word));
	if (path == dot)
		return arena_strndup(a, word, (size_t)(last - word));
	return arena_printf(a, "%.*s.%.*s", (int)(dot - word), word, (int)(last - path), path);
}

/* Members, if the word is behind "." or "->" or, in a list of members, behind a comma. */
static bool members(struct session *s, struct words *w, struct completion *c, const char *line,
		    const char *word, bool types)
{
	const char *name = line + strlen(line), *base;

	while (name > word && is_name(name[-1]))
		name--;
	if (name == word)
		return false;
	if (types && (name[-1] == '.' || (name[-1] == ',' && strchr(word, '.')))) {
		begin(w, c, line, name);
		words_of_members(w, s, structure_path(w->arena, word, name - 1), true);
		return true;
	}
	if (name[-1] == '.')
		base = name - 1;
	else if (name - word >= 2 && name[-1] == '>' && name[-2] == '-')
		base = name - 2;
	else
		return false;
	word = member_base(line, base);
	begin(w, c, line, name);
	words_of_members(w, s, arena_strndup(w->arena, word, (size_t)(base - word)), types);
	return true;
}

/* The command's name itself; it may also be a symbol or a type. */
static void first_word(struct session *s, struct words *w, struct completion *c, const char *line,
		       const char *word)
{
	if (members(s, w, c, line, word, false)) {
		c->open = true;
		return;
	}
	begin(w, c, line, word);
	words_of_kinds(w, s, NAMES_COMMANDS | NAMES_ALIASES);
	if (w->list.n)
		return;
	words_of_kinds(w, s, NAMES_SYMBOLS | NAMES_TYPES);
	c->open = true;
}

static const struct command *command_of(struct session *s, struct arena *a, const char *line, size_t n)
{
	const char *name = arena_strndup(a, line, n);
	const struct command *c = command_find(name);
	const char *alias = c ? NULL : alias_find(s, name);

	if (alias)
		c = command_find(arena_strndup(a, alias, strcspn(alias, " ")));
	/* "*task_struct" needs no blank */
	return c || *name != '*' ? c : command_find("*");
}

/* foreach, gdb and repeat have another command in them: what is typed may belong to that one. */
static const struct command *inner_command(struct session *s, struct arena *a, const struct command *c,
					   const char *line, const char *word)
{
	const struct command *inner;
	const char *at = line;

	if (strcmp(c->name, "foreach") != 0 && strcmp(c->name, "gdb") != 0 && strcmp(c->name, "repeat") != 0)
		return c;
	while (at < word) {
		size_t n = strcspn(at, " \t");

		inner = at + n < word && at > line ? command_of(s, a, at, n) : NULL;
		if (inner)
			return inner;
		at += n;
		at += strspn(at, " \t");
	}
	return c;
}

/* "task -R pid,mm.pgd": of the structure that needs no name. */
static void task_members(struct session *s, struct words *w, struct completion *c, const char *line,
			 const char *word)
{
	const char *name = line + strlen(line), *path;

	while (name > word && is_name(name[-1]))
		name--;
	path = name;
	while (path > word && path[-1] != ',')
		path--;
	begin(w, c, line, name);
	c->open = true;
	words_of_members(w, s, arena_printf(w->arena, "task_struct.%.*s", (int)(name - path), path), true);
}

/* Is there a word that is no option between the command and @word? In "*page " there is, without a blank. */
static bool has_operand(const char *line, const char *word)
{
	const char *at = line + strspn(line, " \t");

	at += *at == '*' ? 1 : strcspn(at, " \t");
	at += strspn(at, " \t");
	while (at < word && *at == '-') {
		at += strcspn(at, " \t");
		at += strspn(at, " \t");
	}
	return at < word;
}

static void argument(struct session *s, struct words *w, struct completion *c, const struct command *command,
		     const char *line, const char *word)
{
	const char *before = word, *name = line + strlen(line);
	size_t length = 0;
	unsigned kinds;

	while (before > line && isspace((unsigned char)before[-1]))
		before--;
	while (before > line && !isspace((unsigned char)before[-1])) {
		before--;
		length++;
	}
	if (*word == '-' && (!word[1] || isalnum((unsigned char)word[1])) && word[1] != '>') {
		begin(w, c, line, word);
		add_options(w, command);
		return;
	}
	begin(w, c, line, word);
	if (!option_value(command, before, length, &kinds, w))
		kinds = operands(command, w);
	if (kinds & NAMES_STRUCTURE)
		kinds = has_operand(line, word) ? NAMES_SYMBOLS : NAMES_TYPES;
	if (kinds & NAMES_MEMBERS) {
		task_members(s, w, c, line, word);
		return;
	}
	if (kinds & NAMES_FILES) {
		c->files = true;
		kinds &= ~(unsigned)NAMES_FILES;
	}
	if (kinds & (NAMES_SYMBOLS | NAMES_TYPES)) {
		while (name > word && is_name(name[-1]))
			name--;
		c->open = true;
		if (members(s, w, c, line, word, kinds & NAMES_TYPES))
			return;
		if (name != word) {
			w->list.n = 0;
			begin(w, c, line, name);
			/* inside an expression */
			kinds &= NAMES_SYMBOLS | NAMES_TYPES;
		}
	}
	words_of_kinds(w, s, kinds);
}

void complete(struct session *s, struct arena *a, const char *line, struct completion *c)
{
	struct words w = {.arena = a};
	const struct command *command;
	const char *start = line, *word = line + strlen(line);
	size_t n;

	*c = (struct completion){0};
	while (isspace((unsigned char)*start))
		start++;
	while (word > start && !isspace((unsigned char)word[-1]))
		word--;
	n = strcspn(start, " \t");
	if (*start == '*' && n > 1 && word == start) {
		n = 1;
		word++;
	}
	if (word == start) {
		first_word(s, &w, c, line, word);
	} else {
		command = command_of(s, a, start, n);
		if (command) {
			argument(s, &w, c, inner_command(s, a, command, start, word), line, word);
		} else if (!members(s, &w, c, line, word, false)) {
			begin(&w, c, line, word);
			words_of_kinds(&w, s, NAMES_SYMBOLS);
		}
	}
	finish(&w, c);
	fail_clear();
}
