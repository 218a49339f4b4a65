/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/options.h"

#include <ctype.h>
#include <string.h>

void options_init(struct options *o, int argc, char **argv)
{
	*o = (struct options){.argc = argc, .argv = argv, .at = 1};
}

/* How many words the option at @index takes up: 2 when its value stands apart. 0: none of @letters, or no
 * value. */
static int option_words(const struct options *o, int index, const char *letters)
{
	const char *word = o->argv[index];

	if (word[0] != '-' || !isalpha((unsigned char)word[1]) || !strchr(letters, word[1]))
		return 0;
	for (const char *c = word + 1; *c; c++) {
		const char *known = *c == ':' ? NULL : strchr(letters, *c);

		if (known && known[1] == ':')
			return c[1] ? 1 : index + 1 < o->argc ? 2 : 0;
	}
	return 1;
}

/* An option may stand behind operands ("rd ADDRESS -e END"): it is moved in front of them. */
static bool bring_forward(struct options *o, const char *letters)
{
	for (int i = o->at + 1; i < o->argc && strcmp(o->argv[i], "--") != 0; i++) {
		int n = option_words(o, i, letters);
		char *moved[2];

		if (!n)
			continue;
		memcpy(moved, o->argv + i, (size_t)n * sizeof(*moved));
		memmove(o->argv + o->at + n, o->argv + o->at, (size_t)(i - o->at) * sizeof(*o->argv));
		memcpy(o->argv + o->at, moved, (size_t)n * sizeof(*moved));
		return true;
	}
	return false;
}

static bool is_option(const char *word, const char *letters)
{
	/* a negative number is none, unless a digit is an option here (rd -8) */
	return word[0] == '-' && word[1] && (!isdigit((unsigned char)word[1]) || strchr(letters, word[1]));
}

int option_next(struct options *o, const char *letters)
{
	const char *known;
	char letter;

	o->value = NULL;
	if (!o->in || !*o->in) {
		const char *word = o->at < o->argc ? o->argv[o->at] : NULL;

		o->in = NULL;
		if (!word)
			return 0;
		if (strcmp(word, "--") == 0) {
			o->at++;
			return 0;
		}
		if (!is_option(word, letters)) {
			if (!bring_forward(o, letters))
				return 0;
			word = o->argv[o->at];
		}
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
