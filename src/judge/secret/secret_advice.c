/* SPDX-License-Identifier: Apache-2.0 */
/* From the instruction that leaked a secret to the lines that do not. Build secrets are mounted for one RUN and are in
 * no layer: https://docs.docker.com/build/building/secrets/ (env= of RUN --mount=type=secret needs syntax 1.10).
 * Only names that mean nothing to a shell or in a pattern are put into a line; where that leaves nothing to say, there
 * is no advice. Instructions hold redacted secrets already, "npm_…". */
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "judge/secret/dockerfile_words.h"
#include "judge/secret/secret_findings.h"

enum { CHANGE_BYTES_MAX = 8 << 10, LINE_MAX = 300, NAME_MAX = 64 };

/* Files by whose name one sees who reads them. */
static const struct known_file {
	const char *end, *id, *command;
} known_files[] = {
	{ ".npmrc", "npmrc", "npm ci" },
	{ ".yarnrc.yml", "yarnrc", "yarn install --immutable" },
	{ "pip.conf", "pip", "pip install -r requirements.txt" },
	{ ".pypirc", "pypirc", "twine upload dist/*" },
	{ ".netrc", "netrc", "COMMAND" },
	{ ".git-credentials", "git", "git clone URL" },
	{ ".aws/credentials", "aws", "aws COMMAND" },
	{ ".docker/config.json", "docker", "COMMAND" },
	{ ".m2/settings.xml", "maven", "mvn -B package" },
	{ ".gradle/gradle.properties", "gradle", "gradle build" },
	{ ".cargo/credentials.toml", "cargo", "cargo build --release" },
	{ ".cargo/credentials", "cargo", "cargo build --release" },
	{ "auth.json", "composer", "composer install" },
	{ ".gem/credentials", "gem", "bundle install" },
	{ "NuGet.Config", "nuget", "dotnet restore" },
	{ "nuget.config", "nuget", "dotnet restore" },
};

struct advice {
	const struct dd_inventory *inv;
	const struct dd_secret_at *at;
	struct dd_str instruction, verb, rest;
	struct dd_str
		mark; /* what stands in an instruction for the secret: "npm_…"; empty: nothing that can be found */
	struct dd_arena *arena;
	struct dd_buf out;
};

static bool is_printable(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return dd_str_valid_utf8(s);
}

static bool is_plain_path(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !strchr("+-._/@", s.p[i]))
			return false;
	return s.n > 0 && s.n <= LINE_MAX;
}

static bool is_name(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && s.p[i] != '_' && (i == 0 || !dd_is_digit(s.p[i])))
			return false;
	return s.n > 0 && s.n <= NAME_MAX;
}

static void line(struct advice *v, const char *sign, struct dd_str text)
{
	struct dd_str cut = dd_str_take(text, LINE_MAX);
	while (cut.n < text.n && cut.n && !dd_str_valid_utf8(cut))
		cut.n--;
	if (!is_printable(cut))
		return;
	(void)dd_buf_addf(&v->out, "%s%s ", v->out.n ? "\n" : "", sign);
	(void)dd_buf_add_str(&v->out, cut);
	(void)dd_buf_add_c(&v->out, cut.n < text.n ? " ..." : "");
}

