/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions over a fake target of either word size and byte order. */
#include "base/error.h"
#include "fake_target.h"

#include "check.h"

static struct fake_target target;

static const struct {
	uint8_t word;
	enum byte_order order;
} targets[] = {{8, ORDER_LITTLE}, {8, ORDER_BIG}, {4, ORDER_LITTLE}, {4, ORDER_BIG}};

/* What an expression is on every target; @narrow where words of 4 bytes make a difference. */
static const struct {
	const char *text;
	int64_t value;
	bool differs;
	int64_t narrow;
} numbers[] = {
	{"1 + 2 * 3", 7, false, 0},
	{"(1 + 2) * 3", 9, false, 0},
	{"10 - 3 - 2", 5, false, 0},
	{"-7 / 2", -3, false, 0},
	{"-7 % 3", -1, false, 0},
	{"1 << 4 | 1", 17, false, 0},
	{"~0", -1, false, 0},
	{"!0 + !5", 1, false, 0},
	{"2 + 3 * 4 == 14 && 1 | 6", 1, false, 0},
	{"0 ? 1 : 0 ? 2 : 3", 3, false, 0},
	{"1?2:3", 2, false, 0},
	{"1, 2", 2, false, 0},
	{"0 && 1 / 0", 0, false, 0},
	{"1 || 1 / 0", 1, false, 0},
	{"0x10 + 010 + 0b11", 27, false, 0},
	{"'a' + '\\n' + '\\x10' + '\\101'", 'a' + 10 + 16 + 65, false, 0},
	{"-1 < 1u", 0, false, 0}, /* -1 becomes unsigned */
	{"-1 < 1", 1, false, 0},
	{"-1L < 1u", 1, true, 0}, /* a long of 8 bytes holds every unsigned int */
	{"0xffffffff + 1", 0, false, 0},
	{"4294967295 + 1", 4294967296, false, 0},
	{"1L << 40", 1LL << 40, true, 0},
	{"1LL << 40", 1LL << 40, false, 0},
	{"(unsigned char)300", 44, false, 0},
	{"(signed char)200", -56, false, 0},
	{"(unsigned short)-1 >> 1", 32767, false, 0},
	{"(_Bool)5", 1, false, 0},
	{"-1 >> 3", -1, false, 0},
	{"-1u >> 28", 15, false, 0},
	{"sizeof(int) + sizeof(short)", 6, false, 0},
	{"sizeof(long)", 8, true, 4},
	{"sizeof(struct task)", 96, true, 68},
	{"sizeof init.comm", 8, false, 0},
	{"sizeof(task)", 96, true, 68},
	{"sizeof(*(struct task *)0)", 96, true, 68},
	{"sizeof(int (*[3])(void))", 24, true, 12},
	{"offsetof(struct task, points[1].y)", 64, true, 52},
	{"&((struct task *)0)->list", 24, true, 20},
	{"init.pid", 7, false, 0},
	{"init.prio", -5, false, 0},
	{"init.prio + 1", -4, false, 0},
	{"init.flag", 1, false, 0},
	{"init.level * 2", 10, false, 0},
	{"init.low", 0x11, false, 0},
	{"init.high", 0x22, false, 0},
	{"init.points[1].x", 3, false, 0},
	{"(&init)->points[0].y", 2, false, 0},
	{"(*&init).pid", 7, false, 0},
	{"init.comm[1]", 'w', false, 0},
	{"*init.comm", 's', false, 0},
	{"init.name[0]", 'e', false, 0},
	{"init.color == GREEN + BLUE", 1, false, 0},
	{"(enum color)2 == BLUE", 1, false, 0},
	{"init.byte", 255, false, 0},
	{"other.pid", 8, false, 0},
	{"container_of(init.list.next, struct task, list)->pid", 8, false, 0},
	{"container_of(init.list.next, task, list) == &other", 1, false, 0},
	{"((task *)&other)->pid", 8, false, 0},
	{"((struct list_head *)&init.list)->prev == &init.list", 1, false, 0},
	{"words[3]", 103, false, 0},
	{"*(words + 2)", 102, false, 0},
	{"*words", 100, false, 0},
	{"&words[3] - words", 3, false, 0},
	{"(char *)&words[3] - (char *)words", 24, true, 12},
	{"(words + 1)[1]", 102, false, 0},
	{"words[init.flag]", 101, false, 0},
	{"sizeof(*words@3)", 24, true, 12},
	{"(*words@3)[2]", 102, false, 0},
	{"(int)untyped", 77, false, 0},
	{"*(int *)&untyped", 77, false, 0},
	{"{int}&untyped", 77, false, 0},
	{"file.c:local", -12, false, 0},
	{"ext4:global + 1", 14, false, 0},
	{"1 ? file.c:local : 0", -12, false, 0},
	{"(long)$sp / 2", 21, false, 0},
	{"$sp + 1", 43, false, 0},
	{"(typeof(init.prio))70000", 4464, false, 0},
	{"((typeof(init) *)&other)->pid", 8, false, 0},
	{"sizeof(vmemory.pid)", 4, false, 0},
	{"(unsigned long)&vmemory > 0", 1, false, 0},
	{"MINUS", -1, false, 0},
	{"true + false", 1, false, 0},
	{"NULL == 0", 1, false, 0},
	{"sizeof \"abc\\n\"", 5, false, 0},
	{"\"abc\"[1]", 'b', false, 0},
	{"*\"\\x41\" + sizeof(\"a\" \"b\")", 'A' + 3, false, 0},
	{"$1.pid + $$.pid", 16, false, 0},
	{"$[1] + $2[0] + $$0[1]", 11, false, 0},
	{"&$1 == &other", 1, false, 0},
	{"0 ?: 5", 5, false, 0},
	{"3 ?: 5", 3, false, 0},
	{"init.pid ?: 1/0", 7, false, 0},
	{"sizeof(typeof(init))", 96, true, 68},
	{"sizeof(typeof(int) *)", 8, true, 4},
	{"sizeof(typeof(init.points[0]) [3])", 24, false, 0},
	{"(typeof(typeof(init.prio)))70000", 4464, false, 0},
	{"((__typeof__(&init))&other)->pid", 8, false, 0},
	{"{typeof(init.pid)}&other", 8, false, 0},
	{"offsetof(typeof(init), comm)", 6, false, 0},
	{"container_of(init.list.next, typeof(init), list)->pid", 8, false, 0},
	{"sizeof(typeof(vmemory.pid))", 4, false, 0},
};

