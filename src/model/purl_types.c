/* SPDX-License-Identifier: Apache-2.0 */
/* Source: the type definitions of purl-spec (types/NAME-definition.json). Where the definitions demand more than the
 * specification's own tests and the purls that tools write (a namespace for golang's "stdlib", for packages of an
 * unknown distribution), it is not demanded here. */
#include "model/purl_types.h"

#include "base/cleanup.h"

#define LOWER	   DD_PURL_LOWER
#define REQUIRED   .namespace_rule = DD_PURL_REQUIRED
#define PROHIBITED .namespace_rule = DD_PURL_PROHIBITED

/* clang-format off */
static const struct dd_purl_type types[] = {
	/* distributions */
	{ "alpm", .namespace = LOWER, .name = LOWER, .system = true },
	{ "apk", .namespace = LOWER, .name = LOWER, .system = true },
	{ "deb", .namespace = LOWER, .name = LOWER, .system = true },
	{ "opkg", .namespace = LOWER, .system = true },
	{ "qpkg", .namespace = LOWER, .system = true },
	{ "rpm", .namespace = LOWER, .system = true },
	/* languages and the rest */
	{ "bitbucket", .namespace = LOWER, .name = LOWER, .separator = '/' },
	{ "bitnami", PROHIBITED, .name = LOWER },
	{ "cargo", PROHIBITED },
	{ "chrome-extension", PROHIBITED },
	{ "cocoapods", PROHIBITED },
	{ "composer", REQUIRED, .namespace = LOWER, .name = LOWER, .separator = '/' },
	{ "conan" },
	{ "conda", PROHIBITED },
	{ "cpan", REQUIRED, .namespace = DD_PURL_UPPER },
	{ "cran", PROHIBITED },
	{ "docker", .separator = '/' },
	{ "ebuild", .separator = '/' },
	{ "gem", PROHIBITED },
	{ "github", .namespace = LOWER, .name = LOWER, .separator = '/' },
	{ "gitlab", .namespace = LOWER, .name = LOWER, .separator = '/' },
	/* The registry tells modules apart by case (github.com/BurntSushi/toml). */
	{ "golang", .namespace = LOWER, .separator = '/', .keep_case = true },
	{ "hackage", PROHIBITED, .name = DD_PURL_DASHES },
	{ "hex", .namespace = LOWER, .name = LOWER, .separator = '/' },
	{ "huggingface", REQUIRED, .version = LOWER, .separator = '/' },
	{ "julia", PROHIBITED, .qualifier = "uuid" },
	{ "luarocks", .namespace = LOWER, .name = LOWER, .separator = '/' },
	{ "maven", REQUIRED, .separator = ':' },
	{ "mlflow", PROHIBITED },
	/* Names from before the rule are in capitals, and others than those without: JSONStream, jsonstream. */
	{ "npm", .name = LOWER, .separator = '/', .keep_case = true },
	{ "nuget", PROHIBITED },
	{ "oci", PROHIBITED, .name = LOWER, .version = LOWER },
	{ "otp", PROHIBITED },
	{ "pub", PROHIBITED, .name = LOWER | DD_PURL_UNDERSCORES },
	{ "pypi", PROHIBITED, .name = LOWER | DD_PURL_DASHES },
	{ "swift", REQUIRED, .separator = '/' },
	{ "vcpkg", PROHIBITED },
	{ "vscode-extension", REQUIRED, .separator = '/' },
};
/* clang-format on */

const struct dd_purl_type *dd_purl_type(struct dd_str type)
{
	static const struct dd_purl_type none = { .type = "", .separator = '/' };
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if (dd_str_eq_c(type, types[i].type))
			return &types[i];
	return &none;
}
