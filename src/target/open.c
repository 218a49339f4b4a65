/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting the target together: dump, architecture, VMCOREINFO, vmlinux, symbols,
 * address space, types. Everything that can wait does: what is read here are
 * headers, a banner and a few variables.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/find.h"
#include "debuginfo/kallsyms.h"
#include "target/arch.h"
#include "target/sources.h"

/* The byte order in NAME:big or NAME:little; false when that is not there. */
static bool named_order(const char *name, enum byte_order *order)
{
	const char *colon = name ? strchr(name, ':') : NULL;

	*order = colon && strcmp(colon, ":big") == 0 ? ORDER_BIG : ORDER_LITTLE;
	return *order == ORDER_BIG || (colon && strcmp(colon, ":little") == 0);
}

static const struct arch *arch_by_name(const char *name)
{
	enum byte_order order;
	size_t n = named_order(name, &order) ? strcspn(name, ":") : strlen(name);

	for (size_t i = 0; arch_table[i]; i++) {
		if (strncmp(arch_table[i]->name, name, n) == 0 && !arch_table[i]->name[n])
			return arch_table[i];
	}
	return NULL;
}

static const struct arch *arch_by_elf(uint16_t machine, uint8_t word_size)
{
	for (size_t i = 0; arch_table[i]; i++) {
		if (arch_table[i]->elf_machine == machine &&
		    (!word_size || arch_table[i]->word_size == word_size))
			return arch_table[i];
	}
	return NULL;
}

static const struct arch *arch_by_uts(const char *machine)
{
	for (size_t i = 0; arch_table[i]; i++) {
		for (const char *const *m = arch_table[i]->machines; m && *m; m++) {
			if (strcmp(*m, machine) == 0)
				return arch_table[i];
		}
	}
	return NULL;
}

static const char *known_archs(struct arena *a)
{
	const char *list = "";

	for (size_t i = 0; arch_table[i]; i++)
		list = arena_printf(a, "%s%s%s", list, *list ? ", " : "", arch_table[i]->name);
	return list;
}

/* EM_ numbers (the ELF gABI's registry) of machines that Linux runs on, by the names users know. */
static const char *elf_machine_name(struct arena *a, uint16_t machine, uint8_t word_size)
{
	static const struct {
		uint16_t machine;
		uint8_t word_size; /* 0: any */
		const char *name;
	} names[] = {
		{2, 0, "sparc"},      {3, 0, "x86"},     {4, 0, "m68k"},      {8, 8, "mips64"},
		{8, 0, "mips"},       {15, 0, "parisc"}, {20, 0, "ppc"},      {21, 0, "ppc64"},
		{22, 8, "s390x"},     {22, 0, "s390"},   {40, 0, "arm"},      {42, 0, "sh"},
		{43, 0, "sparc64"},   {50, 0, "ia64"},   {62, 0, "x86_64"},   {183, 0, "arm64"},
		{195, 0, "arc"},      {243, 4, "riscv"}, {243, 0, "riscv64"}, {258, 0, "loongarch64"},
		{0x9026, 0, "alpha"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].machine == machine && (!names[i].word_size || names[i].word_size == word_size))
			return names[i].name;
	}
	return arena_printf(a, "for ELF machine %u", machine);
}

/* utsname.machine by the same names, where they differ. A prefix: "armv7l", "i686". */
static const char *uts_machine_name(const char *machine)
{
	static const char *const names[][2] = {
		{"aarch64", "arm64"}, {"arm", "arm"}, {"i", "x86"}, {"ppc64", "ppc64"}, {"amd64", "x86_64"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i][0]);

		if (strncmp(machine, names[i][0], n) == 0 &&
		    (names[i][0][0] != 'i' || isdigit((unsigned char)machine[1])))
			return names[i][1];
	}
	return machine;
}

/* @is: a machine by the name users know. Which other binary can do it is said where there is one. */
static bool wrong_arch(struct arena *a, const char *what, const char *is)
{
	const char *folder = strcmp(is, "mips64") == 0 ? "mips" : is; /* both word sizes are in one */
	const char *other = "";

	for (size_t i = 0; arch_known[i]; i++) {
		if (strcmp(arch_known[i], folder) == 0)
			other = arena_printf(a, " (inquest-%s does, and inquest, which has all)", folder);
	}
	return fail("%s is %s; this binary supports %s%s", what, is, known_archs(a), other);
}

/* What the ELF header of a dump says. Of two word sizes, the kernel's own lines know better than the
 * container. */
