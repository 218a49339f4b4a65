/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unit tests' harness: include it once, in the one file of a test program.
 *
 *	static void adds(void)
 *	{
 *		CHECK(add(1, 2) > 0);
 *		CHECK_EQ_U64(add(1, 2), 3);
 *	}
 *
 *	int main(void)
 *	{
 *		RUN(adds);
 *		return check_done();
 *	}
 *
 * A CHECK that fails is reported and the test goes on; a REQUIRE that fails ends the test (not the program).
 * Both may be used in helper functions. A line per test on standard output: "ok NAME" or "not ok NAME: why".
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct {
	unsigned int passed, failed;
	unsigned int failures; /* in the test that is running */
	char why[512];         /* the first of them */
	jmp_buf end;
} check_state;

__attribute__((format(printf, 4, 5), unused)) static bool check_that(bool good, const char *file, int line,
								     const char *format, ...)
{
	char text[400];
	const char *slash = strrchr(file, '/');
	va_list ap;

	if (good)
		return true;
	file = slash ? slash + 1 : file;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (check_state.failures++ == 0)
		snprintf(check_state.why, sizeof check_state.why, "%s:%d: %s", file, line, text);
	else
		printf("# also %s:%d: %s\n", file, line, text);
	return false;
}

__attribute__((unused)) static bool check_u64(uint64_t got, uint64_t want, const char *file, int line,
					      const char *what)
{
	return check_that(got == want, file, line,
			  "%s is %" PRIu64 " (0x%" PRIx64 "), not %" PRIu64 " (0x%" PRIx64 ")", what, got,
			  got, want, want);
}

__attribute__((unused)) static bool check_i64(int64_t got, int64_t want, const char *file, int line,
					      const char *what)
{
	return check_that(got == want, file, line, "%s is %" PRId64 ", not %" PRId64, what, got, want);
}

__attribute__((unused)) static bool check_str(const char *got, const char *want, const char *file, int line,
					      const char *what)
{
	bool same = got == want || (got && want && strcmp(got, want) == 0);

	return check_that(same, file, line, "%s is \"%s\", not \"%s\"", what, got ? got : "(null)",
			  want ? want : "(null)");
}

__attribute__((unused)) static bool check_mem(const void *got, const void *want, size_t size,
					      const char *file, int line, const char *what)
{
	const unsigned char *g = got, *w = want;
	size_t i = 0;

	while (i < size && g[i] == w[i])
		i++;
	return check_that(i == size, file, line, "%s differs at byte %zu of %zu: %02x, not %02x", what, i,
			  size, i < size ? g[i] : 0U, i < size ? w[i] : 0U);
}

/* Each is also a bool: if (!CHECK(p)) return; */
#define CHECK(cond)                check_that((cond), __FILE__, __LINE__, "%s", #cond)
#define CHECK_EQ_U64(got, want)    check_u64((got), (want), __FILE__, __LINE__, #got)
#define CHECK_EQ_I64(got, want)    check_i64((got), (want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want)       check_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_MEM(got, want, size) check_mem((got), (want), (size), __FILE__, __LINE__, #got)
/* A failure said in words, for loops over tables: FAIL("row %zu: %s", i, row[i].name). */
#define FAIL(...) check_that(false, __FILE__, __LINE__, __VA_ARGS__)

#define REQUIRE(cond)                                                                                        \
	do {                                                                                                 \
		bool required_ = (cond);                                                                     \
                                                                                                             \
		check_that(required_, __FILE__, __LINE__, "%s", #cond);                                      \
		if (!required_)                                                                              \
			longjmp(check_state.end, 1);                                                         \
	} while (0)

__attribute__((unused)) static void check_run(const char *name, void (*test)(void))
{
	check_state.failures = 0;
	if (setjmp(check_state.end) == 0)
		test();
	if (check_state.failures) {
		check_state.failed++;
		printf("not ok %s: %s\n", name, check_state.why);
	} else {
		check_state.passed++;
		printf("ok %s\n", name);
	}
	fflush(stdout);
}

/* Runs one test function. One that is never run is a compiler error (-Wunused-function). */
#define RUN(test) check_run(#test, test)

/* The summary line, and the exit status of main: 0 if something ran and nothing failed. */
__attribute__((unused)) static int check_done(void)
{
	printf("# %u passed, %u failed\n", check_state.passed, check_state.failed);
	return check_state.failed || !check_state.passed;
}

#endif
