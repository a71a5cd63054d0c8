/* SPDX-License-Identifier: Apache-2.0 */
#include "report/say.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "format/digest.h"

#define PRINTS_BYTES_MAX ((size_t)DD_FINDINGS_MAX * 80)

const struct dd_installed *dd_say_package(const struct dd_report *r, const struct dd_finding *f)
{
	if (f->package < 0 || (size_t)f->package >= r->inventory->n_packages)
		return NULL;
	return &r->inventory->packages[f->package];
}

const struct dd_layer *dd_say_layer(const struct dd_report *r, int layer)
{
	const struct dd_target *t = &r->inventory->target;
	return layer >= 0 && (size_t)layer < t->n_layers ? &t->layers[layer] : NULL;
}

const char *dd_say_fix_state(enum dd_fix_state state)
{
	static const char *const words[DD_FIX_COUNT] = {
		[DD_FIX_UNKNOWN] = "fix unknown",   [DD_FIX_FIXED] = "",
		[DD_FIX_NOT_FIXED] = "no fix yet",  [DD_FIX_WONT_FIX] = "won't be fixed",
		[DD_FIX_DEFERRED] = "fix deferred", [DD_FIX_END_OF_LIFE] = "end of life",
	};
	return words[state];
}

void dd_say_secret_value(const struct dd_secret_finding *s, struct dd_buf *out)
{
	(void)dd_buf_add_str(out, s->at.secret.clear.n ? s->at.secret.clear : s->at.secret.redacted);
}

void dd_say_secret_place(const struct dd_finding *f, struct dd_buf *out)
{
	dd_say_place(f->path, f->secret ? f->secret->at.secret.inner : DD_STR(""), out);
	if (f->secret && f->secret->at.secret.line)
		(void)dd_buf_addf(out, ":%llu", (unsigned long long)f->secret->at.secret.line);
}

void dd_say_secret_reason(const struct dd_finding *f, struct dd_buf *out)
{
	(void)dd_buf_addf(out, "%s confidence", dd_confidence_name(f->confidence));
	if (f->secret && f->secret->at.secret.reason.n) {
		(void)dd_buf_add_c(out, ": ");
		(void)dd_buf_add_str(out, f->secret->at.secret.reason);
	}
	(void)dd_buf_add_c(out, f->note.n ? "; " : "");
	(void)dd_buf_add_str(out, f->note);
}

uint64_t dd_say_line(const struct dd_finding *f)
{
	uint64_t line = f->secret ? f->secret->at.secret.line : 0;
	return line == 0 ? 1 : line > INT32_MAX ? INT32_MAX : line;
}

bool dd_say_in_file(const struct dd_finding *f)
{
	return !f->secret || f->secret->at.place == DD_SECRET_FILE;
}

void dd_say_message(const struct dd_report *r, const struct dd_finding *f, struct dd_buf *out)
{
	const struct dd_installed *in = dd_say_package(r, f);
	if (in) {
		(void)dd_buf_add_str(out, in->package.name);
		(void)dd_buf_add_c(out, in->package.version.n ? " " : "");
		(void)dd_buf_add_str(out, in->package.version);
		(void)dd_buf_add_c(out, ": ");
	}
	(void)dd_buf_add_str(out, f->id);
	(void)dd_buf_add_c(out, f->title.n ? ", " : "");
	(void)dd_buf_add_str(out, f->title);
	if (f->secret) {
		(void)dd_buf_add_c(out, ": ");
		dd_say_secret_value(f->secret, out);
		(void)dd_buf_add_c(out, ", ");
		dd_say_secret_reason(f, out);
	}
	if (f->kind != DD_KIND_VULNERABILITY)
		return;
	if (f->fix.state == DD_FIX_FIXED) {
		(void)dd_buf_add_c(out, " (fixed in ");
		(void)dd_buf_add_str(out, f->fix.version);
		(void)dd_buf_add_char(out, ')');
	} else {
		(void)dd_buf_addf(out, " (%s)", dd_say_fix_state(f->fix.state));
	}
}

void dd_say_solution(const struct dd_report *r, const struct dd_finding *f, struct dd_buf *out)
{
	static const char *const words[DD_FIX_COUNT] = {
		[DD_FIX_UNKNOWN] = "",
		[DD_FIX_FIXED] = "",
		[DD_FIX_NOT_FIXED] = "there is no fix yet",
		[DD_FIX_WONT_FIX] = "it will not be fixed in this release",
		[DD_FIX_DEFERRED] = "the fix is deferred to a later update",
		[DD_FIX_END_OF_LIFE] = "this release gets no more fixes: build on a newer one",
	};
	const struct dd_installed *in = dd_say_package(r, f);
	if (f->fix.advice.n) {
		(void)dd_buf_add_str(out, f->fix.advice);
	} else if (f->fix.state == DD_FIX_FIXED) {
		(void)dd_buf_add_c(out, "upgrade ");
		(void)dd_buf_add_str(out, in ? in->package.name : DD_STR("it"));
		(void)dd_buf_add_c(out, " to ");
		(void)dd_buf_add_str(out, f->fix.version);
	} else {
		(void)dd_buf_add_c(out, words[f->fix.state]);
	}
}

void dd_say_place(struct dd_str path, struct dd_str inner, struct dd_buf *out)
{
	(void)dd_buf_add_str(out, path);
	(void)dd_buf_add_c(out, inner.n ? "!" : "");
	(void)dd_buf_add_str(out, inner);
}

bool dd_say_location(const struct dd_report *r, const struct dd_finding *f, size_t i, struct dd_location *ret)
{
	const struct dd_installed *in = dd_say_package(r, f);
	if (in && in->n_locations) {
		if (i < in->n_locations)
			*ret = in->locations[i];
		return i < in->n_locations;
	}
	struct dd_str inner = f->secret ? f->secret->at.secret.inner : in ? in->package.inner : DD_STR("");
	*ret = (struct dd_location){ f->path, inner, f->layer };
	return i == 0;
}