static const struct arch *arch_of_header(const struct dump_info *info, const struct vmcoreinfo *v)
{
	uint64_t stext;
	uint8_t word_size = info->word_size;
	const struct arch *arch;

	if (v && vmcoreinfo_symbol(v, "_stext", &stext))
		word_size = stext >> 32 ? 8 : 4;
	arch = arch_by_elf(info->elf_machine, word_size);
	return arch ? arch : arch_by_elf(info->elf_machine, 0);
}

/*
 * Which architecture: by --target, by what the dump says, by the vmlinux, by
 * lines that only one architecture writes into VMCOREINFO; at last by there
 * being only one.
 */
static const struct arch *decide_arch(struct arena *a, const struct target_options *o, struct dump *dump,
				      struct elf_file *vmlinux, const struct vmcoreinfo *v, const char **from)
{
	const struct dump_info *info = dump_info(dump);
	const struct arch *arch;

	if (o->target) {
		*from = "--target";
		arch = arch_by_name(o->target);
		if (!arch)
			fail("unknown target %s; this binary supports %s", o->target, known_archs(a));
		return arch;
	}
	if (vmlinux) {
		*from = "vmlinux";
		arch = arch_by_elf(elf_file_machine(vmlinux), elf_file_word_size(vmlinux));
		if (!arch)
			wrong_arch(
				a, elf_file_path(vmlinux),
				elf_machine_name(a, elf_file_machine(vmlinux), elf_file_word_size(vmlinux)));
		return arch;
	}
	if (info->elf_machine) {
		*from = "the dump's ELF header";
		arch = arch_of_header(info, v);
		if (!arch)
			wrong_arch(a, "this dump", elf_machine_name(a, info->elf_machine, 0));
		return arch;
	}
	if (*info->uts_machine) {
		*from = "the dump's header";
		arch = arch_by_uts(info->uts_machine);
		if (!arch)
			wrong_arch(a, "this dump", uts_machine_name(info->uts_machine));
		return arch;
	}
	for (size_t i = 0; v && arch_table[i]; i++) {
		*from = "VMCOREINFO";
		if (arch_table[i]->recognise && arch_table[i]->recognise(v))
			return arch_table[i];
	}
	if (v && arch_table[0] && !arch_table[1] && arch_table[0]->recognise) {
		fail("the dump does not name its architecture, and its kernel wrote nothing that only %s "
		     "writes; "
		     "this binary supports %s, which --target %s insists on",
		     arch_table[0]->name, arch_table[0]->name, arch_table[0]->name);
		return NULL;
	}
	*from = "the only one in this binary";
	if (arch_table[0] && !arch_table[1])
		return arch_table[0];
	fail("the dump does not say which architecture it is of; name it with --target (%s)", known_archs(a));
	return NULL;
}

/* A vmlinux for another machine than the dump is a mistake worth words of its own. */
static bool machines_agree(struct arena *a, const struct dump_info *info, struct elf_file *vmlinux)
{
	const struct arch *of_dump = NULL;

	if (info->elf_machine)
		of_dump = arch_by_elf(info->elf_machine, 0);
	else if (*info->uts_machine)
		of_dump = arch_by_uts(info->uts_machine);
	if (info->elf_machine && !of_dump && info->elf_machine != elf_file_machine(vmlinux))
		return wrong_arch(a, "this dump", elf_machine_name(a, info->elf_machine, 0));
	if (of_dump && of_dump->elf_machine != elf_file_machine(vmlinux))
		return fail("%s is %s, but the dump is %s", elf_file_path(vmlinux),
			    elf_machine_name(a, elf_file_machine(vmlinux), elf_file_word_size(vmlinux)),
			    of_dump->name);
	return true;
}

/* "6.1.0-50-cloud-amd64" out of "Linux version 6.1.0-50-cloud-amd64 (..." ; NULL when it is no banner. */
static const char *banner_release(struct arena *a, const char *banner)
{
	static const char start[] = "Linux version ";
	size_t n;

	if (!banner || strncmp(banner, start, sizeof start - 1) != 0)
		return NULL;
	banner += sizeof start - 1;
	n = strcspn(banner, " ");
	return n ? arena_strndup(a, banner, n) : NULL;
}

/* The two texts tell a user at once which kernel is which. */
static bool refuse(const struct elf_file *vmlinux, const char *ours, const char *theirs)
{
	return fail("%s is not the kernel of this dump\n  vmlinux: %s\n     dump: %s", elf_file_path(vmlinux),
		    ours, theirs);
}