static void check_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t want = numbers[i].differs && target.word == 4 ? numbers[i].narrow : numbers[i].value;
		struct value v;
		uint64_t n;

		if (!value_eval(&target.env, numbers[i].text, &v) || !value_number(&target.env, &v, &n))
			FAIL("%u bit, %s: %s", target.word * 8, numbers[i].text, fail_text());
		else if ((int64_t)n != want)
			FAIL("%u bit, %s is %lld, not %lld", target.word * 8, numbers[i].text, (long long)n,
			     (long long)want);
	}
}

static void numbers_on_every_target(void)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		fake_target_open(&target, targets[i].word, targets[i].order);
		check_numbers();
		fake_target_close(&target);
	}
}

static const struct {
	const char *text, *message;
} errors[] = {
	{"foo + bar", "unknown symbol foo\n    foo + bar\n    ^"},
	{"1 + bar", "unknown symbol bar\n    1 + bar\n        ^"},
	{"1 +", "an operand is expected\n    1 +\n       ^"},
	{"(1", ") is expected\n    (1\n      ^"},
	{"1 2", "an operator is expected\n    1 2\n      ^"},
	{"init.nothing", "struct task has no member nothing\n    init.nothing\n         ^"},
	{"init.pid.x", "member x is asked of something that is no structure\n    init.pid.x\n             ^"},
	{"(struct nope *)0", "there is no struct nope\n    (struct nope *)0\n            ^"},
	{"1 / 0", "division by zero\n    1 / 0\n      ^"},
	{"&init.flag", "a bit-field has no address\n    &init.flag\n    ^"},
	{"&5", "only what is in memory has an address\n    &5\n    ^"},
	{"init = 5", "a dump cannot be written to\n    init = 5\n         ^"},
	{"init.pid++", "a dump cannot be written to\n    init.pid++\n            ^"},
	{"printf_like(1)", "functions cannot be called in a dump\n    printf_like(1)\n               ^"},
	{"1 + \"text", "a string ends with \"\n    1 + \"text\n        ^"},
	{"\"\\q\"", "unknown escape sequence\n    \"\\q\"\n    ^"},
	{"\"ab\"[3]", "an array of 3 elements that is not in memory\n    \"ab\"[3]\n        ^"},
	{"$3", "the history has no value $3\n    $3\n    ^"},
	{"$$4", "the history has no value $$4\n    $$4\n    ^"},
	{"$1x", "a number or a register's name follows $\n    $1x\n    ^"},
	{"1\t+ nope", "unknown symbol nope\n    1\t+ nope\n     \t  ^"},
	{"'\xc3\xa4' + nope", "a character ends with '\n    '\xc3\xa4' + nope\n    ^"},
	{"sizeof \"\xc3\xa4\xe2\x82\xac\" + nope",
	 "unknown symbol nope\n    sizeof \"\xc3\xa4\xe2\x82\xac\" + nope\n                  ^"},
	{"1 +\nnope", "unknown symbol nope\n    1 + nope\n        ^"},
	{"untyped.x", "its type is not known: cast it, as in (*(struct x *)&y).z\n    untyped.x\n    ^"},
	{"(typeof(init.nope))1",
	 "struct task has no member nope\n    (typeof(init.nope))1\n                 ^"},
	{"1 + offsetof(struct task, nope)", "struct task has no member nope\n    1 + offsetof(struct task, "
					    "nope)\n                              ^"},
	{"(typeof init)1", "( is expected\n    (typeof init)1\n            ^"},
	{"$nope", "register nope is not known here\n    $nope\n    ^"},
	{"'ab'", "a character ends with '\n    'ab'\n    ^"},
	{"'a", "a character ends with '\n    'a\n    ^"},
	{"'", "a character ends with '\n    '\n    ^"},
	{"0x", "digits are missing\n    0x\n    ^"},
	{"1.5", "floating point numbers are not supported\n    1.5\n    ^"},
	{"99999999999999999999", "the number does not fit into 64 bits\n    99999999999999999999\n    ^"},
	{"init + 1", "a structure is no number\n    init + 1\n    ^"},
	{"5@2", "only what is in memory can be repeated with @\n    5@2\n     ^"},
	{"", "an operand is expected\n    \n    ^"},
};

