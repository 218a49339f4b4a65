/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of the files that tests/unit/fixtures makes. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

/* Valid until the next call. */
static inline const char *fixture(const char *name)
{
	static char path[4096];
	const char *dir = getenv("INQUEST_FIXTURES");

	snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", name);
	return path;
}

/* The fixture's C source, for line numbers: the number of the first line that holds @text, 0 if none. */
static inline unsigned fixture_line(const char *text)
{
	char path[4096], line[512];
	const char *dir = getenv("INQUEST_TEST_DATA");
	unsigned number = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/fixtures/fixture.c", dir ? dir : ".");
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f)) {
		number++;
		if (strstr(line, text)) {
			fclose(f);
			return number;
		}
	}
	fclose(f);
	return 0;
}

#endif
