/* SPDX-License-Identifier: Apache-2.0 */
/* The tags of a repository, as `drydock tags` gives them. Texts may hold any byte. */
#ifndef DD_TAG_LIST_H
#define DD_TAG_LIST_H

#include "model/card.h"

struct dd_listed_tag {
	struct dd_str name, version, variant; /* version empty: it has none */
	struct dd_str digest;		      /* empty: not asked for, or nobody said */
	uint64_t size;			      /* compressed, of one platform; DD_CARD_UNKNOWN */
	int64_t updated;		      /* DD_CARD_NO_TIME */
	bool prerelease;
	bool newer; /* than the tag that was asked about, in its variant */
	/* Shown in the row of another tag that stands for the same digest: its index; else its own. */
	size_t row;
};

struct dd_tag_list {
	struct dd_str asked, repository; /* in full: "docker.io/library/nginx" */
	struct dd_listed_tag *p;	 /* newest version first, then plain before variants */
	size_t n;
	size_t shown;			/* rows at most, 0: all */
	uint64_t total;			/* that there are; DD_CARD_UNKNOWN */
	bool complete;			/* the list has all of them */
	struct dd_str from;		/* "Docker Hub", "registry" */
	bool digests;			/* some were asked for */
	bool outdated;			/* the question is what is newer than `tag` */
	struct dd_str tag, tag_version; /* tag_version: the version tag that `tag` stands for, when it is another one */
	struct dd_str newest, newest_near; /* of those that are newer; near: of the same first number */
	size_t n_newer;
	struct dd_card_note notes[DD_CARD_NOTES_MAX];
	size_t n_notes;
	uint64_t requests;
	int64_t now;
};

#endif