static void errors_show_the_place(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct value v;

		if (value_eval(&target.env, errors[i].text, &v))
			FAIL("%s: no error", errors[i].text);
		else if (strcmp(fail_text(), errors[i].message) != 0)
			FAIL("%s: %s", errors[i].text, fail_text());
	}
	fake_target_close(&target);
}

static void unreadable_memory(void)
{
	struct value v;
	uint64_t n;

	fake_target_open(&target, 8, ORDER_LITTLE);
	REQUIRE(value_eval(&target.env, "vmemory.pid", &v));
	CHECK(!value_number(&target.env, &v, &n));
	CHECK_STR(fail_text(), "cannot read 4 bytes at 0xffff888000003000: page excluded");
	CHECK(!value_eval(&target.env, "vmemory.pid + 1", &v));
	CHECK(value_eval(&target.env, "&vmemory.pid", &v));
	fake_target_close(&target);
}

static void members_by_path(void)
{
	struct value init, v;
	uint64_t n;

	fake_target_open(&target, 4, ORDER_BIG);
	REQUIRE(value_eval(&target.env, "&init", &init));
	REQUIRE(value_member(&target.env, &init, "list.next->next", &v));
	REQUIRE(value_member(&target.env, &init, "points[1].y", &v));
	REQUIRE(value_number(&target.env, &v, &n));
	CHECK_EQ_U64(n, 4);
	REQUIRE(value_member(&target.env, &init, "level", &v));
	REQUIRE(value_number(&target.env, &v, &n));
	CHECK_EQ_U64(n, 5);
	CHECK(!value_member(&target.env, &init, "points[1] + 1", &v));
	CHECK(!value_member(&target.env, &init, "nothing", &v));
	fake_target_close(&target);
}

static void types_with_typeof(void)
{
	struct types *ts;

	fake_target_open(&target, 4, ORDER_LITTLE);
	ts = target.env.types;
	CHECK_EQ_U64(type_size(ts, value_type(&target.env, "typeof(init) [2]")), 136);
	CHECK_EQ_U64(type_size(ts, value_type(&target.env, "const typeof(init.prio)")), 2);
	CHECK(!value_type(&target.env, "typeof(init) 3"));
	CHECK_STR(fail_text(), "the type should end here\n    typeof(init) 3\n                 ^");
	CHECK(!value_type(&target.env, "typeof(init.nope)"));
	fake_target_close(&target);
}

/* Neither recursion nor chains of operators overflow the stack. */
static void deep_expressions(void)
{
	static char text[20000];
	static const char *const pieces[] = {
		"(",     "-",        "1+",  "*&",      "sizeof ",         "1?", "{int}", "a[",
		"(int)", "(typeof(", "1?:", "typeof(", "offsetof(typeof("};
	struct value v;

	fake_target_open(&target, 8, ORDER_LITTLE);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t length = strlen(pieces[i]), at = 0;

		for (; at + length + 2 < sizeof(text); at += length)
			memcpy(text + at, pieces[i], length);
		text[at] = '1';
		text[at + 1] = '\0';
		if (value_eval(&target.env, text, &v))
			FAIL("%zu times %s has a value", at / length, pieces[i]);
	}
	fake_target_close(&target);
}

int main(void)
{
	RUN(numbers_on_every_target);
	RUN(errors_show_the_place);
	RUN(unreadable_memory);
	RUN(members_by_path);
	RUN(types_with_typeof);
	RUN(deep_expressions);
	return check_done();
}
