/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "command/command.h"
#include "command/memory/memory_rows.h"
#include "command/options.h"
#include "command/session.h"
#include "linux/task.h"

/* Options that getopt's letters cannot say: widths, and -SS. */
static bool word_option(const char *word, struct memory_view *view)
{
	static const struct {
		const char *word;
		unsigned width;
	} widths[] = {{"-8", 1}, {"-16", 2}, {"-32", 4}, {"-64", 8}};

	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		if (strcmp(word, widths[i].word) == 0) {
			view->width = widths[i].width;
			return true;
		}
	}
	if (strcmp(word, "-SS") == 0) {
		view->symbols = MEMORY_SLAB_ADDRESSES;
		return true;
	}
	return false;
}

/* The words that are left once the widths are taken out. */
static int take_words(int argc, char **argv, char **rest, struct memory_view *view)
{
	int n = 0;

	for (int i = 0; i < argc; i++)
		if (i == 0 || !word_option(argv[i], view))
			rest[n++] = argv[i];
	rest[n] = NULL;
	return n;
}

static bool write_raw(struct session *s, const struct memory_view *view, uint64_t address, uint64_t size,
		      const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool ok = true;

	if (fd < 0)
		return out_error(s->out, "%s: %s", path, strerror(errno));
	while (ok && size) {
		uint8_t block[4096];
		size_t piece = sizeof(block) - (size_t)(address & (sizeof(block) - 1)), got;
		enum read_status status;

		if (piece > size)
			piece = (size_t)size;
		status = memory_view_read(s, view, address, block, piece, &got);
		if (status != READ_OK)
			ok = out_error(s->out, "%s stops short at %llx: %s", path,
				       (unsigned long long)(address + got), read_status_text(status));
		for (size_t done = 0; done < got;) {
			ssize_t n = write(fd, block + done, got - done);

			if (n <= 0) {
				close(fd);
				return out_error(s->out, "%s: %s", path, strerror(n ? errno : ENOSPC));
			}
			done += (size_t)n;
		}
		address += piece;
		size -= piece;
	}
	if (close(fd) != 0)
		return out_error(s->out, "%s: %s", path, strerror(errno));
	return ok;
}

struct request {
	struct memory_view view;
	const char *offset, *end, *file;
	bool usage;
};

static void parse(struct options *o, struct request *r)
{
	int letter;

	while ((letter = option_next(o, "pumfdDaNRxsSo:e:r:"))) {
		switch (letter) {
		case 'p': r->view.source = MEMORY_PHYSICAL; break;
		case 'u': r->view.source = MEMORY_USER; break;
		case 'f': r->view.source = MEMORY_FILE; break;
		case 'd': r->view.number = MEMORY_SIGNED; break;
		case 'D': r->view.number = MEMORY_UNSIGNED; break;
		case 'a': r->view.ascii_only = true; break;
		case 'N': r->view.network_order = true; break;
		case 'R': r->view.reverse = true; break;
		case 'x': r->view.no_ascii = true; break;
		case 's': r->view.symbols = MEMORY_SYMBOLS; break;
		case 'S':
			r->view.symbols =
				r->view.symbols == MEMORY_SLABS ? MEMORY_SLAB_ADDRESSES : MEMORY_SLABS;
			break;
		case 'o': r->offset = o->value; break;
		case 'e': r->end = o->value; break;
		case 'r': r->file = o->value; break;
		default: r->usage = true; break;
		}
	}
}

/* How much to read: a count of units, up to -e END, or one unit. */
static bool extent(struct session *s, const struct request *r, uint64_t address, const char *count_word,
		   uint64_t *count)
{
	uint64_t end;

	*count = r->view.ascii_only ? 0 : 1;
	if (r->end) {
		if (!session_address(s, r->end, &end))
			return out_error(s->out, "%s", fail_text());
		if (end <= address)
			return out_error(s->out, "the end %s lies before the start", r->end);
		*count = (end - address) / r->view.width;
	} else if (count_word && !session_number(s, count_word, count)) {
		return out_error(s->out, "%s", fail_text());
	}
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	char **rest = arena_new_n(&s->scratch, (size_t)argc + 1, char *);
	struct request r = {0};
	struct space user;
	struct options o;
	uint64_t address, offset, count;

	r.view.width = s->target->word_size;
	argc = take_words(argc, argv, rest, &r.view);
	argv = rest;
	options_init(&o, argc, argv);
	parse(&o, &r);
	if (r.usage || o.at >= argc)
		return command_usage(s, command_find("rd"));
	if (!session_address(s, argv[o.at], &address))
		return out_error(s->out, "%s", fail_text());
	if (r.offset) {
		if (!session_number(s, r.offset, &offset))
			return out_error(s->out, "%s", fail_text());
		address += offset;
	}
	if (r.view.source == MEMORY_USER) {
		struct task *task;

		if (!session_kernel(s) || !session_current(s, &task))
			return false;
		if (!task_user_space(s->kernel, task, &user))
			return out_error(s->out, "%s", fail_text());
		r.view.space = &user;
	}
	if (!extent(s, &r, address, o.at + 1 < argc ? argv[o.at + 1] : NULL, &count))
		return false;
	if (r.file)
		return write_raw(s, &r.view, address, count * r.view.width, r.file);
	if (r.view.ascii_only)
		return memory_text(s, &r.view, address, count);
	return memory_rows(s, &r.view, address, count);
}

const struct command command_rd = {
	.name = "rd",
	.summary = "read memory",
	.synopsis = "[-p|-u|-f] [-d|-D] [-8|-16|-32|-64] [-a] [-N] [-R] [-x] [-s|-S|-SS]\n"
		    "     [-o offset] [-e end] [-r file] address [count]",
	.help = "  Displays memory at an address: a number in hexadecimal, a symbol, symbol+offset\n"
		"  or (expression). The count is in units of the width; the default is one word.\n"
		"  What the dump does not hold is shown as a row that says why.\n"
		"\n"
		"    -p, -u, -f        the address is physical, of the current task's user space,\n"
		"                      an offset in the dump file\n"
		"    -8 -16 -32 -64    width in bits (default: the target's word)\n"
		"    -d, -D            signed, unsigned decimal instead of hexadecimal\n"
		"    -a                characters only, up to the first that is none, or count\n"
		"    -N                in network byte order\n"
		"    -R                in reverse, ending at the address\n"
		"    -x                without the characters at the right\n"
		"    -s                words that are kernel addresses as symbol+offset\n"
		"    -S, -SS           the same, and slab objects as [cache], [address:cache]\n"
		"    -o offset         added to the address\n"
		"    -e end            up to this address\n"
		"    -r file           the bytes, unchanged, into a file\n",
	.example =
		"  inquest> rd -8 linux_banner 32\n"
		"  ffffffff9291fa00:  4c 69 6e 75 78 20 76 65 72 73 69 6f 6e 20 36 2e   Linux version 6.\n"
		"  ffffffff9291fa10:  31 2e 30 2d 35 30 2d 63 6c 6f 75 64 2d 61 6d 64   1.0-50-cloud-amd\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
