/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/audit_log.h"

#include "base/error.h"
#include "linux/fields.h"
#include "linux/list.h"

enum { SKB_NEXT, SKB_DATA, SKB_LEN, N_SKB };
static const char *const skb_names[N_SKB] = {[SKB_NEXT] = "next", [SKB_DATA] = "data", [SKB_LEN] = "len"};

enum { QUEUE_NEXT, QUEUE_LEN, N_QUEUE };
static const char *const queue_names[N_QUEUE] = {[QUEUE_NEXT] = "next", [QUEUE_LEN] = "qlen"};

/* struct nlmsghdr (include/uapi/linux/netlink.h): u32 len, u16 type, u16 flags, u32 seq, u32 pid */
enum { NLMSG_HEADER = 16, LONGEST_MESSAGE = 9 << 10 };

static bool read_message(struct target *t, struct arena *a, uint64_t data, uint64_t skb_len,
			 const char **line)
{
	uint8_t header[NLMSG_HEADER];
	uint32_t length;
	char *body;

	if (target_read(t, data, header, sizeof(header)) != READ_OK)
		return false;
	length = get_u32(header, t->order);
	if (length > skb_len)
		length = (uint32_t)skb_len;
	if (length < NLMSG_HEADER || length > LONGEST_MESSAGE)
		return false;
	length -= NLMSG_HEADER;
	body = arena_zalloc(a, length + 1);
	if (target_read(t, data + NLMSG_HEADER, body, length) != READ_OK)
		return false;
	*line = arena_printf(a, "type=%u %s", get_u16(header + 4, t->order), body);
	return true;
}

static bool read_queue(struct kernel *k, struct arena *a, const struct fields *skb,
		       const struct fields *queue, uint64_t head, struct text_lines *lines)
{
	struct target *t = k->target;
	const struct list_spec spec = {
		.start = head, .next = skb->list[SKB_NEXT].offset, .ends = LIST_ENDS_AT_HEAD};
	struct list_iter it;
	uint64_t at = 0;
	enum read_status status = field_read(t, queue, QUEUE_NEXT, head, &at);

	if (status != READ_OK)
		return target_read_failed(t, "sk_buff_head.next", head, status);
	/* auditing was turned off when the kernel started: the queue was never used */
	if (!at)
		return true;
	if (queue->list[QUEUE_NEXT].offset != skb->list[SKB_NEXT].offset)
		return fail("sk_buff_head does not begin as sk_buff does");
	list_open(&it, t, &spec);
	while (list_next(&it, &at)) {
		struct object o;
		const char *line;

		object_read(t, a, skb, at, &o);
		if (read_message(t, a, object_get(&o, t, SKB_DATA, 0), object_get(&o, t, SKB_LEN, 0), &line))
			*vec_push(a, lines) = line;
		else
			*vec_push(a, lines) = arena_printf(a, "(the message of sk_buff %llx cannot be read)",
							   (unsigned long long)at);
	}
	if (!list_close(&it)) {
		*vec_push(a, lines) = arena_printf(a, "(%s)", fail_text());
		fail_clear();
	}
	return true;
}

bool audit_log_read(struct kernel *k, struct arena *a, struct text_lines *lines)
{
	static const char *const queues[] = {"audit_skb_queue", "audit_skb_hold_queue", "audit_hold_queue",
					     "audit_retry_queue", "audit_queue"};
	struct fields skb, queue;
	bool any = false;

	if (!fields_resolve(k->target, &skb, "sk_buff", skb_names, N_SKB) ||
	    !fields_resolve(k->target, &queue, "sk_buff_head", queue_names, N_QUEUE))
		return false;
	for (size_t i = 0; i < sizeof(queues) / sizeof(*queues); i++) {
		uint64_t address;

		if (!target_symbol(k->target, queues[i], &address))
			continue;
		any = true;
		if (!read_queue(k, a, &skb, &queue, address, lines))
			return fail_in("%s", queues[i]);
	}
	return any || fail("this kernel has no audit queues");
}
