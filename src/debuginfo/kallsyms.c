/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/symbols_build.h"

enum {
	MOST_SYMBOLS = 1 << 22,
	MOST_TOKEN = 512,
	MOST_NAME = 512, /* KSYM_NAME_LEN since 6.1; 128 before */
	PIECE = 64 << 10,
	TOKENS = 256,
};

enum address_form {
	FORM_PERCPU,   /* 4.6 to 6.14, x86_64 SMP: below zero an address, else a per-CPU offset or absolute */
	FORM_RELATIVE, /* 4.6 to 6.19: unsigned, from kallsyms_relative_base */
	FORM_PLACE,    /* since 7.0: signed, from the entry itself */
	FORM_ABSOLUTE, /* since 7.0, 32-bit and not relocatable: the address itself */
	FORM_ADDRESSES, /* until 6.10: whole words in kallsyms_addresses */
	N_FORMS,
};

struct tables {
	const struct kallsyms_places *at;
	enum byte_order order;
	uint8_t word_size;
	kallsyms_read *read;
	void *context;
	uint64_t n, base;
	uint8_t *names;
	size_t names_size; /* as far as they were read */
	uint8_t *offsets;  /* n entries of 4 bytes, or of a word for FORM_ADDRESSES */
	char tokens[TOKENS][MOST_TOKEN];
};

static bool get(struct tables *t, uint64_t address, void *buffer, size_t size, const char *what)
{
	enum read_status status = t->read(t->context, address, buffer, size);

	if (status != READ_OK)
		return fail("cannot read %s at %#llx: %s", what, (unsigned long long)address,
			    read_status_text(status));
	return true;
}

static bool read_tokens(struct tables *t)
{
	uint8_t index[TOKENS * 2], *table;
	size_t size, last = 0;
	bool good;

	if (!get(t, t->at->token_index, index, sizeof(index), "kallsyms_token_index"))
		return false;
	for (size_t i = 0; i < TOKENS; i++) {
		size_t at = get_u16(index + 2 * i, t->order);

		if (i && at <= last)
			return fail("kallsyms_token_index is not in order");
		last = at;
	}
	/* the last token has no successor to end it; it is short */
	size = last + MOST_TOKEN;
	table = xcalloc(size + 1, 1);
	good = get(t, t->at->token_table, table, size, "kallsyms_token_table") ||
	       get(t, t->at->token_table, table, last + 2, "kallsyms_token_table");
	for (size_t i = 0; i < TOKENS && good; i++) {
		const char *token = (const char *)table + get_u16(index + 2 * i, t->order);
		size_t length = strnlen(token, MOST_TOKEN);

		if (length == MOST_TOKEN)
			good = fail("kallsyms_token_table holds a token without end");
		else
			memcpy(t->tokens[i], token, length + 1);
	}
	free(table);
	return good;
}

/* Read so much of the names that @size bytes are there; they end where the memory does. */
static bool have_names(struct tables *t, size_t size)
{
	while (t->names_size < size) {
		size_t piece = PIECE;

		t->names = xrealloc(t->names, t->names_size + piece);
		/* the names end anywhere: halve what cannot be read whole */
		while (t->read(t->context, t->at->names + t->names_size, t->names + t->names_size, piece) !=
		       READ_OK) {
			piece /= 2;
			if (piece < 16)
				return fail("kallsyms_names cannot be read at %#llx",
					    (unsigned long long)(t->at->names + t->names_size));
		}
		t->names_size += piece;
	}
	return true;
}

/*
 * Step over one name; *at is then the next one. Until 6.0 its length is one
 * byte; since 6.1 (73bbb94466fd) a length above 127 takes two.
 */
static bool next_name(struct tables *t, size_t *at, bool two_bytes, const uint8_t **tokens, size_t *n)
{
	size_t header = 1, length;

	if (!have_names(t, *at + 2))
		return false;
	length = t->names[*at];
	if (two_bytes && length & 0x80) {
		length = (length & 0x7f) | (size_t)t->names[*at + 1] << 7;
		header = 2;
	}
	if (length == 0 || length > MOST_NAME || !have_names(t, *at + header + length))
		return length ? fail_in("kallsyms_names") : fail("kallsyms_names holds an empty name");
	*tokens = t->names + *at + header;
	*n = length;
	*at += header + length;
	return true;
}