static void own_line(struct advice *v, const char *sign, const char *fmt, ...) DD_PRINTF(3, 4);
static void own_line(struct advice *v, const char *sign, const char *fmt, ...)
{
	char text[4 * LINE_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	line(v, sign, dd_str_from(text));
}

/* ---- environment and build arguments ---- */

/* Lower case, as ids are written. */
static struct dd_str id_of(struct dd_str name, char out[NAME_MAX])
{
	size_t n = 0;
	for (; n < name.n && n < NAME_MAX; n++)
		out[n] = dd_lower(name.p[n]);
	return (struct dd_str){ out, n };
}

static void mounted_variable(struct advice *v, struct dd_str name, struct dd_str command)
{
	char room[NAME_MAX];
	struct dd_str id = id_of(name, room);
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(CHANGE_BYTES_MAX);
	(void)dd_buf_addf(&text, "RUN --mount=type=secret,id=%.*s,env=%.*s ", DD_FMT(id), DD_FMT(name));
	(void)dd_buf_add_str(&text, command.n ? dd_str_take(command, 4 * (size_t)LINE_MAX) : DD_STR("COMMAND"));
	v->out.failed |= text.failed;
	line(v, "+", dd_buf_str(&text));
	own_line(v, "#", "docker build --secret id=%.*s,env=%.*s .", DD_FMT(id), DD_FMT(name));
}

/* "config.Env TOKEN, history 3" → TOKEN: other places that say the same come behind. */
static struct dd_str last_word(struct dd_str path)
{
	path = dd_str_take(path, dd_str_search(path, DD_STR(", ")));
	size_t blank = dd_str_rfind(path, ' ');
	return blank < path.n ? dd_str_skip(path, blank + 1) : path;
}

static void environment(struct advice *v)
{
	struct dd_str name = last_word(v->at->path);
	if (!is_name(name))
		return;
	line(v, "#", DD_STR("Dockerfile"));
	own_line(v, "-", "ENV %.*s=%.*s", DD_FMT(name), DD_FMT(v->mark.n ? v->mark : DD_STR("...")));
	mounted_variable(v, name, DD_STR(""));
	own_line(v, "#", "docker run --env %.*s IMAGE", DD_FMT(name));
}

static void argument(struct advice *v, struct dd_str name)
{
	bool run = dd_str_eq_c(v->verb, "RUN");
	line(v, "#", DD_STR("Dockerfile"));
	own_line(v, "-", "ARG %.*s", DD_FMT(name));
	if (run)
		line(v, "-", v->instruction);
	mounted_variable(v, name, run ? v->rest : DD_STR(""));
}

/* ---- a secret in a command ---- */

/* The variable that is set to what begins at `at`: TOKEN="npm_…" → TOKEN; empty: none. *ret_from: where that begins. */
static struct dd_str assigned(struct dd_str s, size_t at, size_t *ret_from)
{
	size_t end = at;
	if (end && (s.p[end - 1] == '"' || s.p[end - 1] == '\''))
		end--;
	if (end == 0 || s.p[end - 1] != '=')
		return DD_STR("");
	size_t from = --end;
	while (from && (dd_is_alpha(s.p[from - 1]) || dd_is_digit(s.p[from - 1]) || s.p[from - 1] == '_'))
		from--;
	struct dd_str name = { s.p + from, end - from };
	if (!is_name(name) || (from && s.p[from - 1] != ' '))
		return DD_STR("");
	*ret_from = from;
	return name;
}

/* "github-pat" → GITHUB_PAT */
static struct dd_str name_of_rule(struct dd_str rule, char out[NAME_MAX])
{
	size_t n = 0;
	for (; n < rule.n && n < NAME_MAX; n++) {
		char c = dd_lower(rule.p[n]);
		out[n] = c >= 'a' && c <= 'z' ? (char)(c - 32) : dd_is_digit(c) ? c : '_';
	}
	return (struct dd_str){ out, n };
}

static bool in_single_quotes(struct dd_str s, size_t at)
{
	bool single = false, both = false;
	for (size_t i = 0; i < at && i < s.n; i++) {
		if (s.p[i] == '\'' && !both)
			single = !single;
		else if (s.p[i] == '"' && !single)
			both = !both;
	}
	return single;
}

/* Behind " (40 characters)", which follows the mark in an instruction. */
static size_t skip_length(struct dd_str s, size_t at)
{
	struct dd_str rest = dd_str_skip(s, at);
	size_t end = dd_str_find(rest, ')');
	return dd_str_starts(rest, DD_STR(" (")) && end < 32 && end < rest.n ? at + end + 1 : at;
}

/* The command without its secret: an assignment goes, since the mount sets the variable; elsewhere the variable stands
 * for it. */
static void without_secret(struct dd_str s, struct dd_str mark, struct dd_str *name, struct dd_buf *out)
{
	size_t at = dd_str_search(s, mark), from = at, behind = skip_length(s, at + mark.n);
	struct dd_str variable = assigned(s, at, &from);
	if (variable.n == 0) {
		bool quoted = in_single_quotes(s, at);
		(void)dd_buf_add_str(out, dd_str_take(s, at));
		(void)dd_buf_addf(out, "%s$%.*s%s", quoted ? "'\"" : "", DD_FMT(*name), quoted ? "\"'" : "");
		(void)dd_buf_add_str(out, dd_str_skip(s, behind));
		return;
	}
	*name = variable;
	if (behind < s.n && (s.p[behind] == '"' || s.p[behind] == '\''))
		behind++;
	struct dd_str before = dd_str_take(s, from), after = dd_str_trim(dd_str_skip(s, behind));
	if (dd_str_ends(before, DD_STR("export ")))
		before.n -= DD_STR("export ").n;
	if (dd_str_starts(after, DD_STR("&&")) || dd_str_starts(after, DD_STR(";")))
		after = dd_str_trim(dd_str_skip(after, after.p[0] == '&' ? 2 : 1));
	(void)dd_buf_add_str(out, before);
	(void)dd_buf_add_str(out, after);
}

static void command(struct advice *v)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FIELD_BYTES_MAX + CHANGE_BYTES_MAX);
	char room[NAME_MAX];
	struct dd_str name = name_of_rule(v->at->secret.rule, room);
	if (!dd_str_eq_c(v->verb, "RUN") || v->mark.n == 0 || dd_str_search(v->rest, v->mark) == v->rest.n ||
	    !is_name(name))
		return;
	without_secret(v->rest, v->mark, &name, &text);
	v->out.failed |= text.failed;
	line(v, "#", DD_STR("Dockerfile"));
	line(v, "-", v->instruction);
	mounted_variable(v, name, dd_buf_str(&text));
}

