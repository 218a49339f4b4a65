// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process of known content in a guest, and the small programs the guest's script cannot write in
 * shell. Built static for the guest.
 *
 *   helper state           many kinds of sleep, memory, files and sockets; prints what is where
 *   helper trigger F W     waits for SIGUSR1, then writes the word W to the file F
 *   helper spin CPU        runs in user space on that CPU for ever
 *   helper write F W       writes the word W to the file F now
 *
 * argv[0] becomes the name of the process (its comm).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define HUGE_BYTES (2u << 20)

static char in_data[64] = "inquest: a string in the data segment";
static char in_bss[64];
static uint64_t numbers[4] = {0x1122334455667788, 0xdeadbeefcafebabe, 42, UINT64_MAX};
static int pipe_ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all_started;

static void fail(const char *what)
{
	printf("@@FAIL helper: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	exit(1);
}

static void tell(const char *name, const void *address, const char *text)
{
	printf("%s 0x%llx %s\n", name, (unsigned long long)(uintptr_t)address, text);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

static void write_word(const char *file, const char *word)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		fail(file);
	close(fd);
}

/* The kinds of sleep, one thread each; the thread's name says which. */

static void sleep_nanosleep(void)
{
	for (;;)
		sleep(100000);
}

static void sleep_futex(void)
{
	pthread_mutex_lock(&mutex);
}

static void sleep_pipe(void)
{
	char byte;

	if (read(pipe_ends[0], &byte, 1) < 0)
		fail("read of the pipe");
}

static void sleep_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = epoll_create1(0);

	epoll_ctl(fd, EPOLL_CTL_ADD, pipe_ends[0], &event);
	epoll_wait(fd, &event, 1, -1);
}

static void sleep_realtime(void)
{
	struct sched_param parameters = {.sched_priority = 20};

	if (sched_setscheduler(0, SCHED_FIFO, &parameters))
		fail("sched_setscheduler");
	sleep_nanosleep();
}

static void sleep_nice(void)
{
	if (setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 7))
		fail("setpriority");
	poll(NULL, 0, -1);
}

static const struct kind {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{"inq-nanosleep", sleep_nanosleep}, {"inq-futex", sleep_futex},   {"inq-pipe", sleep_pipe},
	{"inq-epoll", sleep_epoll},         {"inq-fifo", sleep_realtime}, {"inq-nice", sleep_nice},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void *thread(void *argument)
{
	const struct kind *kind = argument;

	prctl(PR_SET_NAME, kind->name);
	printf("thread %ld %s\n", syscall(SYS_gettid), kind->name);
	pthread_barrier_wait(&all_started);
	kind->run();
	return NULL;
}

static void start_threads(void)
{
	pthread_attr_t small;
	pthread_t unused;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	pthread_barrier_init(&all_started, NULL, KINDS + 1);
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; i < KINDS; i++)
		if (pthread_create(&unused, &small, thread, (void *)&kinds[i]))
			fail("pthread_create");
	pthread_barrier_wait(&all_started);
}

/* Children: one that nobody waits for, one that is stopped. */
static void start_children(void)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_NAME, "inq-zombie");
		_exit(3);
	}
	printf("child %d inq-zombie\n", child);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_NAME, "inq-stopped");
		raise(SIGSTOP);
		_exit(0);
	}
	printf("child %d inq-stopped\n", child);
}

