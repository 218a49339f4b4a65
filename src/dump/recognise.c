/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kind of file a path names, told by content only. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dump/elf_header.h"
#include "dump/format.h"

enum { HEAD_SIZE = 4096, MOST_SEGMENTS = 4096, MOST_NOTES = 4096 };

/* Files that are something else, said by name: most were meant to be something we do read. */
struct magic {
	size_t offset;
	const char *bytes;
	size_t size;
	const char *what;
};

#define MAGIC(OFFSET, BYTES, WHAT)                                                                           \
	{                                                                                                    \
		(OFFSET), (BYTES), sizeof(BYTES) - 1, (WHAT)                                                 \
	}

static const struct magic magics[] = {
	MAGIC(0, "\x1f\x8b", "is a gzip file: decompress it first"),
	MAGIC(0,
	      "\xfd"
	      "7zXZ\0",
	      "is an xz file: decompress it first"),
	MAGIC(0, "BZh", "is a bzip2 file: decompress it first"),
	MAGIC(0, "\x28\xb5\x2f\xfd", "is a zstd file: decompress it first"),
	MAGIC(0, "\x04\x22\x4d\x18", "is an lz4 file: decompress it first"),
	MAGIC(0, "\x89LZO\0\r\n\x1a\n", "is an lzop file: decompress it first"),
	MAGIC(0, "PK\x03\x04", "is a zip file: extract it first"),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", "is a 7-Zip file: extract it first"),
	MAGIC(257, "ustar", "is a tar archive: extract it first"),
	MAGIC(0, "!<arch>\n", "is a package or archive: extract it first"),
	MAGIC(0, "QEVM", "is a saved machine state of QEMU, which is not supported: use dump-guest-memory"),
	MAGIC(0, "LibvirtQemudSave",
	      "is a libvirt save file, which is not supported: use virsh dump --memory-only"),
	MAGIC(0, "\xa8\x19\x01\x73\x61\x8f\x23\xfd", "is an s390 stand-alone dump, which is not supported"),
	MAGIC(0, "\xd2\xbe\xd2\xbe", "is a VMware state file, which is not supported"),
	MAGIC(0, "PAGEDU64", "is a Windows crash dump"),
	MAGIC(0, "QFI\xfb", "is a qcow2 disk image"),
	MAGIC(514, "HdrS", "is a bootable kernel image without symbols: its vmlinux is needed"),
	MAGIC(56, "ARM\x64", "is a bootable kernel image without symbols: its vmlinux is needed"),
	MAGIC(56, "RSC\x05", "is a bootable kernel image without symbols: its vmlinux is needed"),
};

/* "ffffffff81000000 T _text": address, type, name. */
static bool is_map_line(const char *line, size_t n)
{
	size_t i = strspn(line, "0123456789abcdefABCDEF");

	return (i == 8 || i == 16) && n > i + 3 && line[i] == ' ' && line[i + 2] == ' ' &&
	       strchr("AaBbCcDdGgNnRrSsTtUuVvWw?", line[i + 1]) != NULL && line[i + 1] && line[i + 3] > ' ';
}

/* The first lines, as far as they are whole. */
static bool is_system_map(const char *text)
{
	int lines = 0;

	for (; lines < 8; lines++) {
		const char *end = strchr(text, '\n');

		if (!end)
			break;
		if (!is_map_line(text, (size_t)(end - text)))
			return false;
		text = end + 1;
	}
	return lines > 0;
}

/* Only processes have these notes in their cores: NT_AUXV, NT_SIGINFO, NT_FILE. */
static bool has_process_notes(const struct elf_header *h, const uint8_t *notes, size_t size)
{
	struct cursor c = cursor_over(notes, size, h->order, 4);

	while (cursor_left(&c) >= 12) {
		uint32_t name_size = cursor_u32(&c), desc_size = cursor_u32(&c), type = cursor_u32(&c);
		const uint8_t *name = cursor_take(&c, name_size);

		if (name && name_size == 5 && memcmp(name, "CORE", 5) == 0 &&
		    (type == 6 || type == 0x53494749 || type == 0x46494c45))
			return true;
		cursor_align(&c, 4);
		cursor_take(&c, desc_size);
		cursor_align(&c, 4);
	}
	return false;
}

