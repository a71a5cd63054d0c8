/* SPDX-License-Identifier: Apache-2.0 */
#include "model/program.h"

#include "base/cleanup.h"
#include "support/test.h"

TEST(program_of_module)
{
	static const struct {
		const char *path, *name; /* "-": none */
	} rows[] = {
		{ "github.com/traefik/traefik", "traefik" },
		{ "github.com/traefik/traefik/v3", "traefik" },
		{ "go.etcd.io/etcd/server/v3", "etcd" },
		{ "github.com/docker/cli/cmd/docker", "docker-cli" },
		{ "helm.sh/helmet", "-" },
		{ "helm.sh", "-" },
		{ "", "-" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_program *p = dd_program_of_module(dd_str_from(rows[i].path));
		CHECK_STR_ROW(dd_str_from(p ? p->name : "-"), rows[i].name, rows[i].path);
	}
}

TEST(program_version)
{
	static const struct {
		const char *version, *want;
	} rows[] = {
		{ "v1.2.3", "1.2.3" },
		{ "1.2.3", "1.2.3" },
		{ "v1.29.0-rc.1+dirty", "1.29.0-rc.1" },
		{ "v2.0.0+incompatible", "2.0.0" },
		{ "v", "" },
		{ "", "" },
		{ "v1.0:x", "1.0" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(dd_program_version(dd_str_from(rows[i].version)), rows[i].want, rows[i].version);
}

TEST(program_cpe)
{
	static const struct {
		const char *cpe;
		bool want;
	} rows[] = {
		{ "cpe:2.3:a:hashicorp:vault:1.2.3:*:*:*:*:*:*:*", true },
		{ "cpe:2.3:a:hashicorp:vault", true },
		{ "cpe:2.3:a:hashicorp:vault-plugin:1.2.3:*:*:*:*:*:*:*", false },
		{ "cpe:2.3:o:hashicorp:vault:1.2.3:*:*:*:*:*:*:*", false },
		{ "cpe:/a:hashicorp:vault:1.2.3", false },
		{ "cpe:2.3:a:hashicorp", false },
		{ "", false },
	};
	const struct dd_program *vault = dd_program_of_module(DD_STR("github.com/hashicorp/vault"));
	CHECK(vault != NULL);
	for (size_t i = 0; vault && i < DD_COUNT(rows); i++)
		CHECK_INT_ROW(dd_program_has_cpe(vault, dd_str_from(rows[i].cpe)), rows[i].want, rows[i].cpe);
}
