/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as an expression over a small target, and what it gives formatted. */
#include <stdlib.h>
#include <string.h>

#include "../unit/fake_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fake_target target;
	char *text = malloc(size + 1);
	const struct node_options few = {.print_max = 16};
	struct text out = {0};
	struct value v;
	uint64_t number;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	fake_target_open(&target, size & 1 ? 4 : 8, size & 2 ? ORDER_BIG : ORDER_LITTLE);
	if (value_eval(&target.env, text, &v)) {
		value_number(&target.env, &v, &number);
		node_write(value_tree(&target.env, &v, &few), 0, &out);
		value_member(&target.env, &v, text, &v);
	}
	fake_target_close(&target);
	text_free(&out);
	free(text);
	return 0;
}
