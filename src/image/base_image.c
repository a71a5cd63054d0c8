/* SPDX-License-Identifier: Apache-2.0 */
/* Which layers came from the image that this one was built on.
 *
 * Nothing in a configuration says it outright. What does tell:
 * - the annotations org.opencontainers.image.base.name and .digest (OCI image-spec v1.1, annotations.md), which some
 *   builders write as labels: they name the base, not its layers;
 * - the history. A base image ends as nearly all images do, with a CMD or ENTRYPOINT instruction that made no layer. So
 *   the last such instruction that a layer still follows closes a base image; the one behind the last layer is the
 *   image's own. A base that was itself built on another one counts as one base with all its layers.
 * Without such an instruction (a base without CMD, flattened history) nothing is claimed. */
#include "image/config.h"

static bool ends_base(struct dd_str created_by)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64 << 10);
	dd_instruction_clean(dd_str_take(created_by, 4096), &text);
	struct dd_str s = dd_buf_str(&text);
	return dd_str_starts(s, DD_STR("CMD ")) || dd_str_starts(s, DD_STR("ENTRYPOINT "));
}

/* Layers before the last closing instruction that a layer follows; 0: there is none. */
static size_t layers_of_base(const json_t *history)
{
	size_t layers = 0, closed = 0, found = 0;
	for (size_t i = 0; i < dd_json_len(history); i++) {
		const json_t *h = dd_json_at(history, i);
		if (!dd_json_bool(h, "empty_layer")) {
			found = closed;
			layers++;
		} else if (ends_base(dd_json_str(h, "created_by"))) {
			closed = layers;
		}
	}
	return found;
}

static struct dd_str label(const struct dd_image_config *c, const char *key)
{
	for (size_t i = 0; i < c->n_labels; i++)
		if (dd_str_eq_c(c->labels[i].key, key))
			return c->labels[i].value;
	return DD_STR("");
}

void dd_base_image_guess(const json_t *history, struct dd_image_config *c)
{
	size_t layers = 0;
	for (size_t i = 0; i < dd_json_len(history); i++)
		layers += !dd_json_bool(dd_json_at(history, i), "empty_layer");
	c->base = (struct dd_base_image){ .name = label(c, "org.opencontainers.image.base.name"),
					  .digest = label(c, "org.opencontainers.image.base.digest"),
					  .how = DD_STR("") };
	if (c->base.name.n || c->base.digest.n)
		c->base.how = DD_STR("label");
	/* A history that does not fit the layers says nothing of them. */
	if (layers == c->n_diff_ids)
		c->base.n_layers = layers_of_base(history);
	if (c->base.n_layers)
		c->base.how = c->base.how.n ? DD_STR("label, history") : DD_STR("history");
}
