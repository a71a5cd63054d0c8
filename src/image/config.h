/* SPDX-License-Identifier: Apache-2.0 */
/* The image configuration document (OCI image-spec v1.1, config.md; Docker image spec v1.2) → target and layers. */
#ifndef DD_IMAGE_CONFIG_H
#define DD_IMAGE_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "format/digest.h"
#include "format/json.h"
#include "image/target.h"
#include "model/inventory.h"

struct dd_image_config {
	struct dd_platform platform;
	struct dd_str created, user;
	struct dd_digest *diff_ids; /* from the base up */
	size_t n_diff_ids;
	/* One per diff_id; empty where the history does not fit the layers. */
	struct dd_str *instructions;
	struct dd_str *command; /* Entrypoint, then Cmd */
	size_t n_command;
	struct dd_str working_dir, search_path; /* search_path: PATH of Env */
	struct dd_label *labels;		/* sorted by key */
	size_t n_labels;
	struct dd_base_image base;
};

/* Everything lives in a. DD_EPARSE: not JSON, or no rootfs.diff_ids; DD_ELIMIT: over DD_LAYERS_MAX. */
enum dd_code dd_image_config_parse(struct dd_str json, struct dd_arena *a, struct dd_image_config *ret,
				   struct dd_err *err);

/* config_run.c: fills command, working_dir, search_path, labels from the document's `config`. DD_ENOMEM. */
enum dd_code dd_image_config_run(const json_t *config, struct dd_arena *a, struct dd_image_config *c);
/* base_image.c: fills base from labels and `history`. */
void dd_base_image_guess(const json_t *history, struct dd_image_config *c);

/* The Dockerfile instruction in history's created_by: "/bin/sh -c #(nop)  CMD [...]" → "CMD [...]", "RUN /bin/sh -c x #
 * buildkit" → "RUN x", "|1 A=b /bin/sh -c x" → "RUN x" (build arguments are not part of the instruction). Appends. */
void dd_instruction_clean(struct dd_str created_by, struct dd_buf *out);

#endif
