/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines and option letters: text in, words out. */
#include "base/error.h"
#include "check.h"
#include "command/options.h"
#include "shell/line.h"

static struct arena arena;

/* Words as "a|b|c". */
static const char *words(const char *text)
{
	char **argv;
	int argc;

	if (!line_words(&arena, text, &argc, &argv))
		return fail_text();
	{
		char *all = arena_strdup(&arena, "");

		for (int i = 0; i < argc; i++)
			all = arena_printf(&arena, "%s%s%s", all, i ? "|" : "", argv[i]);
		CHECK(argv[argc] == NULL);
		return all;
	}
}

static void splits_words(void)
{
	CHECK_STR(words(""), "");
	CHECK_STR(words("  a\tb  "), "a|b");
	CHECK_STR(words("a (1 + 2) b"), "a|(1 + 2)|b");
	CHECK_STR(words("(1 + (2 * 3))x y"), "(1 + (2 * 3))x|y");
	CHECK_STR(words("\"a b\" c\"d e\"f"), "a b|cd ef");
	CHECK_STR(words("\"\" x"), "|x");
	CHECK_STR(words("'^k.* x' y"), "'^k.* x'|y");
	CHECK_STR(words("don't stop"), "don't|stop");
	CHECK_STR(words("a) b"), "a)|b");
	CHECK_STR(words("(a b"), "a ( is not closed");
	CHECK_STR(words("'(' b"), "'('|b");
}

/* The commands of a line as "a|b". */
static const char *commands(const char *text)
{
	char *all = arena_strdup(&arena, "");

	while (text)
		all = arena_printf(&arena, "%s%s%s", all, *all ? "|" : "", line_first(&arena, text, &text));
	return all;
}

static void several_commands(void)
{
	CHECK_STR(commands("bt -a"), "bt -a");
	CHECK_STR(commands(" bt ; ps;; log "), "bt|ps||log");
	CHECK_STR(commands("p \"a;b\"; eval (1;2)"), "p \"a;b\"|eval (1;2)");
	CHECK_STR(commands("!for i in 1; do echo; done"), "!for i in 1; do echo; done");
	CHECK_STR(commands("!find \\;"), "!find \\;");
	CHECK_STR(commands("ps | find \\; | wc; bt"), "ps | find \\; | wc|bt");
	CHECK_STR(commands("bt # why; not"), "bt");
	CHECK_STR(commands("bt // why"), "bt");
	CHECK_STR(commands("bt #1 x"), "bt #1 x");
	CHECK_STR(commands("#bt"), "");
	CHECK_STR(commands("ps; // bt"), "ps|");
	CHECK_STR(commands("cat //etc/x"), "cat //etc/x");
}

