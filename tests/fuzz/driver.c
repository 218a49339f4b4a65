/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fuzz target (LLVMFuzzerTestOneInput) on mutations of seed inputs, where clang's libFuzzer is not at
 *hand.
 *
 *	fuzz_NAME [--seconds N] [--runs N] [--seed N] [--max-size N] [--hang N] [--out FOLDER] [FILE |
 *FOLDER]...
 *
 * First every seed as it is, then mutations of them until the time or the number of runs is over (--runs 0:
 *only the seeds, to replay a finding). The sequence depends on --seed and the seeds alone. Compiled with
 * -fsanitize-coverage=trace-pc (-Dfuzz=coverage), inputs that reach new code become seeds themselves.
 *
 * The target runs in a child process and the input lies in memory that the parent shares, so whatever ends
 *the child (a signal, a sanitizer, exit(), a hang of --hang seconds) leaves the input to be saved as
 *FOLDER/NAME-HASH. One result line at the end, "ok NAME: ..." or "not ok NAME: ..."; exit status 1 when there
 *is a finding.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The sanitizers' names. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __sanitizer_cov_trace_pc(void);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* Allocations are to be proportional to the input: no input is near this. */
const char *__asan_default_options(void)
{
	return "max_allocation_size_mb=512:detect_stack_use_after_return=0:handle_abort=1";
}

const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1";
}

struct input {
	uint8_t *data;
	size_t size;
};

/* What child and parent share. */
struct shared {
	uint64_t runs;
	uint64_t found; /* seeds added for new coverage */
	bool done;
	size_t size;
	uint8_t data[];
};

static struct shared *shared;
static struct input *pool;
static size_t pool_count, pool_room, max_size = 1 << 20;

static void fatal(const char *what)
{
	perror(what);
	exit(2);
}

static void pool_add(const uint8_t *data, size_t size)
{
	struct input in = {malloc(size ? size : 1), size};

	if (pool_count == pool_room) {
		struct input *more;

		pool_room = pool_room ? pool_room * 2 : 64;
		more = realloc(pool, pool_room * sizeof *pool);
		if (!more)
			fatal("pool");
		pool = more;
	}
	if (!in.data)
		fatal("pool");
	if (size)
		memcpy(in.data, data, size);
	pool[pool_count++] = in;
}

/* Seeds. */

static void seed_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buffer = malloc(max_size);
	size_t n;

	if (!f || !buffer)
		fatal(path);
	n = fread(buffer, 1, max_size, f);
	if (ferror(f))
		fatal(path);
	fclose(f);
	pool_add(buffer, n);
	free(buffer);
}

static void seed_path(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n;

	if (stat(path, &st) != 0)
		fatal(path);
	if (!S_ISDIR(st.st_mode)) {
		seed_file(path);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	if (n < 0)
		fatal(path);
	for (int i = 0; i < n; i++) {
		char *full;

		if (names[i]->d_name[0] != '.') {
			if (asprintf(&full, "%s/%s", path, names[i]->d_name) < 0)
				fatal(path);
			seed_path(full);
			free(full);
		}
		free(names[i]);
	}
	free(names);
}

/* Random numbers: xorshift64*. */

static uint64_t rng = 1;

static uint64_t random_u64(void)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return rng * UINT64_C(0x2545f4914f6cdd1d);
}

static size_t below(size_t n)
{
	return n ? (random_u64() >> 11) % n : 0;
}

/* Lengths are mostly short. */
static size_t short_length(size_t most)
{
	static const size_t scale[] = {4, 16, 64, 1024, 65536};
	size_t n = 1 + below(scale[below(sizeof scale / sizeof scale[0])]);

	return n < most ? n : most;
}

/* Coverage: which edges the last run took, and which were ever taken, by how many times (in powers of two).
 */

enum { MAP = 1 << 16 };
static uint8_t hits[MAP], seen[MAP];
static uint32_t touched[MAP];
static size_t touched_count;
static uintptr_t last_pc;

#if defined(__has_attribute)
#if __has_attribute(no_sanitize_coverage)
#define UNTRACED __attribute__((no_sanitize_coverage, no_sanitize("address", "undefined")))
#endif
#endif
#ifndef UNTRACED
#define UNTRACED
#endif

UNTRACED void __sanitizer_cov_trace_pc(void)
{
	/* Relative to this program, so that address randomisation changes nothing. */
	uintptr_t pc = (uintptr_t)__builtin_return_address(0) - (uintptr_t)LLVMFuzzerTestOneInput;
	uint32_t i = (uint32_t)((pc ^ (last_pc << 1) ^ (pc >> 16)) & (MAP - 1));

	last_pc = pc;
	if (hits[i] == 0 && touched_count < MAP)
		touched[touched_count++] = i;
	if (hits[i] < UINT8_MAX)
		hits[i]++;
}

