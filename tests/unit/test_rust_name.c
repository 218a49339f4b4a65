/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/rust_name.h"
#include "check.h"

/* Examples of RFC 2603 and of the reference of rustc's symbol mangling, and names of Linux' Rust code. */
static const struct {
	const char *mangled, *plain;
} names[] = {
	{"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
	{"_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"},
	{"_RNvMs_Cs4Cv8Wi1oAIB_7mycrateNtB4_7Example3foo", "<mycrate::Example>::foo"},
	{"_RNvXCs15kBYyAo9fc_7mycrateNtB2_7ExampleNtB2_5Trait3foo",
	 "<mycrate::Example as mycrate::Trait>::foo"},
	{"_RNCNvCsgStHSCytQ6I_7mycrate4main0B3_", "mycrate::main::{closure#0}"},
	{"_RINvCsgStHSCytQ6I_7mycrate3foomEB2_", "mycrate::foo::<u32>"},
	{"_RINvCs1_1a1bKj3_E", "a::b::<0x3>"},
	{"_RINvCs1_1a1bRShE", "a::b::<&[u8]>"},
	{"_RINvCs1_1a1bTlxEE", "a::b::<(i32, i64)>"},
	{"_RINvCs1_1a1bFUKCmEuE", "a::b::<unsafe extern \"C\" fn(u32)>"},
	{"_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"},
	{"_ZN38_$LT$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
	 "<T as core::fmt::Debug>::fmt"},
	{"_RNvCs1234_7mycrate3foo.cold", "mycrate::foo.cold"},
};

static const char *const others[] = {
	"vfs_write", "_ZN3foo3barEv", "_R", "_RNvC", "_RNvCs1234_99mycrate", "_RBm_", ""};

static void names_are_read(void)
{
	struct text out = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		text_clear(&out);
		CHECK(rust_demangle(names[i].mangled, &out));
		CHECK_STR(text_str(&out), names[i].plain);
	}
	text_free(&out);
}

static void others_are_left_alone(void)
{
	struct text out = {0};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		text_clear(&out);
		CHECK(!rust_demangle(others[i], &out));
		CHECK_STR(text_str(&out), "");
	}
	text_free(&out);
}

static void lines_keep_what_is_around(void)
{
	const char *line = "RIP: 0010:_RNvCs1234_7mycrate3foo+0x12/0x40 [mycrate]";
	struct text out = {0};

	rust_demangle_line(line, strlen(line), &out);
	CHECK_STR(text_str(&out), "RIP: 0010:mycrate::foo+0x12/0x40 [mycrate]");
	text_free(&out);
}

int main(void)
{
	RUN(names_are_read);
	RUN(others_are_left_alone);
	RUN(lines_keep_what_is_around);
	return check_done();
}
