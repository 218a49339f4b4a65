/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures as struct, union, * and whatis ask for them. */
#ifndef COMMAND_STRUCT_H
#define COMMAND_STRUCT_H

#include "command/session.h"
#include "type/value.h"

struct struct_request {
	const struct type *type; /* as named: may be a typedef */
	const char *name;
	bool is_union;
	const char **members; /* paths */
	size_t n_members;
	bool hex, offsets, raw, follow;
	bool user, file; /* the address is of the current task's user space, an offset in the dump file */
	bool has_address;
	uint64_t address;
	int64_t count;       /* structures in a row; negative: also those before */
	const uint8_t *cpus; /* NULL, or the CPUs whose copies are wanted */
	unsigned n_cpus;
};

/*
 * A structure, union, typedef or base type by name, with or without its keyword,
 * and its members behind a dot. False with a message.
 */
bool struct_parse_name(struct session *s, const char *word, struct struct_request *r);
/* Definition as a record: text as gdb's, JSON with its members. */
void struct_define(struct session *s, const struct struct_request *r);
/* Contents in memory, as a list of records. False when nothing could be read, with its message written. */
bool struct_contents(struct session *s, const struct struct_request *r);
/*
 * Why not even a part of what lies in @size bytes at @address can be shown; READ_OK when it can, also where
 * pages were excluded: those are told in their places.
 */
enum read_status struct_status(const struct type_env *env, uint64_t address, uint64_t size);
/* session_env(), but addresses are those of the current task's user space. NULL with a message. */
const struct type_env *struct_user_env(struct session *s);

#endif
