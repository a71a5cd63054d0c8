/* SPDX-License-Identifier: Apache-2.0 */
/* Targets, platforms, configurations: tables. Whole archives are tested through the program (tests/image_forms.py). */
#include "base/limits.h"
#include "image/config.h"
#include "support/test.h"

static bool fake_exists(const char *path)
{
	return strcmp(path, "a.tar") == 0 || strcmp(path, "odd:name.tar") == 0 || strcmp(path, "dir") == 0;
}

TEST(target_forms)
{
	static const struct {
		const char *text;
		enum dd_code code;
		enum dd_place place;
		const char *path, *selector, *name;
	} rows[] = {
		{ "a.tar", DD_OK, DD_PLACE_AUTO, "a.tar", "" },
		{ "-", DD_OK, DD_PLACE_STDIN, NULL, "" },
		{ "docker-archive:a.tar", DD_OK, DD_PLACE_DOCKER_ARCHIVE, "a.tar", "" },
		{ "docker-archive:a.tar:repo/app:1.0", DD_OK, DD_PLACE_DOCKER_ARCHIVE, "a.tar", "repo/app:1.0" },
		{ "oci:dir:v1", DD_OK, DD_PLACE_OCI_DIR, "dir", "v1" },
		{ "odd:name.tar", DD_OK, DD_PLACE_AUTO, "odd:name.tar", "" },
		{ "odd:name.tar:tag", DD_OK, DD_PLACE_AUTO, "odd:name.tar", "tag" },
		{ "dir:dir", DD_OK, DD_PLACE_ROOTFS_DIR, "dir", "" },
		{ "missing:1", DD_OK, DD_PLACE_NAME, "", "", "missing:1" },
		{ "", DD_EARG, 0, NULL, NULL },
		{ "oci:", DD_EARG, 0, NULL, NULL },
		{ "docker://debian", DD_OK, DD_PLACE_REGISTRY, "", "", "debian" },
		{ "registry:debian", DD_OK, DD_PLACE_REGISTRY, "", "", "debian" },
		{ "docker:a.tar", DD_OK, DD_PLACE_DOCKER, "", "", "a.tar" },
		{ "podman:debian:12", DD_OK, DD_PLACE_PODMAN, "", "", "debian:12" },
		{ "containerd:k8s.io/debian", DD_OK, DD_PLACE_CONTAINERD, "", "", "k8s.io/debian" },
		{ "storage:debian", DD_OK, DD_PLACE_STORAGE, "", "", "debian" },
		{ "registry:", DD_EARG, 0, NULL, NULL },
		{ "debian", DD_OK, DD_PLACE_NAME, "", "", "debian" },
		{ "ghcr.io/o/r:1@sha256:0123456789012345678901234567890123456789012345678901234567890123", DD_OK,
		  DD_PLACE_NAME, "", "",
		  "ghcr.io/o/r:1@sha256:0123456789012345678901234567890123456789012345678901234567890123" },
		{ "missing.tar", DD_OK, DD_PLACE_AUTO, "missing.tar", "" },
		{ "missing.tar.gz", DD_OK, DD_PLACE_AUTO, "missing.tar.gz", "" },
		{ "./debian", DD_OK, DD_PLACE_AUTO, "./debian", "" },
		{ "/debian", DD_OK, DD_PLACE_AUTO, "/debian", "" },
		{ "file:debian", DD_OK, DD_PLACE_AUTO, "debian", "" },
		{ "Debian", DD_OK, DD_PLACE_AUTO, "Debian", "" },
		{ "sbom:x.json", DD_OK, DD_PLACE_SBOM, "x.json", "" },
		{ "sbom:", DD_EARG, 0, NULL, NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_target_spec spec = { 0 };
		struct dd_err err;
		CHECK_INT_ROW(dd_target_parse(dd_str_from(rows[i].text), fake_exists, &a, &spec, &err), rows[i].code,
			      rows[i].text);
		if (rows[i].code == DD_OK) {
			CHECK_INT_ROW(spec.place, rows[i].place, rows[i].text);
			CHECK_STR_ROW(dd_str_from(spec.path), rows[i].path ? rows[i].path : "", rows[i].text);
			CHECK_STR_ROW(spec.selector, rows[i].selector, rows[i].text);
			CHECK_STR_ROW(spec.name, rows[i].name ? rows[i].name : "", rows[i].text);
		}
		dd_arena_done(&a);
	}
}

TEST(platforms)
{
	static const struct {
		const char *have, *want;
		bool serves;
	} rows[] = {
		{ "linux/amd64", "linux/amd64", true },	   { "linux/amd64", "amd64", true },
		{ "linux/arm64", "linux/arm64/v8", true }, { "linux/arm64/v8", "arm64", true },
		{ "linux/arm/v7", "linux/arm", true },	   { "linux/arm/v6", "linux/arm/v7", false },
		{ "windows/amd64", "amd64", false },	   { "linux/arm/v7", "linux/arm64", false },
	};
	struct dd_platform have, want, bad;
	struct dd_err err;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK_INT(dd_platform_parse(dd_str_from(rows[i].have), &have, &err), DD_OK);
		CHECK_INT(dd_platform_parse(dd_str_from(rows[i].want), &want, &err), DD_OK);
		CHECK_ROW(dd_platform_serves(&have, &want) == rows[i].serves, rows[i].have);
	}
	CHECK_INT(dd_platform_parse(DD_STR("a/b/c/d"), &bad, &err), DD_EARG);
	CHECK_INT(dd_platform_parse(DD_STR("linux/"), &bad, &err), DD_EARG);
	CHECK_INT(dd_platform_parse((struct dd_str){ NULL, 0 }, &bad, &err), DD_EARG);
	CHECK(dd_platform_host().arch.n > 0);
}

