/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dead kernel as a whole: its dump, architecture, symbols, types and
 * address space. Everything above reads memory through here.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"
#include "base/vec.h"
#include "debuginfo/symbols.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "target/regs.h"
#include "target/space.h"
#include "type/type.h"

struct arch;
struct dwarf;
struct elf_file;

/* What the command line says beyond the files. Zero-filled is "nothing". */
struct target_options {
	const char *const *dumps; /* one, or the parts of a split set */
	size_t n_dumps;
	const char *vmlinux;    /* NULL: look in the usual places */
	const char *debug_file; /* separate debug file of @vmlinux, or NULL */
	const char *system_map;
	const char *target;         /* --target NAME */
	const char *const *machdep; /* -m key=value, each */
	size_t n_machdep;
	const char *kaslr; /* --kaslr auto|off|OFFSET */
	bool minimal;      /* no vmlinux wanted: dump, log and physical reads only */
};

/* A thing that was decided, and from what: shown by mach and by -v. */
struct evidence {
	const char *what, *value, *from;
};

struct target {
	uint64_t id; /* of this target in this process, from 1 */
	struct arena *arena;
	struct dump *dump;
	/* Where physical memory comes from: the dump; tests put their own here. As dump_read(). */
	enum read_status (*physical)(struct target *t, uint64_t address, void *buffer, size_t size,
				     size_t *done);
	const struct arch *arch;
	enum byte_order order;
	uint8_t word_size;
	uint8_t page_shift;
	uint32_t page_size;
	const char *release;           /* of the dead kernel, "" unknown */
	struct vmcoreinfo *vmcoreinfo; /* NULL: none anywhere */
	struct elf_file *vmlinux;      /* NULL: tier 0 or 1 */
	struct elf_file *debug_file;   /* has the DWARF; often the same file; NULL as vmlinux */
	const char *vmlinux_path, *debug_path;
	struct symbols *symbols; /* never NULL; may be empty */
	struct types *types;     /* never NULL; may have no source */
	struct space kernel;
	/* Bits of a kernel address that its hardware ignores (tags of arm64's KASAN), 0: none. */
	uint64_t ignored_bits;
	uint64_t slide; /* KASLR: run-time minus link-time address of the image */
	struct evidence *evidence;
	size_t n_evidence, evidence_capacity;
	const struct target_options *options;
	bool *machdep_used;  /* by index of options->machdep: somebody asked for it and took it */
	uint32_t nr_cpus;    /* CPUs that may exist (nr_cpu_ids), 0 until known */
	void *arch_data;     /* the architecture module's own */
	struct dwarf *dwarf; /* opened at the first call of target_dwarf() */
	bool dwarf_tried;
	bool volatile_memory;         /* a live kernel: what was read may be different now */
	struct percpu_bases *percpu;  /* read at the first call of target_percpu() */
	struct unwind_tables *unwind; /* what modules and the image gave, see unwind.h */
};

/*
 * A target without a dump: for tests, and the first step of target_open(). @arch
 * fixes sizes and byte order (its only one, or little). Never NULL.
 */
struct target *target_new(struct arena *a, const struct arch *arch, const struct target_options *options);
/*
 * Open a dump and everything that belongs to it. NULL with a message that names
 * the file and the reason. A missing vmlinux is no error: t->vmlinux stays NULL
 * and *@warning says what was looked for (NULL when there is nothing to say).
 */
struct target *target_open(struct arena *a, const struct target_options *options, const char **warning);
void target_close(struct target *t);

