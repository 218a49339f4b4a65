/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug files of modules: found, checked against the dump, placed at run-time addresses. */
#include <elf.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/find.h"
#include "debuginfo/symbols.h"
#include "linux/module.h"
#include "linux/module_sections.h"

struct placement {
	const struct module_section *list;
	size_t n;
};

/*
 * Types that were handed out point into the file: it stays open until the
 * session ends, and is taken up again when the same file is loaded again.
 */
struct module_debug {
	const char *path;
	struct elf_file *elf;
	struct dwarf *dwarf;       /* NULL: the file has none */
	struct type_source *types; /* NULL with it */
	struct placement placement;
	struct module_debug *older;
};

static bool section_address(void *context, const char *name, uint64_t *address)
{
	const struct placement *p = context;

	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->list[i].name, name) == 0) {
			*address = p->list[i].address;
			return true;
		}
	}
	return false;
}

/* "name=" of .modinfo (since 3e2e857f9c3a, v4.13); NULL where it does not stand. It ends within the section.
 */
static const char *name_of(struct elf_file *elf)
{
	struct elf_section section;
	const uint8_t *data;
	size_t size;

	if (!elf_file_section(elf, ".modinfo", &section))
		return NULL;
	data = elf_file_data(elf, &section, &size);
	for (size_t at = 0; data && at < size;) {
		const char *word = (const char *)data + at;
		size_t n = strnlen(word, size - at);

		if (n < size - at && strncmp(word, "name=", 5) == 0)
			return word + 5;
		at += n + 1;
	}
	fail_clear();
	return NULL;
}

static bool belongs(const struct module *m, struct elf_file *elf)
{
	const char *id = elf_file_build_id(elf), *name;

	if (elf_file_type(elf) != 1 /* ET_REL */)
		return fail("%s: is no module's object file", elf_file_path(elf));
	if (m->build_id && id && strcmp(m->build_id, id) != 0)
		return fail("%s: its build-id %s is not that of the loaded module, %s", elf_file_path(elf),
			    id, m->build_id);
	/* Most kernels keep no build-id of a module in memory (CONFIG_STACKTRACE_BUILD_ID). */
	name = name_of(elf);
	if (name && strcmp(name, m->name) != 0)
		return fail("%s: is module %s", elf_file_path(elf), name);
	return true;
}

/* Address and name in one number: within a module addresses differ in their low 32 bits. */
static uint64_t symbol_key(const struct symbol *s)
{
	return s->address + ((uint64_t)hash_bytes(s->name, strlen(s->name)) << 32);
}

/*
 * The dump's own symbols stay: they are what the kernel had. The file adds those
 * that the kernel did not keep, and their sizes.
 */
static void take_symbols(struct kernel *k, struct module *m, struct elf_file *elf,
			 struct placement *placement)
{
	struct target *t = k->target;
	struct symbol *list, *all;
	const struct symbol *known;
	struct num_map in_file = {0};
	struct arena scratch = {0};
	size_t n, n_known, n_all = 0;

	if (!elf_module_symbols(elf, section_address, placement, k->arena, &list, &n)) {
		fail_clear();
		return;
	}
	known = symbols_list(t->symbols, m->number, &n_known);
	all = arena_new_n(k->arena, n + n_known, struct symbol);
	for (size_t i = 0; i < n; i++)
		num_map_put(&scratch, &in_file, symbol_key(&list[i]), 0);
	for (size_t i = 0; i < n_known; i++)
		if (!num_map_get(&in_file, symbol_key(&known[i]), NULL))
			all[n_all++] = known[i];
	arena_free(&scratch);
	if (n)
		memcpy(all + n_all, list, n * sizeof(*list));
	symbols_replace_module(t->symbols, m->number, all, n_all + n);
}

static struct module_debug *open_debug(struct kernel *k, struct module *m, const char *path)
{
	struct module_debug *d = arena_new(k->arena, struct module_debug);
	struct module_section *sections;

	if (!module_sections(k, k->arena, m, &sections, &d->placement.n))
		return NULL;
	d->placement.list = sections;
	d->path = arena_strdup(k->arena, path);
	d->elf = elf_file_open(path);
	if (!d->elf)
		return NULL;
	if (!belongs(m, d->elf))
		goto failed;
	if (elf_file_has_dwarf(d->elf)) {
		d->dwarf = dwarf_open(d->elf, 0, section_address, &d->placement);
		if (!d->dwarf)
			goto failed;
		d->types = dwarf_types(d->dwarf, k->arena, m->name);
	}
	d->older = m->debug;
	m->debug = d;
	return d;
failed:
	elf_file_close(d->elf);
	return NULL;
}

bool module_load(struct kernel *k, struct module *m, const char *path)
{
	struct target *t = k->target;
	struct module_debug *d;

	if (!path)
		path = find_module(k->arena, m->name, t->release, m->build_id, k->module_dir);
	if (!path)
		return fail_in("module %s", m->name);
	for (d = m->debug; d && strcmp(d->path, path) != 0; d = d->older)
		;
	if (!d)
		d = open_debug(k, m, path);
	if (!d)
		return fail_in("module %s", m->name);
	module_unload(k, m);
	take_symbols(k, m, d->elf, &d->placement);
	if (d->dwarf) {
		target_set_module_dwarf(t, m->number, m->areas, m->n_areas, d->dwarf);
		types_add(t->types, d->types);
	}
	m->object_file = d->path;
	return true;
}

void module_unload(struct kernel *k, struct module *m)
{
	if (!m->object_file)
		return;
	for (struct module_debug *d = m->debug; d; d = d->older)
		if (d->types && strcmp(d->path, m->object_file) == 0)
			types_remove(k->target->types, d->types);
	target_set_module_dwarf(k->target, m->number, m->areas, m->n_areas, NULL);
	m->object_file = NULL;
}

bool module_code_at(const struct module *m, uint64_t address, struct elf_file **file,
		    struct elf_section *section, uint64_t *start)
{
	const struct module_debug *d = m->debug;

	while (d && (!m->object_file || strcmp(d->path, m->object_file) != 0))
		d = d->older;
	for (size_t i = 0; d && i < d->placement.n; i++) {
		*start = d->placement.list[i].address;
		if (address >= *start && elf_file_section(d->elf, d->placement.list[i].name, section) &&
		    section->flags & SHF_EXECINSTR && section->type != SHT_NOBITS &&
		    address - *start < section->size) {
			*file = d->elf;
			return true;
		}
	}
	return false;
}

void module_close(struct module *m)
{
	for (struct module_debug *d = m->debug; d; d = d->older) {
		if (d->dwarf)
			dwarf_close(d->dwarf);
		elf_file_close(d->elf);
	}
	m->debug = NULL;
}
