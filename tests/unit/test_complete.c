/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion: what is typed, and what it may become. */
#include "check.h"
#include "command/complete/complete.h"
#include "command/complete/complete_private.h"
#include "fake_target.h"

static struct fake_target fake;
static struct target target;
static struct session session = {.target = &target};
static struct arena arena;

/* What is completed, and what it may become: "bt:bt btop", or "bt:files". */
static const char *completed(const char *line)
{
	struct completion c;
	char *all;

	complete(&session, &arena, line, &c);
	all = arena_printf(&arena, "%s%s", line + c.start, c.n || !c.files ? ":" : ":files");
	for (size_t i = 0; i < c.n; i++)
		all = arena_printf(&arena, "%s%s%s", all, i ? " " : "", c.words[i]);
	return all;
}

static void commands(void)
{
	CHECK_STR(completed("bto"), "bto:btop");
	CHECK_STR(completed("  bto"), "bto:btop");
	CHECK_STR(completed("bt"), "bt:bt btop");
	CHECK_STR(completed("help whati"), "whati:whatis");
	CHECK_STR(completed("dmes"), "dmes:dmesg");
	CHECK_STR(completed("xyzzy"), "xyzzy:");
	CHECK_STR(completed("repeat ptob"), "ptob:ptob");
	CHECK_STR(completed("foreach gle"), "gle:gleader");
}

static void options(void)
{
	CHECK_STR(completed("whatis -"), "-:-m -o -r");
	CHECK_STR(completed("mod -s"), "-s:-s");
	CHECK_STR(completed("dmesg -T"), "-T:-T");
	CHECK_STR(completed("whatis -q"), "-q:");
	CHECK_STR(completed("foreach bt -e"), "-e:-e");
}

static void symbols(void)
{
	CHECK_STR(completed("sym init_"), "init_:init_net init_task");
	CHECK_STR(completed("init_n"), "init_n:init_net");
	CHECK_STR(completed("p &init_n"), "init_n:init_net");
	CHECK_STR(completed("p 2*init_n"), "init_n:init_net");
	CHECK_STR(completed("eval (init_n"), "init_n:init_net");
	CHECK_STR(completed("rd -e init_n"), "init_n:init_net");
	/* all there are would be no help; the compiler's names are no one's to type */
	CHECK_STR(completed("sym "), ":");
	CHECK_STR(completed("sym __func"), "__func:");
	CHECK_STR(completed("nocommand init_n"), "init_n:init_net");
}

static void types(void)
{
	CHECK_STR(completed("struct tas"), "tas:task");
	CHECK_STR(completed("*tas"), "tas:task");
	CHECK_STR(completed("struct -o tas"), "tas:task");
	CHECK_STR(completed("struct init_n"), "init_n:");
	CHECK_STR(completed("struct task init_n"), "init_n:init_net");
	CHECK_STR(completed("struct -o task init_n"), "init_n:init_net");
	CHECK_STR(completed("*task init_n"), "init_n:init_net");
	CHECK_STR(completed("* tas"), "tas:task");
	CHECK_STR(completed("whatis wor"), "wor:words_t");
	CHECK_STR(completed("whatis -m tas"), "tas:task");
	CHECK_STR(completed("tas"), "tas:task");
}

static void members(void)
{
	CHECK_STR(completed("struct task.pr"), "pr:prio");
	CHECK_STR(completed("struct task.list.ne"), "ne:next");
	CHECK_STR(completed("struct task.points.x"), "x:x");
	CHECK_STR(completed("struct task.points[1]."), ":x y");
	CHECK_STR(completed("struct task.pid,pr"), "pr:prio");
	CHECK_STR(completed("struct task.pid,list.pr"), "pr:prev");
	CHECK_STR(completed("struct task.list.next,pr"), "pr:prio");
	CHECK_STR(completed("task.list.pr"), "pr:prev");
	CHECK_STR(completed("list -s task.list."), ":next prev");
	/* through pointers, however they are written, and arrays of arrays */
	CHECK_STR(completed("struct task.list.next.pr"), "pr:prev");
	CHECK_STR(completed("p task.list.next->prev->ne"), "ne:next");
	CHECK_STR(completed("p ((struct task *)0)->co"), "co:color comm");
	CHECK_STR(completed("p ((struct task *) 0x10)->list.ne"), "ne:next");
	CHECK_STR(completed("p 1 + task.points[0].x + task.pr"), "pr:prio");
	/* of anonymous members too */
	CHECK_STR(completed("struct task.lo"), "lo:low");
	CHECK_STR(completed("struct task.wo"), "wo:word");
	/* nothing to find */
	CHECK_STR(completed("struct task.zz"), "zz:");
	CHECK_STR(completed("struct nothing.zz"), "zz:");
	CHECK_STR(completed("struct task.pid.zz"), "zz:");
	CHECK_STR(completed("p ((((.x"), "x:");
	CHECK_STR(completed("p ])->"), ":");
	CHECK_STR(completed("p ->x"), "x:");
	CHECK_STR(completed("p .x"), "x:");
}

static void files(void)
{
	CHECK_STR(completed("rd -r som"), "som:files");
	CHECK_STR(completed("mod -s ext4 dir/fi"), "dir/fi:files");
}

static void bases(void)
{
	static const char *const rows[][2] = {
		{"a", "a"},
		{"x + a->b[2].c", "a->b[2].c"},
		{"x (a + b)", "(a + b)"},
		{"f[(a)]", "f[(a)]"},
		{"-a", "a"},
		{"->a", "->a"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(member_base(rows[i][0], rows[i][0] + strlen(rows[i][0])), rows[i][1]);
}

int main(void)
{
	static const struct symbol list[] = {
		{.address = 0x1000, .name = "init_task", .type = 'D'},
		{.address = 0x2000, .name = "init_net", .type = 'D'},
		{.address = 0x3000, .name = "__func__.7", .type = 'd'},
	};
	static const struct {
		uint8_t word;
		enum byte_order order;
	} targets[] = {{8, ORDER_LITTLE}, {4, ORDER_BIG}, {8, ORDER_BIG}, {4, ORDER_LITTLE}};

	alias_builtin(&session);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		fake_target_open(&fake, targets[i].word, targets[i].order);
		target = (struct target){.types = fake.env.types,
					 .symbols = symbols_new(&fake.arena),
					 .order = targets[i].order,
					 .word_size = targets[i].word};
		symbols_add_module(target.symbols, "fake", list, sizeof(list) / sizeof(list[0]), NULL, 0);
		RUN(commands);
		RUN(options);
		RUN(symbols);
		RUN(types);
		RUN(members);
		RUN(files);
		fake_target_close(&fake);
	}
	RUN(bases);
	arena_free(&session.scratch);
	arena_free(&session.arena);
	arena_free(&arena);
	return check_done();
}
