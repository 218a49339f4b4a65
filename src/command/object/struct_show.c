/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contents of structures in memory. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/object/struct.h"
#include "linux/task.h"

static const struct shape whole_shape = {"{?cpu_head}[{cpu}]: {address}\n{/}{kind} {type} {value}\n", NULL};
static const struct shape members_shape = {"{?cpu_head}[{cpu}]: {address}\n{/}", NULL};
static const struct shape member_shape = {"  {name} = {value:1},\n", NULL};
static const struct shape pointer_shape = {"  {name} = {value:1}\n{?target}  -> {target:1}\n{/}", NULL};
static const struct shape raw_shape = {"{address}:  {words}   {ascii}\n", NULL};

/* ---- user space ---- */

struct user_context {
	struct session *s;
	struct space space;
};

static enum read_status user_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct user_context *u = context;

	return target_read_some(u->s->target, &u->space, address, buffer, size, NULL);
}

const struct type_env *struct_user_env(struct session *s)
{
	struct user_context *u = arena_new(&s->scratch, struct user_context);
	struct type_env *env = arena_new(&s->scratch, struct type_env);

	u->s = s;
	if (!session_context(s)) {
		fail("no current task: choose one with \"set\"");
		return NULL;
	}
	if (!task_user_space(s->kernel, s->current, &u->space))
		return NULL;
	*env = (struct type_env){
		.types = s->target->types, .arena = &s->scratch, .context = u, .read = user_read};
	return env;
}

/* Addresses are offsets in the dump file. */
static enum read_status file_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct session *s = context;

	return target_read_file(s->target, address, buffer, size, NULL);
}

static const struct type_env *env_of(struct session *s, const struct struct_request *r)
{
	struct type_env *env;

	if (r->user)
		return struct_user_env(s);
	if (!r->file)
		return session_env(s);
	env = arena_new(&s->scratch, struct type_env);
	*env = (struct type_env){
		.types = s->target->types, .arena = &s->scratch, .context = s, .read = file_read};
	return env;
}

/* ---- one structure ---- */

