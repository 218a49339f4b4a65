/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What time it was, how long the kernel had run, and how busy it had been. */
#include "base/error.h"
#include "base/text.h"
#include "linux/fields.h"
#include "linux/kernel.h"

enum { TK_XTIME_SEC, TK_KTIME_SEC, TK_NTP_TICK, TK_OFFS_BOOT, N_TK };

static const char *const timekeeper_names[] = {
	[TK_XTIME_SEC] = "xtime_sec",
	[TK_KTIME_SEC] = "ktime_sec",                /* 9e3680b1750b (v3.19) */
	[TK_NTP_TICK] = "ntp_tick",                  /* 375f45b5b53a (v3.17): nanoseconds << 32 */
	[TK_OFFS_BOOT] = "offs_boot|offs_boot.tv64", /* ktime_t was a union until v4.10 */
};

/* A wall clock that no machine with kdump has shown or will show for a while is some other word of memory. */
static bool plausible(uint64_t seconds)
{
	return seconds > 0 && seconds < 4102444800; /* the year 2100 */
}

static bool read_timekeeper(struct target *t, const struct fields *f, uint64_t address, struct object *tk)
{
	uint64_t now;

	object_read(t, t->arena, f, address, tk);
	return object_uint(tk, t, TK_XTIME_SEC, &now) == READ_OK && plausible(now);
}

/*
 * The core timekeeper. It moved from a variable (3.2) into an unnamed struct behind a
 * sequence count (3fdb14fd1df7, v3.17), into struct tk_data (v6.13), and into an array of
 * them (v6.17).
 */
static bool find_timekeeper(struct target *t, struct object *tk)
{
	struct fields *f = arena_new(t->arena, struct fields);
	uint64_t address, offset;

	if (!fields_resolve(t, f, "timekeeper", timekeeper_names, N_TK))
		return false;
	if (target_symbol(t, "timekeeper_data", &address))
		return offset_of(t, "tk_data", "timekeeper", &offset) &&
		       read_timekeeper(t, f, address + offset, tk);
	if (target_symbol(t, "tk_core", &address)) {
		uint64_t count;

		if (offset_of(t, "tk_data", "timekeeper", &offset))
			return read_timekeeper(t, f, address + offset, tk);
		/* The unnamed struct's type is in no BTF: the count, then the timekeeper at its alignment. */
		count = size_of(t, "seqcount_raw_spinlock_t|seqcount_raw_spinlock|seqcount_t|seqcount");
		for (uint64_t align = 4; align <= 64; align *= 2) {
			offset = ((count ? count : 4) + align - 1) / align * align;
			if (read_timekeeper(t, f, address + offset, tk))
				return true;
		}
		return false;
	}
	return target_symbol(t, "timekeeper", &address) && read_timekeeper(t, f, address, tk);
}

static bool read_now(struct target *t, const struct object *tk, struct clock_facts *c)
{
	const char *crashtime = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "CRASHTIME") : NULL;
	uint64_t address;

	c->now_from = "timekeeper";
	if (tk && object_uint(tk, t, TK_XTIME_SEC, &c->now) == READ_OK)
		return true;
	c->now_from = "xtime";
	if (target_symbol(t, "xtime", &address) && target_read_word(t, address, &c->now) == READ_OK &&
	    plausible(c->now))
		return true;
	c->now_from = "CRASHTIME of VMCOREINFO";
	if (crashtime && parse_number(crashtime, 10, &c->now) && plausible(c->now))
		return true;
	c->now_from = "time stamp of the dump";
	c->now = t->dump ? dump_info(t->dump)->timestamp : 0;
	return plausible(c->now);
}

static bool read_hz(struct target *t, const struct object *tk, struct clock_facts *c)
{
	uint64_t address, tick = 0;

	if (tk)
		tick = object_get(tk, t, TK_NTP_TICK, 0) >> 32;
	if (!tick && target_symbol(t, "tick_nsec", &address) &&
	    target_read_word(t, address, &tick) != READ_OK)
		tick = 0;
	/* From HZ=24 (some embedded boards) to 10000; NTP may bend a tick by half a thousandth. */
	if (tick < 100000 || tick > 50000000)
		return false;
	c->hz = (unsigned)((1000000000 + tick / 2) / tick);
	return true;
}

static bool read_uptime(struct target *t, const struct object *tk, struct clock_facts *c)
{
	uint64_t address;

	if (target_symbol(t, "jiffies_64", &address))
		target_read_uint(t, address, 8, &c->jiffies);
	if (tk && object_uint(tk, t, TK_KTIME_SEC, &c->uptime) == READ_OK)
		return true;
	if (!c->has_hz || !c->jiffies)
		return false;
	/* INITIAL_JIFFIES: five minutes before the 32-bit counter wraps (include/linux/jiffies.h). */
	c->uptime = (c->jiffies - (uint32_t)(-300 * (int32_t)c->hz)) / c->hz;
	return true;
}

/* avenrun[]: fixed point with 11 bits of fraction (include/linux/sched/loadavg.h), rounded as /proc/loadavg.
 */
static bool read_load(struct target *t, struct clock_facts *c)
{
	uint64_t address;

	if (!target_symbol(t, "avenrun", &address))
		return false;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t value;

		if (target_read_word(t, address + i * t->word_size, &value) != READ_OK)
			return false;
		c->load[i] = (unsigned)((value + 2048 / 200) * 100 >> 11);
	}
	return true;
}

const struct clock_facts *kernel_clock(struct kernel *k)
{
	struct target *t = k->target;
	struct clock_facts *c;
	struct object tk;
	bool has_tk;

	if (k->clock)
		return k->clock;
	c = arena_new(k->arena, struct clock_facts);
	has_tk = find_timekeeper(t, &tk);
	c->has_now = read_now(t, has_tk ? &tk : NULL, c);
	c->has_hz = read_hz(t, has_tk ? &tk : NULL, c);
	c->has_uptime = read_uptime(t, has_tk ? &tk : NULL, c);
	c->has_load = read_load(t, c);
	if (c->has_now && c->has_uptime) {
		uint64_t suspended = has_tk ? object_get(&tk, t, TK_OFFS_BOOT, 0) / 1000000000 : 0;

		c->boot = c->now - c->uptime - suspended;
	}
	fail_clear();
	return k->clock = c;
}