/* A name without its first character, which is the type. */
static bool expand(struct tables *t, const uint8_t *tokens, size_t n, char *type, char *name, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		for (const char *c = t->tokens[tokens[i]]; *c; c++) {
			if (length == size)
				return fail("kallsyms_names holds a name that is too long");
			if (length++ == 0)
				*type = *c;
			else
				name[length - 2] = *c;
		}
	}
	if (length < 2)
		return fail("kallsyms_names holds a name without type");
	name[length - 1] = '\0';
	return true;
}

static bool is_type(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '?';
}

static uint64_t address_of(const struct tables *t, enum address_form form, size_t i, bool *slides)
{
	uint64_t mask = t->word_size == 8 ? UINT64_MAX : UINT32_MAX, value;

	*slides = true;
	if (form == FORM_ADDRESSES)
		return get_uint(t->offsets + i * t->word_size, t->word_size, t->order);
	value = get_u32(t->offsets + 4 * i, t->order);
	switch (form) {
	case FORM_PERCPU:
		*slides = value >> 31;
		if (*slides)
			value = t->base - 1 - (uint64_t)sign_extend(value, 32);
		break;
	case FORM_RELATIVE: value += t->base; break;
	case FORM_PLACE: value = t->at->offsets + 4 * i + (uint64_t)sign_extend(value, 32); break;
	default: break;
	}
	return value & mask;
}

/* All names, and the position of _stext; @list has room for n. */
static bool read_names(struct tables *t, bool two_bytes, struct arena *a, struct symbol *list, size_t *stext)
{
	char name[MOST_NAME + 1], type = '?';
	size_t at = 0;

	*stext = SIZE_MAX;
	for (size_t i = 0; i < t->n; i++) {
		const uint8_t *tokens = NULL;
		size_t n = 0;

		if (!next_name(t, &at, two_bytes, &tokens, &n) ||
		    !expand(t, tokens, n, &type, name, MOST_NAME))
			return false;
		if (!is_type(type))
			return fail("kallsyms_names holds a symbol of type %#x", (unsigned char)type);
		if (strcmp(name, "_stext") == 0)
			*stext = i;
		list[i] = (struct symbol){.name = arena_strdup(a, name), .type = type};
	}
	return true;
}

static bool read_offsets(struct tables *t)
{
	bool whole = !t->at->offsets;
	uint64_t base = 0;
	uint8_t word[8];

	t->offsets = xcalloc((size_t)t->n, whole ? t->word_size : 4);
	if (whole)
		return get(t, t->at->addresses, t->offsets, (size_t)t->n * t->word_size,
			   "kallsyms_addresses");
	if (t->at->relative_base) {
		if (!get(t, t->at->relative_base, word, t->word_size, "kallsyms_relative_base"))
			return false;
		base = get_uint(word, t->word_size, t->order);
	}
	t->base = base;
	return get(t, t->at->offsets, t->offsets, (size_t)t->n * 4, "kallsyms_offsets");
}

static bool may_be(const struct tables *t, enum address_form form)
{
	if (form == FORM_ADDRESSES)
		return !t->at->offsets;
	if (!t->at->offsets)
		return false;
	return form == FORM_PERCPU || form == FORM_RELATIVE ? t->at->relative_base != 0
							    : !t->at->relative_base;
}

/* The encoding under which _stext comes out where it is known to be. */
static bool choose_form(const struct tables *t, size_t stext, enum address_form *chosen)
{
	bool slides;

	for (int form = 0; form < N_FORMS; form++) {
		if (!may_be(t, (enum address_form)form))
			continue;
		if (stext != SIZE_MAX && t->at->stext &&
		    address_of(t, (enum address_form)form, stext, &slides) != t->at->stext)
			continue;
		*chosen = (enum address_form)form;
		return true;
	}
	return fail("kallsyms has no encoding that puts _stext at %#llx", (unsigned long long)t->at->stext);
}

