/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/vma.h"

#include "base/error.h"
#include "linux/list.h"
#include "linux/maple.h"
#include "linux/path.h"

enum { VMA_START, VMA_END, VMA_FLAGS, VMA_FILE, VMA_NEXT, N_VMA };
static const char *const vma_names[N_VMA] = {
	[VMA_START] = "vm_start", [VMA_END] = "vm_end",   [VMA_FLAGS] = "vm_flags|__vm_flags",
	[VMA_FILE] = "vm_file",   [VMA_NEXT] = "vm_next",
};

enum { MM_MT, MM_MMAP, N_MM };
static const char *const mm_names[N_MM] = {[MM_MT] = "mm_mt", [MM_MMAP] = "mmap"};

/* Before 6.1 all areas also hang in a list, which needs no rotations to be understood. */
static bool find_in_list(struct kernel *k, struct arena *a, const struct fields *f, uint64_t first,
			 uint64_t address, uint64_t *found)
{
	const struct list_spec spec = {.start = first,
				       .start_is_entry = true,
				       .next = f->list[VMA_NEXT].offset,
				       .ends = LIST_ENDS_IN_NULL};
	struct target *t = k->target;
	struct list_iter it;
	uint64_t at;

	*found = 0;
	if (!first)
		return true;
	list_open(&it, t, &spec);
	while (list_next(&it, &at)) {
		struct object o;

		object_read(t, a, f, at, &o);
		if (address < object_get(&o, t, VMA_END, 0)) {
			*found = address >= object_get(&o, t, VMA_START, 0) ? at : 0;
			break;
		}
	}
	return list_close(&it);
}

bool vma_find(struct kernel *k, struct arena *a, const struct task *task, uint64_t user_address,
	      struct vma *vma)
{
	struct target *t = k->target;
	struct fields mm, f;
	struct object o;
	uint64_t first;

	*vma = (struct vma){0};
	if (!task->mm)
		return fail("task %llx has no user memory", (unsigned long long)task->address);
	if (!fields_resolve(t, &mm, "mm_struct", mm_names, N_MM) ||
	    !fields_resolve(t, &f, "vm_area_struct", vma_names, N_VMA))
		return false;
	if (mm.list[MM_MT].there) {
		if (!maple_find(t, task->mm + mm.list[MM_MT].offset, user_address, &vma->address))
			return false;
	} else if (field_read(t, &mm, MM_MMAP, task->mm, &first) != READ_OK ||
		   !find_in_list(k, a, &f, first, user_address, &vma->address)) {
		return fail_in("the areas of mm %llx cannot be followed", (unsigned long long)task->mm);
	}
	if (!vma->address)
		return fail("no area holds %llx", (unsigned long long)user_address);
	object_read(t, a, &f, vma->address, &o);
	if (o.status != READ_OK)
		return target_read_failed(t, "vm_area_struct", vma->address, o.status);
	vma->start = object_get(&o, t, VMA_START, 0);
	vma->end = object_get(&o, t, VMA_END, 0);
	vma->flags = object_get(&o, t, VMA_FLAGS, 0);
	vma->file_address = object_get(&o, t, VMA_FILE, 0);
	if (vma->file_address)
		vma->file = path_of_file(k, a, vma->file_address);
	fail_clear();
	return true;
}