/* "history 4 ARG NPM_TOKEN", "history 4 RUN" */
static void history(struct advice *v)
{
	struct dd_str rest = dd_str_take(v->at->path, dd_str_search(v->at->path, DD_STR(", "))), word;
	(void)dd_str_next(&rest, ' ', &word);
	(void)dd_str_next(&rest, ' ', &word);
	if (!rest.p || !dd_str_next(&rest, ' ', &word))
		return;
	struct dd_str name = last_word(v->at->path);
	if (dd_str_eq_c(word, "ARG") && is_name(name))
		argument(v, name);
	else if (dd_str_eq_c(word, "ENV") && is_name(name))
		environment(v);
	else
		command(v);
}

/* ---- files ---- */

static const struct known_file *known(struct dd_str path)
{
	for (size_t i = 0; i < DD_COUNT(known_files); i++) {
		struct dd_str end = dd_str_from(known_files[i].end);
		if (dd_str_ends(path, end) && (path.n == end.n || path.p[path.n - end.n - 1] == '/'))
			return &known_files[i];
	}
	return NULL;
}

static struct dd_str base_name(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_skip(path, slash + 1) : path;
}

/* ".env" → "env": letters, digits and '-' */
static struct dd_str id_of_file(const struct known_file *k, struct dd_str path, char out[NAME_MAX])
{
	struct dd_str name = base_name(path);
	size_t n = 0;
	if (k)
		return dd_str_from(k->id);
	for (size_t i = 0; i < name.n && n < NAME_MAX; i++)
		if (dd_is_alpha(name.p[i]) || dd_is_digit(name.p[i]))
			out[n++] = dd_lower(name.p[i]);
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	while (n && out[n - 1] == '-')
		n--;
	return n ? (struct dd_str){ out, n } : DD_STR("secret");
}

static void mounted_file(struct advice *v, struct dd_str source, struct dd_str command)
{
	const struct known_file *k = known(v->at->path);
	char room[NAME_MAX];
	struct dd_str id = id_of_file(k, v->at->path, room), path = v->at->path;
	if (!is_plain_path(path))
		return;
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	(void)dd_buf_addf(&text, "RUN --mount=type=secret,id=%.*s,target=/%.*s ", DD_FMT(id), DD_FMT(path));
	(void)dd_buf_add_str(&text, command.n ? command : dd_str_from(k ? k->command : "COMMAND"));
	v->out.failed |= text.failed;
	line(v, "+", dd_buf_str(&text));
	own_line(v, "#", "docker build --secret id=%.*s,src=%.*s .", DD_FMT(id),
		 DD_FMT(is_plain_path(source) ? source : base_name(path)));
}

/* Go's filepath.Match: what means something in a pattern is escaped. Of a repository the whole .git goes. */
static void ignore_line(struct advice *v, struct dd_str source)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(CHANGE_BYTES_MAX);
	size_t git = dd_str_search(source, DD_STR(".git/"));
	bool whole = git == 0 || (git < source.n && source.p[git - 1] == '/');
	if (git < source.n && whole)
		source = dd_str_take(source, git + DD_STR(".git").n);
	if (source.n > LINE_MAX || !is_printable(source))
		return;
	if (source.n && (source.p[0] == '!' || source.p[0] == '#'))
		(void)dd_buf_add_char(&text, '\\');
	for (size_t i = 0; i < source.n; i++) {
		if (strchr("?[\\", source.p[i]) || (source.p[i] == '*' && !dd_str_starts(source, DD_STR("**/"))))
			(void)dd_buf_add_char(&text, '\\');
		(void)dd_buf_add_char(&text, source.p[i]);
	}
	v->out.failed |= text.failed;
	line(v, "#", DD_STR(".dockerignore"));
	line(v, "+", dd_buf_str(&text));
}

/* What a pattern for any directory begins with: a repository whole, else the file's name. */
static struct dd_str tail_of(struct dd_str path)
{
	size_t git = dd_str_search(path, DD_STR(".git/"));
	bool whole = git == 0 || (git < path.n && path.p[git - 1] == '/');
	return git < path.n && whole ? dd_str_skip(path, git) : base_name(path);
}

