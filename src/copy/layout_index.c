/* SPDX-License-Identifier: Apache-2.0 */
#include "copy/layout_index.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/json.h"

static const char ref_name[] = "org.opencontainers.image.ref.name";

const char *dd_layout_blob_name(const struct dd_digest *d, char out[DD_LAYOUT_BLOB_NAME_MAX])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, DD_LAYOUT_BLOB_NAME_MAX, "blobs/%s", dd_digest_text(d, text));
	char *colon = strchr(out, ':');
	if (colon)
		*colon = '/';
	return out;
}

/* Does the new entry take the place of this one? */
static bool is_replaced(const json_t *d, struct dd_str tag, const char *digest)
{
	struct dd_str name = dd_json_str(dd_json_obj(d, "annotations"), ref_name);
	return tag.n ? dd_str_eq(name, tag) : name.n == 0 && dd_str_eq_c(dd_json_str(d, "digest"), digest);
}

/* The caller's; NULL: no memory, or the tag is no text. */
static json_t *new_entry(const struct dd_copy_document *root, struct dd_str tag, const char *digest)
{
	json_t *d = json_pack("{s:s%, s:s, s:I}", "mediaType", root->media_type.p, root->media_type.n, "digest", digest,
			      "size", (json_int_t)root->bytes.n);
	if (d && tag.n && json_object_set_new(d, "annotations", json_pack("{s:s%}", ref_name, tag.p, tag.n)) != 0) {
		json_decref(d);
		d = NULL;
	}
	return d;
}

static enum dd_code dump(const json_t *index, struct dd_buf *out, struct dd_err *err)
{
	char *text = json_dumps(index, JSON_COMPACT);
	if (!text)
		return dd_fail_nomem(err);
	(void)dd_buf_add_c(out, text);
	free(text);
	return dd_buf_check(out, "index.json", err);
}

enum dd_code dd_layout_index(struct dd_str old, const struct dd_copy_document *root, struct dd_str tag,
			     struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *index = NULL;
	char digest[DD_DIGEST_TEXT_MAX];
	(void)dd_digest_text(&root->digest, digest);
	if (old.n)
		DD_TRY(dd_json_parse(old, &index, err));
	else
		index = json_pack("{s:i, s:s, s:[]}", "schemaVersion", 2, "mediaType",
				  "application/vnd.oci.image.index.v1+json", "manifests");
	if (!index)
		return dd_fail_nomem(err);
	json_t *list = json_object_get(index, "manifests");
	if (!json_is_array(list))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "it is no index of images");
	for (size_t i = json_array_size(list); i-- > 0;)
		if (is_replaced(json_array_get(list, i), tag, digest))
			(void)json_array_remove(list, i);
	if (json_array_append_new(list, new_entry(root, tag, digest)) != 0)
		return dd_fail_nomem(err);
	return dump(index, out, err);
}
