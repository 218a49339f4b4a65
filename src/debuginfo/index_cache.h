/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder in which indices of names are kept from one session to the next, each
 * under the build-id of its file. Whatever goes wrong with it is no error: an
 * index that cannot be read or written is made anew each time.
 */
#ifndef DEBUGINFO_INDEX_CACHE_H
#define DEBUGINFO_INDEX_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

enum {
	INDEX_CACHE_MOST = 512 << 20
}; /* bytes in the folder; the indices that were not used for longest go */

/* Where they are kept, in a folder "index" of it; made when needed. NULL, as in the beginning: nowhere. */
void index_cache_set_folder(const char *folder);
/* What is kept of that build-id, to be closed; NULL without a message. */
struct file *index_cache_open(const char *build_id);
/* Other sessions see the old one or the new one, never a part. */
void index_cache_save(const char *build_id, const uint8_t *data, size_t size);
/* Remove what was not used for longest until at most @most bytes are left in a folder of indices. */
void index_cache_trim(const char *folder, uint64_t most);

#endif