static enum dd_code copied_file(struct advice *v)
{
	struct dd_copy_words w;
	if (!dd_dockerfile_copy(v->instruction, &w))
		return DD_OK;
	struct dd_str source = dd_dockerfile_source(&w, v->at->path, v->inv->target.working_dir, v->arena);
	if (!source.p)
		return DD_ENOMEM;
	if (w.from_stage) {
		line(v, "#", DD_STR("Dockerfile: copy only what is needed from that stage"));
		line(v, "-", v->instruction);
		return DD_OK;
	}
	bool guessed = source.n == 0;
	struct dd_str pattern = source;
	if (guessed)
		pattern = dd_arena_printf(v->arena, "**/%.*s", DD_FMT(dd_str_take(tail_of(v->at->path), LINE_MAX)));
	if (!pattern.p)
		return DD_ENOMEM;
	ignore_line(v, pattern);
	if (!known(v->at->path))
		return DD_OK;
	line(v, "#", DD_STR("Dockerfile"));
	if (!guessed && w.n == 1 && dd_str_eq(base_name(source), base_name(w.source[0])))
		line(v, "-", v->instruction);
	mounted_file(v, source, DD_STR(""));
	return DD_OK;
}

/* Does this part of a command write or remove the file? */
static bool handles(struct dd_str part, struct dd_str name)
{
	if (dd_str_search(part, name) == part.n)
		return false;
	return dd_str_find(part, '>') < part.n || dd_str_starts(part, DD_STR("rm ")) ||
	       dd_str_starts(part, DD_STR("printf ")) || dd_str_starts(part, DD_STR("echo ")) ||
	       dd_str_search(part, DD_STR("tee ")) < part.n || dd_str_starts(part, DD_STR("shred "));
}

/* RUN echo … > file && use-it [&& rm file] → RUN --mount=… use-it */
static void made_file(struct advice *v)
{
	DD_CLEANUP_BUF struct dd_buf kept = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_str rest = v->rest, part, name = base_name(v->at->path);
	size_t dropped = 0;
	if (!is_plain_path(v->at->path))
		return;
	while (dd_shell_part(&rest, &part)) {
		if (handles(part, name)) {
			dropped++;
			continue;
		}
		(void)dd_buf_add_c(&kept, kept.n ? " && " : "");
		(void)dd_buf_add_str(&kept, part);
	}
	v->out.failed |= kept.failed;
	line(v, "#", DD_STR("Dockerfile"));
	line(v, "-", v->instruction);
	const struct dd_target *t = &v->inv->target;
	if (v->at->state == DD_STATE_DELETED && v->at->by >= 0 && (size_t)v->at->by < t->n_layers)
		line(v, "-", t->layers[v->at->by].instruction);
	mounted_file(v, DD_STR(""), dropped ? dd_buf_str(&kept) : DD_STR(""));
}

/* ---- all together ---- */

/* "ghp_… (40 characters)" → "ghp_…" */
static struct dd_str mark_of(struct dd_str redacted)
{
	struct dd_str mark = dd_str_take(redacted, dd_str_search(redacted, DD_STR(" (")));
	return dd_str_find(mark, ' ') == mark.n && dd_str_ends(mark, DD_STR("\xe2\x80\xa6")) ? mark : DD_STR("");
}

static enum dd_code advise(struct advice *v)
{
	switch (v->at->place) {
	case DD_SECRET_ENV:
		environment(v);
		break;
	case DD_SECRET_HISTORY:
		history(v);
		break;
	case DD_SECRET_LABEL:
		line(v, "#", DD_STR("Dockerfile"));
		own_line(v, "-", "LABEL %.*s=%.*s", DD_FMT(dd_str_take(last_word(v->at->path), LINE_MAX)),
			 DD_FMT(v->mark.n ? v->mark : DD_STR("...")));
		break;
	case DD_SECRET_FILE:
		if (dd_str_eq_c(v->verb, "RUN"))
			made_file(v);
		else
			return copied_file(v);
		break;
	case DD_SECRET_COMMAND:
	case DD_SECRET_ANNOTATION:
	case DD_SECRET_PLACE_COUNT:
		break;
	}
	return DD_OK;
}

enum dd_code dd_secret_advise(const struct dd_inventory *inv, struct dd_secret_finding *s, struct dd_arena *a)
{
	const struct dd_target *t = &inv->target;
	struct advice v = { .inv = inv,
			    .at = &s->at,
			    .instruction = DD_STR(""),
			    .mark = mark_of(s->at.secret.redacted),
			    .arena = a,
			    .out = DD_BUF_INIT(CHANGE_BYTES_MAX) };
	if (s->at.layer >= 0 && (size_t)s->at.layer < t->n_layers)
		v.instruction = t->layers[s->at.layer].instruction;
	v.verb = dd_dockerfile_verb(v.instruction, &v.rest);
	enum dd_code code = advise(&v);
	s->instruction = v.instruction;
	/* Advice that does not fit is none. */
	s->change = v.out.failed ? DD_STR("") : dd_arena_str(a, dd_buf_str(&v.out));
	dd_buf_done(&v.out);
	return s->change.p ? code : DD_ENOMEM;
}
