/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a read of target memory gave no data. Filtered and truncated dumps are
 * the normal case, so "no data" is a value that listings show, not an error
 * that ends them.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum read_status {
	READ_OK = 0,
	READ_EXCLUDED, /* the page was filtered out when the dump was made */
	READ_LOST,     /* the page belongs to the dump, but the file is cut short or incomplete */
	READ_UNMAPPED, /* the page tables say that nothing is mapped at this virtual address */
	READ_NOT_RAM,  /* a physical address that the dump does not describe as memory */
	READ_ERROR,    /* the file could not be read, or its data are damaged */
};

/* A few words for messages and listings: "page excluded", "not mapped", ... */
const char *read_status_text(enum read_status status);

#endif
