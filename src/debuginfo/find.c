/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"
#include "debuginfo/elf_file.h"

enum { MOST_DEPTH = 16, MOST_FILES = 1 << 18, MOST_TOLD = 24 };

/* A search, and what it has to say should it find nothing. */
struct search {
	struct arena *arena;
	const char *release, *build_id;
	struct text told;
	unsigned n_told;
	const char *fallback; /* the right file, but without debug information */
};

static void tell(struct search *s, const char *path, const char *why)
{
	if (s->n_told++ < MOST_TOLD)
		text_printf(&s->told, "\n    %s%s%s%s", path, why ? " (" : "", why ? why : "",
			    why ? ")" : "");
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Does the file belong to what is looked for? Says why not. */
static bool belongs(struct search *s, const char *path, bool is_kernel, bool *has_dwarf)
{
	struct elf_file *e = elf_file_open(path);
	const char *id, *banner, *why = NULL;

	if (!e) {
		tell(s, path, "is not a usable ELF file");
		return false;
	}
	id = elf_file_build_id(e);
	if (s->build_id && id && strcmp(id, s->build_id) != 0) {
		why = arena_printf(s->arena, "has build-id %s, not %s", id, s->build_id);
	} else if (is_kernel && s->release && !(s->build_id && id)) {
		size_t n = strlen(s->release);

		banner = elf_file_banner(e);
		/* a separate debug file has no banner, and nothing speaks against it */
		if (banner && (strncmp(banner + 14, s->release, n) != 0 || banner[14 + n] != ' '))
			why = arena_printf(s->arena, "is of another kernel: %.60s", banner);
	}
	*has_dwarf = elf_file_has_dwarf(e);
	elf_file_close(e);
	if (why)
		tell(s, path, why);
	return !why;
}

/* Take @path if it is the right file; one without debug information is kept in case there is no better one.
 */
static const char *try_path(struct search *s, const char *path, bool is_kernel)
{
	bool has_dwarf;

	if (!is_file(path)) {
		if (is_kernel)
			tell(s, path, NULL);
		return NULL;
	}
	if (!belongs(s, path, is_kernel, &has_dwarf))
		return NULL;
	if (has_dwarf || is_kernel)
		return path;
	if (!s->fallback)
		s->fallback = path;
	return NULL;
}

static const char *build_id_path(struct search *s)
{
	if (!s->build_id || strlen(s->build_id) < 3)
		return NULL;
	return arena_printf(s->arena, "/usr/lib/debug/.build-id/%.2s/%s.debug", s->build_id, s->build_id + 2);
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(a, path, (size_t)(slash - path) + (slash == path)) : ".";
}

/* End a search that found nothing. */
static const char *nothing(struct search *s, const char *what)
{
	if (s->n_told > MOST_TOLD)
		text_printf(&s->told, "\n    and %u more", s->n_told - MOST_TOLD);
	fail("no %s; looked at:%s", what, s->n_told ? text_str(&s->told) : " nothing");
	text_free(&s->told);
	return NULL;
}

const char *find_vmlinux(struct arena *a, const char *release, const char *build_id, const char *dump_path)
{
	static const char *const in_dump_folder[] = {"vmlinux", "vmlinux-%s", "vmlinux-%s.debug",
						     "vmlinux.debug"};
	/* Debian and Ubuntu; Fedora and RHEL; SUSE; Arch; a kernel built on the spot */
	static const char *const usual[] = {
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
		"/usr/lib/debug/usr/lib/modules/%s/vmlinux",
		"/usr/lib/debug/boot/vmlinux-%s.debug",
		"/usr/lib/debug/usr/lib/modules/%s/vmlinux.debug",
		"/usr/lib/modules/%s/build/vmlinux",
		"/lib/modules/%s/build/vmlinux",
		"/lib/modules/%s/vmlinux",
		"/boot/vmlinux-%s",
	};
	struct search s = {.arena = a, .release = release, .build_id = build_id};
	const char *found = NULL, *folder = dump_path ? folder_of(a, dump_path) : NULL,
		   *by_id = build_id_path(&s);

	for (size_t i = 0; folder && i < sizeof(in_dump_folder) / sizeof(*in_dump_folder) && !found; i++) {
		const char *percent = strstr(in_dump_folder[i], "%s");

		if (!percent)
			found = try_path(&s, arena_printf(a, "%s/%s", folder, in_dump_folder[i]), true);
		else if (release)
			found = try_path(&s, arena_printf(a, "%s/vmlinux-%s%s", folder, release, percent + 2),
					 true);
	}
	if (!found && by_id)
		found = try_path(&s, by_id, true);
	for (size_t i = 0; release && i < sizeof(usual) / sizeof(*usual) && !found; i++) {
		const char *percent = strstr(usual[i], "%s");

		found = try_path(&s,
				 arena_printf(a, "%.*s%s%s", (int)(percent - usual[i]), usual[i], release,
					      percent + 2),
				 true);
	}
	if (!found)
		return nothing(&s, release ? arena_printf(a, "vmlinux of %s", release) : "vmlinux");
	text_free(&s.told);
	return found;
}

/* The module files below a folder; made once for each folder, since every loaded module asks. */
struct listing {
	struct listing *next;
	char *folder;
	struct arena arena;
	VEC(const char *) files;
};

static bool looks_like_module(const char *name)
{
	const char *ko = strstr(name, ".ko");

	return ko && (ko[3] == '\0' || ko[3] == '.');
}

static void list_folder(struct listing *l, const char *folder, unsigned depth)
{
	DIR *dir = depth < MOST_DEPTH ? opendir(folder) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) && l->files.n < MOST_FILES) {
		const char *path;
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		path = arena_printf(&l->arena, "%s/%s", folder, entry->d_name);
		/* links to folders could lead in circles; those to files do no harm */
		if (lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			list_folder(l, path, depth + 1);
		else if (looks_like_module(entry->d_name))
			*vec_push(&l->arena, &l->files) = path;
	}
	if (dir)
		closedir(dir);
}

