/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What C expressions are evaluated over: the kernel's memory, symbols, types, and the values shown before. */
#include <string.h>

#include "base/error.h"
#include "command/frame/frame.h"
#include "command/object/namesakes.h"
#include "command/session.h"
#include "linux/module.h"
#include "linux/task.h"

static enum read_status env_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct session *s = context;
	enum read_status status = target_read(s->target, address, buffer, size);

	if ((status == READ_EXCLUDED || status == READ_LOST) && s->settings.zero_excluded) {
		memset(buffer, 0, size);
		status = READ_OK;
	}
	return status;
}

/* The type that a module's own source gives one of its symbols. */
static const struct type *type_in_module(struct session *s, uint16_t module, const char *name)
{
	const char *label = symbols_module_name(s->target->symbols, module);
	struct type_source *const *sources;
	const struct type *t = NULL;
	size_t n = types_sources(s->target->types, &sources);

	for (size_t i = 0; i < n && !t; i++)
		if (label && sources[i]->label && strcmp(sources[i]->label, label) == 0 &&
		    sources[i]->ops->symbol)
			t = sources[i]->ops->symbol(sources[i], name);
	return t;
}

static bool env_symbol(void *context, const char *name, uint64_t *address, const struct type **type)
{
	struct session *s = context;
	const char *colon = strrchr(name, ':'), *plain = colon ? colon + 1 : name;
	const struct namesake *one = NULL;
	const struct symbol *symbol;
	uint64_t offset;

	if (namesake_names_file(name)) {
		one = namesake_in_file(s, name);
		if (!one)
			return false;
		*address = one->address;
		*type = one->type ? one->type : type_of_symbol(s->target->types, plain);
		return true;
	}
	if (!session_symbol(s, name, address))
		return false;
	symbol = symbol_at(s->target->symbols, *address, &offset);
	*type = symbol && symbol->module ? type_in_module(s, symbol->module, plain) : NULL;
	if (!*type && !colon) {
		one = namesake_chosen(s, name, *address);
		*type = one ? one->type : type_of_symbol(s->target->types, name);
	}
	if (!*type && symbol && symbol->module)
		*type = type_of_symbol(s->target->types, plain);
	return true;
}

/*
 * Does the symbol reach that far? What lies behind its end is something without a name (a string); so is data
 * behind a symbol without a size, where the symbol table has sizes.
 */
static bool covers(const struct session *s, const struct symbol *symbol, uint64_t offset)
{
	if (symbol->size)
		return offset < symbol->size || !offset;
	return !offset || symbol->module || !s->target->vmlinux || strchr("tTwWi", symbol->type);
}

static bool env_symbol_at(void *context, uint64_t address, const char **name, uint64_t *offset)
{
	struct session *s = context;
	const struct symbol *symbol = symbol_at(s->target->symbols, address, offset);

	if (!symbol && s->kernel && module_at(s->kernel, address))
		symbol = symbol_at(s->target->symbols, address, offset);
	if (!symbol || !covers(s, symbol, *offset))
		return false;
	*name = symbol->name;
	return true;
}

bool session_is_percpu(struct session *s, uint64_t address)
{
	const struct modules *modules;
	uint64_t start, end;

	if (target_symbol(s->target, "__per_cpu_start", &start) &&
	    target_symbol(s->target, "__per_cpu_end", &end) && address >= start && address < end)
		return true;
	/* a module's: its symbols are only known once the modules were read */
	modules = s->kernel && symbols_modules(s->target->symbols) ? kernel_modules(s->kernel) : NULL;
	for (size_t i = 0; modules && i < modules->n; i++)
		if (address - modules->list[i].percpu < modules->list[i].percpu_size)
			return true;
	return false;
}

static bool env_percpu(void *context, int cpu, uint64_t address, uint64_t *where)
{
	struct session *s = context;

	if (!session_is_percpu(s, address))
		return false;
	if (cpu < 0)
		cpu = session_context(s) && s->current->cpu >= 0 ? s->current->cpu : 0;
	return target_percpu(s->target, (unsigned)cpu, address, where);
}

static bool env_history(void *context, bool back, uint64_t n, struct value *v)
{
	const struct session *s = context;
	uint64_t count = s->history.n;

	if (back ? n >= count : n == 0 || n > count)
		return false;
	*v = s->history.items[back ? count - 1 - n : n - 1];
	return true;
}

const struct type_env *session_env(struct session *s)
{
	struct type_env *env = arena_new(&s->scratch, struct type_env);

	*env = (struct type_env){.types = s->target->types,
				 .arena = &s->scratch,
				 .context = s,
				 .read = env_read,
				 .symbol = env_symbol,
				 .symbol_at = env_symbol_at,
				 .reg = frame_register,
				 .percpu = env_percpu,
				 .history = env_history,
				 .local = frame_local};
	return env;
}

/* A value whose memory another space has, as one that is in no memory. */
static struct value without_memory(struct session *s, const struct type_env *env, const struct value *v)
{
	enum { MOST = 1 << 20 };
	struct value copy = {.type = v->type, .bit_size = v->bit_size, .bit_offset = v->bit_offset};
	uint64_t size = v->bit_size ? (v->bit_offset + (uint64_t)v->bit_size + 7) / 8
				    : type_size(env->types, v->type);
	uint8_t *bytes;

	if (size && size <= MOST) {
		bytes = arena_alloc(&s->arena, (size_t)size);
		if (env->read(env->context, v->address, bytes, (size_t)size) == READ_OK) {
			copy.bytes = bytes;
			return copy;
		}
	}
	return (struct value){.type = type_void(env->types)};
}

size_t session_remember(struct session *s, const struct type_env *env, const struct value *v)
{
	struct value kept = *v;

	if (v->in_memory && env->read != env_read)
		kept = without_memory(s, env, v);
	else if (v->bytes)
		kept.bytes = arena_copy(&s->arena, v->bytes, (size_t)type_size(env->types, v->type));
	if (v->bytes && v->lost)
		kept.lost = arena_copy(&s->arena, v->lost, (size_t)type_size(env->types, v->type));
	if (v->why)
		kept.why = arena_strdup(&s->arena, v->why);
	*vec_push(&s->arena, &s->history) = kept;
	return s->history.n;
}

struct node_options session_node_options(const struct session *s)
{
	return (struct node_options){.hex = s->settings.radix == 16,
				     .print_max = s->settings.print_max,
				     .print_array = s->settings.print_array,
				     .null_stop = s->settings.null_stop};
}
