/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "command/command.h"
#include "command/frame/frame.h"
#include "command/options.h"
#include "command/session.h"
#include "linux/module.h"

/* Titles and columns are as wide as the longest name needs. */
static const struct shape module_shape = {
	"{address}  {name_column}  {base}  {size_column}  {?object_file}{object_file}{/}"
	"{!object_file}(not loaded)  [CONFIG_KALLSYMS]{/}\n",
	NULL,
};

static const struct shape taint_shape = {"{name_column}  {taints}\n", NULL};

static size_t longest_name(const struct modules *all)
{
	size_t longest = strlen("NAME");

	for (size_t i = 0; i < all->n; i++) {
		size_t n = strlen(all->list[i].name);

		if (n > longest)
			longest = n;
	}
	return longest;
}

static size_t longest_size(const struct modules *all)
{
	size_t longest = strlen("SIZE");
	char digits[24];

	for (size_t i = 0; i < all->n; i++) {
		size_t n = (size_t)snprintf(digits, sizeof(digits), "%llu",
					    (unsigned long long)all->list[i].size);

		if (n > longest)
			longest = n;
	}
	return longest;
}

static bool text_view(struct session *s)
{
	return out_view(s->out) == OUT_TEXT;
}

static void emit(struct session *s, const struct module *m, size_t name_width, size_t size_width)
{
	rec_begin(s->out, &module_shape);
	put_addr(s->out, "address", m->address);
	if (text_view(s))
		put_fmt(s->out, "name_column", "%-*s", (int)name_width, m->name);
	else
		put_str(s->out, "name", m->name);
	put_addr(s->out, "base", m->base);
	if (text_view(s))
		put_fmt(s->out, "size_column", "%*llu", (int)size_width, (unsigned long long)m->size);
	else
		put_u64(s->out, "size", m->size);
	if (!text_view(s)) {
		put_str(s->out, "state", m->state);
		put_str(s->out, "taints", m->taints);
		put_str(s->out, "version", m->version);
		put_str(s->out, "build_id", m->build_id);
	}
	put_str(s->out, "object_file", m->object_file);
	rec_end(s->out);
}

static void emit_title(struct session *s, size_t name_width, size_t size_width)
{
	struct arena *a = &s->scratch;
	size_t digits = target_digits(s->target);

	out_title(s->out, "%s  %-*s  %s  %*s  OBJECT FILE", text_centred(a, "MODULE", digits, false),
		  (int)name_width, "NAME", text_centred(a, "BASE", digits, false), (int)size_width, "SIZE");
}

static void emit_list(struct session *s, const struct modules *all, const struct module *only)
{
	size_t name_width = longest_name(all), size_width = longest_size(all);

	emit_title(s, name_width, size_width);
	list_begin(s->out, "modules");
	for (size_t i = 0; i < all->n; i++)
		if (!only || only == &all->list[i])
			emit(s, &all->list[i], name_width, size_width);
	list_end(s->out);
	if (all->why)
		out_note(s->out, "the list may not be complete: %s", all->why);
}

static bool taints(struct session *s, const struct modules *all)
{
	size_t width = longest_name(all);
	bool any = false;

	for (size_t i = 0; i < all->n; i++)
		any |= *all->list[i].taints != '\0';
	if (any)
		out_title(s->out, "%-*s  TAINTS", (int)width, "NAME");
	list_begin(s->out, "modules");
	for (size_t i = 0; i < all->n; i++) {
		if (!*all->list[i].taints)
			continue;
		rec_begin(s->out, &taint_shape);
		if (text_view(s))
			put_fmt(s->out, "name_column", "%-*s", (int)width, all->list[i].name);
		else
			put_str(s->out, "name", all->list[i].name);
		put_str(s->out, "taints", all->list[i].taints);
		rec_end(s->out);
	}
	list_end(s->out);
	if (!any)
		out_title(s->out, "no tainted modules");
	return true;
}