/* Words apart by '-', of the given characters and as long as the form says: "9" is one digit or more. */
static bool has_form(struct dd_str s, const char *form)
{
	for (; *form; form++) {
		size_t n = 0;
		switch (*form) {
		case '9':
			while (n < s.n && n < 19 && dd_is_digit(s.p[n]))
				n++;
			break;
		case 'x':
			n = s.n && (dd_is_digit(s.p[0]) || (dd_is_alpha(s.p[0]) && dd_lower(s.p[0]) == s.p[0]));
			break;
		default:
			n = s.n && s.p[0] == *form;
		}
		if (n == 0)
			return false;
		s = dd_str_skip(s, n);
	}
	return s.n == 0;
}

bool dd_say_advisory_url(struct dd_str id, struct dd_buf *out)
{
	static const struct {
		const char *form, *url;
	} rows[] = {
		{ "CVE-9-9", "https://nvd.nist.gov/vuln/detail/" },
		{ "GHSA-xxxx-xxxx-xxxx", "https://github.com/advisories/" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if (!has_form(id, rows[i].form))
			continue;
		(void)dd_buf_addf(out, "%s%.*s", rows[i].url, DD_FMT(id));
		return true;
	}
	return false;
}

bool dd_say_is_url(struct dd_str s)
{
	if (!dd_str_starts(s, DD_STR("https://")) || s.n > 2048 || s.n < 12)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) &&
		    (!s.p[i] || !strchr("-._~:/?#@!$&'()*+,;=%", s.p[i])))
			return false;
	return true;
}

bool dd_say_revoke_url(const struct dd_finding *f, struct dd_buf *out)
{
	/* Of a user's rule file it is nobody's word but the user's; brackets would end a link in Markdown. */
	if (!f->secret || f->secret->kind.user || f->url.n > 256 || !dd_say_is_url(f->url) ||
	    dd_str_find(f->url, ')') < f->url.n || dd_str_find(f->url, '(') < f->url.n)
		return false;
	(void)dd_buf_add_str(out, f->url);
	return true;
}

void dd_say_uri(struct dd_str path, struct dd_buf *out)
{
	for (size_t i = 0; i < path.n && !out->failed; i++) {
		char c = path.p[i];
		if (dd_is_alpha(c) || dd_is_digit(c) || (c && strchr("-._~/", c)))
			(void)dd_buf_add_char(out, c);
		else
			(void)dd_buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

struct dd_str dd_say_cut(struct dd_str s, size_t max)
{
	size_t n = max;
	if (s.n <= max)
		return s;
	/* Not inside a character: its later bytes are 10xxxxxx. */
	for (unsigned back = 0; back < 3 && n && ((unsigned char)s.p[n] & 0xc0) == 0x80; back++)
		n--;
	return dd_str_take(s, n);
}

const char *dd_say_large(const char *name, char out[16])
{
	(void)snprintf(out, 16, "%c%s", name[0] >= 'a' && name[0] <= 'z' ? name[0] - 32 : name[0], name + 1);
	return out;
}

/* ---- fingerprints ---- */

struct dd_fingerprints dd_fingerprints_new(void)
{
	return (struct dd_fingerprints){ .arena = DD_ARENA_INIT(PRINTS_BYTES_MAX) };
}

void dd_fingerprints_done(struct dd_fingerprints *p)
{
	dd_map_done(&p->seen);
	dd_arena_done(&p->arena);
}

/* Length before text: no two lists of texts give the same bytes. */
static void add(struct dd_buf *out, struct dd_str s)
{
	(void)dd_buf_add_varint(out, s.n);
	(void)dd_buf_add_str(out, s);
}

static enum dd_code hash(const struct dd_report *r, const struct dd_finding *f, struct dd_digest *ret,
			 struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(16 * DD_MIB);
	const struct dd_installed *in = dd_say_package(r, f);
	struct dd_location at;
	(void)dd_say_location(r, f, 0, &at);
	add(&text, dd_str_from(dd_kind_name(f->kind)));
	add(&text, f->id);
	add(&text, in ? in->package.type : DD_STR(""));
	add(&text, in ? in->package.name : DD_STR(""));
	add(&text, in ? in->package.arch : DD_STR(""));
	add(&text, at.path);
	add(&text, at.inner);
	/* The place of a secret moves when lines come before it; what it is does not. */
	if (f->secret)
		add(&text, f->secret->at.secret.fingerprint);
	DD_TRY(dd_buf_check(&text, "a finding's name", err));
	return dd_digest_of(DD_SHA256, dd_buf_str(&text), ret, err);
}

enum dd_code dd_fingerprints_next(struct dd_fingerprints *p, const struct dd_report *r, const struct dd_finding *f,
				  char out[DD_FINGERPRINT_MAX], struct dd_err *err)
{
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	uint32_t times;
	DD_TRY(hash(r, f, &digest, err));
	struct dd_str hex = dd_arena_str(&p->arena, dd_str_skip(dd_str_from(dd_digest_text(&digest, text)), 7));
	if (!hex.p || !dd_map_add(&p->seen, hex, 0, &times) || !dd_map_set(&p->seen, hex, times + 1))
		return dd_fail_nomem(err);
	if (times == 0)
		(void)snprintf(out, DD_FINGERPRINT_MAX, "%.*s", DD_FMT(hex));
	else
		(void)snprintf(out, DD_FINGERPRINT_MAX, "%.*s-%u", DD_FMT(hex), times + 1);
	return DD_OK;
}
