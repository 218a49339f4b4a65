/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BTF producer: every kind, both byte orders, split BTF, newer headers, damaged input. */
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/btf.h"
#include "mkbtf.h"

#include "check.h"

static const char sample[] =
	"int    = int int 4 signed\n"
	"ulong  = int long-unsigned-int 8\n"
	"char   = int char 1 signed\n"
	"bool   = int _Bool 1 bool\n"
	"list   = struct list_head 16 next:plist:0 prev:plist:64\n"
	"plist  = ptr list\n"
	"decl   = fwd hidden struct\n"
	"phid   = ptr decl\n"
	"comm   = array char 16\n"
	"flex   = array int 0\n"
	"anon   = union - 8 word:ulong:0 parts:int:0\n"
	"task   = struct task 64 pid:int:0 list:list:64 -:anon:192 comm:comm:256 tail:flex:512\n"
	"flags  = struct flags 8 a:int:0:3 b:int:3:29 c:int:32:0\n"
	"enum   = enum color 4 RED=0 GREEN=1 BLUE=7\n"
	"senum  = enum level 4 signed LOW=-1 HIGH=1\n"
	"enum64 = enum64 wide 8 BIG=0x123456789a SMALL=1\n"
	"wide   = typedef wide_t enum64\n"
	"tag    = typetag user char\n"
	"ctag   = const tag\n"
	"ptag   = ptr ctag\n"
	"proto  = proto int buf:ptag n:ulong ...\n"
	"func   = func printk proto\n"
	"dtag   = decltag kfunc func\n"
	"float  = float double 8\n"
	"var    = var runqueues task\n"
	"sect   = datasec .data..percpu 128 var:64:64\n"
	"vol    = volatile int\n"
	"restr  = restrict plist\n";

static const struct {
	enum byte_order order;
	uint8_t word;
	const char *name;
} targets[] = {
	{ORDER_LITTLE, 8, "64-bit little-endian"},
	{ORDER_BIG, 8, "64-bit big-endian"},
	{ORDER_LITTLE, 4, "32-bit little-endian"},
	{ORDER_BIG, 4, "32-bit big-endian"},
};

static struct arena arena;
static struct type_source *source;
static struct types *types;

/* Names cannot hold blanks in the text: dashes stand for them. */
static void undash(uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 17 < size; i++) {
		if (memcmp(data + i, "long-unsigned-int", 17) == 0)
			data[i + 4] = data[i + 13] = ' ';
	}
}

static void open_text(const char *text, enum byte_order order, uint8_t word)
{
	struct mkbtf options = {.order = order};
	uint8_t *data = mkbtf(&arena, text, &options);

	undash(data, options.size);
	source = btf_source(&arena, data, options.size, word, NULL, "test");
	REQUIRE(source);
	types = types_new(&arena, word, order);
	types_add(types, source);
}

static const struct type_member *member(const struct type *t, size_t i)
{
	const struct type_member *list;
	size_t n;

	REQUIRE(type_members(types, t, &list, &n));
	REQUIRE(i < n);
	return &list[i];
}

static void check_structures(void)
{
	const struct type *t = type_find(types, TYPE_STRUCT, "task");
	struct type_place place;
	const struct type *f = type_find(types, TYPE_STRUCT, "flags");

	REQUIRE(t && f);
	CHECK_EQ_U64(type_size(types, t), 64);
	CHECK(type_path(types, t, "list.prev", &place));
	CHECK_EQ_U64(place.bit_offset, 128);
	CHECK(type_path(types, t, "parts", &place));
	CHECK_EQ_U64(place.bit_offset, 192);
	CHECK(type_path(types, t, "comm[3]", &place));
	CHECK_EQ_U64(place.bit_offset, 256 + 24);
	CHECK_EQ_U64(type_size(types, place.type), 1);
	CHECK(type_path(types, t, "tail[2]", &place));
	CHECK_EQ_U64(place.bit_offset, 512 + 64);
	CHECK(!type_path(types, t, "comm[16]", &place));
	CHECK(!type_path(types, t, "list.nothing", &place));
	CHECK_STR(fail_text(), "struct list_head has no member nothing");
	CHECK_EQ_U64(member(f, 1)->bit_offset, 3);
	CHECK_EQ_U64(member(f, 1)->bit_size, 29);
	CHECK_EQ_U64(member(f, 2)->bit_size, 0);
}