TEST(instructions_are_cleaned)
{
	static const struct {
		const char *created_by, *want;
	} rows[] = {
		{ "/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]" },
		{ "/bin/sh -c apt-get update", "RUN apt-get update" },
		{ "RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update" },
		{ "COPY file /app # buildkit", "COPY file /app" },
		{ "|2 A=1 B=two words /bin/sh -c make", "RUN make" },
		{ "RUN |1 TOKEN=x /bin/sh -c make # buildkit", "RUN make" },
		{ "RUN /bin/sh -c a  \\\n\t b", "RUN a \\ b" },
		{ "", "" },
		{ "bazel build ...", "bazel build ..." },
		{ "|x", "|x" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
		dd_instruction_clean(dd_str_from(rows[i].created_by), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].created_by);
	}
}

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(configurations)
{
	static const struct {
		const char *json;
		enum dd_code code;
		size_t layers;
		const char *first; /* instruction of layer 0 */
	} rows[] = {
		{ "{\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:" HEX64
		  "\"]},\"history\":[{\"created_by\":\"ADD x\"},"
		  "{\"created_by\":\"CMD y\",\"empty_layer\":true}]}",
		  DD_OK, 1, "ADD x" },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha256:" HEX64 "\"]},\"history\":[]}", DD_OK, 1, "" },
		{ "{\"rootfs\":{\"diff_ids\":[]}}", DD_OK, 0, "" },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha256:" HEX64 "\"]},\"history\":7,\"os\":[],\"config\":null}", DD_OK,
		  1, "" },
		{ "{}", DD_EPARSE, 0, "" },
		{ "{\"rootfs\":{\"diff_ids\":[\"md5:x\"]}}", DD_EPARSE, 0, "" },
		{ "{\"rootfs\":{\"diff_ids\":[7]}}", DD_EPARSE, 0, "" },
		{ "[]", DD_EPARSE, 0, "" },
		{ "", DD_EPARSE, 0, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		struct dd_image_config c = { 0 };
		struct dd_err err;
		CHECK_INT_ROW(dd_image_config_parse(dd_str_from(rows[i].json), &a, &c, &err), rows[i].code,
			      rows[i].json);
		if (rows[i].code == DD_OK) {
			CHECK_INT_ROW(c.n_diff_ids, rows[i].layers, rows[i].json);
			if (c.n_diff_ids)
				CHECK_STR_ROW(c.instructions[0], rows[i].first, rows[i].json);
		}
		dd_arena_done(&a);
	}
}