struct segments {
	bool interpreter, process_notes;
	uint64_t loads, physical; /* how many, and how many of them with a physical address */
};

static struct segments look_at_segments(struct source *s, const struct elf_header *h)
{
	struct segments found = {0};

	for (unsigned i = 0; i < h->phnum && i < MOST_SEGMENTS; i++) {
		uint8_t bytes[56];
		struct elf_segment seg;

		if (h->phentsize < elf_segment_size(h) ||
		    source_read(s, h->phoff + (uint64_t)i * h->phentsize, bytes, elf_segment_size(h), NULL) !=
			    READ_OK)
			break;
		seg = elf_segment_parse(h, bytes);
		found.interpreter |= seg.type == ELF_PT_INTERP;
		if (seg.type == ELF_PT_NOTE && h->type == ELF_ET_CORE) {
			uint8_t notes[MOST_NOTES];
			size_t size = seg.filesz < sizeof(notes) ? (size_t)seg.filesz : sizeof(notes);

			source_read(s, seg.offset, notes, size, &size);
			found.process_notes |= has_process_notes(h, notes, size);
		}
		if (seg.type == ELF_PT_LOAD) {
			found.loads++;
			found.physical += seg.paddr != 0;
		}
	}
	return found;
}

static enum file_kind recognise_elf(struct source *s, const struct elf_header *h)
{
	struct segments found = look_at_segments(s, h);

	switch (h->type) {
	case ELF_ET_CORE:
		if (!found.process_notes || found.physical)
			return FILE_DUMP;
		fail("%s: is a core dump of a process, not of a kernel", s->path);
		return FILE_UNKNOWN;
	case ELF_ET_EXEC:
	case ELF_ET_DYN:
		if (!found.interpreter)
			return FILE_KERNEL;
		fail("%s: is a program, not a kernel", s->path);
		return FILE_UNKNOWN;
	case ELF_ET_REL:
		fail("%s: is a kernel module or another object file, not a kernel (mod -s loads modules)",
		     s->path);
		return FILE_UNKNOWN;
	default: fail("%s: is an ELF file of unknown type %u", s->path, h->type); return FILE_UNKNOWN;
	}
}

static bool is_plain_text(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' && !strchr("\t\n\r\f", *text))
			return false;
	return true;
}

static enum file_kind recognise(struct source *s)
{
	uint8_t head[HEAD_SIZE + 1];
	struct elf_header h;
	size_t n;

	source_read(s, 0, head, HEAD_SIZE, &n);
	head[n] = '\0';
	if (kdump_format.probe(head, n))
		return FILE_DUMP;
	if (elf_header_parse(head, n, &h))
		return recognise_elf(s, &h);
	if (is_system_map((const char *)head))
		return FILE_SYSTEM_MAP;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *m = &magics[i];

		if (m->offset + m->size <= n && memcmp(head + m->offset, m->bytes, m->size) == 0) {
			fail("%s: %s", s->path, m->what);
			return FILE_UNKNOWN;
		}
	}
	if (n >= 4 && memcmp(head, "\177ELF", 4) == 0)
		fail("%s: is a damaged ELF file", s->path);
	else if (strlen((const char *)head) == n && is_plain_text((const char *)head))
		fail("%s: is a text file, neither a dump nor a kernel nor a System.map", s->path);
	else
		fail("%s: is neither a dump of a known format nor a kernel nor a System.map", s->path);
	return FILE_UNKNOWN;
}

enum file_kind file_recognise(const char *path)
{
	struct arena arena = {0};
	struct source *s;
	enum file_kind kind = FILE_UNKNOWN;

	/* whether its files are there is said when they are opened */
	if (raw_is_spec(path))
		return FILE_DUMP;
	s = source_open(&arena, path);
	if (s)
		kind = recognise(s);
	source_close(s);
	arena_free(&arena);
	return kind;
}