static void check_others(uint8_t word)
{
	const struct type_enumerator *e;
	const struct type_parameter *p;
	const struct type *t;
	uint64_t offset;
	int64_t value;
	size_t n;

	t = type_find(types, TYPE_INT, "_Bool");
	REQUIRE(t);
	CHECK(t->is_bool && !t->is_char);
	CHECK(type_find(types, TYPE_INT, "char")->is_char);
	t = type_find(types, TYPE_ENUM, "level");
	REQUIRE(t && type_enumerators(types, t, &e, &n));
	CHECK_EQ_I64(e[0].value, -1);
	CHECK(type_find_enumerator(types, "BIG", &value, &t));
	CHECK_EQ_I64(value, 0x123456789a);
	CHECK_STR(t->name, "wide");
	CHECK_EQ_U64(type_size(types, type_find(types, TYPE_TYPEDEF, "wide_t")), 8);
	CHECK(!type_find_enumerator(types, "NONE", &value, &t));
	t = type_of_symbol(types, "printk");
	REQUIRE(t && t->kind == TYPE_FUNCTION);
	CHECK(t->variadic);
	REQUIRE(type_parameters(types, t, &p, &n));
	CHECK_EQ_U64(n, 2);
	CHECK_STR(p[0].name, "buf");
	CHECK_EQ_U64(type_size(types, p[0].type), word);
	/* const, then the tag, which is nothing, then char */
	CHECK_EQ_U64(p[0].type->target->kind, TYPE_QUALIFIER);
	CHECK_EQ_U64(p[0].type->target->target->kind, TYPE_INT);
	CHECK_STR(type_of_symbol(types, "runqueues")->name, "task");
	CHECK(btf_percpu_offset(source, "runqueues", &offset));
	CHECK_EQ_U64(offset, 64);
	CHECK(!btf_percpu_offset(source, "printk", &offset));
	CHECK_EQ_U64(type_find(types, TYPE_FLOAT, "double")->size, 8);
	t = type_find(types, TYPE_STRUCT, "hidden");
	REQUIRE(t);
	CHECK(t->incomplete);
	CHECK(!type_find(types, TYPE_UNION, "hidden"));
	CHECK_STR(type_source_name(t), "BTF");
}

static void every_kind_on_every_target(void)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		open_text(sample, targets[i].order, targets[i].word);
		check_structures();
		check_others(targets[i].word);
	}
}

/* GCC's names of integers become C's. */
static void integer_names(void)
{
	struct type_place place;

	open_text(sample, ORDER_LITTLE, 8);
	REQUIRE(type_path(types, type_find(types, TYPE_STRUCT, "task"), "word", &place));
	CHECK_STR(place.type->name, "unsigned long");
	CHECK(type_find(types, TYPE_INT, "long unsigned int") == type_find(types, TYPE_INT, "unsigned long"));
}

struct listed {
	char text[512];
	unsigned left;
};

static bool list_name(void *context, enum type_name_kind kind, const char *name)
{
	struct listed *l = context;
	size_t n = strlen(l->text);

	snprintf(l->text + n, sizeof(l->text) - n, "%d:%s ", kind, name);
	return --l->left > 0;
}

static const char *listed(const char *prefix, unsigned kinds, unsigned most)
{
	static struct listed l;

	l = (struct listed){.left = most};
	types_each_prefix(types, prefix, kinds, list_name, &l);
	return l.text;
}

static void names_by_prefix(void)
{
	open_text(sample, ORDER_BIG, 4);
	CHECK_STR(listed("hid", ~0u, 9), "0:hidden ");
	CHECK_STR(listed("un", 1u << NAME_BASE, 9), "4:unsigned long ");
	CHECK_STR(listed("L", ~0u, 9), "7:LOW ");
	CHECK_STR(listed("", 1u << NAME_ENUMERATOR, 3), "7:RED 7:GREEN 7:BLUE ");
	CHECK_STR(listed("", 1u << NAME_ENUM | 1u << NAME_TYPEDEF, 9), "2:color 2:level 2:wide 3:wide_t ");
	CHECK_STR(listed("", 1u << NAME_FUNCTION | 1u << NAME_VARIABLE, 9), "6:printk 5:runqueues ");
	CHECK_STR(listed("nothing", ~0u, 9), "");
}

