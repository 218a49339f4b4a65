/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations, definitions, type names and formatted values: gdb's text, as crash has it. */
#include "base/error.h"
#include "fake_target.h"
#include "type/declare.h"

#include "check.h"

static struct fake_target target;

static const char *defined(const char *name, const struct type_define_options *options)
{
	static struct text out;
	const struct type *t = type_find_any(target.env.types, name);

	text_clear(&out);
	REQUIRE(t);
	type_define(target.env.types, t, options, &out);
	return text_str(&out);
}

static void definitions(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK_STR(defined("list_head", NULL), "struct list_head {\n"
					      "    struct list_head *next;\n"
					      "    struct list_head *prev;\n"
					      "}\n"
					      "SIZE: 16\n");
	CHECK_STR(defined("task", NULL), "struct task {\n"
					 "    int pid;\n"
					 "    s16 prio;\n"
					 "    char comm[8];\n"
					 "    uint flag : 1;\n"
					 "    uint level : 3;\n"
					 "    struct list_head list;\n"
					 "    union {\n"
					 "        ulong word;\n"
					 "        struct {\n"
					 "            int low;\n"
					 "            int high;\n"
					 "        };\n"
					 "    };\n"
					 "    enum color color;\n"
					 "    struct point points[2];\n"
					 "    const char *name;\n"
					 "    int (*fn)(int);\n"
					 "    _Bool on;\n"
					 "    u8 byte;\n"
					 "    int tail[];\n"
					 "}\n"
					 "SIZE: 96\n");
	CHECK_STR(defined("odds", NULL), "struct odds {\n"
					 "    int (*fns[3])(int);\n"
					 "    struct point (*parr)[2];\n"
					 "    struct task * const cp;\n"
					 "    const volatile ulong ccv;\n"
					 "    struct list_head **pp;\n"
					 "    struct hidden *hidden;\n"
					 "}\n"
					 "SIZE: 64\n");
	/* a named member's body is written, one inside a named member's is not (gdb's rule) */
	CHECK_STR(defined("deep", NULL), "struct deep {\n"
					 "    struct {\n"
					 "        int low;\n"
					 "        int high;\n"
					 "    } a;\n"
					 "    union {\n"
					 "        ulong word;\n"
					 "        struct {\n"
					 "            int low;\n"
					 "            int high;\n"
					 "        };\n"
					 "    };\n"
					 "}\n"
					 "SIZE: 8\n");
	CHECK_STR(defined("empty", NULL), "struct empty {\n    <no data fields>\n}\nSIZE: 0\n");
	CHECK_STR(defined("hidden", NULL), "struct hidden {\n    <incomplete type>\n}\nSIZE: 0\n");
	CHECK_STR(defined("color", NULL), "enum color {RED, GREEN, BLUE};\nSIZE: 4\n");
	CHECK_STR(defined("odd", NULL), "enum odd {MINUS = -1, THREE = 3, FOUR, NINE = 9};\nSIZE: 4\n");
	CHECK_STR(defined("words_t", NULL), "typedef ulong words_t[4];\nSIZE: 32\n");
	fake_target_close(&target);
}

static void definitions_with_offsets(void)
{
	struct type_define_options options = {.offsets = true};

	fake_target_open(&target, 8, ORDER_BIG);
	CHECK_STR(defined("task", &options), "struct task {\n"
					     "   [0] int pid;\n"
					     "   [4] s16 prio;\n"
					     "   [6] char comm[8];\n"
					     "  [16] uint flag : 1;\n"
					     "  [16] uint level : 3;\n"
					     "  [24] struct list_head list;\n"
					     "       union {\n"
					     "  [40]     ulong word;\n"
					     "           struct {\n"
					     "  [40]         int low;\n"
					     "  [44]         int high;\n"
					     "           };\n"
					     "       };\n"
					     "  [48] enum color color;\n"
					     "  [52] struct point points[2];\n"
					     "  [72] const char *name;\n"
					     "  [80] int (*fn)(int);\n"
					     "  [88] _Bool on;\n"
					     "  [89] u8 byte;\n"
					     "  [96] int tail[];\n"
					     "}\n"
					     "SIZE: 96\n");
	options.hex = true;
	CHECK_STR(defined("deep", &options), "struct deep {\n"
					     "        struct {\n"
					     "  [0x0]     int low;\n"
					     "  [0x4]     int high;\n"
					     "  [0x0] } a;\n"
					     "        union {\n"
					     "  [0x0]     ulong word;\n"
					     "            struct {\n"
					     "  [0x0]         int low;\n"
					     "  [0x4]         int high;\n"
					     "            };\n"
					     "        };\n"
					     "}\n"
					     "SIZE: 0x8\n");
	options = (struct type_define_options){.offsets = true, .address = 0xffff888000001000};
	CHECK_STR(defined("list_head", &options), "struct list_head {\n"
						  "  [ffff888000001000] struct list_head *next;\n"
						  "  [ffff888000001008] struct list_head *prev;\n"
						  "}\n"
						  "SIZE: 16\n");
	options = (struct type_define_options){.only = "list.prev"};
	CHECK_STR(defined("task", &options), "struct task {\n  [32] struct list_head *prev;\n}\n");
	fake_target_close(&target);
}

