/* SPDX-License-Identifier: Apache-2.0 */
/* What the user wrote as TARGET: an explicit place ("oci:DIR:TAG", "registry:NAME"), a path that is told by its
 * content, or a bare image name, which the local engines and then its registry are asked for. */
#ifndef DD_TARGET_H
#define DD_TARGET_H

#include "base/arena.h"
#include "base/err.h"

enum dd_place {
	DD_PLACE_AUTO, /* a path: told by what it is */
	DD_PLACE_STDIN,
	DD_PLACE_DOCKER_ARCHIVE,
	DD_PLACE_OCI_ARCHIVE,
	DD_PLACE_OCI_DIR,
	DD_PLACE_ROOTFS_DIR,
	DD_PLACE_CONTEXT, /* a directory as the builder would get it; the selector is the Dockerfile's path in it */
	DD_PLACE_SBOM, /* a bill of materials: read by sbom/, not by image/ */
	DD_PLACE_GIT,  /* a repository with its history: read by scan/, not by image/ */
	DD_PLACE_NAME, /* no path: engines, then the registry */
	DD_PLACE_DOCKER,
	DD_PLACE_PODMAN,
	DD_PLACE_CONTAINERD,
	DD_PLACE_STORAGE, /* containers-storage of podman, buildah and CRI-O, without their service */
	DD_PLACE_REGISTRY,
};

struct dd_target_spec {
	enum dd_place place;
	const char *path;	/* NULL for STDIN and for names */
	struct dd_str name;	/* of an image, NAME and below; else empty */
	struct dd_str selector; /* tag or reference inside the archive, may be empty */
};

bool dd_place_is_name(enum dd_place place);
const char *dd_place_prefix(enum dd_place place); /* "registry:"; "" for places that have none */

/* Strings live in a. `exists` is access(path, F_OK) == 0, injected for tests: "FILE:TAG" is cut at a colon only where
 * the longer name does not exist. DD_EARG for an empty target or an empty place. */
enum dd_code dd_target_parse(struct dd_str text, bool (*exists)(const char *path), struct dd_arena *a,
			     struct dd_target_spec *ret, struct dd_err *err);

struct dd_platform {
	struct dd_str os, arch, variant; /* variant may be empty */
};
/* "linux/arm/v7", "linux/amd64", "arm64" (linux). DD_EARG names the text. */
enum dd_code dd_platform_parse(struct dd_str text, struct dd_platform *ret, struct dd_err *err);
/* The machine this runs on, in the words of the OCI specification (Go's GOARCH). */
struct dd_platform dd_platform_host(void);
/* Does `have` serve `want`? An empty variant in want takes any; arm64's v8 is its default. */
bool dd_platform_serves(const struct dd_platform *have, const struct dd_platform *want);
struct dd_str dd_platform_text(const struct dd_platform *p, struct dd_arena *a);

#endif
