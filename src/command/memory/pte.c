/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "command/command.h"
#include "command/memory/translation.h"
#include "command/options.h"
#include "command/session.h"

static bool run(struct session *s, int argc, char **argv)
{
	const struct page_form *form = s->target->kernel.form;
	struct options o;
	bool ok = true;

	options_init(&o, argc, argv);
	if (option_next(&o, "") || o.at >= argc)
		return command_usage(s, command_find("pte"));
	if (!form)
		return out_error(s->out, "the page table format of this kernel is not known");
	list_begin(s->out, "entries");
	for (int i = o.at; i < argc; i++) {
		struct entry entry;
		uint64_t value;

		if (!session_address(s, argv[i], &value)) {
			ok = out_error(s->out, "%s", fail_text());
			continue;
		}
		entry = form->decode(form, form->levels - 1u, value);
		translation_entry(s, form, false, value, entry.address, entry.kind != ENTRY_NONE);
	}
	list_end(s->out);
	return ok;
}

const struct command command_pte = {
	.name = "pte",
	.summary = "what a page table entry says",
	.synopsis = "value ...",
	.help = "  Takes each value as an entry of the last level of the page tables and shows\n"
		"  the physical page and the flags.\n",
	.example = "  inquest> pte 80000000001a5067\n"
		   "        PTE         PHYSICAL  FLAGS\n"
		   "  80000000001a5067   1a5000   (PRESENT|RW|USER|ACCESSED|DIRTY|NX)\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
