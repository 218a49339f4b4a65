/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/options.h"

#include <ctype.h>
#include <string.h>

void options_init(struct options *o, int argc, char **argv)
{
	*o = (struct options){.argc = argc, .argv = argv, .at = 1};
}

int option_next(struct options *o, const char *letters)
{
	const char *known;
	char letter;

	o->value = NULL;
	if (!o->in || !*o->in) {
		const char *word = o->at < o->argc ? o->argv[o->at] : NULL;

		o->in = NULL;
		if (!word || word[0] != '-' || !word[1])
			return 0;
		if (strcmp(word, "--") == 0) {
			o->at++;
			return 0;
		}
		/* a negative number, unless a digit is an option here (rd -8) */
		if (isdigit((unsigned char)word[1]) && !strchr(letters, word[1]))
			return 0;
		o->in = word + 1;
		o->at++;
	}
	letter = *o->in++;
	known = letter == ':' ? NULL : strchr(letters, letter);
	if (!known) {
		o->bad = letter;
		return '?';
	}
	if (known[1] != ':')
		return letter;
	if (*o->in) {
		o->value = o->in;
	} else if (o->at < o->argc) {
		o->value = o->argv[o->at++];
	} else {
		o->bad = letter;
		return '?';
	}
	o->in = NULL;
	return letter;
}
