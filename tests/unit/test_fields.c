/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members by name, objects and lists, and the task table over both: in every width and byte order. */
#include "check.h"
#include "fake_machine.h"

#include "base/error.h"
#include "linux/fields.h"
#include "linux/list.h"
#include "linux/task.h"

static void alternatives_and_values(void)
{
	enum { F_PID, F_STATE, F_NAME, F_GONE, F_BITS, F_NESTED, N_F };
	static const char *const names[] = {
		[F_PID] = "pid",         [F_STATE] = "__state|state", [F_NAME] = "comm",
		[F_GONE] = "none|other", [F_BITS] = "bits",           [F_NESTED] = "link.next",
	};
	EACH_MACHINE(word, order)
	{
		struct fields f;
		struct object o;
		uint64_t value;
		int64_t number;

		machine(word, order);
		fake_types_add(&m.types, word == 8 ? "list_head 16 { 0 * next; 8 * prev }"
						   : "list_head 8 { 0 * next; 4 * prev }");
		fake_types_add(&m.types,
			       "task 64 { 8 int pid; 12 unsigned state; 16 char[8] comm; 24:3:4 unsigned "
			       "bits; 32 list_head link }");
		REQUIRE(fields_resolve(&m.target, &f, "unknown|task", names, N_F));
		CHECK_STR(f.type_name, "task");
		CHECK_STR(f.list[F_STATE].name, "state");
		CHECK(!fields_has(&f, F_GONE));
		CHECK_EQ_U64(f.first, 8);
		CHECK_EQ_U64(f.end, 32 + word);
		/* pid -2, state 0x11223344, name "ab", bits 5, link.next 0x8000. */
		fake_memory_text("1008: fffffffe 11223344", 4, order);
		fake_memory_text("1010: 61 62 0*6", 1, order);
		/* Bit 3 from the least significant end, or from the most significant one. */
		fake_memory_text(order == ORDER_LITTLE ? "1018: 28 0*7" : "1018: a 0*7", 1, order);
		fake_memory_text("1020: 8000", word, order);
		for (unsigned packed = 0; packed < 2; packed++) {
			if (packed)
				fields_pack(&f);
			object_read(&m.target, &m.arena, &f, 0x1000, &o);
			CHECK_EQ_U64(o.status, READ_OK);
			REQUIRE(object_int(&o, &m.target, F_PID, &number) == READ_OK);
			CHECK_EQ_I64(number, -2);
			CHECK_EQ_U64(object_get(&o, &m.target, F_PID, 0), 0xfffffffe);
			CHECK_EQ_U64(object_get(&o, &m.target, F_STATE, 0), 0x11223344);
			CHECK_STR(object_string(&o, &m.arena, F_NAME), "ab");
			CHECK_EQ_U64(object_get(&o, &m.target, F_BITS, 0), 5);
			CHECK_EQ_U64(object_get(&o, &m.target, F_NESTED, 0), 0x8000);
			CHECK_EQ_U64(object_uint(&o, &m.target, F_GONE, &value), READ_ERROR);
			CHECK_EQ_U64(object_at(&o, F_NESTED), 0x1020);
		}
		REQUIRE(field_read(&m.target, &f, F_BITS, 0x1000, &value) == READ_OK);
		CHECK_EQ_U64(value, 5);
		CHECK(!fields_resolve(&m.target, &f, "nothing", names, N_F));
		CHECK(strstr(fail_text(), "nothing") != NULL);
	}
}

/* A missing page in the middle costs the fields in it, not those behind it. */
static void missing_middle(void)
{
	enum { F_A, F_B, F_C, N_F };
	static const char *const names[] = {"a", "b", "c"};
	struct fields f;
	struct object o;
	uint64_t value;

	machine(8, ORDER_LITTLE);
	fake_types_add(&m.types, "wide 4096 { 0 long a; 1024 long b; 2048 long c }");
	REQUIRE(fields_resolve(&m.target, &f, "wide", names, N_F));
	fake_memory_text("1000: 1*512", 8, ORDER_LITTLE);
	fake_memory_text("1400: excluded 400", 8, ORDER_LITTLE);
	for (unsigned packed = 0; packed < 2; packed++) {
		if (packed)
			fields_pack(&f);
		object_read(&m.target, &m.arena, &f, 0x1000, &o);
		CHECK_EQ_U64(object_get(&o, &m.target, F_A, 0), 1);
		CHECK_EQ_U64(object_uint(&o, &m.target, F_B, &value), READ_EXCLUDED);
		CHECK_EQ_U64(object_get(&o, &m.target, F_C, 0), 1);
	}
}

