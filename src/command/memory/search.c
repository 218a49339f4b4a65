/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search: values and texts in memory. */
#include "command/memory/search.h"

#include <string.h>

#include "base/error.h"
#include "command/memory/memory_rows.h"
#include "command/options.h"
#include "command/table.h"
#include "command/task/task_view.h"

enum { TEXT_SHOWN = 56 }; /* characters from where a text begins, as crash shows them */

struct request {
	struct search_place place;
	char kind; /* w, h, c, or 0: words */
	const char *mask, *context;
	bool usage;
};

struct finder {
	struct session *s;
	struct search_areas areas;
	struct scan_pattern pattern;
	const char **names; /* of each value: the symbol or expression it was given by, or NULL; of each text:
			       the text */
	struct memory_view view;
	uint64_t context;
	size_t task_area; /* whose record is open ... */
	bool in_task;     /* ... if one is */
	bool any_task;
};

static const struct shape value_shape = {"{address:x}: {value:x}{?what} ({what}){/}\n", NULL};
static const struct shape text_shape = {"{address:x}: {text}\n", NULL};
static const struct shape context_shape = {"", "\n"};
static const struct shape centre_shape = {"{address:>*}:  {value:x}{?what} ({what}){/}\n", NULL};
static const struct shape next_task_shape = {"\n" TASK_HEADER "\n", NULL};

/* ---- telling what was found ---- */

static void close_task(struct finder *f)
{
	if (f->in_task) {
		list_end(f->s->out);
		rec_end(f->s->out);
	}
	f->in_task = false;
}

/* The header of the task whose stack holds the next match. */
static void open_task(struct finder *f, size_t area)
{
	if (f->in_task && f->task_area == area)
		return;
	close_task(f);
	rec_begin(f->s->out, f->any_task ? &next_task_shape : &task_header_shape);
	put_task(f->s, f->areas.tasks[area]);
	list_begin(f->s->out, "matches");
	f->in_task = f->any_task = true;
	f->task_area = area;
}

static void put_value(struct finder *f, const struct scan_found *found)
{
	put_addr(f->s->out, "address", found->address);
	put_hex(f->s->out, "value", found->value);
	put_str(f->s->out, "what", f->names[found->which]);
}

static void show_text(struct finder *f, const struct scan_found *found)
{
	char text[TEXT_SHOWN];
	size_t n = 0;

	memory_view_read(f->s, &f->view, found->address, text, sizeof(text), &n);
	for (size_t i = 0; i < n; i++)
		if (text[i] < 0x20 || text[i] >= 0x7f)
			text[i] = '.';
	rec_begin(f->s->out, &text_shape);
	put_addr(f->s->out, "address", found->address);
	put_strn(f->s->out, "text", text, n);
	put_str(f->s->out, "what", f->names[found->which]);
	rec_end(f->s->out);
}

/* The units before and after it, as rd shows them. */
static void show_in_context(struct finder *f, const struct scan_found *found)
{
	struct out *out = f->s->out;
	uint64_t width = f->pattern.width, before = f->context;

	if (before > found->address / width)
		before = found->address / width;
	rec_begin(out, &context_shape);
	put_value(f, found);
	list_begin(out, "rows");
	memory_row_records(f->s, &f->view, found->address - before * width, before);
	rec_begin(out, &centre_shape);
	put_value(f, found);
	rec_end(out);
	memory_row_records(f->s, &f->view, found->address + width, f->context);
	list_end(out);
	rec_end(out);
}

static bool show(void *context, const struct scan_found *found)
{
	struct finder *f = context;

	if (f->areas.tasks)
		open_task(f, found->area);
	if (!f->pattern.width) {
		show_text(f, found);
	} else if (f->context) {
		show_in_context(f, found);
	} else {
		rec_begin(f->s->out, &value_shape);
		put_value(f, found);
		rec_end(f->s->out);
	}
	return !out_broken(f->s->out);
}

