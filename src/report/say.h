/* SPDX-License-Identifier: Apache-2.0 */
/* What several formats say in the same words, and the identities that they share. Texts are appended raw, with all the
 * bytes that an image or an advisory put into them: each format escapes them in its own way. */
#ifndef DD_SAY_H
#define DD_SAY_H

#include "base/map.h"
#include "base/vec.h"
#include "model/secret.h"
#include "report/formats.h"

/* The package that a finding is about, NULL for none. */
const struct dd_installed *dd_say_package(const struct dd_report *r, const struct dd_finding *f);
/* A layer that the target has, or NULL. */
const struct dd_layer *dd_say_layer(const struct dd_report *r, int layer);
/* "openssl 3.0.9-1: CVE-2023-5363, incorrect cipher key (fixed in 3.0.11-1~deb12u2)" */
void dd_say_message(const struct dd_report *r, const struct dd_finding *f, struct dd_buf *out);
/* "upgrade openssl to 3.0.11-1~deb12u2", "there is no fix yet"; the advice where there is one; empty when unknown. */
void dd_say_solution(const struct dd_report *r, const struct dd_finding *f, struct dd_buf *out);
/* "no fix yet", "won't be fixed" …; "" for DD_FIX_FIXED. */
const char *dd_say_fix_state(enum dd_fix_state state);
/* "ghp_… (40 characters)", or the secret itself where the report has it. */
void dd_say_secret_value(const struct dd_secret_finding *s, struct dd_buf *out);
/* "app/backup.tar!settings.properties:7", "config.Env TOKEN": the place and the line. */
void dd_say_secret_place(const struct dd_finding *f, struct dd_buf *out);
/* "high confidence: its checksum is right; deleted by layer 3: …" */
void dd_say_secret_reason(const struct dd_finding *f, struct dd_buf *out);
/* The line that a finding is in, 1 where it is not known: most formats cannot do without. */
uint64_t dd_say_line(const struct dd_finding *f);
/* Is its path one of the image's files? */
bool dd_say_in_file(const struct dd_finding *f);
/* Path, then '!' and the member inside it. */
void dd_say_place(struct dd_str path, struct dd_str inner, struct dd_buf *out);
/* Every place of a finding: those of its package, else its own path. At least one; i counts from 0, false behind the
 * last. */
bool dd_say_location(const struct dd_report *r, const struct dd_finding *f, size_t i, struct dd_location *ret);
/* Appends the public page about an advisory, made of its id only where that has the form that it should:
 * "CVE-2023-5363" and "GHSA-jfh8-c2jp-5v3q". False: nothing was appended. */
bool dd_say_advisory_url(struct dd_str id, struct dd_buf *out);
/* The same for the page where a secret is revoked. */
bool dd_say_revoke_url(const struct dd_finding *f, struct dd_buf *out);
/* "https://", then what RFC 3986 allows; of a length that no reader balks at. */
bool dd_say_is_url(struct dd_str s);
/* A file's path as a relative URI reference (RFC 3986): everything but unreserved characters and '/' is encoded. */
void dd_say_uri(struct dd_str path, struct dd_buf *out);
/* The longest start of s of at most max bytes that ends between characters. */
struct dd_str dd_say_cut(struct dd_str s, size_t max);
/* "Critical" for "critical": the first letter of a name is large. out needs 16 bytes. */
const char *dd_say_large(const char *name, char out[16]);

/* Names for findings that stay the same from scan to scan, also when versions change: 64 hex digits of SHA-256 over
 * kind, id, package and place, with "-2", "-3" … behind the ones that are in the report several times. Call it for each
 * finding in the order of the report. */
struct dd_fingerprints {
	struct dd_map seen;
	struct dd_arena arena;
};
enum { DD_FINGERPRINT_MAX = 64 + 24 };
struct dd_fingerprints dd_fingerprints_new(void);
enum dd_code dd_fingerprints_next(struct dd_fingerprints *p, const struct dd_report *r, const struct dd_finding *f,
				  char out[DD_FINGERPRINT_MAX], struct dd_err *err);
void dd_fingerprints_done(struct dd_fingerprints *p);

#endif
