/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as Docker's reference has them (docs.docker.com/reference/api/hub, github.com/docker/hub-mcp). */
#include "base/cleanup.h"
#include "net/hub/hub_parts.h"
#include "support/test.h"

static const char repository[] = "{\"user\":\"library\",\"name\":\"nginx\",\"namespace\":\"library\",\"status\":1,"
				 "\"status_description\":\"active\","
				 "\"description\":\" Official build of Nginx. "
				 "\",\"is_private\":false,\"is_automated\":true,\"star_count\":20312,"
				 "\"pull_count\":11834567890,\"last_updated\":\"2024-11-22T10:00:00.123456Z\","
				 "\"date_registered\":\"2014-06-05T19:14:45Z\",\"full_description\":\"# Quick\"}";
static const char tags[] =
	"{\"count\":1024,\"next\":\"https://x/?page=2\",\"results\":[{\"images\":[{\"architecture\":\"arm64\","
	"\"variant\":\"v8\",\"digest\":\"sha256:01\",\"os\":\"linux\",\"size\":71},{\"os\":null}],"
	"\"last_updated\":null,\"tag_last_pushed\":\"2024-11-20T08:00:00Z\",\"name\":\"1.27.3\",\"full_size\":72,"
	"\"tag_status\":\"inactive\",\"digest\":\"sha256:02\"},{\"name\":\"-no\"},{\"name\":\"old\"}]}";
static const char search[] =
	"{\"total\":4,\"results\":[{\"id\":\"nginx\",\"name\":\"nginx\",\"slug\":\"nginx\",\"badge\":\"official\"},"
	"{\"name\":\"bitnami/nginx\",\"slug\":\"bitnami/nginx\",\"badge\":\"verfified_publisher\","
	"\"publisher\":{\"name\":\"VMware\"},\"archived\":true},"
	"{\"name\":\"evil/nginx\",\"slug\":\"good/thing\",\"badge\":\"verified_publisher\"},"
	"{\"name\":\"acme/nginx\",\"badge\":\"official\"},{\"name\":\"plain/app\",\"badge\":\"open_source\"}]}";

TEST(hub_read_repository)
{
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_hub_repository r;
	CHECK(dd_hub_read_repository(dd_str_from(repository), &a, &r, NULL) == DD_OK);
	CHECK_STR(r.description, "Official build of Nginx.");
	CHECK_STR(r.status, "active");
	CHECK_INT(r.stars, 20312);
	CHECK_INT(r.pulls, 11834567890);
	CHECK_INT(r.updated, 1732269600);
	CHECK(r.automated && !r.is_private);
	CHECK(dd_hub_read_repository(DD_STR("{}"), &a, &r, NULL) == DD_OK);
	CHECK(r.stars == UINT64_MAX && r.updated == INT64_MIN && r.description.n == 0);
	CHECK(dd_hub_read_repository(DD_STR("{\"star_count\":-1,\"pull_count\":1e3,\"description\":null}"), &a, &r,
				     NULL) == DD_OK);
	CHECK(r.stars == UINT64_MAX && r.pulls == UINT64_MAX);
	dd_arena_done(&a);
}

TEST(hub_read_tags)
{
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_hub_tags t;
	CHECK(dd_hub_read_tags(dd_str_from(tags), &a, &t, NULL) == DD_OK);
	CHECK_INT(t.n, 2);
	CHECK_INT(t.odd, 1);
	CHECK_INT(t.total, 1024);
	CHECK(t.more);
	CHECK_STR(t.p[0].name, "1.27.3");
	CHECK_STR(t.p[0].digest, "sha256:02");
	CHECK_STR(t.p[0].images[0].platform, "linux/arm64/v8");
	CHECK_INT(t.p[0].n_images, 2);
	CHECK_INT(t.p[0].updated, 1732089600);
	CHECK(t.p[0].inactive && t.p[0].size == 72 && t.p[1].size == UINT64_MAX);
	CHECK(dd_hub_read_tags(DD_STR("{\"results\":{}}"), &a, &t, NULL) == DD_EPARSE);
	dd_arena_done(&a);
}

TEST(hub_read_search)
{
	static const struct {
		const char *space, *name;
		bool found;
		enum dd_badge badge;
	} rows[] = {
		{ "library", "nginx", true, DD_BADGE_OFFICIAL },
		{ "bitnami", "nginx", true, DD_BADGE_VERIFIED },
		{ "evil", "nginx", false, DD_BADGE_NONE }, /* the slug is another repository */
		{ "good", "thing", true, DD_BADGE_VERIFIED },
		{ "acme", "nginx", true, DD_BADGE_NONE }, /* official is library/ alone */
		{ "plain", "app", true, DD_BADGE_OPEN_SOURCE },
		{ "nginx", "nginx", false, DD_BADGE_NONE },
		{ "library", "nginx2", false, DD_BADGE_NONE },
		{ "bitnam", "i/nginx", false, DD_BADGE_NONE },
	};
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_hub_found f;
		CHECK(dd_hub_read_search(dd_str_from(search), dd_str_from(rows[i].space), dd_str_from(rows[i].name), &a,
					 &f, NULL) == DD_OK);
		CHECK_INT_ROW(f.found, rows[i].found, rows[i].space);
		CHECK_INT_ROW(f.badge, rows[i].badge, rows[i].space);
	}
	dd_arena_done(&a);
}

TEST(hub_read_truncated)
{
	const struct dd_str all[] = { dd_str_from(repository), dd_str_from(tags), dd_str_from(search) };
	for (size_t i = 0; i < DD_COUNT(all); i++)
		for (size_t n = 0; n < all[i].n; n++) {
			struct dd_arena a = DD_ARENA_INIT(1 << 20);
			struct dd_str cut = dd_str_take(all[i], n);
			struct dd_hub_repository r;
			struct dd_hub_tags t;
			struct dd_hub_found f;
			struct dd_hub_org o;
			CHECK(dd_hub_read_repository(cut, &a, &r, NULL) == DD_EPARSE);
			CHECK(dd_hub_read_tags(cut, &a, &t, NULL) == DD_EPARSE);
			CHECK(dd_hub_read_search(cut, DD_STR("a"), DD_STR("b"), &a, &f, NULL) == DD_EPARSE);
			CHECK(dd_hub_read_org(cut, &a, &o, NULL) == DD_EPARSE);
			dd_arena_done(&a);
		}
}
