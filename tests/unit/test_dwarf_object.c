/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects out of registers, memory and numbers, in both byte orders and word sizes. */
#include "check.h"
#include "debuginfo/dwarf_object.h"

static bool reg(void *context, uint64_t number, uint64_t *value)
{
	(void)context;
	*value = 0x1112131415161718 + number;
	return number < 8;
}

static enum read_status from_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	(void)context;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)buffer)[i] = (uint8_t)(address + i);
	return address >= 0x9000 ? READ_EXCLUDED : READ_OK;
}

static uint8_t bytes[16], lost[16];
static struct expr_object object;

static void make(enum byte_order order, uint8_t word, const char *expr, size_t n, size_t size)
{
	const struct expr_env env = {.reg = reg, .read = from_memory, .order = order, .word_size = word};
	struct expr_result result;

	memset(bytes, 0, sizeof bytes);
	memset(lost, 0, sizeof lost);
	object = (struct expr_object){.bytes = bytes, .lost = lost, .size = size};
	REQUIRE(expr_eval(&env, (const uint8_t *)expr, n, NULL, &result));
	expr_assemble(&env, &result, &object);
}

#define MAKE(order, word, text, size) make(order, word, text, sizeof(text) - 1, size)

static bool none_lost(size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (lost[i])
			return false;
	}
	return true;
}

static void takes_the_low_end_of_registers(void)
{
	MAKE(ORDER_LITTLE, 8, "\x50", 8);
	CHECK_MEM(bytes, "\x18\x17\x16\x15\x14\x13\x12\x11", 8);
	MAKE(ORDER_BIG, 8, "\x50", 8);
	CHECK_MEM(bytes, "\x11\x12\x13\x14\x15\x16\x17\x18", 8);
	MAKE(ORDER_LITTLE, 8, "\x50", 2);
	CHECK_MEM(bytes, "\x18\x17", 2);
	MAKE(ORDER_BIG, 8, "\x50", 2);
	CHECK_MEM(bytes, "\x17\x18", 2);
	CHECK(none_lost(2));
}

/* A number of 64 bits in two registers of 32; the compiler lists what comes first in memory first. */
static void joins_two_registers(void)
{
	MAKE(ORDER_LITTLE, 4, "\x52\x93\x04\x53\x93\x04", 8);
	CHECK_EQ_U64(get_u64(bytes, ORDER_LITTLE), 0x1516171b1516171a);
	MAKE(ORDER_BIG, 4, "\x52\x93\x04\x53\x93\x04", 8);
	CHECK_EQ_U64(get_u64(bytes, ORDER_BIG), 0x1516171a1516171b);
	CHECK(none_lost(8));
}

static void marks_what_is_lost(void)
{
	for (unsigned i = 0; i < 2; i++) {
		enum byte_order order = i ? ORDER_BIG : ORDER_LITTLE;

		/* reg2 piece 4, piece 2, lit5 stack_value piece 2, and two bytes more of which nothing tells
		 */
		MAKE(order, 8, "\x52\x93\x04\x93\x02\x35\x9f\x93\x02", 10);
		CHECK_MEM(lost, "\0\0\0\0\1\1\0\0\1\1", 10);
		CHECK_EQ_U64(get_u32(bytes, order), 0x1516171a);
		CHECK_EQ_U64(get_u16(bytes + 6, order), 5);
		CHECK(!object.why);
		/* a register that nobody saved; memory that is not there */
		MAKE(order, 8, "\x5f", 4);
		CHECK_MEM(lost, "\1\1\1\1", 4);
		CHECK_STR(object.why, "in a register that was not saved");
		MAKE(order, 8, "\x0a\x00\x90\x93\x04\x0a\x00\x20\x93\x04", 8);
		if (order == ORDER_LITTLE) {
			CHECK_MEM(lost, "\1\1\1\1\0\0\0\0", 8);
			CHECK_STR(object.why, "page excluded");
			CHECK_MEM(bytes + 4, "\x00\x01\x02\x03", 4);
		}
		/* more than a register holds */
		MAKE(order, 4, "\x52", 8);
		CHECK_MEM(lost, "\1\1\1\1\1\1\1\1", 8);
		/* a value that is shorter than the object */
		MAKE(order, 4, "\x35\x9f", 8);
		CHECK_MEM(lost, "\1\1\1\1\1\1\1\1", 8);
	}
}

/* Bits are counted from the least significant one of a register, and in memory from where it begins. */
static void places_bits(void)
{
	/* reg0 bit_piece 4 at 8, reg0 bit_piece 12 at 16 */
	MAKE(ORDER_LITTLE, 8, "\x50\x9d\x04\x08\x50\x9d\x0c\x10", 2);
	CHECK_EQ_U64(get_u16(bytes, ORDER_LITTLE), 0x7 | 0x516 << 4);
	MAKE(ORDER_BIG, 8, "\x50\x9d\x04\x08\x50\x9d\x0c\x10", 2);
	CHECK_EQ_U64(get_u16(bytes, ORDER_BIG), 0x7 << 12 | 0x516);
	/* memory at 0x2012: bytes 12 13; 12 bits from bit 4 on */
	MAKE(ORDER_LITTLE, 8, "\x0b\x12\x20\x9d\x0c\x04\x30\x9f\x9d\x04\x00", 2);
	CHECK_EQ_U64(get_u16(bytes, ORDER_LITTLE), 0x131);
	MAKE(ORDER_BIG, 8, "\x0b\x20\x12\x9d\x0c\x04\x30\x9f\x9d\x04\x00", 2);
	CHECK_EQ_U64(get_u16(bytes, ORDER_BIG), 0x2130);
	CHECK(none_lost(2));
	/* beyond the register */
	MAKE(ORDER_LITTLE, 4, "\x50\x9d\x10\x18", 2);
	CHECK_MEM(lost, "\1\1", 2);
}

static void copies_implicit_values(void)
{
	MAKE(ORDER_BIG, 8,
	     "\x9e\x04"
	     "abcd",
	     4);
	CHECK_MEM(bytes, "abcd", 4);
	MAKE(ORDER_BIG, 8,
	     "\x9e\x02"
	     "ab",
	     4);
	CHECK_MEM(lost, "\1\1\1\1", 4);
	MAKE(ORDER_LITTLE, 8, "", 4);
	CHECK_MEM(lost, "\1\1\1\1", 4);
	/* a pointer to a variable that is nowhere */
	MAKE(ORDER_LITTLE, 8, "\xa0\x01\0\0\0\0", 8);
	CHECK_STR(object.why, "synthetic pointer");
}

int main(void)
{
	RUN(takes_the_low_end_of_registers);
	RUN(joins_two_registers);
	RUN(marks_what_is_lost);
	RUN(places_bits);
	RUN(copies_implicit_values);
	return check_done();
}
