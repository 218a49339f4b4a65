/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dis: machine code, with the names of what it calls. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/options.h"
#include "command/source.h"
#include "command/struct.h"
#include "command/table.h"
#include "linux/task.h"
#include "target/arch.h"
#include "target/insn.h"

enum {
	CHUNK = 4096,
	MAX_FUNCTION = 16 << 20, /* no function is larger; a size that a symbol table makes up may be */
};

static const struct shape insn_shape = {
	"{?file}{file}: {line}\n{/}"
	"0x{address:x}{?place} <{place}>{/}:\t{text}{?goal_place} <{goal_place}>{/}"
	"{?data}        # 0x{data:x}{?data_place} <{data_place}>{/}{/}{?note} [{note}]{/}\n",
	NULL,
};

struct request {
	struct session *s;
	struct disassembler *d;
	const struct space *space; /* NULL: the kernel's */
	uint64_t start, end;       /* not beyond @end */
	uint64_t count;            /* at most so many, 0: all */
	uint64_t last;             /* the instruction at this address is the last one; ~0: none */
	bool lines, hex;
	const char *file; /* of the line shown last */
	unsigned line;
};

/* "vfs_write+16", or "0x10" with -x. */
static const char *place(const struct request *r, uint64_t address)
{
	const struct symbol *symbol;
	uint64_t offset;

	if (r->space)
		return NULL;
	symbol = symbol_at(r->s->target->symbols, address, &offset);
	if (!symbol)
		return NULL;
	if (!offset)
		return symbol->name;
	return arena_printf(&r->s->scratch, r->hex ? "%s+0x%llx" : "%s+%llu", symbol->name,
			    (unsigned long long)offset);
}

/* What stands at a function's start for tracing to turn it into a call (CONFIG_DYNAMIC_FTRACE). */
static bool is_trace_nop(const struct request *r, const struct insn *insn)
{
	const char *nop = r->s->target->arch->trace_nop;
	uint64_t offset;
	const struct symbol *symbol;

	if (!nop || strcmp(insn->text, nop) != 0 || r->space)
		return false;
	symbol = symbol_text_at(r->s->target->symbols, insn->address, &offset);
	/* endbr64 may come first (CONFIG_X86_KERNEL_IBT) */
	return symbol && (offset == 0 || offset == 4);
}

static void show_line(struct request *r, uint64_t address)
{
	const char *file;
	unsigned line;

	if (!source_line(r->s, address, &file, &line) ||
	    (r->file && line == r->line && strcmp(file, r->file) == 0))
		return;
	put_str(r->s->out, "file", file);
	put_u64(r->s->out, "line", line);
	r->file = file;
	r->line = line;
}

static void show(struct request *r, const struct insn *insn, const uint8_t *bytes)
{
	struct out *o = r->s->out;
	struct text hex = {0};

	rec_begin(o, &insn_shape);
	if (r->lines)
		show_line(r, insn->address);
	put_addr(o, "address", insn->address);
	put_str(o, "place", place(r, insn->address));
	if (out_view(o) == OUT_JSON) {
		for (unsigned i = 0; i < insn->size; i++)
			text_hex(&hex, bytes[i], 2);
		put_str(o, "bytes", text_str(&hex));
		text_free(&hex);
	}
	put_str(o, "text", insn->text);
	if (insn->has_goal && insn->goal_is_data) {
		put_addr(o, "data", insn->goal);
		put_str(o, "data_place", place(r, insn->goal));
	} else if (insn->has_goal) {
		put_addr(o, "goal", insn->goal);
		put_str(o, "goal_place", place(r, insn->goal));
	}
	put_str(o, "note", is_trace_nop(r, insn) ? "FTRACE NOP" : NULL);
	rec_end(o);
}

/* Read a piece of code; returns how much there is, with the reason in *status when there is less than wanted.
 */
static size_t read_code(const struct request *r, uint64_t address, uint8_t *buffer, size_t size,
			enum read_status *status)
{
	size_t done = 0;

	*status = target_read_some(r->s->target, r->space, address, buffer, size, &done);
	return *status == READ_OK ? size : done;
}

static bool run_request(struct request *r)
{
	struct session *s = r->s;
	uint8_t *buffer = arena_alloc(&s->scratch, CHUNK + INSN_LONGEST);
	uint64_t at = r->start, shown = 0;
	enum read_status status = READ_OK;
	bool ok = true, done = false;

	list_begin(s->out, "instructions");
	while (!done && ok && at < r->end && !interrupted() && !out_broken(s->out)) {
		uint64_t left = r->end - at;
		size_t want = left < CHUNK ? (size_t)left : CHUNK, have, used = 0;
		struct insn insn;

		/* with a count, the end is not the function's: read no further than can be needed */
		if (r->count && want > (r->count - shown) * INSN_LONGEST)
			want = (size_t)(r->count - shown) * INSN_LONGEST;
		have = read_code(r, at, buffer, want, &status);
		while (used < have) {
			/* an instruction that the piece cuts: read on from it */
			if (status == READ_OK && used && have - used < INSN_LONGEST && at + have < r->end)
				break;
			if (!disassemble(r->d, buffer + used, have - used, at + used, &insn))
				break;
			show(r, &insn, buffer + used);
			used += insn.size;
			if ((r->count && ++shown == r->count) || insn.address >= r->last) {
				done = true;
				break;
			}
		}
		at += used;
		if (!done && status != READ_OK)
			ok = out_error(s->out, "cannot read code at %llx: %s", (unsigned long long)at,
				       read_status_text(status));
		if (!used)
			break;
	}
	list_end(s->out);
	return ok;
}

