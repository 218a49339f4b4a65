/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "debuginfo/orc.h"

enum { MOST = 16, BASE = 0x1000 };

/* A table as text: one entry per line of the array. */
struct line {
	uint64_t ip;
	int16_t sp_offset, bp_offset;
	uint16_t bits; /* sp_reg | bp_reg << 4 | type and flags << 8 */
};

static uint8_t ips[MOST * 4], entries[MOST * 6];

static struct orc_table make(enum orc_version version, enum byte_order order, const struct line *lines,
			     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put_uint(ips + 4 * i, 4, lines[i].ip - (BASE + 4 * i), order);
		put_uint(entries + 6 * i, 2, (uint16_t)lines[i].sp_offset, order);
		put_uint(entries + 6 * i + 2, 2, (uint16_t)lines[i].bp_offset, order);
		put_uint(entries + 6 * i + 4, 2, lines[i].bits, order);
	}
	return (struct orc_table){ips, entries, n, BASE, version, order};
}

static struct unwind_row row;

static bool row_is(const struct orc_table *t, uint64_t address, enum unwind_frame_kind kind, uint16_t reg,
		   int64_t offset)
{
	return orc_row(t, address, &row) && row.kind == kind && row.cfa.kind == RULE_REG_PLUS &&
	       row.cfa.reg == reg && row.cfa.offset == offset;
}

/* The four meanings of one call frame and of what stands around it. */
static void reads_each_layout(void)
{
	static const struct line v1[] = {
		{0x2000, 8, 0, 0x005}, {0x2010, 16, -16, 0x015}, {0x2020, 0, 0, 0x000},
		{0x2030, 0, 0, 0x400}, {0x2040, 0, 0, 0x105},    {0x2050, 8, 0, 0x205},
	};
	static const struct line v2[] = {
		{0x2000, 8, 0, 0x005}, {0x2010, 16, -16, 0x415}, {0x2020, 0, 0, 0x000},
		{0x2030, 0, 0, 0x800}, {0x2040, 0, 0, 0x505},    {0x2050, 8, 0, 0x205},
	};
	static const struct line v3[] = {
		{0x2000, 8, 0, 0x205}, {0x2010, 16, -16, 0xa15}, {0x2020, 0, 0, 0x000},
		{0x2030, 0, 0, 0x100}, {0x2040, 0, 0, 0xb05},    {0x2050, 8, 0, 0x405},
	};
	static const struct line v4[] = {
		{0x2000, 8, 0, 0x203}, {0x2010, 16, -16, 0xa83}, {0x2020, 0, 0, 0x000},
		{0x2030, 0, 0, 0x100}, {0x2040, 0, 0, 0xb03},    {0x2050, 8, 0, 0x403},
	};
	static const struct line *const all[] = {v1, v2, v3, v4};

	for (unsigned version = ORC_V1; version <= ORC_V4; version++) {
		struct orc_table t =
			make(version, version == ORC_V2 ? ORDER_BIG : ORDER_LITTLE, all[version - 1], 6);

		CHECK(!orc_row(&t, 0x1fff, &row));
		CHECK(row_is(&t, 0x2000, FRAME_CALL, 7, 8));
		CHECK(!row.signal && row.return_reg == 16 && !row.cfa_deref);
		CHECK(row.regs[16].kind == RULE_AT_CFA && row.regs[16].offset == -8);
		CHECK(row.regs[7].kind == RULE_CFA_PLUS && row.regs[7].offset == 0);
		CHECK(row.regs[6].kind == RULE_SAME && row.regs[3].kind == RULE_UNDEFINED);
		CHECK(row_is(&t, 0x200f, FRAME_CALL, 7, 8));
		CHECK(row_is(&t, 0x2010, FRAME_CALL, 7, 16));
		CHECK(row.regs[6].kind == RULE_AT_CFA && row.regs[6].offset == -16);
		CHECK(row.signal == (version != ORC_V1));
		CHECK(!orc_row(&t, 0x2020, &row));
		CHECK(orc_row(&t, 0x2030, &row) && row.kind == FRAME_END);
		CHECK(row_is(&t, 0x2040, FRAME_REGS, 7, 0));
		CHECK(row.signal);
		CHECK(row_is(&t, 0x2050, FRAME_REGS_PARTIAL, 7, 8));
		CHECK(row.signal == (version == ORC_V1));
		CHECK(row_is(&t, 0x9000, FRAME_REGS_PARTIAL, 7, 8)); /* the last goes on */
		CHECK_STR(row.origin, "ORC");
	}
	struct orc_table old = make(ORC_V1_NO_END, ORDER_LITTLE, v1, 6);

	CHECK(orc_row(&old, 0x2020, &row) && row.kind == FRAME_END);
}

