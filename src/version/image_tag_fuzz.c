/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of any bytes as tags: views stay inside the text, the order is total over all of them, pin gives one with a
 * version. */
#include "base/cleanup.h"
#include "base/err.h"
#include "version/image_tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct dd_str part, struct dd_str all)
{
	dd_assert(part.n <= all.n && (part.n == 0 || (part.p >= all.p && part.p + part.n <= all.p + all.n)));
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { TAGS = 8 };
	struct dd_str rest = { (const char *)data, size }, line;
	struct dd_image_tag tags[TAGS];
	size_t n = 0, by;
	while (n < TAGS && dd_str_next(&rest, '\n', &line)) {
		struct dd_image_tag *t = &tags[n++];
		*t = dd_image_tag_parse(line);
		check_inside(t->lead, line);
		check_inside(t->version, line);
		check_inside(t->variant, line);
		dd_assert((t->version.n > 0) == (t->parts > 0));
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			int c = dd_image_tag_cmp(&tags[i], &tags[k]);
			dd_assert(sign(c) == -sign(dd_image_tag_cmp(&tags[k], &tags[i])));
			dd_assert((c == 0) == dd_str_eq(tags[i].text, tags[k].text));
			for (size_t j = 0; c < 0 && j < n; j++)
				if (dd_image_tag_cmp(&tags[k], &tags[j]) < 0)
					dd_assert(dd_image_tag_cmp(&tags[i], &tags[j]) < 0);
			if (dd_image_tag_extends(&tags[i], &tags[k]))
				dd_assert(!dd_image_tag_extends(&tags[k], &tags[i]));
			if (dd_image_tag_supersedes(&tags[i], &tags[k]))
				dd_assert(!dd_image_tag_supersedes(&tags[k], &tags[i]));
		}
		size_t at = dd_image_tag_pin(&tags[i], tags, n);
		dd_assert(at == n || tags[at].version.n);
		(void)dd_image_tag_floats(&tags[i], tags, n, &by);
	}
	return 0;
}