static void split(void)
{
	struct mkbtf base = {.order = ORDER_LITTLE}, module = {.order = ORDER_LITTLE};
	uint8_t *data = mkbtf(&arena, sample, &base), *more;
	struct type_source *s;
	const struct type *t;

	source = btf_source(&arena, data, base.size, 8, NULL, "vmlinux");
	REQUIRE(source);
	module.first_id = base.n_types + 1;
	module.first_string = base.strings;
	/* 5 is the base's list_head, 7 its declaration of hidden */
	more = mkbtf(&arena,
		     "hidden = struct hidden 24 list:5:0 back:p:128\n"
		     "p      = ptr hidden\n"
		     "own    = struct own 8 h:8:0\n",
		     &module);
	s = btf_source(&arena, more, module.size, 8, source, "module");
	REQUIRE(s);
	types = types_new(&arena, 8, ORDER_LITTLE);
	types_add(types, source);
	types_add(types, s);
	t = type_find(types, TYPE_STRUCT, "hidden");
	REQUIRE(t);
	CHECK(!t->incomplete);
	CHECK_EQ_U64(t->size, 24);
	CHECK_STR(member(t, 0)->name, "list");
	CHECK_STR(member(t, 0)->type->name, "list_head");
	CHECK(member(t, 0)->type == type_find(types, TYPE_STRUCT, "list_head"));
	/* the base's pointer to a declaration leads to the module's definition */
	t = type_find(types, TYPE_STRUCT, "own");
	REQUIRE(t);
	CHECK_EQ_U64(type_size(types, type_strip(types, member(t, 0)->type)->target), 24);
	CHECK_STR(member(t, 0)->type->source->label, "vmlinux");
}

/* Since 7.1: a longer header, and a table of the sizes of kinds. Kind 25 has 4 bytes and 8 for each element.
 */
static void later_kinds(void)
{
	char layout[26 * 8 + 1];
	struct mkbtf options = {.order = ORDER_BIG, .header = 40, .layout = layout};
	const char *text = "int = int int 4 signed\n"
			   "new = raw 25 2 0  1 2 3 4  1 1 1 1 1 1 1 1  2 2 2 2 2 2 2 2\n"
			   "s   = struct s 4 m:int:0\n";
	uint8_t *data;

	memset(layout, '0', sizeof(layout) - 1);
	layout[sizeof(layout) - 1] = '\0';
	memcpy(layout + (size_t)25 * 8, "04080000", 8);
	data = mkbtf(&arena, text, &options);
	source = btf_source(&arena, data, options.size, 8, NULL, "test");
	REQUIRE(source);
	types = types_new(&arena, 8, ORDER_BIG);
	types_add(types, source);
	REQUIRE(type_find(types, TYPE_STRUCT, "s"));
	CHECK_STR(member(type_find(types, TYPE_STRUCT, "s"), 0)->type->name, "int");
	/* without the table what comes before is still there */
	options = (struct mkbtf){.order = ORDER_BIG};
	data = mkbtf(&arena, text, &options);
	source = btf_source(&arena, data, options.size, 8, NULL, "test");
	REQUIRE(source);
	CHECK(source->ops->find(source, TYPE_INT, "int"));
	CHECK(!source->ops->find(source, TYPE_STRUCT, "s"));
}

/* Before pahole told signed enumerations from others, a value with the top bit set was negative. */
static void old_enumerations(void)
{
	int64_t value;
	const struct type *t;

	open_text("e = enum old 4 MINUS=-1 ONE=1\n", ORDER_LITTLE, 8);
	REQUIRE(type_find_enumerator(types, "MINUS", &value, &t));
	CHECK_EQ_I64(value, -1);
	open_text("e = enum new 4 MANY=0xffffffff ONE=1\nf = enum other 4 signed X=-1\n", ORDER_LITTLE, 8);
	REQUIRE(type_find_enumerator(types, "MANY", &value, &t));
	CHECK_EQ_I64(value, 0xffffffff);
}