/* -s name [file]: one module. */
static bool load_one(struct session *s, const struct modules *all, const char *name, const char *file)
{
	struct module *m = module_by_name(s->kernel, name);

	if (!m)
		return out_error(s->out, "%s: no such module is loaded", name);
	if (!module_load(s->kernel, m, file))
		return out_error(s->out, "%s", fail_text());
	emit_list(s, all, m);
	return true;
}

/* -S [dir]: all; those without a debug file are listed and remarked upon. */
static bool load_all(struct session *s, const struct modules *all, const char *dir)
{
	const char *before = s->kernel->module_dir;
	size_t missing = 0;

	if (dir)
		s->kernel->module_dir = dir;
	for (size_t i = 0; i < all->n && !interrupted(); i++) {
		if (all->list[i].object_file)
			continue;
		if (!module_load(s->kernel, &all->list[i], NULL)) {
			out_note(s->out, "%s", fail_text());
			missing++;
		}
	}
	s->kernel->module_dir = before;
	emit_list(s, all, NULL);
	return missing < all->n || all->n == 0 || out_error(s->out, "no debug file of any module was found");
}

static bool run(struct session *s, int argc, char **argv)
{
	const struct modules *all;
	struct options o;
	int action = 0, letter;
	const char *first;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "sSdDtRrgo"))) {
		switch (letter) {
		case 's':
		case 'S':
		case 'd':
		case 'D':
		case 't': action = letter; break;
		/* crash's ways of loading through gdb: loading here has one way */
		case 'R':
		case 'r':
		case 'g':
		case 'o': break;
		default: return command_usage(s, command_find("mod"));
		}
	}
	if (!session_kernel(s))
		return false;
	all = kernel_modules(s->kernel);
	if (!all)
		return out_error(s->out, "%s", fail_text());
	first = o.at < argc ? argv[o.at] : NULL;
	/* with other debug information, frames have other registers and variables */
	if (action && action != 't')
		frame_forget(s);
	switch (action) {
	case 0:
		if (first)
			return command_usage(s, command_find("mod"));
		emit_list(s, all, NULL);
		return true;
	case 't': return taints(s, all);
	case 's':
		if (!first)
			return command_usage(s, command_find("mod"));
		return load_one(s, all, first, o.at + 1 < argc ? argv[o.at + 1] : NULL);
	case 'S': return load_all(s, all, first);
	case 'd': {
		struct module *m = first ? module_by_name(s->kernel, first) : NULL;

		if (!m)
			return out_error(s->out, "%s: no such module is loaded", first ? first : "-d");
		module_unload(s->kernel, m);
		return true;
	}
	default:
		for (size_t i = 0; i < all->n; i++)
			module_unload(s->kernel, &all->list[i]);
		return true;
	}
}

const struct command command_mod = {
	.name = "mod",
	.summary = "loaded modules and their debug files",
	.synopsis = "[-t] | [-s module [file]] | [-S [dir]] | [-d module] | [-D]",
	.help = "  Lists the modules that were loaded. Their symbols come from the dump itself;\n"
		"  loading a debug file adds types, source lines and call frame information.\n"
		"\n"
		"    -s module [file]  load the debug file of one module; without a file it is\n"
		"                      looked for in --mod DIR and the usual places\n"
		"    -S [dir]          the same for all modules, below dir\n"
		"    -d module, -D     forget what was loaded for one, for all\n"
		"    -t                modules that taint the kernel\n"
		"\n"
		"    -r, -R, -g and -o of crash are taken and change nothing.\n",
	.example = "  inquest> mod | head -4\n"
		   "       MODULE       NAME                BASE          SIZE  OBJECT FILE\n"
		   "  ffffffffc02c42c0  virtio        ffffffffc02c2000   20480  (not loaded)  "
		   "[CONFIG_KALLSYMS]\n"
		   "  ffffffffc02cf340  virtio_ring   ffffffffc02c8000   45056  (not loaded)  "
		   "[CONFIG_KALLSYMS]\n"
		   "  ffffffffc02da2c0  loop          ffffffffc02d4000   32768  (not loaded)  "
		   "[CONFIG_KALLSYMS]\n",
	.run = run,
};
