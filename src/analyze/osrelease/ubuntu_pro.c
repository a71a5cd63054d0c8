/* SPDX-License-Identifier: Apache-2.0 */
/* Is the system subscribed to Ubuntu Pro's repositories with longer support? Three files say so, each for itself:
 *
 *   etc/apt/sources.list, sources.list.d/NAME.list   "deb [options] https://esm.ubuntu.com/infra/ubuntu
 * jammy-infra-security main" etc/apt/sources.list.d/NAME.sources              deb822: Types, URIs, Enabled
 * (sources.list(5)) var/lib/ubuntu-advantage/status.json             { attached, services: [{ name: "esm-infra",
 * status: "enabled" }] }
 *
 * Sources that are commented out, disabled or of other services (fips, cis) do not count; neither do tokens: who may
 * fetch does not matter, only where apt looks. An image that was upgraded from there and cleaned keeps nothing but the
 * versions ("…+esm1"), which advisories compare like any other. */
#include "analyze/osrelease/osrelease.h"
#include "base/limits.h"
#include "format/deb822.h"
#include "format/json.h"

/* By the first directory of the repository's URI. */
static const struct {
	const char *directory, *service;
} services[] = { { "apps", "esm-apps" }, { "infra", "esm-infra" } };

struct seen {
	bool service[DD_COUNT(services)];
};

static void look_at_uri(struct dd_str uri, struct seen *ret)
{
	static const char *const schemes[] = { "https://", "http://" };
	static const struct dd_str host = { "esm.ubuntu.com/", 15 };
	for (size_t i = 0; i < DD_COUNT(schemes); i++)
		if (dd_str_starts(uri, dd_str_from(schemes[i])))
			uri = dd_str_skip(uri, strlen(schemes[i]));
	if (!dd_str_starts(uri, host))
		return;
	uri = dd_str_skip(uri, host.n);
	struct dd_str directory = dd_str_take(uri, dd_str_find(uri, '/'));
	for (size_t i = 0; i < DD_COUNT(services); i++)
		ret->service[i] |= dd_str_eq_c(directory, services[i].directory);
}

static void look_at_words(struct dd_str words, struct seen *ret)
{
	while (words.n) {
		size_t n = 0;
		while (n < words.n && !dd_is_blank(words.p[n]) && words.p[n] != '\n')
			n++;
		look_at_uri(dd_str_take(words, n), ret);
		words = dd_str_skip(words, n ? n : 1);
	}
}

/* One line a source; "[…]" may hold blanks, and no URI of theirs. */
static void read_list(struct dd_str data, struct seen *ret)
{
	struct dd_str line;
	while (dd_str_line(&data, &line)) {
		line = dd_str_trim(dd_str_take(line, dd_str_find(line, '#')));
		if (dd_str_starts(line, DD_STR("deb ")) || dd_str_starts(line, DD_STR("deb\t")))
			look_at_words(dd_str_skip(line, 4), ret);
	}
}

static bool is_no(struct dd_str s)
{
	static const char *const words[] = { "no", "false", "off", "without", "disable" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_nocase(dd_str_trim(s), dd_str_from(words[i])))
			return true;
	return false;
}

static void read_status(struct dd_str data, struct seen *ret)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	if (dd_json_parse(data, &j, NULL) != DD_OK || !dd_json_bool(j, "attached"))
		return;
	const json_t *list = dd_json_arr(j, "services");
	for (size_t i = 0; i < dd_json_len(list); i++)
		for (size_t k = 0; k < DD_COUNT(services); k++)
			ret->service[k] |= dd_str_eq_c(dd_json_str(dd_json_at(list, i), "name"), services[k].service) &&
					   dd_str_eq_c(dd_json_str(dd_json_at(list, i), "status"), "enabled");
}

/* A stanza a source; "Enabled: no" takes it back. */
static void read_sources(struct dd_str data, struct seen *ret)
{
	struct dd_deb822_reader r = DD_DEB822_READER(data);
	struct dd_deb822_item item = { .kind = DD_DEB822_BREAK };
	struct seen here = { { false } };
	bool off = false, more = true;
	while (more) {
		more = dd_deb822_next(&r, &item);
		if (!more || item.kind == DD_DEB822_BREAK) {
			for (size_t i = 0; i < DD_COUNT(services); i++)
				ret->service[i] |= here.service[i] && !off;
			here = (struct seen){ { false } };
			off = false;
		} else if (item.kind == DD_DEB822_FIELD && dd_str_eq_nocase(item.name, DD_STR("Enabled"))) {
			off = is_no(item.value);
		} else if (item.kind == DD_DEB822_FIELD && dd_str_eq_nocase(item.name, DD_STR("URIs"))) {
			look_at_words(item.value, &here);
		}
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct seen seen = { { false } };
	if (dd_str_ends(in->path, DD_STR(".json")))
		read_status(in->data, &seen);
	else if (dd_str_ends(in->path, DD_STR(".sources")))
		read_sources(in->data, &seen);
	else
		read_list(in->data, &seen);
	for (size_t i = 0; i < DD_COUNT(services); i++) {
		if (!seen.service[i])
			continue;
		struct dd_os *os = dd_found_os(out);
		if (!os)
			return dd_fail_nomem(err);
		os->rank = DD_OS_SUBSCRIPTION;
		os->id = DD_STR("ubuntu");
		os->subscription = dd_str_from(services[i].service);
	}
	return DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "etc/apt/sources.list", NULL, DD_MIB },
	{ DD_MATCH_DIR, "etc/apt/sources.list.d", ".list", DD_MIB },
	{ DD_MATCH_DIR, "etc/apt/sources.list.d", ".sources", DD_MIB },
	{ DD_MATCH_PATH, "var/lib/ubuntu-advantage/status.json", NULL, DD_MIB },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_osrelease_pro = {
	.id = "ubuntu-pro",
	.version = 1,
	.evidence = DD_EVIDENCE_SYSTEM,
	.title = "subscriptions to Ubuntu Pro",
	.match = match,
	.parse = parse,
};
