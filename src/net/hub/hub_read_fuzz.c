/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as each of Docker Hub's answers. What is read must be within the limits that the header promises. */
#include "base/limits.h"
#include "net/hub/hub_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_str json = { (const char *)data, size };
	struct dd_hub_repository r;
	struct dd_hub_tags tags;
	struct dd_hub_found found;
	struct dd_hub_org org;
	if (dd_hub_read_repository(json, &a, &r, NULL) == DD_OK)
		dd_assert(r.full.n <= DD_HUB_DESCRIPTION_MAX && r.description.n <= DD_HUB_TEXT_MAX);
	if (dd_hub_read_tags(json, &a, &tags, NULL) == DD_OK) {
		dd_assert(tags.n <= (size_t)DD_HUB_PAGE_TAGS * 2);
		for (size_t i = 0; i < tags.n; i++)
			dd_assert(tags.p[i].name.n && tags.p[i].n_images <= DD_HUB_IMAGES_MAX);
	}
	if (dd_hub_read_search(json, DD_STR("bitnami"), DD_STR("nginx"), &a, &found, NULL) == DD_OK)
		dd_assert(found.badge != DD_BADGE_OFFICIAL);
	(void)dd_hub_read_search(json, DD_STR("library"), DD_STR("nginx"), &a, &found, NULL);
	if (dd_hub_read_org(json, &a, &org, NULL) == DD_OK)
		dd_assert(org.badge != DD_BADGE_OFFICIAL);
	dd_arena_done(&a);
	return 0;
}
