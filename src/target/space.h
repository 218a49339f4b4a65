/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translation is data. An address space is a sorted list of ranges, each with a
 * method; a page table is a form: entry size, field widths and a decoder of one
 * entry. One stepwise walker serves every target, tells each level for `vtop`,
 * and names the level that failed.
 */
#ifndef TARGET_SPACE_H
#define TARGET_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"

struct target;

enum { PAGING_MAX_LEVELS = 6, SPACE_MAX_RANGES = 16 };

/*
 * ENTRY_HUGE_TABLE points to a table of its own for what the entry covers, of pages of 1 << leaf_shift bytes
 * (hugepd of powerpc); its entries are decoded as those of the last level.
 */
enum entry_kind { ENTRY_NONE, ENTRY_TABLE, ENTRY_HUGE_TABLE, ENTRY_LEAF };

/* One decoded page-table entry. */
struct entry {
	enum entry_kind kind;
	uint64_t address;   /* physical: of the next table, or of the page */
	uint8_t leaf_shift; /* log2 of the mapped size, when it is not that of the level; else 0 */
};

/* Name of a flag of an entry: shown when (entry & mask) == value. */
struct flag_name {
	uint64_t mask, value;
	const char *name;
};

struct page_form {
	const char *name;                          /* "x86_64 4-level" */
	uint8_t entry_size;                        /* bytes: 4 or 8 */
	uint8_t leaf_entry_size;                   /* of the last level, where it differs; else 0 */
	uint8_t levels;                            /* 1..PAGING_MAX_LEVELS, root first in the arrays below */
	const char *level_name[PAGING_MAX_LEVELS]; /* "PGD", "P4D", "PUD", "PMD", "PTE" */
	uint8_t index_bits[PAGING_MAX_LEVELS];
	uint8_t page_shift;    /* offset bits below the last level */
	enum byte_order order; /* of the entries: always big on ppc64 */
	uint64_t address_mask; /* physical address bits of an entry, for @decode: less where memory is
				  encrypted */
	/* @level counts from the root, 0. The low bits of a large page's address need not be cut off. */
	struct entry (*decode)(const struct page_form *form, unsigned level, uint64_t value);
	/* Does the table that the entry @value of @level leads to end before its entry @index? NULL: never.
	 */
	bool (*is_beyond)(const struct page_form *form, unsigned level, uint64_t value, uint64_t index);
	/* Names of the flag bits of a leaf for vtop and pte, in print order; ends with a NULL name. */
	const struct flag_name *flags;
	/* The same for leaves of levels above the last. NULL: they are alike. */
	const struct flag_name *block_flags;
};

enum space_method { SPACE_LINEAR, SPACE_TABLE, SPACE_LOOKUP };

struct space_range {
	uint64_t start, last; /* inclusive: the top of the address space is representable */
	enum space_method method;
	int64_t offset;   /* LINEAR: physical = virtual + offset */
	const char *what; /* "direct map", "kernel image", "vmalloc", "modules", "vmemmap", "user" */
};

/* For SPACE_LOOKUP: what a list of the kernel's maps, [start, last]. */
struct space_piece {
	uint64_t start, last, physical;
};

/* An address in no range is mapped by nothing: a space needs at least one. */
struct space {
	const char *name; /* "kernel", "user" */
	const struct page_form *form;
	uint64_t root; /* physical address of the root table */
	bool has_root;
	bool linear_only; /* the tables say nothing about linear ranges: the hardware maps those by itself */
	struct space_range ranges[SPACE_MAX_RANGES];
	size_t n_ranges;
	/* Names (->what) of ranges where the hardware shows what another one holds, ends with NULL; NULL:
	 * none. */
	const char *const *mirrors;
	const struct space_piece *pieces; /* sorted, for all ranges of SPACE_LOOKUP */
	size_t n_pieces;
};

/*
 * Add a range, keeping the list sorted. A later range overrides an earlier one where they meet. False (and
 * nothing is changed) when it is empty or the list is full.
 */
bool space_add(struct space *s, const struct space_range *range);
const struct space_range *space_find(const struct space *s, uint64_t address);
/* Is it one of the space's mirrors? What searches all memory leaves them out. */
bool space_is_mirror(const struct space *s, const struct space_range *r);
/* The piece that holds @address, or NULL with *@next (may be NULL) where the next one begins, 0: none does.
 */
const struct space_piece *space_find_piece(const struct space *s, uint64_t address, uint64_t *next);

struct walk_step {
	unsigned level;
	uint64_t entry_address; /* physical */
	uint64_t entry;
};

struct walk {
	struct walk_step steps[PAGING_MAX_LEVELS];
	size_t n_steps;
	bool linear;             /* answered by a linear range or a list, without tables */
	enum read_status status; /* READ_OK: @address is valid */
	uint64_t address;        /* physical */
	uint64_t page;           /* physical address of the (possibly large) page */
	uint64_t page_size;
	uint64_t leaf; /* value of the entry that ended the walk */
};

/*
 * Translate one address; READ_UNMAPPED when nothing maps it, other statuses when a table could not be read.
 * *@contiguous (may be NULL) is how many bytes from there on are certain to follow physically. Answers of
 * page tables are remembered per thread, except in a live kernel.
 */
enum read_status space_translate(struct target *t, const struct space *s, uint64_t address,
				 uint64_t *physical, uint64_t *contiguous);
/* The same with every step. @tables: walk the page tables even where a linear range would answer. */
void space_walk(struct target *t, const struct space *s, uint64_t address, bool tables, struct walk *walk);
/* Bytes that one entry of @level covers, as log2: the page size for the last level. */
unsigned form_level_shift(const struct page_form *form, unsigned level);
/* "level PMD at 0x41207000: page excluded": a sentence for a walk that failed. In the arena. */
const char *walk_why(struct arena *a, const struct space *s, const struct walk *walk);
/*
 * The run of equally mapped addresses that holds @address, from there to at most @last: it ends at *@run_last
 * (inclusive) and is contiguous from *@physical where *@status is READ_OK. Other statuses are runs of the
 * same trouble: READ_UNMAPPED where nothing is mapped, else why the table could not be read. False when
 * @address is beyond @last, or Ctrl-C was pressed. A walk over a whole space starts at 0 and goes on at
 * *@run_last + 1 until *@run_last is @last.
 */
bool space_next_run(struct target *t, const struct space *s, uint64_t address, uint64_t last,
		    uint64_t *run_last, uint64_t *physical, enum read_status *status);

/* A part of a table on the way to the current address. */
enum { WINDOW_ENTRIES = 64 };
struct table_window {
	uint64_t table, first;
	bool valid;
	enum read_status status;
	uint8_t bytes[WINDOW_ENTRIES * 8];
};

/* A walk over a whole space that goes on from run to run. Zero-filled with these is one that begins. */
struct space_runs {
	struct target *target;
	const struct space *space;
	/*
	 * Tables may be there many times over: KASAN's shadow is one page, mapped by one table, which all
	 * entries of the levels above lead to. With @skip_repeated, what an entry maps that is the same as
	 * the one before it is taken for not mapped, and counted.
	 */
	bool skip_repeated;
	uint64_t repeated; /* bytes */
	struct table_window windows[PAGING_MAX_LEVELS];
};
/* As space_next_run, but no table is read again that the last call left open. */
bool space_runs_next(struct space_runs *w, uint64_t address, uint64_t last, uint64_t *run_last,
		     uint64_t *physical, enum read_status *status);

#endif
