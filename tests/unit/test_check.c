/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The harness itself: a check that fails must be seen. */
#include "check.h"

static void failures_are_seen(void)
{
	bool results[] = {CHECK(1 == 2),       CHECK_EQ_U64(1, UINT64_MAX), CHECK_EQ_I64(-1, 1),
			  CHECK_STR("a", "b"), CHECK_STR(NULL, "b"),        CHECK_MEM("ab", "ac", 2),
			  FAIL("row %d", 3)};
	size_t n = sizeof results / sizeof results[0];
	unsigned int seen = check_state.failures;

	check_state.failures = 0; /* those were meant to fail */
	CHECK_EQ_U64(seen, n);
	for (size_t i = 0; i < n; i++)
		CHECK(!results[i]);
	CHECK(strstr(check_state.why, "test_check.c:") && strstr(check_state.why, "1 == 2"));
}

static void successes_are_silent(void)
{
	CHECK(1 + 1 == 2);
	CHECK_EQ_U64(UINT64_MAX, 0xffffffffffffffff);
	CHECK_EQ_I64(-1, -1);
	CHECK_STR("same", "same");
	CHECK_STR(NULL, NULL);
	CHECK_MEM("ab", "ac", 1);
	REQUIRE(check_state.failures == 0);
}

static void require_leaves_the_test(void)
{
	bool left = true;

	if (setjmp(check_state.end) == 0) {
		REQUIRE(1 == 2);
		left = false;
	}
	check_state.failures = 0; /* that one was meant to fail */
	CHECK(left);
}

int main(void)
{
	RUN(failures_are_seen);
	RUN(successes_are_silent);
	RUN(require_leaves_the_test);
	return check_done();
}