static bool show_members(struct session *s, const struct type_env *env, const struct struct_request *r,
			 const struct value *v)
{
	struct node_options options = session_node_options(s);

	options.hex = r->hex;
	options.member = !r->follow;
	list_begin(s->out, "members");
	for (size_t i = 0; i < r->n_members; i++) {
		struct value member, target;
		const struct type *t;

		if (!value_member(env, v, r->members[i], &member)) {
			out_error(s->out, "%s", fail_text());
			list_end(s->out);
			return false;
		}
		t = type_strip(env->types, member.type);
		rec_begin(s->out, r->follow ? &pointer_shape : &member_shape);
		put_str(s->out, "name", r->members[i]);
		put_node(s->out, "value", value_tree(env, &member, &options));
		if (r->follow && t->kind == TYPE_POINTER) {
			target = (struct value){.type = t->target, .in_memory = true};
			if (value_number(env, &member, &target.address) && target.address &&
			    type_size(env->types, t->target))
				put_node(s->out, "target", value_tree(env, &target, &options));
		}
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

enum read_status struct_status(const struct type_env *env, uint64_t address, uint64_t size)
{
	enum read_status first, last;
	uint8_t byte;

	first = env->read(env->context, address, &byte, 1);
	if (first == READ_OK || first == READ_EXCLUDED || first == READ_LOST)
		return READ_OK;
	last = env->read(env->context, address + (size ? size - 1 : 0), &byte, 1);
	return last == READ_OK ? READ_OK : first;
}

static void show_raw_line(struct session *s, const struct type_env *env, uint64_t address, size_t n)
{
	uint8_t word_size = s->target->word_size, bytes[16];
	struct text words = {0};
	enum read_status status = env->read(env->context, address, bytes, n);
	char ascii[17];

	rec_begin(s->out, &raw_shape);
	put_addr(s->out, "address", address);
	if (status != READ_OK) {
		put_none(s->out, "words", status);
	} else {
		for (size_t i = 0; i < n; i += word_size) {
			size_t left = n - i < word_size ? n - i : word_size;

			text_puts(&words, i ? " " : "");
			text_hex(&words, get_uint(bytes + i, left, s->target->order), (unsigned)left * 2);
		}
		for (size_t i = 0; i < n; i++)
			ascii[i] = isprint(bytes[i]) ? (char)bytes[i] : '.';
		put_str(s->out, "words", text_str(&words));
		put_strn(s->out, "ascii", ascii, n);
	}
	rec_end(s->out);
	text_free(&words);
}

static void show_raw(struct session *s, const struct type_env *env, uint64_t address, uint64_t size)
{
	list_begin(s->out, "raw");
	for (uint64_t at = 0; at < size && !interrupted() && !out_broken(s->out); at += 16)
		show_raw_line(s, env, address + at, (size_t)(size - at < 16 ? size - at : 16));
	list_end(s->out);
}

static bool show_raw_members(struct session *s, const struct type_env *env, const struct struct_request *r,
			     uint64_t address)
{
	static const struct shape member_head = {"", NULL};
	struct type_place place;

	list_begin(s->out, "members");
	for (size_t i = 0; i < r->n_members; i++) {
		uint64_t size;

		if (!type_path(env->types, r->type, r->members[i], &place)) {
			out_error(s->out, "%s", fail_text());
			break;
		}
		size = place.bit_size ? (place.bit_offset % 8 + place.bit_size + 7) / 8
				      : type_size(env->types, place.type);
		rec_begin(s->out, &member_head);
		put_str(s->out, "name", r->members[i]);
		show_raw(s, env, address + place.bit_offset / 8, size);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static bool show_one(struct session *s, const struct type_env *env, const struct struct_request *r,
		     uint64_t address, int cpu)
{
	struct node_options options = session_node_options(s);
	const struct value v = {.type = r->type, .in_memory = true, .address = address};
	uint64_t size = type_size(env->types, r->type);
	enum read_status status = struct_status(env, address, size);
	bool ok = true;

	options.hex = r->hex;
	options.member = true;
	if (status != READ_OK)
		return out_error(s->out, "cannot read %s %s at %llx: %s", r->is_union ? "union" : "struct",
				 r->name, (unsigned long long)address, read_status_text(status));
	rec_begin(s->out, r->raw || r->n_members ? &members_shape : &whole_shape);
	put_str(s->out, "kind", r->is_union ? "union" : "struct");
	put_str(s->out, "type", r->name);
	if (cpu >= 0) {
		put_i64(s->out, "cpu", cpu);
		if (out_view(s->out) == OUT_TEXT)
			put_bool(s->out, "cpu_head", true);
	}
	put_addr(s->out, "address", address);
	if (r->raw && r->n_members)
		ok = show_raw_members(s, env, r, address);
	else if (r->raw)
		show_raw(s, env, address, size);
	else if (r->n_members)
		ok = show_members(s, env, r, &v);
	else
		put_node(s->out, "value", value_tree(env, &v, &options));
	rec_end(s->out);
	return ok;
}

bool struct_contents(struct session *s, const struct struct_request *r)
{
	const struct type_env *env = env_of(s, r);
	uint64_t size = type_size(s->target->types, r->type), address = r->address;
	int64_t count = r->count < 0 ? 1 - r->count : r->count;
	bool ok = true;

	if (!env)
		return out_error(s->out, "%s", fail_text());
	if (!size)
		return out_error(s->out, "%s has no size", r->name);
	/* a negative count are the elements before the address, and the one there */
	if (r->count < 0)
		address -= (uint64_t)-r->count * size;
	list_begin(s->out, "structures");
	if (r->cpus) {
		for (unsigned cpu = 0; cpu < r->n_cpus && ok && !interrupted(); cpu++) {
			if (!r->cpus[cpu])
				continue;
			if (target_percpu(s->target, cpu, r->address, &address))
				ok = show_one(s, env, r, address, (int)cpu);
			else
				ok = out_error(s->out, "%s", fail_text());
		}
	} else {
		for (int64_t i = 0; i < count && ok && !interrupted() && !out_broken(s->out); i++) {
			if (i && (r->n_members != 1 || r->raw))
				out_title(s->out, "%s", "");
			ok = show_one(s, env, r, address + (uint64_t)i * size, -1);
		}
	}
	list_end(s->out);
	return ok;
}