/* What is parsed is written again; "" where nothing is to be parsed. */
static const struct {
	const char *text, *again;
} names[] = {
	{"int", "int"},
	{"unsigned", "unsigned int"},
	{"long unsigned int", "unsigned long"},
	{"unsigned long long", "unsigned long long"},
	{"struct task *", "struct task *"},
	{"task *", "struct task *"},
	{"const struct task*const*", "const struct task * const *"},
	{"char const *", "const char *"},
	{"const char *[4]", "const char *[4]"},
	{"int (*)[4]", "int (*)[4]"},
	{"int (*[2])(struct task *, char, ...)", "int (*[2])(struct task *, char, ...)"},
	{"void (*)(void)", "void (*)(void)"},
	{"int (*(*)(int a))(char)", "int (*(*)(int))(char)"},
	{"int [2][3]", "int [2][3]"},
	{"char []", "char []"},
	{"enum color", "enum color"},
	{"words_t *", "words_t *"},
	{"_Bool", "_Bool"},
	{"", ""},
	{"struct", ""},
	{"struct none", ""},
	{"int int *)", ""},
	{"int *x", ""},
	{"int (*", ""},
	{"int [", ""},
	{"int [x]", ""},
	{"task task", ""},
	{"int (void)[]", ""},
	{"12", ""},
};

static void type_names(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct type *t = type_parse(target.env.types, names[i].text);
		struct text out = {0};

		if (t)
			type_name(target.env.types, t, &out);
		if (strcmp(text_str(&out), names[i].again) != 0)
			FAIL("%s became %s", names[i].text, t ? text_str(&out) : fail_text());
		text_free(&out);
	}
	fake_target_close(&target);
}

static void declarations(void)
{
	struct text out = {0};

	fake_target_open(&target, 8, ORDER_LITTLE);
	type_declare(target.env.types, type_of_symbol(target.env.types, "printf_like"), "printf_like", &out);
	CHECK_STR(text_str(&out), "int (*printf_like(const char *, struct task *, ...))(int)");
	text_clear(&out);
	type_declare(target.env.types, type_parse(target.env.types, "const char []"), "banner", &out);
	CHECK_STR(text_str(&out), "const char banner[]");
	text_free(&out);
	fake_target_close(&target);
}

static const char *shown(const char *expression, const struct node_options *options, unsigned indent)
{
	static struct text out;
	struct value v;

	text_clear(&out);
	if (!value_eval(&target.env, expression, &v))
		return fail_text();
	node_write(value_tree(&target.env, &v, options), indent, &out);
	return text_str(&out);
}

/* struct task of the fake target; what differs between targets: the word of the union, addresses. */
static const char task_text[] = "{\n"
				"  pid = 7,\n"
				"  prio = -5,\n"
				"  comm = \"swap/0\\000\",\n"
				"  flag = 1,\n"
				"  level = 5,\n"
				"  list = {\n"
				"    next = 0x%llx,\n"
				"    prev = 0x%llx <init+%u>\n"
				"  },\n"
				"  {\n"
				"    word = %llu,\n"
				"    {\n"
				"      low = 17,\n"
				"      high = 34\n"
				"    }\n"
				"  },\n"
				"  color = (GREEN | BLUE),\n"
				"  points = {{\n"
				"      x = 1,\n"
				"      y = 2\n"
				"    }, {\n"
				"      x = 3,\n"
				"      y = 4\n"
				"    }},\n"
				"  name = 0x%llx \"eth\\\"0\\n\",\n"
				"  fn = 0x%llx <init+16>,\n"
				"  on = true,\n"
				"  byte = 255 '\\377',\n"
				"  tail = 0x%llx <init+%u>\n"
				"}";

static void structures(void)
{
	static const struct {
		uint8_t word;
		enum byte_order order;
		unsigned list, tail;
		unsigned long long number;
	} targets[] = {
		{8, ORDER_LITTLE, 24, 96, 0x2200000011},
		{8, ORDER_BIG, 24, 96, 0x1100000022},
		{4, ORDER_LITTLE, 20, 68, 0x11},
		{4, ORDER_BIG, 20, 68, 0x11},
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		unsigned list = targets[i].list, tail = targets[i].tail;
		unsigned long long base;
		char want[1024];

		fake_target_open(&target, targets[i].word, targets[i].order);
		base = target.base;
		snprintf(want, sizeof(want), task_text, base + 512 + list, base + list, list,
			 targets[i].number, base + 1300, base + 16, base + tail, tail);
		CHECK_STR(shown("init", NULL, 0), want);
		/* the structure in one piece, and the string behind ->name */
		CHECK_EQ_U64(target.reads, 2);
		fake_target_close(&target);
	}
}

