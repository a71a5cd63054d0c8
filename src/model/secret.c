/* SPDX-License-Identifier: Apache-2.0 */
#include "model/secret.h"

#include <stddef.h>

#include "base/cleanup.h"

const char *dd_secret_place_name(enum dd_secret_place p)
{
	static const char *const names[] = { "file", "env", "label", "command", "history", "annotation" };
	return p < DD_SECRET_PLACE_COUNT ? names[p] : "file";
}

const char *dd_secret_alive_name(enum dd_secret_alive a)
{
	static const char *const names[] = { "not-asked", "active", "inactive", "unclear" };
	return a < DD_ALIVE_COUNT ? names[a] : "not-asked";
}

const size_t dd_secret_texts[] = {
	offsetof(struct dd_secret, rule),	 offsetof(struct dd_secret, inner),
	offsetof(struct dd_secret, coding),	 offsetof(struct dd_secret, redacted),
	offsetof(struct dd_secret, clear),	 offsetof(struct dd_secret, context),
	offsetof(struct dd_secret, fingerprint), offsetof(struct dd_secret, reason),
	offsetof(struct dd_secret, filtered),
};
const size_t dd_n_secret_texts = DD_COUNT(dd_secret_texts);
