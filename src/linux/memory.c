/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory the machine had. */
#include "base/error.h"
#include "linux/fields.h"
#include "linux/kernel.h"

enum { NODES_MAX = 1024 };

enum { NODE_PRESENT, N_NODE };

static const char *const node_names[] = {
	[NODE_PRESENT] = "node_present_pages",
};

/* Pages of all nodes; false when no node can be read. */
static bool sum_nodes(struct target *t, uint64_t *pages)
{
	struct fields node;
	uint64_t address, value;
	bool any = false;

	*pages = 0;
	if (!fields_resolve(t, &node, "pglist_data", node_names, N_NODE))
		return false;
	/* One static node without NUMA, an array of pointers with it. */
	if (target_symbol(t, "contig_page_data", &address)) {
		any = field_read(t, &node, NODE_PRESENT, address, &value) == READ_OK;
		*pages = any ? value : 0;
		return any;
	}
	if (!target_symbol(t, "node_data", &address))
		return false;
	for (unsigned i = 0; i < NODES_MAX; i++) {
		const struct symbol *symbol = symbol_find(t->symbols, "node_data");
		uint64_t at = address + i * t->word_size, where;

		if (symbol && symbol->size && at >= symbol->address + symbol->size)
			break;
		if (target_read_word(t, at, &where) != READ_OK)
			break;
		where = target_untag(t, where);
		/* Without a symbol size there is nothing else that marks the end. */
		if (!where && !(symbol && symbol->size))
			break;
		if (!where || field_read(t, &node, NODE_PRESENT, where, &value) != READ_OK)
			continue;
		any = true;
		*pages += value;
	}
	return any;
}

/* What firmware and the kernel keep for themselves should not turn 8 GB into 7.9. */
static uint64_t banner_size(uint64_t bytes)
{
	uint64_t next = (bytes + (1ULL << 30) - 1) >> 30 << 30;

	return next - bytes <= 64ULL << 20 ? next : bytes;
}

const struct memory_facts *kernel_memory(struct kernel *k)
{
	struct target *t = k->target;
	struct memory_facts *m;
	uint64_t address;

	if (k->memory)
		return k->memory;
	m = arena_new(k->arena, struct memory_facts);
	/* The counter became an atomic of its own in ca79b0c211af (v5.0). */
	if (target_symbol(t, "_totalram_pages", &address) || target_symbol(t, "totalram_pages", &address))
		m->has_usable = target_read_word(t, address, &m->usable_pages) == READ_OK;
	m->known = sum_nodes(t, &m->total_pages);
	if (!m->known && m->has_usable) {
		m->total_pages = m->usable_pages;
		m->known = true;
	}
	m->bytes = banner_size(m->total_pages * t->page_size);
	fail_clear();
	return k->memory = m;
}
