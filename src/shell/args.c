/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/args.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "dump/dump.h"

const char args_help[] =
	"Usage: inquest [options] [vmlinux] [dump ...] [System.map]\n"
	"\n"
	"Opens a dump of a Linux kernel (or, without a dump, the running kernel through\n"
	"/proc/kcore). Files may stand in any order: they are told apart by what is in them.\n"
	"Several dumps are the parts of one split set. FILE@ADDRESS is bare memory that lay at\n"
	"that physical address (hexadecimal; several make one dump). Without a vmlinux the usual places\n"
	"are searched; without any, what needs no types still works.\n"
	"\n"
	"  -c COMMAND         run a command and leave; may be repeated\n"
	"  -i FILE            run the commands in a file first\n"
	"  -s                 silent: no banner, no pager\n"
	"  -v                 show evidence: what was found, and from what\n"
	"  -h, --help [TOPIC] this text, or the help page of a command\n"
	"  --version          the version\n"
	"  --json             results as JSON, one document on one line per command\n"
	"  --minimal          no vmlinux: log, rd -p, eval ...\n"
	"  --mod DIR          where modules' files are\n"
	"  --src DIR          where the kernel's sources are (also --source DIR)\n"
	"  -m KEY=VALUE       a fact about the machine that cannot be found (phys_base=0x1000000)\n"
	"  --kaslr auto|off|OFFSET\n"
	"  --target NAME      the architecture, where the dump does not say; NAME:big or\n"
	"                     NAME:little where it does not say the byte order either\n"
	"  --osrelease DUMP   print the kernel release of a dump and leave\n"
	"  --build-id DUMP    print the build-id of the kernel of a dump and leave\n"
	"  --log DUMP         print the kernel log of a dump, without vmlinux, and leave\n"
	"  --no_crashrc       do not read .inquestrc and .crashrc\n"
	"  --no_scroll        no pager\n"
	"  --zero_excluded    excluded pages read as zeros\n"
	"  --no-cache         keep no index of debug information on disk, and use none\n"
	"  --offline hide     leave out CPUs that are offline\n"
	"  --hex, --dec       base of numbers in structures\n"
	"  -e vi|emacs        keys of the line editor\n"
	"\n"
	"Options of crash that have no use here are taken and ignored: -d N, -f, -g,\n"
	"-k, -L, -p SIZE, -S, -t, -x, --active, --buildinfo, --cpus N, --CRASHPAGER, --hash N,\n"
	"--kmem_cache_delay, --less, --max-malloc-bufs N, --more, --no_data_debug,\n"
	"--no_elf_notes, --no_ikconfig, --no_kallsyms, --no_kmem_cache, --no_modules,\n"
	"--no_panic, --no_strip, --readnow, --smp.\n"
	"\n"
	"Without -c, commands come from standard input: with a prompt when it is a terminal.\n"
	"The banner is shown first unless -s or --json is given.\n"
	"\n"
	"Indices are kept in ${XDG_CACHE_HOME:-$HOME/.cache}/inquest; INQUEST_CACHE=FOLDER keeps\n"
	"them elsewhere, INQUEST_CACHE=off is as --no-cache.\n"
	"\n"
	"Exit status: 0 all commands succeeded, 1 one failed, 2 nothing could be opened or the\n"
	"command line is wrong.\n";

enum option_id {
	OPT_IGNORED,
	OPT_COMMAND,
	OPT_FILE,
	OPT_SILENT,
	OPT_VERBOSE,
	OPT_HELP,
	OPT_VERSION,
	OPT_JSON,
	OPT_MINIMAL,
	OPT_MOD,
	OPT_SRC,
	OPT_MACHDEP,
	OPT_KASLR,
	OPT_TARGET,
	OPT_OSRELEASE,
	OPT_BUILD_ID,
	OPT_LOG,
	OPT_NO_RC,
	OPT_NO_SCROLL,
	OPT_ZERO_EXCLUDED,
	OPT_OFFLINE,
	OPT_HEX,
	OPT_NO_CACHE,
	OPT_EDIT,
};

