/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A damaged vmlinux or module: sections, symbols, lines, inlined calls, CFI and types, all asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool place(void *context, const char *section, uint64_t *address)
{
	(void)context;
	*address = 0x10000 + 0x1000 * (uint64_t)strlen(section);
	return true;
}

static void ask_about(struct dwarf *d, uint64_t address)
{
	static struct unwind_row row;
	struct dwarf_inline list[8];
	const char *file;
	unsigned line;

	dwarf_line(d, address, &file, &line);
	dwarf_inlines(d, address, list, 8);
	dwarf_cfi_row(d, address, &row);
}

static bool look(void *context, const struct type *t)
{
	const struct type_member *members;
	const struct type_enumerator *enumerators;
	size_t n;

	(void)t->source->ops->members(t->source, t, &members, &n);
	(void)t->source->ops->enumerators(t->source, t, &enumerators, &n);
	return --*(unsigned *)context > 0;
}

struct naming {
	struct type_source *types;
	unsigned left;
};

static bool look_at_symbol(void *context, const struct type_symbol *symbol)
{
	(void)symbol;
	return --*(unsigned *)context > 0;
}

static bool define(void *context, enum type_name_kind kind, const char *name)
{
	struct naming *n = context;
	unsigned left = 20;

	if (kind == NAME_VARIABLE || kind == NAME_FUNCTION)
		n->types->ops->each_definition(n->types, name, look_at_symbol, &left);
	return --n->left > 0;
}

static void ask_everything(struct elf_file *e, struct arena *a)
{
	struct symbols *s = symbols_new(a);
	struct dwarf *d = dwarf_open(e, 0x1000, place, NULL);
	struct symbol *of_module;
	const struct symbol *list;
	size_t n = 0, m;

	elf_file_build_id(e);
	elf_file_banner(e);
	elf_module_symbols(e, place, NULL, a, &of_module, &m);
	if (symbols_load_elf(s, e)) {
		symbols_set_slide(s, 0x1000);
		list = symbols_list(s, 0, &n);
		for (size_t i = 0; i < n && i < 200; i++) {
			symbol_find(s, list[i].name);
			symbol_text_at(s, list[i].address + 1, NULL);
			if (d)
				ask_about(d, list[i].address);
		}
		symbols_set_slide(s, 0xffffffff00000000);
	}
	if (d) {
		struct type_source *types = dwarf_types(d, a, "fuzz");
		unsigned left = 500;

		ask_about(d, 0);
		types->ops->each(types, look, &left);
		types->ops->each_name(types, "", ~0u, define, &(struct naming){types, 200});
	}
	dwarf_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct elf_file *e;
	char path[64];
	int fd = memfd_create("fuzz", 0);

	if (fd < 0)
		abort();
	if (write(fd, data, size) == (ssize_t)size) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		e = elf_file_open(path);
		if (e)
			ask_everything(e, &arena);
		elf_file_close(e);
	}
	close(fd);
	arena_free(&arena);
	return 0;
}
