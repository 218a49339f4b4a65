/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of termcap that readline asks for, without a database: what xterm, screen, tmux, rxvt, the Linux console
 * and the VT family have in common (ECMA-48, DEC's manuals), and a terminal that can do nothing.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

char PC, *BC, *UP;
short ospeed;

int tgetent(char *buffer, const char *name);
int tgetflag(const char *id);
int tgetnum(const char *id);
char *tgetstr(const char *id, char **area);
char *tgoto(const char *how, int column, int line);
int tputs(const char *string, int lines, int (*put)(int));

static const struct capability {
	char id[3];
	const char *string;
} ansi[] = {
	{"cr", "\r"},         {"le", "\b"},         {"nd", "\033[C"},   {"up", "\033[A"},
	{"ce", "\033[K"},     {"cl", "\033[H\033[J"}, {"so", "\033[7m"},  {"se", "\033[27m"},
	{"ks", "\033[?1h\033="}, {"ke", "\033[?1l\033>"}, {"vb", "\033[?5h\033[?5l"},
	/* keys: those with several forms beside what readline binds by itself */
	{"ku", "\033OA"},     {"kd", "\033OB"},     {"kr", "\033OC"},   {"kl", "\033OD"},
	{"kh", "\033[1~"},    {"@7", "\033[4~"},    {"kI", "\033[2~"},  {"kD", "\033[3~"},
	{"kP", "\033[5~"},    {"kN", "\033[6~"},
};

/* What the VT100 could not do yet, and all that came after it can. */
static const struct capability editing[] = {
	{"dc", "\033[P"}, {"DC", "\033[%dP"}, {"IC", "\033[%d@"}, {"E3", "\033[3J"},
};

static const struct capability rxvt[] = {{"kh", "\033[7~"}, {"@7", "\033[8~"}};
static const struct capability dumb[] = {{"cr", "\r"}, {"le", "\b"}};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum { DUMB, VT100, ANSI } now;
static int is_rxvt;

static int begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

int tgetent(char *buffer, const char *name)
{
	static const char *const no_screen[] = {"dumb", "emacs", "unknown", "network", "dialup", "ibm327", "printer"};

	(void)buffer;
	now = !name || !*name ? DUMB : begins(name, "vt100") ? VT100 : ANSI;
	for (size_t i = 0; name && i < COUNT(no_screen); i++)
		if (begins(name, no_screen[i]))
			now = DUMB;
	is_rxvt = name && begins(name, "rxvt");
	return 1;
}

int tgetflag(const char *id)
{
	/* am: the cursor goes on to the next line by itself; xn: only with the next character */
	return strcmp(id, "am") == 0 || (now != DUMB && strcmp(id, "xn") == 0);
}

int tgetnum(const char *id)
{
	return strcmp(id, "co") == 0 ? 80 : strcmp(id, "li") == 0 ? 24 : -1;
}

static const char *find(const struct capability *table, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(table[i].id, id) == 0)
			return table[i].string;
	return NULL;
}

/* Nothing is put into @area: the strings are constants, which readline only reads. */
char *tgetstr(const char *id, char **area)
{
	const char *string = NULL;

	(void)area;
	if (now == DUMB)
		string = find(dumb, COUNT(dumb), id);
	if (!string && is_rxvt)
		string = find(rxvt, COUNT(rxvt), id);
	if (!string && now == ANSI)
		string = find(editing, COUNT(editing), id);
	if (!string && now != DUMB)
		string = find(ansi, COUNT(ansi), id);
	return (char *)string;
}

/* %d stands for a number: the line first, then the column. */
char *tgoto(const char *how, int column, int line)
{
	static char made[64];
	size_t n = 0;
	int number = line;

	while (*how && n + 12 < sizeof(made)) {
		if (how[0] == '%' && how[1] == 'd') {
			n += (size_t)snprintf(made + n, sizeof(made) - n, "%d", number);
			number = column;
			how += 2;
		} else {
			made[n++] = *how++;
		}
	}
	made[n] = '\0';
	return made;
}

int tputs(const char *string, int lines, int (*put)(int))
{
	(void)lines;
	for (; string && *string; string++)
		put((unsigned char)*string);
	return 0;
}
