/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading memory of the dead kernel, in three ways: data, or why not. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "target/arch.h"
#include "target/target.h"

enum read_status target_read_some(struct target *t, const struct space *s, uint64_t address, void *buffer,
				  size_t size, size_t *done)
{
	enum read_status status = READ_OK;
	uint8_t *out = buffer;
	size_t sum = 0;

	if (!s)
		s = &t->kernel;
	address &= target_word_mask(t);
	/* The upper half of the addresses is the kernel's: there the bits would be ones. */
	if (t->ignored_bits && s == &t->kernel && !t->arch->is_user(t, address & ~t->ignored_bits))
		address |= t->ignored_bits;
	while (sum < size && status == READ_OK) {
		uint64_t physical, contiguous;
		size_t piece = size - sum, got = 0;

		/* Nothing follows the last byte of the address space. */
		if (sum > target_word_mask(t) - address) {
			status = READ_UNMAPPED;
			break;
		}
		status = space_translate(t, s, address + sum, &physical, &contiguous);
		if (status != READ_OK)
			break;
		if (contiguous < piece)
			piece = (size_t)contiguous;
		status = t->physical(t, physical, out + sum, piece, &got);
		sum += status == READ_OK ? piece : got;
	}
	if (done)
		*done = sum;
	return status;
}

enum read_status target_read(struct target *t, uint64_t address, void *buffer, size_t size)
{
	return target_read_some(t, NULL, address, buffer, size, NULL);
}

enum read_status target_read_physical(struct target *t, uint64_t address, void *buffer, size_t size)
{
	return t->physical(t, address, buffer, size, NULL);
}

enum read_status target_read_physical_some(struct target *t, uint64_t address, void *buffer, size_t size,
					   size_t *done)
{
	return t->physical(t, address, buffer, size, done);
}

enum read_status target_read_file(struct target *t, uint64_t offset, void *buffer, size_t size, size_t *done)
{
	return dump_read_file(t->dump, offset, buffer, size, done);
}

enum read_status target_read_uint(struct target *t, uint64_t address, size_t size, uint64_t *value)
{
	uint8_t bytes[8];
	enum read_status status;

	if (size == 0 || size > sizeof bytes)
		return READ_ERROR;
	status = target_read(t, address, bytes, size);
	if (status == READ_OK)
		*value = get_uint(bytes, size, t->order);
	return status;
}

enum read_status target_read_word(struct target *t, uint64_t address, uint64_t *value)
{
	return target_read_uint(t, address, t->word_size, value);
}

enum read_status target_read_string(struct target *t, uint64_t address, char *buffer, size_t size)
{
	size_t n = 0;

	if (size == 0)
		return READ_ERROR;
	buffer[0] = 0;
	/* In pieces that end where a page may end: what follows the string may be missing. */
	while (n < size - 1) {
		uint64_t at = address + n;
		size_t piece = t->page_size - (size_t)(at & (t->page_size - 1));
		size_t got;
		enum read_status status;

		if (piece > size - 1 - n)
			piece = size - 1 - n;
		status = target_read_some(t, NULL, at, buffer + n, piece, &got);
		buffer[n + got] = 0;
		if (memchr(buffer + n, 0, got))
			return READ_OK;
		if (status != READ_OK)
			return status;
		n += got;
	}
	return READ_OK;
}

bool target_read_failed(struct target *t, const char *what, uint64_t address, enum read_status status)
{
	struct arena scratch = {0};
	struct walk walk;

	fail("%s", read_status_text(status));
	space_walk(t, &t->kernel, address & target_word_mask(t), false, &walk);
	if (walk.status != READ_OK)
		fail("%s", walk_why(&scratch, &t->kernel, &walk));
	arena_free(&scratch);
	return fail_in("cannot read %s at 0x%" PRIx64, what, address);
}

uint64_t target_untag(const struct target *t, uint64_t address)
{
	if (t->arch->untag)
		address = t->arch->untag(t, address);
	return address & target_word_mask(t);
}
