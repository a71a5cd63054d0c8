/* SPDX-License-Identifier: Apache-2.0 */
/* One image of a store, as struct dd_image. */
#include <fcntl.h>
#include <stdio.h>

#include "image/store_parts.h"

static enum dd_code open_containerd(struct dd_image *img, const struct dd_image_choice *c,
				    const struct dd_store_found *found, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int root = -1;
	struct dd_str bytes;
	DD_TRY(dd_store_open_root(found->place.root, &root, err));
	int content = openat(root, "io.containerd.content.v1.content", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (content < 0)
		return dd_fail_errno(err, "cannot open its content store");
	DD_TRY(dd_bundle_directory(content, c->what, &img->bundle, err));
	DD_TRY(dd_bundle_read_manifest(img->bundle, &found->image.id, &img->arena, &bytes, err));
	DD_TRY(dd_image_oci_root(img, c, &found->image.id, bytes, err));
	return DD_OK;
}

enum dd_code dd_image_containerd(struct dd_image *img, const struct dd_image_choice *c,
				 const struct dd_store_found *found, struct dd_err *err)
{
	enum dd_code code = open_containerd(img, c, found, err);
	if (code == DD_ENOTFOUND)
		return dd_wrap(err,
			       "the content store has not all of the image (containerd fetches one platform only, and "
			       "drops layers once unpacked where discard_unpacked_layers is set; scan it from its "
			       "registry)");
	return code;
}

enum dd_code dd_image_store(struct dd_image *img, const struct dd_image_choice *c, const struct dd_store_found *found,
			    struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	bool containerd = found->place.kind == DD_STORE_CONTAINERD;
	enum dd_code code =
		containerd ? dd_image_containerd(img, c, found, &why) : dd_image_storage(img, c, found, &why);
	if (code != DD_OK) {
		(void)dd_wrap(&why, "%s at %s", dd_store_kind_name(found->place.kind),
			      DD_QUOTE(dd_str_from(found->place.root)));
		dd_err_copy(err, &why);
		return code;
	}
	img->target.kind = dd_str_from(dd_store_kind_name(found->place.kind));
	img->target.image = dd_arena_str(&img->arena, found->name);
	return img->target.image.p ? DD_OK : dd_fail_nomem(err);
}
