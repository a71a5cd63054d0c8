/* SPDX-License-Identifier: Apache-2.0 */
/* What operating system the files of an image say they are.
 *
 * os-release, lsb-release  assignments (format/keyvalue.h). Of a key that comes twice the last one counts, as it does
 *                          when a shell reads the file. Fields: os-release(5); lsb_release's DISTRIB_*.
 * alpine-release           the version: "3.19.1", on edge "3.20_alpha20240329"
 * debian_version           "12.5", or "trixie/sid" and "sid" before a release: then no version, only a codename
 * redhat-release and kin   NAME " release " VERSION [ " (" CODENAME ")" ]
 * SuSE-release             a line for people, then "VERSION = 11", "PATCHLEVEL = 4", "CODENAME = Harlequin"
 * gentoo-release           "Gentoo Base System release 2.14"
 * arch-release             empty: that it is there says all
 * apk/repositories         see repositories.c
 * busybox                  see busybox.c
 *
 * An os-release without ID says nothing about the id (the manual's default "linux" would only hide what other files
 * know). Empty files are no problem: images often carry placeholders. */
#include "analyze/osrelease/osrelease.h"

#include "base/limits.h"
#include "format/keyvalue.h"

/* Words that name files begin with, and the ID that the same system's os-release has. Longer names first where one is
 * the start of another. */
static const struct {
	const char *prefix, *id;
} known_names[] = {
	{ "AlmaLinux", "almalinux" },
	{ "Amazon Linux", "amzn" },
	{ "Azure Linux", "azurelinux" },
	{ "CBL-Mariner", "mariner" },
	{ "CentOS", "centos" },
	{ "Fedora", "fedora" },
	{ "Microsoft Azure Linux", "azurelinux" },
	{ "openEuler", "openeuler" },
	{ "openSUSE", "opensuse" },
	{ "Oracle Linux", "ol" },
	{ "Enterprise Linux Enterprise Linux", "ol" }, /* Oracle 5 */
	{ "Red Hat", "rhel" },
	{ "RedHatEnterprise", "rhel" }, /* DISTRIB_ID of lsb-release */
	{ "Rocky Linux", "rocky" },
	{ "Scientific Linux", "scientific" },
	{ "SUSE Linux Enterprise Desktop", "sled" },
	{ "SUSE Linux Enterprise", "sles" },
	{ "VMware Photon", "photon" },
};

static struct dd_str first_line(struct dd_str data)
{
	struct dd_str line = { "", 0 };
	(void)dd_str_line(&data, &line);
	return dd_str_trim(line);
}

bool dd_osrelease_set(struct dd_found *out, struct dd_str *field, struct dd_str value, bool lower)
{
	value = dd_str_trim(value);
	if (value.n > DD_FIELD_BYTES_MAX) {
		dd_found_problem(out, DD_NO_OFFSET, "value of %zu bytes is too long", value.n);
		return true;
	}
	struct dd_str copy = dd_found_str(out, value);
	for (size_t i = 0; lower && i < copy.n; i++)
		((char *)(uintptr_t)copy.p)[i] = dd_lower(copy.p[i]);
	*field = copy;
	return !out->failed;
}

static struct dd_str id_of_name(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(known_names); i++) {
		struct dd_str prefix = dd_str_from(known_names[i].prefix);
		if (dd_str_eq_nocase(dd_str_take(name, prefix.n), prefix))
			return dd_str_from(known_names[i].id);
	}
	return (struct dd_str){ "", 0 };
}

/* One row a key: which field of struct dd_os it fills. */
struct key_row {
	const char *key;
	size_t field;
	bool lower;
};

static const struct key_row release_keys[] = {
	{ "ID", offsetof(struct dd_os, id), true },
	{ "VERSION_ID", offsetof(struct dd_os, version), false },
	{ "VERSION_CODENAME", offsetof(struct dd_os, codename), false },
	{ "PRETTY_NAME", offsetof(struct dd_os, pretty_name), false },
	{ "ID_LIKE", offsetof(struct dd_os, id_like), true },
	{ NULL },
};

static const struct key_row lsb_keys[] = {
	{ "DISTRIB_ID", offsetof(struct dd_os, id), true },
	{ "DISTRIB_RELEASE", offsetof(struct dd_os, version), false },
	{ "DISTRIB_CODENAME", offsetof(struct dd_os, codename), false },
	{ "DISTRIB_DESCRIPTION", offsetof(struct dd_os, pretty_name), false },
	{ NULL },
};

