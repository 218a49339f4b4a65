/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inquest: from the command line to a session. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "command/command.h"
#include "command/context.h"
#include "command/frame/frame.h"
#include "command/session.h"
#include "debuginfo/index_cache.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "linux/task.h"
#include "shell/args.h"
#include "shell/shell.h"

enum status { ALL_WELL = 0, SOMETHING_FAILED = 1, NOTHING_OPENED = 2 };

static enum status cannot(const char *text)
{
	fprintf(stderr, "inquest: %s\n", text);
	return NOTHING_OPENED;
}

/* The last of the results; a reader who has had enough (a closed pipe) is no failure. */
static enum status finish(struct out *o, enum status status)
{
	bool written = out_flush(o);
	int error = out_errno(o);

	if (!written && error != EPIPE) {
		fprintf(stderr, "inquest: %s\n", fail_text());
		status = SOMETHING_FAILED;
	}
	return status;
}

/* --osrelease and --build-id: one line of the dump's VMCOREINFO. */
static enum status show_vmcoreinfo(struct arena *a, struct out *o, const struct args *args)
{
	bool release = args->action == ARGS_OSRELEASE;
	const char *key = release ? "OSRELEASE" : "BUILD-ID", *value = NULL, *text;
	static const struct shape shape = {"{value}\n", NULL};
	struct dump *d = dump_open(args->files, args->n_files);
	struct vmcoreinfo *v;

	if (!d)
		return cannot(fail_text());
	text = dump_vmcoreinfo(d);
	v = text ? vmcoreinfo_parse(a, text) : vmcoreinfo_scan(a, d);
	if (v)
		value = vmcoreinfo_get(v, key);
	if (!value && release && dump_info(d)->uts_release[0])
		value = dump_info(d)->uts_release;
	if (!value) {
		fprintf(stderr, "inquest: %s: %s\n", args->files[0],
			v ? "its VMCOREINFO does not tell" : "no VMCOREINFO in the dump");
		dump_close(d);
		return SOMETHING_FAILED;
	}
	out_begin(o, release ? "osrelease" : "build-id");
	rec_begin(o, &shape);
	put_str(o, "value", value);
	rec_end(o);
	out_end(o, true);
	dump_close(d);
	return finish(o, ALL_WELL);
}

static enum status help(struct out *o, const struct args *args)
{
	struct session s = {.out = o};
	bool ok;

	if (!args->topic) {
		fputs(args_help, stdout);
		return fflush(stdout) == 0 ? ALL_WELL : SOMETHING_FAILED;
	}
	shell_init(&s);
	ok = shell_line(&s, arena_printf(&s.arena, "help %s", args->topic));
	arena_free(&s.arena);
	return finish(o, ok ? ALL_WELL : SOMETHING_FAILED);
}

/* As crash greets: what the kernel was, and the task the session starts with. */
static bool banner(struct session *s)
{
	bool ok = true;

	if (command_find("sys"))
		ok = shell_line(s, "sys");
	if (session_context(s)) {
		out_begin(s->out, "set");
		context_show(s, s->current, true);
		out_end(s->out, true);
	}
	out_title(s->out, "%s", "");
	return ok;
}

/* https://no-color.org: the variable says no, whatever its value. */
static bool colour_wanted(const struct args *args)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !args->json && !(no && *no) && term && *term && strcmp(term, "dumb") != 0 &&
	       isatty(STDOUT_FILENO);
}

static void apply_settings(struct session *s, const struct args *args)
{
	s->settings = (struct settings){.radix = args->hex ? 16 : 10,
					.print_max = 256,
					.scroll = !args->no_scroll && !args->silent,
					.verbose = args->verbose,
					.offline_hide = args->hide_offline,
					.silent = args->silent,
					.zero_excluded = args->zero_excluded,
					.refresh = true,
					.hash = true,
					.redzone = true,
					.colour = colour_wanted(args),
					.edit = args->edit,
					.module_dir = args->module_dir,
					.source_dir = args->source_dir};
}

