/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of images as versions: "1.27.3-alpine3.20" is the version 1.27.3 in the variant "alpine3.20". No specification
 * has this; it is what the tag lists of the large repositories have in common (image_tag_test.c names them).
 *
 *   tag     := [lead sep] version {"-" word} | word {"-" word}
 *   version := ["v"] digits {("." | "_" | "u" | "+") digits} [pre] {"-" digits…}      1.27.3  17.0.11_9  8u432-b06
 *   pre     := ["-" | "."] ("rc" | "alpha" | "beta" | …) [digits]                      3.13.0rc1  1.0.0-rc.1
 *   lead    := words before a date or a version of several numbers                     bookworm-20241111-slim
 *
 * What is behind the version is the variant: another base system, other contents. Versions of two variants say nothing
 * of each other. A commit's hash, a digest and a build's number are no versions. */
#ifndef DD_IMAGE_TAG_H
#define DD_IMAGE_TAG_H

#include "base/str.h"

struct dd_image_tag {
	struct dd_str text;    /* the whole tag; all others are views into it */
	struct dd_str lead;    /* "bookworm"; mostly empty */
	struct dd_str version; /* "1.27.3", without v; empty: it has none */
	struct dd_str variant; /* "alpine3.20-slim"; without a version all but words like "latest" and "stable" */
	unsigned parts;	       /* numbers of the version; a date has three */
	bool prerelease;
};

struct dd_image_tag dd_image_tag_parse(struct dd_str tag);

/* By version (none first), then plain before variants, releases behind their pre-releases. <0, 0, >0; 0 for the same
 * text only. A total order. */
int dd_image_tag_cmp(const struct dd_image_tag *a, const struct dd_image_tag *b);
/* Are they versions of one series: the same variant and lead? */
bool dd_image_tag_same_variant(const struct dd_image_tag *a, const struct dd_image_tag *b);
/* Does `longer` say more of a version that `tag` leaves open, as 1.27.3 does of 1.27, in the same variant? */
bool dd_image_tag_extends(const struct dd_image_tag *longer, const struct dd_image_tag *tag);

/* Of tags that all stand for one image: the one that says most of its version, in the variant that `asked` names where
 * there is one. Its index, or n when none has a version. */
size_t dd_image_tag_pin(const struct dd_image_tag *asked, const struct dd_image_tag *tags, size_t n);

/* Will the tag be moved to newer images? It has no version, or another tag of the list extends it: *ret_by is that
 * tag's index, n when there is none. A version of fewer than three numbers counts when the list is empty. */
bool dd_image_tag_floats(const struct dd_image_tag *tag, const struct dd_image_tag *tags, size_t n, size_t *ret_by);

/* Is `newer` what one would go to from `tag`: a later version, the same variant, the same number of parts, no
 * pre-release unless tag is one? */
bool dd_image_tag_supersedes(const struct dd_image_tag *newer, const struct dd_image_tag *tag);

#endif