static void loops_end(void)
{
	const struct type *t;
	struct type_place place;

	open_text("a = typedef a b\nb = const a\np = ptr p\ns = struct s 8 s:s:0 -:s:0 x:a:0 p:p:0\nr = "
		  "array r 4000000000\n"
		  "t = typedef t r\n",
		  ORDER_LITTLE, 8);
	t = type_find(types, TYPE_TYPEDEF, "a");
	REQUIRE(t);
	CHECK_EQ_U64(type_strip(types, t)->kind, TYPE_VOID);
	CHECK_EQ_U64(type_size(types, t), 0);
	t = type_find(types, TYPE_TYPEDEF, "t");
	REQUIRE(t);
	CHECK_EQ_U64(type_size(types, t), 0);
	t = type_find(types, TYPE_STRUCT, "s");
	REQUIRE(t);
	CHECK(type_path(types, t, "s.s.s.s.p", &place));
	CHECK(!type_path(types, t, "none", &place));
}

static bool count(void *context, const struct type *t)
{
	const struct type_member *m;
	const struct type_enumerator *e;
	size_t n;

	type_members(types, t, &m, &n);
	type_enumerators(types, t, &e, &n);
	type_size(types, t);
	return ++*(unsigned *)context < 10000;
}

static void use_all(const uint8_t *data, size_t size)
{
	unsigned n = 0;
	int64_t value;
	uint64_t offset;
	const struct type *t;
	struct type_source *s = btf_source(&arena, data, size, 8, NULL, "damaged");

	if (!s)
		return;
	types = types_new(&arena, 8, ORDER_LITTLE);
	types_add(types, s);
	s->ops->each(s, count, &n);
	type_find(types, TYPE_STRUCT, "task");
	type_of_symbol(types, "printk");
	type_find_enumerator(types, "BIG", &value, &t);
	btf_percpu_offset(s, "runqueues", &offset);
}

/* Every byte changed and every length cut: the sanitizers watch. */
/* The same anonymous structure twice at every depth: 2^28 ways to look for a member, most of them cut off. */
static void doubling_ends(void)
{
	struct text text = {0};
	struct type_place place;

	text_puts(&text, "int = int int 4 signed\n");
	for (int i = 0; i < 28; i++)
		text_printf(&text, "s%d = struct %s 8 -:s%d:0 -:s%d:0\n", i, i ? "-" : "deep", i + 1, i + 1);
	text_puts(&text, "s28 = struct - 8 x:int:0\n");
	open_text(text_str(&text), ORDER_LITTLE, 8);
	CHECK(!type_path(types, type_find(types, TYPE_STRUCT, "deep"), "nothing", &place));
	CHECK(type_path(types, type_find(types, TYPE_STRUCT, "deep"), "x", &place));
	text_free(&text);
}

static void damaged(void)
{
	struct mkbtf options = {.order = ORDER_LITTLE};
	uint8_t *good = mkbtf(&arena, sample, &options);

	for (size_t i = 0; i < options.size; i++) {
		static const uint8_t changes[] = {0xff, 0x01, 0x80};

		for (size_t c = 0; c < sizeof(changes); c++) {
			uint8_t *copy = malloc(options.size);

			memcpy(copy, good, options.size);
			copy[i] ^= changes[c];
			use_all(copy, options.size);
			free(copy);
		}
		{
			uint8_t *copy = malloc(i ? i : 1);

			memcpy(copy, good, i);
			use_all(copy, i);
			free(copy);
		}
	}
}

static void refused(void)
{
	struct mkbtf options = {.order = ORDER_LITTLE};
	uint8_t *data = mkbtf(&arena, sample, &options);

	CHECK(!btf_source(&arena, data, 10, 8, NULL, "short"));
	CHECK_STR(fail_text(), "BTF: 10 bytes are too few for a header");
	CHECK(!btf_source(&arena, data, 100, 8, NULL, "cut"));
	data[0] = 0;
	CHECK(!btf_source(&arena, data, options.size, 8, NULL, "magic"));
}

int main(void)
{
	RUN(every_kind_on_every_target);
	RUN(integer_names);
	RUN(names_by_prefix);
	RUN(split);
	RUN(later_kinds);
	RUN(old_enumerations);
	RUN(loops_end);
	RUN(doubling_ends);
	RUN(damaged);
	RUN(refused);
	arena_free(&arena);
	return check_done();
}