/* Where indices of debug information are kept: relative folders in XDG_CACHE_HOME do not count. */
static void choose_cache(struct arena *a, const struct args *args)
{
	const char *named = getenv("INQUEST_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (args->no_cache || (named && strcmp(named, "off") == 0))
		return;
	if (named && *named)
		index_cache_set_folder(named);
	else if (xdg && *xdg == '/')
		index_cache_set_folder(arena_printf(a, "%s/inquest", xdg));
	else if (home && *home == '/')
		index_cache_set_folder(arena_printf(a, "%s/.cache/inquest", home));
}

static void open_kernel(struct session *s)
{
	s->kernel = kernel_open(&s->arena, s->target);
	if (s->kernel)
		s->kernel->module_dir = s->settings.module_dir;
}

static bool run_session(struct session *s, const struct args *args)
{
	bool ok = true;

	if (!args->silent && !args->json && args->action == ARGS_SESSION && !args->minimal)
		banner(s);
	if (args->action == ARGS_LOG)
		return shell_line(s, "log");
	if (!args->no_rc)
		ok &= shell_startup_files(s);
	for (size_t i = 0; i < args->n_inputs && !s->quit && out_flush(s->out); i++) {
		const struct args_input *input = &args->inputs[i];

		ok &= input->is_file ? shell_file(s, input->text) : shell_commands(s, input->text);
	}
	if (!args->has_commands && !s->quit)
		ok &= shell_loop(s);
	return ok;
}

/* -v: what was decided when the dump was opened, and from what; mach shows the same. */
static void show_evidence(const struct target *t)
{
	for (size_t i = 0; i < t->n_evidence; i++)
		fprintf(stderr, "inquest: %s: %s (from %s)\n", t->evidence[i].what, t->evidence[i].value,
			t->evidence[i].from);
}

static enum status session(struct arena *a, struct out *o, struct args *args)
{
	struct session s = {.out = o};
	struct target_options options;
	const char *warning = NULL;
	enum status status;

	if (args->action == ARGS_LOG)
		args->minimal = true;
	if (!args_files(a, args, &options))
		return cannot(fail_text());
	apply_settings(&s, args);
	choose_cache(a, args);
	out_set_colour(o, s.settings.colour);
	s.dumps = options.dumps;
	s.n_dumps = options.n_dumps;
	shell_init(&s);
	s.target = target_open(&s.arena, &options, &warning);
	if (!s.target) {
		if (!strstr(fail_text(), s.dumps[0]))
			fail_in("%s", s.dumps[0]);
		arena_free(&s.arena);
		return cannot(fail_text());
	}
	if (warning && !args->minimal)
		fprintf(stderr, "inquest: %s\n", warning);
	if (args->verbose)
		show_evidence(s.target);
	out_set_digits(o, target_digits(s.target));
	if (!args->minimal)
		open_kernel(&s);
	status = run_session(&s, args) ? ALL_WELL : SOMETHING_FAILED;
	status = finish(o, status);
	kernel_close(s.kernel);
	target_close(s.target);
	history_forget_all(&s.typed);
	arena_free(&s.scratch);
	frame_forget(&s);
	arena_free(&s.arena);
	return status;
}

int main(int argc, char **argv)
{
	struct arena a = {0};
	struct args args;
	enum status status;
	struct out *o;

	signal(SIGPIPE, SIG_IGN);
	if (!args_parse(&a, argc, argv, &args)) {
		fprintf(stderr, "inquest: %s; \"inquest --help\" lists the options\n", fail_text());
		return NOTHING_OPENED;
	}
	o = out_open(args.json ? OUT_JSON : OUT_TEXT, STDOUT_FILENO);
	switch (args.action) {
	case ARGS_HELP: status = help(o, &args); break;
	case ARGS_VERSION:
		printf("inquest %s\n", INQUEST_VERSION);
		status = fflush(stdout) == 0 ? ALL_WELL : SOMETHING_FAILED;
		break;
	case ARGS_OSRELEASE:
	case ARGS_BUILD_ID: status = show_vmcoreinfo(&a, o, &args); break;
	default: status = session(&a, o, &args);
	}
	out_close(o);
	arena_free(&a);
	return status;
}