UNTRACED static bool coverage_is_new(void)
{
	bool new = false;

	for (size_t i = 0; i < touched_count; i++) {
		uint32_t t = touched[i];
		uint8_t bucket = (uint8_t)(1U << (31 - __builtin_clz(hits[t])));

		new |= (seen[t] & bucket) == 0;
		seen[t] |= bucket;
	}
	return new;
}

UNTRACED static void coverage_reset(void)
{
	for (size_t i = 0; i < touched_count; i++)
		hits[touched[i]] = 0;
	touched_count = 0;
	last_pc = 0;
}

/* Mutations, in place, of shared->data. */

static void write_integer(uint8_t *p, size_t width, uint64_t value, bool big)
{
	for (size_t i = 0; i < width; i++)
		p[big ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

static uint64_t read_integer(const uint8_t *p, size_t width, bool big)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++)
		value |= (uint64_t)p[big ? width - 1 - i : i] << (8 * i);
	return value;
}

static uint64_t interesting(size_t size)
{
	static const uint64_t fixed[] = {0,
					 1,
					 2,
					 7,
					 8,
					 0x7f,
					 0x80,
					 0xff,
					 0x100,
					 0xfff,
					 0x1000,
					 0x7fff,
					 0x8000,
					 0xffff,
					 0x10000,
					 0x7fffffff,
					 0x80000000,
					 0xffffffff,
					 0x100000000,
					 UINT64_C(0x7fffffffffffffff),
					 UINT64_C(0x8000000000000000),
					 UINT64_MAX,
					 UINT64_MAX - 1,
					 UINT64_MAX - 7,
					 UINT64_MAX - 0xfff};
	size_t pick = below(sizeof fixed / sizeof fixed[0] + 6);

	if (pick < sizeof fixed / sizeof fixed[0])
		return fixed[pick];
	/* Lengths and offsets go wrong around the input's own size. */
	return pick & 1 ? size + below(3) - 1 : below(size + 1);
}

static void cut(size_t from, size_t n)
{
	memmove(shared->data + from, shared->data + from + n, shared->size - from - n);
	shared->size -= n;
}

static void insert(size_t at, size_t n)
{
	memmove(shared->data + at + n, shared->data + at, shared->size - at);
	shared->size += n;
}

static void mutate_once(void)
{
	uint8_t *d = shared->data;
	size_t size = shared->size;
	size_t at = below(size), room = max_size - size;
	size_t width = (size_t)1 << below(4), n;
	bool big = below(2);

	if (size == 0) {
		if (room == 0)
			return;
		insert(0, 1);
		d[0] = (uint8_t)random_u64();
		return;
	}
	switch (below(11)) {
	case 0: d[at] ^= (uint8_t)(1U << below(8)); break;
	case 1: d[at] = (uint8_t)random_u64(); break;
	case 2:
	case 3:
		if (at + width <= size)
			write_integer(d + at, width, interesting(size), big);
		break;
	case 4:
		if (at + width <= size)
			write_integer(d + at, width, read_integer(d + at, width, big) + below(33) - 16, big);
		break;
	case 5: cut(at, short_length(size - at)); break;
	case 6: shared->size = at; break;
	case 7: /* repeat a piece of its own, in place of or before another */
		n = short_length(size - at);
		if (below(2)) {
			memmove(d + below(size - n + 1), d + at, n);
		} else if (n <= room) {
			size_t to = below(size);

			insert(to, n);
			memmove(d + to, d + (at < to ? at : at + n < size ? at + n : at), n);
		}
		break;
	case 8: /* a piece of another seed */
		if (pool_count > 0) {
			const struct input *other = &pool[below(pool_count)];
			size_t from = below(other->size);

			n = short_length(other->size - from);
			if (n > size - at)
				n = size - at;
			if (n)
				memcpy(d + at, other->data + from, n);
		}
		break;
	case 9: /* the rest of another seed */
		if (pool_count > 0) {
			const struct input *other = &pool[below(pool_count)];

			if (at < other->size) {
				memcpy(d + at, other->data + at, other->size - at);
				shared->size = other->size;
			}
		}
		break;
	default: memset(d + at, below(2) ? 0 : 0xff, short_length(size - at)); break;
	}
}

static void run_once(void)
{
	/* A copy of exactly its size, so that a sanitizer sees the first byte read past it. */
	uint8_t *copy = malloc(shared->size ? shared->size : 1);

	if (!copy)
		fatal("copy");
	memcpy(copy, shared->data, shared->size);
	coverage_reset();
	LLVMFuzzerTestOneInput(copy, shared->size);
	free(copy);
	__atomic_fetch_add(&shared->runs, 1, __ATOMIC_RELEASE);
}

