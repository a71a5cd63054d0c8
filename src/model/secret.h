/* SPDX-License-Identifier: Apache-2.0 */
/* A secret that was found, and the kind it is of. Secrets in the clear are kept only where the user asked to see or to
 * test them, and never leave the process that read them except by its report: caches and reports hold `redacted` and
 * `fingerprint`. All text is a view into the arena of what the record belongs to. */
#ifndef DD_SECRET_MODEL_H
#define DD_SECRET_MODEL_H

#include "base/str.h"
#include "model/entry_state.h"
#include "model/finding.h"

/* What a rule says of the secrets it finds. */
struct dd_secret_kind {
	struct dd_str id;	/* of the rule: "github-pat"; baselines name it */
	struct dd_str title;	/* one line: "GitHub: personal access token (classic)" */
	struct dd_str provider; /* who made it and can make it worthless: "GitHub"; may be empty */
	struct dd_str revoke;	/* page where it is revoked, or that says how; may be empty */
	struct dd_str advice;	/* one line on what else to do, may be empty */
	enum dd_severity severity;
	enum dd_confidence confidence; /* of the form, before anything was checked */
	bool user;		       /* of a rule file that the user gave */
};

struct dd_secret {
	struct dd_str rule; /* dd_secret_kind.id */
	struct dd_str
		inner; /* the member inside the file, levels apart by '!': "lib/app.jar!config.yml"; may be empty */
	struct dd_str coding;	/* what it was wrapped in, from the outside in: "base64, gzip"; may be empty */
	uint64_t offset;	/* bytes into the file or member; of the wrapped text where coding is not empty */
	uint64_t line, column;	/* from 1, column in bytes; 0: not text */
	uint64_t length;	/* bytes of the secret itself */
	struct dd_str redacted; /* "ghp_… (40 characters)": printable, for every report */
	struct dd_str clear;	/* empty unless dd_secret_options.reveal; any bytes; never written to the cache */
	struct dd_str
		context; /* what stands before it on its line, printable, other secrets in it redacted; may be empty */
	struct dd_str fingerprint; /* 32 hex digits: the same for the same secret and rule wherever it lies; empty where
				      filtered is not */
	enum dd_confidence confidence;
	struct dd_str reason;	/* why this confidence: "its checksum is right"; may be empty */
	struct dd_str filtered; /* why it does not count: "stands for a value: ${TOKEN}"; empty: it counts */
};

/* Where a secret lies. */
enum dd_secret_place {
	DD_SECRET_FILE,	      /* of a layer, a directory, a repository's history */
	DD_SECRET_ENV,	      /* config.Env */
	DD_SECRET_LABEL,      /* config.Labels */
	DD_SECRET_COMMAND,    /* config.Entrypoint, Cmd, Healthcheck, OnBuild, Shell */
	DD_SECRET_HISTORY,    /* history: an instruction or a build argument */
	DD_SECRET_ANNOTATION, /* of the manifest or the index */
	DD_SECRET_PLACE_COUNT
};
const char *dd_secret_place_name(enum dd_secret_place p); /* "file" "env" "label" "command" "history" "annotation" */

/* What its provider said when it was asked (--verify). */
enum dd_secret_alive {
	DD_ALIVE_NOT_ASKED,
	DD_ALIVE_YES,	  /* it still takes the credential */
	DD_ALIVE_NO,	  /* it refuses it: revoked, expired, or never one */
	DD_ALIVE_UNCLEAR, /* no answer, or one that says neither */
	DD_ALIVE_COUNT
};
const char *dd_secret_alive_name(enum dd_secret_alive a); /* "not-asked" "active" "inactive" "unclear" */

/* A secret in its place in the image. */
struct dd_secret_at {
	struct dd_secret secret;
	const struct dd_secret_kind *kind;
	enum dd_secret_place place;
	/* Of a file: its path without the leading slash. Else where it stands in its document: "config.Env
	 * DB_PASSWORD", "config.Labels com.example.token", "history 4 ARG NPM_TOKEN". */
	struct dd_str path;
	int layer; /* that brought it; of history the layer that the instruction made; DD_NO_LAYER: none */
	enum dd_entry_state state;
	int by; /* layer that deleted or overwrote it, DD_NO_LAYER while it is live */
	enum dd_secret_alive alive;
	struct dd_str alive_note; /* "api.github.com answered 401"; may be empty */
	/* "openssl 3.0.15-1": the package of the system that brought the file, which lies there as everybody gets it;
	 * empty: none, or it may have been changed here. */
	struct dd_str owner;
	struct dd_str commit, author,
		date; /* of a repository's history: full id, "Name <address>", RFC 3339; else empty */
};

/* A total order of different secrets: by place, layer, path, inner, commit, offset, rule … <0, 0, >0. */
int dd_secret_at_cmp(const struct dd_secret_at *a, const struct dd_secret_at *b);

/* What the judge makes of one; copies, so that a finding is whole without the inventory and the rules. */
struct dd_secret_finding {
	struct dd_secret_at at; /* at.kind is &kind; at.secret.clear is empty unless the user asked to see it */
	struct dd_secret_kind kind;
	struct dd_str instruction; /* of the Dockerfile that leaked it, cleaned as dd_layer.instruction; may be empty */
	/* How to write it instead: lines of a Dockerfile or .dockerignore, LF between, "- " before what goes, "+ "
	 * before what comes, "# " before the name of the file they are of and before what is to be typed; may be
	 * empty. */
	struct dd_str change;
};

/* All texts of a secret, for those who copy or write all of them. */
extern const size_t dd_secret_texts[];
extern const size_t dd_n_secret_texts;

#endif
