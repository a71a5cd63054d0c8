/* SPDX-License-Identifier: Apache-2.0 */
/* The rows are those of the distribution project: reference_test.go and normalize_test.go. */
#include "base/limits.h"
#include "net/registry/reference.h"
#include "support/test.h"

#define SHA256 "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define SHA512                                                                                                         \
	"sha512:"                                                                                                      \
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"       \
	"ffffffffffffffffffffffffff"
#define ID "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"

TEST(reference_takes_what_docker_takes)
{
	static const struct {
		const char *in, *full, *familiar;
	} rows[] = {
		{ "test_com", "docker.io/library/test_com:latest", "test_com:latest" },
		{ "test.com:tag", "docker.io/library/test.com:tag", "test.com:tag" },
		{ "test.com:5000", "docker.io/library/test.com:5000", "test.com:5000" },
		{ "test.com/repo:tag", "test.com/repo:tag", NULL },
		{ "test:5000/repo", "test:5000/repo:latest", NULL },
		{ "test:5000/repo:tag", "test:5000/repo:tag", NULL },
		{ "test:5000/repo@" SHA256, "test:5000/repo@" SHA256, NULL },
		{ "test:5000/repo:tag@" SHA256, "test:5000/repo:tag@" SHA256, NULL },
		{ "lowercase:Uppercase", "docker.io/library/lowercase:Uppercase", "lowercase:Uppercase" },
		{ "sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com/bar/baz/quux:latest", NULL },
		{ "sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com/bar/baz/quux:some-long-tag", NULL },
		{ "b.gcr.io/test.example.com/my-app:test.example.com",
		  "b.gcr.io/test.example.com/my-app:test.example.com", NULL },
		{ "xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com/myimage:xn--n3h.com", NULL },
		{ "xn--7o8h.com/myimage:xn--7o8h.com@" SHA512, "xn--7o8h.com/myimage:xn--7o8h.com@" SHA512, NULL },
		{ "foo_bar.com:8080", "docker.io/library/foo_bar.com:8080", "foo_bar.com:8080" },
		{ "foo/foo_bar.com:8080", "docker.io/foo/foo_bar.com:8080", "foo/foo_bar.com:8080" },
		{ "192.168.1.1", "docker.io/library/192.168.1.1:latest", "192.168.1.1:latest" },
		{ "192.168.1.1:5000", "docker.io/library/192.168.1.1:5000", "192.168.1.1:5000" },
		{ "192.168.1.1/repo", "192.168.1.1/repo:latest", NULL },
		{ "192.168.1.1:5000/repo:5050", "192.168.1.1:5000/repo:5050", NULL },
		{ "[2001:db8::1]/repo", "[2001:db8::1]/repo:latest", NULL },
		{ "[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]/repo:tag", NULL },
		{ "[2001:db8::1]:5000/repo", "[2001:db8::1]:5000/repo:latest", NULL },
		{ "[2001:db8::1]:5000/repo:tag", "[2001:db8::1]:5000/repo:tag", NULL },
		{ "[2001:db8::1]:5000/repo@" SHA256, "[2001:db8::1]:5000/repo@" SHA256, NULL },
		{ "[2001:db8::]:5000/repo", "[2001:db8::]:5000/repo:latest", NULL },
		{ "[::1]:5000/repo", "[::1]:5000/repo:latest", NULL },
		{ "docker/docker", "docker.io/docker/docker:latest", "docker/docker:latest" },
		{ "library/debian", "docker.io/library/debian:latest", "debian:latest" },
		{ "debian", "docker.io/library/debian:latest", "debian:latest" },
		{ "docker.io/debian", "docker.io/library/debian:latest", "debian:latest" },
		{ "index.docker.io/debian", "docker.io/library/debian:latest", "debian:latest" },
		{ "index.docker.io/docker/docker", "docker.io/docker/docker:latest", "docker/docker:latest" },
		{ "127.0.0.1:5000/debian", "127.0.0.1:5000/debian:latest", NULL },
		{ "library/foo/bar", "docker.io/library/foo/bar:latest", "library/foo/bar:latest" },
		{ "ubuntu-12.04-base", "docker.io/library/ubuntu-12.04-base:latest", "ubuntu-12.04-base:latest" },
		{ "localhost/foo/bar", "localhost/foo/bar:latest", NULL },
		{ "docker.io/" ID, "docker.io/library/" ID ":latest", ID ":latest" },
		{ "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev",
		  "docker.io/library/thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev:latest",
		  "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev:latest" },
		{ "Docker/docker", "Docker/docker:latest", NULL },
		{ "a/b__c/d---e/f.g", "docker.io/a/b__c/d---e/f.g:latest", "a/b__c/d---e/f.g:latest" },
		{ "a:_", "docker.io/library/a:_", "a:_" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_reference r;
		const char *familiar = rows[i].familiar ? rows[i].familiar : rows[i].full;
		CHECK_ROW(dd_reference_looks_like(dd_str_from(rows[i].in)), rows[i].in);
		if (dd_reference_parse(dd_str_from(rows[i].in), &a, &r, NULL) != DD_OK) {
			CHECK_ROW(false, rows[i].in);
			continue;
		}
		CHECK_STR_ROW(dd_reference_text(&r, &a), rows[i].full, rows[i].in);
		CHECK_STR_ROW(dd_reference_familiar(&r, &a), familiar, rows[i].in);
		CHECK_ROW(dd_reference_is_registry(r.registry) && dd_reference_is_repository(r.repository), rows[i].in);
	}
}

TEST(reference_refuses_what_docker_refuses)
{
	static const char *const rows[] = {
		"",
		":justtag",
		"@" SHA256,
		"repo@sha256:ffffffffffffffffffffffffffffffffff",
		"validname@invaliddigest:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"Uppercase:tag",
		"test:5000/Uppercase/lowercase:tag",
		"aa/asdf$$^/aa",
		"[2001:db8::1]",
		"[2001:db8::1]:5000",
		"[2001:db8::1]:tag",
		"[fe80::1%eth0]:5000/repo",
		"[fe80::1%@invalidzone]:5000/repo",
		"[2001:db8:3:4::192.0.2.33]:5000/debian",
		"fc00::1:5000/debian",
		"https://github.com/docker/docker",
		"docker/Docker",
		"-docker",
		"-docker/docker",
		"-docker.io/docker/docker",
		"docker///docker",
		"docker.io/docker/Docker",
		"docker.io/docker///docker",
		ID,
		"a:",
		"a:-x",
		"a:.x",
		"a@",
		"a@" SHA256 "f",
		"a@" SHA256 "@" SHA256,
		"a:b:c",
		"a___b",
		"a..b",
		"a_.b",
		"a/",
		"/a",
		"./a",
		"../a",
		"a b",
		"a\nb",
		"a\xff",
		"h:65536/a",
		"h:/a",
		"h.:5/a",
		"..:5/a",
		".:5/a",
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_reference r;
		struct dd_err err;
		CHECK_ROW(!dd_reference_looks_like(dd_str_from(rows[i])), rows[i]);
		CHECK_INT_ROW(dd_reference_parse(dd_str_from(rows[i]), &a, &r, &err), DD_EARG, rows[i]);
	}
	CHECK(!dd_reference_looks_like((struct dd_str){ "a\0b", 3 }));
}

TEST(reference_lengths)
{
	char text[2048];
	size_t n = 0;
	/* "a/" 127 times and "a": the longest that the distribution project takes. */
	for (size_t i = 0; i < 127; i++) {
		text[n++] = 'a';
		text[n++] = '/';
	}
	text[n++] = 'a';
	CHECK(dd_reference_looks_like((struct dd_str){ text, n }));
	text[n++] = 'a';
	CHECK(!dd_reference_looks_like((struct dd_str){ text, n }));
	memset(text, 'a', sizeof text);
	text[1] = ':';
	CHECK(dd_reference_looks_like((struct dd_str){ text, 2 + 128 }));
	CHECK(!dd_reference_looks_like((struct dd_str){ text, 2 + 129 }));
	CHECK(!dd_reference_looks_like((struct dd_str){ text, sizeof text }));
}
