// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module of known content: objects whose number and values a dump can be held to, and two ways to
 * die. It is driven by writing a word to /dev/inquest_test:
 *   oops         follow a null pointer, three calls deep
 *   irq          the same from a timer's interrupt, while the writer runs in the kernel
 *   overflow     call itself until the stack ends
 *   left, right  take two mutexes in opposite orders; the second of the two closes the circle
 *   wait         sleep here until the end
 * Everything a test needs to find again is printed as "inquest_test: NAME = VALUE".
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#define LIST_ITEMS   23
#define TREE_ITEMS   41
#define XARRAY_ITEMS 137
#define XARRAY_STEP  77
#define CACHE_ITEMS  100

enum inquest_colour { INQUEST_RED = 1, INQUEST_GREEN, INQUEST_BLUE = 40 };

struct inquest_item {
	int number;
	char name[16];
	struct list_head link;
	struct rb_node node;
};

struct inquest_sample {
	signed char small;
	unsigned int low : 3, middle : 9, high : 20;
	s64 negative;
	enum inquest_colour colour;
	bool yes;
	char text[24];
	u16 grid[2][3];
	union {
		u32 word;
		u8 bytes[4];
	} both;
	struct {
		int x, y;
	};
	struct inquest_item *item;
	ssize_t (*call)(const char *word);
	struct {
		u64 deep;
	} inner[2];
};

static LIST_HEAD(inquest_list);
static struct rb_root inquest_tree = RB_ROOT;
static DEFINE_XARRAY(inquest_array);
static struct kmem_cache *inquest_cache;
static struct inquest_item *inquest_cached[CACHE_ITEMS];
static DEFINE_PER_CPU(unsigned long, inquest_counter);
static struct task_struct *inquest_thread;
/* Mapped by page tables; a text in it lies across two pages. */
static char *inquest_pages;
static DECLARE_WAIT_QUEUE_HEAD(inquest_never);
static DEFINE_MUTEX(inquest_first);
static DEFINE_MUTEX(inquest_second);
static DECLARE_COMPLETION(inquest_left_ready);
static DECLARE_COMPLETION(inquest_right_ready);
static struct inquest_item *inquest_nothing;
static struct hrtimer inquest_timer;
static unsigned int inquest_depth;

static ssize_t inquest_command(const char *word);

static struct inquest_sample inquest_sample = {
	.small = -5,
	.low = 5,
	.middle = 300,
	.high = 654321,
	.negative = -1234567890123LL,
	.colour = INQUEST_BLUE,
	.yes = true,
	.text = "dead men tell tales",
	.grid = {{1, 2, 3}, {40, 50, 60}},
	.both = {.word = 0x11223344},
	.x = 7,
	.y = -7,
	.call = inquest_command,
	.inner = {{0x0123456789abcdefULL}, {42}},
};

static noinline void inquest_level_three(int number)
{
	pr_info("inquest_test: about to follow a null pointer\n");
	READ_ONCE(inquest_nothing)->number = number; /* FAULT LINE */
	barrier();
}

static noinline void inquest_level_two(int number)
{
	inquest_level_three(number + 1); /* LEVEL TWO CALL */
	barrier();
}

static noinline void inquest_level_one(int number)
{
	inquest_level_two(number * 2); /* LEVEL ONE CALL */
	barrier();
}

static enum hrtimer_restart inquest_tick(struct hrtimer *timer)
{
	inquest_level_one(1); /* TICK CALL */
	return HRTIMER_NORESTART;
}

