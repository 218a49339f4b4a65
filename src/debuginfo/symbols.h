/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols: of the kernel image (ELF symbol table, or kallsyms in memory) and of
 * each module. Addresses are run-time addresses: the KASLR slide is applied.
 * Lookups are by address and by name; both indexes are built at first use.
 */
#ifndef DEBUGINFO_SYMBOLS_H
#define DEBUGINFO_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct symbols;
struct elf_file;

struct symbol {
	uint64_t address;
	uint64_t size; /* 0 unknown */
	const char *name;
	char type;       /* as nm: T t D d B b R r V W w A ? */
	bool slides;     /* false: an absolute value or a per-CPU offset, which KASLR leaves alone */
	uint16_t module; /* 0: the kernel, else number of the module it belongs to */
};

/*
 * Does the name stand for a place in the code, not for a thing? $x and $d (arm, arm64, riscv), .L (riscv, old
 * x86). @machine is EM_*.
 */
bool symbol_is_place(uint16_t machine, const char *name);

struct symbols *symbols_new(struct arena *a);
/* Where the symbols came from, for `-v`: "vmlinux symbol table", "kallsyms in memory". */
const char *symbols_origin(const struct symbols *s);

/*
 * Take the kernel's symbols from a vmlinux, which must stay open; nothing is
 * sorted or copied yet. The slide is what KASLR added to the file's addresses;
 * it may be set again at any time (symbols stay where they are, their addresses
 * change). False with a message (no symbol table, stripped).
 */
bool symbols_load_elf(struct symbols *s, struct elf_file *elf);
void symbols_set_slide(struct symbols *s, uint64_t slide);
uint64_t symbols_slide(const struct symbols *s);

/* A module's text and data areas. Ranges may be several (since 6.4: one per memory type). */
struct symbol_area {
	uint64_t start, end;
	bool data; /* surely holds no code */
};

/*
 * Add a module with its ready symbols (copied and sorted here; their names must
 * stay, their ->module is filled in); returns its number, from 1. @areas tell
 * which addresses are the module's even between symbols.
 */
uint16_t symbols_add_module(struct symbols *s, const char *name, const struct symbol *list, size_t n,
			    const struct symbol_area *areas, size_t n_areas);
/*
 * The symbols of a module's file (ET_REL) at the run-time addresses that @section_address gives its sections;
 * those of other sections are left out. Names lie in the file, which must stay open. False with a message.
 */
bool elf_module_symbols(struct elf_file *elf,
			bool (*section_address)(void *context, const char *section, uint64_t *address),
			void *context, struct arena *a, struct symbol **list, size_t *n);
/* Replace a module's symbols, as after loading its object file. */
void symbols_replace_module(struct symbols *s, uint16_t module, const struct symbol *list, size_t n);
const char *symbols_module_name(const struct symbols *s, uint16_t module); /* NULL for 0 */

/* The best symbol at or before @address in the same area (kernel image or module); NULL when none covers it.
 */
const struct symbol *symbol_at(struct symbols *s, uint64_t address, uint64_t *offset);
/* Only functions: for return addresses and instruction pointers. */
const struct symbol *symbol_text_at(struct symbols *s, uint64_t address, uint64_t *offset);
/*
 * The symbol of that name; kernel first, global before local. "module:name"
 * restricts. NULL without a message.
 */
const struct symbol *symbol_find(struct symbols *s, const char *name);
/* All of that name, in address order; returns how many there are, stores at most @max. */
size_t symbol_find_all(struct symbols *s, const char *name, const struct symbol **list, size_t max);
/* The source file of a local symbol of the kernel, without folders, as the vmlinux says; NULL unknown. */
const char *symbol_file(struct symbols *s, const struct symbol *symbol);
/* The address of a kernel symbol; false without a message. */
bool symbol_address(struct symbols *s, const char *name, uint64_t *address);
/*
 * Where the code is that a symbol at *@address stands for: elsewhere with 64-bit PowerPC's ELF V1 ABI, whose
 * functions' symbols name descriptors, those of their code having a dot before the name. Others are left as
 * they are.
 */
void symbol_code(struct symbols *s, uint64_t *address);
/* Neighbours in address order, NULL at the ends. */
const struct symbol *symbol_previous(struct symbols *s, const struct symbol *symbol);
const struct symbol *symbol_next(struct symbols *s, const struct symbol *symbol);
/* All symbols of the kernel (module 0) or of a module, in address order. */
const struct symbol *symbols_list(struct symbols *s, uint16_t module, size_t *n);
size_t symbols_modules(const struct symbols *s); /* modules are 1..n */
/* Is it code (of the kernel or of a module)? By areas and sections, not by symbol. */
bool symbols_is_text(struct symbols *s, uint64_t address);

#endif
