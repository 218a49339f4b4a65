/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"
#include "debuginfo/elf_file.h"
#include "fixture.h"

static void reads_the_header(void)
{
	const uint16_t one = 1;
	struct elf_file *e = elf_file_open(fixture("plain.elf"));

	REQUIRE(e);
	CHECK_EQ_U64(elf_file_type(e), 2);
	CHECK_EQ_U64(elf_file_word_size(e), sizeof(void *));
	CHECK(elf_file_order(e) == (*(const uint8_t *)&one ? ORDER_LITTLE : ORDER_BIG));
	CHECK(elf_file_machine(e) != 0);
	CHECK_STR(elf_file_build_id(e), "0123456789abcdef");
	CHECK(elf_file_has_symbols(e));
	CHECK(elf_file_has_dwarf(e));
	elf_file_close(e);
}

static void tells_what_a_file_lacks(void)
{
	struct elf_file *e = elf_file_open(fixture("stripped.elf"));
	uint64_t address;

	REQUIRE(e);
	CHECK(!elf_file_has_symbols(e));
	CHECK(!elf_file_has_dwarf(e));
	CHECK(!elf_file_symbol(e, "linux_banner", &address));
	/* without symbols the banner is found among the constants */
	CHECK_STR(elf_file_banner(e), "Linux version 9.8.7-fixture (nobody@nowhere) #1");
	elf_file_close(e);
}

static void finds_symbols_and_bytes(void)
{
	struct elf_file *e = elf_file_open(fixture("plain.elf"));
	const uint8_t *at;
	uint64_t address;

	REQUIRE(e);
	REQUIRE(elf_file_symbol(e, "linux_banner", &address));
	at = elf_file_at_address(e, address, 13);
	REQUIRE(at);
	CHECK_MEM(at, "Linux version", 13);
	CHECK_STR(elf_file_banner(e), "Linux version 9.8.7-fixture (nobody@nowhere) #1");
	REQUIRE(elf_file_symbol(e, "fixture_local", &address)); /* a local one */
	at = elf_file_at_address(e, address, 4);
	REQUIRE(at);
	CHECK_EQ_U64(get_u32(at, elf_file_order(e)), 7);
	CHECK(!elf_file_symbol(e, "fixture_loca", &address));
	CHECK(!elf_file_symbol(e, "fixture_local_", &address));
	CHECK(!elf_file_at_address(e, 1, 4));
	CHECK(!elf_file_at_address(e, address, 1 << 30));
	CHECK(!elf_file_at_address(e, UINT64_MAX - 1, 4));
	elf_file_close(e);
}

/* Each way of compressing gives back what the plain file holds. */
static void decompresses(void)
{
	static const char *const files[] = {"zlib.elf", "gnu-zlib.elf", "module-zlib.ko"};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct elf_file *plain = elf_file_open(fixture(i == 2 ? "module.ko" : "plain.elf"));
		struct elf_file *e = elf_file_open(fixture(files[i]));
		size_t plain_size, size, again_size;
		struct elf_section s, p;
		const uint8_t *want, *got;

		REQUIRE(plain && e);
		REQUIRE(elf_file_section(plain, ".debug_info", &p));
		REQUIRE(elf_file_section(e, ".debug_info", &s) || elf_file_section(e, ".zdebug_info", &s));
		CHECK(s.size < p.size);
		want = elf_file_data(plain, &p, &plain_size);
		got = elf_file_data(e, &s, &size);
		if (!got)
			FAIL("%s: %s", files[i], fail_text());
		REQUIRE(want && got);
		CHECK_EQ_U64(size, plain_size);
		/* offsets into other sections may differ with the compiler's options; the unit's header does
		 * not */
		CHECK_MEM(got, want, 8);
		CHECK(elf_file_data(e, &s, &again_size) == got && again_size == size);
		CHECK(elf_file_has_dwarf(e));
		elf_file_close(plain);
		elf_file_close(e);
	}
}

static char *write_copy(const uint8_t *data, size_t size)
{
	static char path[32];
	int fd;

	snprintf(path, sizeof path, "/tmp/inquest-elf-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		FAIL("cannot write %s", path);
	close(fd);
	return path;
}

/* Whatever is cut off or overwritten: a message or an answer, no crash. */
static void survives_damage(void)
{
	static uint8_t data[1 << 20], damaged[sizeof data];
	FILE *f = fopen(fixture("zlib.elf"), "rb");
	size_t size, opened = 0;
	unsigned seed = 1;

	REQUIRE(f);
	size = fread(data, 1, sizeof data, f);
	fclose(f);
	REQUIRE(size > 1000 && size < sizeof data);
	for (unsigned round = 0; round < 300; round++) {
		size_t left = round < 100 ? size * round / 100 : size;
		struct elf_file *e;
		char *path;

		memcpy(damaged, data, size);
		for (unsigned i = 0; round >= 100 && i < 20; i++) {
			seed = seed * 1103515245 + 12345;
			/* every other change in the section table, which is at the end */
			damaged[i & 1 ? size - 1 - (seed >> 8) % 2048 : (seed >> 8) % size] =
				(uint8_t)(seed >> 24);
		}
		path = write_copy(damaged, left);
		fail_clear();
		e = elf_file_open(path);
		if (!e)
			CHECK(fail_text()[0]);
		if (e) {
			const struct elf_section *list;
			size_t n = elf_file_sections(e, &list), length;
			uint64_t address;

			opened++;
			elf_file_build_id(e);
			elf_file_banner(e);
			elf_file_symbol(e, "fixture_entry", &address);
			for (size_t i = 0; i < n; i++) {
				fail_clear();
				if (!elf_file_data(e, &list[i], &length))
					CHECK(fail_text()[0]);
			}
			elf_file_close(e);
		}
		unlink(path);
	}
	CHECK(opened > 10);
}

static void refuses_other_files(void)
{
	char *path = write_copy((const uint8_t *)"KDUMP   and so on, and so on", 28);

	CHECK(!elf_file_open(path));
	CHECK(strstr(fail_text(), "not an ELF file"));
	CHECK(strstr(fail_text(), path));
	unlink(path);
	CHECK(!elf_file_open("/nonexistent/vmlinux"));
	CHECK(strstr(fail_text(), "/nonexistent/vmlinux"));
}

int main(void)
{
	RUN(reads_the_header);
	RUN(tells_what_a_file_lacks);
	RUN(finds_symbols_and_bytes);
	RUN(decompresses);
	RUN(survives_damage);
	RUN(refuses_other_files);
	return check_done();
}