static struct listing *listing_of(const char *folder)
{
	static struct listing *all;
	struct listing *l;

	for (l = all; l; l = l->next) {
		if (strcmp(l->folder, folder) == 0)
			return l;
	}
	l = xcalloc(1, sizeof(*l));
	l->folder = arena_strdup(&l->arena, folder);
	list_folder(l, folder, 0);
	l->next = all;
	all = l;
	return l;
}

/* "snd-hda.ko.debug" is a file of module "snd_hda". */
static bool is_file_of(const char *path, const char *module, bool *compressed)
{
	const char *slash = strrchr(path, '/'), *p = slash ? slash + 1 : path;
	const char *dot;

	for (; *module; module++, p++) {
		char x = *p == '-' ? '_' : *p, y = *module == '-' ? '_' : *module;

		if (x != y)
			return false;
	}
	if (strncmp(p, ".ko", 3) != 0)
		return false;
	dot = strrchr(p, '.');
	*compressed = strcmp(dot, ".xz") == 0 || strcmp(dot, ".zst") == 0 || strcmp(dot, ".gz") == 0;
	return true;
}

/* The separate debug file that a module's .gnu_debuglink names. */
static const char *try_debuglink(struct search *s, const char *path)
{
	struct elf_file *e = elf_file_open(path);
	const char *folder = folder_of(s->arena, path), *name = NULL, *found = NULL;
	struct elf_section section;
	const uint8_t *data;
	size_t size;

	if (e && elf_file_section(e, ".gnu_debuglink", &section) &&
	    (data = elf_file_data(e, &section, &size)) && memchr(data, '\0', size) && data[0] &&
	    !strchr((const char *)data, '/'))
		name = arena_strdup(s->arena, (const char *)data);
	elf_file_close(e);
	if (!name)
		return NULL;
	for (size_t i = 0; i < 2 && !found; i++) {
		const char *there = arena_printf(s->arena, i ? "%s/.debug/%s" : "%s/%s", folder, name);

		if (strcmp(there, path) != 0)
			found = try_path(s, there, false);
	}
	if (!found)
		found = try_path(s, arena_printf(s->arena, "/usr/lib/debug%s/%s", folder, name), false);
	return found;
}

static const char *try_folder(struct search *s, const char *folder, const char *name)
{
	struct listing *l = listing_of(folder);
	const char *found = NULL;
	bool compressed;

	for (size_t i = 0; i < l->files.n && !found; i++) {
		const char *path = l->files.items[i];

		if (!is_file_of(path, name, &compressed))
			continue;
		if (compressed) {
			tell(s, path, "is compressed");
			continue;
		}
		path = arena_strdup(s->arena, path);
		found = try_path(s, path, false);
		if (!found && s->fallback == path)
			found = try_debuglink(s, path);
	}
	if (!found && !l->files.n)
		tell(s, folder, "holds no modules");
	return found;
}

const char *find_module(struct arena *a, const char *name, const char *release, const char *build_id,
			const char *dir)
{
	static const char *const usual[] = {"/usr/lib/debug/lib/modules/", "/usr/lib/debug/usr/lib/modules/",
					    "/lib/modules/", "/usr/lib/modules/"};
	struct search s = {.arena = a, .release = release, .build_id = build_id};
	const char *found = NULL, *by_id = build_id_path(&s);

	if (dir)
		found = try_folder(&s, dir, name);
	if (!found && by_id)
		found = try_path(&s, by_id, false);
	for (size_t i = 0; release && i < sizeof(usual) / sizeof(*usual) && !found; i++)
		found = try_folder(&s, arena_printf(a, "%s%s", usual[i], release), name);
	if (!found)
		found = s.fallback;
	if (!found)
		return nothing(&s, arena_printf(a, "file of module %s", name));
	text_free(&s.told);
	return found;
}
