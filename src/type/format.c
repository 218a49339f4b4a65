/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as trees, and trees as gdb's text. */
#include <string.h>

#include "base/vec.h"
#include "type/declare.h"
#include "type/node.h"

enum {
	DEPTH_MAX = 64,      /* structures inside one another */
	NODES_MAX = 1 << 19, /* of one tree: made-up types may multiply */
	PAGE = 4096,         /* no target has smaller pages: a piece of this size is there or it is not */
	PAGES = 16,
};

/* Pages of the object, direct-mapped by number. */
struct object_page {
	uint64_t address; /* of the first byte kept, 0 with @size 0: free */
	uint32_t size;
	enum read_status status;
	uint8_t *data;
};

static void build(struct tree *tree, struct node *n, const struct value *v, int depth);

/* The page that holds @address, cut to the object. */
static const struct object_page *get_page(struct tree *tree, uint64_t address)
{
	struct object_page *page = &tree->pages[address / PAGE % PAGES];
	uint64_t first = address & ~(uint64_t)(PAGE - 1), last = first + (PAGE - 1);

	if (first < tree->start)
		first = tree->start;
	if (last > tree->end - 1)
		last = tree->end - 1;
	if (page->size && page->address == first)
		return page;
	page->address = first;
	page->size = (uint32_t)(last - first + 1);
	if (!page->data)
		page->data = arena_alloc(tree->env->arena, PAGE);
	page->status = tree->env->read ? tree->env->read(tree->env->context, first, page->data, page->size)
				       : READ_NOT_RAM;
	return page;
}

enum read_status tree_read(struct tree *tree, uint64_t address, uint8_t *buffer, uint64_t size)
{
	while (size) {
		const struct object_page *page;
		uint64_t n;

		if (address < tree->start || address >= tree->end)
			return READ_ERROR;
		page = get_page(tree, address);
		n = page->address + page->size - address;
		if (n > size)
			n = size;
		if (page->status != READ_OK)
			return page->status;
		memcpy(buffer, page->data + (address - page->address), (size_t)n);
		buffer += n;
		address += n;
		size -= n;
	}
	return READ_OK;
}

static void unreadable(struct tree *tree, struct node *n, enum read_status status)
{
	n->kind = NODE_UNREADABLE;
	n->status = status;
	n->text = arena_printf(tree->env->arena, "<%s>", read_status_text(status));
}

/* Why @size bytes of a value that is not in memory are not known. */
static void lost(struct tree *tree, struct node *n, const struct value *v)
{
	n->kind = NODE_UNREADABLE;
	n->status = READ_ERROR;
	n->why = v->why ? v->why : "optimized out";
	/* what register it was in is for those who ask; that it is gone is all that there is room for */
	n->text = "<optimized out>";
	if (v->why && strlen(v->why) < 30)
		n->text = arena_printf(tree->env->arena, "<%s>", v->why);
}

static size_t count_lost(const struct value *v, uint64_t size)
{
	size_t n = 0;

	for (uint64_t i = 0; v->lost && v->bytes && i < size; i++)
		n += v->lost[i] != 0;
	return n;
}

/* Is nothing of it known? */
static bool all_lost(struct tree *tree, const struct value *v)
{
	uint64_t size;

	if (v->in_memory || !v->lost || v->bit_size)
		return false;
	size = type_size(tree->ts, v->type);
	return !v->bytes || (size && count_lost(v, size) == size);
}

static void left_out(struct node *n, uint64_t count)
{
	n->kind = NODE_MORE;
	n->number = count;
	n->text = "...";
}

/* Append a child; NULL when the tree is full. */
static struct node *add_child(struct tree *tree, struct node *parent, struct node **last)
{
	struct node *child;

	if (tree->nodes >= NODES_MAX)
		return NULL;
	tree->nodes++;
	child = arena_new(tree->env->arena, struct node);
	child->repeats = 1;
	if (*last)
		(*last)->next = child;
	else
		parent->children = child;
	*last = child;
	parent->n_children++;
	return child;
}