static void load(const struct input *in)
{
	memcpy(shared->data, in->data, in->size);
	shared->size = in->size;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The child: never returns. */
static void fuzz(double seconds, uint64_t runs)
{
	double end = now() + seconds;
	size_t seeds = pool_count;
	size_t bytes = 0;

	for (size_t i = 0; i < seeds; i++) {
		load(&pool[i]);
		run_once();
		coverage_is_new();
	}
	for (uint64_t r = 0; r < runs && ((r & 15) || now() < end); r++) {
		/* Half the time among the newest, which are the least explored. */
		size_t half = below(2) ? pool_count / 2 : 0;

		load(&pool[half + below(pool_count - half)]);
		for (size_t n = 1 + below(6); n > 0; n--)
			mutate_once();
		run_once();
		if (coverage_is_new() && bytes < (64U << 20)) {
			pool_add(shared->data, shared->size);
			bytes += shared->size;
			shared->found++;
		}
	}
	for (size_t i = 0; i < pool_count; i++)
		free(pool[i].data);
	free(pool);
	shared->done = true;
	exit(0); /* with the check for leaks */
}

static void save(const char *folder, const char *name, char *path, size_t room)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	FILE *f;

	for (size_t i = 0; i < shared->size; i++)
		hash = (hash ^ shared->data[i]) * UINT64_C(0x100000001b3);
	snprintf(path, room, "%s/%s-%016" PRIx64, folder, name, hash);
	f = fopen(path, "wb");
	if (!f || fwrite(shared->data, 1, shared->size, f) != shared->size || fclose(f) != 0)
		fatal(path);
}

/* Waits for the child; the reason why it failed, or NULL. */
static const char *watch(pid_t child, double hang, char *why, size_t room)
{
	double since = now();
	uint64_t runs = 0;
	bool hung = false;
	int status;

	for (;;) {
		pid_t got = waitpid(child, &status, WNOHANG);

		if (got < 0)
			fatal("waitpid");
		if (got == child)
			break;
		if (__atomic_load_n(&shared->runs, __ATOMIC_ACQUIRE) != runs) {
			runs = __atomic_load_n(&shared->runs, __ATOMIC_ACQUIRE);
			since = now();
		} else if (now() - since > hang && !hung) {
			hung = true;
			kill(child, SIGABRT); /* which shows where it was, under a sanitizer */
			since = now();
		} else if (hung && now() - since > 5) {
			kill(child, SIGKILL);
		}
		usleep(20000);
	}
	if (hung)
		snprintf(why, room, "no end within %g s", hang);
	else if (WIFSIGNALED(status))
		snprintf(why, room, "killed by signal %d", WTERMSIG(status));
	else if (shared->done && WEXITSTATUS(status) != 0)
		snprintf(why, room, "something leaks (exit status %d after the last run)",
			 WEXITSTATUS(status));
	else if (WEXITSTATUS(status) != 0 || !shared->done)
		snprintf(why, room, "exit status %d", WEXITSTATUS(status));
	else
		return NULL;
	return why;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	const char *out = ".";
	double seconds = 10, hang = 20, start = now();
	uint64_t runs = UINT64_MAX, seed = 1;
	char why[128], path[4096];
	pid_t child;
	int i;

	for (i = 1; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
		const char *value = argv[i + 1];

		if (strcmp(argv[i], "--seconds") == 0) {
			seconds = strtod(value, NULL);
		} else if (strcmp(argv[i], "--runs") == 0) {
			runs = strtoull(value, NULL, 0);
		} else if (strcmp(argv[i], "--seed") == 0) {
			seed = strtoull(value, NULL, 0);
		} else if (strcmp(argv[i], "--max-size") == 0) {
			max_size = strtoull(value, NULL, 0);
		} else if (strcmp(argv[i], "--hang") == 0) {
			hang = strtod(value, NULL);
		} else if (strcmp(argv[i], "--out") == 0) {
			out = value;
		} else {
			fprintf(stderr, "%s: unknown option %s\n", name, argv[i]);
			return 2;
		}
	}
	rng = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	for (; i < argc; i++)
		seed_path(argv[i]);
	if (pool_count == 0)
		pool_add((const uint8_t *)"", 0);
	shared = mmap(NULL, sizeof *shared + max_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		fatal("mmap");
	fflush(NULL);
	child = fork();
	if (child < 0)
		fatal("fork");
	if (child == 0)
		fuzz(seconds, runs);
	if (watch(child, hang, why, sizeof why)) {
		save(out, name, path, sizeof path);
		printf("not ok %s: %s in run %" PRIu64 ", input saved as %s\n", name, why, shared->runs + 1,
		       path);
		return 1;
	}
	printf("ok %s: %" PRIu64 " runs, %zu seeds, %" PRIu64 " found, %.0f s\n", name, shared->runs,
	       pool_count, shared->found, now() - start);
	return 0;
}
