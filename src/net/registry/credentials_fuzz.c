/* SPDX-License-Identifier: Apache-2.0 */
/* config.json as bytes; each of its keys is asked for. */
#include "base/limits.h"
#include "net/registry/credentials_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_json_parse((struct dd_str){ (const char *)data, size }, &doc, NULL) != DD_OK)
		return 0;
	const json_t *auths = dd_json_obj(doc, "auths");
	int n = 0;
	for (void *it = dd_json_first(auths); it && n < 50; it = dd_json_next(auths, it), n++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_credentials_key k = dd_credentials_key(dd_json_name(it));
		struct dd_credential c;
		(void)dd_credentials_file_helper(doc, k.host, k.path);
		if (dd_credentials_file_auth(doc, k.host, k.path, &a, &c, NULL) == DD_OK)
			dd_assert(c.username.n <= DD_CREDENTIAL_BYTES_MAX && c.password.n <= DD_CREDENTIAL_BYTES_MAX);
	}
	return 0;
}
