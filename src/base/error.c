/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Long chains are cut, not lost: the outermost words, which name the thing asked for, stay. */
static _Thread_local char chain[2048];

bool fail(const char *format, ...)
{
	char text[sizeof(chain)]; /* an argument may be the old chain itself */
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	memcpy(chain, text, sizeof(chain));
	return false;
}

bool fail_in(const char *format, ...)
{
	char text[sizeof(chain)];
	va_list ap;
	size_t n, more = strlen(chain);

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	n = strlen(text);
	if (more && n + 3 < sizeof(text)) {
		if (more > sizeof(text) - n - 3)
			more = sizeof(text) - n - 3;
		memcpy(text + n, ": ", 2);
		memcpy(text + n + 2, chain, more);
		text[n + 2 + more] = '\0';
	}
	memcpy(chain, text, sizeof(chain));
	return false;
}

const char *fail_text(void)
{
	return chain;
}

void fail_clear(void)
{
	chain[0] = '\0';
}