static void lines_that_go_on(void)
{
	static const struct {
		const char *text;
		enum line_more more;
	} rows[] = {
		{"bt", LINE_WHOLE},
		{"bt \\", LINE_CONTINUED},
		{"bt \\\\", LINE_WHOLE},
		{"eval (1 +", LINE_OPEN},
		{"eval (1 + \")\"", LINE_OPEN},
		{"eval (1 + 2)", LINE_WHOLE},
		{"p {int", LINE_OPEN},
		{"p \"abc", LINE_OPEN},
		{"ps 'abc", LINE_OPEN},
		{"p don't", LINE_WHOLE},
		{"p x | grep don't", LINE_OPEN},
		{"p x | (a", LINE_OPEN},
		{"# (", LINE_WHOLE},
		{"bt # (", LINE_WHOLE},
		{"!echo (", LINE_WHOLE},
		{"!echo \\", LINE_CONTINUED},
		{"# \\", LINE_WHOLE},
		{"", LINE_WHOLE},
		{"p )", LINE_WHOLE},
		{"ps 'a(b'", LINE_WHOLE},
		{"rd (a)) (", LINE_OPEN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (line_more(rows[i].text) != rows[i].more)
			FAIL("\"%s\" gives %d", rows[i].text, (int)line_more(rows[i].text));
}

/* What stands at the end of a line that is being typed: "command: rest" or "file". */
static const char *place(const char *text)
{
	const char *start;

	return line_place(text, &start) == PLACE_FILE ? "file" : arena_printf(&arena, "command: %s", start);
}

static void places(void)
{
	CHECK_STR(place("bt -"), "command: bt -");
	CHECK_STR(place("bt; p s"), "command: p s");
	CHECK_STR(place("bt | grep x; p s"), "command: p s");
	CHECK_STR(place("bt | grep x"), "file");
	CHECK_STR(place("bt > x"), "file");
	CHECK_STR(place("bt >> x"), "file");
	CHECK_STR(place("rd < x"), "file");
	CHECK_STR(place("< x"), "file");
	CHECK_STR(place("bt; !ls x"), "file");
	CHECK_STR(place("p a->b"), "command: p a->b");
	CHECK_STR(place("eval (1 > 2"), "command: eval (1 > 2");
}

static struct line parsed(const char *text)
{
	struct line line;

	fail_clear();
	CHECK(line_parse(&arena, text, &line));
	return line;
}

static void plain_lines(void)
{
	CHECK(parsed("").kind == LINE_EMPTY);
	CHECK(parsed("   ").kind == LINE_EMPTY);
	CHECK(parsed(" # bt").kind == LINE_EMPTY);
	CHECK(parsed("// bt").kind == LINE_EMPTY);
	CHECK(parsed(" bt -a ").kind == LINE_COMMAND);
	CHECK_STR(parsed(" bt -a ").command, "bt -a");
	CHECK_STR(parsed("\\px").command, "px");
	CHECK(parsed("! ls | wc").kind == LINE_SHELL);
	CHECK_STR(parsed("! ls | wc").command, "ls | wc");
	CHECK(parsed("< file").kind == LINE_FILE);
	CHECK_STR(parsed("< \"my file\"").input, "my file");
}

static void redirection(void)
{
	struct line line = parsed("ps -k | grep 'a > b' | wc");

	CHECK(line.output == OUTPUT_PIPE);
	CHECK_STR(line.command, "ps -k");
	CHECK_STR(line.to, "grep 'a > b' | wc");
	line = parsed("ps>out");
	CHECK(line.output == OUTPUT_FILE);
	CHECK_STR(line.command, "ps");
	CHECK_STR(line.to, "out");
	line = parsed("ps >> \"out put\"");
	CHECK(line.output == OUTPUT_APPEND);
	CHECK_STR(line.to, "out put");
	line = parsed("rd < args > out");
	CHECK_STR(line.command, "rd");
	CHECK_STR(line.input, "args");
	CHECK_STR(line.to, "out");
}

/* What looks like redirection but is an expression or a string. */
static void no_redirection(void)
{
	CHECK(parsed("p init_task->mm").output == OUTPUT_HERE);
	CHECK(parsed("eval (1 << 32 | 3 > 2)").output == OUTPUT_HERE);
	CHECK(parsed("ps 'a|b'").output == OUTPUT_HERE);
	CHECK(parsed("alias x \"ps | wc\"").output == OUTPUT_HERE);
	CHECK(parsed("p don't | wc").output == OUTPUT_PIPE);
	CHECK_STR(parsed("eval (1 << 2) | cat").command, "eval (1 << 2)");
}

static void bad_lines(void)
{
	static const char *const rows[][2] = {
		{"!", "no shell command after !"},       {"ps |", "no command after |"},
		{"ps >", "no file name after >"},        {"ps >>", "no file name after >>"},
		{"ps > a b", "more than one file name"}, {"| wc", "no command before |"},
		{"> x", "no command before >"},          {"<", "no file name after <"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line line;

		fail_clear();
		if (line_parse(&arena, rows[i][0], &line))
			FAIL("\"%s\" was taken", rows[i][0]);
		else if (!strstr(fail_text(), rows[i][1]))
			FAIL("\"%s\" gives \"%s\"", rows[i][0], fail_text());
	}
}

/* Option letters as text: "a", "b=value", "?x" for a bad x, and the operands after "/". */
static const char *options(const char *text, const char *letters)
{
	char *all = arena_strdup(&arena, "");
	struct options o;
	char **argv;
	int argc, letter;

	REQUIRE(line_words(&arena, text, &argc, &argv));
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, letters))) {
		if (letter == '?')
			return arena_printf(&arena, "%s?%c", all, o.bad);
		all = arena_printf(&arena, "%s%c%s%s ", all, letter, o.value ? "=" : "",
				   o.value ? o.value : "");
	}
	all = arena_printf(&arena, "%s/", all);
	for (int i = o.at; i < argc; i++)
		all = arena_printf(&arena, "%s%s ", all, argv[i]);
	return all;
}

static void option_letters(void)
{
	CHECK_STR(options("ps", "ab"), "/");
	CHECK_STR(options("ps -a -b x", "ab"), "a b /x ");
	CHECK_STR(options("ps -ab x -a", "ab"), "a b a /x ");
	CHECK_STR(options("rd x y -e z -d", "de:"), "e=z d /x y ");
	CHECK_STR(options("rd x -ez y", "e:"), "e=z /x y ");
	CHECK_STR(options("rd x -e", "e:"), "/x -e ");
	CHECK_STR(options("ps x -q -- -a", "a"), "/x -q -- -a ");
	CHECK_STR(options("ps -c 1,2 x", "c:"), "c=1,2 /x ");
	CHECK_STR(options("ps -c1,2 x", "c:"), "c=1,2 /x ");
	CHECK_STR(options("ps -ac1 x", "ac:"), "a c=1 /x ");
	CHECK_STR(options("ps -c", "c:"), "?c");
	CHECK_STR(options("ps -x", "ab"), "?x");
	CHECK_STR(options("ps -:", "a:"), "?:");
	CHECK_STR(options("struct -a x -5", "a"), "a /x -5 ");
	CHECK_STR(options("struct -5", "a"), "/-5 ");
	CHECK_STR(options("rd -8 x", "8"), "8 /x ");
	CHECK_STR(options("rd -64 x", "64"), "6 4 /x ");
	CHECK_STR(options("ps - x", "a"), "/- x ");
	CHECK_STR(options("ps -a -- -b", "ab"), "a /-b ");
}

int main(void)
{
	RUN(splits_words);
	RUN(several_commands);
	RUN(lines_that_go_on);
	RUN(places);
	RUN(plain_lines);
	RUN(redirection);
	RUN(no_redirection);
	RUN(bad_lines);
	RUN(option_letters);
	arena_free(&arena);
	return check_done();
}
