/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option letters as crash's commands take them: "-s -p", "-sp", "-C cpus", "-Ccpus", options before operands.
 */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <stdbool.h>

struct options {
	int argc;
	char **argv;
	int at;            /* index of the first operand once option_next() gave 0 */
	const char *in;    /* inside a group of letters */
	const char *value; /* of the option just returned, NULL if it takes none */
	char bad;          /* the letter that was wrong, 0 none */
};

void options_init(struct options *o, int argc, char **argv);
/*
 * The next option letter; 0 at the first operand or after "--"; '?' for an
 * unknown letter or a missing value. @letters is as for getopt: "st:" means -t
 * takes a value. A word "-" or a negative number is an operand.
 */
int option_next(struct options *o, const char *letters);

#endif
