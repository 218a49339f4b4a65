/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/path.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "linux/fields.h"

enum { DENTRY_NAME, DENTRY_PARENT, N_DENTRY };
static const char *const dentry_names[N_DENTRY] = {
	[DENTRY_NAME] = "d_name.name", [DENTRY_PARENT] = "d_parent"};

enum { MOUNT_MNT, MOUNT_PARENT, MOUNT_POINT, MOUNT_ROOT, N_MOUNT };

/* struct mount holds the vfsmount since 7d6fec45a513 (v3.3); before, struct vfsmount had it all */
static const char *const mount_names[N_MOUNT] = {
	[MOUNT_MNT] = "mnt",
	[MOUNT_PARENT] = "mnt_parent",
	[MOUNT_POINT] = "mnt_mountpoint",
	[MOUNT_ROOT] = "mnt.mnt_root|mnt_root",
};

enum { FILE_DENTRY, FILE_MNT, N_FILE };
static const char *const file_names[N_FILE] = {[FILE_DENTRY] = "f_path.dentry", [FILE_MNT] = "f_path.mnt"};

enum { DEEPEST = 256, LONGEST_NAME = 256 };

static bool read_name(struct target *t, const struct object *dentry, char *name)
{
	uint64_t at;

	return object_uint(dentry, t, DENTRY_NAME, &at) == READ_OK &&
	       target_read_string(t, at, name, LONGEST_NAME) == READ_OK && name[0];
}

/* Put "/name" in front of what is there. */
static void prepend(struct arena *a, const char **path, const char *name)
{
	*path = arena_printf(a, "/%s%s", name, *path);
}

const char *path_name(struct kernel *k, struct arena *a, uint64_t dentry, uint64_t vfsmount)
{
	struct target *t = k->target;
	struct fields df, mf;
	const char *path = "";
	uint64_t mount = 0;
	char name[LONGEST_NAME];

	if (!fields_resolve(t, &df, "dentry", dentry_names, N_DENTRY))
		return NULL;
	if (!fields_resolve(t, &mf, "mount|vfsmount", mount_names, N_MOUNT))
		vfsmount = 0;
	if (vfsmount)
		mount = vfsmount - (mf.list[MOUNT_MNT].there ? mf.list[MOUNT_MNT].offset : 0);
	for (unsigned depth = 0; depth < DEEPEST; depth++) {
		uint64_t parent, root = 0;
		struct object o;

		object_read(t, a, &df, dentry, &o);
		parent = object_get(&o, t, DENTRY_PARENT, 0);
		if (mount && field_read(t, &mf, MOUNT_ROOT, mount, &root) == READ_OK && root == dentry) {
			uint64_t up = 0, point = 0;

			field_read(t, &mf, MOUNT_PARENT, mount, &up);
			field_read(t, &mf, MOUNT_POINT, mount, &point);
			if (!up || up == mount || !point)
				break;
			mount = up;
			dentry = point;
			continue;
		}
		if (!read_name(t, &o, name)) {
			if (!*path) {
				fail("the name of dentry %llx cannot be read", (unsigned long long)dentry);
				return NULL;
			}
			prepend(a, &path, "...");
			break;
		}
		if (!parent || parent == dentry) {
			/* a pipe or socket has a name of its own that is no path ("/" for real roots) */
			if (strcmp(name, "/") != 0 && !*path)
				return arena_strdup(a, name);
			break;
		}
		prepend(a, &path, name);
		dentry = parent;
	}
	return *path ? path : "/";
}

const char *path_of_file(struct kernel *k, struct arena *a, uint64_t file)
{
	struct fields f;
	struct object o;
	uint64_t dentry;

	if (!fields_resolve(k->target, &f, "file", file_names, N_FILE))
		return NULL;
	object_read(k->target, a, &f, file, &o);
	dentry = object_get(&o, k->target, FILE_DENTRY, 0);
	if (!dentry) {
		fail("struct file %llx cannot be read: %s", (unsigned long long)file,
		     read_status_text(o.status));
		return NULL;
	}
	return path_name(k, a, dentry, object_get(&o, k->target, FILE_MNT, 0));
}
