/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lockless printk ring (kernel/printk/printk_ringbuffer.[ch], since
 * 896fbe20b4e2, v5.10): a ring of descriptors, each naming a block of the text
 * ring, and beside it an array of struct printk_info.
 */
#include <string.h>

#include "base/error.h"
#include "linux/log_ring.h"

/* Descriptor states, in the top two bits of state_var (enum desc_state). */
enum { DESC_RESERVED, DESC_COMMITTED, DESC_FINALIZED, DESC_REUSABLE };

enum { LARGEST_STRUCTURE = 4096 };

/* A ring whose pages were excluded must not make a list as long as its damaged size says. */
enum { MOST_UNREAD = 1 << 16 };

struct ring {
	struct log_builder *b;
	uint64_t descs, infos, data; /* addresses */
	uint64_t desc_size, info_size;
	uint64_t count, data_size;                  /* both powers of two */
	uint64_t head, tail;                        /* descriptor ids */
	uint64_t state_var, begin, next;            /* offsets in a descriptor */
	uint64_t seq, ts_nsec, text_len, caller_id; /* offsets in an info */
	bool has_caller, has_dev;
	uint64_t subsystem, subsystem_len, device, device_len;
	uint64_t id_mask;
	unsigned state_shift;
	uint8_t *desc, *info; /* room for one of each */
};

static bool read_word(struct target *t, const char *what, uint64_t address, uint64_t *value)
{
	enum read_status status = target_read_word(t, address, value);

	return status == READ_OK || target_read_failed(t, what, address, status);
}

static bool ring_layout(struct ring *r)
{
	struct target *t = r->b->target;
	uint64_t counter = 0, lpos;

	if (!log_measure(t, "SIZE", "prb_desc", &r->desc_size) ||
	    !log_measure(t, "SIZE", "printk_info", &r->info_size) ||
	    !log_measure(t, "OFFSET", "prb_desc.state_var", &r->state_var) ||
	    !log_measure(t, "OFFSET", "prb_desc.text_blk_lpos", &lpos) ||
	    !log_measure(t, "OFFSET", "prb_data_blk_lpos.begin", &r->begin) ||
	    !log_measure(t, "OFFSET", "prb_data_blk_lpos.next", &r->next) ||
	    !log_measure(t, "OFFSET", "printk_info.seq", &r->seq) ||
	    !log_measure(t, "OFFSET", "printk_info.ts_nsec", &r->ts_nsec) ||
	    !log_measure(t, "OFFSET", "printk_info.text_len", &r->text_len))
		return false;
	log_measure(t, "OFFSET", "atomic_long_t.counter", &counter);
	r->state_var += counter;
	r->begin += lpos;
	r->next += lpos;
	r->has_caller = log_measure(t, "OFFSET", "printk_info.caller_id", &r->caller_id);
	if (log_measure(t, "OFFSET", "printk_info.dev_info", &lpos) &&
	    log_measure(t, "OFFSET", "dev_printk_info.subsystem", &r->subsystem) &&
	    log_measure(t, "OFFSET", "dev_printk_info.device", &r->device)) {
		r->has_dev = true;
		r->subsystem += lpos;
		r->device += lpos;
		/* PRINTK_INFO_SUBSYSTEM_LEN and _DEVICE_LEN, include/linux/dev_printk.h */
		if (!vmcoreinfo_measure(t->vmcoreinfo, "LENGTH", "printk_info_subsystem", &r->subsystem_len))
			r->subsystem_len = 16;
		if (!vmcoreinfo_measure(t->vmcoreinfo, "LENGTH", "printk_info_device", &r->device_len))
			r->device_len = 48;
	}
	fail_clear();
	return true;
}