static void reads_each_base(void)
{
	static const struct line old[] = {
		{0x2000, 8, 0, 0x202}, {0x2010, 8, 0, 0x203},   {0x2020, 24, 0, 0x204}, {0x2030, 8, 0, 0x206},
		{0x2040, 8, 0, 0x207}, {0x2050, -24, 0, 0x208}, {0x2060, 40, 0, 0x209}, {0x2070, 8, 0, 0x201},
		{0x2080, 8, 0, 0x20b}, {0x2090, 8, 32, 0x245},  {0x20a0, 8, 0, 0x705},
	};
	static const struct line new[] = {
		{0x2000, 8, 0, 0x202}, {0x2010, 8, 0, 0x205},   {0x2020, 24, 0, 0x204}, {0x2030, 8, 0, 0x206},
		{0x2040, 8, 0, 0x207}, {0x2050, -24, 0, 0x20a}, {0x2060, 40, 0, 0x209}, {0x2070, 8, 0, 0x208},
		{0x2080, 8, 0, 0x20b}, {0x2090, 8, 32, 0x243},  {0x20a0, 8, 0, 0x703},
	};

	for (unsigned version = ORC_V3; version <= ORC_V4; version++) {
		struct orc_table t = make(version, ORDER_LITTLE, version == ORC_V3 ? old : new, 11);

		CHECK(row_is(&t, 0x2000, FRAME_CALL, 1, 0));
		CHECK(row_is(&t, 0x2010, FRAME_CALL, 5, 0));
		CHECK(row_is(&t, 0x2020, FRAME_CALL, 6, 24));
		CHECK(row_is(&t, 0x2030, FRAME_CALL, 10, 0));
		CHECK(row_is(&t, 0x2040, FRAME_CALL, 13, 0));
		CHECK(row_is(&t, 0x2050, FRAME_CALL, 6, -24));
		CHECK(row.cfa_deref && row.cfa_add == 0);
		CHECK(row_is(&t, 0x2060, FRAME_CALL, 7, 0));
		CHECK(row.cfa_deref && row.cfa_add == 40);
		CHECK(!orc_row(&t, 0x2070, &row) && !orc_row(&t, 0x2080, &row) && !orc_row(&t, 0x20a0, &row));
		CHECK(row_is(&t, 0x2090, FRAME_CALL, 7, 8));
		CHECK(row.regs[6].kind == RULE_AT_REG && row.regs[6].reg == 6 && row.regs[6].offset == 32);
	}
}

/* Two entries at one place: the terminator of one section, then the start of the next. */
static void takes_the_last_of_equals(void)
{
	static const struct line lines[] = {{0x2000, 8, 0, 0x205}, {0x2010, 0, 0, 0}, {0x2010, 24, 0, 0x205}};
	struct orc_table t = make(ORC_V3, ORDER_LITTLE, lines, 3);

	CHECK(row_is(&t, 0x2010, FRAME_CALL, 7, 24));
	t.n = 0;
	CHECK(!orc_row(&t, 0x2010, &row));
}