/* The bytes of a leaf; NULL after making the node one that cannot be read. */
static const uint8_t *leaf_bytes(struct tree *tree, struct node *n, const struct value *v, uint64_t size,
				 uint8_t *buffer)
{
	enum read_status status;

	if (v->in_memory) {
		status = tree_read(tree, v->address, buffer, size);
		if (status == READ_OK)
			return buffer;
		unreadable(tree, n, status);
		return NULL;
	}
	if (v->bytes)
		return v->bytes;
	put_uint(buffer, (size_t)(size < 8 ? size : 8), v->number, types_order(tree->ts));
	return buffer;
}

static void build_leaf(struct tree *tree, struct node *n, const struct value *v, const struct type *t)
{
	uint64_t size = v->bit_size ? (v->bit_offset % 8 + (uint64_t)v->bit_size + 7) / 8 : t->size;
	struct value at = *v;
	const uint8_t *bytes;
	uint8_t buffer[16];
	uint64_t number;

	if (t->kind == TYPE_POINTER && !size)
		size = types_word_size(tree->ts);
	if (size == 0 || size > sizeof(buffer)) {
		unreadable(tree, n, READ_ERROR);
		return;
	}
	if (v->bit_size) {
		at.address += v->bit_offset / 8;
		at.bit_offset %= 8;
		if (at.bytes)
			at.bytes += v->bit_offset / 8;
		if (at.lost)
			at.lost += v->bit_offset / 8;
	}
	if (count_lost(&at, size)) {
		lost(tree, n, v);
		return;
	}
	bytes = leaf_bytes(tree, n, &at, size, buffer);
	if (!bytes)
		return;
	number = size > 8 ? 0 : number_from_bytes(tree->ts, t, bytes, size, at.bit_offset, at.bit_size);
	if (size <= 8 && leaf_letter(tree, n, t, number, v->bit_size ? v->bit_size : (unsigned)(8 * size)))
		return;
	switch (t->kind) {
	case TYPE_POINTER: leaf_pointer(tree, n, type_strip(tree->ts, t->target), number); break;
	case TYPE_ENUM: leaf_enum(tree, n, t, number); break;
	case TYPE_FLOAT: leaf_float(tree, n, number, size); break;
	default: leaf_integer(tree, n, t, bytes, at.bit_offset, at.bit_size); break;
	}
}

static void build_string(struct tree *tree, struct node *n, const struct value *v, uint64_t count)
{
	struct text out = {0};
	uint8_t *buffer;
	uint64_t kept = count;

	tree->nodes += (size_t)(kept < 65536 ? kept / 64 : 1024); /* they cost memory like nodes */
	/* a run of equal characters is shown whole: so look behind the limit, but not for ever */
	if (kept > tree->print_max + 65536ULL)
		kept = tree->print_max + 65536ULL;
	if (v->in_memory) {
		enum read_status status;

		buffer = arena_alloc(tree->env->arena, (size_t)kept);
		status = tree_read(tree, v->address, buffer, kept);
		if (status != READ_OK) {
			unreadable(tree, n, status);
			return;
		}
	} else if (count_lost(v, kept)) {
		lost(tree, n, v);
		return;
	} else {
		buffer = (uint8_t *)v->bytes;
	}
	if (tree->options->null_stop && memchr(buffer, 0, (size_t)kept))
		count = kept = (uint64_t)((uint8_t *)memchr(buffer, 0, (size_t)kept) - buffer) + 1;
	n->kind = NODE_STRING;
	n->string = (const char *)buffer;
	n->length = (size_t)kept;
	/* gdb takes the last NUL for the end of the string and does not show it */
	put_string(&out, buffer, (size_t)kept - (kept == count && !buffer[kept - 1]), tree->print_max,
		   kept < count);
	n->text = arena_strndup(tree->env->arena, text_str(&out), out.n);
	text_free(&out);
}

