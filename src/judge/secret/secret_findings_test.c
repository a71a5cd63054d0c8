/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/secret/secret_findings.h"

#include "base/limits.h"
#include "support/test.h"

#define ROOM (16 * DD_MIB)

static const struct dd_secret_kind github = { .id = DD_STR("github-pat"),
					      .title = DD_STR("GitHub: personal access token"),
					      .provider = DD_STR("GitHub"),
					      .revoke = DD_STR("https://github.com/settings/tokens"),
					      .severity = DD_SEV_CRITICAL,
					      .confidence = DD_CONFIDENCE_HIGH };
static struct dd_layer layers[] = {
	{ .instruction = DD_STR("ADD rootfs.tar.xz / # buildkit") },
	{ .instruction = DD_STR("COPY . /app") },
	{ .instruction = DD_STR("RUN rm -f /app/.npmrc") },
};

static struct dd_inventory inventory_of(struct dd_secret_at *secrets, size_t n)
{
	return (struct dd_inventory){ .target = { .layers = layers, .n_layers = DD_COUNT(layers) },
				      .secrets = secrets,
				      .n_secrets = n };
}

static struct dd_secret_at secret(enum dd_confidence c)
{
	return (struct dd_secret_at){ .secret = { .rule = DD_STR("github-pat"),
						  .redacted = DD_STR("ghp_\xe2\x80\xa6 (40 characters)"),
						  .clear = DD_STR("ghp_clear"),
						  .fingerprint = DD_STR("00112233445566778899aabbccddeeff"),
						  .confidence = c },
				      .kind = &github,
				      .path = DD_STR("app/config.yml"),
				      .layer = 1,
				      .by = DD_NO_LAYER };
}

/* Judges one secret; the finding is good until a is released. */
static struct dd_finding judge(struct dd_secret_at at, bool reveal, struct dd_arena *a)
{
	struct dd_inventory inv = inventory_of(&at, 1);
	const struct dd_secret_judging how = { .show_filtered = true, .reveal = reveal };
	struct dd_findings f = { .problems_dropped = 0 };
	struct dd_finding none = { .id = DD_STR("none") };
	struct dd_err err = { .code = DD_OK };
	CHECK_INT(dd_judge_secrets(&inv, &how, a, &f, &err), DD_OK);
	CHECK_INT(f.list.n, 1);
	if (f.list.n)
		none = f.list.p[0];
	dd_findings_done(&f);
	return none;
}

