/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: every bucket to a depth of four, and each key looked up. */
#include "base/cleanup.h"
#include "format/bbolt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct dd_bbolt *db, struct dd_bbolt_bucket bucket, unsigned depth)
{
	struct dd_bbolt_cursor c;
	struct dd_bbolt_item item, again;
	bool more = true, found;
	dd_bbolt_walk(db, bucket, &c);
	while (more) {
		enum dd_code code = dd_bbolt_next(&c, &item, &more, NULL);
		if (code == DD_ELIMIT)
			return;
		if (code != DD_OK || !more)
			continue;
		dd_assert(item.key.p >= db->data.p && item.key.p + item.key.n <= db->data.p + db->data.n);
		dd_assert(item.value.p >= db->data.p && item.value.p + item.value.n <= db->data.p + db->data.n);
		(void)dd_bbolt_find(db, bucket, item.key, &again, &found, NULL);
		if (item.is_bucket && depth < 4)
			walk(db, item.bucket, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_bbolt db;
	if (dd_bbolt_open((struct dd_str){ (const char *)data, size }, &db, NULL) == DD_OK)
		walk(&db, dd_bbolt_top(&db), 0);
	return 0;
}
