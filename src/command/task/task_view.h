/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How commands show a task, and which tasks a user's words mean. */
#ifndef COMMAND_TASK_VIEW_H
#define COMMAND_TASK_VIEW_H

#include <regex.h>

#include "command/session.h"
#include "linux/task.h"

/* The line that crash puts above everything about one task, without its newline; values of put_task(). */
#define TASK_HEADER "PID: {pid:<7}  TASK: {task}  CPU: {cpu:<3}  COMMAND: \"{command}\""

extern const struct shape task_header_shape;       /* the line */
extern const struct shape task_header_blank_shape; /* the line, and a blank one at the end */

/* pid, task, cpu and command of a task, into the open record. */
void put_task(struct session *s, const struct task *task);
/* The name as ps shows it: kernel threads in brackets. In scratch. */
const char *task_title(struct session *s, const struct task *task);
/* Say once per command that the task table may not be complete. */
void note_tasks(struct session *s);

enum select_kind { SELECT_PID, SELECT_ADDRESS, SELECT_NAME, SELECT_REGEX };

struct select_term {
	enum select_kind kind;
	int32_t pid;
	uint64_t address;
	const char *name;
	regex_t regex;
};

struct task_select {
	struct select_term terms[64];
	size_t n;
	bool given; /* there were words, even if none of them meant anything */
};

/*
 * Add what a word means: a pid (decimal, else hexadecimal), a task address, a
 * command name (a leading backslash is dropped), or a regular expression in
 * single quotes. False with an out_error() when it is none.
 */
bool select_add(struct session *s, struct task_select *sel, const char *word);
/* The same, but only pids and task addresses. */
bool select_add_number(struct session *s, struct task_select *sel, const char *word);
/* Does a term mean the task? The term is returned, NULL if none does. */
const struct select_term *select_match(const struct task_select *sel, const struct task *task);
/* Is there a task of that pid, address or command name? */
bool task_exists(struct session *s, const char *word);
void select_free(struct task_select *sel);

#endif
