/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of rpm header blobs as the package database keeps them: one package's tags. Zero-copy: everything returned is
 * a view into the blob. */
#ifndef DD_RPM_HEADER_H
#define DD_RPM_HEADER_H

#include "base/err.h"
#include "base/str.h"

/* rpm's tag numbers that drydock reads (rpmtag.h, rpm 4.18). */
enum dd_rpm_tag {
	DD_RPM_IMMUTABLE = 63,
	DD_RPM_SHA256HEADER = 273,
	DD_RPM_NAME = 1000,
	DD_RPM_VERSION = 1001,
	DD_RPM_RELEASE = 1002,
	DD_RPM_EPOCH = 1003,
	DD_RPM_SIZE = 1009,
	DD_RPM_VENDOR = 1011,
	DD_RPM_LICENSE = 1014,
	DD_RPM_ARCH = 1022,
	DD_RPM_OLDFILENAMES = 1027,
	DD_RPM_SOURCERPM = 1044,
	DD_RPM_PROVIDENAME = 1047,
	DD_RPM_REQUIREFLAGS = 1048,
	DD_RPM_REQUIRENAME = 1049,
	DD_RPM_REQUIREVERSION = 1050,
	DD_RPM_PROVIDEFLAGS = 1112,
	DD_RPM_PROVIDEVERSION = 1113,
	DD_RPM_DIRINDEXES = 1116,
	DD_RPM_BASENAMES = 1117,
	DD_RPM_DIRNAMES = 1118,
	DD_RPM_LONGSIZE = 5009,
	DD_RPM_MODULARITYLABEL = 5096,
};

struct dd_rpm_header {
	struct dd_str index; /* entries of 16 bytes */
	struct dd_str store; /* what they point into */
	uint32_t entries;
};

/* Errors: DD_EPARSE the blob's two lengths do not add up to its size (err->at: offset in the blob); DD_ELIMIT over
 * DD_RPM_TAGS_MAX or DD_RPM_HEADER_BYTES_MAX. Single tags are looked at only when they are asked for. */
enum dd_code dd_rpm_header_open(struct dd_str blob, struct dd_rpm_header *ret, struct dd_err *err);

/* Compares the header with the SHA-256 that rpm keeps in it (4.14 on; an older one has none and is DD_OK). It covers
 * what the package file was built with, not what rpm added at installation. DD_EDIGEST: damaged, or changed since;
 * DD_EPARSE: there is a digest, but not what it is of; DD_ENOMEM. */
enum dd_code dd_rpm_header_verify(const struct dd_rpm_header *h, struct dd_err *err);

/* A tag's text: STRING, or the first of an I18NSTRING or STRING_ARRAY. Absent: DD_OK and the empty view.
 * DD_EPARSE: of another type, outside the blob, without its NUL (err->at: offset in the blob). */
enum dd_code dd_rpm_header_str(const struct dd_rpm_header *h, uint32_t tag, struct dd_str *ret, struct dd_err *err);

/* A tag's first number: INT8 to INT64, unsigned. Absent: DD_OK and *ret_present false. DD_EPARSE as above. */
enum dd_code dd_rpm_header_u64(const struct dd_rpm_header *h, uint32_t tag, uint64_t *ret, bool *ret_present,
			       struct dd_err *err);

/* A tag's list of texts. Absent: DD_OK and an empty list. DD_EPARSE as above; a list that is cut shows only in
 * dd_rpm_strings_next. */
struct dd_rpm_strings {
	struct dd_str rest;
	uint32_t left; /* texts not yet returned; at most one for each byte of rest */
};
enum dd_code dd_rpm_header_strings(const struct dd_rpm_header *h, uint32_t tag, struct dd_rpm_strings *ret,
				   struct dd_err *err);
/* The next text; false when there is none: the end if list->left is 0, else the list is cut. */
bool dd_rpm_strings_next(struct dd_rpm_strings *list, struct dd_str *ret);

/* A tag's list of INT32. Absent: DD_OK and an empty list. DD_EPARSE as above, also when the list is cut. */
struct dd_rpm_numbers {
	const char *p; /* big endian; read with dd_rpm_numbers_at */
	uint32_t n;
};
enum dd_code dd_rpm_header_numbers(const struct dd_rpm_header *h, uint32_t tag, struct dd_rpm_numbers *ret,
				   struct dd_err *err);
/* i must be below list->n. */
uint32_t dd_rpm_numbers_at(const struct dd_rpm_numbers *list, uint32_t i);

#endif
