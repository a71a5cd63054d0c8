/* SPDX-License-Identifier: Apache-2.0 */
/* Tags as the large repositories write them (their tag lists of November 2024). */
#include "base/cleanup.h"
#include "support/test.h"
#include "version/image_tag.h"

TEST(image_tag_parse)
{
	static const struct {
		const char *tag, *lead, *version, *variant;
		unsigned parts;
		bool pre;
	} rows[] = {
		{ "1.27.3", "", "1.27.3", "", 3, false },
		{ "1", "", "1", "", 1, false },
		{ "v2.11.0", "", "2.11.0", "", 3, false },
		{ "1.27.3-alpine3.20-slim", "", "1.27.3", "alpine3.20-slim", 3, false }, /* nginx */
		{ "latest", "", "", "", 0, false },
		{ "stable-alpine", "", "", "alpine", 0, false },
		{ "mainline-bookworm-perl", "", "", "bookworm-perl", 0, false },
		{ "bookworm", "", "", "bookworm", 0, false },
		{ "bookworm-20241111-slim", "bookworm", "20241111", "slim", 3, false }, /* debian */
		{ "noble-20241118.1", "noble", "20241118.1", "", 4, false },		/* ubuntu */
		{ "24.04", "", "24.04", "", 2, false },
		{ "20240923", "", "20240923", "", 3, false },			     /* alpine:edge */
		{ "17.0.13_11-jdk-jammy", "", "17.0.13_11", "jdk-jammy", 4, false }, /* eclipse-temurin */
		{ "8u432-b06-jre", "", "8u432-b06", "jre", 3, false },
		{ "24-ea-20-jdk-slim", "", "24-ea-20", "jdk-slim", 2, true }, /* openjdk */
		{ "3.14.0a2-slim", "", "3.14.0a2", "slim", 3, true },	      /* python */
		{ "3.13.0rc1", "", "3.13.0rc1", "", 3, true },
		{ "1.0.0-rc.1", "", "1.0.0-rc.1", "", 3, true },
		{ "8.0-rc1-alpine", "", "8.0-rc1", "alpine", 2, true },		     /* redis */
		{ "1.27.3-debian-12-r5", "", "1.27.3", "debian-12-r5", 3, false },   /* bitnami/nginx */
		{ "17-3.5-alpine", "", "17-3.5", "alpine", 3, false },		     /* postgis/postgis */
		{ "35.0.0.Final-2-jdk17", "", "35.0.0.Final-2", "jdk17", 4, false }, /* wildfly */
		{ "1.0.0.Beta2", "", "1.0.0.Beta2", "", 3, true },
		{ "RELEASE.2024-11-07T00-52-20Z", "RELEASE", "2024-11-07T00-52-20Z", "", 5, false }, /* minio */
		{ "release-1.2.3", "release", "1.2.3", "", 3, false },
		{ "nanoserver-1809", "", "", "nanoserver-1809", 0, false },
		{ "php8.3-apache", "", "", "php8.3-apache", 0, false }, /* wordpress */
		{ "6.7.1-php8.3-fpm-alpine", "", "6.7.1", "php8.3-fpm-alpine", 3, false },
		{ "pr-1234", "", "", "pr-1234", 0, false },
		{ "sha-7f3b2c1", "", "", "sha-7f3b2c1", 0, false },
		{ "7f3b2c1d", "", "", "7f3b2c1d", 0, false },
		{ "sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.sig", "", "",
		  "sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.sig", 0, false },
		{ "build-20241111.3", "", "", "build-20241111.3", 0, false },
		{ "22.11.0-bookworm-slim", "", "22.11.0", "bookworm-slim", 3, false }, /* node */
		{ "jod-alpine3.20", "", "", "jod-alpine3.20", 0, false },
		{ "lts", "", "", "", 0, false },
		{ "v", "", "", "v", 0, false },
		{ "-", "", "", "-", 0, false },
		{ "1.", "", "1", "", 1, false },
		{ "1.2.-x", "", "1.2", "-x", 2, false },
		{ "", "", "", "", 0, false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_image_tag t = dd_image_tag_parse(dd_str_from(rows[i].tag));
		CHECK_STR_ROW(t.lead, rows[i].lead, rows[i].tag);
		CHECK_STR_ROW(t.version, rows[i].version, rows[i].tag);
		CHECK_STR_ROW(t.variant, rows[i].variant, rows[i].tag);
		CHECK_INT_ROW(t.parts, rows[i].parts, rows[i].tag);
		CHECK_INT_ROW(t.prerelease, rows[i].pre, rows[i].tag);
	}
}

enum { TAGS_MAX = 24 };

static size_t parse_list(const char *list, struct dd_image_tag out[TAGS_MAX])
{
	struct dd_str rest = dd_str_from(list), tag;
	size_t n = 0;
	while (n < TAGS_MAX && dd_str_next(&rest, ' ', &tag))
		out[n++] = dd_image_tag_parse(tag);
	return n;
}

TEST(image_tag_pin)
{
	/* asked; the tags of one digest; the one to pin. */
	static const struct {
		const char *asked, *same, *pin;
	} rows[] = {
		{ "latest",
		  "1 1-bookworm 1.27 1.27-bookworm 1.27.3 1.27.3-bookworm bookworm latest mainline "
		  "mainline-bookworm",
		  "1.27.3" },
		{ "bookworm", "1 1-bookworm 1.27.3 1.27.3-bookworm bookworm latest", "1.27.3-bookworm" },
		{ "alpine", "1-alpine 1-alpine3.20 1.27-alpine 1.27.3-alpine 1.27.3-alpine3.20 alpine alpine3.20",
		  "1.27.3-alpine" },
		{ "alpine3.20", "1.27.3-alpine 1.27.3-alpine3.20 alpine alpine3.20", "1.27.3-alpine3.20" },
		{ "stable", "1.26 1.26.2 1.26.2-bookworm stable stable-bookworm", "1.26.2" },
		{ "latest", "12 12.8 bookworm bookworm-20241111 latest", "bookworm-20241111" },
		{ "bookworm-slim", "12-slim 12.8-slim bookworm-20241111-slim bookworm-slim", "bookworm-20241111-slim" },
		{ "latest", "24.04 latest noble noble-20241015", "noble-20241015" },
		{ "latest", "3 3.20 3.20.3 latest", "3.20.3" },
		{ "edge", "20240923 edge", "20240923" },
		{ "lts", "22 22-bookworm 22.11 22.11.0 22.11.0-bookworm jod jod-bookworm lts lts-bookworm", "22.11.0" },
		{ "jod-bookworm", "22 22.11.0 22.11.0-bookworm jod-bookworm lts", "22.11.0-bookworm" },
		{ "latest", "3 3.13 3.13.0 3.13.0-bookworm bookworm latest", "3.13.0" },
		{ "17-jre", "17-jre 17-jre-noble 17.0.13_11-jre 17.0.13_11-jre-noble", "17.0.13_11-jre" },
		{ "latest", "1 1.27 1.27.3 1.27.3-debian-12-r5 latest", "1.27.3" },
		{ "17", "17 17.2 17.2-bookworm bookworm latest", "17.2" },
		{ "latest", "6 6-apache 6-php8.2 6.7.1 6.7.1-apache 6.7.1-php8.2 6.7.1-php8.2-apache apache latest",
		  "6.7.1" },
		{ "php8.2", "6.7.1 6.7.1-php8.2 6.7.1-php8.2-apache php8.2", "6.7.1-php8.2" },
		{ "latest", "RELEASE.2024-11-07T00-52-20Z latest", "RELEASE.2024-11-07T00-52-20Z" },
		{ "latest", "latest main", NULL },
		{ "latest", "latest sha-7f3b2c1", NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_image_tag tags[TAGS_MAX], asked = dd_image_tag_parse(dd_str_from(rows[i].asked));
		size_t n = parse_list(rows[i].same, tags), at = dd_image_tag_pin(&asked, tags, n);
		CHECK_STR_ROW(at < n ? tags[at].text : DD_STR("(none)"), rows[i].pin ? rows[i].pin : "(none)",
			      rows[i].same);
		/* The order of the list says nothing. */
		for (size_t k = 0; k < n / 2; k++) {
			struct dd_image_tag swap = tags[k];
			tags[k] = tags[n - 1 - k];
			tags[n - 1 - k] = swap;
		}
		at = dd_image_tag_pin(&asked, tags, n);
		CHECK_STR_ROW(at < n ? tags[at].text : DD_STR("(none)"), rows[i].pin ? rows[i].pin : "(none)",
			      "turned round");
	}
}

TEST(image_tag_floats)
{
	static const char *const all = "1 1.27 1.27.3 1.27.3-alpine 1.27-alpine 1.26.2 latest 1.270.1 2.0-rc1";
	static const struct {
		const char *tag;
		bool floats;
		const char *by;
	} rows[] = {
		{ "latest", true, "" },		{ "1", true, "1.270.1" }, { "1.27", true, "1.27.3" },
		{ "1.27.3", false, "" },	{ "2.0-rc1", false, "" }, { "1.27-alpine", true, "1.27.3-alpine" },
		{ "1.27.3-alpine", false, "" },
	};
	struct dd_image_tag tags[TAGS_MAX];
	size_t n = parse_list(all, tags), by;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_image_tag t = dd_image_tag_parse(dd_str_from(rows[i].tag));
		CHECK_INT_ROW(dd_image_tag_floats(&t, tags, n, &by), rows[i].floats, rows[i].tag);
		CHECK_STR_ROW(by < n ? tags[by].text : DD_STR(""), rows[i].by, rows[i].tag);
	}
	/* Nothing is known of the others. */
	struct dd_image_tag two = dd_image_tag_parse(DD_STR("1.27")), three = dd_image_tag_parse(DD_STR("1.27.3"));
	CHECK(dd_image_tag_floats(&two, NULL, 0, &by));
	CHECK(!dd_image_tag_floats(&three, NULL, 0, &by));
}

TEST(image_tag_order)
{
	static const char *const rising =
		"latest 1 1.9 1.9.12 1.10.0-alpine 1.10.0 1.27.0-rc1 1.27.0 1.27.3 2.0 20240923";
	struct dd_image_tag tags[TAGS_MAX];
	size_t n = parse_list(rising, tags);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int c = dd_image_tag_cmp(&tags[i], &tags[k]);
			CHECK_ROW(i < k ? c < 0 : i > k ? c > 0 : c == 0, tags[i].text.p);
		}
}

TEST(image_tag_supersedes)
{
	static const struct {
		const char *newer, *tag;
		bool yes;
	} rows[] = {
		{ "1.27.3-alpine", "1.25.1-alpine", true },
		{ "1.27.3", "1.25.1-alpine", false },
		{ "1.28", "1.27.3", false },
		{ "1.28.0-rc1", "1.27.3", false },
		{ "1.28.0-rc2", "1.28.0-rc1", true },
		{ "1.27.3", "1.27.3", false },
		{ "latest", "1.27.3", false },
		{ "1.27.3", "latest", false },
		{ "bookworm-20241111", "bookworm-20241016", true },
		{ "trixie-20241111", "bookworm-20241016", false },
		{ "12", "11", true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_image_tag a = dd_image_tag_parse(dd_str_from(rows[i].newer)),
				    b = dd_image_tag_parse(dd_str_from(rows[i].tag));
		CHECK_INT_ROW(dd_image_tag_supersedes(&a, &b), rows[i].yes, rows[i].newer);
	}
}
