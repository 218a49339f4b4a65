/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mkdump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "mkdump_private.h"

_Noreturn void mkdump_mistake(const char *what, const char *line)
{
	fprintf(stderr, "mkdump: %s: %s\n", what, line);
	exit(3);
}

uint8_t mkdump_count(uint64_t pfn, size_t offset)
{
	return (uint8_t)(pfn * 7 + offset / 8 + offset * offset / 64);
}

uint8_t mkdump_text(size_t offset)
{
	static const char *const comm[] = {"swapper/0", "kworker/1:2", "sh", "kthreadd"};
	static char text[PAGE + 128];
	size_t n = 0;

	for (unsigned i = 0; !text[PAGE - 1] && n < PAGE; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%04x: jiffies %u, comm %s\n", i * 32,
				      i * 37, comm[i % 4]);
	return (uint8_t)text[offset];
}

uint8_t mkdump_byte(uint64_t paddr)
{
	return (uint8_t)(paddr * 5 + (paddr >> 8) + (paddr >> 16));
}

static uint64_t number(const char *s, const char *line)
{
	uint64_t value;

	if (!s || !parse_number(s, 0, &value))
		mkdump_mistake("a number is missing", line);
	return value;
}

static struct page *find_page(struct description *d, uint64_t pfn, bool make)
{
	size_t i = d->n_pages;

	while (i && d->pages[i - 1].pfn > pfn)
		i--;
	if (i && d->pages[i - 1].pfn == pfn)
		return &d->pages[i - 1];
	if (!make || d->n_pages == MOST_PAGES)
		mkdump_mistake("no such page, or too many", "");
	memmove(&d->pages[i + 1], &d->pages[i], (d->n_pages - i) * sizeof(struct page));
	d->n_pages++;
	d->pages[i] = (struct page){.pfn = pfn, .flags = d->compress};
	return &d->pages[i];
}

/* "\n" for a line feed. */
static size_t unescape(const char *s, char *to)
{
	size_t n = 0;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'n') {
			to[n++] = '\n';
			s++;
		} else {
			to[n++] = *s;
		}
	}
	to[n] = '\0';
	return n;
}

static void add_note(struct description *d, const char *name, uint32_t type, const char *escaped)
{
	char text[LINE];
	size_t n = unescape(escaped, text), name_size = strlen(name) + 1;
	uint8_t *p = d->notes + d->notes_size;
	size_t size = 12 + (name_size + 3) / 4 * 4 + (n + 3) / 4 * 4;

	if (d->notes_size + size > sizeof(d->notes))
		mkdump_mistake("too many notes", name);
	put_uint(p, 4, name_size, d->order);
	put_uint(p + 4, 4, n, d->order);
	put_uint(p + 8, 4, type, d->order);
	memcpy(p + 12, name, name_size);
	memcpy(p + 12 + (name_size + 3) / 4 * 4, text, n);
	d->notes_size += size;
}

static void set_abi(struct description *d, const char *abi)
{
	d->word = abi[0] == '6' ? 8 : 4;
	d->order = abi[2] == 'b' ? ORDER_BIG : ORDER_LITTLE;
	d->align8 = strstr(abi, "pack") ? 4 : 8;
	d->time = d->word;
}

static int compression(const char *name, const char *line)
{
	static const struct {
		const char *name;
		int flag;
	} all[] = {{"none", 0}, {"zlib", 1}, {"lzo", 2}, {"snappy", 4}, {"zstd", 0x20}};

	for (size_t i = 0; name && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(name, all[i].name) == 0)
			return all[i].flag;
	mkdump_mistake("unknown compression", line);
}

static void add_page(struct description *d, uint64_t pfn, const char *kind, const char *argument)
{
	struct page *p = find_page(d, pfn, true);

	p->flags = d->compress;
	p->text = strcmp(kind, "text") == 0;
	for (size_t i = 0; i < PAGE; i++)
		p->data[i] = p->text                                 ? mkdump_text(i)
			     : strcmp(kind, "count") == 0            ? mkdump_count(pfn, i)
			     : argument && strcmp(kind, "fill") == 0 ? (uint8_t)argument[0]
								     : 0;
}

static void put_in_page(struct description *d, const char *line, char **w)
{
	struct page *p = find_page(d, number(w[1], line), false);
	uint64_t offset = number(w[2], line);
	char text[LINE] = "";
	size_t n;

	p->text = false;
	if (strcmp(w[0], "word") == 0) {
		put_uint(p->data + offset, number(w[3], line), number(w[4], line), d->order);
		return;
	}
	n = unescape(w[3], text);
	memcpy(p->data + offset, text, n);
}

/* A line is cut into words; the last of those asked for takes the rest. */
static size_t cut(char *line, char **w, size_t most)
{
	size_t n = 0;

	while (n < most) {
		while (*line == ' ' || *line == '\t')
			line++;
		if (!*line)
			break;
		w[n++] = line;
		if (n == most)
			break;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = '\0';
	}
	for (size_t i = n; i < most; i++)
		w[i] = NULL;
	return n;
}

/* Settings that are one number. */
static bool set_number(struct description *d, const char *key, const char *value, const char *line)
{
	struct {
		const char *key;
		uint32_t *to;
		uint64_t *to64;
	} all[] = {
		{"block", &d->block, NULL},       {"version", &d->version, NULL},
		{"status", &d->status, NULL},     {"level", &d->level, NULL},
		{"bitmaps", &d->bitmaps, NULL},   {"flags", &d->e_flags, NULL},
		{"max", NULL, &d->max},           {"phys_base", NULL, &d->phys_base},
		{"truncate", NULL, &d->truncate}, {"flat-cut", NULL, &d->flat_cut},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(key, all[i].key) != 0)
			continue;
		if (all[i].to)
			*all[i].to = (uint32_t)number(value, line);
		else if (all[i].to64)
			*all[i].to64 = number(value, line);
		return true;
	}
	return false;
}

