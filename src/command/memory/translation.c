/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/memory/translation.h"

#include <string.h>

#include "base/text.h"

static const struct shape step_shape = {"{level:>6}: {entry_address:x} => {entry:x}\n", NULL};

static const struct shape page_shape = {"  PAGE: {page:x}{?size}  ({size}){/}\n", NULL};

static const struct shape entry_shape = {
	"{title}\n{entry_column}  {page_column}  {flags}\n",
	NULL,
};

const char *translation_flags(struct arena *a, const struct page_form *form, bool block, uint64_t entry)
{
	struct text names = {0};
	const struct flag_name *f = block && form->block_flags ? form->block_flags : form->flags;
	const char *copy;

	text_putc(&names, '(');
	for (; f && f->name; f++) {
		if ((entry & f->mask) != f->value)
			continue;
		if (names.n > 1)
			text_putc(&names, '|');
		text_puts(&names, f->name);
	}
	text_putc(&names, ')');
	copy = names.n > 2 ? arena_strdup(a, text_str(&names)) : "(not present)";
	text_free(&names);
	return copy;
}

void translation_entry(struct session *s, const struct page_form *form, bool block, uint64_t entry,
		       uint64_t physical, bool present)
{
	struct arena *a = &s->scratch;

	rec_begin(s->out, &entry_shape);
	if (out_view(s->out) == OUT_TEXT) {
		const char *value = arena_printf(a, "%llx", (unsigned long long)entry);
		const char *page = present ? arena_printf(a, "%llx", (unsigned long long)physical) : "n/a";
		size_t value_width = strlen(value) > 3 ? strlen(value) : 3;
		size_t page_width = strlen(page) > 8 ? strlen(page) : 8;

		put_fmt(s->out, "title", "%s  %s  FLAGS", text_centred(a, "PTE", value_width, false),
			text_centred(a, "PHYSICAL", page_width, false));
		put_str(s->out, "entry_column", text_centred(a, value, value_width, false));
		put_str(s->out, "page_column", text_centred(a, page, page_width, false));
	} else {
		put_hex(s->out, "entry", entry);
		if (present)
			put_hex(s->out, "physical", physical);
	}
	put_str(s->out, "flags", translation_flags(a, form, block, entry));
	rec_end(s->out);
}

static const char *size_name(struct arena *a, uint64_t size)
{
	if (size >= 1ULL << 30)
		return arena_printf(a, "%lluGB", (unsigned long long)(size >> 30));
	if (size >= 1ULL << 20)
		return arena_printf(a, "%lluMB", (unsigned long long)(size >> 20));
	return arena_printf(a, "%lluKB", (unsigned long long)(size >> 10));
}

void translation_steps(struct session *s, const struct space *space, const struct walk *walk)
{
	const struct page_form *form = space->form;

	if (!walk->n_steps || !form) {
		if (walk->linear)
			put_str(s->out, "method", "linear");
		return;
	}
	put_hex(s->out, "root", space->root);
	out_title(s->out, "\nPAGE DIRECTORY: %llx", (unsigned long long)space->root);
	list_begin(s->out, "steps");
	for (size_t i = 0; i < walk->n_steps; i++) {
		const struct walk_step *step = &walk->steps[i];

		rec_begin(s->out, &step_shape);
		put_str(s->out, "level", form->level_name[step->level]);
		put_hex(s->out, "entry_address", step->entry_address);
		put_hex(s->out, "entry", step->entry);
		rec_end(s->out);
	}
	list_end(s->out);
	if (walk->status != READ_OK)
		return;
	list_begin(s->out, "page");
	rec_begin(s->out, &page_shape);
	put_hex(s->out, "page", walk->page);
	if (walk->page_size > s->target->page_size)
		put_str(s->out, "size", size_name(&s->scratch, walk->page_size));
	rec_end(s->out);
	list_end(s->out);
	list_begin(s->out, "leaf");
	out_title(s->out, "%s", "");
	translation_entry(s, form, walk->steps[walk->n_steps - 1].level + 1U < form->levels, walk->leaf,
			  walk->page, true);
	list_end(s->out);
}