/* Before anything of the kernel is known but VMCOREINFO. */
static bool release_belongs(struct target *t, struct elf_file *vmlinux)
{
	const char *release = banner_release(t->arena, elf_file_banner(vmlinux));
	const char *version = dump_info(t->dump)->uts_version;

	if (!release || !*t->release || strcmp(release, t->release) == 0)
		return true;
	/* the dump's own banner lies at an address that only its own vmlinux knows: what its header and note
	 * say */
	return refuse(
		vmlinux, elf_file_banner(vmlinux),
		arena_printf(t->arena, "Linux version %s%s%s", t->release, *version ? " " : "", version));
}

/*
 * Two builds may share a banner. Only a warning: some releases wrote garbage as
 * BUILD-ID (6.1.113 to 6.1.118 and their like).
 */
static void compare_build_ids(struct target *t, const char **warning)
{
	const char *dump = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "BUILD-ID") : NULL;
	const char *file = elf_file_build_id(t->vmlinux);

	if (dump && file && strcmp(dump, file) != 0 && !*warning)
		*warning = arena_printf(
			t->arena,
			"%s has build-id %s, the kernel of this dump says %s: its types and lines may be off",
			elf_file_path(t->vmlinux), file, dump);
}

/* The banner in memory, as far as it can be read. */
static bool banner_belongs(struct target *t)
{
	const char *banner = elf_file_banner(t->vmlinux);
	char got[512];
	uint64_t address;
	size_t n;

	if (!banner || !elf_file_symbol(t->vmlinux, "linux_banner", &address))
		return true;
	if (target_read_string(t, address + t->slide, got, sizeof got) != READ_OK) {
		target_evidence(t, "vmlinux", "its release", "%s (the banner in memory cannot be read)",
				t->release);
		return true;
	}
	n = strcspn(got, "\n");
	got[n] = 0;
	if (strlen(banner) >= sizeof got || strcmp(got, banner) == 0) {
		target_evidence(t, "vmlinux", "its banner, which is that in memory", "%s", t->vmlinux_path);
		return true;
	}
	if (strncmp(got, "Linux version ", 14) == 0)
		return refuse(t->vmlinux, banner, got);
	return refuse(t->vmlinux, banner, "no banner where this vmlinux has it");
}

static void note_of_dump(struct target *t)
{
	const char *text = dump_vmcoreinfo(t->dump);

	if (!text)
		return;
	t->vmcoreinfo = vmcoreinfo_parse(t->arena, text);
	target_evidence(t, "VMCOREINFO", "the dump's note", "%zu bytes", strlen(text));
}

static void scan_for_note(struct target *t)
{
	t->vmcoreinfo = vmcoreinfo_scan(t->arena, t->dump);
	if (t->vmcoreinfo)
		target_evidence(t, "VMCOREINFO", "a scan of physical memory", "%zu bytes",
				strlen(vmcoreinfo_text(t->vmcoreinfo)));
	fail_clear();
}

/* The kernel's own copy, once its memory can be read: kernel/crash_core.c, later vmcore_info.c. */
static void note_of_kernel(struct target *t)
{
	enum { MOST = 64 << 10 };
	uint64_t data, size;
	char *text;

	if (!target_variable(t, "vmcoreinfo_data", t->word_size, &data) ||
	    !target_variable(t, "vmcoreinfo_size", t->word_size, &size) || !data || size == 0 || size > MOST)
		return;
	text = arena_zalloc(t->arena, size + 1);
	if (target_read(t, data, text, size) != READ_OK || strncmp(text, "OSRELEASE=", 10) != 0)
		return;
	t->vmcoreinfo = vmcoreinfo_parse(t->arena, text);
	target_evidence(t, "VMCOREINFO", "the kernel's variable", "%" PRIu64 " bytes", size);
}

static void find_release(struct target *t)
{
	const char *release = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "OSRELEASE") : NULL;

	if (release && *release)
		t->release = release;
	else
		t->release = dump_info(t->dump)->uts_release;
}

/* False with a message: the user named it and it cannot be used. */
static bool open_named_vmlinux(struct arena *a, const struct target_options *o, struct dump *dump,
			       struct elf_file **vmlinux)
{
	uint64_t address;

