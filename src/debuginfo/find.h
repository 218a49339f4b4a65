/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where debug files lie: vmlinux by release and build-id, modules' objects and their separate debug files. */
#ifndef DEBUGINFO_FIND_H
#define DEBUGINFO_FIND_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * Look in the usual places (/usr/lib/debug/boot, /usr/lib/debug/lib/modules/R,
 * /boot, /lib/modules/R/build, /usr/lib/debug/.build-id/xx/..., the folder of
 * the dump) for the vmlinux of @release or @build_id; either may be NULL. NULL
 * with a message that lists where it looked.
 */
const char *find_vmlinux(struct arena *a, const char *release, const char *build_id, const char *dump_path);

/*
 * A file whose build-id is not @build_id (where both are known), or whose banner is not of @release, is
 * passed over, and the message says so. Compressed files (.xz, .zst, .gz) are not read, but mentioned.
 */

/*
 * The best file of module @name: its separate debug file if there is one, else
 * the .ko. @dir (may be NULL) is searched first and recursively; "-" and "_"
 * are the same in names. NULL with a message.
 */
const char *find_module(struct arena *a, const char *name, const char *release, const char *build_id,
			const char *dir);

#endif