/* ---- what to show ---- */

struct function {
	uint64_t start, end;
};

static bool function_at(struct session *s, uint64_t address, struct function *f)
{
	uint64_t offset;
	const struct symbol *symbol = symbol_text_at(s->target->symbols, address, &offset), *next;

	if (!symbol)
		return fail("no function at %llx", (unsigned long long)address);
	f->start = symbol->address;
	f->end = symbol->address + symbol->size;
	if (!symbol->size || f->end <= f->start) {
		next = symbol;
		do
			next = symbol_next(s->target->symbols, next);
		while (next && next->address == symbol->address);
		f->end = next ? next->address : symbol->address + CHUNK;
	}
	if (f->end - f->start > MAX_FUNCTION)
		f->end = f->start + MAX_FUNCTION;
	if (address >= f->end)
		f->end = address + 1;
	return true;
}

static bool user_space(struct session *s, struct request *r)
{
	struct space *space = arena_new(&s->scratch, struct space);

	if (!session_context(s))
		return fail("no current task: choose one with \"set\"");
	if (!task_user_space(s->kernel, s->current, space))
		return false;
	r->space = space;
	return true;
}

/* A bare symbol means its whole function; "symbol+offset" and numbers mean one instruction. */
static bool is_symbol(struct session *s, const char *word)
{
	uint64_t address;

	return !parse_number(word, 16, &address) && session_symbol(s, word, &address);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct request r = {.s = s, .hex = s->settings.radix == 16, .last = UINT64_MAX};
	bool reverse = false, forward = false, source = false, user = false, ok;
	struct function f = {0};
	struct options o;
	uint64_t address;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "rflsuxdhUb:B:"))) {
		switch (letter) {
		case 'r': reverse = true; break;
		case 'f': forward = true; break;
		case 'l': r.lines = true; break;
		case 's': source = true; break;
		case 'u': user = true; break;
		case 'x':
		case 'h': r.hex = true; break;
		case 'd': r.hex = false; break;
		case 'U':
		case 'b':
		case 'B': break; /* crash's: unfiltered text, bytes behind ud2; nothing is filtered here */
		default: return command_usage(s, &command_dis);
		}
	}
	if (!session_target(s))
		return false;
	if (o.at == argc || argc - o.at > 2)
		return command_usage(s, &command_dis);
	if (!session_address(s, argv[o.at], &address) ||
	    (argc - o.at == 2 && !session_number(s, argv[o.at + 1], &r.count)))
		return out_error(s->out, "%s", fail_text());
	if (!user)
		symbol_code(s->target->symbols, &address);
	if (argc - o.at == 2 && !r.count)
		return out_error(s->out, "a count of 0 shows nothing");
	if (source)
		return source_show(s, argv[o.at], address, r.count);
	if (user && !user_space(s, &r))
		return out_error(s->out, "%s", fail_text());
	if (user || (!reverse && !forward && (r.count || !is_symbol(s, argv[o.at])))) {
		if (!r.count)
			r.count = 1;
		r.start = address;
		r.end = UINT64_MAX;
	} else {
		if (!function_at(s, address, &f))
			return out_error(s->out, "%s", fail_text());
		r.start = forward ? address : f.start;
		r.end = f.end;
		if (reverse)
			r.last = address;
		if (reverse)
			r.count = 0;
	}
	r.d = disassembler_open(s->target);
	if (!r.d)
		return out_error(s->out, "%s", fail_text());
	ok = run_request(&r);
	disassembler_close(r.d);
	return ok;
}

const struct command command_dis = {
	.name = "dis",
	.summary = "disassemble",
	.synopsis = "[-r | -f] [-l] [-u] [-x | -d] address | symbol | (expression) [count]\n"
		    "      -s address | symbol | (expression) [count]",
	.help = "  Shows machine code as it is in memory. For a symbol without a count its whole\n"
		"  function, for an address one instruction.\n"
		"    count   so many instructions\n"
		"    -r      from the start of the function up to the address\n"
		"    -f      from the address to the end of the function\n"
		"    -l      with source file and line\n"
		"    -s      the source around the line instead (--src DIR tells where it is)\n"
		"    -u      an address of the current task's user space\n"
		"    -x, -d  offsets in hexadecimal, in decimal\n",
	.example = "  inquest> dis vfs_write 4\n"
		   "  0xffffffff8694a0d0 <vfs_write>:\tnopl   0x0(%rax,%rax,1) [FTRACE NOP]\n"
		   "  0xffffffff8694a0d5 <vfs_write+5>:\tpush   %r15\n"
		   "  0xffffffff8694a0d7 <vfs_write+7>:\tpush   %r14\n"
		   "  0xffffffff8694a0d9 <vfs_write+9>:\tpush   %r13\n"
		   "  inquest> dis -r sysrq_handle_crash+22\n"
		   "  0xffffffff86ca35e0 <sysrq_handle_crash>:\tnopl   0x0(%rax,%rax,1) [FTRACE NOP]\n"
		   "  0xffffffff86ca35e5 <sysrq_handle_crash+5>:\tcall   0xffffffff86727e40 "
		   "<__rcu_read_unlock>\n"
		   "  0xffffffff86ca35ea <sysrq_handle_crash+10>:\tmov    $0xffffffff87967d11,%rdi\n"
		   "  0xffffffff86ca35f1 <sysrq_handle_crash+17>:\tcall   0xffffffff86fc2e58 <panic>\n"
		   "  0xffffffff86ca35f6 <sysrq_handle_crash+22>:\t(bad)\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