/* Addresses below the table, as code is, and above 4 GiB. */
static void reaches_far_addresses(void)
{
	static const struct line lines[] = {{0xffffffff81000000, 8, 0, 0x205},
					    {0xffffffff81000040, 16, 0, 0x205}};
	struct orc_table t = {ips, entries, 2, 0xffffffff82c5d44c, ORC_V3, ORDER_LITTLE};

	make(ORC_V3, ORDER_LITTLE, lines, 2);
	for (unsigned i = 0; i < 2; i++)
		put_uint(ips + 4 * i, 4, lines[i].ip - (t.ip_address + 4 * i), ORDER_LITTLE);
	CHECK(row_is(&t, 0xffffffff8100003f, FRAME_CALL, 7, 8));
	CHECK(row_is(&t, 0xffffffff81000040, FRAME_CALL, 7, 16));
	CHECK(!orc_row(&t, 0xffffffff80ffffff, &row));
}

static void tells_versions(void)
{
	static const struct {
		const char *release;
		enum orc_version version;
	} releases[] = {
		{"4.13.0", ORC_UNKNOWN},
		{"4.14.314", ORC_V1_NO_END},
		{"4.19.0-27-amd64", ORC_V1},
		{"6.1.0-50-cloud-amd64", ORC_V1},
		{"6.3.2", ORC_V2},
		{"6.4.0", ORC_V3},
		{"6.12.9", ORC_V3},
		{"7.0.1", ORC_V3},
		{"7.1.0-rc1", ORC_V4},
		{"8.0", ORC_V4},
		{"5.14.0-427.el9.x86_64", ORC_V1},
		{"5.14.0-570.12.1.el9_6.x86_64", ORC_V3},
		{"", ORC_UNKNOWN},
	};
	static const uint8_t v4[20] = {0x13, 0x7c, 0x36, 0xad, 0x76, 0x27, 0xc4, 0xdd, 0x55, 0x93,
				       0x21, 0x76, 0xbb, 0x0e, 0xcd, 0xbd, 0x50, 0x41, 0xfc, 0x82};

	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++) {
		if (orc_version_of_release(releases[i].release) != releases[i].version)
			FAIL("%s: v%d", releases[i].release, orc_version_of_release(releases[i].release));
	}
	CHECK(orc_version_of_header(v4, 20) == ORC_V4);
	CHECK(orc_version_of_header(v4, 19) == ORC_UNKNOWN);
	CHECK(orc_version_of_header(v4 + 1, 19) == ORC_UNKNOWN);
}

static void corrects_versions_by_the_entries(void)
{
	static const struct line merged[] = {
		{0x2000, 8, 0, 0x005}, {0x2010, 8, 0, 0x005}, {0x2020, 0, 0, 0x105}};
	static const struct line split[] = {
		{0x2000, 8, 0, 0x205}, {0x2010, 8, 0, 0x205}, {0x2020, 0, 0, 0x305}};
	static const struct line new[] = {
		{0x2000, 8, 0, 0x203}, {0x2010, 8, 0, 0x203}, {0x2020, 0, 0, 0x303}};
	struct orc_table t = make(ORC_UNKNOWN, ORDER_LITTLE, merged, 3);

	CHECK(orc_version_check(&t, ORC_V2) == ORC_V2);
	CHECK(orc_version_check(&t, ORC_V3) == ORC_V1);
	CHECK(orc_version_check(&t, ORC_V1_NO_END) == ORC_V1_NO_END);
	t = make(ORC_UNKNOWN, ORDER_LITTLE, split, 3);
	CHECK(orc_version_check(&t, ORC_V1) == ORC_V3);
	CHECK(orc_version_check(&t, ORC_V4) == ORC_V3);
	t = make(ORC_UNKNOWN, ORDER_LITTLE, new, 3);
	CHECK(orc_version_check(&t, ORC_V3) == ORC_V4);
	t.n = 0;
	CHECK(orc_version_check(&t, ORC_V2) == ORC_V2);
}

int main(void)
{
	RUN(reads_each_layout);
	RUN(reads_each_base);
	RUN(takes_the_last_of_equals);
	RUN(reaches_far_addresses);
	RUN(tells_versions);
	RUN(corrects_versions_by_the_entries);
	return check_done();
}
