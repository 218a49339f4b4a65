/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names by prefix. Tables of names are gone through once for each question, which takes some milliseconds;
 * only what matches is sorted. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/command.h"
#include "command/complete/complete_private.h"
#include "command/variables.h"
#include "linux/module.h"
#include "linux/task.h"

static const unsigned type_names =
	1U << NAME_STRUCT | 1U << NAME_UNION | 1U << NAME_ENUM | 1U << NAME_TYPEDEF | 1U << NAME_BASE;

static bool fits(const struct words *w, const char *word)
{
	return strncmp(word, w->prefix, w->length) == 0;
}

void words_add(struct words *w, const char *word)
{
	if (fits(w, word))
		*vec_push(w->arena, &w->list) = word;
}

static bool add_type(void *context, enum type_name_kind kind, const char *name)
{
	(void)kind;
	/* "unsigned long" is two words */
	if (!strchr(name, ' '))
		words_add(context, name);
	return true;
}

/* Names made by the compiler (.L5, $x, __func__.1) are nobody's to type. */
static void add_symbols(struct words *w, struct session *s)
{
	struct symbols *symbols = s->target->symbols;

	if (s->kernel)
		kernel_modules(s->kernel);
	for (size_t module = 0; module <= symbols_modules(symbols); module++) {
		size_t n;
		const struct symbol *list = symbols_list(symbols, (uint16_t)module, &n);

		for (size_t i = 0; i < n; i++)
			if (fits(w, list[i].name) && !strpbrk(list[i].name, ".$"))
				*vec_push(w->arena, &w->list) = list[i].name;
	}
}

static void add_tasks(struct words *w, struct session *s, bool pids, bool commands)
{
	const struct tasks *tasks = s->kernel ? kernel_tasks(s->kernel) : NULL;
	bool named = w->list.n > 0;

	for (size_t i = 0; tasks && i < tasks->n; i++) {
		const struct task *t = &tasks->list[i];
		char pid[16];

		snprintf(pid, sizeof(pid), "%d", t->pid);
		/* numbers come second to names where both may stand */
		if (pids && (w->length || !named) && fits(w, pid))
			words_add(w, arena_strdup(w->arena, pid));
		if (commands && !strpbrk(t->comm, " ()'\""))
			words_add(w, t->comm);
	}
}

static void add_modules(struct words *w, struct session *s)
{
	const struct modules *modules = s->kernel ? kernel_modules(s->kernel) : NULL;

	for (size_t i = 0; modules && i < modules->n; i++)
		words_add(w, modules->list[i].name);
}

void words_of_kinds(struct words *w, struct session *s, unsigned kinds)
{
	if (kinds & NAMES_COMMANDS)
		for (size_t i = 0; command_table[i]; i++)
			words_add(w, command_table[i]->name);
	if (kinds & NAMES_ALIASES)
		for (const struct alias *a = s->aliases; a; a = a->next)
			words_add(w, a->name);
	if (kinds & NAMES_VARIABLES)
		for (size_t i = 0; variable_name(i); i++)
			words_add(w, variable_name(i));
	if (!s->target)
		return;
	if (kinds & (NAMES_PIDS | NAMES_TASKS))
		add_tasks(w, s, kinds & NAMES_PIDS, kinds & NAMES_TASKS);
	if (kinds & NAMES_MODULES)
		add_modules(w, s);
	/* all of a hundred thousand are no help */
	if (!w->length)
		return;
	if (kinds & NAMES_TYPES)
		types_each_prefix(s->target->types, w->prefix, type_names, add_type, w);
	if (kinds & NAMES_SYMBOLS)
		add_symbols(w, s);
}
