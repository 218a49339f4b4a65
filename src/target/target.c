/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target as a whole: its life, options, evidence, variables and per-CPU objects. */
#include "target/target.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "target/arch.h"

static enum read_status dump_physical(struct target *t, uint64_t address, void *buffer, size_t size,
				      size_t *done)
{
	return dump_read(t->dump, address, buffer, size, done);
}

enum read_status target_read_once(struct target *t, uint64_t address, void *buffer, size_t size, size_t *done)
{
	return t->physical == dump_physical ? dump_read_once(t->dump, address, buffer, size, done)
					    : t->physical(t, address, buffer, size, done);
}

struct target *target_new(struct arena *a, const struct arch *arch, const struct target_options *options)
{
	static atomic_uint_fast64_t next_id = 1;
	static const struct target_options none;
	struct target *t = arena_new(a, struct target);

	t->id = atomic_fetch_add(&next_id, 1);
	t->arena = a;
	t->arch = arch;
	t->order = arch->orders == 1U << ORDER_BIG ? ORDER_BIG : ORDER_LITTLE;
	t->word_size = arch->word_size;
	t->page_shift = arch->page_shift;
	t->page_size = 1U << arch->page_shift;
	t->release = "";
	t->options = options ? options : &none;
	t->machdep_used = arena_zalloc(a, t->options->n_machdep * sizeof *t->machdep_used);
	t->physical = dump_physical;
	t->kernel.name = "kernel";
	return t;
}

void target_close(struct target *t)
{
	if (!t)
		return;
	if (t->arch && t->arch->cleanup)
		t->arch->cleanup(t);
	if (t->dwarf)
		dwarf_close(t->dwarf);
	if (t->debug_file && t->debug_file != t->vmlinux)
		elf_file_close(t->debug_file);
	if (t->vmlinux)
		elf_file_close(t->vmlinux);
	if (t->dump)
		dump_close(t->dump);
}

/* Where in the list of -m options @key's value stands; -1: nowhere. */
static int option_index(const struct target *t, const char *key, const char **value)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < t->options->n_machdep; i++) {
		const char *text = t->options->machdep[i];

		if (strncmp(text, key, n) == 0 && text[n] == '=') {
			*value = text + n + 1;
			return (int)i;
		}
	}
	return -1;
}

const char *target_option_text(const struct target *t, const char *key)
{
	const char *value = NULL;
	int i = option_index(t, key, &value);

	if (i >= 0)
		t->machdep_used[i] = true;
	return value;
}

bool target_option(const struct target *t, const char *key, uint64_t *value)
{
	const char *text;
	int i = option_index(t, key, &text);

	if (i < 0 || !parse_number(text, 0, value))
		return false;
	t->machdep_used[i] = true;
	return true;
}

void target_evidence(struct target *t, const char *what, const char *from, const char *format, ...)
{
	struct evidence *e;
	va_list ap;

	if (t->n_evidence == t->evidence_capacity)
		t->evidence =
			vec_grow(t->arena, t->evidence, t->n_evidence, &t->evidence_capacity, sizeof *e);
	e = &t->evidence[t->n_evidence++];
	va_start(ap, format);
	e->value = arena_vprintf(t->arena, format, ap);
	va_end(ap);
	e->what = arena_strdup(t->arena, what);
	e->from = arena_strdup(t->arena, from);
}

bool target_symbol(struct target *t, const char *name, uint64_t *address)
{
	if (symbol_address(t->symbols, name, address))
		return true;
	return t->vmcoreinfo && vmcoreinfo_symbol(t->vmcoreinfo, name, address);
}

/* How large the variable is, or 0. Asking the symbol is cheap; its type may have to be searched for. */
static size_t variable_size(struct target *t, const char *name)
{
	const struct symbol *symbol = symbol_find(t->symbols, name);
	const struct type *type;
	uint64_t size = symbol ? symbol->size : 0;

	if (size != 1 && size != 2 && size != 4 && size != 8) {
		type = type_of_symbol(t->types, name);
		size = type ? type_size(t->types, type) : 0;
	}
	return size >= 1 && size <= 8 ? (size_t)size : t->word_size;
}

