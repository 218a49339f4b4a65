/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/task/task_view.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

const struct shape task_header_shape = {TASK_HEADER "\n", NULL};
const struct shape task_header_blank_shape = {TASK_HEADER "\n", "\n"};

void put_task(struct session *s, const struct task *task)
{
	if (task->pid >= 0)
		put_i64(s->out, "pid", task->pid);
	else
		put_none(s->out, "pid", task->object.status);
	put_addr(s->out, "task", task->address);
	if (task->cpu >= 0)
		put_i64(s->out, "cpu", task->cpu);
	else
		put_missing(s->out, "cpu", "?");
	put_str(s->out, "command", task->comm);
}

const char *task_title(struct session *s, const struct task *task)
{
	return task->kernel_thread ? arena_printf(&s->scratch, "[%s]", task->comm) : task->comm;
}

void note_tasks(struct session *s)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);

	if (tasks && tasks->why)
		out_note(s->out, "the task list may not be complete: %s", tasks->why);
}

static bool is_decimal(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if (!isdigit((unsigned char)*word))
			return false;
	return true;
}

static bool is_hexadecimal(const char *word)
{
	uint64_t value;

	return parse_number(word, 16, &value);
}

/* A pid as crash reads it: decimal first, hexadecimal when nothing has that number. */
static bool find_number(struct session *s, const char *word, struct select_term *term)
{
	uint64_t value;

	if (is_decimal(word) && parse_number(word, 10, &value) && value <= INT32_MAX &&
	    task_by_pid(s->kernel, (int32_t)value)) {
		term->kind = SELECT_PID;
		term->pid = (int32_t)value;
		return true;
	}
	if (!is_hexadecimal(word) || !parse_number(word, 16, &value))
		return false;
	if (task_by_address(s->kernel, value)) {
		term->kind = SELECT_ADDRESS;
		term->address = value;
		return true;
	}
	if (value <= INT32_MAX && task_by_pid(s->kernel, (int32_t)value)) {
		term->kind = SELECT_PID;
		term->pid = (int32_t)value;
		return true;
	}
	return false;
}

static bool has_name(struct session *s, const char *name)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);

	for (size_t i = 0; i < tasks->n; i++)
		if (!strncmp(tasks->list[i].comm, name, 15))
			return true;
	return false;
}

bool task_exists(struct session *s, const char *word)
{
	struct select_term term;

	return find_number(s, word, &term) || has_name(s, *word == '\\' ? word + 1 : word);
}

static struct select_term *new_term(struct session *s, struct task_select *sel)
{
	sel->given = true;
	if (sel->n == sizeof sel->terms / sizeof *sel->terms) {
		out_error(s->out, "too many tasks specified");
		return NULL;
	}
	return &sel->terms[sel->n];
}

bool select_add_number(struct session *s, struct task_select *sel, const char *word)
{
	struct select_term *term = new_term(s, sel);
	struct task *task;

	if (!term)
		return false;
	if (find_number(s, word, term)) {
		sel->n++;
		return true;
	}
	/* A symbol or expression whose value is a task's address. */
	if (!is_hexadecimal(word) && session_task(s, word, &task)) {
		term->kind = SELECT_ADDRESS;
		term->address = task->address;
		sel->n++;
		return true;
	}
	return out_error(s->out, "invalid task or pid value: %s", word);
}

bool select_add(struct session *s, struct task_select *sel, const char *word)
{
	struct select_term *term = new_term(s, sel);
	size_t n = strlen(word);

	if (!term)
		return false;
	if (n >= 2 && word[0] == '\'' && word[n - 1] == '\'') {
		char *pattern = arena_strndup(&s->scratch, word + 1, n - 2);

		if (regcomp(&term->regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
			return out_error(s->out, "invalid regular expression: %s", pattern);
		term->kind = SELECT_REGEX;
		sel->n++;
		return true;
	}
	if (find_number(s, word, term)) {
		sel->n++;
		return true;
	}
	if (is_decimal(word) || (is_hexadecimal(word) && !has_name(s, word)))
		return out_error(s->out, "invalid task or pid value: %s", word);
	term->kind = SELECT_NAME;
	term->name = arena_strdup(&s->scratch, *word == '\\' ? word + 1 : word);
	sel->n++;
	return true;
}

static bool term_matches(const struct select_term *term, const struct task *task)
{
	switch (term->kind) {
	case SELECT_PID: return task->pid == term->pid;
	case SELECT_ADDRESS: return task->address == term->address;
	/* The kernel cuts names at 15 characters; so may what a user types. */
	case SELECT_NAME: return strncmp(task->comm, term->name, 15) == 0;
	case SELECT_REGEX: return regexec(&term->regex, task->comm, 0, NULL, 0) == 0;
	}
	return false;
}

const struct select_term *select_match(const struct task_select *sel, const struct task *task)
{
	for (size_t i = 0; i < sel->n; i++)
		if (term_matches(&sel->terms[i], task))
			return &sel->terms[i];
	return NULL;
}

void select_free(struct task_select *sel)
{
	for (size_t i = 0; i < sel->n; i++)
		if (sel->terms[i].kind == SELECT_REGEX)
			regfree(&sel->terms[i].regex);
	sel->n = 0;
}
