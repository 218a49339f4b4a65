/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "command/memory/translation.h"
#include "command/memory/vtop.h"
#include "command/options.h"
#include "command/table.h"
#include "linux/page.h"
#include "linux/task.h"
#include "linux/vma.h"
#include "target/arch.h"

static const struct shape address_shape = {
	"{title}\n{virtual_column}  {?physical}{physical}{/}{!physical}({why}){/}\n",
	"\n",
};

static const struct shape page_shape = {
	"\n{title}\n"
	"{page} {physical_column} {mapping_column} {index:>8x} {count:>2d} {flags:x}"
	"{?names} {names}{/}\n",
	NULL,
};

static const struct shape vma_shape = {
	"\n{title}\n{vma} {start:>10x} {end:>10x} {flags:x}{?file} {file}{/}\n",
	NULL,
};

static void emit_page(struct session *s, uint64_t physical)
{
	struct target *t = s->target;
	struct page_info info;
	uint64_t page;

	if (!s->kernel || !page_of_pfn(s->kernel, physical >> t->page_shift, &page) ||
	    page_read(s->kernel, page, &info) != READ_OK) {
		fail_clear();
		return;
	}
	rec_begin(s->out, &page_shape);
	put_addr(s->out, "page", page);
	if (out_view(s->out) == OUT_TEXT) {
		int digits = (int)target_digits(t);

		put_str(s->out, "title",
			digits == 8 ? "  PAGE   PHYSICAL  MAPPING    INDEX CNT FLAGS"
				    : "      PAGE       PHYSICAL      MAPPING       INDEX CNT FLAGS");
		put_fmt(s->out, "physical_column", "%8llx",
			(unsigned long long)physical & ~(t->page_size - 1ULL));
		put_fmt(s->out, "mapping_column", "%*llx", digits,
			(unsigned long long)(info.has_mapping ? info.mapping : 0));
	} else if (info.has_mapping) {
		put_hex(s->out, "mapping", info.mapping);
	}
	if (info.has_index)
		put_hex(s->out, "index", info.index);
	if (info.has_count)
		put_i64(s->out, "count", info.count);
	put_hex(s->out, "flags", info.flags);
	put_str(s->out, "names", page_flag_names(s->kernel, &s->scratch, info.flags));
	rec_end(s->out);
}

static void emit_vma(struct session *s, const struct task *task, uint64_t address)
{
	struct vma vma;
	int digits = (int)target_digits(s->target);

	if (!vma_find(s->kernel, &s->scratch, task, address, &vma)) {
		fail_clear();
		return;
	}
	rec_begin(s->out, &vma_shape);
	if (out_view(s->out) == OUT_TEXT)
		put_fmt(s->out, "title", "%*s%-*s   START       END     FLAGS FILE", digits / 2 - 2, "",
			digits / 2 + 3, "VMA");
	put_addr(s->out, "vma", vma.address);
	put_hex(s->out, "start", vma.start);
	put_hex(s->out, "end", vma.end);
	put_hex(s->out, "flags", vma.flags);
	put_str(s->out, "file", vma.file);
	rec_end(s->out);
}

static void emit(struct session *s, const struct space *space, const struct task *task, uint64_t address)
{
	struct target *t = s->target;
	struct walk walk;

	/* what the reads above use may be a linear range; the tables are what vtop is asked for */
	space_walk(t, space, address, true, &walk);
	if (walk.status != READ_OK) {
		struct walk linear;

		space_walk(t, space, address, false, &linear);
		if (linear.status == READ_OK)
			walk = linear;
	}
	rec_begin(s->out, &address_shape);
	if (out_view(s->out) == OUT_TEXT) {
		put_fmt(s->out, "title", "%-*s  PHYSICAL", (int)target_digits(t), "VIRTUAL");
		put_fmt(s->out, "virtual_column", "%-*llx", (int)target_digits(t),
			(unsigned long long)address);
	} else {
		put_addr(s->out, "virtual", address);
		put_str(s->out, "space", space->name);
	}
	if (walk.status == READ_OK)
		put_hex(s->out, "physical", walk.address);
	else
		put_str(s->out, "why",
			walk.status == READ_UNMAPPED ? "not mapped" : walk_why(&s->scratch, space, &walk));
	translation_steps(s, space, &walk);
	if (walk.status == READ_OK) {
		list_begin(s->out, "vmas");
		if (task)
			emit_vma(s, task, address);
		list_end(s->out);
		list_begin(s->out, "pages");
		emit_page(s, walk.address);
		list_end(s->out);
	}
	rec_end(s->out);
}