static void make_memory(void)
{
	const int private = MAP_PRIVATE | MAP_ANONYMOUS;
	char *heap = malloc(64), *anonymous, *file, *huge, *forbidden;
	int fd;

	snprintf(in_bss, sizeof(in_bss), "inquest: a string in the bss");
	snprintf(heap, 64, "inquest: a string on the heap");
	anonymous = mmap(NULL, 16 << 12, PROT_READ | PROT_WRITE, private, -1, 0);
	snprintf(anonymous + 0x1ff8, 64, "inquest: a string across two pages");
	fd = open("/mnt/scratch/mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, 8192))
		fail("/mnt/scratch/mapped");
	file = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	snprintf(file, 64, "inquest: a string in a mapped file");
	forbidden = mmap(NULL, 1 << 20, PROT_NONE, private, -1, 0);
	huge = mmap(NULL, 3 * HUGE_BYTES, PROT_READ | PROT_WRITE, private, -1, 0);
	if (anonymous == MAP_FAILED || file == MAP_FAILED || forbidden == MAP_FAILED || huge == MAP_FAILED)
		fail("mmap");
	huge = (char *)(((uintptr_t)huge + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1));
	madvise(huge, HUGE_BYTES, MADV_HUGEPAGE);
	memset(huge, 0x5a, HUGE_BYTES);
	snprintf(huge + 0x123450, 64, "inquest: a string in a large page");

	tell("data", in_data, in_data);
	tell("bss", in_bss, in_bss);
	tell("heap", heap, heap);
	tell("anonymous", anonymous + 0x1ff8, anonymous + 0x1ff8);
	tell("mapped_file", file, file);
	tell("large", huge + 0x123450, huge + 0x123450);
	tell("numbers", numbers, "1122334455667788 deadbeefcafebabe 2a ffffffffffffffff");
	tell("forbidden", forbidden, "");
	tell("untouched", anonymous + (12 << 12), "");
}

static void bind_inet(int kind, const char *name, int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, kind, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail(name);
	if (kind == SOCK_STREAM && listen(fd, 5))
		fail(name);
	printf("fd %d %s\n", fd, name);
}

static void make_files(void)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/mnt/scratch/socket"};
	struct itimerspec later = {.it_value.tv_sec = 86400};
	int fd, ends[2];

	printf("fd %d file\n", open("/mnt/scratch/open", O_RDWR | O_CREAT | O_APPEND, 0640));
	fd = open("/mnt/scratch/deleted", O_RDWR | O_CREAT, 0600);
	if (write(fd, "gone", 4) != 4)
		fail("/mnt/scratch/deleted");
	unlink("/mnt/scratch/deleted");
	printf("fd %d deleted\n", fd);
	printf("fd %d directory\n", open("/mnt/scratch", O_RDONLY | O_DIRECTORY));
	bind_inet(SOCK_STREAM, "tcp_listen_4242", 4242);
	bind_inet(SOCK_DGRAM, "udp_4343", 4343);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)) || listen(fd, 3))
		fail(local.sun_path);
	printf("fd %d unix_listen\n", fd);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends))
		fail("socketpair");
	printf("fd %d unix_pair\nfd %d unix_pair\n", ends[0], ends[1]);
	printf("fd %d eventfd\n", eventfd(12, 0));
	fd = inotify_init1(0);
	inotify_add_watch(fd, "/mnt/scratch", IN_CREATE);
	printf("fd %d inotify\n", fd);
	fd = timerfd_create(CLOCK_MONOTONIC, 0);
	timerfd_settime(fd, 0, &later, NULL);
	printf("fd %d timerfd\n", fd);
	printf("fd %d pipe\nfd %d pipe\n", pipe_ends[0], pipe_ends[1]);
}

static void set_limits(void)
{
	const struct rlimit files = {100, 200}, core = {0, 12345 << 10};

	if (setrlimit(RLIMIT_NOFILE, &files) || setrlimit(RLIMIT_CORE, &core))
		fail("setrlimit");
}

static int state(void)
{
	char on_stack[64];

	snprintf(on_stack, sizeof(on_stack), "inquest: a string on the stack");
	tell("stack", on_stack, on_stack);
	if (pipe(pipe_ends))
		fail("pipe");
	set_limits();
	umask(027);
	make_memory();
	make_files();
	start_children();
	start_threads();
	printf("@@READY state\n");
	fflush(stdout);
	sleep_nanosleep();
	return 0;
}

static int trigger(const char *file, const char *word)
{
	sigset_t set;
	int received, console;

	pin(0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	printf("@@READY trigger\n");
	fflush(stdout);
	sigwait(&set, &received);
	/* What the script printed lies in the terminal's buffer; the kernel's last words would overtake it.
	 */
	console = open("/dev/console", O_WRONLY | O_NOCTTY);
	if (console >= 0)
		tcdrain(console);
	write_word(file, word);
	return 0;
}

static void spin(int cpu)
{
	pin(cpu);
	for (volatile unsigned long turns = 0;; turns++)
		;
}

int main(int count, char **words)
{
	const char *verb = count > 1 ? words[1] : "";

	if (!strcmp(verb, "state"))
		return state();
	if (!strcmp(verb, "spin") && count > 2)
		spin(atoi(words[2]));
	if (!strcmp(verb, "trigger") && count > 3)
		return trigger(words[2], words[3]);
	if (!strcmp(verb, "write") && count > 3) {
		write_word(words[2], words[3]);
		return 0;
	}
	fprintf(stderr, "helper: unknown verb '%s'\n", verb);
	return 2;
}
