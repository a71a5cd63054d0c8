/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "net/registry/registries_conf.h"
#include "net/registry/registry_parts.h"
#include "support/test.h"

/* After the examples of containers-registries.conf(5). */
static const char document[] = "unqualified-search-registries = [\"example.com\"]\n"
			       "[[registry]]\n"
			       "prefix = \"example.com/foo\"\n"
			       "insecure = false\nblocked = false\n"
			       "location = \"internal-registry-for-example.com/bar\"\n"
			       "[[registry.mirror]]\n"
			       "location = \"example-mirror-0.local/mirror-for-foo\"\n"
			       "[[registry.mirror]]\n"
			       "location = \"example-mirror-1.local/mirrors/foo\"\ninsecure = true\n"
			       "pull-from-mirror = \"digest-only\"\n"
			       "[[registry]]\nlocation = \"registry.com\"\nmirror-by-digest-only = true\n"
			       "[[registry.mirror]]\nlocation = \"mirror.registry.com\"\n"
			       "[[registry]]\nprefix = \"*.example.com\"\nblocked = true\n"
			       "[[registry]]\nprefix = \"example.com/foo/deep\"\nlocation = \"deep.local:5000\"\n"
			       "[[registry]]\nprefix = \"tagged.test/x:1\"\nblocked = true\n";

TEST(registries_conf_rules)
{
	static const struct {
		const char *name, *prefix, *location;
		size_t length, mirrors;
		bool blocked;
	} rows[] = {
		{ "example.com/foo/app:1", "example.com/foo", "internal-registry-for-example.com/bar", 15, 2, false },
		{ "example.com/foo", "example.com/foo", "internal-registry-for-example.com/bar", 15, 2, false },
		{ "example.com/foo/deep/x:1", "example.com/foo/deep", "deep.local:5000", 20, 0, false },
		{ "example.com/food:1", NULL, NULL, 0, 0, false },
		{ "example.com/x:1", NULL, NULL, 0, 0, false },
		{ "a.example.com/x:1", "*.example.com", "", 13, 0, true },
		{ "a.b.example.com/x:1", "*.example.com", "", 15, 0, true },
		{ "aexample.com/x:1", NULL, NULL, 0, 0, false },
		{ "registry.com/x@sha256:0", "registry.com", "registry.com", 12, 1, false },
		{ "registry.com:5000/x", "registry.com", "registry.com", 12, 1, false },
		{ "tagged.test/x:1", "tagged.test/x:1", "", 15, 0, true },
		{ "tagged.test/x:11", NULL, NULL, 0, 0, false },
		{ "tagged.test/x:2", NULL, NULL, 0, 0, false },
	};
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_registries_conf c = { .n = 0 };
	CHECK_INT(dd_registries_conf_add(&c, dd_str_from(document), &a, NULL), DD_OK);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		size_t length = 0;
		const struct dd_registry_rule *r = dd_registries_conf_find(&c, dd_str_from(rows[i].name), &length);
		CHECK_ROW((r != NULL) == (rows[i].prefix != NULL), rows[i].name);
		if (!r || !rows[i].prefix)
			continue;
		CHECK_STR_ROW(r->prefix, rows[i].prefix, rows[i].name);
		CHECK_STR_ROW(r->location.name, rows[i].location, rows[i].name);
		CHECK_INT_ROW(length, rows[i].length, rows[i].name);
		CHECK_INT_ROW(r->n_mirrors, rows[i].mirrors, rows[i].name);
		CHECK_ROW(r->blocked == rows[i].blocked, rows[i].name);
	}
	size_t length;
	const struct dd_registry_rule *r = dd_registries_conf_find(&c, DD_STR("example.com/foo"), &length);
	CHECK(r && r->mirrors[0].pulls == DD_MIRROR_ALL && !r->mirrors[0].insecure);
	CHECK(r && r->mirrors[1].pulls == DD_MIRROR_DIGESTS && r->mirrors[1].insecure);
	r = dd_registries_conf_find(&c, DD_STR("registry.com/x"), &length);
	CHECK(r && r->mirrors[0].pulls == DD_MIRROR_DIGESTS);
	/* A later file replaces the rule of the same prefix, and only that. */
	CHECK_INT(dd_registries_conf_add(&c, DD_STR("[[registry]]\nprefix=\"registry.com\"\nblocked=true\n"), &a, NULL),
		  DD_OK);
	r = dd_registries_conf_find(&c, DD_STR("registry.com/x"), &length);
	CHECK(r && r->blocked && r->n_mirrors == 0);
	CHECK(dd_registries_conf_find(&c, DD_STR("example.com/foo"), &length) != NULL);
}

TEST(registries_conf_version_1)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_registries_conf c = { .n = 0 };
	size_t length;
	CHECK_INT(dd_registries_conf_add(&c,
					 DD_STR("[registries.search]\nregistries=['docker.io']\n"
						"[registries.insecure]\nregistries=['a.test','b.test']\n"
						"[registries.block]\nregistries=['b.test']\n"),
					 &a, NULL),
		  DD_OK);
	const struct dd_registry_rule *r = dd_registries_conf_find(&c, DD_STR("a.test/x"), &length);
	CHECK(r && r->location.insecure && !r->blocked);
	r = dd_registries_conf_find(&c, DD_STR("b.test/x"), &length);
	CHECK(r && r->location.insecure && r->blocked);
}

TEST(registries_conf_mistakes)
{
	static const char *const rows[] = {
		"[[registry]]\n",
		"[[registry]]\nprefix = \"\"\n",
		"[[registry]]\nprefix = \"a b\"\n",
		"[[registry]]\nprefix = \"*\"\n",
		"[[registry]]\nprefix = \"*.\"\n",
		"[[registry]]\nprefix = \"a.test\"\nlocation = \"https://b.test\"\n",
		"[[registry]]\nprefix = \"a.test\"\nlocation = \"..\"\n",
		"[[registry]]\nlocation = \"a.test\"\n[[registry.mirror]]\n",
		"[[registry]]\nlocation = \"a.test\"\n[[registry.mirror]]\nlocation = \"m.test\"\npull-from-mirror = "
		"\"x\"\n",
		"[[registry]\n",
		"\xff",
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_registries_conf c = { .n = 0 };
		struct dd_err err;
		CHECK_INT_ROW(dd_registries_conf_add(&c, dd_str_from(rows[i]), &a, &err), DD_EARG, rows[i]);
	}
}

TEST(realms_that_get_credentials)
{
	static const struct {
		const char *registry, *realm;
		bool near;
	} rows[] = {
		{ "registry-1.docker.io", "auth.docker.io", true },
		{ "registry.gitlab.com", "gitlab.com", true },
		{ "ghcr.io", "ghcr.io", true },
		{ "GHCR.io.", "ghcr.io", true },
		{ "registry.digitalocean.com", "api.digitalocean.com", true },
		{ "localhost", "localhost", true },
		{ "127.0.0.1", "127.0.0.1", true },
		{ "localhost", "127.0.0.1", false },
		{ "10.0.0.1", "11.0.0.1", false },
		{ "[::1]", "[::2]", false },
		{ "registry.example.com", "evil.com", false },
		{ "registry.example.com", "registry.example.com.evil.com", false },
		{ "registry.example.co.uk", "evil.co.uk", false },
		{ "example.com", "evilexample.com", false },
		{ "a.github.io", "b.github.io", false },
		{ "com", "evil.com", false },
		{ "", "", false },
		{ "x.test", "", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_realm_is_near(dd_str_from(rows[i].registry), dd_str_from(rows[i].realm)) == rows[i].near,
			  rows[i].realm);
}