static void image_of(const struct symbol *list, size_t n, struct image_area *image, struct image_area text[2])
{
	*image = (struct image_area){UINT64_MAX, 0};
	memset(text, 0, 2 * sizeof(*text));
	for (size_t i = 0; i < n; i++) {
		const char *name = list[i].name;
		uint64_t at = list[i].address;

		if (name[0] != '_')
			continue;
		if ((strcmp(name, "_text") == 0 || strcmp(name, "_stext") == 0) && at < image->start)
			image->start = at;
		if (strcmp(name, "_stext") == 0)
			text[0].start = at;
		else if (strcmp(name, "_etext") == 0)
			text[0].end = at;
		else if (strcmp(name, "_sinittext") == 0)
			text[1].start = at;
		else if (strcmp(name, "_einittext") == 0)
			text[1].end = at;
		else if (strcmp(name, "_end") == 0)
			image->end = at;
	}
	/* without CONFIG_KALLSYMS_ALL only text is listed */
	for (size_t i = 0; i < n && !image->end; i++) {
		if (list[i].slides && list[i].address >= text[0].end && list[i].address > image->end)
			image->end = list[i].address + 1;
	}
}

static void take(struct symbols *s, struct tables *t, struct symbol *list)
{
	struct symbol_key *keys = xmalloc(2 * (size_t)t->n * sizeof(*keys));
	struct arena *a = symbols_arena(s);
	struct image_area image, text[2];
	struct symbol_set set = {.n = (size_t)t->n};

	image_of(list, set.n, &image, text);
	for (size_t i = 0; i < set.n; i++)
		keys[i] = (struct symbol_key){list[i].address, (uint32_t)i,
					      symbol_rank(list[i].name, list[i].type, true, 1)};
	symbol_keys_sort(keys, set.n);
	set.list = arena_alloc(a, set.n * sizeof(*set.list));
	for (size_t i = 0; i < set.n; i++)
		set.list[i] = list[keys[i].index];
	free(keys);
	symbols_take(s, &set, &image, text, 2, "kallsyms in memory");
}

static bool is_before_6_1(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10),
		      minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major < 6 || (major == 6 && minor < 1);
}

static bool load(struct symbols *s, struct tables *t, struct symbol **list)
{
	bool two_bytes = !(t->at->release && is_before_6_1(t->at->release));
	struct arena *a = symbols_arena(s);
	enum address_form form = FORM_ADDRESSES;
	uint8_t count[4];
	size_t stext;
	bool good;

	if (!t->at->num_syms || !t->at->names || !t->at->token_table || !t->at->token_index ||
	    (!t->at->offsets && !t->at->addresses))
		return fail("the places of the kallsyms tables are not known");
	if (!get(t, t->at->num_syms, count, sizeof(count), "kallsyms_num_syms"))
		return false;
	t->n = get_u32(count, t->order);
	if (t->n == 0 || t->n > MOST_SYMBOLS)
		return fail("kallsyms_num_syms is %llu", (unsigned long long)t->n);
	if (!read_tokens(t))
		return false;
	*list = xcalloc((size_t)t->n, sizeof(**list));
	/* a wrong form loses its way among the names, and _stext with it */
	good = read_names(t, two_bytes, a, *list, &stext);
	if (!good || stext == SIZE_MAX) {
		bool other = read_names(t, !two_bytes, a, *list, &stext);

		if (!other || stext == SIZE_MAX) {
			/* neither has _stext: the first guess, or nothing */
			if (!read_names(t, two_bytes, a, *list, &stext))
				return false;
		}
	}
	if (!read_offsets(t) || !choose_form(t, stext, &form))
		return false;
	for (size_t i = 0; i < t->n; i++)
		(*list)[i].address = address_of(t, form, i, &(*list)[i].slides);
	return true;
}

bool symbols_load_kallsyms(struct symbols *s, const struct kallsyms_places *places, enum byte_order order,
			   uint8_t word_size, kallsyms_read *read, void *context)
{
	struct tables *t = xcalloc(1, sizeof(*t));
	struct symbol *list = NULL;
	bool loaded;

	*t = (struct tables){
		.at = places, .order = order, .word_size = word_size, .read = read, .context = context};
	loaded = load(s, t, &list);
	if (loaded && list)
		take(s, t, list);
	free(list);
	free(t->names);
	free(t->offsets);
	free(t);
	return loaded;
}
