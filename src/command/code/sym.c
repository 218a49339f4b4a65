/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "debuginfo/dwarf.h"
#include "linux/module.h"

static const struct shape symbol_shape = {
	"{address} ({type}) {name}{?offset}+{offset}{/}{?module} [{module}]{/}{?file} {file}: {line}{/}\n",
	NULL,
};

static const struct shape edge_shape = {"{address} MODULE {edge}: {module}\n", NULL};

enum { WITH_LINE = 1 };

static void emit(struct session *s, const struct symbol *symbol, uint64_t offset, unsigned flags)
{
	struct symbols *symbols = s->target->symbols;
	struct dwarf *dwarf;
	const char *file;
	unsigned line;
	char type[2] = {symbol->type, '\0'};

	rec_begin(s->out, &symbol_shape);
	put_addr(s->out, "address", symbol->address + offset);
	put_str(s->out, "type", type);
	put_str(s->out, "name", symbol->name);
	if (offset)
		put_u64(s->out, "offset", offset);
	put_str(s->out, "module", symbols_module_name(symbols, symbol->module));
	if ((flags & WITH_LINE) && symbols_is_text(symbols, symbol->address + offset)) {
		dwarf = target_dwarf_at(s->target, symbol->address + offset);
		if (dwarf && dwarf_line(dwarf, symbol->address + offset, &file, &line)) {
			put_str(s->out, "file", file);
			put_u64(s->out, "line", line);
		}
	}
	rec_end(s->out);
}

static void emit_edge(struct session *s, const char *edge, uint64_t address, const char *module)
{
	rec_begin(s->out, &edge_shape);
	put_addr(s->out, "address", address);
	put_str(s->out, "edge", edge);
	put_str(s->out, "module", module);
	rec_end(s->out);
}

static void emit_all_of(struct session *s, uint16_t module)
{
	size_t n;
	const struct symbol *list = symbols_list(s->target->symbols, module, &n);

	for (size_t i = 0; i < n && !interrupted() && !out_broken(s->out); i++)
		emit(s, &list[i], 0, 0);
}

static void emit_module(struct session *s, const struct module *m)
{
	emit_edge(s, "START", m->base, m->name);
	emit_all_of(s, m->number);
	emit_edge(s, "END", m->base + m->size, m->name);
}

/* Modules' symbols come from the dump; without types there are none, which is no reason to fail. */
static const struct modules *modules(struct session *s)
{
	const struct modules *all = s->kernel ? kernel_modules(s->kernel) : NULL;

	if (!all && s->kernel)
		out_note(s->out, "modules' symbols are not known: %s", fail_text());
	return all;
}

static bool list(struct session *s, bool kernel, bool with_modules, const char *only)
{
	const struct modules *all = modules(s);
	struct module *m;

	if (only) {
		m = s->kernel ? module_by_name(s->kernel, only) : NULL;
		if (!m)
			return out_error(s->out, "%s: no such module is loaded", only);
		list_begin(s->out, "symbols");
		emit_module(s, m);
		list_end(s->out);
		return true;
	}
	list_begin(s->out, "symbols");
	if (kernel)
		emit_all_of(s, 0);
	for (size_t i = 0; with_modules && all && i < all->n; i++)
		emit_module(s, &all->list[i]);
	list_end(s->out);
	return true;
}

static bool query(struct session *s, const char *part)
{
	struct symbols *symbols = s->target->symbols;
	bool any = false;

	modules(s);
	list_begin(s->out, "symbols");
	for (size_t m = 0; m <= symbols_modules(symbols) && !interrupted(); m++) {
		size_t n;
		const struct symbol *all = symbols_list(symbols, (uint16_t)m, &n);

		for (size_t i = 0; i < n && !interrupted(); i++) {
			if (strstr(all[i].name, part)) {
				emit(s, &all[i], 0, 0);
				any = true;
			}
		}
	}
	list_end(s->out);
	return any || out_error(s->out, "%s: no symbol contains this", part);
}

/* Up to so many symbols of one name are shown. */
enum { MOST_NAMESAKES = 256 };

static bool by_name(struct session *s, const char *name, bool previous, bool next, bool *found)
{
	const struct symbol *list[MOST_NAMESAKES];
	size_t n = symbol_find_all(s->target->symbols, name, list, MOST_NAMESAKES);

	*found = n > 0;
	for (size_t i = 0; i < n && i < MOST_NAMESAKES; i++) {
		const struct symbol *before = symbol_previous(s->target->symbols, list[i]);
		const struct symbol *after = symbol_next(s->target->symbols, list[i]);

		if (previous && before)
			emit(s, before, 0, WITH_LINE);
		emit(s, list[i], 0, WITH_LINE);
		if (next && after)
			emit(s, after, 0, WITH_LINE);
	}
	return *found;
}

static bool one(struct session *s, const char *word, bool previous, bool next)
{
	const struct symbol *symbol, *neighbour;
	uint64_t address, offset;
	bool found;

	if (by_name(s, word, previous, next, &found))
		return true;
	if (!session_address(s, word, &address)) {
		out_error(s->out, "symbol not found: %s", word);
		return false;
	}
	symbol = symbol_at(s->target->symbols, address, &offset);
	if (!symbol)
		return out_error(s->out, "invalid address: %s: no symbol covers it", word);
	neighbour = previous ? symbol_previous(s->target->symbols, symbol) : NULL;
	if (neighbour)
		emit(s, neighbour, 0, WITH_LINE);
	emit(s, symbol, offset, WITH_LINE);
	neighbour = next ? symbol_next(s->target->symbols, symbol) : NULL;
	if (neighbour)
		emit(s, neighbour, 0, WITH_LINE);
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	bool all = false, modules_only = false, previous = false, next = false, ok = true;
	const char *part = NULL, *module = NULL;
	struct options o;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "lMm:pnq:"))) {
		switch (letter) {
		case 'l': all = true; break;
		case 'M': modules_only = true; break;
		case 'm': module = o.value; break;
		case 'p': previous = true; break;
		case 'n': next = true; break;
		case 'q': part = o.value; break;
		default: return command_usage(s, command_find("sym"));
		}
	}
	if (part)
		return query(s, part);
	if (all || modules_only || module)
		return list(s, all, true, module);
	if (o.at >= argc)
		return command_usage(s, command_find("sym"));
	modules(s);
	list_begin(s->out, "symbols");
	for (int i = o.at; i < argc; i++)
		ok &= one(s, argv[i], previous, next);
	list_end(s->out);
	return ok;
}

const struct command command_sym = {
	.name = "sym",
	.summary = "symbols by name or address",
	.synopsis = "[-l] | [-M] | [-m module] | [-p] [-n] symbol | address ... | [-q string]",
	.help = "  Translates a symbol to its address, and an address to its symbol and offset;\n"
		"  text symbols come with the file and line where debug information has them.\n"
		"  The letter is nm's: T text, D data, B bss, R read-only; small: local.\n"
		"\n"
		"    -l         all symbols, the kernel's and the modules'\n"
		"    -M         those of all modules\n"
		"    -m module  those of one module\n"
		"    -p, -n     with the previous, the next symbol\n"
		"    -q string  all symbols whose names contain the string\n",
	.example = "  inquest> sym vfs_write\n"
		   "  ffffffff91b4a0d0 (T) vfs_write "
		   "debian/build/build_amd64_none_cloud-amd64/fs/read_write.c: 565\n"
		   "  inquest> sym -q tty_fops\n"
		   "  ffffffff928dc200 (d) hung_up_tty_fops\n"
		   "  ffffffff928dc440 (d) tty_fops\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
