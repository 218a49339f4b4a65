/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

#include <string.h>

static const struct shape line_shape = {"  {name:<9} {summary}\n", NULL};
static const struct shape page_shape = {
	"NAME\n  {name} - {summary}\n\nSYNOPSIS\n  {name} {synopsis}\n\nDESCRIPTION\n{description}"
	"{?example}\nEXAMPLE\n{example}{/}\n",
	NULL,
};

static void page(struct session *s, const struct command *c)
{
	rec_begin(s->out, &page_shape);
	put_str(s->out, "name", c->name);
	put_str(s->out, "summary", c->summary);
	put_str(s->out, "synopsis", c->synopsis);
	put_str(s->out, "description", c->help);
	put_str(s->out, "example", c->example);
	rec_end(s->out);
}

static const struct command *by_name(struct session *s, const char *name)
{
	const struct command *c = command_find(name);
	const char *alias = c ? NULL : alias_find(s, name);

	if (alias)
		c = command_find(arena_strndup(&s->scratch, alias, strcspn(alias, " ")));
	return c;
}

static bool run(struct session *s, int argc, char **argv)
{
	bool ok = true, all = argc == 2 && strcmp(argv[1], "all") == 0;
	const char *near;

	if (argc == 1) {
		list_begin(s->out, "commands");
		for (size_t i = 0; command_table[i]; i++) {
			rec_begin(s->out, &line_shape);
			put_str(s->out, "name", command_table[i]->name);
			put_str(s->out, "summary", command_table[i]->summary);
			rec_end(s->out);
		}
		list_end(s->out);
		out_title(s->out,
			  "\n\"help NAME\" tells more about a command. Words that are no command are tried "
			  "as a\n"
			  "symbol (p), a structure (struct) and a typedef (whatis). Also: cmd | "
			  "shell-command,\n"
			  "cmd > file, cmd >> file, !shell-command, < file with commands, # a comment.");
		return true;
	}
	list_begin(s->out, "pages");
	for (size_t i = 0; all && command_table[i]; i++)
		page(s, command_table[i]);
	for (int i = 1; i < argc && !all; i++) {
		const struct command *c = by_name(s, argv[i]);

		if (c) {
			page(s, c);
			continue;
		}
		near = command_suggest(argv[i]);
		ok = out_error(s->out, "no help for \"%s\"%s%s%s", argv[i], near ? "; did you mean " : "",
			       near ? near : "", near ? "?" : "");
	}
	list_end(s->out);
	return ok;
}

const struct command command_help = {
	.name = "help",
	.summary = "what the commands do",
	.synopsis = "[command ... | all]",
	.help = "  Without arguments, lists all commands.\n"
		"  command  its page: synopsis, options and a real example\n"
		"  all      the pages of all commands\n",
	.example = "  inquest> help ptob\n"
		   "  NAME\n"
		   "    ptob - physical address of a page frame number\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