static const struct option {
	const char *name;
	char letter;
	bool has_value;
	enum option_id id;
} table[] = {
	{"command", 'c', true, OPT_COMMAND},
	{"input", 'i', true, OPT_FILE},
	{"silent", 's', false, OPT_SILENT},
	{"verbose", 'v', false, OPT_VERBOSE},
	{"help", 'h', false, OPT_HELP},
	{"version", 0, false, OPT_VERSION},
	{"json", 0, false, OPT_JSON},
	{"minimal", 0, false, OPT_MINIMAL},
	{"mod", 0, true, OPT_MOD},
	{"src", 0, true, OPT_SRC},
	{"source", 0, true, OPT_SRC},
	{"machdep", 'm', true, OPT_MACHDEP},
	{"kaslr", 0, true, OPT_KASLR},
	{"target", 0, true, OPT_TARGET},
	{"osrelease", 0, true, OPT_OSRELEASE},
	{"build-id", 0, true, OPT_BUILD_ID},
	{"log", 0, true, OPT_LOG},
	{"no_crashrc", 0, false, OPT_NO_RC},
	{"no_scroll", 0, false, OPT_NO_SCROLL},
	{"zero_excluded", 0, false, OPT_ZERO_EXCLUDED},
	{"offline", 0, true, OPT_OFFLINE},
	{"hex", 0, false, OPT_HEX},
	{"no-cache", 0, false, OPT_NO_CACHE},
	{NULL, 'e', true, OPT_EDIT},
	{NULL, 'd', true, OPT_IGNORED},
	{NULL, 'f', false, OPT_IGNORED},
	{NULL, 'g', false, OPT_IGNORED},
	{NULL, 'k', false, OPT_IGNORED},
	{NULL, 'L', false, OPT_IGNORED},
	{NULL, 'p', true, OPT_IGNORED},
	{NULL, 'S', false, OPT_IGNORED},
	{NULL, 't', false, OPT_IGNORED},
	{NULL, 'x', false, OPT_IGNORED},
	{"active", 0, false, OPT_IGNORED},
	{"buildinfo", 0, false, OPT_IGNORED},
	{"cpus", 0, true, OPT_IGNORED},
	{"CRASHPAGER", 0, false, OPT_IGNORED},
	{"dec", 0, false, OPT_IGNORED},
	{"hash", 0, true, OPT_IGNORED},
	{"kmem_cache_delay", 0, false, OPT_IGNORED},
	{"less", 0, false, OPT_IGNORED},
	{"max-malloc-bufs", 0, true, OPT_IGNORED},
	{"more", 0, false, OPT_IGNORED},
	{"no_data_debug", 0, false, OPT_IGNORED},
	{"no_elf_notes", 0, false, OPT_IGNORED},
	{"no_ikconfig", 0, false, OPT_IGNORED},
	{"no_kallsyms", 0, false, OPT_IGNORED},
	{"no_kmem_cache", 0, false, OPT_IGNORED},
	{"no_modules", 0, false, OPT_IGNORED},
	{"no_panic", 0, false, OPT_IGNORED},
	{"no_strip", 0, false, OPT_IGNORED},
	{"readnow", 0, false, OPT_IGNORED},
	{"smp", 0, false, OPT_IGNORED},
};

struct lists {
	VEC(const char *) files;
	VEC(const char *) machdep;
	VEC(struct args_input) inputs;
};

static const struct option *by_name(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].name && strncmp(table[i].name, name, n) == 0 && table[i].name[n] == '\0')
			return &table[i];
	return NULL;
}

static const struct option *by_letter(char letter)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].letter == letter)
			return &table[i];
	return NULL;
}

static bool apply(struct arena *a, struct args *args, struct lists *lists, const struct option *option,
		  const char *value)
{
	switch (option->id) {
	case OPT_IGNORED: break;
	case OPT_COMMAND:
	case OPT_FILE:
		*vec_push(a, &lists->inputs) = (struct args_input){option->id == OPT_FILE, value};
		args->has_commands |= option->id == OPT_COMMAND;
		break;
	case OPT_SILENT: args->silent = true; break;
	case OPT_VERBOSE: args->verbose = true; break;
	case OPT_HELP: args->action = ARGS_HELP; break;
	case OPT_VERSION: args->action = ARGS_VERSION; break;
	case OPT_JSON: args->json = true; break;
	case OPT_MINIMAL: args->minimal = true; break;
	case OPT_MOD: args->module_dir = value; break;
	case OPT_SRC: args->source_dir = value; break;
	case OPT_MACHDEP:
		if (!strchr(value, '='))
			return fail("-m takes KEY=VALUE, not \"%s\"", value);
		*vec_push(a, &lists->machdep) = value;
		break;
	case OPT_KASLR: args->kaslr = value; break;
	case OPT_TARGET: args->target = value; break;
	case OPT_OSRELEASE:
	case OPT_BUILD_ID:
	case OPT_LOG:
		args->action = option->id == OPT_LOG        ? ARGS_LOG
			       : option->id == OPT_BUILD_ID ? ARGS_BUILD_ID
							    : ARGS_OSRELEASE;
		*vec_push(a, &lists->files) = value;
		break;
	case OPT_NO_RC: args->no_rc = true; break;
	case OPT_NO_SCROLL: args->no_scroll = true; break;
	case OPT_ZERO_EXCLUDED: args->zero_excluded = true; break;
	case OPT_OFFLINE:
		if (strcmp(value, "show") != 0 && strcmp(value, "hide") != 0)
			return fail("--offline takes show or hide, not \"%s\"", value);
		args->hide_offline = *value == 'h';
		break;
	case OPT_HEX: args->hex = true; break;
	case OPT_NO_CACHE: args->no_cache = true; break;
	case OPT_EDIT:
		if (strcmp(value, "vi") != 0 && strcmp(value, "emacs") != 0)
			return fail("-e takes vi or emacs, not \"%s\"", value);
		args->edit = *value == 'v' ? EDIT_VI : EDIT_EMACS;
		break;
	}
	return true;
}

