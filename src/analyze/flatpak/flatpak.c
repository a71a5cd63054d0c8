/* SPDX-License-Identifier: Apache-2.0 */
/* Applications and runtimes that flatpak has deployed, for the system or for a user:
 *
 *   {app,runtime}/ID/ARCH/BRANCH/COMMIT/deploy    made last, so that a deployment without it is none (gvariant.h)
 *
 * Who it is, is said by the directories. The file tells, besides the remote that it came from, "appdata-version" (the
 * newest release in the application's metainfo), "appdata-license" and "runtime" (ID "/" ARCH "/" BRANCH). Where it
 * does not tell a version, as of runtimes, the branch is what `flatpak list` knows it by: "23.08" of a runtime,
 * "stable" of an application. Deployments from before flatpak 1.2 tell only branches.
 *
 * Problems, and the package is listed with its branch: a deploy file that is none. Limits: DEPLOY_BYTES_MAX (real ones
 * have 1 to 20 KB). Source: flatpak 1.14 common/flatpak-dir.c, flatpak-list(1), flatpak-metadata(5). */
#include "analyze/analyzer.h"
#include "analyze/flatpak/gvariant.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define DEPLOY_BYTES_MAX (1 * DD_MIB)

static const struct dd_str none = { "", 0 };

struct deployment {
	struct dd_str id, arch, branch; /* as the directories are called */
	struct dd_str version, licence, runtime;
};

/* ID/ARCH/BRANCH/COMMIT/deploy, from its end. */
static void read_path(struct dd_str path, struct deployment *d)
{
	struct dd_str commit, *const parts[] = { NULL, &commit, &d->branch, &d->arch, &d->id };
	for (size_t i = 0; i < DD_COUNT(parts); i++) {
		size_t slash = dd_str_rfind(path, '/');
		if (parts[i])
			*parts[i] = slash < path.n ? dd_str_skip(path, slash + 1) : path;
		path = slash < path.n ? dd_str_take(path, slash) : none;
	}
}

static bool read_deploy(struct dd_str data, struct deployment *d)
{
	struct dd_gvariant_dict dict;
	struct dd_str origin, key, text;
	const struct {
		const char *key;
		struct dd_str *to;
	} rows[] = { { "appdata-version", &d->version },
		     { "appdata-license", &d->licence },
		     { "runtime", &d->runtime } };
	if (!dd_gvariant_deploy(data, &origin, &dict))
		return false;
	while (dd_gvariant_next(&dict, &key, &text))
		for (size_t i = 0; i < DD_COUNT(rows); i++)
			if (dd_str_eq_c(key, rows[i].key) && text.n <= DD_FIELD_BYTES_MAX)
				*rows[i].to = text;
	return true;
}

/* "org.gnome.Platform/x86_64/45" → name and version */
static struct dd_str runtime_of(struct dd_found *out, struct dd_str runtime)
{
	DD_CLEANUP_BUF struct dd_buf depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	size_t first = dd_str_find(runtime, '/'), last = dd_str_rfind(runtime, '/');
	if (first < last && last < runtime.n)
		dd_depends_add(&depends, dd_str_take(runtime, first), dd_str_skip(runtime, last + 1));
	return dd_lines_take(out, &depends);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct deployment d = { none, none, none, none, none, none };
	read_path(in->path, &d);
	if (!read_deploy(in->data, &d))
		dd_found_problem(out, 0, "not the record of a deployment: version and licence are unknown");
	/* Versions are people's text in metainfo; one that is no word would not be one anywhere. */
	bool told = dd_str_is_word(d.version);
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_INSTALLED, "flatpak", d.id, told ? d.version : d.branch, DD_NO_OFFSET);
	if (p) {
		p->arch = dd_found_str(out, d.arch);
		p->licences = dd_third_party_text(out, d.licence);
		p->depends = runtime_of(out, d.runtime);
	}
	return dd_third_party_end(out, err);
}

#define FLATPAKS(directory)                                                                                            \
	{ DD_MATCH_GLOB, directory "/app/*/*/*/*/deploy", NULL, DEPLOY_BYTES_MAX },                                    \
	{                                                                                                              \
		DD_MATCH_GLOB, directory "/runtime/*/*/*/*/deploy", NULL, DEPLOY_BYTES_MAX                             \
	}

/* clang-format off */
static const struct dd_match match[] = {
	FLATPAKS("var/lib/flatpak"),
	FLATPAKS("home/*/.local/share/flatpak"),
	FLATPAKS("root/.local/share/flatpak"),
	{ DD_MATCH_END },
};
/* clang-format on */

const struct dd_analyzer dd_analyzer_flatpak = {
	.id = "flatpak",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "applications and runtimes of flatpak",
	.purl_type = "flatpak",
	.match = match,
	.parse = parse,
};
