/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/task_state.h"

#include <string.h>

#include "base/text.h"
#include "linux/task.h"

/* In the order in which their names are joined. */
enum state {
	STATE_INTERRUPTIBLE,
	STATE_UNINTERRUPTIBLE,
	STATE_STOPPED,
	STATE_TRACED,
	STATE_EXIT_DEAD,
	STATE_DEAD,
	STATE_EXIT_ZOMBIE,
	STATE_WAKING,
	STATE_WAKEKILL,
	STATE_NOLOAD,
	STATE_NEW,
	STATE_PARKED,
	STATE_RTLOCK_WAIT,
	STATE_FREEZABLE,
	STATE_FROZEN,
	N_STATES
};

struct task_states {
	uint32_t bit[N_STATES]; /* 0: this kernel has none */
};

static const char *const state_names[N_STATES] = {
	[STATE_INTERRUPTIBLE] = "TASK_INTERRUPTIBLE",
	[STATE_UNINTERRUPTIBLE] = "TASK_UNINTERRUPTIBLE",
	[STATE_STOPPED] = "TASK_STOPPED",
	[STATE_TRACED] = "TASK_TRACED",
	[STATE_EXIT_DEAD] = "EXIT_DEAD",
	[STATE_EXIT_ZOMBIE] = "EXIT_ZOMBIE",
	[STATE_PARKED] = "TASK_PARKED",
	[STATE_DEAD] = "TASK_DEAD",
	[STATE_WAKEKILL] = "TASK_WAKEKILL",
	[STATE_WAKING] = "TASK_WAKING",
	[STATE_NOLOAD] = "TASK_NOLOAD",
	[STATE_NEW] = "TASK_NEW",
	[STATE_RTLOCK_WAIT] = "TASK_RTLOCK_WAIT",
	[STATE_FREEZABLE] = "TASK_FREEZABLE",
	[STATE_FROZEN] = "TASK_FROZEN",
};

/* The numbering since v4.14 (include/linux/sched.h). */
static const struct task_states modern = {.bit = {
						  [STATE_INTERRUPTIBLE] = 0x1,
						  [STATE_UNINTERRUPTIBLE] = 0x2,
						  [STATE_STOPPED] = 0x4,
						  [STATE_TRACED] = 0x8,
						  [STATE_EXIT_DEAD] = 0x10,
						  [STATE_EXIT_ZOMBIE] = 0x20,
						  [STATE_PARKED] = 0x40,
						  [STATE_DEAD] = 0x80,
						  [STATE_WAKEKILL] = 0x100,
						  [STATE_WAKING] = 0x200,
						  [STATE_NOLOAD] = 0x400,
						  [STATE_NEW] = 0x800,
						  [STATE_RTLOCK_WAIT] = 0x1000,
						  [STATE_FREEZABLE] = 0x2000,
						  [STATE_FROZEN] = 0x8000,
					  }};

/* The words of task_state_array (fs/proc/array.c) as they have been at any time; the n-th is for bit n - 1.
 */
static const struct {
	const char *word;
	enum state state;
} state_words[] = {
	{"S (sleeping)", STATE_INTERRUPTIBLE},
	{"D (disk sleep)", STATE_UNINTERRUPTIBLE},
	{"T (stopped)", STATE_STOPPED},
	{"t (tracing stop)", STATE_TRACED},
	{"T (tracing stop)", STATE_TRACED},
	{"X (dead)", STATE_EXIT_DEAD},
	{"Z (zombie)", STATE_EXIT_ZOMBIE},
	{"P (parked)", STATE_PARKED},
	{"x (dead)", STATE_DEAD},
	{"K (wakekill)", STATE_WAKEKILL},
	{"W (waking)", STATE_WAKING},
	{"N (noload)", STATE_NOLOAD},
	{"n (new)", STATE_NEW},
};

enum { WORDS_MAX = 16 };

/*
 * The kernel's own table for /proc/PID/status tells how it numbers the states:
 * EXIT_DEAD and EXIT_ZOMBIE changed places in v3.14, everything from TASK_DEAD
 * moved in v4.14.
 */
static bool read_words(struct target *t, struct task_states *states)
{
	uint64_t array, at;
	char word[24];

	if (!target_symbol(t, "task_state_array", &array))
		return false;
	if (target_read_word(t, array, &at) != READ_OK ||
	    target_read_string(t, target_untag(t, at), word, sizeof word) != READ_OK ||
	    strcmp(word, "R (running)") != 0)
		return false;
	for (unsigned i = 1; i < WORDS_MAX; i++) {
		bool found = false;

		if (target_read_word(t, array + i * t->word_size, &at) != READ_OK ||
		    target_read_string(t, target_untag(t, at), word, sizeof word) != READ_OK)
			break;
		for (size_t w = 0; w < sizeof state_words / sizeof *state_words && !found; w++) {
			found = strcmp(word, state_words[w].word) == 0;
			if (found)
				states->bit[state_words[w].state] = 1u << (i - 1);
		}
		if (!found)
			break;
	}
	return states->bit[STATE_INTERRUPTIBLE] && states->bit[STATE_EXIT_ZOMBIE];
}

