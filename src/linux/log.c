/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/log.h"

#include <string.h>

#include "base/error.h"
#include "linux/log_ring.h"

bool log_measure(struct target *t, const char *kind, const char *name, uint64_t *value)
{
	const struct type *type;
	struct type_place place;
	char structure[64];
	const char *dot = strchr(name, '.');
	size_t n = dot ? (size_t)(dot - name) : strlen(name);

	if (vmcoreinfo_measure(t->vmcoreinfo, kind, name, value))
		return true;
	if (n < sizeof(structure)) {
		memcpy(structure, name, n);
		structure[n] = '\0';
		type = type_find_any(t->types, structure);
		if (type && !dot) {
			*value = type_size(t->types, type);
			return true;
		}
		if (type && type_path(t->types, type, dot + 1, &place)) {
			*value = strcmp(kind, "OFFSET") == 0 ? place.bit_offset / 8
							     : type_size(t->types, place.type);
			return true;
		}
	}
	return fail("neither VMCOREINFO nor the types tell %s(%s)", kind, name);
}

bool log_variable(struct target *t, const char *name, size_t size, uint64_t *value)
{
	enum read_status status;
	uint64_t address;

	if (!target_symbol(t, name, &address))
		return fail("symbol %s is not known", name);
	status = target_read_uint(t, address, size, value);
	return status == READ_OK || target_read_failed(t, name, address, status);
}

const struct log *log_read(struct arena *a, struct target *t)
{
	struct log_builder b = {.arena = a, .target = t};
	struct log *log = arena_new(a, struct log);
	uint64_t address;
	bool ok;

	if (target_symbol(t, "prb", &address)) {
		ok = log_read_lockless(&b);
	} else if (target_symbol(t, "log_first_idx", &address)) {
		ok = log_read_records(&b);
	} else if (target_symbol(t, "log_end", &address)) {
		ok = log_read_plain(&b);
		log->plain = true;
	} else {
		ok = fail("neither VMCOREINFO nor symbols tell where it is (prb, log_first_idx, log_end)");
	}
	if (!ok) {
		fail_in("cannot read the kernel log");
		return NULL;
	}
	log->records = b.records.items;
	log->n = b.records.n;
	log->why = b.why;
	return log;
}
