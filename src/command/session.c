/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/session.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "command/object/namesakes.h"
#include "linux/module.h"
#include "linux/task.h"

bool session_target(struct session *s)
{
	return s->target || out_error(s->out, "no dump is open");
}

bool session_has_types(const struct session *s)
{
	struct type_source *const *sources;

	return s->target && types_sources(s->target->types, &sources) > 0;
}

bool session_kernel(struct session *s)
{
	if (!session_target(s))
		return false;
	if (s->target->options && s->target->options->minimal)
		return out_error(s->out, "not available with --minimal");
	if (!session_has_types(s))
		return out_error(
			s->out,
			"needs the kernel's types: give the vmlinux of %s (with BTF or debug information)",
			s->target->release[0] ? s->target->release : "this kernel");
	return s->kernel || out_error(s->out, "the kernel's memory cannot be read");
}

struct task *session_context(struct session *s)
{
	const struct panic *panic;

	if (s->current_decided)
		return s->current;
	s->current_decided = true;
	if (!s->kernel || !session_has_types(s))
		return NULL;
	panic = kernel_panic(s->kernel);
	if (panic && panic->task)
		s->current = panic->task;
	else if (kernel_tasks(s->kernel))
		s->current = task_on_cpu(s->kernel, 0);
	fail_clear();
	return s->current;
}

bool session_current(struct session *s, struct task **task)
{
	if (!session_kernel(s))
		return false;
	if (!session_context(s))
		return out_error(s->out, "no current task: choose one with \"set\"");
	*task = s->current;
	return true;
}

/* ---- numbers and addresses ---- */

static bool all_digits(const char *s, bool hex)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!(hex ? isxdigit((unsigned char)*s) : isdigit((unsigned char)*s)))
			return false;
	return true;
}

/* Modules' symbols are read when the first name needs them. */
bool session_symbol(struct session *s, const char *name, uint64_t *address)
{
	const struct namesake *one;
	const struct symbol *symbol;

	if (namesake_names_file(name)) {
		one = namesake_in_file(s, name);
		if (one)
			*address = one->address;
		return one != NULL;
	}
	if (target_symbol(s->target, name, address))
		return true;
	if (s->kernel && !kernel_modules(s->kernel))
		fail_clear();
	symbol = symbol_find(s->target->symbols, name);
	if (symbol)
		*address = symbol->address;
	return symbol != NULL;
}

/* A symbol that the user named: says which, where several have the name. */
static bool named_symbol(struct session *s, const char *name, uint64_t *address)
{
	if (!session_symbol(s, name, address))
		return false;
	if (!strchr(name, ':'))
		namesake_chosen(s, name, *address);
	return true;
}

/* symbol, module:symbol, symbol+offset, symbol-offset. */
static bool symbol_word(struct session *s, const char *word, uint64_t *address)
{
	/* the name of a file may hold a dash */
	const char *colon = strrchr(word, ':'), *sign = strpbrk(colon ? colon : word, "+-");
	uint64_t offset = 0;
	char *name;

	if (!sign)
		return named_symbol(s, word, address);
	name = arena_strndup(&s->scratch, word, (size_t)(sign - word));
	if (!parse_number(sign + 1, 0, &offset) &&
	    !(all_digits(sign + 1, true) && parse_number(sign + 1, 16, &offset)))
		return false;
	if (!named_symbol(s, name, address))
		return false;
	*address += *sign == '+' ? offset : 0 - offset;
	*address &= target_word_mask(s->target);
	return true;
}

static bool evaluate(struct session *s, const char *text, uint64_t *number)
{
	struct value v;

	if (session_arithmetic(s, text, number))
		return true;
	if (!s->target)
		return false;
	if (!value_eval(session_env(s), text, &v))
		return false;
	/* a structure in memory stands for its address: "init_task.tasks" */
	if (v.in_memory) {
		enum type_kind kind = type_strip(s->target->types, v.type)->kind;

		if (kind == TYPE_STRUCT || kind == TYPE_UNION) {
			*number = v.address;
			return true;
		}
	}
	return value_number(session_env(s), &v, number);
}

bool session_address(struct session *s, const char *word, uint64_t *address)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');

	if (*word == '(')
		return evaluate(s, word, address);
	if (all_digits(hex ? word + 2 : word, true)) {
		if (parse_number(hex ? word + 2 : word, 16, address))
			return true;
		return fail("address too large: %s", word);
	}
	if (!s->target)
		return fail("not an address: %s", word);
	if (symbol_word(s, word, address))
		return true;
	/* an expression without parentheses: &init_task, init_task.tasks.next, $rip */
	if (strpbrk(word, "&.$*>[+-") && evaluate(s, word, address))
		return true;
	if (isalpha((unsigned char)*word) || *word == '_')
		return fail("symbol not found: %s", word);
	return fail("not an address: %s", word);
}

bool session_number(struct session *s, const char *word, uint64_t *number)
{
	if (*word == '(')
		return evaluate(s, word, number);
	if (all_digits(word, false) ? parse_number(word, 10, number) : parse_number(word, 0, number))
		return true;
	if (all_digits(word, true) && parse_number(word, 16, number))
		return true;
	return fail("not a number: %s", word);
}

bool session_task(struct session *s, const char *word, struct task **task)
{
	uint64_t number = 0;

	if (!s->kernel)
		return fail("the kernel's tasks are not known");
	if (!kernel_tasks(s->kernel))
		return false;
	/* decimal: a pid first, as crash does; then, and for anything else, an address */
	if (all_digits(word, false) && parse_number(word, 10, &number) && number <= INT32_MAX) {
		*task = task_by_pid(s->kernel, (int32_t)number);
		if (*task)
			return true;
	}
	if (!session_address(s, word, &number))
		return fail("invalid task or pid value: %s", word);
	*task = task_by_address(s->kernel, number);
	return *task || fail("invalid task or pid value: %s", word);
}
