/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gdb: its words in front of which somebody typed "gdb", and what stands for those that have no meaning here.
 */
#include "command/gdb/gdb.h"

#include <string.h>

#include "base/error.h"
#include "command/table.h"

/*
 * Words of gdb's, sorted: with the fewest letters that gdb takes for it, and the command of ours which does
 * the same, or a sentence's end that says what to use.
 */
static const struct gdb_word {
	const char *name;
	unsigned char least; /* letters */
	const char *command;
	const char *instead;
} words[] = {
	{"attach", 3, NULL, "nothing runs here: a dump is opened by naming it on the command line"},
	{"backtrace", 2, "bt", NULL},
	{"break", 1, NULL, "nothing runs here; dis and bt show the code and how it came there"},
	{"bt", 2, "bt", NULL},
	{"call", 4, NULL, "no function can be called in a dump; p evaluates expressions"},
	{"catch", 3, NULL, "nothing runs here; log and bt tell what happened"},
	{"cd", 2, NULL, "start inquest in that directory"},
	{"complete", 4, NULL, "the TAB key completes; sym -q finds symbols"},
	{"continue", 1, NULL, "nothing runs here; the kernel is dead"},
	{"core-file", 4, NULL, "the dump is named on the command line"},
	{"define", 3, NULL, "alias gives a command another name"},
	{"delete", 1, NULL, "there are no breakpoints in a dump"},
	{"detach", 3, NULL, "exit leaves"},
	{"directory", 3, NULL, "set src DIR, or --src DIR, tells where the sources are"},
	{"disassemble", 5, "disassemble", NULL},
	{"display", 4, NULL, "nothing changes in a dump; p shows a value"},
	{"document", 3, NULL, "help shows a command's page"},
	{"down", 3, "down", NULL},
	{"dump", 2, NULL, "rd -r FILE writes memory into a file"},
	{"echo", 2, NULL, "!echo does it in the shell"},
	{"file", 2, NULL, "the vmlinux is named on the command line"},
	{"find", 3, NULL, "search looks for values in memory"},
	{"finish", 3, NULL, "nothing runs here; bt shows who called"},
	{"frame", 1, "frame", NULL},
	{"handle", 2, NULL, "nothing runs here; sig shows a task's signals"},
	{"help", 1, "help", NULL},
	{"info", 1, "info", NULL},
	{"inspect", 3, "print", NULL},
	{"jump", 1, NULL, "nothing runs here"},
	{"kill", 1, NULL, "nothing runs here"},
	{"list", 1, NULL, NULL},
	{"load", 2, NULL, "mod -s loads a module's debug information"},
	{"macro", 3, NULL, "macros are not in the kernel's debug information"},
	{"maintenance", 2, NULL, "mach -v, help and --json show what inquest itself knows"},
	{"next", 1, NULL, "nothing runs here; dis -s shows the source"},
	{"output", 3, "print", NULL},
	{"p", 1, "print", NULL},
	{"print", 2, "print", NULL},
	{"printf", 6, NULL, "p /FMT shows a value in a format; --json is for scripts"},
	{"ptype", 2, "ptype", NULL},
	{"python", 2, NULL, "there is no Python inside; --json gives scripts what they need"},
	{"quit", 1, "q", NULL},
	{"run", 1, NULL, "nothing runs here; the kernel is dead"},
	{"search", 3, NULL, "search without \"gdb\" looks for values in memory; grep finds lines of source"},
	{"set", 3, NULL,
	 "set without \"gdb\" changes inquest's variables, and a dump's memory is never changed"},
	{"shell", 3, NULL, "a ! in front of a line runs it in the shell"},
	{"show", 3, NULL, "set -v shows the variables"},
	{"signal", 3, NULL, "nothing runs here; sig shows a task's signals"},
	{"source", 2, NULL, "-i FILE on the command line, or < FILE here, runs the commands in a file"},
	{"step", 1, NULL, "nothing runs here; dis -s shows the source"},
	{"symbol-file", 3, NULL, "mod -s loads a module's symbols; the vmlinux is named on the command line"},
	{"target", 3, NULL, "a dump is opened by naming it on the command line"},
	{"tbreak", 2, NULL, "nothing runs here"},
	{"thread", 1, NULL,
	 "set PID chooses a task, set -c CPU the one of a CPU; foreach bt is \"thread apply all bt\""},
	{"undisplay", 5, NULL, "nothing is displayed by itself here"},
	{"until", 1, NULL, "nothing runs here"},
	{"up", 2, "up", NULL},
	{"watch", 2, NULL, "nothing runs here; search finds where a value stands"},
	{"whatis", 4, "whatis", NULL},
	{"where", 3, "bt", NULL},
	{"x", 1, "x", NULL},
};
enum { N_WORDS = sizeof(words) / sizeof(words[0]) };