static bool ring_open(struct ring *r)
{
	struct target *t = r->b->target;
	uint64_t prb, desc_ring, data_ring, offset, counter = 0, bits;
	enum read_status status;

	if (!ring_layout(r) || !log_variable(t, "prb", t->word_size, &prb) ||
	    !log_measure(t, "OFFSET", "printk_ringbuffer.desc_ring", &desc_ring) ||
	    !log_measure(t, "OFFSET", "printk_ringbuffer.text_data_ring", &data_ring))
		return false;
	log_measure(t, "OFFSET", "atomic_long_t.counter", &counter);
	desc_ring += prb;
	data_ring += prb;

	if (!log_measure(t, "OFFSET", "prb_desc_ring.count_bits", &offset))
		return false;
	status = target_read_uint(t, desc_ring + offset, 4, &bits);
	if (status != READ_OK)
		return target_read_failed(t, "prb_desc_ring.count_bits", desc_ring + offset, status);
	if (bits > 30)
		return fail("prb_desc_ring.count_bits is %llu: damaged", (unsigned long long)bits);
	r->count = 1ULL << bits;
	if (!log_measure(t, "OFFSET", "prb_data_ring.size_bits", &offset))
		return false;
	status = target_read_uint(t, data_ring + offset, 4, &bits);
	if (status != READ_OK)
		return target_read_failed(t, "prb_data_ring.size_bits", data_ring + offset, status);
	if (bits > 31)
		return fail("prb_data_ring.size_bits is %llu: damaged", (unsigned long long)bits);
	r->data_size = 1ULL << bits;

	if (!log_measure(t, "OFFSET", "prb_desc_ring.descs", &offset) ||
	    !read_word(t, "prb_desc_ring.descs", desc_ring + offset, &r->descs) ||
	    !log_measure(t, "OFFSET", "prb_desc_ring.infos", &offset) ||
	    !read_word(t, "prb_desc_ring.infos", desc_ring + offset, &r->infos) ||
	    !log_measure(t, "OFFSET", "prb_desc_ring.head_id", &offset) ||
	    !read_word(t, "prb_desc_ring.head_id", desc_ring + offset + counter, &r->head) ||
	    !log_measure(t, "OFFSET", "prb_desc_ring.tail_id", &offset) ||
	    !read_word(t, "prb_desc_ring.tail_id", desc_ring + offset + counter, &r->tail) ||
	    !log_measure(t, "OFFSET", "prb_data_ring.data", &offset) ||
	    !read_word(t, "prb_data_ring.data", data_ring + offset, &r->data))
		return false;
	r->state_shift = t->word_size * 8u - 2;
	r->id_mask = (1ULL << r->state_shift) - 1;
	return true;
}

/* "SUBSYSTEM=x\nDEVICE=y" as the kernel wrote dictionaries before it kept the two apart. */
static void read_dictionary(const struct ring *r, const uint8_t *info, struct log_record *record)
{
	const char *subsystem = (const char *)info + r->subsystem;
	const char *device = (const char *)info + r->device;
	char *dict;

	if (!*subsystem)
		return;
	dict = arena_printf(r->b->arena, "SUBSYSTEM=%.*s%s%.*s", (int)r->subsystem_len, subsystem,
			    *device ? "\nDEVICE=" : "", (int)r->device_len, device);
	record->dict = dict;
	record->dict_length = strlen(dict);
}

static void read_text(const struct ring *r, uint64_t begin, uint64_t next, struct log_record *record)
{
	struct target *t = r->b->target;
	uint64_t mask = r->data_size - 1, at, size;
	char *text;

	/* dataless blocks have an odd position: nothing was printed, or there was no room for it */
	if ((begin & 1) || (next & 1)) {
		record->text = "";
		record->length = 0;
		return;
	}
	if ((begin & ~mask) == (next & ~mask)) {
		at = begin & mask;
		size = next - begin;
	} else if ((next & mask) == 0) {
		/* ends with the ring (since 67e1b0052f6b, v6.18) */
		at = begin & mask;
		size = r->data_size - at;
	} else {
		at = 0;
		size = next & mask;
	}
	/* each block begins with the id of its descriptor */
	if (size < t->word_size || size > r->data_size) {
		record->status = READ_ERROR;
		return;
	}
	if (record->length > size - t->word_size)
		record->length = (size_t)(size - t->word_size);
	text = arena_alloc(r->b->arena, record->length + 1);
	record->status = target_read(t, r->data + at + t->word_size, text, record->length);
	text[record->length] = '\0';
	record->text = text;
}