/* A group of letters: "-sc COMMAND". The last may take the rest of the word, or the next, as its value. */
static bool letters(struct arena *a, struct args *args, struct lists *lists, char **argv, int *at)
{
	for (const char *in = argv[*at] + 1; *in; in++) {
		const struct option *option = by_letter(*in);
		const char *value = "";

		if (!option)
			return fail("unknown option -%c", *in);
		if (option->has_value) {
			value = in[1] ? in + 1 : argv[*at + 1] ? argv[++*at] : NULL;
			if (!value)
				return fail("-%c needs a value", *in);
		}
		if (!apply(a, args, lists, option, value))
			return false;
		if (value)
			break;
	}
	return true;
}

static bool word(struct arena *a, struct args *args, struct lists *lists, char **argv, int *at)
{
	const char *name = argv[*at] + 2, *value = "";
	size_t n = strcspn(name, "=");
	const struct option *option = by_name(name, n);

	if (!option)
		return fail("unknown option --%.*s", (int)n, name);
	if (name[n] == '=') {
		if (!option->has_value)
			return fail("--%.*s takes no value", (int)n, name);
		value = name + n + 1;
	} else if (option->has_value) {
		value = argv[*at + 1];
		if (!value)
			return fail("--%s needs a value", name);
		++*at;
	}
	return apply(a, args, lists, option, value);
}

bool args_parse(struct arena *a, int argc, char **argv, struct args *args)
{
	struct lists lists = {0};
	bool only_files = false;

	*args = (struct args){.action = ARGS_SESSION};
	for (int at = 1; at < argc; at++) {
		if (only_files || argv[at][0] != '-' || !argv[at][1])
			*vec_push(a, &lists.files) = argv[at];
		else if (strcmp(argv[at], "--") == 0)
			only_files = true;
		else if (argv[at][1] == '-' ? !word(a, args, &lists, argv, &at)
					    : !letters(a, args, &lists, argv, &at))
			return false;
	}
	args->files = lists.files.items;
	args->n_files = lists.files.n;
	args->inputs = lists.inputs.items;
	args->n_inputs = lists.inputs.n;
	args->machdep = lists.machdep.items;
	args->n_machdep = lists.machdep.n;
	if (args->action == ARGS_HELP && args->n_files)
		args->topic = args->files[0];
	return true;
}

static bool is_debug_file(const char *path)
{
	size_t n = strlen(path);

	return n > 6 && strcmp(path + n - 6, ".debug") == 0;
}

bool args_files(struct arena *a, const struct args *args, struct target_options *options)
{
	VEC(const char *) dumps = {0};

	*options = (struct target_options){.target = args->target,
					   .machdep = args->machdep,
					   .n_machdep = args->n_machdep,
					   .kaslr = args->kaslr,
					   .minimal = args->minimal};
	for (size_t i = 0; i < args->n_files; i++) {
		const char *path = args->files[i], *other;

		fail_clear();
		switch (file_recognise(path)) {
		case FILE_UNKNOWN: return false;
		case FILE_DUMP: *vec_push(a, &dumps) = path; break;
		case FILE_SYSTEM_MAP:
			if (options->system_map)
				return fail("two System.map files: %s and %s", options->system_map, path);
			options->system_map = path;
			break;
		case FILE_KERNEL:
			if (!options->vmlinux) {
				options->vmlinux = path;
				break;
			}
			if (options->debug_file)
				return fail("more than two kernel files: %s is one too many", path);
			/* the second is its separate debug file, whichever way round they stand */
			other = options->vmlinux;
			options->vmlinux = is_debug_file(other) ? path : other;
			options->debug_file = is_debug_file(other) ? other : path;
			break;
		}
	}
	/* as crash: without a dump, the running kernel */
	if (!dumps.n)
		*vec_push(a, &dumps) = "/proc/kcore";
	options->dumps = dumps.items;
	options->n_dumps = dumps.n;
	return true;
}
