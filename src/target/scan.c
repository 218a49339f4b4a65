/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "base/search.h"

/*
 * A chunk fits into the cache next to the processor, into which it is read. A batch is what the processors
 * share out among themselves before anything is told: small at first, so that the first result comes soon.
 */
enum { CHUNK = 64 << 10, MOST_CHUNKS = 4096, FIRST_CHUNKS = 64, KEPT = 64 };

struct chunk {
	uint64_t address, physical;
	size_t area;
	uint32_t size;
	uint32_t n;    /* hits kept */
	uint32_t next; /* where there may be more of them; @size: nowhere */
	bool done;
	uint64_t searched, missing[READ_ERROR + 1];
};

/* Where the next chunk comes from. */
struct supply {
	struct target *t;
	struct scan *scan;
	const struct dump_range *ram;
	size_t n_ram;
	struct dump_range everything; /* where there is no dump to ask */
	struct space_runs runs;
	size_t area;
	bool in_area, in_run;
	uint64_t at, run_last;
	uint64_t physical; /* of @at, in a run */
	uint64_t by_table, most_by_table;
};

struct batch {
	struct target *t;
	struct scan *scan;
	struct chunk *chunks;
	size_t n;
	struct scan_hit *hits; /* KEPT of each */
	uint8_t *buffers;      /* one for each worker, and one to tell from */
	size_t buffer_size;
};

/* ---- from areas to chunks ---- */

static void supply_init(struct supply *u, struct target *t, struct scan *scan)
{
	uint64_t sum = 0;

	*u = (struct supply){.t = t, .scan = scan, .everything = {0, UINT64_MAX}};
	u->runs = (struct space_runs){.target = t, .space = scan->space, .skip_repeated = true};
	u->ram = &u->everything;
	u->n_ram = 1;
	if (t->dump)
		u->n_ram = dump_ranges(t->dump, &u->ram);
	for (size_t i = 0; i < u->n_ram; i++)
		sum += u->ram[i].end - u->ram[i].start;
	/* nobody maps all memory this often; tables that lead back to themselves do */
	u->most_by_table = sum > UINT64_MAX / 16 ? UINT64_MAX : 16 * sum + (1ULL << 30);
}

static bool is_by_table(const struct scan *scan, uint64_t address)
{
	const struct space_range *r = scan->space ? space_find(scan->space, address) : NULL;

	return r && r->method == SPACE_TABLE;
}

/* Go on behind @last. */
static void advance(struct supply *u, uint64_t last)
{
	if (last >= u->run_last)
		u->in_run = false;
	if (last >= u->scan->areas[u->area].last) {
		u->in_area = u->in_run = false;
		u->area++;
		return;
	}
	u->physical += last + 1 - u->at;
	u->at = last + 1;
}

/* Find the run that holds the current address. False when the walk was interrupted. */
static bool find_run(struct supply *u)
{
	struct scan_tally *tally = &u->scan->tally;
	uint64_t area_last = u->scan->areas[u->area].last;
	enum read_status status = READ_OK;

	u->in_run = true;
	if (!u->scan->space) {
		u->physical = u->at;
		u->run_last = area_last;
		return true;
	}
	if (!space_runs_next(&u->runs, u->at, area_last, &u->run_last, &u->physical, &status))
		return false;
	tally->repeated = u->runs.repeated;
	if (status == READ_OK) {
		if (is_by_table(u->scan, u->at))
			u->by_table += u->run_last - u->at + 1;
		return true;
	}
	if (status != READ_UNMAPPED)
		tally->no_table += u->run_last - u->at + 1;
	advance(u, u->run_last);
	u->in_run = false;
	return true;
}

/* Cut the next chunk from the current run; false when there is no memory at its beginning: that is passed
 * over. */
static bool cut_chunk(struct supply *u, struct chunk *c)
{
	size_t i = partition_point(u->n_ram, k, u->ram[k].end <= u->physical);
	uint64_t left = u->run_last - u->at, size = CHUNK - (u->at & (CHUNK - 1));
	uint64_t hole;

	if (i == u->n_ram || u->ram[i].start > u->physical) {
		hole = i == u->n_ram ? UINT64_MAX : u->ram[i].start - u->physical;
		advance(u, hole > left ? u->run_last : u->at + hole - 1);
		return false;
	}
	if (size > u->ram[i].end - u->physical)
		size = u->ram[i].end - u->physical;
	if (size - 1 > left)
		size = left + 1;
	*c = (struct chunk){
		.address = u->at, .physical = u->physical, .area = u->area, .size = (uint32_t)size};
	advance(u, u->at + (size - 1));
	return true;
}

/* False at the end, or when the walk was interrupted. */
static bool next_chunk(struct supply *u, struct chunk *c)
{
	while (u->area < u->scan->n_areas) {
		const struct scan_area *area = &u->scan->areas[u->area];

		if (interrupted())
			return false;
		if (!u->in_area) {
			if (area->start > area->last) {
				u->area++;
				continue;
			}
			u->in_area = true;
			u->at = area->start;
		}
		if (u->by_table > u->most_by_table) {
			u->scan->tally.loops = true;
			return false;
		}
		if (!u->in_run) {
			if (!find_run(u))
				return false;
			continue;
		}
		if (cut_chunk(u, c))
			return true;
	}
	return false;
}

/* ---- looking through chunks ---- */

/*
 * A text may go on behind the chunk: wherever the following addresses lie. Their bytes are put behind the
 * chunk's
 * @size in the buffer; returns how many.
 */
