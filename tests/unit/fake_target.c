/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/btf.h"
#include "mkbtf.h"

/* Offsets of struct task's members in bytes, with words of 8 and 4 bytes. */
static const struct layout {
	unsigned list, word, color, points, name, fn, on, size, pointer;
} layouts[2] = {
	{24, 40, 48, 52, 72, 80, 88, 96, 8},
	{20, 28, 36, 40, 56, 60, 64, 68, 4},
};

static const struct {
	const char *name;
	unsigned offset;
	const char *type, *kind;
} symbols[] = {
	{"init", 0, "task", "struct"},         {"other", 512, "task", "struct"},
	{"words", 1024, "words_t", "typedef"}, {"untyped", 1100, NULL, NULL},
	{"file.c:local", 1200, "int", "int"},  {"ext4:global", 1204, "int", "int"},
	{"vmemory", 8192, "task", "struct"},   {"printf_like", 2048, "printf_like", "function"},
};

static enum read_status fake_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct fake_target *t = context;
	uint64_t at = address - t->base;

	t->reads++;
	if (address < t->base || at > FAKE_SIZE || size > FAKE_SIZE - at)
		return READ_UNMAPPED;
	if (at + size > 8192)
		return READ_EXCLUDED;
	memcpy(buffer, t->memory + at, size);
	return READ_OK;
}

static bool fake_symbol(void *context, const char *name, uint64_t *address, const struct type **type)
{
	struct fake_target *t = context;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (strcmp(symbols[i].name, name) != 0)
			continue;
		*address = t->base + symbols[i].offset;
		*type = NULL;
		if (symbols[i].kind && strcmp(symbols[i].kind, "function") == 0)
			*type = type_of_symbol(t->env.types, name);
		else if (symbols[i].type)
			*type = type_find_any(t->env.types, symbols[i].type);
		return true;
	}
	return false;
}

static bool fake_symbol_at(void *context, uint64_t address, const char **name, uint64_t *offset)
{
	struct fake_target *t = context;

	if (address < t->base || address >= t->base + 512)
		return false;
	*name = "init";
	*offset = address - t->base;
	return true;
}

static bool fake_reg(void *context, const char *name, uint64_t *value, const struct type **type)
{
	(void)context;
	(void)type;
	*value = 42;
	return strcmp(name, "sp") == 0;
}

static bool fake_history(void *context, bool back, uint64_t n, struct value *v)
{
	static const uint8_t bytes[] = {3, 4};
	struct fake_target *t = context;

	if (back ? n > 1 : n == 0 || n > 2)
		return false;
	if (n == 1)
		return value_eval(&t->env, "other", v);
	*v = (struct value){.type = type_array_of(t->env.types, type_integer(t->env.types, 1, false), 2),
			    .bytes = bytes};
	return true;
}

void fake_target_open(struct fake_target *t, uint8_t word, enum byte_order order)
{
	const struct layout *l = &layouts[word == 4];
	struct mkbtf options = {.order = order};
	struct type_source *s;
	char text[4096];
	uint8_t *data;

	memset(t, 0, sizeof(*t));
	t->word = word;
	t->order = order;
	t->base = word == 4 ? 0xc0001000 : 0xffff888000001000;
	snprintf(text, sizeof(text),
		 "int = int int 4 signed\nuint = int uint 4\nshort = int s16 2 signed\n"
		 "char = int char 1 signed\nuchar = int u8 1\nbool = int _Bool 1 bool\nulong = int ulong %u\n"
		 "list = struct list_head %u next:plist:0 prev:plist:%u\nplist = ptr list\n"
		 "comm = array char 8\ncchar = const char\npchar = ptr cchar\n"
		 "fnp = proto int a:int\nfn = ptr fnp\n"
		 "half = struct - 8 low:int:0 high:int:32\n"
		 "both = union - 8 word:ulong:0 -:half:0\n"
		 "color = enum color 4 RED=0 GREEN=1 BLUE=2\n"
		 "odd = enum odd 4 signed MINUS=-1 THREE=3 FOUR=4 NINE=9\n"
		 "point = struct point 8 x:int:0 y:int:32\npoints = array point 2\nflex = array int 0\n"
		 "task = struct task %u pid:int:0 prio:short:32 comm:comm:48 flag:uint:128:1 level:uint:129:3"
		 " list:list:%u -:both:%u color:color:%u points:points:%u name:pchar:%u fn:fn:%u on:bool:%u"
		 " byte:uchar:%u tail:flex:%u\n"
		 "words = array ulong 4\nwords_t = typedef words_t words\n"
		 "wide = int wide 16\nwide_t = typedef wide_t wide\n"
		 "empty = struct empty 0\npp = ptr plist\nfnarr = array fn 3\nparr = ptr points\n"
		 "vproto = proto fn fmt:pchar task:ptask ...\nptask = ptr task\n"
		 "printf_like = func printf_like vproto\n"
		 "deep = struct deep 8 a:half:0 -:both:0\n"
		 "cv = volatile ulong\nccv = const cv\ncp = const ptask\n"
		 "fwd = fwd hidden struct\npfwd = ptr fwd\n"
		 "odds = struct odds 64 fns:fnarr:0 parr:parr:192 cp:cp:256 ccv:ccv:320 pp:pp:384 "
		 "hidden:pfwd:448\n",
		 l->pointer, 2 * l->pointer, 8 * l->pointer, l->size, 8 * l->list, 8 * l->word, 8 * l->color,
		 8 * l->points, 8 * l->name, 8 * l->fn, 8 * l->on, 8 * l->on + 8, 8 * l->size);
	data = mkbtf(&t->arena, text, &options);
	s = btf_source(&t->arena, data, options.size, word, NULL, "fake");
	if (!s)
		abort();
	t->env = (struct type_env){.types = types_new(&t->arena, word, order),
				   .arena = &t->arena,
				   .context = t,
				   .read = fake_read,
				   .symbol = fake_symbol,
				   .symbol_at = fake_symbol_at,
				   .reg = fake_reg,
				   .history = fake_history};
	types_add(t->env.types, s);

	put_uint(t->memory, 4, 7, order);
	put_uint(t->memory + 4, 2, (uint64_t)-5, order);
	memcpy(t->memory + 6, "swap/0", 6);
	/* flag = 1, level = 5 */
	t->memory[16] = order == ORDER_BIG ? 0x80 | 5 << 4 : 1 | 5 << 1;
	put_uint(t->memory + l->list, word, t->base + 512 + l->list, order);
	put_uint(t->memory + l->list + l->pointer, word, t->base + l->list, order);
	put_uint(t->memory + l->word, 4, 0x11, order);
	put_uint(t->memory + l->word + 4, 4, 0x22, order);
	put_uint(t->memory + l->color, 4, 3, order);
	for (unsigned i = 0; i < 4; i++)
		put_uint(t->memory + l->points + 4 * i, 4, i + 1, order);
	put_uint(t->memory + l->name, word, t->base + 1300, order);
	memcpy(t->memory + 1300, "eth\"0\n", 7);
	put_uint(t->memory + l->fn, word, t->base + 16, order);
	t->memory[l->on] = 1;
	t->memory[l->on + 1] = 0xff;
	put_uint(t->memory + 512, 4, 8, order);
	for (unsigned i = 0; i < 4; i++)
		put_uint(t->memory + 1024 + i * word, word, 100 + i, order);
	put_uint(t->memory + 1100, 4, 77, order);
	put_uint(t->memory + 1200, 4, (uint64_t)-12, order);
	put_uint(t->memory + 1204, 4, 13, order);
}

void fake_target_close(struct fake_target *t)
{
	arena_free(&t->arena);
}