/* How much was looked at, and what could not be. */
static void tell_tally(struct session *s, const struct scan_tally *tally)
{
	static const struct shape silent = {"", NULL};
	uint64_t page = s->target->page_size, all = tally->searched, missing = 0;
	struct text why = {0};

	for (size_t i = 0; i <= READ_ERROR; i++) {
		uint64_t pages = (tally->missing[i] + page - 1) / page;

		missing += tally->missing[i];
		if (pages)
			text_printf(&why, "%s%llu %s", why.n ? ", " : "", (unsigned long long)pages,
				    i == READ_EXCLUDED ? "excluded"
				    : i == READ_LOST   ? "lost"
						       : "unreadable");
	}
	all += missing;
	rec_begin(s->out, &silent);
	put_u64(s->out, "bytes_searched", tally->searched);
	put_u64(s->out, "bytes_missing", missing);
	rec_end(s->out);
	if (missing)
		out_note(s->out, "%llu of %llu pages could not be searched: %s",
			 (unsigned long long)((missing + page - 1) / page),
			 (unsigned long long)((all + page - 1) / page), text_str(&why));
	if (tally->no_table)
		out_note(s->out,
			 "page tables are missing: what %llu MB of addresses map is not known, and not "
			 "searched",
			 (unsigned long long)(tally->no_table >> 20));
	if (tally->repeated)
		out_note(s->out,
			 "%llu MB of addresses map the same page tables again and again: searched once",
			 (unsigned long long)(tally->repeated >> 20));
	if (tally->loops)
		out_note(s->out, "the page tables map many times more than there is memory: given up there");
	text_free(&why);
}

static bool run_scan(struct finder *f)
{
	struct session *s = f->s;
	struct scan scan = {.space = f->areas.space,
			    .pattern = &f->pattern,
			    .areas = f->areas.list.items,
			    .n_areas = f->areas.list.n,
			    .found = show,
			    .context = f};

	list_begin(s->out, f->areas.tasks ? "tasks" : "matches");
	scan_run(s->target, &scan);
	close_task(f);
	list_end(s->out);
	tell_tally(s, &scan.tally);
	return true;
}

/* ---- what is looked for ---- */

/* A value, and what it was called if it was not a number. */
static bool value_of(struct session *s, const char *word, uint64_t *value, const char **name)
{
	size_t n = strlen(word);

	*name = NULL;
	if (*word == '(') {
		*name = word[n - 1] == ')' ? arena_strndup(&s->scratch, word + 1, n - 2) : word;
		if (!session_number(s, word, value))
			return false;
		*value &= target_word_mask(s->target);
		return true;
	}
	/* a symbol first, as with crash: some are spelled like numbers */
	if (session_symbol(s, word, value)) {
		*name = word;
		return true;
	}
	return session_address(s, word, value);
}

static bool integers(struct finder *f, const struct request *r, char **words, size_t n)
{
	struct session *s = f->s;
	unsigned width = r->place.align;
	uint64_t most = width == 8 ? UINT64_MAX : (1ULL << 8 * width) - 1, mask = 0;
	uint64_t *values = arena_array(&s->scratch, n, sizeof(*values));

	if (r->mask && !session_address(s, r->mask, &mask))
		return out_error(s->out, "%s", fail_text());
	if (mask > most)
		return out_error(s->out, "the mask %s is wider than %u bits", r->mask, 8 * width);
	for (size_t i = 0; i < n; i++) {
		if (!value_of(s, words[i], &values[i], &f->names[i]))
			return out_error(s->out, "%s", fail_text());
		if (values[i] > most && r->kind)
			return out_error(s->out, "value too large for -%c option: %llx", r->kind,
					 (unsigned long long)values[i]);
		if (values[i] > most)
			return out_error(s->out, "value too large for this target's words: %llx",
					 (unsigned long long)values[i]);
		if (mask)
			f->names[i] = NULL;
	}
	f->pattern = scan_integers(&s->scratch, width, s->target->order, mask, values, n);
	return true;
}

static bool texts(struct finder *f, const struct request *r, char **words, size_t n)
{
	struct session *s = f->s;
	struct scan_text *list = arena_array(&s->scratch, n, sizeof(*list));

	if (r->mask)
		out_note(s->out, "mask ignored on string search");
	if (r->context)
		return out_error(s->out, "-x option is not allowed with -c");
	for (size_t i = 0; i < n; i++) {
		list[i] = (struct scan_text){words[i], strlen(words[i])};
		if (!list[i].n)
			return out_error(s->out, "an empty string is everywhere");
		if (list[i].n > SCAN_LONGEST_TEXT)
			return out_error(s->out, "a string may have %d characters", SCAN_LONGEST_TEXT);
		f->names[i] = words[i];
	}
	f->pattern = scan_texts(list, n);
	return true;
}

static bool context_of(struct finder *f, const struct request *r)
{
	uint64_t most = f->s->target->page_size / r->place.align;

	if (!r->context)
		return true;
	if (!session_number(f->s, r->context, &f->context))
		return out_error(f->s->out, "%s", fail_text());
	if (f->context > most)
		return out_error(f->s->out, "context value %s is too large: maximum is %llu", r->context,
				 (unsigned long long)most);
	return true;
}

static void set_kind(struct session *s, struct request *r, char kind)
{
	if (r->kind && r->kind != kind)
		out_note(s->out, "-%c takes the place of -%c", kind, r->kind);
	r->kind = kind;
}

