/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/dispatch.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/command.h"
#include "command/gdb/gdb.h"
#include "shell/child.h"
#include "shell/line.h"

enum { MAX_ALIASES = 8 }; /* that stand for each other */

/* Words that crash hands to the shell as they are. */
static const char *const shell_words[] = {"vi", "pwd", "grep", "cat", "more", "less", "echo", "ls", "clear"};

static bool is_shell_word(const char *name)
{
	for (size_t i = 0; i < sizeof(shell_words) / sizeof(shell_words[0]); i++)
		if (strcmp(name, shell_words[i]) == 0)
			return true;
	return false;
}

/* Where the name in the @n characters ends: before gdb's "/x", if it is of a command that takes that. */
static size_t format_at(struct session *s, const char *text, size_t n)
{
	const char *slash = memchr(text, '/', n), *name;
	const struct command *c;

	if (!slash || slash == text)
		return n;
	name = arena_strndup(&s->scratch, text, (size_t)(slash - text));
	c = command_find(name);
	return (c && c->flags & COMMAND_FORMAT) || (!c && alias_find(s, name)) ? (size_t)(slash - text) : n;
}

static const char *first_word(struct session *s, const char *text, const char **rest)
{
	size_t n = strcspn(text, " \t");

	/* "*page addr" and "p/x expression" need no blank */
	if (*text == '*' && n > 1)
		n = 1;
	else
		n = format_at(s, text, n);
	*rest = text + n + strspn(text + n, " \t");
	return arena_strndup(&s->scratch, text, n);
}

const char *dispatch_expand(struct session *s, const char *text)
{
	for (unsigned i = 0; i < MAX_ALIASES; i++) {
		const char *rest, *name = first_word(s, text, &rest);
		const char *command = command_find(name) ? NULL : alias_find(s, name);

		/* "gdb print x" is print: so its answer looks the same */
		if (!command && strcmp(name, "gdb") == 0) {
			command = gdb_command_line(s, rest);
			return command ? command : text;
		}
		if (!command)
			break;
		text = arena_printf(&s->scratch, "%s%s%s", command, *rest ? " " : "", rest);
	}
	return text;
}

/* What no name of a symbol or type begins with. */
static bool is_expression(const char *text, const char *name)
{
	static const char *const words[] = {"sizeof", "offsetof", "container_of", "typeof", "__typeof__"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return *text && strchr("$&(~", *text);
}

/* "file.c:name", alone or with members behind it. */
static bool names_in_file(struct session *s, const char *text)
{
	const char *colon = strchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) + 1 : 0;
	uint64_t address;

	if (!colon || strcspn(text, " \t") < n)
		return false;
	n += strcspn(text + n, " \t.[-+(");
	return session_symbol(s, arena_strndup(&s->scratch, text, n), &address);
}

/* A word that is no command may be a symbol, a structure or another type: what it stands for as a command, or
 * NULL. */
static const char *guess(struct session *s, const char *text)
{
	size_t n = strcspn(text, " \t.[:-+(");
	const char *name = arena_strndup(&s->scratch, text, n);
	const struct type *type;
	uint64_t address;
	int64_t number;

	if (!s->target)
		return NULL;
	if (is_expression(text, name) || session_symbol(s, name, &address) || names_in_file(s, text))
		return arena_printf(&s->scratch, "p %s", text);
	if (!n)
		return NULL;
	if (strcmp(name, "enum") == 0)
		return arena_printf(&s->scratch, "whatis %s", text);
	type = type_find_any(s->target->types, name);
	if (!type)
		return type_find_enumerator(s->target->types, name, &number, &type)
			       ? arena_printf(&s->scratch, "p %s", text)
			       : NULL;
	/* with an address, a typedef of a structure is that structure */
	if (type->kind == TYPE_TYPEDEF && text[n] == ' ')
		type = type_strip(s->target->types, type);
	return arena_printf(&s->scratch, "%s %s",
			    type->kind == TYPE_STRUCT  ? "struct"
			    : type->kind == TYPE_UNION ? "union"
						       : "whatis",
			    text);
}

static bool run_shell_word(struct session *s, const char *text)
{
	pid_t pid;

	out_flush(s->out);
	pid = child_start(text, NULL);
	return pid ? child_wait(pid) == 0 : out_error(s->out, "%s", fail_text());
}

static bool unknown(struct session *s, const char *name)
{
	const char *near = command_suggest(name), *instead = gdb_instead(name);

	out_name(s->out, "inquest");
	if (instead)
		return out_error(s->out, "%s: %s", name, instead);
	if (near)
		return out_error(s->out, "unknown command: %s; did you mean %s?", name, near);
	return out_error(s->out, "unknown command: %s", name);
}

static bool run(struct session *s, const char *text)
{
	const char *rest, *name = first_word(s, text, &rest), *instead;
	const struct command *c = command_find(name);
	char **words, **argv;
	int n;

	if (!c) {
		if (is_shell_word(name))
			return run_shell_word(s, text);
		instead = guess(s, text);
		if (!instead)
			return unknown(s, name);
		text = instead;
		name = first_word(s, text, &rest);
		c = command_find(name);
		if (!c)
			return unknown(s, name);
	}
	if (s->target && s->target->options && s->target->options->minimal && !(c->flags & COMMAND_MINIMAL))
		return out_error(s->out, "%s is not available with --minimal", name);
	if (c->flags & COMMAND_RAW) {
		argv = arena_new_n(&s->scratch, 3, char *);
		argv[0] = arena_strdup(&s->scratch, name);
		argv[1] = *rest ? arena_strdup(&s->scratch, rest) : NULL;
		return c->run(s, *rest ? 2 : 1, argv);
	}
	if (!line_words(&s->scratch, rest, &n, &words))
		return out_error(s->out, "%s", fail_text());
	argv = arena_new_n(&s->scratch, (size_t)n + 2, char *);
	argv[0] = arena_strdup(&s->scratch, name);
	memcpy(argv + 1, words, (size_t)n * sizeof(*words));
	return c->run(s, n + 1, argv);
}

bool dispatch(struct session *s, const char *text)
{
	const char *rest, *name = first_word(s, text, &rest);
	bool ok;

	if (is_shell_word(name) && !command_find(name))
		return run_shell_word(s, text);
	s->n_commands++;
	out_begin(s->out, text);
	ok = run(s, text);
	if (interrupted()) {
		out_note(s->out, "interrupted");
		ok = false;
	}
	out_end(s->out, ok);
	return ok;
}
