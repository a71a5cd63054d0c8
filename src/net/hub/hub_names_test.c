/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cleanup.h"
#include "net/hub/hub_names.h"
#include "support/test.h"

TEST(hub_lookalikes)
{
	static const struct {
		const char *registry, *repository;
		enum dd_lookalike_kind kind;
		const char *of;
	} rows[] = {
		{ "docker.io", "library/nginx", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "library/ngimx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "library/nginxx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "library/ngnix", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "library/pyth0n", DD_LOOKALIKE_IMAGE, "python" },
		{ "docker.io", "library/a1pine", DD_LOOKALIKE_IMAGE, "alpine" },
		{ "docker.io", "library/rnongo", DD_LOOKALIKE_IMAGE, "mongo" },
		{ "docker.io", "library/eclipse_temurin", DD_LOOKALIKE_IMAGE, "eclipse-temurin" },
		{ "docker.io", "library/nginx-official", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "library/something-new", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "nginx/nginx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "nginx-official/web", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "officialnginx/nginx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "librarry/nginx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "1ibrary/nginx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "acme/ng1nx", DD_LOOKALIKE_IMAGE, "nginx" },
		{ "docker.io", "acme/nginx", DD_LOOKALIKE_SAME_NAME, "nginx" },
		{ "docker.io", "acme/mango", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "bitnami/nginx", DD_LOOKALIKE_SAME_NAME, "nginx" },
		{ "docker.io", "bitnami/spark-thing", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "bitnamy/redis", DD_LOOKALIKE_PUBLISHER, "bitnami" },
		{ "docker.io", "bitnarni/redis", DD_LOOKALIKE_PUBLISHER, "bitnami" },
		{ "docker.io", "hashicorp-official/vault", DD_LOOKALIKE_PUBLISHER, "hashicorp" },
		{ "docker.io", "grafana/grafana", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "portainer/agent", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "acme-tools/widgets", DD_LOOKALIKE_IMAGE, "acmetools/widgets" },
		{ "docker.io", "acmetools/widgets", DD_LOOKALIKE_NONE, "" },
		{ "ghcr.io", "library/ngimx", DD_LOOKALIKE_NONE, "" },
		{ "ghrc.io", "acme/app", DD_LOOKALIKE_REGISTRY, "ghcr.io" },
		{ "qvay.io", "acme/app", DD_LOOKALIKE_REGISTRY, "quay.io" },
		{ "dockerr.io", "library/nginx", DD_LOOKALIKE_REGISTRY, "docker.io" },
		{ "registry.example:5000", "nginx", DD_LOOKALIKE_NONE, "" },
		{ "localhost:5000", "library/nginx", DD_LOOKALIKE_NONE, "" },
		{ "gcr.io", "x/y", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "", DD_LOOKALIKE_NONE, "" },
		{ "docker.io", "nginx", DD_LOOKALIKE_NONE, "" },
	};
	static const struct dd_str known[] = { DD_STR("acmetools/widgets"), DD_STR("grafana/loki") };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_lookalike l = dd_hub_lookalike(dd_str_from(rows[i].registry), dd_str_from(rows[i].repository),
							 known, DD_COUNT(known));
		CHECK_INT_ROW(l.kind, rows[i].kind, rows[i].repository);
		CHECK_STR_ROW(l.of, rows[i].of, rows[i].repository);
		CHECK_ROW((l.kind == DD_LOOKALIKE_NONE) == (l.how[0] == '\0'), rows[i].repository);
	}
}

/* A list whose own names look like each other would call official images imitations. */
TEST(hub_official_images)
{
	static const char *const names[] = {
#define DD_OFFICIAL_IMAGE(name, deprecated, instead) name,
#include "net/hub/official_images.def"
#undef DD_OFFICIAL_IMAGE
	};
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		struct dd_str repository[] = { dd_str_from(names[i]) };
		char text[128];
		(void)snprintf(text, sizeof text, "library/%s", names[i]);
		CHECK_ROW(dd_hub_lookalike(DD_STR("docker.io"), dd_str_from(text), repository, 1).kind ==
				  DD_LOOKALIKE_NONE,
			  names[i]);
		CHECK_ROW(i == 0 || strcmp(names[i - 1], names[i]) < 0, names[i]);
	}
	CHECK(dd_hub_official(DD_STR("nginx")) && !dd_hub_official(DD_STR("nginx"))->deprecated);
	CHECK(dd_hub_official(DD_STR("openjdk")) && dd_hub_official(DD_STR("openjdk"))->deprecated);
	CHECK(!dd_hub_official(DD_STR("library/nginx")) && !dd_hub_official(DD_STR("")));
}
