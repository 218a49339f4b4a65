/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/status.h"

const char *read_status_text(enum read_status status)
{
	switch (status) {
	case READ_OK: return "read";
	case READ_EXCLUDED: return "page excluded";
	case READ_LOST: return "lost: the dump is incomplete";
	case READ_UNMAPPED: return "not mapped";
	case READ_NOT_RAM: return "not RAM";
	case READ_ERROR: return "read error";
	}
	return "unknown";
}
