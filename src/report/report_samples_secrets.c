/* SPDX-License-Identifier: Apache-2.0 */
/* An image that leaks: one secret in several places and states, one in a variable, one in a member of an archive, one
 * in a repository's history, doubtful and known ones. Every text that looks like a secret is redacted. */
#include "report/report_samples.h"

#include "base/err.h"

#define S(text)                                                                                                        \
	{                                                                                                              \
		"" text, sizeof(text) - 1                                                                              \
	}
#define NOT_SCORED .package = -1, .epss = -1, .epss_percentile = -1

static struct dd_layer layers[] = {
	{ .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000c0"),
	  .instruction = S("ADD rootfs.tar.xz / # buildkit"),
	  .bytes = 77824000,
	  .from_base = true },
	{ .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000c1"),
	  .instruction = S("RUN npm ci"),
	  .bytes = 21824000 },
	{ .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000c2"),
	  .instruction = S("COPY . /app"),
	  .bytes = 1824000 },
	{ .diff_id = S("sha256:d1ff0000000000000000000000000000000000000000000000000000000000c3"),
	  .instruction = S("RUN rm -f /app/old/credentials.json"),
	  .bytes = 512 },
};
struct dd_inventory dd_sample_secrets_inventory = {
	.target = { .name = S("leaky.tar"),
		    .kind = S("docker-archive"),
		    .image = S("example/leaky:1.0"),
		    .digest = S("sha256:5ec01f4a0b0d3b5d6f7a8b9c0d1e2f30405162738495a6b7c8d9eafb0c1d2e3f"),
		    .platform = S("linux/amd64"),
		    .base = { S("docker.io/library/debian:12"), S(""), 1, S("history") },
		    .layers = layers,
		    .n_layers = DD_COUNT(layers) },
	.os = { .id = S("debian"), .version = S("12"), .pretty_name = S("Debian GNU/Linux 12 (bookworm)") },
	.os_found = true,
	.package_database_found = true,
	.secrets_looked_for = true,
};

#define GITHUB_KIND                                                                                                    \
	.kind = { .id = S("github-personal-token"),                                                                    \
		  .title = S("GitHub: personal access token (classic)"),                                               \
		  .provider = S("GitHub"),                                                                             \
		  .revoke = S("https://github.com/settings/tokens"),                                                   \
		  .severity = DD_SEV_CRITICAL,                                                                         \
		  .confidence = DD_CONFIDENCE_HIGH }
#define GITHUB_SECRET                                                                                                  \
	.rule = S("github-personal-token"), .redacted = S("ghp_\xe2\x80\xa6 (40 characters)"), .length = 40,           \
	.fingerprint = S("6a1f0c9d2b3e4f5061728394a5b6c7d8"), .confidence = DD_CONFIDENCE_HIGH,                        \
	.reason = S("its checksum is right")