/* Fills os from the assignments whose keys are in the table. */
static bool read_assignments(struct dd_str data, const struct key_row *keys, struct dd_os *os, struct dd_found *out)
{
	DD_CLEANUP(dd_keyvalue_done) struct dd_keyvalue_reader r = DD_KEYVALUE_READER(data);
	struct dd_keyvalue kv;
	while (dd_keyvalue_next(&r, &kv)) {
		if (kv.fault)
			dd_found_problem(out, kv.at, "%s: %s", kv.fault, DD_QUOTE(kv.key));
		for (const struct key_row *k = keys; k->key; k++)
			if (dd_str_eq_c(kv.key, k->key) &&
			    !dd_osrelease_set(out, (struct dd_str *)((char *)os + k->field), kv.value, k->lower))
				return false;
	}
	return !r.value.failed;
}

static bool read_release(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	return read_assignments(data, release_keys, os, out);
}

static bool read_lsb(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	if (!read_assignments(data, lsb_keys, os, out))
		return false;
	struct dd_str id = id_of_name(os->id);
	return id.n == 0 || dd_osrelease_set(out, &os->id, id, false);
}

static bool read_alpine(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	struct dd_str version = first_line(data);
	if (version.n == 0)
		return true;
	if (!dd_is_digit(version.p[0])) {
		dd_found_problem(out, 0, "not a version of Alpine Linux: %s", DD_QUOTE(version));
		return true;
	}
	os->id = DD_STR("alpine");
	return dd_osrelease_set(out, &os->version, version, false);
}

static bool read_debian(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	struct dd_str text = first_line(data);
	if (text.n == 0)
		return true;
	os->id = DD_STR("debian");
	if (dd_is_digit(text.p[0]))
		return dd_osrelease_set(out, &os->version, text, false);
	return dd_osrelease_set(out, &os->codename, dd_str_take(text, dd_str_find(text, '/')), false);
}

/* Also "CBL-Mariner 2.0.20240123" and "VMware Photon OS 4.0", which lack the word "release": the last word counts. */
static bool read_redhat(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	const struct dd_str word = DD_STR(" release ");
	struct dd_str line = first_line(data);
	if (line.n == 0)
		return true;
	size_t at = dd_str_search(line, word);
	struct dd_str rest = dd_str_skip(line, at + word.n);
	if (at == line.n)
		rest = dd_str_skip(line, dd_str_rfind(line, ' ') < line.n ? dd_str_rfind(line, ' ') + 1 : line.n);
	struct dd_str version = dd_str_take(rest, dd_str_find(rest, ' '));
	size_t open = dd_str_find(rest, '('), close = dd_str_rfind(rest, ')');
	os->id = id_of_name(line);
	if (version.n && dd_is_digit(version.p[0]) && !dd_osrelease_set(out, &os->version, version, false))
		return false;
	if (open < close && close < rest.n &&
	    !dd_osrelease_set(out, &os->codename, dd_str_take(dd_str_skip(rest, open + 1), close - open - 1), false))
		return false;
	return dd_osrelease_set(out, &os->pretty_name, line, false);
}

/* Empty on Arch and a line of some kind on its descendants: that it is there says all. */
static bool read_arch(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	(void)data;
	(void)out;
	os->id = DD_STR("arch");
	return true;
}

/* "Gentoo Base System release 2.14": the version is baselayout's, of the system there is none. */
static bool read_gentoo(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	(void)out;
	if (dd_str_starts(data, DD_STR("Gentoo")))
		os->id = DD_STR("gentoo");
	return true;
}

/* "PATCHLEVEL = 4" of version 11 is what os-release calls 11.4. */
static bool read_suse(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	struct dd_str line = first_line(data), version = { "", 0 }, level = { "", 0 };
	if (line.n == 0)
		return true;
	os->id = id_of_name(line);
	if (!dd_osrelease_set(out, &os->pretty_name, line, false))
		return false;
	while (dd_str_line(&data, &line)) {
		size_t eq = dd_str_find(line, '=');
		struct dd_str key = dd_str_trim(dd_str_take(line, eq)), value = dd_str_trim(dd_str_skip(line, eq + 1));
		if (dd_str_eq_c(key, "VERSION"))
			version = value;
		else if (dd_str_eq_c(key, "PATCHLEVEL"))
			level = value;
		else if (dd_str_eq_c(key, "CODENAME") && !dd_osrelease_set(out, &os->codename, value, false))
			return false;
	}
	if (version.n > DD_FIELD_BYTES_MAX || level.n > DD_FIELD_BYTES_MAX || level.n == 0 || dd_str_eq_c(level, "0"))
		return dd_osrelease_set(out, &os->version, version, false);
	os->version = dd_arena_printf(out->arena, "%.*s.%.*s", DD_FMT(version), DD_FMT(level));
	return os->version.p != NULL;
}

