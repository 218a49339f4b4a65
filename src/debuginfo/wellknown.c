/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/wellknown.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "type/declare.h"

/*
 * Only variables whose type has stayed the same for as long as the symbol has
 * existed, or whose changes leave the old type's name unknown. Arrays whose
 * length depends on the configuration have none here.
 */
static const struct wellknown {
	const char *name, *type;
} table[] = {
	{"__cpu_active_mask", "struct cpumask"},
	{"__cpu_online_mask", "struct cpumask"},
	{"__cpu_possible_mask", "struct cpumask"},
	{"__cpu_present_mask", "struct cpumask"},
	{"__log_buf", "char []"},
	{"__per_cpu_offset", "unsigned long []"},
	{"_totalram_pages", "atomic_long_t"},
	{"avenrun", "unsigned long [3]"},
	{"bdi_list", "struct list_head"},
	{"boot_cpu_data", "struct cpuinfo_x86"},
	{"cad_pid", "struct pid *"},
	{"cgroup_roots", "struct list_head"},
	{"cgrp_dfl_root", "struct cgroup_root"},
	{"chrdevs", "struct char_device_struct *[255]"},
	{"clocksource_list", "struct list_head"},
	{"console_drivers", "struct console *"},
	{"console_list", "struct hlist_head"}, /* since 6.2 */
	{"crashk_res", "struct resource"},
	{"dentry_hashtable", "struct hlist_bl_head *"},
	{"devices_kset", "struct kset *"},
	{"elfcorehdr_addr", "unsigned long long"},
	{"file_systems", "struct file_system_type *"},
	{"high_memory", "void *"},
	{"hstates", "struct hstate []"},
	{"init_cred", "struct cred"},
	{"init_css_set", "struct css_set"},
	{"init_files", "struct files_struct"},
	{"init_fs", "struct fs_struct"},
	{"init_ipc_ns", "struct ipc_namespace"},
	{"init_mm", "struct mm_struct"},
	{"init_net", "struct net"},
	{"init_nsproxy", "struct nsproxy"},
	{"init_pid_ns", "struct pid_namespace"},
	{"init_struct_pid", "struct pid"},
	{"init_task", "struct task_struct"},
	{"init_top_pgt", "pgd_t []"},
	{"init_user_ns", "struct user_namespace"},
	{"init_uts_ns", "struct uts_namespace"},
	{"inode_hashtable", "struct hlist_head *"},
	{"iomem_resource", "struct resource"},
	{"ioport_resource", "struct resource"},
	{"irq_desc_tree", "struct xarray"},
	{"jiffies", "unsigned long"},
	{"jiffies_64", "u64"},
	{"kexec_crash_image", "struct kimage *"},
	{"linux_banner", "const char []"},
	{"linux_proc_banner", "const char []"},
	{"log_buf", "char *"},
	{"log_buf_len", "u32"},
	{"logbuf_lock", "raw_spinlock_t"},
	{"max_low_pfn", "unsigned long"},
	{"max_pfn", "unsigned long"},
	{"mem_map", "struct page *"},
	{"memblock", "struct memblock"},
	{"min_low_pfn", "unsigned long"},
	{"module_mutex", "struct mutex"},
	{"modules", "struct list_head"},
	{"mount_hashtable", "struct hlist_head *"},
	{"net_namespace_list", "struct list_head"},
	{"node_data", "pg_data_t *[]"},
	{"node_states", "nodemask_t []"},
	{"nr_cpu_ids", "unsigned int"},
	{"nr_swapfiles", "unsigned int"},
	{"nr_threads", "int"},
	{"oops_in_progress", "int"},
	{"page_offset_base", "unsigned long"},
	{"panic_cpu", "atomic_t"},
	{"panic_notifier_list", "struct atomic_notifier_head"},
	{"panic_on_oops", "int"},
	{"panic_timeout", "int"},
	{"phys_base", "unsigned long"},
	{"prb", "struct printk_ringbuffer *"},
	{"proc_root", "struct proc_dir_entry"},
	{"rcu_state", "struct rcu_state"},
	{"root_mem_cgroup", "struct mem_cgroup *"},
	{"root_task_group", "struct task_group"},
	{"root_user", "struct user_struct"},
	{"runqueues", "struct rq"},
	{"saved_command_line", "char *"},
	{"shadow_timekeeper", "struct timekeeper"},
	{"slab_caches", "struct list_head"},
	{"sparse_irqs", "struct maple_tree"}, /* since 6.5 */
	{"super_blocks", "struct list_head"},
	{"swap_info", "struct swap_info_struct *[]"},
	{"swapper_pg_dir", "pgd_t []"},
	{"system_highpri_wq", "struct workqueue_struct *"},
	{"system_state", "enum system_states"},
	{"system_unbound_wq", "struct workqueue_struct *"},
	{"system_wq", "struct workqueue_struct *"},
	{"tainted_mask", "unsigned long"},
	{"tasklist_lock", "rwlock_t"},
	{"tcp_hashinfo", "struct inet_hashinfo"},
	{"tcp_prot", "struct proto"},
	{"tty_drivers", "struct list_head"},
	{"tty_fops", "const struct file_operations"},
	{"udp_prot", "struct proto"},
	{"vm_node_stat", "atomic_long_t []"},
	{"vm_zone_stat", "atomic_long_t []"},
	{"vmalloc_base", "unsigned long"},
	{"vmap_area_list", "struct list_head"},
	{"vmap_area_root", "struct rb_root"},
	{"vmcoreinfo_data", "unsigned char *"},
	{"vmcoreinfo_size", "size_t"},
	{"vmemmap_base", "unsigned long"},
	{"vmlist", "struct vm_struct *"},
	{"workqueues", "struct list_head"},
};

static int by_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct wellknown *)entry)->name);
}

static const struct type *symbol(struct type_source *s, const char *name)
{
	const struct wellknown *found =
		bsearch(name, table, sizeof(table) / sizeof(table[0]), sizeof(table[0]), by_name);
	const struct type *t = found ? type_parse(s->data, found->type) : NULL;

	if (found && !t)
		fail_clear(); /* this kernel has no such type: then the symbol's is unknown */
	return t;
}

static void each(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context)
{
	(void)s;
	(void)fn;
	(void)context;
}

static const struct type_source_ops wellknown_ops = {
	.name = "well known", .symbol = symbol, .each = each, /* no types of its own */
};

struct type_source *wellknown_source(struct arena *a, struct types *ts)
{
	struct type_source *s = arena_new(a, struct type_source);

	*s = (struct type_source){&wellknown_ops, "well known symbols", ts};
	return s;
}