/* The timer fires on this CPU, in hard interrupt context, while this function runs. */
static noinline void inquest_busy(void)
{
	unsigned int turns;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&inquest_timer, inquest_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
	hrtimer_init(&inquest_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	inquest_timer.function = inquest_tick;
#endif
	hrtimer_start(&inquest_timer, ms_to_ktime(50), HRTIMER_MODE_REL_PINNED_HARD);
	for (turns = 0; turns < 10000; turns++)
		mdelay(1);
}

/* More stack than any kernel gives a task; the depth comes from outside, so that no loop is made of it. */
static noinline unsigned int inquest_deeper(unsigned int depth)
{
	volatile unsigned int room[64];

	room[depth % 64] = depth;
	if (depth < 4096)
		room[0] += inquest_deeper(depth + 1); /* DEEPER CALL */
	return room[depth % 64];
}

static noinline void inquest_take_left(void)
{
	mutex_lock(&inquest_first);
	complete(&inquest_left_ready);
	wait_for_completion(&inquest_right_ready);
	mutex_lock(&inquest_second); /* LEFT LINE */
	mutex_unlock(&inquest_second);
	mutex_unlock(&inquest_first);
}

static noinline void inquest_take_right(void)
{
	mutex_lock(&inquest_second);
	complete(&inquest_right_ready);
	wait_for_completion(&inquest_left_ready);
	mutex_lock(&inquest_first); /* RIGHT LINE */
	mutex_unlock(&inquest_first);
	mutex_unlock(&inquest_second);
}

static noinline void inquest_wait_here(void)
{
	wait_event_interruptible(inquest_never, kthread_should_stop());
	barrier();
}

static ssize_t inquest_command(const char *word)
{
	if (!strcmp(word, "oops"))
		inquest_level_one(strlen(word));
	else if (!strcmp(word, "irq"))
		inquest_busy();
	else if (!strcmp(word, "overflow"))
		inquest_depth = inquest_deeper(strlen(word));
	else if (!strcmp(word, "left"))
		inquest_take_left();
	else if (!strcmp(word, "right"))
		inquest_take_right();
	else if (!strcmp(word, "wait"))
		wait_event_interruptible(inquest_never, false);
	else
		return -EINVAL;
	return 0;
}

static ssize_t inquest_write(struct file *file, const char __user *from, size_t size, loff_t *offset)
{
	char word[16] = "";
	ssize_t result;

	if (size >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, from, size))
		return -EFAULT;
	result = inquest_command(word);
	return result ? result : size;
}

static const struct file_operations inquest_operations = {
	.owner = THIS_MODULE,
	.write = inquest_write,
};

static struct miscdevice inquest_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "inquest_test",
	.fops = &inquest_operations,
};

static int inquest_sleeper(void *unused)
{
	while (!kthread_should_stop())
		inquest_wait_here();
	return 0;
}

static struct inquest_item *inquest_make(const char *kind, int number)
{
	struct inquest_item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	if (item) {
		item->number = number;
		snprintf(item->name, sizeof(item->name), "%s-%d", kind, number);
	}
	return item;
}

static void inquest_tree_add(struct inquest_item *item)
{
	struct rb_node **place = &inquest_tree.rb_node, *parent = NULL;

	while (*place) {
		parent = *place;
		place = item->number < rb_entry(parent, struct inquest_item, node)->number
				? &parent->rb_left
				: &parent->rb_right;
	}
	rb_link_node(&item->node, parent, place);
	rb_insert_color(&item->node, &inquest_tree);
}

static int inquest_fill(void)
{
	struct inquest_item *item;
	int i;

	for (i = 0; i < LIST_ITEMS; i++) {
		item = inquest_make("list", i);
		if (!item)
			return -ENOMEM;
		list_add_tail(&item->link, &inquest_list);
		inquest_sample.item = item;
	}
	for (i = 0; i < TREE_ITEMS; i++) {
		item = inquest_make("tree", (i * 17) % TREE_ITEMS);
		if (!item)
			return -ENOMEM;
		inquest_tree_add(item);
	}
	for (i = 0; i < XARRAY_ITEMS; i++) {
		item = inquest_make("array", i);
		if (!item || xa_err(xa_store(&inquest_array, i * XARRAY_STEP, item, GFP_KERNEL)))
			return -ENOMEM;
	}
	for (i = 0; i < CACHE_ITEMS; i++) {
		inquest_cached[i] = kmem_cache_alloc(inquest_cache, GFP_KERNEL);
		if (!inquest_cached[i])
			return -ENOMEM;
		inquest_cached[i]->number = i;
	}
	for_each_possible_cpu(i) per_cpu(inquest_counter, i) = 1000 + i;
	inquest_pages = vzalloc(3 * PAGE_SIZE);
	if (!inquest_pages)
		return -ENOMEM;
	strcpy(inquest_pages + PAGE_SIZE - 12, "inquest: a string in vmalloc's pages");
	return 0;
}

