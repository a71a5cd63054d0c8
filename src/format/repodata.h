/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata of rpm repositories (repodata/): repomd.xml, primary.xml, updateinfo.xml, and metalinks that name
 * mirrors. */
#ifndef DD_REPODATA_H
#define DD_REPODATA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/stream.h"
#include "format/digest.h"
#include "format/xml.h"

enum { DD_REPODATA_HASHES_MAX = 16, DD_REPODATA_MIRRORS_MAX = 64 };
#define DD_REPODATA_BYTES_MAX (2 * DD_GIB) /* unpacked */

/* One <data> of repomd.xml; texts live in the arena. */
struct dd_repodata_file {
	struct dd_str href; /* "repodata/…-primary.xml.gz" */
	struct dd_digest digest;
	uint64_t size; /* 0: not said */
	bool found;
};
/* ret->found says whether there is one of this type. DD_EPARSE: no repomd.xml, or no place or digest in it;
 * DD_EUNSUPPORTED: a digest that is no proof (SHA-1). */
enum dd_code dd_repodata_find(struct dd_str repomd, const char *type, struct dd_arena *a, struct dd_repodata_file *ret,
			      struct dd_err *err);
/* DD_EDIGEST: these are other bytes. */
enum dd_code dd_repodata_check(const struct dd_repodata_file *f, struct dd_str bytes, struct dd_err *err);

struct dd_repodata_package {
	struct dd_str name, arch, evr; /* evr: [EPOCH:]VERSION-RELEASE without "0:" */
};
/* p is good during the call only; anything but DD_OK ends the reading. */
typedef enum dd_code dd_repodata_fn(void *ctx, const struct dd_repodata_package *p, struct dd_err *err);

/* Packages of primary.xml. */
enum dd_code dd_repodata_primary(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err);
/* Packages of the security updates of updateinfo.xml. */
enum dd_code dd_repodata_security(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err);

/* *ret is empty where a part is none: no version, blanks, a length that none has. DD_ENOMEM. */
enum dd_code dd_repodata_evr(struct dd_str epoch, struct dd_str version, struct dd_str release, struct dd_arena *a,
			     struct dd_str *ret, struct dd_err *err);

struct dd_repodata_mirrors {
	struct dd_str urls[DD_REPODATA_MIRRORS_MAX]; /* of the repositories, https only, as listed */
	size_t n;
	struct dd_digest hashes[DD_REPODATA_HASHES_MAX]; /* that repomd.xml may have; none: all the same */
	size_t n_hashes;
};
/* A metalink, or a list with an address a line. DD_EPARSE: neither, or nothing by https in it. */
enum dd_code dd_repodata_mirrors(struct dd_str doc, struct dd_arena *a, struct dd_repodata_mirrors *ret,
				 struct dd_err *err);

#endif
