/* SPDX-License-Identifier: Apache-2.0 */
/* Archives, OCI layouts and root file systems: opened as a scan opens them, by the confined child that this runs in. No
 * layer is read. */
#include <unistd.h>

#include "base/limits.h"
#include "cmd/inspect_parts.h"
#include "image/image.h"

static void take_sizes(const struct dd_image *img, struct dd_card *c)
{
	uint64_t stored = 0;
	bool known = img->target.n_layers > 0, packed = false;
	for (size_t i = 0; i < img->target.n_layers; i++) {
		const struct dd_layer_blob *b = &img->blobs[i];
		known = known && b->unreadable.n == 0 && !__builtin_add_overflow(stored, b->at.size, &stored);
		/* containers-storage keeps layers unpacked. */
		packed = packed || (b->unreadable.n == 0 && !dd_str_eq_c(img->target.kind, "storage") &&
				    dd_layer_blob_compressed(b));
	}
	c->n_layers = img->target.n_layers;
	if (!known)
		return;
	if (packed)
		c->compressed = stored;
	else
		c->unpacked = stored;
}

static enum dd_code take(struct dd_inspect *in, const struct dd_image *img, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	c->place = img->target.kind;
	c->familiar = img->target.image.n ? img->target.image : c->asked;
	c->digest = img->target.digest;
	c->manifest_digest = img->target.digest;
	c->config_digest = img->target.config_digest;
	c->platform = img->target.platform;
	c->user = img->target.user;
	c->working_dir = img->target.working_dir;
	c->labels = img->target.labels;
	c->n_labels = img->target.n_labels;
	c->base = img->target.base;
	if (img->config.n)
		DD_TRY(dd_describe_config(img->config, &in->arena, c, err));
	take_sizes(img, c);
	for (size_t i = 0; i < img->problems.n; i++)
		dd_card_add_note(c, &in->arena, DD_CARD_WARNING, "problem", "%.*s", DD_FMT(img->problems.p[i].text));
	dd_card_add_note(
		c, &in->arena, DD_CARD_NOT_ASKED, "registry",
		"Registry and Docker Hub: what a file or store calls its image proves nothing. 'drydock inspect NAME' "
		"asks them.");
	return DD_OK;
}

enum dd_code dd_inspect_local(struct dd_inspect *in, const char *target, const char *spool_dir, struct dd_err *err)
{
	const struct dd_image_request req = { .target = target,
					      .platform = in->o->platform,
					      .spool_dir = spool_dir,
					      .stdin_fd = STDIN_FILENO,
					      .stores = in->stores.n ? &in->stores : NULL };
	DD_CLEANUP(dd_image_freep) struct dd_image *img = NULL;
	DD_TRY(dd_image_open(&req, &img, err));
	DD_TRY(take(in, img, err));
	in->image = DD_TAKE(img); /* the card's texts are its */
	return DD_OK;
}