	*vmlinux = NULL;
	if (!o->vmlinux || o->minimal)
		return true;
	*vmlinux = elf_file_open(o->vmlinux);
	if (!*vmlinux || !machines_agree(a, dump_info(dump), *vmlinux))
		return false;
	/* A separate debug file has the symbol but not the text. */
	if (!elf_file_banner(*vmlinux) && !elf_file_symbol(*vmlinux, "linux_banner", &address))
		return fail("%s is not a Linux kernel: it has no linux_banner", o->vmlinux);
	return true;
}

/* In the usual places, by release and build-id. Without one, *@warning says what was looked for. */
static void look_for_vmlinux(struct target *t, const char **warning)
{
	const char *build_id = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "BUILD-ID") : NULL;
	const char *path =
		find_vmlinux(t->arena, *t->release ? t->release : NULL, build_id, t->options->dumps[0]);
	struct elf_file *e = path ? elf_file_open(path) : NULL;

	if (e && elf_file_machine(e) == t->arch->elf_machine && release_belongs(t, e)) {
		t->vmlinux = e;
		t->vmlinux_path = path;
		return;
	}
	*warning = arena_strdup(t->arena, *fail_text() ? fail_text() : "no vmlinux found");
	if (e)
		elf_file_close(e);
	fail_clear();
}

/*
 * The file's byte order is not always the kernel's: QEMU saves a little-endian ppc64 guest as a big-endian
 * core, for that is the order that an interrupt would switch to. A note found in memory is the kernel's own.
 */
static void set_order(struct target *t)
{
	const char *from = "the vmlinux";

	if (named_order(t->options->target, &t->order)) {
		from = "--target";
	} else if (t->vmlinux) {
		t->order = elf_file_order(t->vmlinux);
	} else if (t->vmcoreinfo && vmcoreinfo_was_scanned(t->vmcoreinfo)) {
		t->order = vmcoreinfo_order(t->vmcoreinfo);
		from = "the VMCOREINFO note in memory";
	} else {
		t->order = dump_info(t->dump)->order;
		from = "the dump";
	}
	target_evidence(t, "byte order", from, "%s", t->order == ORDER_BIG ? "big" : "little");
}

static void set_sizes(struct target *t)
{
	const struct dump_info *info = dump_info(t->dump);
	uint64_t size = info->page_size;
	int64_t number;
	const char *text = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "PAGESIZE") : NULL;

	if (t->arch->orders == (1U << ORDER_LITTLE | 1U << ORDER_BIG))
		set_order(t);
	if (text && parse_number(text, 0, (uint64_t *)&number))
		size = (uint64_t)number;
	for (uint8_t shift = 10; shift <= 20; shift++) {
		if (size == 1ULL << shift) {
			t->page_shift = shift;
			t->page_size = 1U << shift;
		}
	}
	t->volatile_memory = info->flags & DUMP_LIVE;
}

static bool load_symbols(struct target *t, const char **warning)
{
	struct elf_file *with = t->vmlinux;

	if (t->vmlinux && t->options->debug_file) {
		t->debug_file = elf_file_open(t->options->debug_file);
		if (!t->debug_file)
			return false;
		t->debug_path = t->options->debug_file;
		if (!elf_file_has_symbols(with))
			with = t->debug_file;
	} else {
		t->debug_file = t->vmlinux;
		t->debug_path = t->vmlinux_path;
	}
	if (with && !symbols_load_elf(t->symbols, with)) {
		*warning = arena_strdup(t->arena, fail_text());
		fail_clear();
	}
	return true;
}

/* The kernel's memory; without it *@warning says why. */
static bool set_up_memory(struct target *t, const char **warning)
{
	if (t->arch->setup && t->arch->setup(t))
		return true;
	*warning = arena_printf(t->arena, "only physical memory can be read: %s",
				*fail_text() ? fail_text() : "this architecture has no virtual memory yet");
	fail_clear();
	t->kernel.n_ranges = 0;
	t->kernel.has_root = false;
	return false;
}

/*
 * A dump without the note, but with a vmlinux: the kernel may be found by its
 * banner, and then tells by its symbols where the note is. Scanning all memory
 * for it costs more.
 */
static bool set_up_without_note(struct target *t, const char **warning)
{
	if (set_up_memory(t, warning)) {
		if (!t->vmcoreinfo)
			note_of_kernel(t);
		fail_clear();
		return true;
	}
	scan_for_note(t);
	if (!t->vmcoreinfo)
		return false;
	*warning = NULL;
	return set_up_memory(t, warning);
}

