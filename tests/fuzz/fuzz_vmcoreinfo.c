/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is the text of a VMCOREINFO note; every key found in it is asked for in every way. */
#include <stdlib.h>
#include <string.h>

#include "dump/vmcoreinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct vmcoreinfo *v, char *line)
{
	char *equals = strchr(line, '='), *open = strchr(line, '('), *close = strchr(line, ')');
	uint64_t value;
	int64_t number;

	if (equals)
		*equals = '\0';
	/* the first line with the key answers, and one with this key there is */
	if (equals && equals != line && !vmcoreinfo_get(v, line))
		abort();
	if (!open || !close || close < open)
		return;
	*open = *close = '\0';
	vmcoreinfo_symbol(v, open + 1, &value);
	vmcoreinfo_number(v, open + 1, &number);
	vmcoreinfo_measure(v, line, open + 1, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct arena a = {0};
	struct vmcoreinfo *v;
	uint64_t value;
	char *line, *save = NULL;

	memcpy(text, data, size);
	text[size] = '\0';
	v = vmcoreinfo_parse(&a, text);
	vmcoreinfo_kernel_offset(v, &value);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		ask(v, line);
	arena_free(&a);
	free(text);
	return 0;
}