static bool count_entry(void *context, uint64_t object)
{
	uint64_t *sum = context;

	*sum = *sum * 10 + (object >> 12);
	return object != 0x4000;
}

static void lists(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t sum = 0;

		machine(word, order);
		/* head 1000 -> 2010 -> 3010 -> head; entries have their link at 0x10. */
		fake_memory_text("1000: 2010\n2010: 3010\n3010: 1000", word, order);
		CHECK(list_walk(&m.target, 0x1000, 0x10, count_entry, &sum));
		CHECK_EQ_U64(sum, 23);
		/* A circle that does not hold the head. */
		fake_memory_text("3010: 2010", word, order);
		CHECK(!list_walk(&m.target, 0x1000, 0x10, count_entry, &sum));
		CHECK(strstr(fail_text(), "circle") != NULL);
		fake_memory_text("3010: 0", word, order);
		CHECK(!list_walk(&m.target, 0x1000, 0x10, count_entry, &sum));
		CHECK(strstr(fail_text(), "null") != NULL);
		fake_memory_text("3000: excluded 1000", word, order);
		CHECK(!list_walk(&m.target, 0x1000, 0x10, count_entry, &sum));
		CHECK(strstr(fail_text(), "excluded") != NULL);
		/* The function ends the walk before the damage. */
		fake_memory_text("1000: 4010\n4010: 5010", word, order);
		CHECK(list_walk(&m.target, 0x1000, 0x10, count_entry, &sum));
	}
}

/* ---- the task table ---- */

static void task_types(unsigned word)
{
	if (word == 8) {
		fake_types_add(&m.types, "list_head 16 { 0 * next; 8 * prev }");
		fake_types_add(&m.types, "signal_struct 16 { 0 list_head thread_head }");
		fake_types_add(&m.types, "task_struct 128 { 0 long __state; 8 int pid; 12 int tgid; 16 "
					 "list_head tasks; 32 list_head "
					 "thread_node; 48 * signal; 56 * mm; 64 int exit_state; 72 char[16] "
					 "comm; 88 unsigned flags }");
	} else {
		fake_types_add(&m.types, "list_head 8 { 0 * next; 4 * prev }");
		fake_types_add(&m.types, "signal_struct 8 { 0 list_head thread_head }");
		fake_types_add(&m.types, "task_struct 64 { 0 long __state; 4 int pid; 8 int tgid; 12 "
					 "list_head tasks; 20 list_head "
					 "thread_node; 28 * signal; 32 * mm; 36 int exit_state; 40 char[16] "
					 "comm; 56 unsigned flags }");
	}
}

/* A task at @page << 12, its signal_struct 0x100 behind it. Links are given as pages; threads as pages or 0.
 */
static void put_task_page(unsigned word, enum byte_order order, unsigned page, int pid, int tgid,
			  unsigned next, unsigned prev, unsigned leader, unsigned next_thread, unsigned state)
{
	unsigned tasks = word == 8 ? 16 : 12, node = word == 8 ? 32 : 20;
	uint64_t base = (uint64_t)page << 12, signal = ((uint64_t)leader << 12) + 0x100;
	char text[512];

	snprintf(text, sizeof text, "%llx: %x 0*15", (unsigned long long)base, state);
	fake_memory_text(text, word, order);
	snprintf(text, sizeof text, "%llx: %x %x", (unsigned long long)base + (word == 8 ? 8 : 4),
		 (unsigned)pid, (unsigned)tgid);
	fake_memory_text(text, 4, order);
	snprintf(text, sizeof text, "%llx: %x %x", (unsigned long long)base + tasks, (next << 12) + tasks,
		 (prev << 12) + tasks);
	fake_memory_text(text, word, order);
	snprintf(text, sizeof text, "%llx: %llx 0 %llx", (unsigned long long)base + node,
		 next_thread ? (unsigned long long)((uint64_t)next_thread << 12) + node
			     : (unsigned long long)signal,
		 (unsigned long long)signal);
	fake_memory_text(text, word, order);
}

static struct kernel *open_tasks(void)
{
	m.target.vmcoreinfo = vmcoreinfo_parse(&m.arena, "OSRELEASE=test\nSYMBOL(init_task)=1000\n");
	return kernel_open(&m.arena, &m.target);
}

