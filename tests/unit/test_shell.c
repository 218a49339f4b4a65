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
	CHECK(parsed("\\px").literal);
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
	RUN(plain_lines);
	RUN(redirection);
	RUN(no_redirection);
	RUN(bad_lines);
	RUN(option_letters);
	arena_free(&arena);
	return check_done();
}
