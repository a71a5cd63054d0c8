/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of place that an image can be copied from or to. Arguments are borrowed and must outlive the source or
 * target, except file descriptors, which are taken over, also on failure. */
#ifndef DD_COPY_PLACES_H
#define DD_COPY_PLACES_H

#include "copy/copy.h"
#include "image/image.h"
#include "net/engine/engine.h"
#include "net/registry/pull.h"

/* ---- from ---- */

enum dd_code dd_copy_from_registry(struct dd_registry *r, const struct dd_reference *ref, struct dd_copy_source **ret,
				   struct dd_err *err);
/* An OCI image layout; selector: the tag of one of its images, may be empty when there is one only. what: its name for
 * messages. */
enum dd_code dd_copy_from_layout(struct dd_bundle *b, struct dd_str selector, const char *what,
				 struct dd_copy_source **ret, struct dd_err *err);
/* An image without a manifest (docker-archive, engine's export): one is made of config and layers. */
enum dd_code dd_copy_from_image(const struct dd_image *img, struct dd_copy_source **ret, struct dd_err *err);

/* ---- to ---- */

/* from: the reference that it is copied from when that is a registry, else NULL: a registry takes what it has already
 * in another repository. */
enum dd_code dd_copy_to_registry(struct dd_registry *r, const struct dd_reference *ref, const struct dd_reference *from,
				 struct dd_copy_target **ret, struct dd_err *err);
/* A directory, made if it is not there; other images of the layout stay. tag: may be empty. */
enum dd_code dd_copy_to_layout(const char *dir, struct dd_str tag, struct dd_copy_target **ret, struct dd_err *err);
/* A new file, in the place of an old one. An OCI layout as a tar; with `docker` also readable by docker load and podman
 * load, under that name (may be empty then, too). */
enum dd_code dd_copy_to_archive(const char *path, struct dd_str tag, bool docker, struct dd_copy_target **ret,
				struct dd_err *err);
/* The same with `docker`, into an open file, which is taken over (also on failure) and closed with the target. */
enum dd_code dd_copy_to_archive_fd(int fd, struct dd_str tag, struct dd_copy_target **ret, struct dd_err *err);
/* name: with a tag. */
enum dd_code dd_copy_to_engine(struct dd_engine *e, struct dd_str name, const char *spool_dir,
			       struct dd_copy_target **ret, struct dd_err *err);

#endif
