// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "kexec -p KERNEL --initrd=FILE --append=TEXT" for a malta board: no distribution has a kexec for big-endian
 * MIPS, and nobody's kexec hands the command line on to this board. The capture kernel is one linked for the
 * reserved memory; it is entered as by the board's own firmware (YAMON): a0..a3 are the number of words, the
 * words, the environment and the size of the memory (arch/mips/fw/lib/cmdline.c).
 */
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KSEG0              0x80000000u
#define KEXEC_ON_CRASH     1
#define KEXEC_ARCH_DEFAULT 0
#define PAGE               4096u
#define MOST               16

struct segment {
	const void *from;
	size_t from_size;
	unsigned long to;
	size_t to_size;
};

static struct segment segments[MOST];
static unsigned int used;
static uint32_t reserved, reserved_end, memory_end;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t pages(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

static void add(const void *from, size_t size, uint32_t to, size_t to_size)
{
	if (used == MOST || to < reserved || to + pages(to_size) > reserved_end)
		fail("a segment outside the reserved memory");
	segments[used++] = (struct segment){from, size, to, pages(to_size)};
}

static void *load(const char *name, size_t *size)
{
	FILE *file = fopen(name, "rb");
	struct stat about;
	void *content;

	if (!file || fstat(fileno(file), &about))
		fail(name);
	*size = about.st_size;
	content = malloc(*size);
	if (!content || fread(content, 1, *size, file) != *size)
		fail(name);
	fclose(file);
	return content;
}

/* The kernel's loaded parts in one piece: they share pages, segments must not. */
static uint32_t add_kernel(const void *file)
{
	const Elf32_Ehdr *image = file;
	const Elf32_Phdr *part = (const void *)((const char *)file + image->e_phoff);
	uint32_t start = UINT32_MAX, end = 0;
	char *content;

	for (int i = 0; i < image->e_phnum; i++) {
		if (part[i].p_type != PT_LOAD)
			continue;
		if (part[i].p_paddr < start)
			start = part[i].p_paddr & ~(PAGE - 1);
		if (part[i].p_paddr + part[i].p_memsz > end)
			end = part[i].p_paddr + part[i].p_memsz;
	}
	content = calloc(1, end - start);
	if (end <= start || !content)
		fail("the kernel has nothing to load");
	for (int i = 0; i < image->e_phnum; i++)
		if (part[i].p_type == PT_LOAD)
			memcpy(content + (part[i].p_paddr - start), (const char *)file + part[i].p_offset,
			       part[i].p_filesz);
	add(content, end - start, start - KSEG0, end - start);
	return image->e_entry;
}

/* Numbers of a file of /proc or /sys that holds them as text; how many there were. */
static int numbers(const char *name, const char *form, ...)
{
	FILE *file = fopen(name, "r");
	va_list places;
	int found = 0;

	if (file) {
		va_start(places, form);
		found = vfscanf(file, form, places);
		va_end(places);
		fclose(file);
	}
	return found;
}

static void find_memory(void)
{
	FILE *file = fopen("/proc/iomem", "r");
	char line[256], name[64];
	unsigned int start, end;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %x-%x : %63[^\n]", &start, &end, name) != 3)
			continue;
		if (!strcmp(name, "Crash kernel")) {
			reserved = start;
			reserved_end = end + 1;
		} else if (!strcmp(name, "System RAM") && end + 1 > memory_end) {
			memory_end = end + 1;
		}
	}
	if (!file || !reserved || !memory_end)
		fail("no memory is reserved for a capture kernel");
	fclose(file);
}

/* What the capture kernel makes /proc/vmcore of: the notes of each CPU and of the kernel, and the memory but
 * its own. */
