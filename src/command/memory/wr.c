/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wr: what crash writes to /dev/mem. Nothing that is read here can be written to. */
#include <string.h>

#include "base/error.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

/* A width in bits as an option; bytes, 0: none. */
static unsigned width_of(const char *word)
{
	static const char *const words[] = {[1] = "-8", [2] = "-16", [4] = "-32", [8] = "-64"};

	for (unsigned i = 1; i <= 8; i *= 2)
		if (strcmp(word, words[i]) == 0)
			return i;
	return 0;
}

static bool run(struct session *s, int argc, char **argv)
{
	char **words = arena_new_n(&s->scratch, (size_t)argc + 1, char *);
	uint64_t address, value;
	unsigned width;
	struct options o;
	int n = 0, letter;

	if (!session_target(s))
		return false;
	width = s->target->word_size;
	for (int i = 0; i < argc; i++) {
		if (i && width_of(argv[i]))
			width = width_of(argv[i]);
		else
			words[n++] = argv[i];
	}
	options_init(&o, n, words);
	while ((letter = option_next(&o, "ukp")))
		if (letter == '?')
			return command_usage(s, &command_wr);
	if (n - o.at != 2)
		return command_usage(s, &command_wr);
	if (!s->target->volatile_memory)
		return out_error(s->out, "not allowed on dumpfiles");
	if (!session_address(s, words[o.at], &address) || !session_number(s, words[o.at + 1], &value))
		return out_error(s->out, "%s", fail_text());
	if (width < 8 && value >> 8 * width && ~value >> (8 * width - 1))
		return out_error(s->out, "%s does not fit into %u bits", words[o.at + 1], 8 * width);
	return out_error(
		s->out, "live memory is read from /proc/kcore, which cannot be written: nothing was changed");
}

const struct command command_wr = {
	.name = "wr",
	.summary = "write memory: refused, with the reason",
	.synopsis = "[-u|-k|-p] [-8|-16|-32|-64] address|symbol value",
	.help = "  crash writes to the memory of a live kernel with this command. Here it says why\n"
		"  nothing was written: a dump is what was found, and stays so; and a live kernel is\n"
		"  read through /proc/kcore, which cannot be written.\n"
		"    -u, -k, -p        a user, a kernel, a physical address\n"
		"    -8 -16 -32 -64    width in bits\n",
	.example = "  inquest> wr panic_timeout 10\n"
		   "  wr: not allowed on dumpfiles\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