static enum read_status read_kernel(void *context, uint64_t address, void *buffer, size_t size)
{
	return target_read(context, address, buffer, size);
}

/* Without a vmlinux, the symbols that the kernel keeps in memory. VMCOREINFO names the tables since 6.0. */
static void load_kallsyms(struct target *t)
{
	struct kallsyms_places p = {.release = *t->release ? t->release : NULL};
	const struct {
		const char *name;
		uint64_t *place;
	} places[] = {
		{"kallsyms_num_syms", &p.num_syms},       {"kallsyms_names", &p.names},
		{"kallsyms_token_table", &p.token_table}, {"kallsyms_token_index", &p.token_index},
		{"kallsyms_offsets", &p.offsets},         {"kallsyms_relative_base", &p.relative_base},
		{"kallsyms_addresses", &p.addresses},     {"_stext", &p.stext},
	};

	if (!t->vmcoreinfo)
		return;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		vmcoreinfo_symbol(t->vmcoreinfo, places[i].name, places[i].place);
	if (p.names && symbols_load_kallsyms(t->symbols, &p, t->order, t->word_size, read_kernel, t))
		target_evidence(t, "symbols", "kallsyms in memory", "%s", t->release);
	fail_clear();
}

/* A fact that nobody took is a typing error, or one for another architecture. */
static void warn_of_options(struct target *t, const char **warning)
{
	for (size_t i = 0; i < t->options->n_machdep && !*warning; i++) {
		if (!t->machdep_used[i])
			*warning =
				arena_printf(t->arena, "-m %s: %s has no use for it, or it is not a number",
					     t->options->machdep[i], t->arch->name);
	}
}

/* Everything once the dump is open; t->dump belongs to @t from here on. */
static bool assemble(struct target *t, const char **warning)
{
	bool memory;

	find_release(t);
	if (t->vmlinux && !release_belongs(t, t->vmlinux))
		return false;
	if (!t->vmlinux && !t->options->minimal)
		look_for_vmlinux(t, warning);
	set_sizes(t);
	t->symbols = symbols_new(t->arena);
	t->types = types_new(t->arena, t->word_size, t->order);
	if (!load_symbols(t, warning))
		return false;
	memory = t->vmcoreinfo || !t->vmlinux ? set_up_memory(t, warning) : set_up_without_note(t, warning);
	if (t->vmcoreinfo && !*t->release)
		find_release(t);
	if (t->vmlinux && !release_belongs(t, t->vmlinux))
		return false;
	if (memory && t->vmlinux && !banner_belongs(t))
		return false;
	if (t->vmlinux)
		compare_build_ids(t, warning);
	warn_of_options(t, warning);
	if (memory && !t->vmlinux)
		load_kallsyms(t);
	target_add_type_sources(t);
	return true;
}

static struct target *open_with(struct arena *a, const struct target_options *o, struct dump *dump,
				struct elf_file *vmlinux, const char **warning)
{
	struct target first = {.arena = a, .dump = dump, .options = o, .release = ""};
	const struct arch *arch;
	const char *from = NULL;
	struct target *t;

	note_of_dump(&first);
	if (!first.vmcoreinfo && !vmlinux)
		scan_for_note(&first);
	arch = decide_arch(a, o, dump, vmlinux, first.vmcoreinfo, &from);
	if (!arch) {
		elf_file_close(vmlinux);
		dump_close(dump);
		return NULL;
	}
	t = target_new(a, arch, o);
	t->dump = dump;
	t->vmcoreinfo = first.vmcoreinfo;
	t->evidence = first.evidence;
	t->n_evidence = first.n_evidence;
	t->evidence_capacity = first.evidence_capacity;
	t->vmlinux = vmlinux;
	t->vmlinux_path = vmlinux ? o->vmlinux : NULL;
	target_evidence(t, "architecture", from, "%s", arch->name);
	if (assemble(t, warning))
		return t;
	target_close(t);
	return NULL;
}

struct target *target_open(struct arena *a, const struct target_options *options, const char **warning)
{
	struct elf_file *vmlinux;
	struct dump *dump;

	*warning = NULL;
	fail_clear();
	dump = dump_open(options->dumps, options->n_dumps);
	if (!dump)
		return NULL;
	if (!open_named_vmlinux(a, options, dump, &vmlinux)) {
		elf_file_close(vmlinux);
		dump_close(dump);
		return NULL;
	}
	return open_with(a, options, dump, vmlinux, warning);
}
