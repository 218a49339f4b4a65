/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info: gdb's words that ask about a thing. */
#include "command/gdb/info.h"

#include <string.h>

#include "base/text.h"
#include "command/gdb/gdb.h"
#include "command/session.h"
#include "command/table.h"

/* one line each, so that additions do not collide */
/* clang-format off */
static const struct info_word *const words[] = {
	&info_args,
	&info_frame,
	&info_line,
	&info_locals,
	&info_registers,
	&info_scope,
	&info_symbol,
};
/* clang-format on */
enum { N_WORDS = sizeof(words) / sizeof(words[0]) };

static const struct shape word_shape = {"info {name:<10} {summary}\n", NULL};

static bool list_words(struct session *s)
{
	list_begin(s->out, "words");
	for (size_t i = 0; i < N_WORDS; i++) {
		rec_begin(s->out, &word_shape);
		put_str(s->out, "name", words[i]->name);
		put_str(s->out, "arguments", words[i]->synopsis);
		put_str(s->out, "summary", words[i]->summary);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

/* A word, or the only one that begins so. */
static const struct info_word *find(const char *name)
{
	const struct info_word *found = NULL;
	size_t length = strlen(name);

	for (size_t i = 0; i < N_WORDS; i++) {
		if (strcmp(words[i]->name, name) == 0)
			return words[i];
		if (strncmp(words[i]->name, name, length) != 0)
			continue;
		if (found)
			return NULL;
		found = words[i];
	}
	return found;
}

static bool unknown(struct session *s, const char *name)
{
	const char *instead = gdb_info_instead(name);
	struct text names = {0};
	bool none;

	if (instead)
		return out_error(s->out, "%s: %s", name, instead);

	for (size_t i = 0; i < N_WORDS; i++)
		text_printf(&names, "%s%s", i ? ", " : "", words[i]->name);
	none = out_error(s->out, "there is no \"info %s\", only %s", name, text_str(&names));
	text_free(&names);
	return none;
}

static bool run(struct session *s, int argc, char **argv)
{
	const struct info_word *word;

	if (argc < 2)
		return list_words(s);
	word = find(argv[1]);
	if (!word)
		return unknown(s, argv[1]);
	return word->run(s, argc - 1, argv + 1);
}

const struct command command_info = {
	.name = "info",
	.summary = "frames, registers, variables, lines, symbols, as gdb shows them",
	.synopsis = "[word [argument ...]]",
	.help = "  gdb's words that ask about a thing; alone, a list of them. The beginning of a word\n"
		"  does, where only one begins so.\n"
		"    args               arguments of the selected frame's function\n"
		"    frame              the selected frame: where it lies, and what called it\n"
		"    locals             its local variables\n"
		"    registers [names]  its registers, or these: what was not recovered is not saved\n"
		"    line [place]       where the code of a source line begins and ends; a place is a\n"
		"                       function, FILE:LINE or *ADDRESS\n"
		"    scope [place]      the variables that can be seen there, and where they are\n"
		"    symbol address     the symbol that covers an address, and its section\n",
	.flags = COMMAND_MINIMAL,
	.example = "  inquest> info symbol vfs_write+5\n"
		   "  vfs_write + 5 in section .text\n"
		   "  inquest> frame 3\n"
		   "  #3   0xffffffff96409aa9 in __mutex_lock.constprop.0 (...\n"
		   "  inquest> info args\n"
		   "  lock = 0xffffffffc0559120 <inquest_second>\n"
		   "  state = 2\n"
		   "  ip = <optimized out>\n"
		   "  ...\n"
		   "  inquest> info registers pc rbx rax\n"
		   "  pc             0xffffffff96409aa9 0xffffffff96409aa9 <__mutex_lock.constprop.0+921>\n"
		   "  rbx            0xffffffffc0559120 -1068134112\n"
		   "  rax            <not saved>\n",
	.run = run,
};
