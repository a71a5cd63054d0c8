/* SPDX-License-Identifier: Apache-2.0 */
/* What `db update` remembers of its database, beside it: advisories.json. It answers two questions: was the database
 * made from exactly these files (then nothing needs to be built), and when did the official sources last say that it is
 * up to date. A state that is missing, broken or of another database answers no to both. */
#ifndef DD_UPDATE_STATE_H
#define DD_UPDATE_STATE_H

#include "base/buf.h"
#include "format/digest.h"

struct dd_update_state {
	char database[DD_DIGEST_TEXT_MAX]; /* digest that the database says of itself */
	char inputs[DD_DIGEST_TEXT_MAX];   /* of names, dates and digests of the files it was made from */
	char program[32];		   /* version of drydock that made it */
	int64_t checked;		   /* when the official sources were last asked, INT64_MIN: never. Not set for a
					    * mirror: that a mirror has nothing new says nothing of how old it is. */
};

/* db_path: the database that the state stands beside. */
void dd_update_state_read(const char *db_path, struct dd_update_state *ret);
enum dd_code dd_update_state_write(const char *db_path, const struct dd_update_state *s, struct dd_err *err);

#endif