static const struct dd_secret_finding git = {
	.at = { .secret = { GITHUB_SECRET, .offset = 201, .line = 7, .column = 31,
			    .context = S("\turl = https://x-access-token:") },
		.path = S("app/.git/config"),
		.layer = 2,
		.by = DD_NO_LAYER },
	GITHUB_KIND,
	.instruction = S("COPY . /app"),
	.change = S("# .dockerignore\n+ .git"),
};
static const struct dd_secret_finding deleted = {
	.at = { .secret = { GITHUB_SECRET, .offset = 88, .line = 3, .column = 13, .context = S("  \"token\": \"") },
		.path = S("app/old/credentials.json"),
		.layer = 2,
		.state = DD_STATE_DELETED,
		.by = 3,
		.alive = DD_ALIVE_YES,
		.alive_note = S("api.github.com answered 200") },
	GITHUB_KIND,
	.instruction = S("COPY . /app"),
	.change = S("# .dockerignore\n+ old/credentials.json"),
};
static const struct dd_secret_finding argument = {
	.at = { .secret = { .rule = S("npm-access-token"),
			    .length = 40,
			    .redacted = S("npm_\xe2\x80\xa6 (40 characters)"),
			    .fingerprint = S("00112233445566778899aabbccddeeff"),
			    .confidence = DD_CONFIDENCE_HIGH,
			    .reason = S("its checksum is right") },
		.place = DD_SECRET_HISTORY,
		.path = S("history 4 ARG NPM_TOKEN"),
		.layer = 1,
		.by = DD_NO_LAYER },
	.kind = { .provider = S("npm"), .revoke = S("https://docs.npmjs.com/revoking-access-tokens") },
	.instruction = S("RUN npm ci"),
	.change = S("# Dockerfile\n- ARG NPM_TOKEN\n- RUN npm ci\n"
		    "+ RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci\n"
		    "# docker build --secret id=npm_token,env=NPM_TOKEN ."),
};
static const struct dd_secret_finding webhook = {
	.at = { .secret = { .rule = S("slack-webhook"),
			    .inner = S("deploy/settings.jar!application.properties"),
			    .coding = S("base64, gzip"),
			    .offset = 70,
			    .length = 77,
			    .redacted = S("http\xe2\x80\xa6 (77 characters)"),
			    .fingerprint = S("ffeeddccbbaa99887766554433221100"),
			    .confidence = DD_CONFIDENCE_MEDIUM },
		.path = S("app/backup.tar"),
		.layer = 2,
		.state = DD_STATE_OVERWRITTEN,
		.by = 3 },
	.kind = { .provider = S("Slack") },
	.instruction = S("COPY . /app"),
	.change = S("# .dockerignore\n+ backup.tar"),
};
static const struct dd_secret_finding commit = {
	.at = { .secret = { .rule = S("company-key"),
			    .line = 12,
			    .column = 1,
			    .length = 20,
			    .redacted = S("(20 characters)"),
			    .fingerprint = S("0123456789abcdef0123456789abcdef"),
			    .confidence = DD_CONFIDENCE_LOW,
			    .reason = S("file of python3.11 3.11.2-6, the same for everybody") },
		.path = S("usr/lib/python3.11/test/keys.pem"),
		.layer = 0,
		.by = DD_NO_LAYER,
		.alive = DD_ALIVE_NO,
		.owner = S("python3.11 3.11.2-6"),
		.commit = S("8c1f0d7d0b4ee1bd7d9e3f6c9f1c8a9e0d1b2c3d"),
		.author = S("A. Person <person@example.org>"),
		.date = S("2024-02-29T10:00:00Z") },
	.kind = { .user = true },
	.instruction = S("ADD rootfs.tar.xz / # buildkit"),
};
static const struct dd_secret_finding known = {
	.at = { .secret = { .rule = S("generic-password"),
			    .line = 2,
			    .column = 16,
			    .length = 18,
			    .redacted = S("(18 characters)"),
			    .fingerprint = S("deadbeefdeadbeefdeadbeefdeadbeef"),
			    .confidence = DD_CONFIDENCE_MEDIUM },
		.path = S("app/config.yml"),
		.layer = 2,
		.by = DD_NO_LAYER },
	.instruction = S("COPY . /app"),
	.change = S("# .dockerignore\n+ config.yml"),
};

#define OF(s, sev, conf, points)                                                                                       \
	.kind = DD_KIND_SECRET, .severity = (sev), .confidence = (conf), .severity_source = S("drydock"), NOT_SCORED,  \
	.risk = (points), .secret = &(s)
