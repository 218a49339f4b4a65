/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/memory/memory_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "command/session.h"
#include "linux/module.h"
#include "linux/slab_name.h"

enum { ROW = 16, TEXT_ROW = 60 };

static const struct shape row_shape = {
	"{?words}{address}:  {words}{?ascii}  {ascii}{/}\n{/}{?unreadable}{address}:  <{unreadable}>\n{/}",
	NULL,
};

static const struct shape text_shape = {"{address}:  {text}\n", NULL};

static enum read_status read_source(struct session *s, const struct memory_view *view, uint64_t address,
				    void *buffer, size_t size, size_t *got)
{
	struct target *t = s->target;

	*got = 0;
	switch (view->source) {
	case MEMORY_PHYSICAL: return target_read_physical_some(t, address, buffer, size, got);
	case MEMORY_FILE: return target_read_file(t, address, buffer, size, got);
	case MEMORY_USER: return target_read_some(t, view->space, address, buffer, size, got);
	case MEMORY_KERNEL: break;
	}
	return target_read_some(t, NULL, address, buffer, size, got);
}

enum read_status memory_view_read(struct session *s, const struct memory_view *view, uint64_t address,
				  void *buffer, size_t size, size_t *got)
{
	uint64_t mask = s->target->page_size - 1;
	enum read_status status;
	size_t part;

	*got = 0;
	for (;;) {
		status = read_source(s, view, address + *got, (uint8_t *)buffer + *got, size - *got, &part);
		*got += part;
		if (!s->settings.zero_excluded || (status != READ_EXCLUDED && status != READ_LOST))
			return status;
		part = (size_t)(mask + 1 - ((address + *got) & mask));
		if (part > size - *got)
			part = size - *got;
		memset((uint8_t *)buffer + *got, 0, part);
		*got += part;
		if (*got == size)
			return READ_OK;
	}
}

static uint64_t unit(const struct session *s, const struct memory_view *view, const uint8_t *p)
{
	return get_uint(p, view->width, view->network_order ? ORDER_BIG : s->target->order);
}

/*
 * The symbol that a word is the address of, also with what return addresses carry beside the address. Those
 * of modules are read when the first word leads to one.
 */
static const struct symbol *symbol_of_word(struct session *s, uint64_t value, uint64_t *offset)
{
	struct target *t = s->target;
	const struct symbol *symbol = symbol_at(t->symbols, value, offset);
	uint64_t address = target_untag(t, value);

	if (!symbol && s->kernel && module_at(s->kernel, address))
		symbol = symbol_at(t->symbols, value, offset);
	if (!symbol && address != value && symbols_is_text(t->symbols, address))
		symbol = symbol_at(t->symbols, address, offset);
	return symbol;
}

/* What the kernel needed only to start: its memory went to the page allocator, and may hold objects now. */
static bool is_given_back(struct target *t, uint64_t address)
{
	uint64_t start, end;

	return target_symbol(t, "__init_begin", &start) && target_symbol(t, "__init_end", &end) &&
	       address >= start && address < end;
}

/* A word as symbol, slab cache or nothing special. */
static bool named(struct session *s, const struct memory_view *view, uint64_t value, struct text *out)
{
	uint64_t offset;
	const struct symbol *symbol;
	const char *cache = NULL;

	if (view->symbols == MEMORY_PLAIN || view->width != s->target->word_size || !value)
		return false;
	symbol = symbol_of_word(s, value, &offset);
	if (view->symbols != MEMORY_SYMBOLS && s->kernel && (!symbol || is_given_back(s->target, value)))
		cache = slab_cache_name(s->kernel, value);
	if (cache && view->symbols == MEMORY_SLAB_ADDRESSES) {
		text_printf(out, "[%llx:%s]", (unsigned long long)value, cache);
	} else if (cache) {
		text_printf(out, "[%s]", cache);
	} else if (symbol) {
		text_puts(out, symbol->name);
		if (offset)
			text_printf(out, "+%llu", (unsigned long long)offset);
	} else {
		return false;
	}
	return true;
}

static void add_word(struct session *s, const struct memory_view *view, uint64_t value, struct text *out)
{
	/* columns of a decimal unit, by width in bytes */
	static const uint8_t decimal_columns[] = {[1] = 3, [2] = 5, [4] = 12, [8] = 15};
	size_t start = out->n;

	if (named(s, view, value, out)) {
		size_t columns = view->width * 2u;

		if (out->n - start < columns)
			text_fill(out, ' ', columns - (out->n - start));
	} else if (view->number == MEMORY_HEX) {
		text_hex(out, value, view->width * 2);
	} else if (view->number == MEMORY_SIGNED) {
		text_printf(out, "%*lld", decimal_columns[view->width],
			    (long long)sign_extend(value, view->width * 8));
	} else {
		text_printf(out, "%*llu", decimal_columns[view->width], (unsigned long long)value);
	}
	text_putc(out, ' ');
}

static void add_ascii(const uint8_t *p, size_t n, struct text *out)
{
	for (size_t i = 0; i < n; i++)
		text_putc(out, p[i] >= 0x20 && p[i] < 0x7f ? (char)p[i] : '.');
}

