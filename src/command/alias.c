/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

#include <stdlib.h>
#include <string.h>

static const char *const builtin[][2] = {
	{"man", "help"},         {"?", "help"},           {"quit", "q"},           {"sf", "set scroll off"},
	{"sn", "set scroll on"}, {"hex", "set radix 16"}, {"dec", "set radix 10"}, {"g", "gdb"},
	{"px", "p -x"},          {"pd", "p -d"},          {"for", "foreach"},      {"size", "*"},
	{"dmesg", "log"},        {"lsmod", "mod"},        {"last", "ps -l"},
};

static struct alias **place(struct session *s, const char *name)
{
	struct alias **at = &s->aliases;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

static void define(struct session *s, const char *origin, const char *name, const char *command)
{
	struct alias **at = place(s, name);

	if (!*at)
		*at = arena_new(&s->arena, struct alias);
	(*at)->origin = arena_strdup(&s->arena, origin);
	(*at)->name = arena_strdup(&s->arena, name);
	(*at)->command = arena_strdup(&s->arena, command);
}

void alias_builtin(struct session *s)
{
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++)
		define(s, "builtin", builtin[i][0], builtin[i][1]);
}

const char *alias_find(const struct session *s, const char *name)
{
	for (const struct alias *a = s->aliases; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->command;
	return NULL;
}

static const struct shape alias_shape = {"{origin}{padding}  {alias:<7}  {command}\n", NULL};
static const struct shape deleted_shape = {"alias deleted: {deleted}\n", NULL};

/* Where it was defined, with $HOME for the home directory, as crash has it. */
static const char *origin_of(struct session *s, const struct alias *a)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;

	if (n && strncmp(a->origin, home, n) == 0 && a->origin[n] == '/')
		return arena_printf(&s->scratch, "$HOME%s", a->origin + n);
	return a->origin;
}

static void show(struct session *s, const struct alias *a, size_t columns)
{
	const char *origin = origin_of(s, a);

	rec_begin(s->out, &alias_shape);
	put_str(s->out, "origin", origin);
	if (out_view(s->out) == OUT_TEXT)
		put_fmt(s->out, "padding", "%*s", (int)(columns - strlen(origin)), "");
	put_str(s->out, "alias", a->name);
	put_str(s->out, "command", a->command);
	rec_end(s->out);
}

/* All, or the one called @name. */
static void list(struct session *s, const char *name)
{
	size_t columns = strlen("builtin");

	for (const struct alias *a = s->aliases; a; a = a->next)
		if (strlen(origin_of(s, a)) > columns)
			columns = strlen(origin_of(s, a));
	out_title(s->out, "%-*s  ALIAS    COMMAND", (int)columns, "ORIGIN");
	list_begin(s->out, "aliases");
	for (const struct alias *a = s->aliases; a; a = a->next)
		if (!name || strcmp(a->name, name) == 0)
			show(s, a, columns);
	list_end(s->out);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct alias **at;
	struct text words = {0};

	if (argc > 2) {
		for (int i = 2; i < argc; i++)
			text_printf(&words, "%s%s", i > 2 ? " " : "", argv[i]);
		at = place(s, argv[1]);
		if (command_find(argv[1])) {
			text_free(&words);
			return out_error(s->out, "%s: is the name of a command", argv[1]);
		}
		if (words.n) {
			define(s, s->alias_origin ? s->alias_origin : "runtime", argv[1], words.data);
		} else if (*at) {
			*at = (*at)->next;
			text_free(&words);
			rec_begin(s->out, &deleted_shape);
			put_str(s->out, "deleted", argv[1]);
			rec_end(s->out);
			return true;
		}
		text_free(&words);
	}
	if (argc > 1 && !*place(s, argv[1]))
		return out_error(s->out, "alias does not exist: %s", argv[1]);
	list(s, argc > 1 ? argv[1] : NULL);
	return true;
}

const struct command command_alias = {
	.name = "alias",
	.summary = "short names for commands",
	.synopsis = "[name [command]]",
	.help = "Without arguments, lists all aliases; with a name, shows that one; with a name\n"
		"and a command, defines it. An empty command (\"\") removes it. Aliases may also\n"
		"be defined in .inquestrc or .crashrc, in the home directory and in the current one.\n",
	.example = "  inquest> alias kp bt -p\n"
		   "  ORIGIN   ALIAS    COMMAND\n"
		   "  runtime  kp       bt -p\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
