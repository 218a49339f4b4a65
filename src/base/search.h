/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binary search, written once for every kind of sorted table. */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include <stddef.h>

/*
 * How many of the @n first elements of a table satisfy @condition, an expression
 * over the index @i, which is declared here. The table is sorted by it: those that
 * satisfy it come first. The result is the index of the first one that does not.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot stand in parentheses */
#define partition_point(n, i, condition)                                                                     \
	({                                                                                                   \
		size_t low_ = 0, high_ = (n);                                                                \
                                                                                                             \
		while (low_ < high_) {                                                                       \
			size_t i = low_ + (high_ - low_) / 2;                                                \
                                                                                                             \
			if (condition)                                                                       \
				low_ = i + 1;                                                                \
			else                                                                                 \
				high_ = i;                                                                   \
		}                                                                                            \
		low_;                                                                                        \
	})
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
