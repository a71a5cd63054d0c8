/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock tags`: tags_gather.c asks, tags_order.c sorts, groups and compares. */
#ifndef DD_TAGS_PARTS_H
#define DD_TAGS_PARTS_H

#include "cmd/inspect_parts.h"
#include "model/tag_list.h"
#include "version/image_tag.h"

enum { DD_TAGS_HUB_PAGES = 3, DD_TAGS_HUB_PAGES_ALL = DD_HUB_PAGES_MAX };

struct dd_tags_options {
	struct dd_inspect_options inspect; /* first: the shared options are its first member */
	bool outdated, digests, all;
	uint64_t limit;
};

struct dd_tags {
	const struct dd_tags_options *o;
	struct dd_inspect in;
	struct dd_tag_list list;
	struct dd_image_tag *parsed; /* one each of list.p, in the same order */
	bool by_hub;
};

/* Fills list.p with the names and, from Docker Hub, what it says of each. in.ref is set. */
enum dd_code dd_tags_gather(struct dd_tags *t, struct dd_err *err);
/* Newest version first. */
enum dd_code dd_tags_sort(struct dd_tags *t, struct dd_err *err);
/* Asks the registry for digests where they are wanted and nobody gave them; list.p is sorted. */
void dd_tags_digests(struct dd_tags *t);
/* One row for tags of one digest. */
void dd_tags_group(struct dd_tags *t);
/* What is newer than in.ref.tag. DD_EARG: that tag has no version, and no digest tells one. */
enum dd_code dd_tags_outdated(struct dd_tags *t, struct dd_err *err);

#endif
