/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

#include <string.h>

static const struct shape line_shape = {"  {name:<11} {summary}\n", NULL};
static const struct shape page_shape = {
	"NAME\n  {name} - {summary}\n\nSYNOPSIS\n  {name} {synopsis}\n\nDESCRIPTION\n{description}"
	"{?example}\nEXAMPLE\n{example}{/}\n",
	NULL,
};

/* Not a command, but a page. */
static const struct command input_page = {
	.name = "input",
	.summary = "what may be typed",
	.synopsis = "command [| shell-command] [> file] [< file] [; command ...] [# comment]",
	.help = "  cmd | shell-command   results go to a command of the system's shell\n"
		"  cmd > file            ... into a file; >> adds to its end\n"
		"  cmd < file            the command once for each line of the file, which is added to it\n"
		"  < file                the commands in a file\n"
		"  cmd ; cmd             one after the other\n"
		"  !shell-command        only for the system's shell; vi, pwd, grep, cat, more, less,\n"
		"                        echo, ls and clear need no !\n"
		"  # text, // text       a comment, at the beginning or behind a command and a blank\n"
		"  \\cmd                  the command even if there is an alias of that name\n"
		"  All these signs mean nothing in \"quotes\", 'quotes' and ( parentheses ).\n"
		"\n"
		"  A line that ends in a backslash goes on in the next one; so does one with a\n"
		"  parenthesis, brace or quote that is still open. Ctrl-C gives a line up, and ends a\n"
		"  command that runs. Ctrl-D on an empty line ends the session.\n"
		"\n"
		"  Words that are no command are tried as a symbol (p), a structure (struct) and\n"
		"  another type (whatis).\n"
		"\n"
		"  At a terminal, lines are edited by GNU readline, with the keys of ~/.inputrc, or\n"
		"  those of \"set edit vi\" or \"set edit emacs\". Ctrl-R searches the history; TAB\n"
		"  completes commands, options, symbols, types, members (also behind pointers),\n"
		"  modules, tasks and files, and shows what is possible when typed again. \"help h\"\n"
		"  tells how to run old commands again. The history is kept in\n"
		"  ${XDG_STATE_HOME:-~/.local/state}/inquest/history.\n"
		"\n"
		"  Before the first prompt the commands in .inquestrc and .crashrc are run, those in\n"
		"  the home directory first, then those in the current one; then those of -i FILE.\n"
		"  Results that do not fit the screen are shown by CRASHPAGER, PAGER, less or more,\n"
		"  unless \"set scroll off\". NO_COLOR and \"set color off\" switch colours off.\n",
	.example = "  inquest> ps -k | grep -c kworker; p jiffies # two commands\n"
		   "  14\n"
		   "  jiffies = $1 = 4294898834\n",
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
	return c || strcmp(name, "input") != 0 ? c : &input_page;
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
			  "cmd > file, cmd >> file, cmd; cmd, !shell-command, < file with commands, # a "
			  "comment:\n"
			  "\"help input\".");
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
	.synopsis = "[command ... | input | all]",
	.help = "  Without arguments, lists all commands.\n"
		"  command  its page: synopsis, options and a real example\n"
		"  input    what may be typed: pipes, redirection, history, keys\n"
		"  all      the pages of all commands\n",
	.example = "  inquest> help ptob\n"
		   "  NAME\n"
		   "    ptob - physical address of a page frame number\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
