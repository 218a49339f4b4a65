/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types as gdb's ptype writes them, and units of memory as its x does. */
#include "base/error.h"
#include "fake_target.h"
#include "type/declare.h"
#include "type/ptype.h"
#include "type/unit.h"

#include "check.h"

static struct fake_target target;

static const char *expanded(const char *name)
{
	static struct text out;
	const struct type *t = type_parse(target.env.types, name);

	text_clear(&out);
	REQUIRE(t);
	type_expand(target.env.types, t, &out);
	return text_str(&out);
}

static const char *laid_out(const char *name, bool hex)
{
	static struct text out;
	const struct type *t = type_parse(target.env.types, name);

	text_clear(&out);
	REQUIRE(t);
	CHECK(type_layout(target.env.types, t, hex, &out));
	return text_str(&out);
}

/* Without typedefs, and with the body that pointers, arrays and functions are about. */
static void expands(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK_STR(expanded("struct list_head *"), "struct list_head {\n"
						  "    struct list_head *next;\n"
						  "    struct list_head *prev;\n"
						  "} *");
	CHECK_STR(expanded("struct list_head *[3]"), "struct list_head {\n"
						     "    struct list_head *next;\n"
						     "    struct list_head *prev;\n"
						     "} *[3]");
	CHECK_STR(expanded("words_t"), "ulong [4]");
	CHECK_STR(expanded("words_t *"), "ulong (*)[4]");
	fake_target_close(&target);
}

static void layouts(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK_STR(laid_out("struct list_head", false),
		  "struct list_head {\n"
		  "/*      0      |       8 */    struct list_head *next;\n"
		  "/*      8      |       8 */    struct list_head *prev;\n"
		  "\n"
		  "                               /* total size (bytes):   16 */\n"
		  "                             }");
	CHECK(strstr(laid_out("struct task", false), "/* XXX  2-byte hole      */\n"));
	CHECK(strstr(laid_out("struct task", false), "    uint level : 3;\n"));
	CHECK(strstr(laid_out("struct task *", false), "} *"));
	fake_target_close(&target);
	fake_target_open(&target, 4, ORDER_BIG);
	CHECK_STR(laid_out("struct list_head", true),
		  "struct list_head {\n"
		  "/* 0x0000      |  0x0004 */    struct list_head *next;\n"
		  "/* 0x0004      |  0x0004 */    struct list_head *prev;\n"
		  "\n"
		  "                               /* total size (bytes): 0x0008 */\n"
		  "                             }");
	fake_target_close(&target);
}

static void no_layouts(void)
{
	struct text out = {0};

	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK(!type_layout(target.env.types, type_parse(target.env.types, "int"), false, &out));
	CHECK_EQ_U64(out.n, 0);
	fake_target_close(&target);
	text_free(&out);
}

static const char *unit(char letter, uint64_t value, size_t size, bool padded)
{
	static struct text out;

	text_clear(&out);
	text_unit(&out, letter, value, size, padded);
	return text_str(&out);
}

/* What gdb prints for the same values. */
static void units(void)
{
	CHECK_STR(unit('x', 0x4000, 8, true), "0x0000000000004000");
	CHECK_STR(unit('x', 0xffffffff00000001, 4, true), "0x00000001");
	CHECK_STR(unit('x', 5, 4, false), "0x5");
	CHECK_STR(unit('z', 5, 4, false), "0x00000005");
	CHECK_STR(unit('d', 0xff, 1, true), "-1");
	CHECK_STR(unit('d', 0x80000000, 4, true), "-2147483648");
	CHECK_STR(unit('u', 0xff, 1, true), "255");
	CHECK_STR(unit('o', 0x4c, 1, true), "0114");
	CHECK_STR(unit('o', 0, 4, true), "0");
	CHECK_STR(unit('t', 0x4c, 1, true), "01001100");
	CHECK_STR(unit('t', 10, 4, false), "1010");
	CHECK_STR(unit('t', 0, 4, false), "0");
	CHECK_STR(unit('c', 'A', 1, true), "65 'A'");
	CHECK_STR(unit('c', '\n', 1, true), "10 '\\n'");
	CHECK_STR(unit('f', 0x3f800000, 4, true), "1");
	CHECK_STR(unit('f', 0x4000000000000000, 8, true), "2");
	CHECK_STR(unit('f', 0xffff, 2, true), "-1");
}

int main(void)
{
	RUN(expands);
	RUN(layouts);
	RUN(no_layouts);
	RUN(units);
	return check_done();
}
