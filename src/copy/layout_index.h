/* SPDX-License-Identifier: Apache-2.0 */
/* What an OCI image layout says of itself, for those who write one. */
#ifndef DD_LAYOUT_INDEX_H
#define DD_LAYOUT_INDEX_H

#include "base/buf.h"
#include "copy/copy.h"

/* The file oci-layout. */
#define DD_LAYOUT_MARK "{\"imageLayoutVersion\":\"1.0.0\"}"

/* "blobs/sha256/<hex>" */
enum { DD_LAYOUT_BLOB_NAME_MAX = 8 + DD_DIGEST_TEXT_MAX };
const char *dd_layout_blob_name(const struct dd_digest *d, char out[DD_LAYOUT_BLOB_NAME_MAX]);

/* index.json: that of old (empty: there was none) with root under tag (empty: none), in the place of the one that had
 * the tag, or the digest. DD_EPARSE: old is no index. */
enum dd_code dd_layout_index(struct dd_str old, const struct dd_copy_document *root, struct dd_str tag,
			     struct dd_buf *out, struct dd_err *err);

#endif