void memory_put_words(struct session *s, const struct memory_view *view, const uint8_t *p, size_t n,
		      struct text *buffer)
{
	text_clear(buffer);
	if (out_view(s->out) == OUT_TEXT) {
		for (size_t i = 0; i < n; i += view->width)
			add_word(s, view, unit(s, view, p + i), buffer);
		/* a short row's characters stand in the same column as the others' */
		if (n < ROW && view->number == MEMORY_HEX && !view->symbols && !view->no_ascii)
			text_fill(buffer, ' ', (ROW - n) / view->width * (view->width * 2 + 1));
		if (view->no_ascii || view->symbols || view->number != MEMORY_HEX)
			while (buffer->n && buffer->data[buffer->n - 1] == ' ')
				buffer->data[--buffer->n] = '\0';
		put_str(s->out, "words", text_str(buffer));
		return;
	}
	list_begin(s->out, "words");
	for (size_t i = 0; i < n; i += view->width) {
		uint64_t value = unit(s, view, p + i);

		if (view->number == MEMORY_HEX)
			put_hex(s->out, NULL, value);
		else if (view->number == MEMORY_UNSIGNED)
			put_u64(s->out, NULL, value);
		else
			put_i64(s->out, NULL, sign_extend(value, view->width * 8));
	}
	list_end(s->out);
	if (view->symbols) {
		list_begin(s->out, "names");
		for (size_t i = 0; i < n; i += view->width) {
			text_clear(buffer);
			named(s, view, unit(s, view, p + i), buffer);
			put_str(s->out, NULL, text_str(buffer));
		}
		list_end(s->out);
	}
}

static void emit_row(struct session *s, const struct memory_view *view, uint64_t address, const uint8_t *p,
		     size_t n, struct text *buffer)
{
	rec_begin(s->out, &row_shape);
	put_addr(s->out, "address", address);
	memory_put_words(s, view, p, n, buffer);
	if (!view->no_ascii && !view->symbols && view->number == MEMORY_HEX) {
		text_clear(buffer);
		add_ascii(p, n, buffer);
		put_str(s->out, "ascii", text_str(buffer));
	}
	rec_end(s->out);
}

static void emit_gap(struct session *s, uint64_t address, enum read_status status)
{
	rec_begin(s->out, &row_shape);
	put_addr(s->out, "address", address);
	put_str(s->out, "unreadable", read_status_text(status));
	rec_end(s->out);
}

enum read_status memory_row_records(struct session *s, const struct memory_view *view, uint64_t address,
				    uint64_t count)
{
	uint64_t left = count > UINT64_MAX / 8 ? UINT64_MAX : count * view->width;
	enum read_status status = READ_OK, first_trouble = READ_OK;
	struct text buffer = {0};
	bool any = false;

	while (left && !interrupted() && !out_broken(s->out)) {
		uint8_t row[ROW];
		uint64_t step = left < ROW ? left : ROW;
		size_t got = 0;

		status = memory_view_read(s, view, address, row, (size_t)step, &got);
		if (status == READ_OK) {
			emit_row(s, view, address, row, (size_t)step, &buffer);
			any = true;
		} else {
			/* one row tells about the rest of the page */
			emit_gap(s, address, status);
			if (first_trouble == READ_OK)
				first_trouble = status;
			step = s->target->page_size - (address & (s->target->page_size - 1));
			if (step > left)
				step = left;
		}
		if (address + step < address)
			break; /* the end of the address space */
		address += step;
		left -= step;
	}
	text_free(&buffer);
	return any ? READ_OK : first_trouble;
}

bool memory_rows(struct session *s, const struct memory_view *view, uint64_t address, uint64_t count)
{
	enum read_status status;

	if (view->reverse)
		address -= (count - 1) * view->width;
	list_begin(s->out, "rows");
	status = memory_row_records(s, view, address, count);
	list_end(s->out);
	if (status != READ_OK)
		return out_error(s->out, "nothing could be read: %s", read_status_text(status));
	return true;
}

bool memory_text(struct session *s, const struct memory_view *view, uint64_t address, uint64_t count)
{
	enum { MOST = 1 << 20 };
	uint64_t left = count && count < MOST ? count : MOST;
	bool any = false, end = false;

	list_begin(s->out, "rows");
	while (left && !end && !interrupted() && !out_broken(s->out)) {
		char row[TEXT_ROW];
		size_t got = 0, n = 0;

		memory_view_read(s, view, address, row, left < TEXT_ROW ? (size_t)left : TEXT_ROW, &got);
		if (!got)
			break;
		while (n < got && (count || (row[n] >= 0x20 && row[n] < 0x7f))) {
			if (row[n] < 0x20 || row[n] >= 0x7f)
				row[n] = '.';
			n++;
		}
		end = n < got || got < TEXT_ROW;
		if (n) {
			rec_begin(s->out, &text_shape);
			put_addr(s->out, "address", address);
			put_strn(s->out, "text", row, n);
			rec_end(s->out);
			any = true;
		}
		address += n;
		left -= n;
	}
	list_end(s->out);
	return any || out_error(s->out, "no text can be read there");
}
