/* SPDX-License-Identifier: Apache-2.0 */
/* What an image holds: the facts of its layers, merged by the overlay rules. Input of every judge. */
#ifndef DD_INVENTORY_H
#define DD_INVENTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "model/package.h"
#include "model/problem.h"
#include "model/secret.h"

struct dd_layer {
	struct dd_str digest;	   /* of the blob as stored, "sha256:…"; empty for a root file system */
	struct dd_str diff_id;	   /* of the uncompressed tar; empty for a root file system directory */
	struct dd_str media_type;  /* as the manifest says; empty when it says nothing */
	struct dd_str instruction; /* history created_by, cleaned of shell and BuildKit wrapping; may be empty */
	uint64_t stored_bytes;	   /* of the blob */
	uint64_t bytes;		   /* of the uncompressed tar */
	uint64_t entries;	   /* tar entries */
	bool from_cache;	   /* facts were known already */
	bool from_base;		   /* it belongs to the base image: see dd_target.base */
};

/* A label or annotation. */
struct dd_label {
	struct dd_str key, value;
};

/* What is known of the image that this one was built on. */
struct dd_base_image {
	struct dd_str name;   /* "docker.io/library/debian:12"; may be empty although layers are known to be its */
	struct dd_str digest; /* may be empty */
	size_t n_layers;      /* the first layers that are its; 0: not known */
	struct dd_str how;    /* why it is believed: "label org.opencontainers.image.base.name", "history" */
};

struct dd_target {
	struct dd_str name;   /* as the user wrote it */
	struct dd_str kind;   /* "docker-archive" "oci-archive" "oci" "dir" "tar" "context" "file" */
	struct dd_str image;  /* repository tag or ref name inside the archive; may be empty */
	struct dd_str digest; /* manifest digest (OCI), else config digest; empty for a root file system */
	struct dd_str config_digest;
	struct dd_str platform; /* "linux/amd64", "linux/arm/v7"; empty when unknown */
	struct dd_str created;	/* RFC 3339 as the config says; may be empty */
	struct dd_str user;	/* config.User */
	struct dd_str *command; /* config.Entrypoint and Cmd, as they would run */
	size_t n_command;
	struct dd_str working_dir;
	struct dd_str search_path; /* PATH of config.Env; empty: not set */
	struct dd_label *labels;   /* config.Labels, sorted by key */
	size_t n_labels;
	struct dd_base_image base;
	struct dd_layer *layers;
	size_t n_layers;
};

/* One place where a third-party package was found. */
struct dd_location {
	struct dd_str path;  /* of the evidence, without the leading slash */
	struct dd_str inner; /* the member inside that file, see dd_package.inner; empty: the file itself */
	int layer;	     /* DD_NO_LAYER for a root directory */
};

/* A package together with where it was found. Third-party packages that are there several times in the same version
 * are one entry with several locations. */
struct dd_installed {
	struct dd_package package;
	struct dd_str purl;
	struct dd_str analyzer;	       /* id */
	struct dd_str path;	       /* of the evidence, without the leading slash: the first location's */
	int layer;		       /* the layer that first brought this version, DD_NO_LAYER for a root directory */
	uint64_t files;		       /* number of files owned, 0: unknown */
	bool system;		       /* of the operating system's package manager; else third party */
	struct dd_location *locations; /* by layer, path, inner; NULL for packages of the operating system */
	size_t n_locations;
	/* Index of the operating system's package that owns the evidence, -1: none. Such a package is judged by the
	 * distribution's advisories only: its owner has the fix, whatever the version says. */
	int owner;
	bool entrypoint; /* the image's command runs one of its files */
};

/* A repository that the system is set up to take packages from. Nothing of it was checked. */
struct dd_repository {
	struct dd_str type;	     /* "deb" "apk" "rpm"; "rpm-var": url is the name of a variable, suite its value;
				      * "deb-held" "rpm-held": url is a pattern of package names that an upgrade may
				      * leave as they are, suite says why */
	struct dd_str url;	     /* as written, rpm's with $variables */
	struct dd_str suite;	     /* deb: "bookworm-security"; rpm: "baseurl" "mirrorlist" "metalink" */
	struct dd_str components;    /* deb: "main contrib"; rpm: the repository's id */
	struct dd_str architectures; /* deb: "amd64,arm64", empty: the system's */
	struct dd_str path;	     /* of the file that names it */
};

struct dd_inventory {
	struct dd_target target;
	struct dd_os os; /* os.id empty: unknown */
	bool os_found;
	struct dd_repository *repositories; /* in the order of files and lines */
	size_t n_repositories;
	bool package_database_found; /* any OS package database, even an empty one */
	struct dd_installed
		*packages; /* sorted by type; the system's by name, version, arch, third-party ones by purl */
	size_t n_packages;
	struct dd_secret_at *secrets; /* sorted by place, layer, path, inner, offset, rule; filtered ones too */
	size_t n_secrets;
	uint64_t secrets_dropped;    /* found beyond the limits and not listed */
	bool secrets_looked_for;     /* the detector ran; else n_secrets says nothing */
	struct dd_problem *problems; /* sorted by layer, path, offset, text */
	size_t n_problems;
	struct dd_arena arena; /* owns everything above */
};

/* All texts of a target but those of its lists, for those who copy or write all of them. */
extern const size_t dd_target_texts[];
extern const size_t dd_n_target_texts;

/* A copy whose texts and lists live in `a`. DD_ENOMEM. */
enum dd_code dd_target_copy(const struct dd_target *from, struct dd_arena *a, struct dd_target *ret);

#endif
