/* SPDX-License-Identifier: Apache-2.0 */
/* Advisory databases as artifacts of a registry: which media types there are, and how one is fetched. A manifest with
 * one layer, the file (OCI image-spec v1.1, manifest.md, "Guidelines for Artifact Usage").
 * The manifest is a small document that is parsed here, in the process with the network; the file itself is only
 * stored, by its digest, and read by a confined one. */
#ifndef DD_DB_ARTIFACT_H
#define DD_DB_ARTIFACT_H

#include "cmd/progress.h"
#include "net/registry/pull.h"

/* drydock's own: the database file, compressed. Raise the number with the file format's. */
#define DD_DB_ARTIFACT_TYPE "application/vnd.drydock.db.v2"
#define DD_DB_LAYER_TYPE    "application/vnd.drydock.db.v2+zstd"
/* Keys of its manifest's annotations besides OCI's own. */
#define DD_DB_NOTE_DIGEST     "dev.drydock.db.digest"	  /* that the database says of itself */
#define DD_DB_NOTE_BUILT      "dev.drydock.db.built"	  /* RFC 3339: the newest source's date */
#define DD_DB_NOTE_ADVISORIES "dev.drydock.db.advisories" /* how many */

struct dd_db_artifact {
	const char *kind;	 /* of db/build.h; NULL: a finished database of drydock's */
	const char *name;	 /* the reference in full, with the digest; in the arena */
	const char *path;	 /* the layer's file */
	struct dd_digest digest; /* of that file */
	uint64_t bytes;
	bool fetched; /* it was not there before */
	struct dd_reference reference;
};

struct dd_db_artifact_fetch {
	struct dd_registry *registry;
	const char *dir; /* where files are kept, by their digest; must exist */
	struct dd_arena *arena;
	struct dd_progress *progress;
};

/* What `reference` names: its manifest is fetched, nothing else. Errors of the registry; DD_EUNSUPPORTED: it is no
 * advisory database. */
enum dd_code dd_db_artifact_find(const struct dd_db_artifact_fetch *f, struct dd_str reference,
				 struct dd_db_artifact *ret, struct dd_err *err);
/* Fetches its file, or takes up a transfer that broke off, or finds it there. */
enum dd_code dd_db_artifact_download(const struct dd_db_artifact_fetch *f, struct dd_db_artifact *a,
				     struct dd_err *err);

#endif
