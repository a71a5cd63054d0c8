/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock images`, between its files: what was gathered from engines and stores, and how it is written. */
#ifndef DD_IMAGES_H
#define DD_IMAGES_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "report/sheet.h"

enum dd_images_engine {
	DD_IMAGES_DOCKER = 1,
	DD_IMAGES_PODMAN = 2,
	DD_IMAGES_CONTAINERD = 4,
	DD_IMAGES_STORAGE = 8,
	DD_IMAGES_ALL = 15,
};

struct dd_images_row {
	const char *engine;   /* "docker" …: the prefix of a target */
	const char *where;    /* address or directory */
	struct dd_str space;  /* containerd's namespace, or empty */
	struct dd_str *names; /* n_names may be 0 */
	size_t n_names;
	struct dd_str id;	/* "sha256:…" */
	uint64_t size;		/* 0: not known */
	int64_t created;	/* seconds since the epoch; 0: not known */
	struct dd_str platform; /* empty: not known, or several */
	struct dd_str *used_by;
	size_t n_used_by;
};

/* An engine or store that could not be read. */
struct dd_images_problem {
	const char *engine, *where;
	struct dd_str text;
};

struct dd_images {
	struct dd_arena arena;
	DD_VEC(struct dd_images_row) rows; /* engine by engine, each sorted by name */
	DD_VEC(struct dd_images_problem) problems;
	struct dd_map listed; /* ids that a service gave: its store is not listed once more */
	size_t asked;	      /* engines and stores that there are */
};
void dd_images_done(struct dd_images *all);

/* engines: bits. Engines that cannot be read are problems; an error is none of theirs (memory, a broken setting). */
enum dd_code dd_images_gather(struct dd_images *all, unsigned engines, bool running, struct dd_err *err);

void dd_images_table(const struct dd_sheet *s, const struct dd_images *all, int64_t now);
void dd_images_json(struct dd_buf *out, const struct dd_images *all);

#endif
