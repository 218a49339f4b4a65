/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"
#include "output/json.h"
#include "output/out.h"
#include "output/shape.h"
#include "type/value.h"

/* ---- what was written ---- */

static char written[1 << 20];
static int file = -1, quiet = -1;

static struct out *start(enum out_view view)
{
	char name[] = "/tmp/test_out.XXXXXX";

	if (file < 0) {
		file = mkstemp(name);
		unlink(name);
		quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	REQUIRE(file >= 0 && quiet >= 0);
	REQUIRE(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
	return out_open(view, file);
}

static const char *finish(struct out *o)
{
	ssize_t n;

	out_close(o);
	n = pread(file, written, sizeof(written) - 1, 0);
	written[n > 0 ? n : 0] = '\0';
	return written;
}

/* Messages go to standard error; keep the test's own quiet. */
static int hush(void)
{
	int old = dup(STDERR_FILENO);

	dup2(quiet, STDERR_FILENO);
	return old;
}

static void unhush(int old)
{
	dup2(old, STDERR_FILENO);
	close(old);
}

/* ---- templates ---- */

static const char *render(const char *head)
{
	struct shape shape = {head, NULL};
	struct out *o = start(OUT_TEXT);

	out_begin(o, "test");
	list_begin(o, "list");
	rec_begin(o, &shape);
	put_str(o, "comm", "init");
	put_str(o, "empty", "");
	put_str(o, "absent", NULL);
	put_u64(o, "n", 42);
	put_u64(o, "zero", 0);
	put_i64(o, "minus", -7);
	put_addr(o, "addr", 0xff00);
	put_hex(o, "mask", 0xff00);
	put_f64(o, "load", 1.256);
	put_bool(o, "yes", true);
	put_bool(o, "no", false);
	put_none(o, "gone", READ_EXCLUDED);
	put_str(o, "raw", "a\033[1mb\n\tc\x7f\xff\xc3\xa4\xc2\x85");
	obj_begin(o, "se");
	put_u64(o, "vruntime", 5);
	obj_begin(o, "load");
	put_u64(o, "weight", 6);
	obj_end(o);
	obj_end(o);
	put_u64(o, "after", 9);
	rec_end(o);
	list_end(o);
	out_end(o, true);
	return finish(o);
}

static void template_forms(void)
{
	static const struct {
		const char *template, *text;
	} rows[] = {
		{"plain text\n", "plain text\n"},
		{"{comm}", "init"},
		{"[{comm:8}]", "[init    ]"},
		{"[{comm:<8}]", "[init    ]"},
		{"[{comm:>8}]", "[    init]"},
		{"[{comm:^8}]", "[  init  ]"},
		{"[{comm:^7}]", "[ init  ]"},
		{"[{comm:2}]", "[init]"},
		{"[{comm:.2}]", "[in]"},
		{"[{comm:4.2s}]", "[in  ]"},
		{"{comm:q}", "\"init\""},
		{"[{comm:8q}]", "[\"init\"  ]"},
		{"{n} {n:x} {n:d}", "42 2a 42"},
		{"[{n:6}]", "[    42]"},
		{"[{n:<6}]", "[42    ]"},
		{"[{n:06}]", "[000042]"},
		{"[{minus:6}][{minus:06}]", "[    -7][-00007]"},
		{"{minus:x}", "fffffffffffffff9"},
		{"{addr}", "000000000000ff00"},
		{"{addr:x}", "ff00"},
		{"[{addr:>18}]", "[  000000000000ff00]"},
		{"[{addr:>18x}]", "[              ff00]"},
		{"[{addr:>*x}]", "[            ff00]"},
		{"{addr:d}", "65280"},
		{"[{comm:^*}]", "[      init      ]"},
		{"{mask} {mask:8} {mask:08}", "ff00     ff00 0000ff00"},
		{"{load} {load:.1f} [{load:7.2f}]", "1.26 1.3 [   1.26]"},
		{"{yes} {no}", "true false"},
		{"{gone}", "<page excluded>"},
		{"[{gone:17}]", "[<page excluded>  ]"},
		{"[{absent}][{absent:4}][{nothing:2x}]", "[][    ][  ]"},
		{"{?comm}a{/}{?empty}b{/}{?absent}c{/}{?zero}d{/}{?no}e{/}{?gone}f{/}{?yes}g{/}{?n}h{/}",
		 "afgh"},
		{"{!comm}a{/}{!empty}b{/}{!absent}c{/}{!zero}d{/}{!no}e{/}{!gone}f{/}", "bcde"},
		{"{?n}1{?zero}2{/}{!zero}3{?comm}4{/}{/}5{/}6", "13456"},
		{"{{{n}}}", "{42}"},
		{"{{}}", "{}"},
		{"{raw}", "a.[1mb\n\tc..\xc3\xa4."},
		{"{se.vruntime}{se.load.weight}{after}[{vruntime}]", "569[]"},
		{"[{raw:.1}]", "[a]"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = render(rows[i].template);

		if (strcmp(got, rows[i].text) != 0)
			FAIL("%s gives \"%s\", not \"%s\"", rows[i].template, got, rows[i].text);
	}
}

static void padding_counts_characters(void)
{
	struct shape shape = {"[{a:4}]", NULL};
	struct out *o = start(OUT_TEXT);

	out_begin(o, "t");
	rec_begin(o, &shape);
	put_str(o, "a", "\xc3\xa4\xc3\xb6");
	rec_end(o);
	out_end(o, true);
	CHECK_STR(finish(o), "[\xc3\xa4\xc3\xb6  ]");
}

static void bad_templates(void)
{
	static const char *const rows[] = {"{",      "a } b",  "{a",  "{}",    "{?}",
					   "{a:5z}", "{a:<<}", "{/}", "{?a}b", "{:5}"};
	struct arena a = {0};
	struct template t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fail_clear();
		if (template_compile(&a, rows[i], &t))
			FAIL("%s was taken", rows[i]);
		else
			CHECK(strstr(fail_text(), rows[i]));
	}
	arena_free(&a);
}

/* ---- the same answer in both views ---- */

static const struct shape task_shape = {"PID: {pid}  {comm:q}\n", "\n"};
static const struct shape frame_shape = {" #{n} {name}\n", NULL};
static const struct shape line_shape = {"    {file}: {line}\n", NULL};
static const struct shape sum_shape = {"{total} in all{?cut}, cut{/}\n", NULL};

static void answer(struct out *o)
{
	out_begin(o, "bt -l");
	out_title(o, "%s", "TITLE");
	list_begin(o, "tasks");
	for (unsigned i = 1; i < 3; i++) {
		rec_begin(o, &task_shape);
		put_u64(o, "pid", i);
		put_str(o, "comm", i == 1 ? "init" : "a\"b\\c\x01\xff");
		list_begin(o, "frames");
		for (unsigned k = 0; k < i; k++) {
			rec_begin(o, &frame_shape);
			put_u64(o, "n", k);
			put_none(o, "name", READ_LOST);
			list_begin(o, "lines");
			rec_begin(o, &line_shape);
			put_str(o, "file", "panic.c");
			put_u64(o, "line", 250);
			rec_end(o);
			list_end(o);
			rec_end(o);
		}
		list_end(o);
		put_bool(o, "done", true);
		rec_end(o);
	}
	list_end(o);
	rec_begin(o, &sum_shape);
	put_i64(o, "total", -2);
	put_addr(o, "sp", 0xffffffff81000000);
	put_hex(o, "flags", 0);
	put_f64(o, "load", 0.25);
	put_missing(o, "cut", "no type");
	obj_begin(o, "se");
	put_none(o, "x", READ_UNMAPPED);
	put_strn(o, "bytes", "\0\n", 2);
	obj_end(o);
	rec_end(o);
	list_begin(o, "none");
	list_end(o);
	out_end(o, true);
}

static void text_view(void)
{
	struct out *o = start(OUT_TEXT);

	answer(o);
	CHECK_STR(finish(o), "TITLE\n"
			     "PID: 1  \"init\"\n #0 <lost: the dump is incomplete>\n    panic.c: 250\n\n"
			     "PID: 2  \"a\"b\\c..\"\n #0 <lost: the dump is incomplete>\n    panic.c: 250\n"
			     " #1 <lost: the dump is incomplete>\n    panic.c: 250\n\n"
			     "-2 in all, cut\n");
}

static void json_view(void)
{
	struct out *o = start(OUT_JSON);

	answer(o);
	CHECK_STR(finish(o),
		  "{\"command\":\"bt "
		  "-l\",\"tasks\":[{\"pid\":1,\"comm\":\"init\",\"frames\":[{\"n\":0,\"name\":null,"
		  "\"lines\":[{\"file\":\"panic.c\",\"line\":250}],\"unknown\":{\"name\":\"lost: the dump is "
		  "incomplete\"}}],"
		  "\"done\":true},{\"pid\":2,\"comm\":\"a\\\"b\\\\c\\u0001\\u00ff\",\"frames\":[{\"n\":0,"
		  "\"name\":null,"
		  "\"lines\":[{\"file\":\"panic.c\",\"line\":250}],\"unknown\":{\"name\":\"lost: the dump is "
		  "incomplete\"}},"
		  "{\"n\":1,\"name\":null,\"lines\":[{\"file\":\"panic.c\",\"line\":250}],"
		  "\"unknown\":{\"name\":\"lost: the dump is incomplete\"}}],\"done\":true}],"
		  "\"total\":-2,\"sp\":\"0xffffffff81000000\",\"flags\":\"0x0\",\"load\":0.25,\"cut\":null,"
		  "\"se\":{\"x\":null,\"bytes\":\"\\u0000\\n\"},\"none\":[],"
		  "\"unknown\":{\"cut\":\"no type\",\"se.x\":\"not mapped\"},\"ok\":true}\n");
}

static void messages_in_json(void)
{
	struct out *o = start(OUT_JSON);
	int old = hush();

	out_begin(o, "ps x");
	list_begin(o, "tasks");
	out_note(o, "%d pages were left out", 3);
	rec_begin(o, NULL);
	CHECK(!out_error(o, "no task \"%s\"", "x"));
	out_error(o, "again");
	rec_end(o);
	list_end(o);
	out_end(o, false);
	unhush(old);
	CHECK_STR(finish(o), "{\"command\":\"ps x\",\"tasks\":[{}],\"notes\":[\"3 pages were left out\"],"
			     "\"errors\":[\"no task \\\"x\\\"\",\"again\"],\"ok\":false}\n");
}

static void documents_nest(void)
{
	struct out *o = start(OUT_JSON);
	int old = hush();

	out_begin(o, "repeat p x");
	list_begin(o, "runs");
	for (unsigned i = 0; i < 2; i++) {
		out_begin(o, "p x");
		put_u64(o, "x", i);
		out_error(o, "e%u", i);
		out_end(o, false);
	}
	list_end(o);
	out_end(o, true);
	unhush(old);
	CHECK_STR(finish(o),
		  "{\"command\":\"repeat p x\",\"runs\":["
		  "{\"command\":\"p x\",\"x\":0,\"errors\":[\"e0\"],\"ok\":false},"
		  "{\"command\":\"p x\",\"x\":1,\"errors\":[\"e1\"],\"ok\":false}],\"ok\":true}\n");
}

static void error_path_closes_all(void)
{
	struct out *o = start(OUT_JSON);

	out_begin(o, "ps");
	list_begin(o, "a");
	rec_begin(o, NULL);
	obj_begin(o, "b");
	list_begin(o, "c");
	out_end(o, false);
	out_begin(o, "next");
	out_end(o, true);
	CHECK_STR(finish(o), "{\"command\":\"ps\",\"a\":[{\"b\":{\"c\":[]}}],\"ok\":false}\n"
			     "{\"command\":\"next\",\"ok\":true}\n");
}

/* Every byte, and every way to break UTF-8, comes out as valid JSON in valid UTF-8. */
static void any_bytes(void)
{
	static const struct {
		const char *bytes, *json;
	} rows[] = {
		{"\xc3\xa4", "\"\xc3\xa4\""},
		{"\xe2\x82\xac", "\"\xe2\x82\xac\""},
		{"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
		{"\x80", "\"\\u0080\""},
		{"\xc3", "\"\\u00c3\""},
		{"\xc3(", "\"\\u00c3(\""},
		{"\xc0\x80", "\"\\u00c0\\u0080\""},                       /* overlong */
		{"\xe0\x80\x80", "\"\\u00e0\\u0080\\u0080\""},            /* overlong */
		{"\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\""},            /* surrogate */
		{"\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\""}, /* beyond U+10FFFF */
		{"\xf0\x9f\x98", "\"\\u00f0\\u009f\\u0098\""},
		{"a\x1f\x7f", "\"a\\u001f\\u007f\""},
		{"\t\r\n\"\\/", "\"\\t\\r\\n\\\"\\\\/\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t = {0};

		json_string(&t, rows[i].bytes, strlen(rows[i].bytes));
		CHECK_STR(text_str(&t), rows[i].json);
		text_free(&t);
	}
	for (unsigned c = 0; c < 256; c++) {
		char byte = (char)c;
		struct text t = {0};

		json_string(&t, &byte, 1);
		for (size_t i = 0; i < t.n; i++)
			CHECK(t.data[i] >= 0x20 && t.data[i] < 0x7f);
		text_free(&t);
	}
}

static void numbers(void)
{
	struct text t = {0};

	json_i64(&t, INT64_MIN);
	text_putc(&t, ' ');
	json_u64(&t, UINT64_MAX);
	text_putc(&t, ' ');
	json_hex(&t, UINT64_MAX);
	text_putc(&t, ' ');
	json_f64(&t, 1e300 * 1e10);
	text_putc(&t, ' ');
	json_f64(&t, -0.5);
	CHECK_STR(text_str(&t), "-9223372036854775808 18446744073709551615 \"0xffffffffffffffff\" null -0.5");
	text_free(&t);
}

/* ---- C values ---- */

static void c_values_as_json(void)
{
	struct node more = {.kind = NODE_MORE, .number = 5};
	struct node seven = {.kind = NODE_NUMBER, .number = 7, .repeats = 3, .next = &more};
	struct node many = {.kind = NODE_NUMBER, .number = 0, .repeats = 1ULL << 40, .next = &seven};
	struct node array = {.name = "v", .kind = NODE_ARRAY, .children = &many};
	struct node lost = {.name = "gone", .kind = NODE_UNREADABLE, .status = READ_EXCLUDED, .next = &array};
	struct node flag = {.name = "b", .kind = NODE_BOOL, .number = 1, .next = &lost};
	struct node f = {.name = "f", .kind = NODE_FLOAT, .text = "1.5", .next = &flag};
	struct node nan_ = {.name = "nan", .kind = NODE_FLOAT, .text = "nan(0x1)", .next = &f};
	struct node comm = {
		.name = "comm", .kind = NODE_STRING, .string = "in\0it\0\0", .length = 7, .next = &nan_};
	struct node state = {.name = "state", .kind = NODE_ENUM, .text = "(A | B)", .next = &comm};
	struct node minus = {.name = "n", .kind = NODE_NUMBER, .number = ~0ULL, .is_signed = true};
	struct node anonymous = {.kind = NODE_STRUCT, .children = &minus, .next = &state};
	struct node pointer = {.name = "p",
			       .kind = NODE_POINTER,
			       .number = 0xffffffff81c0a1e0,
			       .text = "(struct x *) 0xffffffff81c0a1e0 <tty_fops>",
			       .next = &anonymous};
	struct node tree = {.kind = NODE_STRUCT, .children = &pointer};
	struct out *o = start(OUT_JSON);

	out_begin(o, "p x");
	put_node(o, "value", &tree);
	out_end(o, true);
	CHECK_STR(finish(o),
		  "{\"command\":\"p x\",\"value\":{\"p\":\"0xffffffff81c0a1e0 "
		  "<tty_fops>\",\"n\":-1,\"state\":\"(A | B)\","
		  "\"comm\":\"in\\u0000it\",\"nan\":\"nan(0x1)\",\"f\":1.5,\"b\":true,\"gone\":null,"
		  "\"v\":[{\"repeats\":1099511627776,\"value\":0},7,7,7,{\"more\":5}]},"
		  "\"unknown\":{\"value.gone\":\"page excluded\"},\"ok\":true}\n");
}

/* ---- the writer ---- */

static void much_output(void)
{
	static const struct shape shape = {"{n:07}\n", NULL};
	struct out *o = start(OUT_TEXT);
	const char *text;

	out_begin(o, "t");
	list_begin(o, "l");
	for (unsigned i = 0; i < 100000; i++) {
		rec_begin(o, &shape);
		put_u64(o, "n", i);
		rec_end(o);
	}
	list_end(o);
	out_end(o, true);
	text = finish(o);
	CHECK_EQ_U64(strlen(text), 800000);
	CHECK(strncmp(text, "0000000\n", 8) == 0);
	CHECK_STR(text + 799992, "0099999\n");
}

static void full_disk(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct out *o;

	REQUIRE(full >= 0);
	o = out_open(OUT_TEXT, full);
	out_begin(o, "t");
	out_title(o, "x");
	out_end(o, true);
	CHECK(!out_broken(o));
	fail_clear();
	CHECK(!out_flush(o));
	CHECK(strstr(fail_text(), "No space left on device"));
	CHECK(out_broken(o));
	/* elsewhere it goes on */
	out_redirect(o, file);
	CHECK(!out_broken(o));
	CHECK(out_flush(o));
	out_close(o);
	close(full);
}

/* ---- colours, and results that are taken ---- */

static void colours_take_no_room(void)
{
	static const struct shape shape = {"{name:<6!}|{gone:>11}|{n}\n", NULL};
	struct out *o = start(OUT_TEXT);

	for (int colour = 0; colour < 2; colour++) {
		out_set_colour(o, colour);
		out_begin(o, "test");
		out_title(o, "%s", "TITLE");
		out_title(o, "%s", "");
		rec_begin(o, &shape);
		/* what the target says is no colour */
		put_str(o, "name", "a\033b");
		put_none(o, "gone", READ_UNMAPPED);
		put_u64(o, "n", 1);
		rec_end(o);
		out_end(o, true);
	}
	CHECK(out_set_colour(o, false));
	CHECK_STR(finish(o), "TITLE\n\na.b   |<not mapped>|1\n"
			     "\033[1mTITLE\033[m\n\n\033[1;31ma.b\033[m   |\033[33m<not mapped>\033[m|1\n");
}

static bool take(void *context, const char *data, size_t n)
{
	struct text *to = context;

	text_put(to, data, n);
	errno = EPIPE;
	return to->n < 40;
}

static void results_are_taken(void)
{
	struct out *o = start(OUT_TEXT);
	struct text taken = {0};

	out_title(o, "before");
	out_divert(o, take, &taken, true);
	out_begin(o, "test");
	out_title(o, "results");
	out_note(o, "a message");
	out_end(o, true);
	CHECK(out_flush(o));
	CHECK_STR(text_str(&taken), "results\ntest: a message\n");
	out_title(o, "more than is wanted");
	CHECK(!out_flush(o));
	CHECK(out_broken(o) && out_errno(o) == EPIPE);
	out_divert(o, NULL, NULL, false);
	out_title(o, "after");
	CHECK_STR(finish(o), "before\nafter\n");
	text_free(&taken);
}

int main(void)
{
	RUN(template_forms);
	RUN(padding_counts_characters);
	RUN(bad_templates);
	RUN(text_view);
	RUN(json_view);
	RUN(messages_in_json);
	RUN(documents_nest);
	RUN(error_path_closes_all);
	RUN(any_bytes);
	RUN(numbers);
	RUN(c_values_as_json);
	RUN(much_output);
	RUN(full_disk);
	RUN(colours_take_no_room);
	RUN(results_are_taken);
	return check_done();
}
