/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The older rings of kernel/printk: variable-length records in one buffer
 * (7ff9554bb578, v3.5, to v5.9), and bare text before that.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "linux/log_ring.h"

/* log_buf_len= may ask for more, but nobody has that much to say. */
enum { LARGEST_BUFFER = 1 << 28 };

/* The whole buffer; bytes of a page that is not in the dump are left zero and *@status says why. */
static uint8_t *read_buffer(struct log_builder *b, uint64_t *size, enum read_status *status)
{
	struct target *t = b->target;
	uint64_t address, length;
	uint8_t *buffer;

	if (!log_variable(t, "log_buf", t->word_size, &address) ||
	    !log_variable(t, "log_buf_len", 4, &length))
		return NULL;
	if (length == 0 || length > LARGEST_BUFFER) {
		fail("log_buf_len is %llu: damaged", (unsigned long long)length);
		return NULL;
	}
	buffer = arena_zalloc(b->arena, (size_t)length);
	*status = READ_OK;
	for (uint64_t at = 0; at < length;) {
		uint64_t piece = t->page_size - ((address + at) & (t->page_size - 1));
		enum read_status one;

		if (piece > length - at)
			piece = length - at;
		one = target_read(t, address + at, buffer + at, (size_t)piece);
		if (one != READ_OK)
			*status = one;
		at += piece;
	}
	*size = length;
	return buffer;
}

struct layout {
	uint64_t size, ts_nsec, len, text_len, dict_len, caller_id;
	bool has_caller;
};

static bool get_layout(struct target *t, struct layout *l)
{
	/* struct log until 62e32ac3505a (v3.11), struct printk_log afterwards */
	static const char *const names[] = {"printk_log", "log"};

	for (size_t i = 0; i < 2; i++) {
		char name[64];
		/* dict_len is followed by the bytes of facility and level */
		const struct {
			const char *member;
			uint64_t *value;
			uint64_t size;
		} wanted[] = {{"ts_nsec", &l->ts_nsec, 8},
			      {"len", &l->len, 2},
			      {"text_len", &l->text_len, 2},
			      {"dict_len", &l->dict_len, 4}};
		bool ok = log_measure(t, "SIZE", names[i], &l->size);

		for (size_t j = 0; ok && j < sizeof(wanted) / sizeof(*wanted); j++) {
			snprintf(name, sizeof(name), "%s.%s", names[i], wanted[j].member);
			ok = log_measure(t, "OFFSET", name, wanted[j].value) &&
			     log_member_fits(*wanted[j].value, wanted[j].size, l->size);
		}
		if (!ok)
			continue;
		snprintf(name, sizeof(name), "%s.caller_id", names[i]);
		l->has_caller = log_measure(t, "OFFSET", name, &l->caller_id) &&
				log_member_fits(l->caller_id, 4, l->size);
		fail_clear();
		return l->size <= 4096;
	}
	return false;
}

bool log_read_records(struct log_builder *b)
{
	struct target *t = b->target;
	uint64_t first, next, size, sequence = 0;
	enum read_status status;
	struct layout l = {0};
	uint8_t *buffer;

	if (!get_layout(t, &l) || !log_variable(t, "log_first_idx", 4, &first) ||
	    !log_variable(t, "log_next_idx", 4, &next))
		return false;
	buffer = read_buffer(b, &size, &status);
	if (!buffer)
		return false;
	log_variable(t, "log_first_seq", 8, &sequence);
	if (status != READ_OK)
		b->why = arena_printf(b->arena, "a part of the buffer is missing: %s",
				      read_status_text(status));

	/* each step moves on by at least a header, and only one wrap is legal: the walk is bounded */
	for (bool wrapped = false; first != next || (!wrapped && !b->records.n);) {
		const uint8_t *p;
		uint64_t len, text_len, dict_len;
		struct log_record *record;

		if (first + l.size > size)
			len = 0;
		else
			len = get_u16(buffer + first + l.len, t->order);
		if (len == 0) {
			/* the rest of the buffer was too short for the record: it went to the start */
			if (wrapped || first == 0) {
				if (first != next)
					b->why = "a record without length stands where none may: the rest is "
						 "lost";
				break;
			}
			wrapped = true;
			first = 0;
			continue;
		}
		p = buffer + first;
		text_len = get_u16(p + l.text_len, t->order);
		dict_len = get_u16(p + l.dict_len, t->order);
		if (len < l.size || first + len > size || l.size + text_len + dict_len > len) {
			b->why = "a damaged record: the rest is lost";
			break;
		}
		record = vec_push(b->arena, &b->records);
		*record = (struct log_record){.sequence = sequence};
		sequence++;
		record->nanoseconds = get_u64(p + l.ts_nsec, t->order);
		/* u16 dict_len is followed by u8 facility and u8 flags:5, level:3 */
		record->facility = p[l.dict_len + 2];
		record->level = t->order == ORDER_BIG ? p[l.dict_len + 3] & 7 : p[l.dict_len + 3] >> 5;
		record->has_caller = l.has_caller;
		if (l.has_caller)
			record->caller = get_u32(p + l.caller_id, t->order);
		record->text = (const char *)p + l.size;
		record->length = (size_t)text_len;
		if (dict_len) {
			/* NUL between the entries; shown one per line */
			char *dict = arena_copy(b->arena, p + l.size + text_len, (size_t)dict_len);

			for (uint64_t i = 0; i < dict_len; i++)
				if (!dict[i])
					dict[i] = '\n';
			record->dict = dict;
			record->dict_length = (size_t)dict_len;
		}
		first += len;
	}
	return true;
}

bool log_read_plain(struct log_builder *b)
{
	struct target *t = b->target;
	uint64_t size, end, chars, start;
	enum read_status status;
	uint8_t *buffer;
	char *text;

	if (!log_variable(t, "log_end", 4, &end))
		return false;
	buffer = read_buffer(b, &size, &status);
	if (!buffer)
		return false;
	if (size & (size - 1))
		return fail("log_buf_len is %llu: no power of two", (unsigned long long)size);
	if (!log_variable(t, "logged_chars", 4, &chars) || chars > size)
		chars = end < size ? end : size;
	fail_clear();
	if (status != READ_OK)
		b->why = arena_printf(b->arena, "a part of the buffer is missing: %s",
				      read_status_text(status));

	/* log_end counts all bytes ever written; the ring holds the last of them */
	text = arena_alloc(b->arena, (size_t)chars + 1);
	start = end - chars;
	for (uint64_t i = 0; i < chars; i++)
		text[i] = (char)buffer[(start + i) & (size - 1)];
	text[chars] = '\0';
	for (char *line = text, *stop = text + chars; line < stop;) {
		char *newline = memchr(line, '\n', (size_t)(stop - line));
		struct log_record *record = vec_push(b->arena, &b->records);

		*record = (struct log_record){.text = line};
		record->length = newline ? (size_t)(newline - line) : (size_t)(stop - line);
		if (record->length >= 3 && line[0] == '<' && line[2] == '>' && line[1] >= '0' &&
		    line[1] <= '7') {
			record->level = (uint8_t)(line[1] - '0');
			record->text += 3;
			record->length -= 3;
		}
		line = newline ? newline + 1 : stop;
	}
	return true;
}