TEST(secret_severity_follows_confidence)
{
	static const struct {
		enum dd_confidence confidence;
		const char *owner;
		enum dd_secret_alive alive;
		enum dd_severity want;
		enum dd_confidence sure;
		const char *reason;
	} rows[] = {
		{ DD_CONFIDENCE_HIGH, "", DD_ALIVE_NOT_ASKED, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, "" },
		{ DD_CONFIDENCE_MEDIUM, "", DD_ALIVE_NOT_ASKED, DD_SEV_HIGH, DD_CONFIDENCE_MEDIUM, "" },
		{ DD_CONFIDENCE_LOW, "", DD_ALIVE_NOT_ASKED, DD_SEV_LOW, DD_CONFIDENCE_LOW, "" },
		{ DD_CONFIDENCE_UNKNOWN, "", DD_ALIVE_NOT_ASKED, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, "" },
		{ DD_CONFIDENCE_HIGH, "python3.11 3.11.2-6", DD_ALIVE_NOT_ASKED, DD_SEV_LOW, DD_CONFIDENCE_LOW,
		  "file of python3.11 3.11.2-6, the same for everybody" },
		{ DD_CONFIDENCE_LOW, "python3.11 3.11.2-6", DD_ALIVE_YES, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH,
		  "its provider takes it" },
		{ DD_CONFIDENCE_HIGH, "", DD_ALIVE_NO, DD_SEV_LOW, DD_CONFIDENCE_HIGH, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		struct dd_secret_at at = secret(rows[i].confidence);
		at.owner = dd_str_from(rows[i].owner);
		at.alive = rows[i].alive;
		struct dd_finding f = judge(at, false, &a);
		CHECK_INT_ROW(f.severity, rows[i].want, rows[i].reason);
		CHECK_INT_ROW(f.confidence, rows[i].sure, rows[i].reason);
		CHECK_STR(f.secret->at.secret.reason, rows[i].reason);
		dd_arena_done(&a);
	}
}

TEST(secret_finding_is_whole)
{
	struct dd_arena a = DD_ARENA_INIT(ROOM);
	struct dd_secret_at at = secret(DD_CONFIDENCE_HIGH);
	at.state = DD_STATE_DELETED;
	at.by = 2;
	struct dd_finding f = judge(at, false, &a);
	CHECK_INT(f.kind, DD_KIND_SECRET);
	CHECK_STR(f.id, "github-pat");
	CHECK_STR(f.title, "GitHub: personal access token");
	CHECK_STR(f.path, "app/config.yml");
	CHECK_INT(f.layer, 1);
	CHECK_INT(f.package, -1);
	CHECK(!f.suppressed);
	CHECK_STR(f.note, "deleted by layer 2: it is still in layer 1 of every copy of the image");
	CHECK_STR(f.fix.advice, "revoke it at GitHub, then build the image without it");
	CHECK_STR(f.url, "https://github.com/settings/tokens");
	CHECK_STR(f.secret->instruction, "COPY . /app");
	CHECK_STR(f.secret->at.secret.clear, "");
	CHECK(f.secret->at.kind == &f.secret->kind);
	CHECK_STR(judge(at, true, &a).secret->at.secret.clear, "ghp_clear");
	at.kind = NULL;
	CHECK_INT(judge(at, false, &a).severity, DD_SEV_MEDIUM);
	dd_arena_done(&a);
}

TEST(secret_filtered_and_dropped)
{
	struct dd_arena a = DD_ARENA_INIT(ROOM);
	struct dd_secret_at two[] = { secret(DD_CONFIDENCE_HIGH), secret(DD_CONFIDENCE_HIGH) };
	two[1].secret.filtered = DD_STR("stands for a value: ${TOKEN}");
	struct dd_inventory inv = inventory_of(two, 2);
	inv.secrets_dropped = 7;
	for (int show = 0; show < 2; show++) {
		const struct dd_secret_judging how = { .show_filtered = show };
		struct dd_findings f = { .problems_dropped = 0 };
		CHECK_INT(dd_judge_secrets(&inv, &how, &a, &f, NULL), DD_OK);
		CHECK_INT(f.list.n, 1 + show);
		CHECK_INT(f.problems.n, 1);
		CHECK_STR(f.problems.p[0].text, "7 more secrets were found than there is room for");
		if (show) {
			CHECK(f.list.p[1].suppressed);
			CHECK_STR(f.list.p[1].suppression.rule, "drydock");
			CHECK_STR(f.list.p[1].suppression.reason, "stands for a value: ${TOKEN}");
		}
		dd_findings_done(&f);
	}
	dd_arena_done(&a);
}

TEST(secret_advice)
{
	static const struct {
		enum dd_secret_place place;
		const char *path, *instruction, *want;
	} rows[] = {
		{ DD_SECRET_FILE, "app/.env", "COPY . /app", "# .dockerignore\n+ .env" },
		{ DD_SECRET_FILE, "srv/app/.env", "COPY . .", "# .dockerignore\n+ .env" },
		{ DD_SECRET_FILE, "app/.git/config", "COPY --chown=1:1 . /app/", "# .dockerignore\n+ .git" },
		{ DD_SECRET_FILE, "app/x.git/config", "COPY . /app/", "# .dockerignore\n+ x.git/config" },
		{ DD_SECRET_FILE, "app/sub/.git/objects/pack/p.pack", "COPY src /app",
		  "# .dockerignore\n+ src/sub/.git" },
		{ DD_SECRET_FILE, "app/key.pem", "COPY conf/key.pem a.txt /app/", "# .dockerignore\n+ conf/key.pem" },
		{ DD_SECRET_FILE, "app/a b[1].pem", "COPY [\"in dir\", \"/app\"]",
		  "# .dockerignore\n+ in dir/a b\\[1].pem" },
		{ DD_SECRET_FILE, "app/key.pem", "COPY dir:0123abc in /app", "# .dockerignore\n+ **/key.pem" },
		{ DD_SECRET_FILE, "app/.git/objects/pack/x.pack", "COPY dir:0123abc in /app",
		  "# .dockerignore\n+ **/.git" },
		{ DD_SECRET_FILE, "app/key.pem", "COPY --from=build /src /app",
		  "# Dockerfile: copy only what is needed from that stage\n- COPY --from=build /src /app" },
		{ DD_SECRET_FILE, "app/.npmrc", "COPY .npmrc package.json /app/",
		  "# .dockerignore\n+ .npmrc\n# Dockerfile\n"
		  "+ RUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm ci\n"
		  "# docker build --secret id=npmrc,src=.npmrc ." },
		{ DD_SECRET_FILE, "root/.npmrc", "COPY ci/.npmrc /root/.npmrc",
		  "# .dockerignore\n+ ci/.npmrc\n# Dockerfile\n- COPY ci/.npmrc /root/.npmrc\n"
		  "+ RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n"
		  "# docker build --secret id=npmrc,src=ci/.npmrc ." },
		{ DD_SECRET_FILE, "root/.npmrc", "RUN echo \"_authToken=npm_\xe2\x80\xa6 && x\" > ~/.npmrc && npm ci",
		  "# Dockerfile\n- RUN echo \"_authToken=npm_\xe2\x80\xa6 && x\" > ~/.npmrc && npm ci\n"
		  "+ RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n"
		  "# docker build --secret id=npmrc,src=.npmrc ." },
		{ DD_SECRET_FILE, "tmp/id_key", "RUN wget -O /tmp/id_key https://x && make",
		  "# Dockerfile\n- RUN wget -O /tmp/id_key https://x && make\n"
		  "+ RUN --mount=type=secret,id=id-key,target=/tmp/id_key COMMAND\n"
		  "# docker build --secret id=id-key,src=id_key ." },
		{ DD_SECRET_FILE, "tmp/$(reboot)", "RUN make", "" },
		{ DD_SECRET_FILE, "app/a\nFROM evil", "COPY . /app", "" },
		{ DD_SECRET_FILE, "app/x", "WORKDIR /app", "" },
		{ DD_SECRET_ENV, "config.Env DB_PASSWORD", "",
		  "# Dockerfile\n- ENV DB_PASSWORD=ghp_\xe2\x80\xa6\n"
		  "+ RUN --mount=type=secret,id=db_password,env=DB_PASSWORD COMMAND\n"
		  "# docker build --secret id=db_password,env=DB_PASSWORD .\n# docker run --env DB_PASSWORD IMAGE" },
		{ DD_SECRET_ENV, "config.Env T, history 3 ENV T", "",
		  "# Dockerfile\n- ENV T=ghp_\xe2\x80\xa6\n+ RUN --mount=type=secret,id=t,env=T COMMAND\n"
		  "# docker build --secret id=t,env=T .\n# docker run --env T IMAGE" },
		{ DD_SECRET_HISTORY, "history 4 RUN", "RUN T=ghp_\xe2\x80\xa6 (40 characters) make",
		  "# Dockerfile\n- RUN T=ghp_\xe2\x80\xa6 (40 characters) make\n"
		  "+ RUN --mount=type=secret,id=t,env=T make\n# docker build --secret id=t,env=T ." },
		{ DD_SECRET_ENV, "config.Env A;reboot", "", "" },
		{ DD_SECRET_LABEL, "config.Labels com.example.token", "",
		  "# Dockerfile\n- LABEL com.example.token=ghp_\xe2\x80\xa6" },
		{ DD_SECRET_HISTORY, "history 4 ARG NPM_TOKEN", "RUN --network=none npm ci",
		  "# Dockerfile\n- ARG NPM_TOKEN\n- RUN --network=none npm ci\n"
		  "+ RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci\n"
		  "# docker build --secret id=npm_token,env=NPM_TOKEN ." },
		{ DD_SECRET_HISTORY, "history 4 RUN", "RUN GH_TOKEN=\"ghp_\xe2\x80\xa6\" gh release download",
		  "# Dockerfile\n- RUN GH_TOKEN=\"ghp_\xe2\x80\xa6\" gh release download\n"
		  "+ RUN --mount=type=secret,id=gh_token,env=GH_TOKEN gh release download\n"
		  "# docker build --secret id=gh_token,env=GH_TOKEN ." },
		{ DD_SECRET_HISTORY, "history 4 RUN", "RUN export T=ghp_\xe2\x80\xa6 && make",
		  "# Dockerfile\n- RUN export T=ghp_\xe2\x80\xa6 && make\n"
		  "+ RUN --mount=type=secret,id=t,env=T make\n# docker build --secret id=t,env=T ." },
		{ DD_SECRET_HISTORY, "history 4 RUN", "RUN curl -H 'Authorization: token ghp_\xe2\x80\xa6' https://x/y",
		  "# Dockerfile\n- RUN curl -H 'Authorization: token ghp_\xe2\x80\xa6' https://x/y\n"
		  "+ RUN --mount=type=secret,id=github_pat,env=GITHUB_PAT "
		  "curl -H 'Authorization: token '\"$GITHUB_PAT\"'' https://x/y\n"
		  "# docker build --secret id=github_pat,env=GITHUB_PAT ." },
		{ DD_SECRET_HISTORY, "history 4 RUN", "RUN something else", "" },
		{ DD_SECRET_HISTORY, "history", "RUN x", "" },
		{ DD_SECRET_COMMAND, "config.Cmd", "RUN x", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		struct dd_layer one = { .instruction = dd_str_from(rows[i].instruction) };
		struct dd_secret_at at = secret(DD_CONFIDENCE_HIGH);
		at.place = rows[i].place;
		at.path = dd_str_from(rows[i].path);
		at.layer = 0;
		struct dd_inventory inv = {
			.target = { .layers = &one, .n_layers = 1, .working_dir = DD_STR("/srv/app/") }
		};
		struct dd_secret_finding s = { .at = at, .kind = github };
		CHECK_INT(dd_secret_advise(&inv, &s, &a), DD_OK);
		CHECK_STR_ROW(s.change, rows[i].want, rows[i].path);
		dd_arena_done(&a);
	}
}

/* Deleting in a later RUN is part of what goes. */
TEST(secret_advice_of_a_deleted_file)
{
	struct dd_arena a = DD_ARENA_INIT(ROOM);
	struct dd_layer two[] = { { .instruction = DD_STR("RUN echo x > /root/.npmrc && npm ci") },
				  { .instruction = DD_STR("RUN rm /root/.npmrc") } };
	struct dd_secret_at at = secret(DD_CONFIDENCE_HIGH);
	at.path = DD_STR("root/.npmrc");
	at.layer = 0;
	at.state = DD_STATE_DELETED;
	at.by = 1;
	struct dd_inventory inv = { .target = { .layers = two, .n_layers = 2 } };
	struct dd_secret_finding s = { .at = at, .kind = github };
	CHECK_INT(dd_secret_advise(&inv, &s, &a), DD_OK);
	CHECK_STR(s.change, "# Dockerfile\n- RUN echo x > /root/.npmrc && npm ci\n- RUN rm /root/.npmrc\n"
			    "+ RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n"
			    "# docker build --secret id=npmrc,src=.npmrc .");
	dd_arena_done(&a);
}

/* Whatever the instruction and the path are: no line but those that begin as they should, and an end. */
TEST(secret_advice_is_short)
{
	static char hostile[300000];
	static const char parts[] = "COPY RUN && ' \" \n \xff [\"a\", --x > ghp_\xe2\x80\xa6 =\x1b[2J";
	for (size_t i = 0; i < sizeof hostile; i++)
		hostile[i] = parts[i * 7 % (sizeof parts - 1)];
	static const char *const verbs[] = { "COPY ", "RUN ", "ADD [\"", "" };
	for (size_t i = 0; i < DD_COUNT(verbs) * DD_SECRET_PLACE_COUNT; i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		memcpy(hostile, verbs[i % DD_COUNT(verbs)], strlen(verbs[i % DD_COUNT(verbs)]));
		struct dd_layer one = { .instruction = { hostile, sizeof hostile } };
		struct dd_secret_at at = secret(DD_CONFIDENCE_HIGH);
		at.place = (enum dd_secret_place)(i / DD_COUNT(verbs));
		at.path = (struct dd_str){ hostile + 100, 70000 };
		at.layer = 0;
		struct dd_inventory inv = { .target = { .layers = &one, .n_layers = 1 } };
		struct dd_secret_finding s = { .at = at, .kind = github };
		CHECK_INT(dd_secret_advise(&inv, &s, &a), DD_OK);
		CHECK(s.change.n < 8192);
		for (struct dd_str rest = s.change, line; dd_str_line(&rest, &line);)
			CHECK(line.n > 2 && strchr("#+-", line.p[0]) && line.p[1] == ' ' && dd_str_valid_utf8(line));
		dd_arena_done(&a);
	}
}

/* What a rule for every service finds in the bytes that a provider's rule knows is one secret, not two. */
TEST(secret_of_two_rules)
{
	static const struct dd_secret_kind generic = { .id = DD_STR("basic-auth-url"),
						       .provider = DD_STR("generic"),
						       .severity = DD_SEV_HIGH };
	static const struct {
		uint64_t offset, length;
		const char *path;
		bool covered;
	} rows[] = {
		{ 100, 40, "app/config.yml", true },	    { 100, 41, "app/config.yml", false },
		{ 99, 40, "app/config.yml", false },	    { 139, 1, "app/config.yml", true },
		{ 110, 10, "app/config.yml", true },	    { 100, 40, "app/other.yml", false },
		{ 141, 1, "app/config.yml", false },	    { 100, UINT64_MAX, "app/config.yml", false },
		{ UINT64_MAX, 1, "app/config.yml", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows) * 2; i++) {
		struct dd_arena a = DD_ARENA_INIT(ROOM);
		struct dd_secret_at two[] = { secret(DD_CONFIDENCE_HIGH), secret(DD_CONFIDENCE_MEDIUM) };
		two[0].secret.offset = 100;
		two[0].secret.length = 40;
		two[1].kind = &generic;
		two[1].secret.offset = rows[i / 2].offset;
		two[1].secret.length = rows[i / 2].length;
		two[1].path = dd_str_from(rows[i / 2].path);
		if (i % 2) {
			struct dd_secret_at first = two[0];
			two[0] = two[1];
			two[1] = first;
		}
		struct dd_inventory inv = inventory_of(two, 2);
		const struct dd_secret_judging how = { .show_filtered = true };
		struct dd_findings f = { .problems_dropped = 0 };
		CHECK_INT(dd_judge_secrets(&inv, &how, &a, &f, NULL), DD_OK);
		CHECK_INT(f.list.n, 2);
		CHECK_INT(f.list.p[!(i % 2)].suppressed, rows[i / 2].covered);
		CHECK(!f.list.p[i % 2].suppressed);
		if (rows[i / 2].covered)
			CHECK_STR(f.list.p[!(i % 2)].suppression.reason, "found as github-pat, too");
		dd_findings_done(&f);
		dd_arena_done(&a);
	}
}