/* The text after -m key=, or NULL. What nobody asks for while the target is opened, the user is told of. */
const char *target_option_text(const struct target *t, const char *key);
/* The value of -m key=..., as a number; false when not given. */
bool target_option(const struct target *t, const char *key, uint64_t *value);
/* Remember a decision. Texts are copied. */
void target_evidence(struct target *t, const char *what, const char *from, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Debug information of the kernel; NULL (with a message) when the vmlinux has none. */
struct dwarf *target_dwarf(struct target *t);

/*
 * Debug information of a module, for addresses in @areas; replaces an earlier one
 * of that module, NULL takes it away.
 */
void target_set_module_dwarf(struct target *t, uint16_t module, const struct symbol_area *areas,
			     size_t n_areas, struct dwarf *d);
/* Debug information that covers @address: a module's, else the kernel's; NULL without a message when there is
 * none. */
struct dwarf *target_dwarf_at(struct target *t, uint64_t address);
/*
 * A module's own ORC table, in memory: @n place-relative entries at @ip and @n
 * entries at @entries. Read when first needed.
 */
void target_add_orc(struct target *t, const struct symbol_area *areas, size_t n_areas, uint64_t ip,
		    uint64_t entries, size_t n);

/*
 * Read virtual memory; @s NULL is the kernel's space. On anything but READ_OK
 * the part before the trouble has been stored and *@done (may be NULL) tells its size.
 */
enum read_status target_read_some(struct target *t, const struct space *s, uint64_t address, void *buffer,
				  size_t size, size_t *done);
enum read_status target_read(struct target *t, uint64_t address, void *buffer, size_t size);
enum read_status target_read_physical(struct target *t, uint64_t address, void *buffer, size_t size);
/* Physical memory, and the dump file's own bytes; *@done (may be NULL) tells how much was read. */
enum read_status target_read_physical_some(struct target *t, uint64_t address, void *buffer, size_t size,
					   size_t *done);
/* As target_read_physical_some, for passes over all memory: dump_read_once(). */
enum read_status target_read_once(struct target *t, uint64_t address, void *buffer, size_t size,
				  size_t *done);
enum read_status target_read_file(struct target *t, uint64_t offset, void *buffer, size_t size, size_t *done);
/* Unsigned integer of @size bytes; a target pointer or long. */
enum read_status target_read_uint(struct target *t, uint64_t address, size_t size, uint64_t *value);
enum read_status target_read_word(struct target *t, uint64_t address, uint64_t *value);
/* A NUL-terminated string of at most @size - 1 bytes; always terminated. */
enum read_status target_read_string(struct target *t, uint64_t address, char *buffer, size_t size);
/*
 * Start the error chain with "cannot read WHAT at ADDRESS: why"; where page tables are in the way, why names
 * the level. Always false.
 */
bool target_read_failed(struct target *t, const char *what, uint64_t address, enum read_status status);

/* The word as a kernel pointer: cut to the target's word size, tags stripped where the architecture has them.
 */
uint64_t target_untag(const struct target *t, uint64_t address);
/* Mask of a target word: 0xffffffff or all ones. */
static inline uint64_t target_word_mask(const struct target *t)
{
	return t->word_size == 4 ? 0xffffffffULL : ~0ULL;
}
/* Hexadecimal digits of a target address: 8 or 16. */
static inline unsigned target_digits(const struct target *t)
{
	return t->word_size * 2u;
}

/* Address of a kernel symbol (symbol table, then VMCOREINFO); false without a message. */
bool target_symbol(struct target *t, const char *name, uint64_t *address);
/*
 * Read an unsigned integer variable by name; false with a message. @size is in bytes; 0: the symbol's size if
 * it is 1, 2, 4 or 8, else that of the variable's type, else a word.
 */
bool target_variable(struct target *t, const char *name, size_t size, uint64_t *value);

/*
 * Where CPU @cpu's copy of the per-CPU object at @address lies; @address as its symbol or a __percpu pointer
 * says. On a kernel without SMP that is @address itself. False with a message.
 */
bool target_percpu(struct target *t, unsigned cpu, uint64_t address, uint64_t *where);

/*
 * Offset and size in bytes of a member by path ("thread.sp") in struct, union or typedef @type; false with a
 * message.
 */
bool target_member(struct target *t, enum type_kind kind, const char *type, const char *path,
		   uint64_t *offset, uint64_t *size);

/* The space of a user process whose pgd pointer (mm_struct.pgd, a kernel address) is @pgd. */
bool target_user_space(struct target *t, uint64_t pgd, struct space *s);
/*
 * For arch->user_space: tables in the form of the kernel's own, their root where the kernel has @pgd mapped,
 * for addresses up to @last. False with a message.
 */
bool target_user_tables(struct target *t, uint64_t pgd, uint64_t last, struct space *s);

#endif
