/* SPDX-License-Identifier: GPL-2.0-or-later */
/* p: the value of an expression, as gdb prints it. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/cpuspec.h"
#include "command/object/struct.h"
#include "command/session.h"
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
	struct node_options options;
	bool user;
};

static bool is_name(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	return *text && !isdigit((unsigned char)*text);
}

/* Is there any of it? Functions and arrays without a length have no bytes to read. */
static enum read_status value_status(const struct print *p, const struct value *v)
{
	uint64_t size = v->bit_size ? (v->bit_offset + (uint64_t)v->bit_size + 7) / 8
				    : type_size(p->env->types, v->type);

	if (!v->in_memory || !size || type_strip(p->env->types, v->type)->kind == TYPE_FUNCTION)
		return READ_OK;
	return struct_status(p->env, v->address, size);
}

static bool show(const struct print *p, const char *expression, const char *label, int cpu,
		 const struct value *v)
{
	struct out *o = p->s->out;
	struct text type = {0};
	enum read_status status;

	if (v->in_memory && type_strip(p->env->types, v->type)->kind == TYPE_VOID)
		return out_error(o, "%s: its type is not known: cast it, as in *(int *)&%s", expression,
				 expression);
	status = value_status(p, v);
	if (status != READ_OK)
		return out_error(o, "%s: cannot read memory at 0x%llx: %s", expression,
				 (unsigned long long)v->address, read_status_text(status));
	type_declare(p->env->types, v->type, NULL, &type);
	rec_begin(o, &value_shape);
	put_str(o, "expression", expression);
	put_str(o, "label", label);
	put_u64(o, "n", session_remember(p->s, p->env, v));
	if (cpu >= 0)
		put_i64(o, "cpu", cpu);
	put_str(o, "type", text_str(&type));
	if (v->in_memory)
		put_addr(o, "address", v->address);
	put_node(o, "value", value_tree(p->env, v, &p->options));
	rec_end(o);
	text_free(&type);
	return true;
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

/* The expression once for each CPU of the list that was cut out of it. */
static bool show_on_cpus(const struct print *p, const char *expression, const struct cpuspec_use *use)
{
	struct session *s = p->s;
	struct type_env env = *p->env;
	uint8_t *cpus;
	unsigned n;
	bool ok = true;

	if (!cpuspec_parse(s, use->spec, &cpus, &n))
		return out_error(s->out, "%s", fail_text());
	env.on_cpu = true;
	list_begin(s->out, "values");
	for (env.cpu = 0; env.cpu < n && ok && !interrupted(); env.cpu++) {
		struct value v;

		if (!cpus[env.cpu])
			continue;
		if (value_eval(&env, expression, &v))
			ok = show(p, expression,
				  arena_printf(&s->scratch, "%.*sper_cpu(%s, %u)%s", (int)use->at, expression,
					       use->name, env.cpu, expression + use->at + use->length),
				  (int)env.cpu, &v);
		else
			ok = out_error(s->out, "%s", fail_text());
	}
	list_end(s->out);
	return ok;
}

/* An array that was declared without a length is as long as its symbol. */
static void give_length(const struct print *p, struct value *v)
{
	struct types *ts = p->env->types;
	const struct type *t = type_strip(ts, v->type);
	uint64_t offset, size = t->kind == TYPE_ARRAY && !t->count ? type_size(ts, t->target) : 0;
	const struct symbol *symbol =
		size && v->in_memory ? symbol_at(p->s->target->symbols, v->address, &offset) : NULL;

	if (symbol && !offset && symbol->size >= size)
		v->type = type_array_of(ts, t->target, symbol->size / size);
}

static bool show_expression(const struct print *p, const char *expression)
{
	struct session *s = p->s;
	bool name = is_name(expression), ok;
	struct value v;

	if (name) {
		const struct type *type;
		uint64_t address;

		if (!(p->env->local && p->env->local(p->env->context, expression, &v)) && p->env->symbol &&
		    p->env->symbol(p->env->context, expression, &address, &type) && type &&
		    type->kind != TYPE_FUNCTION && session_is_percpu(s, address))
			return show_percpu_addresses(p, expression, type, address);
	}
	if (!value_eval(p->env, expression, &v))
		return out_error(s->out, "%s", fail_text());
	if (name)
		give_length(p, &v);
	list_begin(s->out, "values");
	ok = show(p, expression, name ? expression : NULL, -1, &v);
	list_end(s->out);
	return ok;
}

/* ---- the words in front of the expression ---- */

/* "/x" as gdb has it: one letter, and nothing that is about memory. */
static bool take_format(struct print *p, const char **at)
{
	const char *word = *at + 1;
	size_t n = strcspn(word, " \t");

	for (size_t i = 0; i < n; i++) {
		if (isdigit((unsigned char)word[i]))
			return fail("one value is shown: no count belongs into /%.*s", (int)n, word);
		if (strchr("bhwgi", word[i]))
			return fail("%s in /%.*s is for x, not for p",
				    word[i] == 'i' ? "the letter i" : "a size", (int)n, word);
		if (!strchr(NODE_FORMATS "r", word[i]))
			return fail("/%.*s: the letters are x d u o t z c a f s", (int)n, word);
		/* r is for what gdb's Python scripts show */
		if (word[i] != 'r')
			p->options.format = word[i];
	}
	*at = word + n;
	return true;
}

/* Options and format; "-1" and "-x" behind the first word are arithmetic. */
static bool take_options(struct print *p, const char **at)
{
	for (;;) {
		while (isspace((unsigned char)**at))
			++*at;
		if (**at == '/') {
			if (!take_format(p, at))
				return false;
		} else if (**at == '-' && (*at)[1] && strchr("xdhu", (*at)[1]) &&
			   (!(*at)[2] || isspace((unsigned char)(*at)[2]))) {
			p->user |= (*at)[1] == 'u';
			if ((*at)[1] != 'u')
				p->options.hex = (*at)[1] != 'd';
			*at += 2;
		} else {
			return true;
		}
	}
}

/* "jiffies:a": a list of CPUs behind what has no copies. True with a message. */
static bool is_no_percpu(struct session *s, const char *expression)
{
	const char *colon = strchr(expression, ':');
	uint64_t address;
	const char *name;

	if (!colon || (strcmp(colon, ":a") != 0 && strcmp(colon, ":all") != 0 &&
		       strspn(colon + 1, "0123456789,-") != strlen(colon + 1)))
		return false;
	name = arena_strndup(&s->scratch, expression, (size_t)(colon - expression));
	if (!is_name(name) || session_symbol(s, expression, &address))
		return false;
	if (session_symbol(s, name, &address))
		fail("%s is no per-CPU variable", name);
	else
		fail("symbol not found: %s", name);
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct print p = {.s = s, .options = session_node_options(s)};
	const char *expression = argc > 1 ? argv[1] : "";
	struct cpuspec_use use;

	if (!take_options(&p, &expression))
		return out_error(s->out, "%s", fail_text());
	if (!*expression)
		return command_usage(s, &command_p);
	if (!session_kernel(s))
		return false;
	p.env = session_env(s);
	if (p.user) {
		p.env = struct_user_env(s);
		if (!p.env)
			return out_error(s->out, "%s", fail_text());
	} else if (cpuspec_cut(s, (char *)expression, &use)) {
		return show_on_cpus(&p, expression, &use);
	} else if (is_no_percpu(s, expression)) {
		return out_error(s->out, "%s", fail_text());
	}
	return show_expression(&p, expression);
}

const struct command command_p = {
	.name = "p",
	.summary = "value of an expression or symbol",
	.synopsis = "[-x | -d] [-u] [/format] expression | symbol:cpus",
	.help = "  Evaluates a C expression over the kernel's symbols and types, and prints it as\n"
		"  gdb does. A per-CPU symbol alone shows where each CPU's copy is.\n"
		"    symbol:cpus  the copies of these CPUs: 0,2-3, \"a\" for all, nothing for the\n"
		"                 current one; also inside an expression: runqueues:a.nr_running\n"
		"    -x, -d       numbers in hexadecimal, in decimal\n"
		"    -u           addresses are those of the current task's user space\n"
		"    /format      also right behind the name, p/x: every value in it as x hexadecimal,\n"
		"                 z the same filled with zeros, d signed, u unsigned, o octal,\n"
		"                 t binary, c character, a address, f floating point, s string\n"
		"\n"
		"  Names are symbols, enumerators and types of the kernel; of several symbols\n"
		"  file.c:name or module:name is one. $1 is a value shown before, $ the last one,\n"
		"  $$ the one before, $$3 the third before the last. $rip and the like are registers\n"
		"  of the current frame, whose variables go before symbols once \"frame\" has\n"
		"  chosen it. From gdb: {type}address, array[0]@count. Casts, sizeof,\n"
		"  typeof, offsetof and container_of are as in C; functions cannot be called.\n",
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
		   "  inquest> p runqueues:a.nr_running\n"
		   "  per_cpu(runqueues, 0).nr_running = $1 = 1\n"
		   "  per_cpu(runqueues, 1).nr_running = $2 = 0\n"
		   "  inquest> p -x jiffies\n"
		   "  jiffies = $1 = 0xfffee2f7\n"
		   "  inquest> p/c init_task.comm[0]@4\n"
		   "  $1 = {115 's', 119 'w', 97 'a', 112 'p'}\n",
	.flags = COMMAND_RAW | COMMAND_FORMAT,
	.run = run,
};