bool target_variable(struct target *t, const char *name, size_t size, uint64_t *value)
{
	uint64_t address;
	enum read_status status;

	if (!target_symbol(t, name, &address))
		return fail("this kernel has no symbol %s", name);
	status = target_read_uint(t, address, size ? size : variable_size(t, name), value);
	if (status != READ_OK)
		return target_read_failed(t, name, address, status);
	return true;
}

struct percpu_bases {
	bool smp;
	uint32_t n;
	uint64_t *base;
};

/* include/asm-generic/percpu.h: unsigned long __per_cpu_offset[NR_CPUS]; SMP kernels only. */
static struct percpu_bases *read_percpu_bases(struct target *t)
{
	enum { MOST_CPUS = 8192 }; /* the largest NR_CPUS of any architecture */
	struct percpu_bases *p = arena_new(t->arena, struct percpu_bases);
	const struct symbol *symbol = symbol_find(t->symbols, "__per_cpu_offset");
	uint64_t address, n;

	if (!symbol) {
		if (!symbol_address(t->symbols, "jiffies", &address))
			return fail("no symbols of the kernel's data, so per-CPU objects cannot be found"),
			       NULL;
		return p;
	}
	p->smp = true;
	n = t->nr_cpus;
	if (n == 0 && target_variable(t, "nr_cpu_ids", 4, &n))
		t->nr_cpus = n <= MOST_CPUS ? (uint32_t)n : 0;
	if (n == 0 || n > MOST_CPUS)
		n = MOST_CPUS;
	if (symbol->size && n > symbol->size / t->word_size)
		n = symbol->size / t->word_size;
	p->base = arena_new_n(t->arena, n, uint64_t);
	while (p->n < n) {
		enum read_status status =
			target_read_word(t, symbol->address + (uint64_t)p->n * t->word_size, &p->base[p->n]);

		/* none at all is remembered too: nobody asks for the same pages once per CPU */
		if (status != READ_OK)
			break;
		p->n++;
	}
	return p;
}

bool target_percpu(struct target *t, unsigned cpu, uint64_t address, uint64_t *where)
{
	const struct percpu_bases *p = t->percpu;

	if (!p)
		p = t->percpu = read_percpu_bases(t);
	if (!p)
		return false;
	if (p->smp && p->n == 0)
		return fail("the per-CPU offsets cannot be read");
	if (p->smp && cpu >= p->n)
		return fail("there is no CPU %u", cpu);
	if (!p->smp && cpu > 0)
		return fail("there is no CPU %u: this kernel is built for one CPU", cpu);
	*where = (address + (p->smp ? p->base[cpu] : 0)) & target_word_mask(t);
	return true;
}

bool target_member(struct target *t, enum type_kind kind, const char *type, const char *path,
		   uint64_t *offset, uint64_t *size)
{
	const struct type *found = type_find(t->types, kind, type);
	struct type_place place;

	if (!found)
		return fail("type %s is not known", type);
	if (!type_path(t->types, found, path, &place))
		return fail_in("struct %s", type);
	*offset = place.bit_offset / 8;
	*size = type_size(t->types, place.type);
	return true;
}

bool target_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	if (!t->arch->user_space)
		return fail("user memory of %s cannot be read yet", t->arch->name);
	memset(s, 0, sizeof *s);
	s->name = "user";
	return t->arch->user_space(t, pgd, s);
}

bool target_user_tables(struct target *t, uint64_t pgd, uint64_t last, struct space *s)
{
	enum read_status status;

	if (!t->arch_data || !t->kernel.has_root)
		return fail("the kernel's memory was not found");
	status = space_translate(t, &t->kernel, pgd, &s->root, NULL);
	if (status != READ_OK)
		return target_read_failed(t, "the process's page tables", pgd, status);
	s->form = t->kernel.form;
	s->has_root = true;
	return space_add(s, &(struct space_range){0, last, SPACE_TABLE, 0, "user"});
}
