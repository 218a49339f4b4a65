/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both forms of the printk ring, in memory of either word size and byte order, with nothing but VMCOREINFO.
 */
#include "base/text.h"
#include "check.h"
#include "dump/vmcoreinfo.h"
#include "fake_memory.h"
#include "linux/log.h"
#include "target/arch.h"

static struct arch arch;
static struct target target;
static struct arena arena;
static struct text info;

static void set_up(unsigned word, enum byte_order order)
{
	static uint64_t id = 1000;
	static const struct space_range all[] = {
		{0, 0xffffffff, SPACE_LINEAR, 0, "direct map"},
		{0, 0xffffffffffff, SPACE_LINEAR, 0, "direct map"},
	};

	fake_memory_clear();
	arena_free(&arena);
	text_clear(&info);
	arch = (struct arch){.name = "test", .word_size = (uint8_t)word};
	id++;
	target = (struct target){.id = id,
				 .arena = &arena,
				 .arch = &arch,
				 .order = order,
				 .word_size = (uint8_t)word,
				 .page_shift = 12,
				 .page_size = 4096,
				 .physical = fake_memory_read};
	target.kernel = (struct space){.name = "kernel"};
	space_add(&target.kernel, &all[word == 8]);
	target.symbols = symbols_new(&arena);
	target.types = types_new(&arena, (uint8_t)word, order);
}

static void poke(uint64_t address, size_t size, uint64_t value)
{
	for (size_t i = 0; i < fake_memory.pieces.n; i++) {
		struct fake_piece *p = &fake_memory.pieces.items[i];

		if (p->data && address >= p->start && address + size <= p->end)
			put_uint(p->data + (address - p->start), size, value, target.order);
	}
}

static void poke_text(uint64_t address, const char *s)
{
	for (; *s; s++)
		poke(address++, 1, (uint8_t)*s);
}

enum { PRB_VARIABLE = 0x1000, PRB = 0x2000, DESCS = 0x4000, INFOS = 0x8000, DATA = 0x10000 };
enum { COUNT_BITS = 3, SIZE_BITS = 8 };

/* Layouts of the test's own, in words: what the reader knows of them is in VMCOREINFO alone. */
static void lockless_info(void)
{
	unsigned w = target.word_size;

	text_printf(&info, "SYMBOL(prb)=%x\n", PRB_VARIABLE);
	text_printf(&info,
		    "OFFSET(printk_ringbuffer.desc_ring)=0\nOFFSET(printk_ringbuffer.text_data_ring)=%u\n",
		    8 * w);
	text_printf(&info, "OFFSET(prb_desc_ring.count_bits)=0\nOFFSET(prb_desc_ring.descs)=%u\n", w);
	text_printf(&info, "OFFSET(prb_desc_ring.infos)=%u\nOFFSET(prb_desc_ring.head_id)=%u\n", 2 * w,
		    3 * w);
	text_printf(&info, "OFFSET(prb_desc_ring.tail_id)=%u\n", 4 * w);
	text_printf(&info,
		    "SIZE(prb_desc)=%u\nOFFSET(prb_desc.state_var)=0\nOFFSET(prb_desc.text_blk_lpos)=%u\n",
		    3 * w, w);
	text_printf(&info, "OFFSET(prb_data_blk_lpos.begin)=0\nOFFSET(prb_data_blk_lpos.next)=%u\n", w);
	text_puts(&info, "SIZE(printk_info)=88\nOFFSET(printk_info.seq)=0\nOFFSET(printk_info.ts_nsec)=8\n"
			 "OFFSET(printk_info.text_len)=16\nOFFSET(printk_info.caller_id)=20\n"
			 "OFFSET(printk_info.dev_info)=24\nOFFSET(dev_printk_info.subsystem)=0\n"
			 "LENGTH(printk_info_subsystem)=16\nOFFSET(dev_printk_info.device)=16\n"
			 "LENGTH(printk_info_device)=48\nOFFSET(atomic_long_t.counter)=0\n");
	text_printf(&info, "OFFSET(prb_data_ring.size_bits)=0\nOFFSET(prb_data_ring.data)=%u\n", w);
	target.vmcoreinfo = vmcoreinfo_parse(&arena, text_str(&info));
}

static void lockless_ring(uint64_t tail, uint64_t head)
{
	unsigned w = target.word_size;

	fake_memory_put(0, 0x20000, READ_OK);
	poke(PRB_VARIABLE, w, PRB);
	poke(PRB, 4, COUNT_BITS);
	poke(PRB + w, w, DESCS);
	poke(PRB + 2 * w, w, INFOS);
	poke(PRB + 3 * w, w, head);
	poke(PRB + 4 * w, w, tail);
	poke(PRB + 8 * w, 4, SIZE_BITS);
	poke(PRB + 9 * w, w, DATA);
}

