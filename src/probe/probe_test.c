/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/handoff.h"
#include "probe/probe.h"
#include "support/test.h"

static const struct dd_probe_row header_row = {
	"a b-c", "GET", "https://api.example.com/me", "Authorization: Bearer {}\nX: 1", NULL, "200", "401", ""
};

TEST(probe_rows_are_whole)
{
	const struct dd_probe_row *row;
	size_t n = 0;
	for (; (row = dd_probe_at(n)); n++) {
		struct dd_str url = dd_str_from(row->url);
		bool whole_address = dd_str_starts(url, DD_STR("{url https://"));
		CHECK_ROW(whole_address || dd_str_starts(url, DD_STR("https://")), row->rules);
		CHECK_ROW(strcmp(row->method, "GET") == 0 || strcmp(row->method, "POST") == 0, row->rules);
		CHECK_ROW(row->alive[0] && dd_str_starts(dd_str_from(row->page), DD_STR("https://")), row->rules);
		/* Somewhere the credential must be said. */
		CHECK_ROW(strchr(row->url, '{') || (row->headers && strchr(row->headers, '{')), row->rules);
		/* The host is fixed before anything of the credential comes. */
		const char *brace = strchr(row->url, '{');
		CHECK_ROW(whole_address || !brace || strchr(row->url + 8, '/') < brace, row->rules);
	}
	CHECK(n >= 40);
	CHECK(dd_probe_for(DD_STR("github-personal-token")) != NULL);
	CHECK(dd_probe_for(DD_STR("github-personal")) == NULL);
	CHECK(dd_probe_for(DD_STR("")) == NULL);
}

TEST(probe_requests)
{
	static const struct {
		const char *rule, *secret, *url, *header, *body, *host;
	} rows[] = {
		{ "github-personal-token", "ghp_x", "https://api.github.com/user", "Authorization: Bearer ghp_x", NULL,
		  "api.github.com" },
		{ "telegram-bot-token", "12:AA-b_c", "https://api.telegram.org/bot12:AA-b_c/getMe", NULL, NULL,
		  "api.telegram.org" },
		{ "telegram-bot-token", "12/../x?y#z", "https://api.telegram.org/bot12%2F..%2Fx%3Fy%23z/getMe", NULL,
		  NULL, "api.telegram.org" },
		{ "shodan-api-key", "a&b=c", "https://api.shodan.io/api-info?key=a%26b%3Dc", NULL, NULL,
		  "api.shodan.io" },
		/* RFC 7617 §2: base 64 of "api:key-1" */
		{ "mailgun-private-api-key", "key-1", "https://api.mailgun.net/v3/domains?limit=1",
		  "Authorization: Basic YXBpOmtleS0x", NULL, "api.mailgun.net" },
		{ "discord-webhook", "https://discord.com/api/webhooks/1/a-b", "https://discord.com/api/webhooks/1/a-b",
		  NULL, NULL, "discord.com" },
		{ "linear-api-key", "lin_api_x", "https://api.linear.app/graphql", "Authorization: lin_api_x",
		  "{\"query\":\"{viewer{id}}\"}", "api.linear.app" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 16);
		struct dd_probe_request r;
		struct dd_err err;
		const struct dd_probe_row *row = dd_probe_for(dd_str_from(rows[i].rule));
		CHECK_ROW(row != NULL, rows[i].rule);
		if (row && dd_probe_fill(row, dd_str_from(rows[i].secret), &a, &r, &err) == DD_OK) {
			CHECK_STR_ROW(dd_str_from(r.url), rows[i].url, rows[i].rule);
			CHECK_STR_ROW(dd_str_from(r.host), rows[i].host, rows[i].rule);
			if (rows[i].header)
				CHECK_STR_ROW(dd_str_from(r.headers[0]), rows[i].header, rows[i].rule);
			else
				CHECK_ROW(r.headers[0] == NULL, rows[i].rule);
			if (rows[i].body)
				CHECK_STR_ROW(r.body, rows[i].body, rows[i].rule);
		} else {
			CHECK_ROW(false, rows[i].rule);
		}
		dd_arena_done(&a);
	}
}

