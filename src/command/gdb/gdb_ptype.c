/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ptype: types written out, as gdb does it. */
#include <string.h>

#include "base/error.h"
#include "command/gdb/gdb.h"
#include "command/object/struct.h"
#include "command/table.h"
#include "type/declare.h"
#include "type/ptype.h"

static const struct shape type_shape = {"{?offsets}/* offset      |    size */  {/}type = {definition}\n",
					NULL};

/* A type name, or an expression's type. */
static const struct type *find(struct session *s, const char *text)
{
	const struct type *t = type_parse(s->target->types, text);
	const char *why;
	struct value v;
	uint64_t address;

	if (t)
		return t;
	why = arena_strdup(&s->scratch, fail_text());
	if (session_symbol(s, text, &address)) {
		t = type_of_symbol(s->target->types, text);
		if (t)
			return t;
	}
	if (value_eval(session_env(s), text, &v))
		return v.type;
	/* of a type's name, what it lacked says more */
	if (strncmp(text, "struct ", 7) == 0 || strncmp(text, "union ", 6) == 0 ||
	    strncmp(text, "enum ", 5) == 0)
		fail("%s", why);
	return NULL;
}

static bool run(struct session *s, int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : "", *flags;
	struct text definition = {0};
	const struct type *t;
	bool hex, layout = false;

	flags = gdb_flags_take(s, &text);
	if (strspn(flags, "oxdmtr") != strlen(flags))
		return out_error(s->out, "/%s: the letters are o (offsets), x and d (their base)", flags);
	if (!*text)
		return command_usage(s, &command_ptype);
	if (!session_kernel(s))
		return false;
	t = find(s, text);
	if (!t)
		return out_error(s->out, "%s", fail_text());
	hex = strchr(flags, 'x') || (s->settings.radix == 16 && !strchr(flags, 'd'));
	if (strpbrk(flags, "ox"))
		layout = type_layout(s->target->types, t, hex, &definition);
	if (!layout)
		type_expand(s->target->types, t, &definition);
	rec_begin(s->out, &type_shape);
	if (out_view(s->out) == OUT_TEXT)
		put_bool(s->out, "offsets", layout);
	put_str(s->out, "definition", text_str(&definition));
	put_u64(s->out, "size", type_size(s->target->types, t));
	put_str(s->out, "source", type_source_name(type_strip(s->target->types, t)));
	rec_end(s->out);
	text_free(&definition);
	return true;
}

const struct command command_ptype = {
	.name = "ptype",
	.summary = "definition of a type or of an expression's type as gdb shows it",
	.synopsis = "[/o] [/x] type | expression",
	.help = "  Writes the type out: without typedefs, and with the members of the structure,\n"
		"  union or enumeration it is made of. whatis keeps the names.\n"
		"    /o      with offset and size of each member, holes, and structures inside it\n"
		"    /x, /d  these in hexadecimal, in decimal\n",
	.example = "  inquest> ptype init_task.tasks\n"
		   "  type = struct list_head {\n"
		   "      struct list_head *next;\n"
		   "      struct list_head *prev;\n"
		   "  }\n"
		   "  inquest> ptype/o struct list_head\n"
		   "  /* offset      |    size */  type = struct list_head {\n"
		   "  /*      0      |       8 */    struct list_head *next;\n"
		   "  /*      8      |       8 */    struct list_head *prev;\n"
		   "  \n"
		   "                                 /* total size (bytes):   16 */\n"
		   "                               }\n",
	.flags = COMMAND_RAW | COMMAND_FORMAT,
	.run = run,
};