static const struct {
	const char *expression, *text, *hex;
} values[] = {
	{"init.pid", "7", "0x7"},
	{"init.prio", "-5", "0xfffb"},
	{"init.byte", "255 '\\377'", "0xff"},
	{"(char)65", "65 'A'", "0x41"},
	{"(char)39", "39 '\\''", "0x27"},
	{"(char)10", "10 '\\n'", "0xa"},
	{"init.on", "true", "0x1"},
	{"init.level", "5", "0x5"},
	{"(enum color)1", "GREEN", "GREEN"},
	{"(enum color)7", "(GREEN | BLUE | unknown: 0x4)", "(GREEN | BLUE | unknown: 0x4)"},
	{"(enum color)8", "(unknown: 0x8)", "(unknown: 0x8)"},
	{"(enum odd)5", "5", "5"},
	{"(enum odd)-1", "MINUS", "MINUS"},
	{"init.comm", "\"swap/0\\000\"", "\"swap/0\\000\""},
	{"init.name", "0xffff888000001514 \"eth\\\"0\\n\"", "0xffff888000001514 \"eth\\\"0\\n\""},
	{"&init", "(struct task *) 0xffff888000001000 <init>", "(struct task *) 0xffff888000001000 <init>"},
	{"&init.points", "(struct point (*)[2]) 0xffff888000001034 <init+52>",
	 "(struct point (*)[2]) 0xffff888000001034 <init+52>"},
	{"(struct task *)0", "(struct task *) 0x0", "(struct task *) 0x0"},
	{"init.fn", "(int (*)(int)) 0xffff888000001010 <init+16>",
	 "(int (*)(int)) 0xffff888000001010 <init+16>"},
	{"printf_like", "{int (*(const char *, struct task *, ...))(int)} 0xffff888000001800",
	 "{int (*(const char *, struct task *, ...))(int)} 0xffff888000001800"},
	{"words", "{100, 101, 102, 103}", "{0x64, 0x65, 0x66, 0x67}"},
	{"*(wide_t *)words", "1863121151444664713316", "0x650000000000000064"},
	{"init.points", "{{\n    x = 1,\n    y = 2\n  }, {\n    x = 3,\n    y = 4\n  }}",
	 "{{\n    x = 0x1,\n    y = 0x2\n  }, {\n    x = 0x3,\n    y = 0x4\n  }}"},
	{"*(struct empty *)&init", "{<No data fields>}", "{<No data fields>}"},
	{"vmemory.pid", "<page excluded>", "<page excluded>"},
	{"vmemory.comm", "<page excluded>", "<page excluded>"},
	{"*(int *)1", "<not mapped>", "<not mapped>"},
	{"(char *)&vmemory", "0xffff888000003000 <page excluded>", "0xffff888000003000 <page excluded>"},
	{"untyped", "<unknown type>", "<unknown type>"},
	{"(void)0", "void", "void"},
};

static void leaves(void)
{
	const struct node_options hex = {.hex = true}, member = {.member = true};

	fake_target_open(&target, 8, ORDER_LITTLE);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (strcmp(shown(values[i].expression, NULL, 0), values[i].text) != 0)
			FAIL("%s is %s", values[i].expression, shown(values[i].expression, NULL, 0));
		if (strcmp(shown(values[i].expression, &hex, 0), values[i].hex) != 0)
			FAIL("%s is %s", values[i].expression, shown(values[i].expression, &hex, 0));
	}
	CHECK_STR(shown("&init", &member, 0), "0xffff888000001000 <init>");
	CHECK_STR(shown("init.list", NULL, 1), "{\n"
					       "    next = 0xffff888000001218,\n"
					       "    prev = 0xffff888000001018 <init+24>\n"
					       "  }");
	fake_target_close(&target);
}