const struct task_states *task_states_read(struct kernel *k)
{
	struct task_states *states = arena_new(k->arena, struct task_states);

	if (!read_words(k->target, states)) {
		*states = modern;
		return states;
	}
	if (states->bit[STATE_DEAD] == 0 && states->bit[STATE_PARKED] == modern.bit[STATE_PARKED]) {
		/* Since v4.14 the table holds what may be reported; the rest did not move since. */
		*states = modern;
		return states;
	}
	/* These two had their place before they had a word. */
	states->bit[STATE_NOLOAD] = modern.bit[STATE_NOLOAD];
	states->bit[STATE_NEW] = modern.bit[STATE_NEW];
	return states;
}

/* In this order: the first whose bits are all set gives the letters. */
static const struct {
	const char *letters;
	enum state state, also;
} letters_table[] = {
	{"TR", STATE_TRACED, N_STATES},
	{"ST", STATE_STOPPED, N_STATES},
	{"ZO", STATE_EXIT_ZOMBIE, N_STATES},
	{"ID", STATE_UNINTERRUPTIBLE, STATE_NOLOAD},
	{"UN", STATE_UNINTERRUPTIBLE, N_STATES},
	{"IN", STATE_INTERRUPTIBLE, N_STATES},
	{"DE", STATE_EXIT_DEAD, N_STATES},
	{"PA", STATE_PARKED, N_STATES},
	{"DE", STATE_DEAD, N_STATES},
	{"WA", STATE_WAKING, N_STATES},
	{"NE", STATE_NEW, N_STATES},
	{"UN", STATE_RTLOCK_WAIT, N_STATES},
	{"UN", STATE_FROZEN, N_STATES},
	{"WA", STATE_WAKEKILL, N_STATES},
};

const char *task_state_letters(const struct task_states *states, uint64_t bits)
{
	if (bits == 0)
		return "RU";
	for (size_t i = 0; i < sizeof letters_table / sizeof *letters_table; i++) {
		uint32_t bit = states->bit[letters_table[i].state];
		uint32_t also = letters_table[i].also < N_STATES ? states->bit[letters_table[i].also] : bit;

		if (bit && also && bits & bit && bits & also)
			return letters_table[i].letters;
	}
	return "??";
}

bool task_state_bits(struct kernel *k, const struct task *task, uint64_t *bits)
{
	struct target *t = k->target;

	if (object_uint(&task->object, t, TASK_STATE, bits) != READ_OK)
		return false;
	*bits &= target_word_mask(t);
	*bits |= object_get(&task->object, t, TASK_EXIT_STATE, 0);
	return true;
}

const char *task_state_name(struct kernel *k, struct arena *a, const struct task *task)
{
	const struct task_states *states = k->tasks->states;
	struct text text = {0};
	const char *result;
	uint64_t bits;

	if (!task_state_bits(k, task, &bits))
		return "(unknown)";
	if (bits == 0)
		return "TASK_RUNNING";
	for (unsigned i = 0; i < N_STATES; i++) {
		if (!states->bit[i] || !(bits & states->bit[i]))
			continue;
		if (text.n)
			text_putc(&text, '|');
		text_puts(&text, state_names[i]);
		bits &= ~(uint64_t)states->bit[i];
	}
	if (bits) {
		text_puts(&text, text.n ? "|0x" : "0x");
		text_hex(&text, bits, 0);
	}
	result = arena_strdup(a, text_str(&text));
	text_free(&text);
	return result;
}

/* include/uapi/linux/sched.h; numbers are ABI. NORMAL was called OTHER. */
static const char *const policy_names[] = {"NORMAL", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE", "EXT"};

const char *task_policy_name(struct kernel *k, const struct task *task, uint64_t *policy)
{
	/* SCHED_RESET_ON_FORK was kept in the same word for a while. */
	*policy = object_get(&task->object, k->target, TASK_POLICY, UINT64_MAX);
	if (*policy == UINT64_MAX || (*policy & 0xff) >= sizeof policy_names / sizeof *policy_names)
		return NULL;
	return policy_names[*policy & 0xff];
}

const char *task_situation(struct kernel *k, const struct task *task)
{
	if (!task->active)
		return NULL;
	if (!task->panic)
		return "ACTIVE";
	return kernel_panic(k)->sysrq ? "SYSRQ" : "PANIC";
}