static bool is_user_address(const struct target *t, uint64_t address)
{
	return t->arch->is_user && t->arch->is_user(t, address);
}

static bool one_address(struct session *s, const struct vtop_options *o, const struct task *context,
			const char *word)
{
	struct space user = {0};
	uint64_t address;

	if (!session_address(s, word, &address))
		return out_error(s->out, "%s", fail_text());
	if (!o->user && (o->kernel || !is_user_address(s->target, address))) {
		emit(s, &s->target->kernel, NULL, address);
		return true;
	}
	if (!session_kernel(s))
		return false;
	if (!context)
		return out_error(s->out, "no current task: choose one with \"set\"");
	if (!task_user_space(s->kernel, context, &user))
		return out_error(s->out, "%s", fail_text());
	emit(s, &user, context, address);
	return true;
}

bool vtop_show(struct session *s, const struct vtop_options *o, const struct task *context)
{
	bool ok = true;

	list_begin(s->out, "addresses");
	for (int i = 0; i < o->n; i++)
		ok = one_address(s, o, context, o->words[i]) && ok;
	list_end(s->out);
	return ok;
}

bool vtop_parse(struct session *s, int argc, char **argv, struct vtop_options *r)
{
	struct options o;
	int letter;

	*r = (struct vtop_options){0};
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "ukc:"))) {
		switch (letter) {
		case 'u': r->user = true; break;
		case 'k': r->kernel = true; break;
		case 'c':
			if (!session_kernel(s))
				return false;
			if (!session_task(s, o.value, &r->context))
				return out_error(s->out, "%s", fail_text());
			break;
		default: return command_usage(s, &command_vtop);
		}
	}
	r->words = argv + o.at;
	r->n = argc - o.at;
	return (r->n && !(r->user && r->kernel)) || command_usage(s, &command_vtop);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct vtop_options o;

	if (!vtop_parse(s, argc, argv, &o))
		return false;
	return vtop_show(s, &o, o.context ? o.context : session_context(s));
}

const struct command command_vtop = {
	.name = "vtop",
	.summary = "virtual to physical address, step by step",
	.synopsis = "[-c pid | task] [-u | -k] address ...",
	.help = "  Walks the page tables for each address and shows every entry on the way, the\n"
		"  flags of the last one, the mapping the address belongs to (user addresses)\n"
		"  and its struct page. An address is a number, a symbol, symbol+offset or\n"
		"  (expression). The level that maps nothing, or that the dump lacks, is named.\n"
		"\n"
		"    -u, -k    a user, a kernel address; told by its value otherwise\n"
		"    -c task   in the address space of this pid or task instead of the current one\n",
	.example = "  inquest> vtop linux_banner\n"
		   "  VIRTUAL           PHYSICAL\n"
		   "  ffffffff9291fa00  591fa00\n"
		   "\n"
		   "  PAGE DIRECTORY: 6210000\n"
		   "     PGD: 6210ff8 => 6215067\n"
		   "     PUD: 6215ff0 => 6216063\n"
		   "     PMD: 62164a0 => 80000000058001e1\n"
		   "    PAGE: 5800000  (2MB)\n"
		   "\n"
		   "        PTE         PHYSICAL  FLAGS\n"
		   "  80000000058001e1  5800000   (PRESENT|ACCESSED|DIRTY|PSE|GLOBAL|NX)\n"
		   "\n"
		   "        PAGE       PHYSICAL      MAPPING       INDEX CNT FLAGS\n"
		   "  fffff6e7801647c0  591f000                0        0  1 fffffc0001000 reserved\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