/* One record; false when the descriptor holds none (in use by a writer, or to be reused). */
static bool read_record(const struct ring *r, uint64_t id, struct log_record *record)
{
	struct target *t = r->b->target;
	uint64_t index = id & (r->count - 1), state, begin, next;
	uint8_t *desc = r->desc, *info = r->info;
	uint8_t flags;

	*record = (struct log_record){.status = READ_OK};
	record->status = target_read(t, r->descs + index * r->desc_size, desc, r->desc_size);
	if (record->status != READ_OK)
		return true;
	state = get_uint(desc + r->state_var, t->word_size, t->order);
	if ((state & r->id_mask) != (id & r->id_mask) ||
	    (state >> r->state_shift != DESC_COMMITTED && state >> r->state_shift != DESC_FINALIZED))
		return false;
	record->status = target_read(t, r->infos + index * r->info_size, info, r->info_size);
	if (record->status != READ_OK)
		return true;
	record->sequence = get_u64(info + r->seq, t->order);
	record->nanoseconds = get_u64(info + r->ts_nsec, t->order);
	record->length = get_u16(info + r->text_len, t->order);
	/*
	 * struct printk_info has u16 text_len, u8 facility, u8 flags:5, level:3; the
	 * bit-fields fill their byte from the end that the byte order says.
	 */
	record->facility = info[r->text_len + 2];
	flags = info[r->text_len + 3];
	record->level = t->order == ORDER_BIG ? flags & 7 : flags >> 5;
	record->has_caller = r->has_caller;
	if (r->has_caller)
		record->caller = get_u32(info + r->caller_id, t->order);
	if (r->has_dev)
		read_dictionary(r, info, record);
	begin = get_uint(desc + r->begin, t->word_size, t->order);
	next = get_uint(desc + r->next, t->word_size, t->order);
	read_text(r, begin, next, record);
	return true;
}

static bool sane(const struct ring *r)
{
	struct target *t = r->b->target;
	uint64_t d = r->desc_size, i = r->info_size;

	return d <= LARGEST_STRUCTURE && i <= LARGEST_STRUCTURE &&
	       log_member_fits(r->state_var, t->word_size, d) && log_member_fits(r->begin, t->word_size, d) &&
	       log_member_fits(r->next, t->word_size, d) && log_member_fits(r->seq, 8, i) &&
	       log_member_fits(r->ts_nsec, 8, i) && log_member_fits(r->text_len, 4, i) &&
	       (!r->has_caller || log_member_fits(r->caller_id, 4, i)) &&
	       (!r->has_dev || (log_member_fits(r->subsystem, r->subsystem_len, i) &&
				log_member_fits(r->device, r->device_len, i)));
}

bool log_read_lockless(struct log_builder *b)
{
	struct ring r = {.b = b};
	uint64_t id, n;
	unsigned unread = 0;

	if (!ring_open(&r))
		return false;
	if (!sane(&r))
		return fail("the measures of its structures contradict one another");
	r.desc = arena_alloc(b->arena, (size_t)r.desc_size);
	r.info = arena_alloc(b->arena, (size_t)r.info_size);
	id = r.tail & r.id_mask;
	n = ((r.head - r.tail) & r.id_mask) + 1;
	if (n > r.count) {
		b->why = "the ring's head and tail are further apart than it is long";
		n = r.count;
	}
	for (; n--; id = (id + 1) & r.id_mask) {
		struct log_record record;

		if (!read_record(&r, id, &record))
			continue;
		if (record.status != READ_OK && unread++ == MOST_UNREAD) {
			b->why = "too many of its records cannot be read: the rest is left out";
			break;
		}
		*vec_push(b->arena, &b->records) = record;
	}
	return true;
}
