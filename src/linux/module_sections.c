/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/module_sections.h"

#include "base/error.h"
#include "base/vec.h"
#include "linux/fields.h"

enum { MODULE_ATTRS, N_MODULE };
static const char *const module_names[N_MODULE] = {[MODULE_ATTRS] = "sect_attrs"};

enum { ATTRS_COUNT, ATTRS_LIST, N_ATTRS };
static const char *const attrs_names[N_ATTRS] = {[ATTRS_COUNT] = "nsections", [ATTRS_LIST] = "attrs"};

enum { SECTION_NAME, SECTION_ADDRESS, N_SECTION };

/* struct module_sect_attr; the name moved into a bin_attribute with ed66f991bb19 (v5.8) */
static const char *const old_names[N_SECTION] = {
	[SECTION_NAME] = "battr.attr.name|name",
	[SECTION_ADDRESS] = "address",
};

/* an array of struct bin_attribute, ended by one without name, since v6.14 */
static const char *const new_names[N_SECTION] = {[SECTION_NAME] = "attr.name", [SECTION_ADDRESS] = "private"};

enum { MOST_SECTIONS = 4096 };

bool module_sections(struct kernel *k, struct arena *a, const struct module *m, struct module_section **list,
		     size_t *n)
{
	struct target *t = k->target;
	struct fields module, attrs, section;
	uint64_t at, count = MOST_SECTIONS;
	VEC(struct module_section) found = {0};

	if (!fields_resolve(t, &module, "module", module_names, N_MODULE) ||
	    !module.list[MODULE_ATTRS].there ||
	    !fields_resolve(t, &attrs, "module_sect_attrs", attrs_names, N_ATTRS) ||
	    !attrs.list[ATTRS_LIST].there)
		return fail("this kernel does not keep the sections of its modules");
	if (attrs.list[ATTRS_COUNT].there) {
		if (!fields_resolve(t, &section, "module_sect_attr", old_names, N_SECTION))
			return false;
	} else if (!fields_resolve(t, &section, "bin_attribute", new_names, N_SECTION)) {
		return false;
	}
	if (field_read(t, &module, MODULE_ATTRS, m->address, &at) != READ_OK || !at)
		return fail("module %s: its sections are not known", m->name);
	if (attrs.list[ATTRS_COUNT].there &&
	    (field_read(t, &attrs, ATTRS_COUNT, at, &count) != READ_OK || count > MOST_SECTIONS))
		return fail("module %s: its list of sections is damaged or not in the dump", m->name);
	at += attrs.list[ATTRS_LIST].offset;
	for (uint64_t i = 0; i < count && section.size; i++, at += section.size) {
		struct module_section *s;
		uint64_t name;
		char text[128];

		if (field_read(t, &section, SECTION_NAME, at, &name) != READ_OK || !name)
			break;
		if (target_read_string(t, name, text, sizeof(text)) != READ_OK)
			continue;
		s = vec_push(a, &found);
		*s = (struct module_section){.name = arena_strdup(a, text)};
		field_read(t, &section, SECTION_ADDRESS, at, &s->address);
	}
	/* the loader gives each CPU a copy and does not count the section among the module's */
	if (found.n && m->percpu_size)
		*vec_push(a, &found) = (struct module_section){.name = ".data..percpu", .address = m->percpu};
	*list = found.items;
	*n = found.n;
	return *n || fail("module %s: none of its sections is known", m->name);
}

const char *module_section_at(struct kernel *k, struct arena *a, const struct module *m, uint64_t address)
{
	const struct module_section *best = NULL;
	struct module_section *list = NULL;
	size_t n = 0;

	if (!module_sections(k, a, m, &list, &n)) {
		fail_clear();
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (list[i].address <= address && (!best || list[i].address > best->address))
			best = &list[i];
	return best ? best->name : NULL;
}
