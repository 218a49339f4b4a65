/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame, up, down: choose the frame that registers and local variables are of. */
#include <string.h>

#include "base/error.h"
#include "command/frame/frame.h"
#include "command/frame/frame_view.h"
#include "command/table.h"
#include "debuginfo/dwarf.h"

static bool show(struct session *s)
{
	size_t index;

	if (!frame_index(s, &index))
		return out_error(s->out, "%s", fail_text());
	frame_show(s, session_trace(s), index);
	return true;
}

/* The nearest frame of the function, from the innermost on; also one whose code was put into another's. */
static bool choose_function(struct session *s, const char *name)
{
	const struct trace *trace = session_trace(s);

	for (size_t i = 0; trace && i < trace->n; i++) {
		const struct frame *f = &trace->frames[i];
		uint64_t at = frame_lookup_pc(f);
		const struct symbol *symbol = symbol_text_at(s->target->symbols, at, NULL);

		if ((symbol && strcmp(symbol->name, name) == 0) || frame_inlines(s, f, name))
			return frame_select_index(s, i);
	}
	return trace ? fail("no frame for function \"%s\"", name) : false;
}

/* By an address that bt shows: of the stack, or of the code. */
static bool choose_address(struct session *s, const char *word)
{
	const struct trace *trace = session_trace(s);
	uint64_t address;

	if (!trace || !session_address(s, word, &address))
		return false;
	for (size_t i = 0; i < trace->n; i++) {
		if (trace->frames[i].sp == address || trace->frames[i].pc == address)
			return frame_select_index(s, i);
	}
	return fail("no frame at address %s", word);
}

static bool choose_number(struct session *s, const char *word)
{
	uint64_t number;

	return session_number(s, word, &number) && frame_select(s, (size_t)number);
}

static bool choose(struct session *s, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "function") == 0)
		return choose_function(s, argv[2]);
	if (argc == 3 && strcmp(argv[1], "address") == 0)
		return choose_address(s, argv[2]);
	if (argc == 3 && strcmp(argv[1], "level") == 0)
		return choose_number(s, argv[2]);
	/* no trace has as many frames as an address has digits for */
	if (strlen(argv[1]) < 8 && strspn(argv[1], "0123456789") == strlen(argv[1]))
		return choose_number(s, argv[1]);
	return choose_address(s, argv[1]);
}

static bool run_frame(struct session *s, int argc, char **argv)
{
	if (argc > 3 || (argc == 3 && strcmp(argv[1], "function") != 0 && strcmp(argv[1], "address") != 0 &&
			 strcmp(argv[1], "level") != 0))
		return command_usage(s, &command_frame);
	if (!session_kernel(s))
		return false;
	if (argc > 1 && !choose(s, argc, argv))
		return out_error(s->out, "%s", fail_text());
	return show(s);
}

/* As in gdb, a count that leads beyond the end goes to the end, unless that is where we are. */
static bool move(struct session *s, const struct command *c, int argc, char **argv, bool up)
{
	const struct trace *trace;
	uint64_t count = 1;
	size_t index, left;

	if (argc > 2)
		return command_usage(s, c);
	if (!session_kernel(s))
		return false;
	trace = session_trace(s);
	if (!trace || !frame_index(s, &index) || (argc == 2 && !session_number(s, argv[1], &count)))
		return out_error(s->out, "%s", fail_text());
	left = up ? trace->n - 1 - index : index;
	if (!left)
		return out_error(s->out, up ? "this is the outermost frame" : "this is the innermost frame");
	if (count > left)
		count = left;
	frame_select_index(s, up ? index + (size_t)count : index - (size_t)count);
	return show(s);
}

static bool run_up(struct session *s, int argc, char **argv)
{
	return move(s, &command_up, argc, argv, true);
}

static bool run_down(struct session *s, int argc, char **argv)
{
	return move(s, &command_down, argc, argv, false);
}

const struct command command_frame = {
	.name = "frame",
	.summary = "select and show a frame of the current task's stack",
	.synopsis = "[number | address | function name]",
	.help = "  Shows the selected frame: the one that registers ($pc, $sp, ...), \"info locals\",\n"
		"  \"info args\" and \"info registers\" are about. Until another is selected it is the\n"
		"  innermost one of the current task; it is again when the current task changes.\n"
		"  Once selected, its variables may stand in expressions by name.\n"
		"    number         the frame that bt shows with this number\n"
		"    address        the frame with this place on the stack, or this address of code\n"
		"    function name  the innermost frame of a function, which may be inlined there\n",
	.example = "  inquest> set 119\n"
		   "  ...\n"
		   "  inquest> frame function inquest_take_left\n"
		   "  #4   0xffffffffc0557115 in inquest_take_left () at "
		   "/usr/src/inquest-test/inquest_test.c:163\n"
		   "  inquest> p $pc\n"
		   "  $1 = (void (*)(void)) 0xffffffffc0557115 <inquest_take_left+53>\n",
	.run = run_frame,
};

const struct command command_up = {
	.name = "up",
	.summary = "select a frame further out: its caller",
	.synopsis = "[count]",
	.help = "  Selects the frame that called the selected one, or the one so many calls further\n"
		"  out. What an exception interrupted is a step of its own.\n",
	.example = "  inquest> frame 3\n"
		   "  #3   0xffffffff96409aa9 in __mutex_lock.constprop.0 (...\n"
		   "  inquest> up\n"
		   "  #4   0xffffffffc0557115 in inquest_take_left () at "
		   "/usr/src/inquest-test/inquest_test.c:163\n",
	.run = run_up,
};

const struct command command_down = {
	.name = "down",
	.summary = "select a frame further in: what it called",
	.synopsis = "[count]",
	.help = "  Selects the frame that the selected one called, or the one so many calls further in.\n",
	.example = "  inquest> frame 5\n"
		   "  #5   0xffffffffc05572a4 in inquest_command (word=0xffffd159c044bae0 \"left\") at ...\n"
		   "  inquest> down\n"
		   "  #4   0xffffffffc0557115 in inquest_take_left () at "
		   "/usr/src/inquest-test/inquest_test.c:163\n",
	.run = run_down,
};
