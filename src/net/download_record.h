/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of a download: `path`.json. Internal to src/net. A record that is missing or broken is an empty
 * one: the file is fetched anew. */
#ifndef DD_DOWNLOAD_RECORD_H
#define DD_DOWNLOAD_RECORD_H

#include "base/buf.h"
#include "base/limits.h"
#include "format/digest.h"

struct dd_validators {
	char url[DD_HTTP_URL_BYTES_MAX + 1]; /* empty: nothing is known */
	char etag[DD_HTTP_VALIDATOR_BYTES_MAX + 1], modified[DD_HTTP_VALIDATOR_BYTES_MAX + 1];
};
struct dd_download_record {
	struct dd_validators whole, part;
	struct dd_digest digest; /* of the whole copy */
	uint64_t bytes;
};

void dd_download_record_read(const char *path, struct dd_download_record *ret);
enum dd_code dd_download_record_write(const char *path, const struct dd_download_record *r, struct dd_err *err);

#endif
