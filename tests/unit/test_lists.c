/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked lists of every kind, whole, in circles and cut, in every width and byte order. */
#include "check.h"
#include "fake_machine.h"

#include "base/error.h"
#include "linux/list.h"

/* Follow a list; what it gives as "1000 2010 ...", then how it ended: "" or the message. */
static const char *walked(const struct list_spec *spec)
{
	static struct text text;
	struct list_iter it;
	const char *why;
	uint64_t link;

	text_clear(&text);
	list_open(&it, &m.target, spec);
	while (list_next(&it, &link))
		text_printf(&text, "%llx ", (unsigned long long)link);
	why = list_reason(&it);
	if (list_close(&it))
		CHECK(!why);
	else
		text_printf(&text, "| %s", why ? fail_text() : "no reason");
	fail_clear();
	return text_str(&text);
}

/* Links at 1000, 2010 and 3020, each with a pointer to the next and one back; the head is at 1000. */
static void ring(unsigned word, enum byte_order order)
{
	machine(word, order);
	fake_memory_text("1000: 2010 3020\n2010: 3020 1000\n3020: 1000 2010", word, order);
}

static void list_heads(void)
{
	EACH_MACHINE(word, order)
	{
		ring(word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}), "2010 3020 ");
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000, .next = word}), "3020 2010 ");
		CHECK_STR(walked(&(struct list_spec){.start = 0x2010, .start_is_entry = true}),
			  "2010 3020 1000 ");
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000, .has_stop = true, .stop = 0x3020}),
			  "2010 ");
		fake_memory_text("4000: 4000 4000", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x4000}), "");
	}
}

static void damaged_list_heads(void)
{
	EACH_MACHINE(word, order)
	{
		ring(word, order);
		fake_memory_text("3020: 2010", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}),
			  "2010 3020 | duplicate list entry: 2010: the list runs in a circle, from entry 2 "
			  "back to entry 1");
		/* an entry that was initialised anew while it was on the list */
		fake_memory_text("3020: 3020", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}),
			  "2010 3020 | duplicate list entry: 3020: the list runs in a circle, from entry 2 "
			  "back to entry 2");
		fake_memory_text("3020: 0", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}),
			  "2010 3020 | invalid list entry: 0: the list ends in a null pointer at 0x3020");
		/* a pointer into nothing is no entry; an entry whose page is missing is one */
		fake_memory_text("3020: 7770000", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}),
			  "2010 3020 | invalid list entry: 7770000: cannot read list entry at 0x7770000: not "
			  "RAM");
		fake_memory_text("3000: excluded 1000", word, order);
		CHECK_STR(walked(&(struct list_spec){.start = 0x1000}),
			  "2010 3020 | the list cannot be followed behind 3020: cannot read list entry at "
			  "0x3020: page excluded");
		CHECK_STR(walked(&(struct list_spec){.start = 0x3020}),
			  "| the list cannot be followed behind 3020: cannot read list entry at 0x3020: page "
			  "excluded");
	}
	ring(8, ORDER_BIG);
	fake_memory_text("2010: dead000000000100", 8, ORDER_BIG);
	CHECK(strstr(walked(&(struct list_spec){.start = 0x1000}), "the poison of a deleted entry") != NULL);
	ring(4, ORDER_BIG);
	fake_memory_text("2010: 122", 4, ORDER_BIG);
	CHECK(strstr(walked(&(struct list_spec){.start = 0x1000}), "the poison of a deleted entry") != NULL);
}

static void other_ends(void)
{
	EACH_MACHINE(word, order)
	{
		struct list_spec spec = {.start = 0x1000, .ends = LIST_ENDS_IN_NULL};

		machine(word, order);
		fake_memory_text("1000: 2010\n2010: 3020\n3020: 0", word, order);
		CHECK_STR(walked(&spec), "2010 3020 ");
		fake_memory_text("1000: 2011", word, order);
		spec.head_lock = true;
		CHECK_STR(walked(&spec), "2010 3020 ");
		fake_memory_text("1000: 1", word, order);
		CHECK_STR(walked(&spec), "");
		spec = (struct list_spec){.start = 0x1000, .ends = LIST_ENDS_IN_ODD};
		fake_memory_text("1000: 2010\n3020: 2b", word, order);
		CHECK_STR(walked(&spec), "2010 3020 ");
	}
}

/* Made by hand: the next pointer two words into the object, and every end there is. */
static void by_hand(void)
{
	EACH_MACHINE(word, order)
	{
		struct list_spec spec = {
			.start = 0x1000, .start_is_entry = true, .next = 0x10, .ends = LIST_ENDS_ANYHOW};

		machine(word, order);
		fake_memory_text("1010: 2000\n2010: 3000\n3010: 0", word, order);
		CHECK_STR(walked(&spec), "1000 2000 3000 ");
		fake_memory_text("3010: 3000", word, order);
		CHECK_STR(walked(&spec), "1000 2000 3000 ");
		fake_memory_text("3010: 1000", word, order);
		CHECK_STR(walked(&spec), "1000 2000 3000 ");
		fake_memory_text("3010: 2000", word, order);
		CHECK_STR(walked(&spec), "1000 2000 3000 ");
		fake_memory_text("3010: 4000\n4010: 3000", word, order);
		CHECK_STR(walked(&spec),
			  "1000 2000 3000 4000 | duplicate list entry: 3000: the list runs in a "
			  "circle, from entry 4 back to entry 3");
		spec.start = 0x9000;
		CHECK_STR(walked(&spec),
			  "| invalid list entry: 9000: cannot read list entry at 0x9010: not RAM");
	}
}

int main(void)
{
	RUN(list_heads);
	RUN(damaged_list_heads);
	RUN(other_ends);
	RUN(by_hand);
	arena_free(&m.arena);
	fake_memory_clear();
	return check_done();
}