static size_t read_behind(struct batch *b, const struct chunk *c, uint8_t *buffer)
{
	uint64_t last = c->address + (c->size - 1), left = b->scan->areas[c->area].last - last;
	size_t want = b->scan->pattern->width ? 0 : b->scan->pattern->longest - 1, got = 0;

	if (want > left)
		want = (size_t)left;
	if (!want)
		return 0;
	if (b->scan->space)
		target_read_some(b->t, b->scan->space, last + 1, buffer + c->size, want, &got);
	else
		target_read_physical_some(b->t, last + 1, buffer + c->size, want, &got);
	return got;
}

/* How much of what cannot be read at @offset is passed over: the rest of the page. */
static uint32_t rest_of_page(const struct target *t, const struct chunk *c, uint32_t offset)
{
	uint64_t rest = t->page_size - ((c->physical + offset) & (t->page_size - 1));

	return rest < c->size - offset ? (uint32_t)rest : c->size - offset;
}

/*
 * Look through the chunk from @from on, until @max hits are found. Returns how many; *@next is where to go
 * on. What could be read is counted when @count is set.
 */
static size_t look(struct batch *b, struct chunk *c, uint8_t *buffer, uint32_t from, struct scan_hit *hits,
		   size_t max, uint32_t *next, bool count)
{
	uint32_t at = 0;
	size_t n = 0;

	*next = c->size;
	while (at < c->size) {
		size_t got = 0, end = 0, behind = 0;
		enum read_status status =
			target_read_once(b->t, c->physical + at, buffer + at, c->size - at, &got);

		if (status == READ_OK) {
			got = c->size - at;
			behind = read_behind(b, c, buffer);
		}
		if (*next == c->size && at + got > from) {
			n += scan_match(b->scan->pattern, c->address, buffer, at + got + behind,
					at > from ? at : from, at + got, hits + n, max - n, &end);
			if (end < at + got)
				*next = (uint32_t)end;
		}
		at += (uint32_t)got;
		if (count)
			c->searched += got;
		if (status != READ_OK) {
			uint32_t rest = rest_of_page(b->t, c, at);

			if (count)
				c->missing[status] += rest;
			at += rest;
		}
	}
	return n;
}

static uint8_t *buffer_of(struct batch *b, unsigned worker)
{
	return b->buffers + worker * b->buffer_size;
}

static void look_at_chunks(void *context, size_t begin, size_t end, unsigned worker)
{
	struct batch *b = context;

	for (size_t i = begin; i < end && !interrupted(); i++) {
		struct chunk *c = &b->chunks[i];

		c->n = (uint32_t)look(b, c, buffer_of(b, worker), 0, b->hits + i * KEPT, KEPT, &c->next,
				      true);
		c->done = true;
	}
}

/* ---- telling ---- */

static bool tell_hits(struct batch *b, const struct chunk *c, const struct scan_hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct scan_found found = {c->area, c->address + hits[i].offset, hits[i].which,
						 hits[i].value};

		if (interrupted() || !b->scan->found(b->scan->context, &found))
			return false;
	}
	return true;
}

/* What was found in a chunk. Memory full of what was looked for is looked through again: it need not be
 * stored. */
static bool tell_chunk(struct batch *b, struct chunk *c, const struct scan_hit *hits)
{
	struct scan_hit more[1024];

	if (!c->done || !tell_hits(b, c, hits, c->n))
		return false;
	while (c->next < c->size) {
		uint32_t from = c->next;
		size_t n = look(b, c, buffer_of(b, parallel_width()), from, more,
				sizeof(more) / sizeof(more[0]), &c->next, false);

		if (!tell_hits(b, c, more, n))
			return false;
	}
	return true;
}

static void add_up(struct scan_tally *tally, const struct chunk *c)
{
	tally->searched += c->searched;
	for (size_t i = 0; i <= READ_ERROR; i++)
		/* holes in what a header calls memory are none of the dump's faults */
		if (i != READ_OK && i != READ_NOT_RAM)
			tally->missing[i] += c->missing[i];
}

static bool run_batch(struct batch *b)
{
	parallel_for(b->n, 1, look_at_chunks, b);
	for (size_t i = 0; i < b->n; i++) {
		add_up(&b->scan->tally, &b->chunks[i]);
		if (!tell_chunk(b, &b->chunks[i], b->hits + i * KEPT))
			return false;
	}
	return true;
}

bool scan_run(struct target *t, struct scan *scan)
{
	struct batch b = {.t = t, .scan = scan, .buffer_size = CHUNK + SCAN_LONGEST_TEXT};
	size_t size = FIRST_CHUNKS;
	struct supply *u = xmalloc(sizeof(*u));
	bool ok = true;

	scan->tally = (struct scan_tally){0};
	supply_init(u, t, scan);
	b.chunks = xmalloc(MOST_CHUNKS * sizeof(*b.chunks));
	b.hits = xmalloc((size_t)MOST_CHUNKS * KEPT * sizeof(*b.hits));
	b.buffers = xmalloc((parallel_width() + 1) * b.buffer_size);
	for (;;) {
		for (b.n = 0; b.n < size; b.n++)
			if (!next_chunk(u, &b.chunks[b.n]))
				break;
		if (!b.n)
			break;
		ok = run_batch(&b);
		if (!ok)
			break;
		if (size < MOST_CHUNKS)
			size *= 2;
	}
	free(b.chunks);
	free(b.hits);
	free(b.buffers);
	free(u);
	return ok && !interrupted();
}
