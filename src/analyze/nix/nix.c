/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a Nix store: a directory, file or link each, called
 *
 *   entry   = hash "-" name          hash: 32 digits of Nix's base 32 (no e o t u)
 *   name    = pname "-" version [ "-" output ]
 *
 * pname and version are cut at the first dash that no letter follows (builtins.parseDrvName). A derivation with several
 * outputs has an entry each, all but "out" with the output's name at the end: "openssl-3.0.7-dev". Output names are
 * free, and the name alone does not tell them from the end of a version: a word of small letters is taken for one,
 * unless it is one that versions end in ("rc", "beta" …). So all outputs are one package. What has no version
 * ("source", "builder.sh", "user-environment") is no package.
 *
 * Nix' database says which derivation an entry comes from, and that one's name has no output at its end (nix_db.c).
 *
 * Not packages: derivations (.drv, the recipes), what nix leaves beside an entry (.lock, .chroot, .check), sources and
 * patches that were fetched for a build (by their endings). Limit: the file system's, a name has 255 bytes at most.
 * Source: Nix 2.8 manual, "parseDrvName" and glossary; libstore/path.cc (StorePath), libstore/derivations.cc
 * (outputPathName), libexpr/names.cc (DrvName). */
#include "analyze/nix/nix_name.h"

#include "base/map.h"

enum { HASH_DIGITS = 32 };

static bool is_base32(char c)
{
	return dd_is_digit(c) || (c >= 'a' && c <= 'z' && c != 'e' && c != 'o' && c != 't' && c != 'u');
}

struct dd_str dd_nix_entry_name(struct dd_str entry)
{
	for (size_t i = 0; i < HASH_DIGITS; i++)
		if (i >= entry.n || !is_base32(entry.p[i]))
			return DD_STR("");
	return entry.n > HASH_DIGITS && entry.p[HASH_DIGITS] == '-' ? dd_str_skip(entry, HASH_DIGITS + 1) : DD_STR("");
}

bool dd_nix_is_no_package(struct dd_str name)
{
	static const char *const endings[] = { ".drv",	".lock",    ".chroot", ".check",    ".patch", ".diff",
					       ".sh",	".tar.gz",  ".tgz",    ".tar.xz",   ".txz",   ".tar.bz2",
					       ".tbz2", ".tar.zst", ".tar.lz", ".tar.lzma", ".tar",   ".zip",
					       ".gz",	".xz",	    ".bz2",    ".zst",	    ".crate", ".gem",
					       ".whl",	".nar",	    ".nix" };
	for (size_t i = 0; i < DD_COUNT(endings); i++)
		if (dd_str_ends(name, dd_str_from(endings[i])))
			return true;
	return false;
}

bool dd_nix_split(struct dd_str name, struct dd_str *ret_name, struct dd_str *ret_version)
{
	for (size_t i = 1; i + 1 < name.n; i++) {
		if (name.p[i] != '-' || dd_is_alpha(name.p[i + 1]))
			continue;
		*ret_name = dd_str_take(name, i);
		*ret_version = dd_str_skip(name, i + 1);
		return true;
	}
	return false;
}

static bool ends_versions(struct dd_str word)
{
	static const char *const words[] = { "a",    "alpha",	 "b",	    "beta",    "rc",	  "pre",      "git",
					     "p",    "snapshot", "final",   "release", "stable",  "unstable", "nightly",
					     "head", "canary",	 "preview", "master",  "esr",	  "lts",      "ga",
					     "hg",   "svn",	 "cvs",	    "bzr",     "preview", "patch",    "dirty" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_c(word, words[i]))
			return true;
	return false;
}

struct dd_str dd_nix_without_output(struct dd_str version)
{
	for (;;) {
		size_t dash = dd_str_rfind(version, '-');
		struct dd_str word = dd_str_skip(version, dash + 1);
		if (dash == version.n || dash == 0 || word.n == 0 || ends_versions(word))
			return version;
		for (size_t i = 0; i < word.n; i++)
			if (word.p[i] < 'a' || word.p[i] > 'z')
				return version;
		version = dd_str_take(version, dash);
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str entry = dd_str_skip(in->path, dd_str_rfind(in->path, '/') + 1);
	struct dd_str full = dd_nix_entry_name(entry), name, version;
	if (full.n && !dd_nix_is_no_package(full) && dd_nix_split(full, &name, &version))
		(void)dd_third_party(out, DD_PACKAGE_INSTALLED, "nix", name, dd_nix_without_output(version),
				     DD_NO_OFFSET);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_ENTRY, "nix/store", "", 0 },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_nix = {
	.id = "nix",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "entries of a Nix store",
	.purl_type = "nix",
	.match = match,
	.parse = parse,
};
