/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info line and info symbol. */
#include <elf.h>
#include <string.h>

#include "base/error.h"
#include "command/code/code.h"
#include "command/gdb/gdb.h"
#include "command/gdb/gdb_place.h"
#include "command/gdb/info.h"
#include "debuginfo/elf_file.h"
#include "linux/module.h"

enum { MOST_PLACES = 64 };

/* ---- info line ---- */

static const struct shape line_shape = {
	"Line {line} of \"{file}\" {?no_code}is at address 0x{start:x}{?place} <{place}>{/} but contains no "
	"code"
	"{/}{!no_code}starts at address 0x{start:x}{?place} <{place}>{/} and ends at "
	"0x{end:x}{?end_place} <{end_place}>{/}{/}.\n",
	NULL,
};

static void show_line(struct session *s, const struct gdb_place *p, unsigned line)
{
	bool hex = s->settings.radix == 16;

	rec_begin(s->out, &line_shape);
	put_u64(s->out, "line", line);
	put_str(s->out, "file", p->file);
	put_bool(s->out, "no_code", p->inexact || p->end == p->start);
	if (p->inexact && out_view(s->out) == OUT_JSON)
		put_u64(s->out, "next_line", p->line);
	put_addr(s->out, "start", p->start);
	put_str(s->out, "place", code_place(s, p->start, hex));
	put_addr(s->out, "end", p->end);
	put_str(s->out, "end_place", code_place(s, p->end, hex));
	rec_end(s->out);
}

static bool run_line(struct session *s, int argc, char **argv)
{
	const char *text = gdb_words(s, argc, argv), *file;
	struct gdb_place list[MOST_PLACES];
	uint64_t address;
	unsigned line;
	size_t n;

	if (!session_target(s))
		return false;
	if (!*text && gdb_frame_pc(s, &address)) {
		n = gdb_place_at(s, address, list);
		line = list->line;
	} else if (gdb_file_line(s, text, &file, &line)) {
		n = gdb_places_of_line(s, file, line, list, MOST_PLACES);
	} else {
		n = *text && gdb_address(s, text, &address) && gdb_place_at(s, address, list);
		line = n ? list->line : 0;
	}
	if (!n)
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "lines");
	for (size_t i = 0; i < n && i < MOST_PLACES; i++)
		show_line(s, &list[i], line);
	list_end(s->out);
	if (n > MOST_PLACES)
		out_note(s->out, "%zu more functions have code of this line", n - MOST_PLACES);
	return true;
}

const struct info_word info_line = {
	.name = "line",
	.synopsis = "function | file:line | *address",
	.summary = "where the code of a source line begins and ends",
	.run = run_line,
};

/* ---- info symbol ---- */

static const struct shape symbol_shape = {
	"{name}{?offset} + {offset}{/}{?section} in section {section}{/}{?module} of module {module}{/}\n",
	NULL};

/* Names of sections stand in the vmlinux; where a module's are, its loader told. */
static const char *section_of(struct session *s, const struct symbol *symbol, uint64_t address)
{
	struct target *t = s->target;
	const struct elf_section *list;
	size_t n = t->vmlinux && !symbol->module ? elf_file_sections(t->vmlinux, &list) : 0;
	uint64_t linked = symbol->slides ? address - t->slide : address;

	for (size_t i = 0; i < n; i++)
		if (list[i].flags & SHF_ALLOC && linked >= list[i].address &&
		    linked - list[i].address < list[i].size)
			return list[i].name;
	if (symbol->module) {
		struct module *m = module_at(s->kernel, address);

		return m ? module_section_at(s->kernel, &s->scratch, m, address) : NULL;
	}
	return NULL;
}

static bool run_symbol(struct session *s, int argc, char **argv)
{
	const char *text = gdb_words(s, argc, argv);
	const struct symbol *symbol;
	uint64_t address, offset;

	if (!session_target(s))
		return false;
	if (!*text)
		return out_error(s->out, "an address is needed");
	if (!gdb_address(s, text, &address))
		return out_error(s->out, "%s", fail_text());
	symbol = symbol_at(s->target->symbols, address, &offset);
	if (!symbol && s->kernel && module_at(s->kernel, address))
		symbol = symbol_at(s->target->symbols, address, &offset);
	if (!symbol)
		return out_error(s->out, "no symbol matches %s", text);
	rec_begin(s->out, &symbol_shape);
	put_str(s->out, "name", symbol->name);
	put_u64(s->out, "offset", offset);
	put_addr(s->out, "address", address);
	put_str(s->out, "section", section_of(s, symbol, address));
	put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
	rec_end(s->out);
	return true;
}

const struct info_word info_symbol = {
	.name = "symbol",
	.synopsis = "address",
	.summary = "the symbol that covers an address, and its section",
	.run = run_symbol,
};