static void lockless_record(uint64_t id, unsigned state, uint64_t begin, uint64_t next, const char *text)
{
	unsigned w = target.word_size, index = id & ((1 << COUNT_BITS) - 1);
	uint64_t desc = DESCS + index * 3 * w, one = INFOS + index * 88, at = begin & ((1 << SIZE_BITS) - 1);

	poke(desc, w, (id & ((1ULL << (8 * w - 2)) - 1)) | (uint64_t)state << (8 * w - 2));
	poke(desc + w, w, begin);
	poke(desc + 2 * w, w, next);
	poke(one, 8, id + 100);
	poke(one + 8, 8, 1500000000 + id);
	poke(one + 16, 2, strlen(text));
	poke(one + 18, 1, 0);
	poke(one + 19, 1, target.order == ORDER_BIG ? 4 : 4 << 5);
	poke(one + 20, 4, 0x80000001);
	if (begin & 1)
		return;
	/* what does not fit before the end of the ring stands at its start */
	if ((begin >> SIZE_BITS) != (next >> SIZE_BITS) && (next & ((1 << SIZE_BITS) - 1)))
		at = 0;
	poke(DATA + at, w, id);
	poke_text(DATA + at + w, text);
}

#define FOR_EACH_TARGET                                                                                      \
	for (unsigned word = 4; word <= 8; word += 4)                                                        \
		for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static bool text_is(const struct log_record *r, const char *s)
{
	return r->text && r->length == strlen(s) && memcmp(r->text, s, r->length) == 0;
}

static void lockless_records_in_order(void)
{
	FOR_EACH_TARGET
	{
		const struct log *log;

		set_up(word, order);
		lockless_info();
		lockless_ring(6, 10);
		lockless_record(6, 2, 0x60, 0x80, "first");
		lockless_record(7, 3, 0x20, 0x40, "reusable: no record");
		lockless_record(8, 1, 0x40, 0x60, "committed");
		lockless_record(9, 2, 0x3, 0x3, "");
		/* wraps: begins near the end of the ring, its data at the start */
		lockless_record(10, 2, 0xf0, 0x118, "wrapped text");
		log = log_read(&arena, &target);
		REQUIRE(log);
		REQUIRE(log->n == 4);
		CHECK(!log->why);
		CHECK(text_is(&log->records[0], "first"));
		CHECK_EQ_U64(log->records[0].nanoseconds, 1500000006);
		CHECK_EQ_U64(log->records[0].sequence, 106);
		CHECK_EQ_U64(log->records[0].level, 4);
		CHECK_EQ_U64(log->records[0].caller, 0x80000001);
		CHECK(text_is(&log->records[1], "committed"));
		CHECK(text_is(&log->records[2], ""));
		CHECK(text_is(&log->records[3], "wrapped text"));
	}
}

static void lockless_ends_with_the_ring(void)
{
	FOR_EACH_TARGET
	{
		const struct log *log;

		set_up(word, order);
		lockless_info();
		lockless_ring(0, 0);
		lockless_record(0, 2, 0xe0, 0x100, "last");
		log = log_read(&arena, &target);
		REQUIRE(log && log->n == 1);
		CHECK(text_is(&log->records[0], "last"));
	}
}

static void lockless_text_that_is_missing(void)
{
	const struct log *log;

	set_up(8, ORDER_LITTLE);
	lockless_info();
	lockless_ring(0, 1);
	lockless_record(0, 2, 0x0, 0x20, "gone");
	lockless_record(1, 2, 0x40, 0x60, "here");
	fake_memory_put(DATA, 0x20, READ_EXCLUDED);
	log = log_read(&arena, &target);
	REQUIRE(log && log->n == 2);
	CHECK(log->records[0].status == READ_EXCLUDED);
	CHECK(text_is(&log->records[1], "here"));
}

static void lockless_damage_is_bounded(void)
{
	static const uint64_t sizes[] = {0, 1, 30, 31, 0xffffffff};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		set_up(8, ORDER_LITTLE);
		lockless_info();
		lockless_ring(0, ~0ULL);
		lockless_record(0, 2, 0xfffffffffffffff0ULL, 0x10, "x");
		lockless_record(1, 2, 0x50, 0x20, "next before begin");
		poke(PRB + 8 * 8, 4, sizes[i]);
		log_read(&arena, &target); /* whatever it says, it ends */
	}
	set_up(8, ORDER_LITTLE);
	lockless_info();
	lockless_ring(0, 0);
	poke(PRB, 4, 63);
	CHECK(!log_read(&arena, &target));
	/* an offset whose end is no number of 64 bits: the last line of its name counts */
	set_up(8, ORDER_LITTLE);
	text_puts(&info, "OFFSET(printk_info.ts_nsec)=18446744073709551612\n");
	lockless_info();
	lockless_ring(0, 0);
	CHECK(!log_read(&arena, &target));
}

enum { LOG_BUF = 0x3000, LOG_SIZE = 0x100 };

