/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is a dump file: recognise, open, look at everything, read where it says that memory is. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump/dump.h"
#include "dump/vmcoreinfo.h"

enum { MOST_RANGES = 32, MOST_SCANNED = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_around(struct dump *d, uint64_t paddr)
{
	uint8_t buffer[5000];
	uint64_t offset;

	dump_read(d, paddr, buffer, sizeof(buffer), NULL);
	dump_read(d, paddr - 8, buffer, 16, NULL);
	dump_page_status(d, paddr);
	dump_file_offset(d, paddr, &offset);
}

static void look_at(struct dump *d)
{
	const struct dump_range *ranges;
	const struct dump_note *notes;
	size_t n = dump_ranges(d, &ranges), n_notes = dump_notes(d, &notes);
	uint64_t memory = 0, sum = 0;
	struct arena a = {0};

	for (size_t i = 0; i < n_notes; i++)
		for (size_t k = 0; k < notes[i].size; k++)
			sum += notes[i].desc[k];
	for (size_t i = 0; i < n; i++) {
		memory += ranges[i].end - ranges[i].start;
		if (i < MOST_RANGES) {
			read_around(d, ranges[i].start);
			read_around(d, ranges[i].end);
			read_around(d, ranges[i].start + (ranges[i].end - ranges[i].start) / 2);
		}
	}
	read_around(d, sum);
	/* a few header bytes can claim any amount of memory */
	if (memory <= MOST_SCANNED)
		vmcoreinfo_scan(&a, d);
	if (dump_vmcoreinfo(d))
		vmcoreinfo_parse(&a, dump_vmcoreinfo(d));
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char path[32];
	const char *paths[1] = {path};
	struct dump *d;

	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size) {
		file_recognise(path);
		d = dump_open(paths, 1);
		if (d)
			look_at(d);
		dump_close(d);
	}
	close(fd);
	return 0;
}