static size_t describe(char *page)
{
	Elf32_Ehdr *header = (void *)page;
	Elf32_Phdr *entry = (void *)(header + 1);
	unsigned int start, size, cpu;
	char name[128];

	memcpy(header->e_ident, ELFMAG, SELFMAG);
	header->e_ident[EI_CLASS] = ELFCLASS32;
	header->e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
	header->e_ident[EI_VERSION] = header->e_version = EV_CURRENT;
	header->e_type = ET_CORE;
	header->e_machine = EM_MIPS;
	header->e_phoff = header->e_ehsize = sizeof(*header);
	header->e_phentsize = sizeof(*entry);
	for (cpu = 0;; cpu++) {
		snprintf(name, sizeof(name), "/sys/devices/system/cpu/cpu%u/crash_notes", cpu);
		if (numbers(name, "%x", &start) != 1)
			break;
		strcat(name, "_size");
		if (numbers(name, "%u", &size) != 1)
			fail(name);
		*entry++ = (Elf32_Phdr){PT_NOTE, start, 0, start, size, size, 0, 0};
	}
	if (!cpu || numbers("/sys/kernel/vmcoreinfo", "%x %x", &start, &size) != 2)
		fail("the kernel's notes");
	*entry++ = (Elf32_Phdr){PT_NOTE, start, 0, start, size, size, 0, 0};
	*entry++ = (Elf32_Phdr){PT_LOAD, 0, KSEG0, 0, reserved, reserved, PF_R | PF_W | PF_X, 0};
	size = memory_end - reserved_end;
	*entry++ = (Elf32_Phdr){PT_LOAD, reserved_end, KSEG0 + reserved_end, reserved_end,
				size,    size,         PF_R | PF_W | PF_X,   0};
	header->e_phnum = entry - (Elf32_Phdr *)(header + 1);
	return (char *)entry - page;
}

/* The page that is entered first: code, then the firmware's tables of words and environment, then their
 * texts. */
static void enter(char *page, uint32_t at, uint32_t kernel, const char *words)
{
	uint32_t *code = (void *)page, *table = (void *)(page + 64);
	char *text = page + 128;
	uint32_t base = KSEG0 + at;

	table[0] = table[1] = base + 128;          /* argv[0], never read, and the command line */
	table[4] = base + 128 + strlen(words) + 1; /* environment: name, value, end */
	table[5] = table[4] + sizeof("memsize");
	strcpy(text, words);
	strcpy(text + strlen(words) + 1, "memsize");
	sprintf(page + (table[5] - base), "0x%x", memory_end);
	*code++ = 0x34040002;              /* ori a0, zero, 2 */
	*code++ = 0x3c050000 | base >> 16; /* lui a1; ori a1: the words */
	*code++ = 0x34a50000 | ((base + 64) & 0xffff);
	*code++ = 0x3c060000 | base >> 16; /* lui a2; ori a2: the environment */
	*code++ = 0x34c60000 | ((base + 64 + 16) & 0xffff);
	*code++ = 0x3c070000 | memory_end >> 16; /* lui a3; ori a3 */
	*code++ = 0x34e70000 | (memory_end & 0xffff);
	*code++ = 0x3c190000 | kernel >> 16; /* lui t9; ori t9; jr t9; nop */
	*code++ = 0x37390000 | (kernel & 0xffff);
	*code++ = 0x03200008;
	*code++ = 0;
}

int main(int count, char **words)
{
	const char *kernel = NULL, *initrd = NULL, *append = "";
	static char core[PAGE], entry[PAGE], line[2048];
	uint32_t image_entry, core_at, entry_at, initrd_at;
	size_t size, initrd_size;
	void *initrd_content;

	for (int i = 1; i < count; i++) {
		if (!strncmp(words[i], "--initrd=", 9))
			initrd = words[i] + 9;
		else if (!strncmp(words[i], "--append=", 9))
			append = words[i] + 9;
		else if (words[i][0] != '-')
			kernel = words[i];
	}
	if (!kernel || !initrd)
		fail("usage: kexec -p KERNEL --initrd=FILE --append=TEXT");
	find_memory();
	image_entry = add_kernel(load(kernel, &size));
	initrd_content = load(initrd, &initrd_size);
	core_at = reserved_end - PAGE;
	entry_at = core_at - PAGE;
	initrd_at = entry_at - pages(initrd_size);
	add(initrd_content, initrd_size, initrd_at, initrd_size);
	/*
	 * The guest's programs have NaNs that this processor has not. The page at 0 is named, and kept out of
	 * use, since struct page is found right only where memory begins there: alloc_node_mem_map() of
	 * mm/page_alloc.c, Linux 6.1, with ARCH_PFN_OFFSET 0.
	 */
	size = snprintf(line, sizeof(line), "%s ieee754=relaxed elfcorehdr=4K@0x%x", append, core_at);
	snprintf(line + size, sizeof(line) - size, " mem=%uK@%uK memmap=4K$0 rd_start=0x%x rd_size=0x%zx",
		 (reserved_end - reserved) >> 10, reserved >> 10, KSEG0 + initrd_at, initrd_size);
	add(core, describe(core), core_at, PAGE);
	enter(entry, entry_at, image_entry, line);
	add(entry, PAGE, entry_at, PAGE);
	if (syscall(SYS_kexec_load, entry_at, used, segments, KEXEC_ON_CRASH | KEXEC_ARCH_DEFAULT))
		fail("kexec_load");
	return 0;
}