TEST(probe_refuses_what_could_lead_elsewhere)
{
	static const struct {
		const char *rule;
		struct dd_str secret;
	} rows[] = {
		{ "github-personal-token", { "ghp_a\r\nHost: evil", 17 } },
		{ "github-personal-token", { "ghp_a b", 7 } },
		{ "github-personal-token", { "ghp_\0x", 6 } },
		{ "github-personal-token", { "ghp_\xff", 5 } },
		{ "github-personal-token", { "", 0 } },
		{ "discord-webhook", { "https://discord.com.evil/api/webhooks/1/a", 41 } },
		{ "discord-webhook", { "https://discord.com/api/webhooks/../x", 37 } },
		{ "discord-webhook", { "https://discord.com/api/webhooks/1/a?x", 38 } },
		{ "discord-webhook", { "https://discord.com@evil/api/webhooks/1", 39 } },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(1 << 16);
		struct dd_probe_request r;
		struct dd_err err;
		const struct dd_probe_row *row = dd_probe_for(dd_str_from(rows[i].rule));
		enum dd_code code = row ? dd_probe_fill(row, rows[i].secret, &a, &r, &err) : DD_OK;
		CHECK_INT_ROW(code, DD_EARG, rows[i].rule);
		/* The message is for logs. */
		CHECK_ROW(code != DD_EARG || !strstr(err.message, "evil"), rows[i].rule);
		dd_arena_done(&a);
	}
}

TEST(probe_judges_answers)
{
	static const struct {
		const char *alive, *dead;
		unsigned status;
		const char *body;
		enum dd_secret_alive want;
	} rows[] = {
		{ "200", "401", 200, "", DD_ALIVE_YES },
		{ "200", "401", 401, "", DD_ALIVE_NO },
		{ "200", "401", 429, "", DD_ALIVE_UNCLEAR },
		{ "200", "401", 0, "", DD_ALIVE_UNCLEAR },
		{ "200 403", "401", 403, "", DD_ALIVE_YES },
		{ "200", "", 401, "", DD_ALIVE_UNCLEAR },
		{ "200 \"\"ok\":true", "200 \"\"ok\":false", 200, "{\"ok\":true}", DD_ALIVE_YES },
		{ "200 \"\"ok\":true", "200 \"\"ok\":false", 200, "{ \"ok\" : false }", DD_ALIVE_NO },
		{ "200 \"\"ok\":true", "200 \"\"ok\":false", 200, "<html>", DD_ALIVE_UNCLEAR },
		{ "200 \"\"ok\":true", "200 \"\"ok\":false", 500, "{\"ok\":true}", DD_ALIVE_UNCLEAR },
		{ "20", "401", 200, "", DD_ALIVE_UNCLEAR },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_probe_row row = { .alive = rows[i].alive, .dead = rows[i].dead };
		CHECK_INT_ROW(dd_probe_judge(&row, rows[i].status, dd_str_from(rows[i].body)), rows[i].want,
			      rows[i].body);
	}
}

TEST(probe_fill_of_a_plain_header)
{
	struct dd_arena a = DD_ARENA_INIT(1 << 16);
	struct dd_probe_request r;
	struct dd_err err;
	CHECK_INT(dd_probe_fill(&header_row, DD_STR("t"), &a, &r, &err), DD_OK);
	CHECK_STR(dd_str_from(r.headers[1]), "X: 1");
	CHECK(r.headers[2] == NULL && r.body.p == NULL);
	dd_arena_done(&a);
}

/* A side that is gone is an answer, too: unclear, never a wait. */
TEST(probe_without_the_other_side)
{
	struct dd_arena a = DD_ARENA_INIT(1 << 16);
	struct dd_err err;
	int ends[2];
	size_t left;
	struct dd_secret_at s[3] = {
		{ .secret = { .rule = DD_STR("github-personal-token"),
			      .clear = DD_STR("ghp_x"),
			      .confidence = DD_CONFIDENCE_HIGH } },
		{ .secret = { .rule = DD_STR("github-personal-token"),
			      .clear = DD_STR("ghp_x"),
			      .confidence = DD_CONFIDENCE_HIGH } },
		{ .secret = { .rule = DD_STR("jwk-private-key"),
			      .clear = DD_STR("x"),
			      .confidence = DD_CONFIDENCE_HIGH } },
	};
	CHECK_INT(dd_handoff_pair(ends, &err), DD_OK);
	(void)close(ends[0]);
	CHECK_INT(dd_probe_ask_all(ends[1], s, DD_COUNT(s), &a, &left, &err), DD_OK);
	CHECK_INT(s[0].alive, DD_ALIVE_UNCLEAR);
	CHECK_STR(s[1].alive_note, "the process that has the network is gone");
	CHECK_INT(s[2].alive, DD_ALIVE_NOT_ASKED);
	CHECK_INT(left, 0);
	(void)close(ends[1]);
	dd_arena_done(&a);
}