static void parse(struct session *s, struct options *o, struct request *r)
{
	int letter;

	while ((letter = option_next(o, "kKVupTts:e:l:m:hwcx:"))) {
		switch (letter) {
		case 'k': r->place.where = SEARCH_KERNEL; break;
		case 'K': r->place.where = SEARCH_LINEAR; break;
		case 'V': r->place.where = SEARCH_MAPPED; break;
		case 'u': r->place.where = SEARCH_USER; break;
		case 'p': r->place.where = SEARCH_PHYSICAL; break;
		case 't': r->place.where = SEARCH_STACKS; break;
		case 'T': r->place.where = SEARCH_ACTIVE; break;
		case 's': r->place.start = o->value; break;
		case 'e': r->place.end = o->value; break;
		case 'l': r->place.length = o->value; break;
		case 'm': r->mask = o->value; break;
		case 'x': r->context = o->value; break;
		case 'h':
		case 'w':
		case 'c': set_kind(s, r, (char)letter); break;
		default: r->usage = true; break;
		}
	}
}

static bool run(struct session *s, int argc, char **argv)
{
	static const enum memory_source sources[] = {[SEARCH_USER] = MEMORY_USER,
						     [SEARCH_PHYSICAL] = MEMORY_PHYSICAL,
						     [SEARCH_ACTIVE] = MEMORY_KERNEL};
	struct request r = {0};
	struct finder *f = arena_new(&s->scratch, struct finder);
	struct options o;
	size_t n;

	if (!session_target(s))
		return false;
	options_init(&o, argc, argv);
	parse(s, &o, &r);
	n = (size_t)(argc - o.at);
	if (r.usage || !n)
		return command_usage(s, &command_search);
	if (n > SCAN_MOST_VALUES)
		return out_error(s->out, "at most %d values at once", SCAN_MOST_VALUES);
	r.place.align = r.kind == 'c' ? 1 : r.kind == 'h' ? 2 : r.kind == 'w' ? 4 : s->target->word_size;
	f->s = s;
	f->names = arena_array(&s->scratch, n, sizeof(*f->names));
	if (!(r.kind == 'c' ? texts : integers)(f, &r, argv + o.at, n) || !context_of(f, &r) ||
	    !search_areas(s, &r.place, &f->areas))
		return false;
	f->view = (struct memory_view){
		.source = sources[r.place.where], .space = f->areas.space, .width = r.place.align};
	return run_scan(f);
}

const struct command command_search = {
	.name = "search",
	.summary = "search memory for values or strings",
	.synopsis = "[-k|-K|-V|-u|-p|-t|-T] [-s start] [-e end | -l length] [-m mask] [-x count]\n"
		    "     [-c|-w|-h] value | (expression) | symbol | string ...",
	.help = "  Shows every place in memory that holds one of the values: words of the target,\n"
		"  in hexadecimal, at addresses that are multiples of their size. Memory that is\n"
		"  mapped at several addresses is shown at each of them. A note at the end counts\n"
		"  the pages that the dump does not hold.\n"
		"\n"
		"    -k         kernel memory (the default)\n"
		"    -K         of it, only what is mapped as it lies in memory: the direct map and\n"
		"               the kernel image, not vmalloc, modules and vmemmap\n"
		"    -V         of it, only the rest\n"
		"    -u         the current task's user memory\n"
		"    -p         physical memory\n"
		"    -t, -T     the kernel stacks of all tasks, of those that ran on a CPU; a line\n"
		"               about the task stands above what was found in its stack\n"
		"    -s start   begin there: an address or symbol\n"
		"    -e end     stop before this address or symbol\n"
		"    -l length  so many bytes\n"
		"    -m mask    bits that do not count\n"
		"    -w, -h     values of 32, of 16 bits\n"
		"    -c         strings, also such as go across the end of a page\n"
		"    -x count   with so many units of memory before and after each\n"
		"\n"
		"  A symbol stands for its address; a string that has blanks stands in double quotes.\n",
	.example = "  inquest> search -s linux_banner -e _edata init_task\n"
		   "  ffffffff98603dd8: ffffffff9861aa40 (init_task)\n"
		   "  ffffffff98603e18: ffffffff9861aa40 (init_task)\n"
		   "  ...\n"
		   "  inquest> search -u -c \"inquest: a string on the st\"\n"
		   "  2a1f9725: inquest: a string on the stack.data 0x4bc120 inquest: a \n"
		   "  7ffcec40cc30: inquest: a string on the stack.............*............\n"
		   "  inquest> search -t -w 57ac6e9d\n"
		   "  ...\n"
		   "  PID: 124      TASK: ffff8df4821f4180  CPU: 1    COMMAND: \"inq-spin\"\n"
		   "  ffffcfca003e8000: 57ac6e9d\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
