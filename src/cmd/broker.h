/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches one image, that the user named, for the confined process that reads it: this side has the network and the
 * credentials and parses next to nothing; the other (image/remote.h) parses everything and has neither. Whatever the
 * confined side asks for is held to the repository, or the engine's image, that the command line named. */
#ifndef DD_BROKER_H
#define DD_BROKER_H

#include "cmd/cmd.h"
#include "image/target.h"
#include "net/registry/pull.h"

struct dd_broker_request {
	struct dd_str name;		    /* of the image, as dd_target_parse gave it */
	uint32_t places;		    /* DD_REMOTE_*: that may be asked */
	const struct dd_platform *platform; /* NULL: not asked for */
	const struct dd_shared_options *shared;
};

struct dd_broker; /* opaque */

/* Makes the socket pair and nothing else; texts of q must outlive *ret. */
enum dd_code dd_broker_new(const struct dd_broker_request *q, struct dd_broker **ret, struct dd_err *err);
void dd_broker_freep(struct dd_broker **b);

/* In the confined process: takes its end, borrowed from b, and closes the other. */
int dd_broker_confined_end(struct dd_broker *b);
/* In the process that has the network, after the fork and before other threads: answers until the other side of each is
 * gone. */
void dd_broker_serve(struct dd_broker *const *list, size_t n);

/* How the shared options say that registries are to be spoken to. Texts are the options'. */
void dd_broker_registry_options(const struct dd_shared_options *shared, struct dd_registry_options *ret);

#endif
