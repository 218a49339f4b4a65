/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/object/object_view.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "command/object/struct.h"

struct object_member {
	const char *path;
	struct type_place place;
};

struct object_format {
	struct object_format *next;
	struct struct_request request;
	struct object_member *members; /* request.n_members */
};

static const struct shape whole_shape = {"{kind} {type} {value}\n", NULL};
static const struct shape members_shape = {"", NULL};
static const struct shape member_shape = {"  {name} = {value:1},\n", NULL};

void object_view_init(struct object_view *v, struct session *s)
{
	*v = (struct object_view){.s = s, .hex = s->settings.radix == 16};
	v->end = &v->formats;
}

/* ---- words ---- */

static bool find_member(struct types *ts, const struct struct_request *r, const char *path,
			struct type_place *place)
{
	return type_path(ts, type_strip(ts, r->type), path, place);
}

bool object_view_add(struct object_view *v, const char *word)
{
	struct object_format *f = arena_new(&v->s->scratch, struct object_format);
	struct types *ts = v->s->target->types;

	if (!struct_parse_name(v->s, arena_strdup(&v->s->scratch, word), &f->request))
		return false;
	if (!f->request.n_members && !type_size(ts, f->request.type))
		return fail("%s has no size", f->request.name);
	f->members = arena_new_n(&v->s->scratch, f->request.n_members, struct object_member);
	for (size_t i = 0; i < f->request.n_members; i++) {
		f->members[i].path = f->request.members[i];
		if (!find_member(ts, &f->request, f->members[i].path, &f->members[i].place))
			return false;
	}
	*v->end = f;
	v->end = &f->next;
	return true;
}

bool object_offset_named(struct session *s, const char *word)
{
	struct struct_request r = {0};
	bool named = strchr(word, '.') && struct_parse_name(s, arena_strdup(&s->scratch, word), &r) &&
		     r.n_members == 1;

	fail_clear();
	return named;
}

bool object_offset(struct session *s, const char *word, uint64_t *offset, const struct type **type)
{
	struct struct_request r = {0};
	struct type_place place;

	*type = NULL;
	if (isdigit((unsigned char)*word) || *word == '(')
		return session_number(s, word, offset);
	if (!strchr(word, '.') && !type_find_any(s->target->types, word) && session_number(s, word, offset))
		return true;
	if (!struct_parse_name(s, arena_strdup(&s->scratch, word), &r))
		return false;
	if (r.n_members != 1)
		return fail("not one structure.member: %s", word);
	if (!find_member(s->target->types, &r, r.members[0], &place))
		return false;
	if (place.bit_size)
		return fail("a bit-field has no offset in bytes: %s", word);
	*offset = place.bit_offset / 8;
	*type = place.type;
	return true;
}

/* ---- one entry ---- */

/* Values of an entry live no longer than its record: a list may have very many. */
static struct type_env *environment(struct object_view *v)
{
	if (!v->env) {
		v->env = arena_new(&v->s->scratch, struct type_env);
		*v->env = *session_env(v->s);
		v->env->arena = &v->arena;
	}
	return v->env;
}

static void show_members(struct object_view *v, const struct object_format *f, uint64_t address,
			 const struct node_options *options)
{
	struct out *o = v->s->out;

	list_begin(o, "members");
	for (size_t i = 0; i < f->request.n_members; i++) {
		const struct type_place *p = &f->members[i].place;
		struct value member = {.type = p->type,
				       .in_memory = true,
				       .address =
					       (address + p->bit_offset / 8) & target_word_mask(v->s->target),
				       .bit_offset = p->bit_size ? (uint32_t)(p->bit_offset % 8) : 0,
				       .bit_size = p->bit_size};

		rec_begin(o, &member_shape);
		put_str(o, "name", f->members[i].path);
		put_node(o, "value", value_tree(environment(v), &member, options));
		rec_end(o);
	}
	list_end(o);
}

void object_view_show(struct object_view *v, uint64_t address)
{
	const struct node_options options = {
		.hex = v->hex, .print_max = v->s->settings.print_max, .member = true};
	struct out *o = v->s->out;

	if (!v->formats)
		return;
	list_begin(o, "structures");
	for (const struct object_format *f = v->formats; f; f = f->next) {
		const struct value whole = {.type = f->request.type, .in_memory = true, .address = address};

		rec_begin(o, f->request.n_members ? &members_shape : &whole_shape);
		put_str(o, "kind", f->request.is_union ? "union" : "struct");
		put_str(o, "type", f->request.name);
		put_addr(o, "address", address);
		if (f->request.n_members)
			show_members(v, f, address, &options);
		else
			put_node(o, "value", value_tree(environment(v), &whole, &options));
		rec_end(o);
	}
	list_end(o);
}

void object_view_forget(struct object_view *v)
{
	arena_free(&v->arena);
}