static void text_line(struct description *d, char *line)
{
	static const struct {
		const char *key;
		size_t words;
	} rests[] = {{"note", 4}, {"bytes", 4}, {"vmcoreinfo", 2}, {"eraseinfo", 2}};
	char whole[LINE], key[32], *w[6];
	size_t most = 6;

	snprintf(whole, sizeof(whole), "%s", line);
	if (sscanf(whole, "%31s", key) != 1)
		return;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++)
		if (strcmp(key, rests[i].key) == 0)
			most = rests[i].words;
	memset(w, 0, sizeof(w));
	cut(line, w, most);
	if (strcmp(key, "format") == 0) {
		d->elf = strcmp(w[1], "elf") == 0;
		d->diskdump = strcmp(w[1], "diskdump") == 0;
	} else if (strcmp(key, "abi") == 0) {
		set_abi(d, w[1]);
	} else if (strcmp(key, "time64") == 0) {
		d->time = 8;
	} else if (strcmp(key, "machine") == 0) {
		snprintf(d->machine, sizeof(d->machine), "%s", w[1] ? w[1] : "");
		d->e_machine = d->elf ? (uint32_t)number(w[1], whole) : 0;
	} else if (strcmp(key, "release") == 0) {
		snprintf(d->release, sizeof(d->release), "%s", w[1] ? w[1] : "");
	} else if (strcmp(key, "split") == 0) {
		d->split = true;
		d->split_start = number(w[1], whole);
		d->split_end = number(w[2], whole);
	} else if (strcmp(key, "excluded") == 0) {
		d->excluded[d->n_excluded].from = number(w[1], whole);
		d->excluded[d->n_excluded++].to = number(w[2], whole);
	} else if (strcmp(key, "lost") == 0) {
		find_page(d, number(w[1], whole), true)->lost = true;
	} else if (strcmp(key, "vmcoreinfo") == 0) {
		unescape(w[1], d->vmcoreinfo);
	} else if (strcmp(key, "eraseinfo") == 0) {
		unescape(w[1], d->eraseinfo);
	} else if (strcmp(key, "note") == 0) {
		add_note(d, w[1], (uint32_t)number(w[2], whole), w[3] ? w[3] : "");
	} else if (strcmp(key, "compress") == 0) {
		d->compress = compression(w[1], whole);
	} else if (strcmp(key, "page") == 0) {
		add_page(d, number(w[1], whole), w[2], w[3]);
	} else if (strcmp(key, "bytes") == 0 || strcmp(key, "word") == 0) {
		put_in_page(d, whole, w);
	} else if (strcmp(key, "segment") == 0) {
		d->segments[d->n_segments].paddr = number(w[1], whole);
		d->segments[d->n_segments].filesz = number(w[2], whole);
		d->segments[d->n_segments++].memsz = number(w[3], whole);
	} else if (strcmp(key, "poke") == 0) {
		d->pokes[d->n_pokes].offset = number(w[1], whole);
		d->pokes[d->n_pokes].size = number(w[2], whole);
		d->pokes[d->n_pokes++].value = number(w[3], whole);
	} else if (strcmp(key, "xnum") == 0) {
		d->xnum = true;
	} else if (!set_number(d, key, w[1], whole) && strcmp(key, "flat") != 0) {
		mkdump_mistake("unknown line", whole);
	}
	d->flat |= strncmp(key, "flat", 4) == 0;
}

static void read_text(struct description *d, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ";\n");
		char line[LINE];

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		text_line(d, line);
		text += n + (text[n] != '\0');
	}
}

uint8_t *mkdump_bytes_of(size_t *size, const char *const *texts)
{
	struct description *d = calloc(1, sizeof(*d));
	uint8_t *out;

	if (!d)
		mkdump_mistake("out of memory", "");
	d->block = 1024;
	d->version = 6;
	d->bitmaps = 2;
	d->max = 64;
	d->level = 31;
	set_abi(d, "64le");
	for (; *texts; texts++)
		read_text(d, *texts);
	if (d->elf)
		mkdump_elf(d);
	else
		mkdump_kdump(d);
	for (size_t i = 0; i < d->n_pokes; i++)
		put_uint(mkdump_at(d, d->pokes[i].offset, d->pokes[i].size), d->pokes[i].size,
			 d->pokes[i].value, d->order);
	if (d->flat)
		mkdump_flatten(d);
	if (d->truncate && d->truncate < d->size)
		d->size = d->truncate;
	*size = d->size;
	out = d->out;
	free(d);
	return out;
}

char *mkdump_file_of(const void *bytes, size_t size)
{
	int fd = memfd_create("mkdump", MFD_CLOEXEC);
	char path[64];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		mkdump_mistake("cannot make a file", "");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return strdup(path);
}

void mkdump_close(char *path)
{
	close((int)strtol(strrchr(path, '/') + 1, NULL, 10));
	free(path);
}

char *mkdump_file_from(const char *const *texts)
{
	size_t size;
	uint8_t *out = mkdump_bytes_of(&size, texts);
	char *path = mkdump_file_of(out, size);

	free(out);
	return path;
}
