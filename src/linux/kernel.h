/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as its own objects. Everything is found when first asked for and kept. */
#ifndef LINUX_KERNEL_H
#define LINUX_KERNEL_H

#include "target/target.h"

struct tasks;
struct modules;

/* What uname says. "" where unknown. */
struct uts {
	const char *sysname, *nodename, *release, *version, *machine, *domainname;
};

struct kernel {
	struct target *target;
	struct arena *arena;
	const char *module_dir; /* --mod */
	/* each: NULL until asked for by its function below */
	struct uts *uts;
	struct cpus *cpus;
	struct runqueue *runqueues;
	bool runqueues_tried;
	struct tasks *tasks;
	struct modules *modules;
	struct panic *panic;
	struct memory_facts *memory;
	struct clock_facts *clock;
	struct page_facts *pages;
	struct slab_names *slabs;
	uint64_t stack_size; /* of kernel stacks, 0 not known yet */
};

/* Never fails; the parts fail each on their own. */
struct kernel *kernel_open(struct arena *a, struct target *t);
/* At the end of the session, before target_close(): closes what was opened for it, modules' debug files. NULL
 * is fine. */
void kernel_close(struct kernel *k);

const struct uts *kernel_uts(struct kernel *k);

/* CPU masks. A mask that cannot be read is taken from a coarser one (present, possible). */
struct cpus {
	unsigned n;                   /* nr_cpu_ids: CPUs are 0..n-1 */
	unsigned n_online, n_present; /* 0 when no mask can be read */
	uint8_t *online;              /* 0 or 1 per CPU */
	uint8_t *present, *possible;
};
const struct cpus *kernel_cpus(struct kernel *k);

/* Time. Values are unknown as the flags say. */
struct clock_facts {
	bool has_now, has_uptime, has_hz, has_load;
	uint64_t now;    /* wall clock at the crash, seconds since the epoch */
	uint64_t boot;   /* wall clock at boot */
	uint64_t uptime; /* seconds */
	uint64_t jiffies;
	unsigned hz;
	unsigned load[3]; /* hundredths */
	const char *now_from;
};
const struct clock_facts *kernel_clock(struct kernel *k);

/* Memory size. */
struct memory_facts {
	bool known;
	uint64_t bytes; /* as the banner shows it: the next GB when no more than 64 MB are missing to it */
	uint64_t total_pages; /* present pages of all nodes: the base of %MEM */
	bool has_usable;
	uint64_t usable_pages; /* totalram: what the page allocator was given */
};
const struct memory_facts *kernel_memory(struct kernel *k);

#endif
