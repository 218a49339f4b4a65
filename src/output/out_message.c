/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remarks and errors: on standard error, and in the document. */
#include <stdarg.h>
#include <unistd.h>

#include "base/file.h"
#include "output/json.h"
#include "output/out_internal.h"

void out_messages(struct out *o, enum out_messages where, int fd)
{
	if (o->messages == MESSAGES_FILE)
		close(o->message_fd);
	o->messages = where;
	o->message_fd = fd;
}

static int message_fd(const struct out *o)
{
	if (o->messages == MESSAGES_FILE)
		return o->message_fd;
	return o->messages == MESSAGES_REDIRECT && o->view == OUT_TEXT && o->fd != o->first_fd
		       ? o->fd
		       : STDERR_FILENO;
}

static void message(struct out *o, struct text *list, const char *format, va_list ap)
{
	const char *name = "inquest";
	struct text said = {0}, line = {0};
	const struct frame *document = NULL;

	for (size_t i = o->n_frames; i && !document; i--)
		if (o->frames[i - 1].kind == FRAME_DOCUMENT)
			document = &o->frames[i - 1];
	if (document && document->command[0])
		name = document->command;
	text_vprintf(&said, format, ap);
	if (document && o->view == OUT_JSON) {
		if (list->n > (list == &o->notes ? document->first_note : document->first_error))
			text_putc(list, ',');
		json_string(list, text_str(&said), said.n);
	}
	text_printf(&line, "%s: ", name);
	put_clean(&line, text_str(&said), said.n);
	text_putc(&line, '\n');
	/* results so far come first where both go to one terminal */
	out_flush(o);
	if (o->take && o->takes_messages && o->messages != MESSAGES_FILE) {
		out_write(o, line.data, line.n);
		line.n = 0;
	}
	file_write_all(message_fd(o), line.data, line.n); /* nobody is left to tell that this failed */
	text_free(&line);
	text_free(&said);
}

void out_note(struct out *o, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	message(o, &o->notes, format, ap);
	va_end(ap);
}

bool out_error(struct out *o, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	message(o, &o->errors, format, ap);
	va_end(ap);
	return false;
}
