/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dis: machine code, with the names of what it calls. */
#include <string.h>

#include "base/error.h"
#include "command/code/code.h"
#include "command/code/source.h"
#include "command/options.h"
#include "command/table.h"
#include "linux/task.h"

static const struct shape insn_shape = {
	"{?file}{file}: {line}\n{/}"
	"0x{address:x}{?place} <{place}>{/}:\t{text}{?goal_place} <{goal_place}>{/}"
	"{?data}        # 0x{data:x}{?data_place} <{data_place}>{/}{/}{?note} [{note}]{/}\n",
	NULL,
};

struct request {
	struct code_walk walk;
	bool lines, hex, bare;
	const char *file; /* of the line shown last */
	unsigned line;
};

static void show_line(struct request *r, uint64_t address)
{
	struct session *s = r->walk.s;
	const char *file;
	unsigned line;

	if (!source_line(s, address, &file, &line) ||
	    (r->file && line == r->line && strcmp(file, r->file) == 0))
		return;
	put_str(s->out, "file", file);
	put_u64(s->out, "line", line);
	r->file = file;
	r->line = line;
}

static void show(void *context, const struct code_insn *c)
{
	struct request *r = context;
	struct session *s = r->walk.s;
	bool kernel = !r->walk.space;

	rec_begin(s->out, &insn_shape);
	if (r->lines)
		show_line(r, c->insn.address);
	put_addr(s->out, "address", c->insn.address);
	if (kernel)
		put_str(s->out, "place", code_place(s, c->insn.address, r->hex));
	if (out_view(s->out) == OUT_JSON)
		put_str(s->out, "bytes", code_bytes(s, c, ""));
	put_str(s->out, "text", c->insn.text);
	code_put_goal(s, &c->insn, kernel, r->hex);
	if (!r->bare)
		put_str(s->out, "note", c->note);
	if (c->patched && out_view(s->out) == OUT_JSON) {
		put_bool(s->out, "patched", true);
		put_str(s->out, "original", c->original);
	}
	rec_end(s->out);
}

/* ---- what to show ---- */

static bool user_space(struct session *s, struct request *r)
{
	struct space *space = arena_new(&s->scratch, struct space);

	if (!session_context(s))
		return fail("no current task: choose one with \"set\"");
	if (!task_user_space(s->kernel, s->current, space))
		return false;
	r->walk.space = space;
	return true;
}

/* A bare symbol means its whole function; "symbol+offset" and numbers mean one instruction. */
static bool is_symbol(struct session *s, const char *word)
{
	uint64_t address;

	return !parse_number(word, 16, &address) && session_symbol(s, word, &address);
}

static const struct shape bug_shape = {"encoded bytes being skipped after ud2a: {bug_bytes}\n", NULL};

/* -b: how many bytes behind a BUG()'s instruction are none; a number sets it. */
static bool bug_bytes(struct session *s, const char *word)
{
	uint64_t n;

	if (word) {
		if (!session_number(s, word, &n) || n > 64)
			return out_error(s->out, "not a number of bytes up to 64: %s", word);
		s->bug_bytes = (unsigned)n;
	}
	rec_begin(s->out, &bug_shape);
	put_u64(s->out, "bug_bytes", s->bug_bytes);
	rec_end(s->out);
	return true;
}

/* What of the function is asked for, or how many instructions. */
static bool set_range(struct session *s, struct request *r, const char *word, uint64_t address, bool reverse,
		      bool forward)
{
	struct code_walk *w = &r->walk;
	struct code_range f;

	if (w->space || (!reverse && !forward && (w->count || !is_symbol(s, word)))) {
		if (!w->count)
			w->count = 1;
		w->start = address;
		w->end = UINT64_MAX;
		return true;
	}
	if (!code_function(s, address, &f))
		return out_error(s->out, "%s", fail_text());
	w->start = forward ? address : f.start;
	w->end = f.end;
	if (reverse) {
		w->last = address;
		w->count = 0;
	}
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct request r = {.walk = {.s = s, .last = UINT64_MAX, .show = show},
			    .hex = s->settings.radix == 16};
	bool reverse = false, forward = false, source = false, user = false, ok;
	struct options o;
	uint64_t address;
	int letter;

	r.walk.context = &r;
	if (argc <= 3 && argc > 1 && (strcmp(argv[1], "-b") == 0 || strcmp(argv[1], "-B") == 0))
		return bug_bytes(s, argv[2]);
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
		case 'U': r.bare = true; break;
		case 'b':
		case 'B':
			if (!bug_bytes(s, o.value))
				return false;
			break;
		default: return command_usage(s, &command_dis);
		}
	}
	if (!session_target(s))
		return false;
	if (o.at == argc || argc - o.at > 2)
		return command_usage(s, &command_dis);
	if (!session_address(s, argv[o.at], &address) ||
	    (argc - o.at == 2 && !session_number(s, argv[o.at + 1], &r.walk.count)))
		return out_error(s->out, "%s", fail_text());
	if (!user)
		symbol_code(s->target->symbols, &address);
	if (argc - o.at == 2 && !r.walk.count)
		return out_error(s->out, "a count of 0 shows nothing");
	if (source)
		return source_show(s, argv[o.at], address, r.walk.count);
	if (user && !user_space(s, &r))
		return out_error(s->out, "%s", fail_text());
	if (!set_range(s, &r, argv[o.at], address, reverse, forward))
		return false;
	list_begin(s->out, "instructions");
	ok = code_walk(&r.walk);
	list_end(s->out);
	return ok;
}

const struct command command_dis = {
	.name = "dis",
	.summary = "disassemble",
	.synopsis = "[-r | -f] [-l] [-u] [-x | -d] address | symbol | (expression) [count]\n"
		    "      -s address | symbol | (expression) [count]\n"
		    "      -b [bytes]",
	.help = "  Shows machine code as it is in memory. For a symbol without a count its whole\n"
		"  function, for an address one instruction. Where the vmlinux, or the file of a\n"
		"  module (mod -s), has something else, the instruction is marked [PATCHED], and\n"
		"  --json tells what the file has; [FTRACE NOP] is what is left of a call for tracing.\n"
		"    count   so many instructions\n"
		"    -r      from the start of the function up to the address\n"
		"    -f      from the address to the end of the function\n"
		"    -l      with source file and line\n"
		"    -s      the source instead: from the line on to the end of the function, or count\n"
		"            lines behind it; --src DIR or \"set src DIR\" tells where it is\n"
		"    -u      an address of the current task's user space\n"
		"    -x, -d  offsets in hexadecimal, in decimal\n"
		"    -b      shows, or sets, how many bytes are left out behind ud2: old\n"
		"            kernels of x86 kept data of BUG() there\n",
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
		   "  0xffffffff86ca35f6 <sysrq_handle_crash+22>:\t(bad)\n"
		   "  inquest> dis sched_clock\n"
		   "  0xffffffff96c3b5a0 <sched_clock>:\tjmp    0xffffffff96c3a820 <native_sched_clock> "
		   "[PATCHED]\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