/* What "info" shows in gdb and other commands here. */
static const struct gdb_word info_words[] = {
	{"breakpoints", 1, NULL, "there are no breakpoints in a dump"},
	{"functions", 2, NULL, "sym -q finds symbols by a part of their names"},
	{"sharedlibrary", 2, NULL, "mod lists the modules"},
	{"source", 2, NULL, "dis -s and info line tell where code comes from"},
	{"threads", 1, NULL, "ps lists the tasks, bt -a shows those that ran"},
	{"types", 2, NULL, "whatis and struct show a type, whatis -r and -m find types"},
	{"variables", 2, NULL, "sym -q finds symbols by a part of their names"},
	{"watchpoints", 1, NULL, "there are no watchpoints in a dump"},
};
enum { N_INFO_WORDS = sizeof(info_words) / sizeof(info_words[0]) };

/* Exactly, else the first that gdb would take the beginning for. */
static const struct gdb_word *find(const struct gdb_word *list, size_t n, const char *name, size_t length)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i].name) == length && memcmp(list[i].name, name, length) == 0)
			return &list[i];
	for (size_t i = 0; i < n; i++)
		if (length >= list[i].least && strncmp(list[i].name, name, length) == 0)
			return &list[i];
	return NULL;
}

static size_t word_length(const char *text)
{
	return strcspn(text, " \t/");
}

const char *gdb_command_line(struct session *s, const char *text)
{
	size_t n = word_length(text);
	const struct gdb_word *word = n ? find(words, N_WORDS, text, n) : NULL;

	if (!word || !word->command || !command_find(word->command))
		return NULL;
	return arena_printf(&s->scratch, "%s%s", word->command, text + n);
}

const char *gdb_instead(const char *name)
{
	const struct gdb_word *word = find(words, N_WORDS, name, strlen(name));

	return word ? word->instead : NULL;
}

const char *gdb_info_instead(const char *name)
{
	const struct gdb_word *word = find(info_words, N_INFO_WORDS, name, strlen(name));

	return word ? word->instead : NULL;
}

static bool run(struct session *s, int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : "", *instead;
	size_t n = word_length(text);
	const struct gdb_word *word = n ? find(words, N_WORDS, text, n) : NULL;
	const char *name = arena_strndup(&s->scratch, text, n);

	if (!n)
		return command_usage(s, &command_gdb);
	if (word && strcmp(word->name, "list") == 0)
		return gdb_list(s, text + n + strspn(text + n, " \t"));
	instead = word ? word->instead : NULL;
	if (instead)
		return out_error(s->out, "%s: %s", word->name, instead);
	if (command_find(name))
		return out_error(s->out, "%s is a command of its own here: leave \"gdb\" away", name);
	return out_error(
		s->out, "%s: gdb's words here are print, ptype, x, info, list, disassemble and whatis", name);
}

const struct command command_gdb = {
	.name = "gdb",
	.summary = "a command as gdb has it: print, ptype, x, info, list, disassemble",
	.synopsis = "print | ptype | x | info | disassemble | whatis | list ...",
	.help = "  Runs what gdb calls by that name. All but list have the same name without \"gdb\";\n"
		"  list without it walks linked lists. For gdb's other commands, says what does the\n"
		"  same here.\n"
		"    list place          ten lines of source around a function, FILE:LINE, a line\n"
		"                        or *ADDRESS; --src tells where the sources are\n"
		"    list first,last     from line to line\n"
		"    list, list -        the next ten, the ten before\n",
	.example = "  inquest> gdb info symbol vfs_write+5\n"
		   "  vfs_write + 5 in section .text\n"
		   "  inquest> gdb run\n"
		   "  gdb: run: nothing runs here; the kernel is dead\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW,
	.run = run,
};