/* As gdb shows the same values of a native program. */
static const struct {
	char letter;
	const char *expression, *text;
} formatted[] = {
	{'x', "init.prio", "0xfffb"},
	{'z', "init.pid", "0x00000007"},
	{'z', "init.on", "0x01"},
	{'d', "init.byte", "-1"},
	{'u', "init.prio", "65531"},
	{'o', "8", "010"},
	{'o', "0", "0"},
	{'t', "10", "1010"},
	{'t', "0", "0"},
	{'t', "init.level", "101"},
	{'c', "321", "65 'A'"},
	{'c', "-5", "-5 '\\373'"},
	{'c', "init.byte", "255 '\\377'"},
	{'c', "init.on", "1 '\\001'"},
	{'a', "(long)&init + 16", "0xffff888000001010 <init+16>"},
	{'a', "init.color", "0x3"},
	{'f', "1", "1.40129846e-45"},
	{'f', "init.prio", "-5"},
	{'s', "init.comm", "\"swap/0\\000\""},
	{'s', "init.byte", "255 '\\377'"},
	{'x', "init.comm", "{0x73, 0x77, 0x61, 0x70, 0x2f, 0x30, 0x0, 0x0}"},
	{'c', "(char [2])*(short *)init.comm", "{115 's', 119 'w'}"},
	{'x', "&init", "0xffff888000001000"},
	{'d', "init.name", "-131391639513836"},
	{'x', "init.color", "0x3"},
	{'d', "init.on", "1"},
	{'x', "init.points[1]", "{\n  x = 0x3,\n  y = 0x4\n}"},
	{'x', "vmemory.pid", "<page excluded>"},
	{'x', "printf_like", "0xffff888000001800"},
	{'x', "*(wide_t *)words", "0x650000000000000064"},
};

static void format_letters(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	for (size_t i = 0; i < sizeof(formatted) / sizeof(formatted[0]); i++) {
		const struct node_options options = {.format = formatted[i].letter};

		if (strcmp(shown(formatted[i].expression, &options, 0), formatted[i].text) != 0)
			FAIL("/%c %s is %s", formatted[i].letter, formatted[i].expression,
			     shown(formatted[i].expression, &options, 0));
	}
	fake_target_close(&target);
}

static void arrays_in_rows(void)
{
	const struct node_options rows = {.print_array = true}, three = {.print_array = true, .print_max = 3};

	fake_target_open(&target, 4, ORDER_BIG);
	CHECK_STR(shown("words", &rows, 0), "{\n  100,\n  101,\n  102,\n  103\n}");
	CHECK_STR(shown("words", &three, 0), "{\n  100,\n  101,\n  102...\n}");
	CHECK_STR(shown("init.points", &rows, 1), "{\n"
						  "    {\n"
						  "      x = 1,\n"
						  "      y = 2\n"
						  "    },\n"
						  "    {\n"
						  "      x = 3,\n"
						  "      y = 4\n"
						  "    }\n"
						  "  }");
	fake_target_close(&target);
}

/* A structure across the end of what was saved: what is there is shown, the rest says why not. */
static void half_excluded(void)
{
	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK_STR(shown("*(struct point (*)[2])((char *)&vmemory - 12)", NULL, 0),
		  "{{\n    x = 0,\n    y = 0\n  }, {\n    x = 0,\n    y = <page excluded>\n  }}");
	CHECK_STR(shown("((struct point *)((char *)&vmemory - 12))[1]", NULL, 0),
		  "{\n  x = 0,\n  y = <page excluded>\n}");
	fake_target_close(&target);
}

static void limits(void)
{
	const struct node_options three = {.print_max = 3};

	fake_target_open(&target, 8, ORDER_LITTLE);
	CHECK_STR(shown("words", &three, 0), "{100, 101, 102...}");
	CHECK_STR(shown("init.comm", &three, 0), "\"swa\"...");
	CHECK_STR(shown("init.name", &three, 0), "0xffff888000001514 \"eth\"...");
	/* a run of equal characters is not cut */
	CHECK_STR(shown("*(char (*)[9])&untyped", &three, 0), "\"M\\000\\000\\000\\000\\000\\000\\000\"");
	fake_target_close(&target);
}

static void numbers_in_nodes(void)
{
	struct value v;
	struct node *n;

	fake_target_open(&target, 8, ORDER_BIG);
	REQUIRE(value_eval(&target.env, "init", &v));
	n = value_tree(&target.env, &v, NULL);
	CHECK_EQ_U64(n->kind, NODE_STRUCT);
	CHECK_EQ_U64(n->n_children, 14);
	CHECK_STR(n->children->name, "pid");
	CHECK_EQ_U64(n->children->number, 7);
	CHECK(n->children->next->is_signed);
	CHECK_EQ_I64((int64_t)n->children->next->number, -5);
	REQUIRE(value_eval(&target.env, "init.comm", &v));
	n = value_tree(&target.env, &v, NULL);
	CHECK_EQ_U64(n->kind, NODE_STRING);
	CHECK_EQ_U64(n->length, 8);
	CHECK_MEM(n->string, "swap/0\0", 8);
	fake_target_close(&target);
}

int main(void)
{
	RUN(definitions);
	RUN(definitions_with_offsets);
	RUN(type_names);
	RUN(declarations);
	RUN(structures);
	RUN(leaves);
	RUN(format_letters);
	RUN(arrays_in_rows);
	RUN(half_excluded);
	RUN(limits);
	RUN(numbers_in_nodes);
	return check_done();
}
