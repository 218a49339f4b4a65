/* SPDX-License-Identifier: GPL-2.0-or-later */
/* p: the value of an expression, as gdb prints it. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/cpuspec.h"
#include "command/session.h"
#include "command/struct.h"
#include "command/table.h"
#include "type/declare.h"

static const struct shape value_shape = {"{?label}{label} = {/}${n} = {value}\n", NULL};
static const struct shape percpu_shape = {
	"PER-CPU DATA TYPE:\n  {declaration};\nPER-CPU ADDRESSES:\n",
	NULL,
};
static const struct shape address_shape = {"  [{cpu}]: {address}\n", NULL};

struct print {
	struct session *s;
	const struct type_env *env;
	bool hex;
};

static bool is_name(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("_.$", text[i]))
			return false;
	return n && !isdigit((unsigned char)text[0]);
}

static void show(const struct print *p, const char *expression, const char *label, int cpu,
		 const struct value *v)
{
	const struct node_options options = {.hex = p->hex, .print_max = p->s->settings.print_max};
	struct out *o = p->s->out;
	struct text type = {0};

	type_declare(p->env->types, v->type, NULL, &type);
	rec_begin(o, &value_shape);
	put_str(o, "expression", expression);
	put_str(o, "label", label);
	put_u64(o, "n", ++p->s->history_values);
	if (cpu >= 0)
		put_i64(o, "cpu", cpu);
	put_str(o, "type", text_str(&type));
	if (v->in_memory)
		put_addr(o, "address", v->address);
	put_node(o, "value", value_tree(p->env, v, &options));
	rec_end(o);
	text_free(&type);
}

/* "runqueues": its type and where each CPU's copy is. */
static bool show_percpu_addresses(const struct print *p, const char *name, const struct type *type,
				  uint64_t address)
{
	struct session *s = p->s;
	struct text declaration = {0};
	uint8_t *cpus;
	unsigned n;
	uint64_t where;

	if (!cpuspec_parse(s, "a", &cpus, &n))
		return out_error(s->out, "%s", fail_text());
	type_declare(p->env->types, type, name, &declaration);
	rec_begin(s->out, &percpu_shape);
	put_str(s->out, "declaration", text_str(&declaration));
	list_begin(s->out, "addresses");
	for (unsigned cpu = 0; cpu < n; cpu++) {
		if (!cpus[cpu] || !target_percpu(s->target, cpu, address, &where))
			continue;
		rec_begin(s->out, &address_shape);
		put_u64(s->out, "cpu", cpu);
		put_addr(s->out, "address", where);
		rec_end(s->out);
	}
	list_end(s->out);
	rec_end(s->out);
	text_free(&declaration);
	return true;
}

static bool show_percpu(const struct print *p, const char *name, const char *spec)
{
	struct session *s = p->s;
	const struct type *type;
	uint64_t address;
	uint8_t *cpus;
	unsigned n;
	bool ok = true;

	if (!p->env->symbol(p->env->context, name, &address, &type))
		return out_error(s->out, "symbol not found: %s", name);
	if (!type)
		return out_error(s->out, "%s: its type is not known", name);
	if (!cpuspec_parse(s, spec, &cpus, &n))
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "values");
	for (unsigned cpu = 0; cpu < n && !interrupted(); cpu++) {
		struct value v = {.type = type, .in_memory = true};

		if (!cpus[cpu])
			continue;
		if (target_percpu(s->target, cpu, address, &v.address))
			show(p, name, arena_printf(&s->scratch, "per_cpu(%s, %u)", name, cpu), (int)cpu, &v);
		else
			ok = out_error(s->out, "%s", fail_text());
	}
	list_end(s->out);
	return ok;
}

static bool show_expression(const struct print *p, const char *expression)
{
	struct session *s = p->s;
	bool name =
		is_name(expression, strlen(expression)) && !strchr(expression, '.') && expression[0] != '$';
	struct value v;

	if (name) {
		const struct type *type;
		uint64_t address;

		if (p->env->symbol && p->env->symbol(p->env->context, expression, &address, &type) && type &&
		    type->kind != TYPE_FUNCTION && session_is_percpu(s, address))
			return show_percpu_addresses(p, expression, type, address);
	}
	if (!value_eval(p->env, expression, &v))
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "values");
	show(p, expression, name ? expression : NULL, -1, &v);
	list_end(s->out);
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct print p = {.s = s, .hex = s->settings.radix == 16};
	const char *expression = argc > 1 ? argv[1] : "", *colon;
	bool user = false;

	/* "-x" is an option, "-1" and "-x" behind the first word are arithmetic */
	while (expression[0] == '-' && expression[1] && strchr("xdhu", expression[1]) &&
	       (!expression[2] || isspace((unsigned char)expression[2]))) {
		user |= expression[1] == 'u';
		if (expression[1] != 'u')
			p.hex = expression[1] != 'd';
		expression += 2;
		while (isspace((unsigned char)*expression))
			expression++;
	}
	if (!*expression)
		return command_usage(s, &command_p);
	if (!session_kernel(s))
		return false;
	p.env = session_env(s);
	if (user) {
		const struct type_env *memory = struct_user_env(s);
		struct type_env *env = arena_copy(&s->scratch, p.env, sizeof(*p.env));

		if (!memory)
			return out_error(s->out, "%s", fail_text());
		*env = *memory;
		p.env = env;
	}
	colon = strrchr(expression, ':');
	if (colon && is_name(expression, (size_t)(colon - expression)) &&
	    (strspn(colon + 1, "0123456789,-") == strlen(colon + 1) || strcmp(colon + 1, "a") == 0 ||
	     strcmp(colon + 1, "all") == 0))
		return show_percpu(&p, arena_strndup(&s->scratch, expression, (size_t)(colon - expression)),
				   colon + 1);
	return show_expression(&p, expression);
}

const struct command command_p = {
	.name = "p",
	.summary = "value of an expression or symbol",
	.synopsis = "[-x | -d] [-u] expression | symbol:cpus",
	.help = "  Evaluates a C expression over the kernel's symbols and types, and prints it as\n"
		"  gdb does. A per-CPU symbol alone shows where each CPU's copy is.\n"
		"    symbol:cpus  the copies of these CPUs: 0,2-3, \"a\" for all, nothing for the\n"
		"                 current one\n"
		"    -x, -d       numbers in hexadecimal, in decimal\n"
		"    -u           addresses are those of the current task's user space\n",
	.example = "  inquest> p init_task.comm\n"
		   "  $1 = \"swapper/0\\000\\000\\000\\000\\000\\000\"\n"
		   "  inquest> p &init_task\n"
		   "  $1 = (struct task_struct *) 0xffffffff8801aa40 <init_task>\n"
		   "  inquest> p runqueues\n"
		   "  PER-CPU DATA TYPE:\n"
		   "    struct rq runqueues;\n"
		   "  PER-CPU ADDRESSES:\n"
		   "    [0]: ff48cb191f231980\n"
		   "    [1]: ff48cb191f331980\n"
		   "  inquest> p -x jiffies\n"
		   "  jiffies = $1 = 0xfffee2f7\n",
	.flags = COMMAND_RAW,
	.run = run,
};
