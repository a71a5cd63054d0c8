/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/weigh.h"

#include "support/test.h"

static const struct dd_secret_rule name_only = { .kind = { .confidence = DD_CONFIDENCE_LOW } },
				   form_and_name = { .kind = { .confidence = DD_CONFIDENCE_MEDIUM } },
				   form = { .kind = { .confidence = DD_CONFIDENCE_HIGH } },
				   users = { .kind = { .confidence = DD_CONFIDENCE_MEDIUM, .user = true } },
				   token = { .kind = { .confidence = DD_CONFIDENCE_HIGH },
					     .check = DD_CHECK_GITHUB_CRC32 };

TEST(secret_weigh)
{
	static const struct {
		const struct dd_secret_rule *rule;
		const char *path, *text, *secret; /* the match is from the first letter of the text's last line on */
		enum dd_confidence want;
		const char *reason, *filtered;
	} rows[] = {
		{ &name_only, "app/.env", "DB_PASSWORD=Tr0ub4dor&3", "Tr0ub4dor&3", DD_CONFIDENCE_MEDIUM,
		  "its name says that it is a secret, and the value is hard to guess", "" },
		{ &name_only, "", "DB_PASSWORD=hunter2horse", "hunter2horse", DD_CONFIDENCE_MEDIUM,
		  "its name says that it is a secret, in a file of settings", "" },
		{ &name_only, "srv/x", "password: carriage", "carriage", DD_CONFIDENCE_LOW,
		  "only its name says that it is a secret", "" },
		{ &name_only, "app/.env.example", "DB_PASSWORD=Tr0ub4dor&3", "Tr0ub4dor&3", DD_CONFIDENCE_LOW,
		  "in an example", "" },
		{ &name_only, "app/a.yml", "# password: Tr0ub4dor&3", "Tr0ub4dor&3", DD_CONFIDENCE_LOW, "in a comment",
		  "" },
		{ &name_only, "app/a.xml", "<!-- sample:\n password=\"Tr0ub4dor&3\"", "Tr0ub4dor&3", DD_CONFIDENCE_LOW,
		  "in a comment", "" },
		{ &name_only, "app/a.py", "password = get_password", "get_password", DD_CONFIDENCE_LOW, "",
		  "its own name again" },
		{ &name_only, "app/a.py", "token = make_new_one", "make_new_one", DD_CONFIDENCE_LOW, "",
		  "an expression of a program" },
		{ &name_only, "app/a.py", "password = load(x)", "load", DD_CONFIDENCE_LOW, "",
		  "an expression of a program" },
		{ &name_only, "app/a.yml", "password_file: Tr0ub4dor&3", "Tr0ub4dor&3", DD_CONFIDENCE_LOW, "",
		  "the name is of something about a secret" },
		{ &name_only, "yarn.lock", "token = Xk3$9fjqL0pz!vM7", "Xk3$9fjqL0pz!vM7", DD_CONFIDENCE_LOW, "",
		  "a lock file" },
		{ &name_only, "a.json", "\"integrity token\": \"9f86d081884c7d659a2feaa0c55ad015\"",
		  "9f86d081884c7d659a2feaa0c55ad015", DD_CONFIDENCE_LOW, "", "a digest, not a key" },
		{ &name_only, "a.json", "\"api_key\": \"123e4567-e89b-12d3-a456-426614174000\"",
		  "123e4567-e89b-12d3-a456-426614174000", DD_CONFIDENCE_LOW, "only its name says that it is a secret",
		  "" },
		{ &form_and_name, "a.py", "acme_key = \"SomeLongIdentifierName\"", "SomeLongIdentifierName",
		  DD_CONFIDENCE_LOW, "it reads like words", "" },
		{ &form_and_name, "a.py", "acme_key = \"k8Jx0qLwNj8wqPz02f7K\"", "k8Jx0qLwNj8wqPz02f7K",
		  DD_CONFIDENCE_MEDIUM, "", "" },
		{ &form, "a.env", "sk_live_k8Jx0qLwNj8wqPz02f7K", "sk_live_k8Jx0qLwNj8wqPz02f7K", DD_CONFIDENCE_HIGH,
		  "", "" },
		{ &form, "a.env", "sk_live_abcabcabcabcabcabc", "sk_live_abcabcabcabcabcabc", DD_CONFIDENCE_HIGH, "",
		  "the same few characters again and again" },
		{ &form, "docs/a.md", "sk_live_k8Jx0qLwNj8wqPz02f7K", "sk_live_k8Jx0qLwNj8wqPz02f7K", DD_CONFIDENCE_LOW,
		  "in documentation", "" },
		{ &form, "a.yml", "amqp://guest:guest@mq", "guest", DD_CONFIDENCE_LOW,
		  "a password that everyone tries first", "" },
		{ &form, "a.yml", "amqp://appuser:appuser@mq", "appuser", DD_CONFIDENCE_LOW,
		  "a password that everyone tries first", "" },
		{ &form, "a.yml", "amqp://app:${PASSWORD}@mq", "${PASSWORD}", DD_CONFIDENCE_HIGH, "",
		  "it stands for a value" },
		{ &token, "docs/a.md",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  DD_CONFIDENCE_MEDIUM, "its checksum is right; in documentation", "" },
		{ &token, "a.env",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDB",
		  DD_CONFIDENCE_HIGH, "its checksum is right", "" },
		{ &token, "a.env",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDC",
		  "ghp_"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1yLcDC",
		  DD_CONFIDENCE_LOW, "its checksum is wrong: damaged or invented", "" },
		{ &users, "test/a.py", "zz=aaaaaaaaaaaa", "aaaaaaaaaaaa", DD_CONFIDENCE_MEDIUM, "", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(1 << 20);
		struct dd_str text = dd_str_from(rows[i].text), secret = dd_str_from(rows[i].secret);
		struct dd_secret_weight w;
		struct dd_err err;
		size_t line = dd_str_rfind(text, '\n') < text.n ? dd_str_rfind(text, '\n') + 1 : 0, at = text.n;
		for (size_t k = 0; k + secret.n <= text.n; k++) /* the last one */
			if (memcmp(text.p + k, secret.p, secret.n) == 0)
				at = k;
		if (at == text.n)
			continue;
		const struct dd_secret_candidate c = { .rule = rows[i].rule,
						       .path = dd_str_from(rows[i].path),
						       .text = text,
						       .match_at = line,
						       .match_n = text.n - line,
						       .secret_at = at,
						       .secret_n = secret.n };
		CHECK_INT_ROW(dd_secret_weigh(&c, &a, &w, &err), DD_OK, rows[i].text);
		CHECK_INT_ROW(w.confidence, rows[i].want, rows[i].text);
		CHECK_STR_ROW(w.reason, rows[i].reason, rows[i].text);
		CHECK_STR_ROW(w.filtered, rows[i].filtered, rows[i].text);
	}
}