static void build_array(struct tree *tree, struct node *n, const struct value *v, const struct type *t,
			int depth)
{
	const struct type *element = type_strip(tree->ts, t->target);
	uint64_t size = type_size(tree->ts, t->target), count = t->count;
	struct node *last = NULL;

	if (count == 0 || size == 0) {
		/* an array without a length is shown as the address of its first element */
		if (v->in_memory)
			leaf_pointer(tree, n, element, v->address);
		else
			n->kind = NODE_ARRAY;
		return;
	}
	if (is_text_type(tree->ts, element) && (!tree->options->format || tree->options->format == 's')) {
		build_string(tree, n, v, count);
		return;
	}
	n->kind = NODE_ARRAY;
	n->rows = tree->options->print_array;
	for (uint64_t i = 0; i < count; i++) {
		struct value item = {.type = t->target, .in_memory = v->in_memory};
		struct node *child = i < tree->print_max ? add_child(tree, n, &last) : NULL;

		if (!child) {
			if (last) {
				struct node *more = arena_new(tree->env->arena, struct node);

				more->repeats = 1;
				left_out(more, count - i);
				last->next = more;
				n->n_children++;
			}
			return;
		}
		item.address = v->address + i * size;
		item.bytes = v->bytes ? v->bytes + i * size : NULL;
		item.lost = v->lost ? v->lost + i * size : NULL;
		item.why = v->why;
		build(tree, child, &item, depth + 1);
	}
}

static void build_struct(struct tree *tree, struct node *n, const struct value *v, const struct type *t,
			 int depth)
{
	const struct type_member *list;
	struct node *last = NULL;
	size_t count;

	n->kind = NODE_STRUCT;
	if (t->incomplete)
		n->text = "<incomplete type>";
	type_members(tree->ts, t, &list, &count);
	for (size_t i = 0; i < count; i++) {
		const struct type_member *m = &list[i];
		uint64_t byte = m->bit_offset / 8;
		struct value member = {.type = m->type, .in_memory = v->in_memory};
		struct node *child;

		if (!m->name && m->bit_size)
			continue;
		child = add_child(tree, n, &last);
		if (!child)
			return;
		child->name = m->name;
		member.address = v->address + byte;
		member.bytes = v->bytes ? v->bytes + byte : NULL;
		member.lost = v->lost ? v->lost + byte : NULL;
		member.why = v->why;
		member.bit_size = m->bit_size;
		member.bit_offset = m->bit_size ? (uint32_t)(m->bit_offset % 8) : 0;
		build(tree, child, &member, depth + 1);
	}
}

/* Does a value that is not in memory have all its bytes? Only then may they be looked at. */
static void build(struct tree *tree, struct node *n, const struct value *v, int depth)
{
	const struct type *t = type_strip(tree->ts, v->type);

	if (depth > DEPTH_MAX) {
		left_out(n, 1);
		return;
	}
	if (all_lost(tree, v)) {
		lost(tree, n, v);
		return;
	}
	switch (t->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		if (v->in_memory || v->bytes)
			build_struct(tree, n, v, t, depth);
		else
			unreadable(tree, n, READ_NOT_RAM);
		break;
	case TYPE_ARRAY:
		if (v->in_memory || v->bytes)
			build_array(tree, n, v, t, depth);
		else
			unreadable(tree, n, READ_NOT_RAM);
		break;
	case TYPE_FUNCTION:
		if (!leaf_letter(tree, n, t, v->address, 8u * types_word_size(tree->ts)))
			leaf_pointer(tree, n, t, v->address);
		break;
	case TYPE_VOID:
		n->kind = NODE_ENUM;
		n->text = v->in_memory ? "<unknown type>" : "void";
		break;
	default: build_leaf(tree, n, v, t); break;
	}
}

