/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/safe_log.h"

#include <string.h>

#include "base/error.h"
#include "linux/fields.h"

enum { SEQ_LEN, SEQ_LOST, SEQ_BUFFER, N_SEQ };
static const char *const seq_names[N_SEQ] = {
	[SEQ_LEN] = "len", [SEQ_LOST] = "message_lost", [SEQ_BUFFER] = "buffer"};

static void split_lines(struct arena *a, char *text, struct text_lines *lines)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		*vec_push(a, lines) = arena_strndup(a, text, n);
		text += n + (text[n] == '\n');
	}
}

static void read_cpu(struct kernel *k, struct arena *a, const struct fields *f, uint64_t symbol, unsigned cpu,
		     struct text_lines *lines)
{
	struct target *t = k->target;
	uint64_t at, length, lost = 0;
	enum read_status status;
	char *text;

	if (!target_percpu(t, cpu, symbol, &at))
		return;
	status = field_read(t, f, SEQ_LEN, at, &length);
	if (status == READ_OK && length == 0)
		return;
	if (status != READ_OK || !f->list[SEQ_BUFFER].there) {
		*vec_push(a, lines) = arena_printf(a, "CPU: %u  ADDR: %llx LEN: <%s>", cpu,
						   (unsigned long long)at, read_status_text(status));
		return;
	}
	field_read(t, f, SEQ_LOST, at, &lost);
	*vec_push(a, lines) =
		arena_printf(a, "CPU: %u  ADDR: %llx LEN: %llu  MESSAGE_LOST: %llu", cpu,
			     (unsigned long long)at, (unsigned long long)length, (unsigned long long)lost);
	if (length > f->list[SEQ_BUFFER].size)
		length = f->list[SEQ_BUFFER].size;
	text = arena_zalloc(a, (size_t)length + 1);
	if (target_read(t, at + f->list[SEQ_BUFFER].offset, text, (size_t)length) == READ_OK)
		split_lines(a, text, lines);
}

bool safe_log_read(struct kernel *k, struct arena *a, struct text_lines *lines)
{
	static const char *const symbols[] = {"nmi_print_seq", "safe_print_seq"};
	const struct cpus *cpus = kernel_cpus(k);
	struct fields f;
	bool any = false;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		uint64_t symbol;

		if (!target_symbol(k->target, symbols[i], &symbol))
			continue;
		if (!fields_resolve(k->target, &f, "printk_safe_seq_buf", seq_names, N_SEQ))
			return false;
		any = true;
		*vec_push(a, lines) = symbols[i];
		for (unsigned cpu = 0; cpus && cpu < cpus->n; cpu++)
			read_cpu(k, a, &f, symbol, cpu, lines);
	}
	return any || fail("this kernel has no printk_safe buffers (they existed from 4.7 to 5.14)");
}
