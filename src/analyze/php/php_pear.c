/* SPDX-License-Identifier: Apache-2.0 */
/* PEAR's registry: a file for each package of PEAR and PECL (extensions built by `pecl install`), in PHP's own
 * serialization.
 *
 *   .registry/NAME.reg                       channel pear.php.net
 *   .registry/.channel.CHANNEL/NAME.reg      others: pecl.php.net, doc.php.net
 *
 *   value = "a:" n ":{" *( key value ) "}" / "s:" n ":" DQUOTE n*bytes DQUOTE ";" / ( "i:" / "d:" / "b:" ) text ";" /
 * "N;" key   = an "i:" or "s:" value
 *
 * Of the outermost array: name, channel, version (an array with "release", or text in old files), license (text, or an
 * array with "_content") and release_license. Objects and references are not written by PEAR: a problem.
 * Limits: REG_BYTES_MAX, DEPTH_MAX. Source: php.net serialize(), "PHP internals: serialization format";
 * pear/pear-core PEAR/Registry.php, PEAR/PackageFile/v2.php. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define REG_BYTES_MAX (16 * DD_MIB)
enum { DEPTH_MAX = 64 };

struct pear {
	struct dd_str all;
	size_t at;
	struct dd_str name, channel, version, licence;
};

/* What a scalar says; arrays are entered and left by the caller. */
struct token {
	char kind; /* 's' 'i' 'd' 'b' 'N' 'a' '}' */
	struct dd_str text;
};

static bool take_number(struct pear *p, char end, uint64_t *ret)
{
	struct dd_str rest = dd_str_skip(p->all, p->at);
	size_t n = dd_str_find(dd_str_take(rest, 32), end);
	if (n >= rest.n || rest.p[n] != end || !dd_str_u64(dd_str_take(rest, n), REG_BYTES_MAX, ret))
		return false;
	p->at += n + 1;
	return true;
}

static bool take_string(struct pear *p, struct dd_str *ret)
{
	uint64_t n;
	if (!take_number(p, ':', &n) || p->all.n - p->at < n + 3 || p->all.p[p->at] != '"' ||
	    p->all.p[p->at + 1 + n] != '"' || p->all.p[p->at + 2 + n] != ';')
		return false;
	*ret = (struct dd_str){ p->all.p + p->at + 1, (size_t)n };
	p->at += (size_t)n + 3;
	return true;
}

static bool take_token(struct pear *p, struct token *ret)
{
	struct dd_str rest = dd_str_skip(p->all, p->at);
	uint64_t members;
	if (rest.n < 2 && !(rest.n && rest.p[0] == '}'))
		return false;
	*ret = (struct token){ rest.p[0], { "", 0 } };
	if (ret->kind == '}') {
		p->at++;
		return true;
	}
	p->at += 2;
	switch (ret->kind) {
	case 'N':
		return rest.p[1] == ';';
	case 's':
		return rest.p[1] == ':' && take_string(p, &ret->text);
	case 'a':
		if (rest.p[1] != ':' || !take_number(p, ':', &members) || p->at >= p->all.n || p->all.p[p->at] != '{')
			return false;
		p->at++;
		return true;
	case 'i':
	case 'd':
	case 'b':
		rest = dd_str_skip(rest, 2);
		p->at += dd_str_find(dd_str_take(rest, 64), ';') + 1;
		return p->at <= p->all.n && p->all.p[p->at - 1] == ';';
	default:
		return false;
	}
}

static const struct {
	const char *outer, *inner; /* inner NULL: the value is text itself */
	size_t field;
} fields[] = {
	{ "name", NULL, offsetof(struct pear, name) },
	{ "package", NULL, offsetof(struct pear, name) },
	{ "channel", NULL, offsetof(struct pear, channel) },
	{ "version", NULL, offsetof(struct pear, version) },
	{ "version", "release", offsetof(struct pear, version) },
	{ "license", NULL, offsetof(struct pear, licence) },
	{ "license", "_content", offsetof(struct pear, licence) },
	{ "release_license", NULL, offsetof(struct pear, licence) },
};

static void take_value(struct pear *p, const struct dd_str *keys, unsigned depth, struct dd_str value)
{
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)p + fields[i].field);
		if (depth == (fields[i].inner ? 2U : 1U) && dd_str_eq_c(keys[0], fields[i].outer) &&
		    (!fields[i].inner || dd_str_eq_c(keys[1], fields[i].inner)) && field->n == 0)
			*field = value;
	}
}

/* Walks the one value of the file. False: p->at is where it breaks. */
static bool walk(struct pear *p)
{
	struct dd_str keys[DEPTH_MAX] = { 0 };
	unsigned depth = 0;
	struct token t;
	if (!take_token(p, &t) || t.kind != 'a')
		return false;
	for (depth = 1; depth;) {
		if (!take_token(p, &t))
			return false;
		if (t.kind == '}') {
			depth--;
			continue;
		}
		if (t.kind != 's' && t.kind != 'i')
			return false;
		keys[depth - 1] = t.text;
		if (!take_token(p, &t) || t.kind == '}' || (t.kind == 'a' && depth == DEPTH_MAX))
			return false;
		if (t.kind == 'a')
			depth++;
		else if (t.kind == 's')
			take_value(p, keys, depth, t.text);
	}
	return true;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct pear p = { .all = in->data };
	bool whole = walk(&p);
	if (!whole)
		dd_found_problem(out, p.at < in->data.n ? p.at : in->data.n, "not a value serialized by PHP");
	if (!whole && (p.name.n == 0 || p.version.n == 0))
		return DD_OK;
	struct dd_str channel = p.channel.n ? p.channel : DD_STR("pear.php.net");
	if (p.name.n && p.name.n + channel.n < DD_FIELD_BYTES_MAX) {
		(void)dd_buf_add_str(&name, channel);
		(void)dd_buf_add_char(&name, '/');
		(void)dd_buf_add_str(&name, p.name);
	}
	struct dd_package *package = dd_third_party(out, DD_PACKAGE_INSTALLED, "pear", dd_buf_str(&name), p.version, 0);
	if (package)
		package->licences = dd_third_party_text(out, p.licence);
	return name.failed ? dd_fail_nomem(err) : dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".reg", "/.registry", REG_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".reg", ".php.net", REG_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_php_pear = {
	.id = "php-pear",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "packages of PEAR and PECL",
	.purl_type = "pear",
	.match = match,
	.parse = parse,
};