static void old_info(void)
{
	text_printf(
		&info,
		"SYMBOL(log_buf)=1000\nSYMBOL(log_buf_len)=1010\nSYMBOL(log_first_idx)=1020\n"
		"SYMBOL(log_next_idx)=1030\nSIZE(printk_log)=16\nOFFSET(printk_log.ts_nsec)=0\n"
		"OFFSET(printk_log.len)=8\nOFFSET(printk_log.text_len)=10\nOFFSET(printk_log.dict_len)=12\n");
	target.vmcoreinfo = vmcoreinfo_parse(&arena, text_str(&info));
	fake_memory_put(0, 0x20000, READ_OK);
	poke(0x1000, target.word_size, LOG_BUF);
	poke(0x1010, 4, LOG_SIZE);
}

static void old_record(uint64_t at, uint64_t ns, const char *text, const char *dict)
{
	size_t n = strlen(text), d = dict ? strlen(dict) : 0;

	poke(LOG_BUF + at, 8, ns);
	poke(LOG_BUF + at + 8, 2, (16 + n + d + 3) & ~3u);
	poke(LOG_BUF + at + 10, 2, n);
	poke(LOG_BUF + at + 12, 2, d);
	poke(LOG_BUF + at + 14, 1, 1);
	poke(LOG_BUF + at + 15, 1, target.order == ORDER_BIG ? 6 : 6 << 5);
	poke_text(LOG_BUF + at + 16, text);
	if (dict)
		poke_text(LOG_BUF + at + 16 + n, dict);
}

static void old_records_wrap(void)
{
	FOR_EACH_TARGET
	{
		const struct log *log;

		set_up(word, order);
		old_info();
		old_record(0xc0, 1, "one", "A=1");
		old_record(0xd8, 2, "two", NULL);
		poke(LOG_BUF + 0xec + 8, 2, 0); /* no room for another: goes on at the start */
		old_record(0, 3, "three", NULL);
		poke(0x1020, 4, 0xc0);
		poke(0x1030, 4, 24);
		log = log_read(&arena, &target);
		REQUIRE(log);
		REQUIRE(log->n == 3);
		CHECK(text_is(&log->records[0], "one"));
		CHECK(log->records[0].dict_length == 3 && memcmp(log->records[0].dict, "A=1", 3) == 0);
		CHECK_EQ_U64(log->records[0].level, 6);
		CHECK_EQ_U64(log->records[0].facility, 1);
		CHECK(text_is(&log->records[1], "two"));
		CHECK(text_is(&log->records[2], "three"));
		CHECK(!log->why);
	}
}

static void old_records_damaged(void)
{
	const struct log *log;

	set_up(8, ORDER_LITTLE);
	old_info();
	old_record(0, 1, "good", NULL);
	poke(LOG_BUF + 20 + 8, 2, 4); /* shorter than its own header */
	poke(0x1020, 4, 0);
	poke(0x1030, 4, 0x80);
	log = log_read(&arena, &target);
	REQUIRE(log && log->n == 1);
	CHECK(log->why);
}

static void plain_text_ring(void)
{
	FOR_EACH_TARGET
	{
		const char *s = "tail of a line\n<4>second\n<6>third\n";
		const struct log *log;

		set_up(word, order);
		text_puts(&info, "SYMBOL(log_buf)=1000\nSYMBOL(log_buf_len)=1010\nSYMBOL(log_end)=1020\n"
				 "SYMBOL(logged_chars)=1030\n");
		target.vmcoreinfo = vmcoreinfo_parse(&arena, text_str(&info));
		fake_memory_put(0, 0x20000, READ_OK);
		poke(0x1000, word, LOG_BUF);
		poke(0x1010, 4, 64);
		poke(0x1020, 4, 100); /* wrapped once: the text begins at (100 - n) mod 64 */
		poke(0x1030, 4, strlen(s));
		for (size_t i = 0; s[i]; i++)
			poke(LOG_BUF + ((100 - strlen(s) + i) & 63), 1, (uint8_t)s[i]);
		log = log_read(&arena, &target);
		REQUIRE(log && log->n == 3);
		CHECK(log->plain);
		CHECK(text_is(&log->records[0], "tail of a line"));
		CHECK(text_is(&log->records[1], "second"));
		CHECK_EQ_U64(log->records[1].level, 4);
		CHECK(text_is(&log->records[2], "third"));
	}
}

static void nothing_known(void)
{
	set_up(8, ORDER_LITTLE);
	target.vmcoreinfo = vmcoreinfo_parse(&arena, "OSRELEASE=6.1\n");
	CHECK(!log_read(&arena, &target));
}

int main(void)
{
	RUN(lockless_records_in_order);
	RUN(lockless_ends_with_the_ring);
	RUN(lockless_text_that_is_missing);
	RUN(lockless_damage_is_bounded);
	RUN(old_records_wrap);
	RUN(old_records_damaged);
	RUN(plain_text_ring);
	RUN(nothing_known);
	fake_memory_clear();
	arena_free(&arena);
	text_free(&info);
	return check_done();
}
