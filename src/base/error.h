/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One error chain per thread. The innermost function says what went wrong with
 * fail(); each caller that knows more puts it in front with fail_in():
 *
 *	cannot read task 0xc2163700: level-2 entry at 0x41207000: page excluded
 *
 * Messages carry no trailing newline or full stop.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* Start a new chain. Always false, so that a function may return it. */
bool fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Put "text: " in front of the chain. Always false. */
bool fail_in(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The chain as text; never NULL, "" when nothing failed since the last clear. */
const char *fail_text(void);
void fail_clear(void);

#endif