/*
 * "(struct task_struct *) " in front of a pointer and "{int (void)} " in front of a
 * function; none for char *, whose string tells.
 */
static void put_top_type(struct tree *tree, struct node *n, const struct value *v)
{
	const struct type *t = type_strip(tree->ts, v->type), *target;
	struct text out = {0};
	bool function = t->kind == TYPE_FUNCTION;

	if (n->kind != NODE_POINTER || (!function && t->kind != TYPE_POINTER) ||
	    (tree->options->format && tree->options->format != 's'))
		return;
	target = t->target;
	while (target && target->kind == TYPE_QUALIFIER)
		target = target->target;
	if (!function && v->type->kind != TYPE_TYPEDEF && target && target->kind == TYPE_INT &&
	    target->name && strcmp(target->name, "char") == 0)
		return;
	text_putc(&out, function ? '{' : '(');
	type_name(tree->ts, v->type, &out);
	text_puts(&out, function ? "} " : ") ");
	n->text = arena_printf(tree->env->arena, "%s%s", text_str(&out), n->text);
	text_free(&out);
}

struct node *value_tree(const struct type_env *env, const struct value *v, const struct node_options *options)
{
	static const struct node_options none;
	struct object_page pages[PAGES] = {{0}};
	struct tree tree = {
		.env = env, .ts = env->types, .options = options ? options : &none, .pages = pages};
	struct node *n = arena_new(env->arena, struct node);
	uint64_t size = type_size(env->types, v->type);

	tree.print_max = tree.options->print_max ? tree.options->print_max : 256;
	n->repeats = 1;
	if (v->bit_size)
		size = (v->bit_offset + (uint64_t)v->bit_size + 7) / 8;
	tree.start = v->address;
	if (__builtin_add_overflow(v->address, size, &tree.end))
		tree.end = UINT64_MAX; /* an object that would go around the address space */
	build(&tree, n, v, 0);
	if (!tree.options->member)
		put_top_type(&tree, n, v);
	return n;
}

static void write_fields(const struct node *n, unsigned depth, struct text *out)
{
	if (!n->children) {
		text_puts(out, n->text ? "{" : "{<No data fields>");
		text_puts(out, n->text ? n->text : "");
		text_putc(out, '}');
		return;
	}
	text_puts(out, "{\n");
	for (const struct node *child = n->children; child; child = child->next) {
		text_fill(out, ' ', 2 + 2 * (size_t)depth);
		if (child->name) {
			text_puts(out, child->name);
			text_puts(out, " = ");
		}
		node_write(child, depth + 1, out);
		text_puts(out, child->next ? ",\n" : "\n");
	}
	text_fill(out, ' ', 2 * (size_t)depth);
	text_putc(out, '}');
}

static void put_separator(const struct node *n, bool first, unsigned depth, struct text *out)
{
	if (!n->rows) {
		text_puts(out, first ? "" : ", ");
		return;
	}
	text_puts(out, first ? "\n" : ",\n");
	text_fill(out, ' ', 2 + 2 * (size_t)depth);
}

static void write_elements(const struct node *n, unsigned depth, struct text *out)
{
	text_putc(out, '{');
	for (const struct node *child = n->children; child; child = child->next) {
		for (uint64_t i = 0; i < child->repeats; i++) {
			/* the dots follow the last element without a comma */
			if (child->kind != NODE_MORE)
				put_separator(n, child == n->children && i == 0, depth, out);
			node_write(child, depth + 1, out);
		}
	}
	if (n->rows && n->children) {
		text_putc(out, '\n');
		text_fill(out, ' ', 2 * (size_t)depth);
	}
	text_putc(out, '}');
}

void node_write(const struct node *n, unsigned indent, struct text *out)
{
	switch (n->kind) {
	case NODE_STRUCT: write_fields(n, indent, out); break;
	case NODE_ARRAY: write_elements(n, indent, out); break;
	default: text_puts(out, n->text ? n->text : ""); break;
	}
}
