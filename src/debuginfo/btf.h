/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BTF (Documentation/bpf/btf.rst, include/uapi/linux/btf.h) as a producer of types. */
#ifndef DEBUGINFO_BTF_H
#define DEBUGINFO_BTF_H

#include "base/bytes.h"
#include "type/type.h"

/*
 * Types of a .BTF section or of the same bytes in the kernel's memory. @base is
 * the vmlinux source when @data is a module's split BTF, else NULL. The bytes
 * must stay. Only headers and offsets are looked at here. NULL with a message.
 */
struct type_source *btf_source(struct arena *a, const uint8_t *data, size_t size, uint8_t word_size,
			       struct type_source *base, const char *label);
/* Offset of a per-CPU variable in its DATASEC, from the start of the per-CPU area; false when unknown. */
bool btf_percpu_offset(struct type_source *s, const char *name, uint64_t *offset);

#endif