static void inquest_report(void)
{
	struct inquest_item *item;
	int i = 0;

	pr_info("inquest_test: list = %px\n", &inquest_list);
	pr_info("inquest_test: list_items = %d\n", LIST_ITEMS);
	list_for_each_entry(item, &inquest_list, link)
		pr_info("inquest_test: list_item_%d = %px\n", i++, item);
	pr_info("inquest_test: tree = %px\n", &inquest_tree);
	pr_info("inquest_test: tree_items = %d\n", TREE_ITEMS);
	pr_info("inquest_test: tree_root = %px\n", rb_entry(inquest_tree.rb_node, struct inquest_item, node));
	pr_info("inquest_test: array = %px\n", &inquest_array);
	pr_info("inquest_test: array_items = %d\n", XARRAY_ITEMS);
	pr_info("inquest_test: array_step = %d\n", XARRAY_STEP);
	pr_info("inquest_test: array_item_0 = %px\n", xa_load(&inquest_array, 0));
	pr_info("inquest_test: array_item_last = %px\n",
		xa_load(&inquest_array, (XARRAY_ITEMS - 1) * XARRAY_STEP));
	pr_info("inquest_test: cache = %px\n", inquest_cache);
	pr_info("inquest_test: cache_items = %d\n", CACHE_ITEMS);
	pr_info("inquest_test: cache_item_0 = %px\n", inquest_cached[0]);
	pr_info("inquest_test: sample = %px\n", &inquest_sample);
	pr_info("inquest_test: first_mutex = %px\n", &inquest_first);
	pr_info("inquest_test: second_mutex = %px\n", &inquest_second);
	pr_info("inquest_test: thread = %px\n", inquest_thread);
	pr_info("inquest_test: thread_pid = %d\n", inquest_thread->pid);
	pr_info("inquest_test: pages = %px\n", inquest_pages);
	pr_info("inquest_test: pages_text = %px\n", inquest_pages + PAGE_SIZE - 12);
	for_each_possible_cpu(i)
		pr_info("inquest_test: counter_%d = %px\n", i, per_cpu_ptr(&inquest_counter, i));
}

static void inquest_empty(void)
{
	struct inquest_item *item, *next;
	unsigned long index;
	int i;

	list_for_each_entry_safe(item, next, &inquest_list, link) kfree(item);
	rbtree_postorder_for_each_entry_safe(item, next, &inquest_tree, node) kfree(item);
	xa_for_each(&inquest_array, index, item) kfree(item);
	xa_destroy(&inquest_array);
	for (i = 0; i < CACHE_ITEMS && inquest_cached[i]; i++)
		kmem_cache_free(inquest_cache, inquest_cached[i]);
	kmem_cache_destroy(inquest_cache);
	vfree(inquest_pages);
}

static int __init inquest_init(void)
{
	int error;

	inquest_cache = kmem_cache_create("inquest_item", sizeof(struct inquest_item), 0,
					  SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	if (!inquest_cache)
		return -ENOMEM;
	error = inquest_fill();
	if (error)
		goto empty;
	inquest_thread = kthread_run(inquest_sleeper, NULL, "inquest_sleeper");
	if (IS_ERR(inquest_thread)) {
		error = PTR_ERR(inquest_thread);
		goto empty;
	}
	error = misc_register(&inquest_device);
	if (error)
		goto stop;
	inquest_report();
	return 0;
stop:
	kthread_stop(inquest_thread);
empty:
	inquest_empty();
	return error;
}

static void __exit inquest_exit(void)
{
	misc_deregister(&inquest_device);
	kthread_stop(inquest_thread);
	inquest_empty();
}

module_init(inquest_init);
module_exit(inquest_exit);
MODULE_DESCRIPTION("Objects and crashes for the tests of inquest");
MODULE_LICENSE("GPL");