/* Reads a file into os. False: memory or a limit is out. */
typedef bool read_fn(struct dd_str data, struct dd_os *os, struct dd_found *out);

/* path, reader, rank, most bytes; repositories first. Hard links put busybox' bytes under whichever name comes first in
 * the layer. */
#define OS_FILES(X)                                                                                                    \
	X("etc/apk/repositories", dd_osrelease_read_repositories, DD_OS_REPOSITORIES, DD_MIB)                          \
	X("etc/os-release", read_release, DD_OS_RELEASE, DD_MIB)                                                       \
	X("usr/lib/os-release", read_release, DD_OS_RELEASE, DD_MIB)                                                   \
	X("etc/lsb-release", read_lsb, DD_OS_LSB, DD_MIB)                                                              \
	X("etc/openwrt_release", read_lsb, DD_OS_LSB, DD_MIB)                                                          \
	X("etc/alpine-release", read_alpine, DD_OS_DISTRO_FILE, DD_MIB)                                                \
	X("etc/almalinux-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                             \
	X("etc/azurelinux-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                            \
	X("etc/centos-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                                \
	X("etc/fedora-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                                \
	X("etc/mariner-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                               \
	X("etc/openEuler-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                             \
	X("etc/oracle-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                                \
	X("etc/photon-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                                \
	X("etc/rocky-release", read_redhat, DD_OS_DISTRO_FILE, DD_MIB)                                                 \
	X("etc/SuSE-release", read_suse, DD_OS_DISTRO_FILE, DD_MIB)                                                    \
	X("etc/arch-release", read_arch, DD_OS_FAMILY_FILE, DD_MIB)                                                    \
	X("etc/gentoo-release", read_gentoo, DD_OS_FAMILY_FILE, DD_MIB)                                                \
	X("etc/debian_version", read_debian, DD_OS_FAMILY_FILE, DD_MIB)                                                \
	X("etc/redhat-release", read_redhat, DD_OS_FAMILY_FILE, DD_MIB)                                                \
	X("etc/system-release", read_redhat, DD_OS_FAMILY_FILE, DD_MIB)                                                \
	X("bin/busybox", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)                                         \
	X("bin/[", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)                                               \
	X("bin/sh", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)                                              \
	X("usr/bin/busybox", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)                                     \
	X("usr/bin/[", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)                                           \
	X("busybox", dd_osrelease_read_busybox, DD_OS_BINARY, 16 * DD_MIB)

static const struct {
	const char *path;
	read_fn *read;
	enum dd_os_rank rank;
} files[] = {
#define FILE_ROW(path, read, rank, max) { path, read, rank },
	OS_FILES(FILE_ROW)
#undef FILE_ROW
};

/* Further lists of repositories, of apk-tools 3. */
#define REPOSITORIES_D(directory)                                                                                      \
	{                                                                                                              \
		DD_MATCH_DIR, directory "/apk/repositories.d", ".list", DD_MIB                                         \
	}

static const struct dd_match match[] = {
	REPOSITORIES_D("etc"),
	REPOSITORIES_D("lib"),
	REPOSITORIES_D("usr/lib"),
#define MATCH_ROW(path, read, rank, max) { DD_MATCH_PATH, path, NULL, max },
	OS_FILES(MATCH_ROW)
#undef MATCH_ROW
		{ DD_MATCH_END },
};

static bool says_something(const struct dd_os *os)
{
	return os->id.n || os->version.n || os->codename.n || os->pretty_name.n || os->id_like.n;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	bool list = dd_str_ends(in->path, DD_STR(".list")); /* of repositories.d: read as the first row's file is */
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		if (!dd_str_eq_c(in->path, files[i].path) && !(list && i == 0))
			continue;
		struct dd_os os = { .rank = files[i].rank };
		if (!files[i].read(in->data, &os, out))
			return dd_fail_nomem(err);
		if (!says_something(&os))
			return DD_OK;
		struct dd_os *kept = dd_found_os(out);
		if (!kept)
			return dd_fail_nomem(err);
		*kept = os;
		return DD_OK;
	}
	return DD_OK;
}

const struct dd_analyzer dd_analyzer_osrelease = {
	.id = "os-release",
	.version = 2,
	.evidence = DD_EVIDENCE_SYSTEM,
	.title = "operating system release files",
	.match = match,
	.parse = parse,
};
