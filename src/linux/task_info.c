/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/task_info.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"

enum { ARG_START, ARG_END, ENV_START, ENV_END, N_ARG };

static const char *const arg_names[N_ARG] = {
	[ARG_START] = "arg_start",
	[ARG_END] = "arg_end",
	[ENV_START] = "env_start",
	[ENV_END] = "env_end",
};

/* An execve() may pass megabytes; a listing does not show them. */
enum { STRINGS_MAX = 256 << 10 };

static const char *page_trouble(struct target *t, const struct space *space, uint64_t address)
{
	struct walk walk;

	space_walk(t, space, address, false, &walk);
	return walk.status != READ_OK ? walk_why(t->arena, space, &walk) : NULL;
}

bool task_strings(struct kernel *k, const struct task *task, bool environment, struct arena *a,
		  struct task_strings *strings)
{
	VEC(const char *) list = {0};
	struct target *t = k->target;
	struct fields f;
	struct object mm;
	struct space space;
	uint64_t start, end;
	size_t size, done;
	enum read_status status;
	char *bytes;

	*strings = (struct task_strings){0};
	if (!task->mm)
		return fail("no user stack");
	if (!fields_resolve(t, &f, "mm_struct", arg_names, N_ARG) || !task_user_space(k, task, &space))
		return false;
	object_read(t, a, &f, task->mm, &mm);
	status = object_uint(&mm, t, environment ? ENV_START : ARG_START, &start);
	if (status == READ_OK)
		status = object_uint(&mm, t, environment ? ENV_END : ARG_END, &end);
	if (status != READ_OK)
		return target_read_failed(t, "mm_struct", task->mm, status);
	if (end < start)
		return fail("the process says that its strings end before they start");
	strings->cut = end - start > STRINGS_MAX;
	size = strings->cut ? STRINGS_MAX : (size_t)(end - start);
	if (!size)
		return true;
	bytes = arena_zalloc(a, size + 1);
	status = target_read_some(t, &space, start, bytes, size, &done);
	if (status != READ_OK) {
		const char *why = page_trouble(t, &space, start + done);

		return fail("cannot access user stack address: %llx: %s", (unsigned long long)(start + done),
			    why ? why : read_status_text(status));
	}
	for (size_t i = 0; i < size; i += strlen(bytes + i) + 1)
		*vec_push(a, &list) = bytes + i;
	strings->list = list.items;
	strings->n = list.n;
	return true;
}

/* include/uapi/asm-generic/resource.h; some architectures order 5 to 9 differently (mips, sparc, alpha). */
static const char *const limit_names[] = {"CPU",      "FSIZE",  "DATA",    "STACK", "CORE",  "RSS",
					  "NPROC",    "NOFILE", "MEMLOCK", "AS",    "LOCKS", "SIGPENDING",
					  "MSGQUEUE", "NICE",   "RTPRIO",  "RTTIME"};
static const char *const mips_names[] = {"CPU",      "FSIZE", "DATA",   "STACK",   "CORE",  "NOFILE",
					 "AS",       "RSS",   "NPROC",  "MEMLOCK", "LOCKS", "SIGPENDING",
					 "MSGQUEUE", "NICE",  "RTPRIO", "RTTIME"};

size_t task_limits(struct kernel *k, const struct task *task, struct task_limit list[TASK_LIMITS_MAX])
{
	struct target *t = k->target;
	const char *machine = kernel_uts(k)->machine;
	const char *const *names = strncmp(machine, "mips", 4) == 0 ? mips_names : limit_names;
	const struct type *type = type_find(t->types, TYPE_STRUCT, "signal_struct");
	uint8_t bytes[TASK_LIMITS_MAX * 16];
	uint64_t address = 0, infinity = target_word_mask(t);
	struct type_place place;
	enum read_status status;
	size_t n;

	if (!type || !type_path(t->types, type, "rlim", &place)) {
		fail("struct signal_struct has no member rlim");
		return 0;
	}
	n = type_size(t->types, place.type) / (2 * t->word_size);
	if (n > TASK_LIMITS_MAX)
		n = TASK_LIMITS_MAX;
	status = object_uint(&task->object, t, TASK_SIGNAL, &address);
	address = target_untag(t, address);
	if (status != READ_OK || !address) {
		fail("task %d has no signal_struct", task->pid);
		return 0;
	}
	address += place.bit_offset / 8;
	status = target_read(t, address, bytes, n * 2 * t->word_size);
	if (status != READ_OK) {
		target_read_failed(t, "signal_struct.rlim", address, status);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		const uint8_t *at = bytes + i * 2 * t->word_size;

		list[i].name = i < sizeof limit_names / sizeof *limit_names ? names[i] : "(unknown)";
		list[i].current = get_uint(at, t->word_size, t->order);
		list[i].maximum = get_uint(at + t->word_size, t->word_size, t->order);
		list[i].current_unlimited = list[i].current == infinity;
		list[i].maximum_unlimited = list[i].maximum == infinity;
	}
	return n;
}
