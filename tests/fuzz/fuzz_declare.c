/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as a type name; one that is understood is written, and what was written is understood again. */
#include <stdlib.h>
#include <string.h>

#include "../unit/fake_target.h"
#include "type/declare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fake_target target;
	char *text = malloc(size + 1);
	struct text once = {0}, twice = {0};
	const struct type *t;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	fake_target_open(&target, size & 1 ? 4 : 8, ORDER_LITTLE);
	value_type(&target.env, text);
	t = type_parse(target.env.types, text);
	if (t) {
		type_size(target.env.types, t);
		type_name(target.env.types, t, &once);
		t = type_parse(target.env.types, text_str(&once));
		if (t)
			type_name(target.env.types, t, &twice);
		/* very long ones are cut when they are written */
		if (size < 200 && (!t || strcmp(text_str(&once), text_str(&twice)) != 0))
			abort();
	}
	fake_target_close(&target);
	text_free(&once);
	text_free(&twice);
	free(text);
	return 0;
}