struct dd_finding dd_sample_secrets_findings[DD_SAMPLE_SECRETS] = {
	{ OF(git, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, 90.2), .id = S("github-personal-token"),
	  .title = S("GitHub: personal access token (classic)"), .path = S("app/.git/config"), .layer = 2,
	  .fix = { .version = S(""), .advice = S("revoke it at GitHub, then build the image without it") },
	  .url = S("https://github.com/settings/tokens"), .origin = DD_ORIGIN_APPLICATION },
	{ OF(argument, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, 90.2), .id = S("npm-access-token"),
	  .title = S("npm: access token"), .path = S("history 4 ARG NPM_TOKEN"), .layer = 1,
	  .fix = { .version = S(""), .advice = S("revoke it at npm, then build the image without it") },
	  .url = S("https://docs.npmjs.com/revoking-access-tokens"), .origin = DD_ORIGIN_APPLICATION },
	{ OF(deleted, DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, 90.2), .id = S("github-personal-token"),
	  .title = S("GitHub: personal access token (classic)"), .path = S("app/old/credentials.json"), .layer = 2,
	  .fix = { .version = S(""), .advice = S("revoke it at GitHub, then build the image without it") },
	  .url = S("https://github.com/settings/tokens"),
	  .note = S("deleted by layer 3: it is still in layer 2 of every copy of the image; "
		    "api.github.com answered 200"),
	  .origin = DD_ORIGIN_APPLICATION },
	{ OF(webhook, DD_SEV_HIGH, DD_CONFIDENCE_MEDIUM, 53.2), .id = S("slack-webhook"),
	  .title = S("Slack: incoming webhook"), .path = S("app/backup.tar"), .layer = 2,
	  .fix = { .version = S(""), .advice = S("revoke it at Slack, then build the image without it") },
	  .note = S("overwritten by layer 3: it is still in layer 2 of every copy of the image"),
	  .origin = DD_ORIGIN_APPLICATION },
	{ OF(commit, DD_SEV_LOW, DD_CONFIDENCE_LOW, 7.1), .id = S("company-key"), .title = S("company-key"),
	  .path = S("usr/lib/python3.11/test/keys.pem"), .layer = 0,
	  .fix = { .version = S(""), .advice = S("change it where it is used, then build the image without it") },
	  .origin = DD_ORIGIN_BASE },
	{ OF(known, DD_SEV_MEDIUM, DD_CONFIDENCE_MEDIUM, 36.6), .id = S("generic-password"),
	  .title = S("value given to a name with password in it"), .path = S("app/config.yml"), .layer = 2,
	  .fix = { .version = S(""), .advice = S("change it where it is used, then build the image without it") },
	  .origin = DD_ORIGIN_APPLICATION, .suppressed = true,
	  .suppression = { .rule = S("baseline.json"),
			   .reason = S("known: in the baseline, there at app/settings.yml") } },
};
struct dd_fix_step dd_sample_secrets_plan[1] = {
	{ DD_STEP_SECRETS,
	  S("revoke 5 secrets, then build the image without them"),
	  S(""),
	  -1,
	  S(""),
	  S(""),
	  5,
	  { [DD_SEV_CRITICAL] = 3, [DD_SEV_HIGH] = 1, [DD_SEV_LOW] = 1 },
	  330.9 },
};
struct dd_str dd_sample_secrets_hidden[1] = {
	S("37 low-confidence secrets are hidden: --min-confidence low shows them"),
};

const struct dd_secret_finding dd_sample_hostile_secret = {
	.at = { .secret = { S(EVIL), S(EVIL), S(EVIL), INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, S(EVIL), S(EVIL),
			    S(EVIL), S(EVIL), DD_CONFIDENCE_HIGH, S(EVIL), S("") },
		NULL,
		DD_SECRET_FILE,
		S(EVIL),
		0,
		DD_STATE_DELETED,
		99,
		DD_ALIVE_UNCLEAR,
		S(EVIL),
		S(EVIL),
		S(EVIL),
		S(EVIL),
		S(EVIL) },
	.kind = { S(EVIL), S(EVIL), S(EVIL), S(EVIL), S(EVIL), DD_SEV_CRITICAL, DD_CONFIDENCE_HIGH, true },
	.instruction = S(EVIL),
	.change = S("+ \x1b[2J</script>\n- $(reboot)\n"
		    "=1+1"),
};
