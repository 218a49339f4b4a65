/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as a whole: opening it, and what uname says. */
#include "linux/kernel.h"

#include <string.h>

#include "linux/fields.h"
#include "linux/module.h"
#include "linux/module_btf.h"

struct kernel *kernel_open(struct arena *a, struct target *t)
{
	struct kernel *k = arena_new(a, struct kernel);

	k->target = t;
	k->arena = a;
	module_btf_add(k);
	return k;
}

void kernel_close(struct kernel *k)
{
	for (size_t i = 0; k && k->modules && i < k->modules->n; i++) {
		module_unload(k, &k->modules->list[i]);
		module_close(&k->modules->list[i]);
	}
}

/* struct new_utsname is ABI: six arrays of 65 bytes (include/uapi/linux/utsname.h). */
enum { UTS_LENGTH = 65, UTS_FIELDS = 6 };

static bool find_uts_name(struct target *t, uint64_t *address)
{
	uint64_t offset;

	if (!target_symbol(t, "init_uts_ns", address)) {
		/* Before namespaces (2.6.19) it was a variable of its own. */
		return target_symbol(t, "system_utsname", address);
	}
	/* Moved by 9a56493f6942 (v5.11): a reference count went into ns_common behind it. */
	if (!offset_of(t, "uts_namespace", "name", &offset) &&
	    !vmcoreinfo_measure(t->vmcoreinfo, "OFFSET", "uts_namespace.name", &offset))
		return false;
	*address += offset;
	return true;
}

const struct uts *kernel_uts(struct kernel *k)
{
	struct target *t = k->target;
	const struct dump_info *info;
	const char *text[UTS_FIELDS];
	struct uts *uts;
	uint64_t address;

	if (k->uts)
		return k->uts;
	for (unsigned i = 0; i < UTS_FIELDS; i++)
		text[i] = "";
	if (find_uts_name(t, &address)) {
		for (unsigned i = 0; i < UTS_FIELDS; i++) {
			char name[UTS_LENGTH + 1];

			if (target_read_string(t, address + i * UTS_LENGTH, name, sizeof name) == READ_OK)
				text[i] = arena_strdup(k->arena, name);
		}
	}
	uts = arena_new(k->arena, struct uts);
	info = t->dump ? dump_info(t->dump) : NULL;
	uts->sysname = text[0];
	uts->nodename = *text[1] || !info ? text[1] : info->uts_nodename;
	uts->release = *text[2] ? text[2] : t->release;
	uts->version = *text[3] || !info ? text[3] : info->uts_version;
	uts->machine = *text[4] || !info ? text[4] : info->uts_machine;
	uts->domainname = text[5];
	return k->uts = uts;
}