static void task_table(void)
{
	EACH_MACHINE(word, order)
	{
		struct kernel *k;
		const struct tasks *tasks;

		machine(word, order);
		task_types(word);
		/* init_task, a process of two threads (pids 9 and 7), a sleeping one, a zombie. */
		put_task_page(word, order, 1, 0, 0, 2, 5, 1, 0, 0);
		put_task_page(word, order, 2, 9, 9, 4, 1, 2, 3, 1);
		put_task_page(word, order, 3, 7, 9, 0, 0, 2, 0, 2);
		put_task_page(word, order, 4, 5, 5, 5, 2, 4, 0, 0x402);
		put_task_page(word, order, 5, 6, 6, 1, 4, 5, 0, 0x80);
		fake_memory_text(word == 8 ? "5040: 20 0" : "5024: 20", 4, order);
		k = open_tasks();
		tasks = kernel_tasks(k);
		REQUIRE(tasks != NULL);
		REQUIRE(tasks->n == 5);
		CHECK_EQ_I64(tasks->list[0].pid, 0);
		CHECK_EQ_I64(tasks->list[1].pid, 5);
		CHECK_EQ_I64(tasks->list[2].pid, 6);
		CHECK_EQ_I64(tasks->list[3].pid, 7);
		CHECK_EQ_I64(tasks->list[4].pid, 9);
		CHECK_STR(tasks->list[0].state, "RU");
		CHECK_STR(tasks->list[1].state, "ID");
		CHECK_STR(tasks->list[2].state, "ZO");
		CHECK_STR(tasks->list[3].state, "UN");
		CHECK_STR(tasks->list[4].state, "IN");
		CHECK_STR(task_state_name(k, &m.arena, &tasks->list[2]), "TASK_DEAD|EXIT_ZOMBIE");
		CHECK(!tasks->list[3].leader && tasks->list[4].leader);
		CHECK(task_by_pid(k, 7) == &tasks->list[3]);
		CHECK(task_by_address(k, 0x4000) == &tasks->list[1]);
		CHECK(task_leader(k, task_by_pid(k, 7)) == task_by_pid(k, 9));
	}
}

/* A task whose page is excluded stays in the list, and what lies behind it is found from the other end. */
static void broken_table(void)
{
	struct kernel *k;
	const struct tasks *tasks;

	machine(8, ORDER_LITTLE);
	task_types(8);
	put_task_page(8, ORDER_LITTLE, 1, 0, 0, 2, 4, 1, 0, 0);
	fake_memory_text("2000: excluded 1000", 8, ORDER_LITTLE);
	put_task_page(8, ORDER_LITTLE, 3, 3, 3, 4, 2, 3, 0, 1);
	put_task_page(8, ORDER_LITTLE, 4, 4, 4, 1, 3, 4, 0, 1);
	k = open_tasks();
	tasks = kernel_tasks(k);
	REQUIRE(tasks != NULL);
	CHECK_EQ_U64(tasks->n, 4);
	REQUIRE(tasks->why != NULL);
	CHECK(strstr(tasks->why, "0x2000") && strstr(tasks->why, "excluded"));
	CHECK_EQ_I64(task_by_address(k, 0x2000)->pid, -1);
	CHECK_STR(task_by_address(k, 0x2000)->state, "??");
	CHECK(task_by_pid(k, 3) != NULL);

	/* A circle ends the walk. */
	machine(8, ORDER_LITTLE);
	task_types(8);
	put_task_page(8, ORDER_LITTLE, 1, 0, 0, 2, 3, 1, 0, 0);
	put_task_page(8, ORDER_LITTLE, 2, 2, 2, 3, 1, 2, 0, 1);
	put_task_page(8, ORDER_LITTLE, 3, 3, 3, 2, 2, 3, 0, 1);
	tasks = kernel_tasks(open_tasks());
	REQUIRE(tasks != NULL);
	CHECK_EQ_U64(tasks->n, 3);
	REQUIRE(tasks->why != NULL);
	CHECK(strstr(tasks->why, "circle") != NULL);

	/* No list at all: a pointer into nothing. */
	machine(8, ORDER_LITTLE);
	task_types(8);
	put_task_page(8, ORDER_LITTLE, 1, 0, 0, 0x77, 0x77, 1, 0, 0);
	tasks = kernel_tasks(open_tasks());
	REQUIRE(tasks != NULL);
	CHECK_EQ_U64(tasks->n, 1);
	CHECK(tasks->why != NULL);

	/* Without the symbol there is no table, and a reason. */
	machine(8, ORDER_LITTLE);
	task_types(8);
	CHECK(kernel_tasks(kernel_open(&m.arena, &m.target)) == NULL);
	CHECK(strstr(fail_text(), "init_task") != NULL);
}

int main(void)
{
	RUN(alternatives_and_values);
	RUN(missing_middle);
	RUN(lists);
	RUN(task_table);
	RUN(broken_table);
	arena_free(&m.arena);
	fake_memory_clear();
	return check_done();
}
