/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Damaged BTF: opened, listed and searched in full, its types written as C and shown over empty memory. */
#include <string.h>

#include "debuginfo/btf.h"
#include "type/declare.h"
#include "type/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct type_env env;
	struct text out;
	unsigned left; /* types to look at */
};

static enum read_status zeros(void *context, uint64_t address, void *buffer, size_t size)
{
	(void)context;
	if (address >> 20)
		return READ_UNMAPPED;
	memset(buffer, 0, size);
	return READ_OK;
}

static bool visit(void *context, const struct type *t)
{
	struct walk *w = context;
	struct value v = {.type = t, .in_memory = true, .address = 4096 - 8};
	const struct node_options few = {.print_max = 4};
	struct type_place place;

	type_define(w->env.types, t, &(struct type_define_options){.offsets = true}, &w->out);
	type_declare(w->env.types, t, "name", &w->out);
	type_path(w->env.types, t, "a.b[1].c", &place);
	node_write(value_tree(&w->env, &v, &few), 0, &w->out);
	text_clear(&w->out);
	return --w->left > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct type_source *s, *module;
	struct walk w = {.env = {.arena = &arena, .read = zeros}, .left = 40};
	uint64_t offset;
	int64_t value;
	const struct type *t;

	s = btf_source(&arena, data, size, size & 1 ? 4 : 8, NULL, "fuzz");
	if (s) {
		w.env.types = types_new(&arena, size & 1 ? 4 : 8, ORDER_LITTLE);
		types_add(w.env.types, s);
		module = btf_source(&arena, data, size, 8, s, "split");
		if (module)
			types_add(w.env.types, module);
		s->ops->each(s, visit, &w);
		type_find_any(w.env.types, "task");
		type_of_symbol(w.env.types, "printk");
		type_find_enumerator(w.env.types, "BIG", &value, &t);
		btf_percpu_offset(s, "runqueues", &offset);
	}
	text_free(&w.out);
	arena_free(&arena);
	return 0;
}
