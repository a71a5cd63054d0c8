/* SPDX-License-Identifier: Apache-2.0 */
#include "image/target.h"

#include <sys/utsname.h>

#include "net/registry/reference.h"

static const struct {
	const char *prefix;
	enum dd_place place;
} places[] = {
	{ "docker-archive:", DD_PLACE_DOCKER_ARCHIVE },
	{ "oci-archive:", DD_PLACE_OCI_ARCHIVE },
	{ "oci:", DD_PLACE_OCI_DIR },
	{ "dir:", DD_PLACE_ROOTFS_DIR },
	{ "file:", DD_PLACE_AUTO },
	{ "context:", DD_PLACE_CONTEXT },
	{ "sbom:", DD_PLACE_SBOM },
	{ "git:", DD_PLACE_GIT },
	{ "docker://", DD_PLACE_REGISTRY }, /* as skopeo and cosign write it */
	{ "docker:", DD_PLACE_DOCKER },
	{ "podman:", DD_PLACE_PODMAN },
	{ "containerd:", DD_PLACE_CONTAINERD },
	{ "storage:", DD_PLACE_STORAGE },
	{ "registry:", DD_PLACE_REGISTRY },
};

/* The longest part of text up to a colon that exists as a path; the rest is the selector. */
static enum dd_code split_selector(struct dd_str text, bool (*exists)(const char *), struct dd_arena *a,
				   struct dd_target_spec *spec, struct dd_err *err)
{
	struct dd_str path = text;
	for (;;) {
		const char *c = dd_arena_c(a, path);
		if (!c)
			return dd_fail_nomem(err);
		if (path.n == text.n)
			spec->path = c; /* nothing exists: the error names the whole */
		if (exists(c)) {
			spec->path = c;
			spec->selector = dd_arena_str(a, dd_str_skip(text, path.n + 1));
			return spec->selector.p ? DD_OK : dd_fail_nomem(err);
		}
		size_t colon = dd_str_rfind(path, ':');
		if (colon >= path.n || colon == 0)
			return DD_OK;
		path = dd_str_take(path, colon);
	}
}

const char *dd_place_prefix(enum dd_place place)
{
	for (size_t i = DD_COUNT(places); i-- > 0;)
		if (places[i].place == place && place != DD_PLACE_AUTO)
			return places[i].prefix;
	return "";
}

bool dd_place_is_name(enum dd_place place)
{
	return place >= DD_PLACE_NAME;
}

/* A path that does not exist may be the name of an image, unless it looks like a slip of the pen: asking the world for
 * "debain.tar" helps nobody. */
static bool could_be_name(const struct dd_target_spec *spec, struct dd_str text, bool (*exists)(const char *))
{
	static const char *const of_files[] = { ".tar",	   ".tar.gz",  ".tgz",	".tar.zst",
						".tar.xz", ".tar.bz2", ".json", ".zip" };
	if (exists(spec->path) || !dd_reference_looks_like(text))
		return false;
	for (size_t i = 0; i < DD_COUNT(of_files); i++)
		if (dd_str_ends(text, dd_str_from(of_files[i])))
			return false;
	return true;
}

enum dd_code dd_target_parse(struct dd_str text, bool (*exists)(const char *path), struct dd_arena *a,
			     struct dd_target_spec *ret, struct dd_err *err)
{
	struct dd_target_spec spec = { .place = DD_PLACE_AUTO };
	bool forced = false; /* the user said what it is */
	if (text.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the target is empty: name an image archive or a directory");
	if (memchr(text.p, '\0', text.n))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the target %s holds a NUL byte", DD_QUOTE(text));
	if (dd_str_eq(text, DD_STR("-"))) {
		spec.place = DD_PLACE_STDIN;
		*ret = spec;
		return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(places); i++) {
		struct dd_str prefix = dd_str_from(places[i].prefix);
		if (!dd_str_starts(text, prefix))
			continue;
		spec.place = places[i].place;
		text = dd_str_skip(text, prefix.n);
		forced = true;
		if (text.n == 0)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "'%s' needs a %s behind the colon", places[i].prefix,
				       dd_place_is_name(spec.place) ? "name" : "path");
		break;
	}
	if (dd_place_is_name(spec.place)) {
		spec.name = dd_arena_str(a, text);
		*ret = spec;
		return spec.name.p ? DD_OK : dd_fail_nomem(err);
	}
	DD_TRY(split_selector(text, exists, a, &spec, err));
	if (!forced && could_be_name(&spec, text, exists)) {
		spec = (struct dd_target_spec){ .place = DD_PLACE_NAME, .name = dd_arena_str(a, text) };
		if (!spec.name.p)
			return dd_fail_nomem(err);
	}
	*ret = spec;
	return DD_OK;
}

enum dd_code dd_platform_parse(struct dd_str text, struct dd_platform *ret, struct dd_err *err)
{
	struct dd_str part[3] = { 0 }, rest = text;
	size_t n = 0;
	for (struct dd_str p; dd_str_next(&rest, '/', &p); n++) {
		if (n == 3 || p.n == 0)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "%s is not a platform: write os/arch[/variant], for example linux/arm64",
				       DD_QUOTE(text));
		part[n] = p;
	}
	if (n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the platform is empty: write os/arch[/variant]");
	if (n == 1)
		*ret = (struct dd_platform){ DD_STR("linux"), part[0], DD_STR("") };
	else
		*ret = (struct dd_platform){ part[0], part[1], n == 3 ? part[2] : DD_STR("") };
	return DD_OK;
}

struct dd_platform dd_platform_host(void)
{
	/* uname(2) machine → GOARCH and variant, as the OCI image index specification uses them. */
	static const struct {
		const char *machine, *arch, *variant;
	} rows[] = {
		{ "x86_64", "amd64", "" },	  { "aarch64", "arm64", "" }, { "armv7l", "arm", "v7" },
		{ "armv6l", "arm", "v6" },	  { "i686", "386", "" },      { "i386", "386", "" },
		{ "ppc64le", "ppc64le", "" },	  { "s390x", "s390x", "" },   { "riscv64", "riscv64", "" },
		{ "loongarch64", "loong64", "" },
	};
	struct utsname u;
	if (uname(&u) == 0)
		for (size_t i = 0; i < DD_COUNT(rows); i++)
			if (strcmp(u.machine, rows[i].machine) == 0)
				return (struct dd_platform){ DD_STR("linux"), dd_str_from(rows[i].arch),
							     dd_str_from(rows[i].variant) };
	return (struct dd_platform){ DD_STR("linux"), DD_STR("amd64"), DD_STR("") };
}

bool dd_platform_serves(const struct dd_platform *have, const struct dd_platform *want)
{
	if (!dd_str_eq(have->os, want->os) || !dd_str_eq(have->arch, want->arch))
		return false;
	if (want->variant.n == 0 || dd_str_eq(have->variant, want->variant))
		return true;
	return dd_str_eq_c(want->arch, "arm64") && dd_str_eq_c(want->variant, "v8") && have->variant.n == 0;
}

struct dd_str dd_platform_text(const struct dd_platform *p, struct dd_arena *a)
{
	if (p->os.n == 0 && p->arch.n == 0)
		return DD_STR("");
	return dd_arena_printf(a, "%.*s/%.*s%s%.*s", DD_FMT(p->os), DD_FMT(p->arch), p->variant.n ? "/" : "",
			       DD_FMT(p->variant));
}
