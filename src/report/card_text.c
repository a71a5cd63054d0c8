/* SPDX-License-Identifier: Apache-2.0 */
/* The identity card for people: what it is and what is wrong with it first, the line to paste next, details below. */
#include <stdio.h>

#include "base/text.h"
#include "report/card_out.h"
#include "report/sheet.h"

enum { LABEL = 9, TEXT_MAX = 64 << 10, LABELS_SHOWN = 12, NAMES_SHOWN = 24, ATTESTS_SHOWN = 8 };

static void line(const struct dd_sheet *s, const char *label, struct dd_str value, enum dd_paint paint)
{
	if (value.n == 0)
		return;
	dd_sheet_cell(s, dd_str_from(label), LABEL, false, DD_BOLD);
	dd_sheet_wrap(s, value, LABEL, LABEL, paint);
}

static void line_of(const struct dd_sheet *s, const char *label, const struct dd_buf *text, enum dd_paint paint)
{
	line(s, label, dd_sheet_whole(s, text), paint);
}

/* "a, b, c and 3 more" */
static void add_list(struct dd_buf *out, const struct dd_str *p, size_t n, size_t max)
{
	for (size_t i = 0; i < n && i < max; i++) {
		(void)dd_buf_add_c(out, i ? ", " : "");
		dd_sheet_add(out, p[i]);
	}
	if (n > max)
		(void)dd_buf_addf(out, " and %zu more", n - max);
}

static void day(int64_t t, struct dd_buf *out)
{
	char text[32];
	(void)dd_buf_addf(out, "%.10s", dd_time_text(t, text));
}

static void ago(const struct dd_card *c, int64_t t, struct dd_buf *out)
{
	char age[32];
	bool past = t <= c->now;
	(void)dd_buf_addf(out, "%s%s", dd_age_text(c->now - t, age), past ? " ago" : "");
}

/* ---- head ---- */

static const struct {
	const char *badge, *title, *promise;
	enum dd_paint paint;
} badges[] = {
	{ "official", "OFFICIAL IMAGE",
	  "Docker and the project's maintainers review its sources and rebuild it when its base changes. That says who "
	  "publishes it, not that it has no vulnerabilities; the badge is no signature.",
	  DD_GREEN },
	{ "verified_publisher", "VERIFIED PUBLISHER",
	  "Docker has checked who the publisher is. It has not looked at what is inside; the badge is no signature.",
	  DD_GREEN },
	{ "open_source", "SPONSORED OPEN SOURCE",
	  "Docker sponsors the project that publishes it. It has not looked at what is inside; the badge is no "
	  "signature.",
	  DD_GREEN },
	{ "none", "NO BADGE",
	  "Anybody can publish on Docker Hub under a free name: only you can know whether you trust this one.",
	  DD_YELLOW },
};

static const char given_up[] = "It is in Docker's own namespace, but it was given up: nobody rebuilds it any more.";

static size_t badge_of(const struct dd_card *c)
{
	for (size_t i = 0; i < DD_COUNT(badges); i++)
		if (dd_str_eq_c(c->publisher.badge, badges[i].badge))
			return i;
	return DD_COUNT(badges);
}

static void head(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	size_t badge = badge_of(c), at = 0;
	dd_sheet_wrap(s, c->familiar.n ? c->familiar : c->asked, 0, 0, DD_BOLD);
	if (badge < DD_COUNT(badges)) {
		dd_sheet_paint(s, badges[badge].paint);
		dd_sheet_own(s, "%s", badges[badge].title);
		dd_sheet_paint(s, DD_PLAIN);
		dd_sheet_own(s, "  ");
		at = strlen(badges[badge].title) + 2;
	}
	if (c->registry.n)
		dd_sheet_add(&text, c->registry);
	else
		dd_sheet_add(&text, c->place);
	if (c->platform.n) {
		(void)dd_buf_add_c(&text, ", ");
		dd_sheet_add(&text, c->platform);
	}
	if (c->created != DD_CARD_NO_TIME) {
		(void)dd_buf_add_c(&text, ", built ");
		ago(c, c->created, &text);
	}
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), at, at, DD_PLAIN);
}

static void notes(const struct dd_sheet *s, const struct dd_card *c, enum dd_card_level level, const char *label,
		  enum dd_paint paint)
{
	for (size_t i = 0; i < c->n_notes; i++) {
		if (c->notes[i].level != level)
			continue;
		dd_sheet_cell(s, dd_str_from(label), LABEL, false, paint);
		dd_sheet_wrap(s, c->notes[i].text, LABEL, LABEL, DD_PLAIN);
	}
}

/* ---- what to pin ---- */

static void pin(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	if (c->floats_why.n)
		dd_sheet_add(&text, c->floats_why);
	if (c->pin_line.n)
		(void)dd_buf_add_c(&text, text.n ? " To paste:" : "To paste:");
	line_of(s, "Pin", &text, DD_PLAIN);
	if (c->pin_line.n == 0)
		return;
	/* The one line that is longer than the terminal may be: it would be no use in pieces. */
	dd_sheet_blanks(s, LABEL);
	dd_sheet_paint(s, DD_CYAN);
	(void)dd_sheet_text(s, c->pin_line, DD_COLUMNS_ALL);
	dd_sheet_paint(s, DD_PLAIN);
	dd_sheet_end_line(s);
}

static void tags(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	if (!c->tags_asked)
		return;
	for (size_t i = 0; i < c->n_tags && i < NAMES_SHOWN; i++) {
		(void)dd_buf_add_c(&text, i ? ", " : "");
		dd_sheet_add(&text, c->tags[i].name);
	}
	if (c->n_tags > NAMES_SHOWN)
		(void)dd_buf_addf(&text, " and %zu more", c->n_tags - NAMES_SHOWN);
	if (c->n_tags == 0)
		(void)dd_buf_add_c(&text, "no other tag found");
	if (c->tags_from.n) {
		(void)dd_buf_add_c(&text, " (");
		dd_sheet_add(&text, c->tags_from);
		(void)dd_buf_add_c(&text, ")");
	}
	line_of(s, "Tags", &text, DD_PLAIN);
}

/* ---- identity ---- */

static void platforms(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	if (c->n_platforms <= 1) {
		line(s, "Platform", c->n_platforms ? c->platforms[0].text : c->platform, DD_PLAIN);
		return;
	}
	for (size_t pass = 0, shown = 0; pass < 2; pass++)
		for (size_t i = 0; i < c->n_platforms && shown < NAMES_SHOWN; i++) {
			if (c->platforms[i].chosen != (pass == 0))
				continue;
			(void)dd_buf_add_c(&text, shown++ ? ", " : "");
			dd_sheet_add(&text, c->platforms[i].text);
			(void)dd_buf_add_c(&text, pass == 0 ? " (this card)" : "");
		}
	if (c->n_platforms > NAMES_SHOWN)
		(void)dd_buf_addf(&text, " and %zu more", c->n_platforms - NAMES_SHOWN);
	line_of(s, "Platform", &text, DD_PLAIN);
}

static void created(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	char time[32];
	if (c->reproducible) {
		line(s, "Created", DD_STR("not said (a fixed date, as reproducible builds write it)"), DD_PLAIN);
		return;
	}
	if (c->created == DD_CARD_NO_TIME) {
		line(s, "Created", c->created_text, DD_PLAIN);
		return;
	}
	(void)dd_buf_addf(&text, "%s, ", dd_time_text(c->created, time));
	ago(c, c->created, &text);
	line_of(s, "Created", &text, DD_PLAIN);
}

static void size(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	char bytes[16];
	if (c->n_layers == 0 && c->compressed == DD_CARD_UNKNOWN && c->unpacked == DD_CARD_UNKNOWN)
		return;
	if (c->compressed != DD_CARD_UNKNOWN)
		(void)dd_buf_addf(&text, "%s compressed", dd_human_bytes(c->compressed, bytes));
	if (c->unpacked != DD_CARD_UNKNOWN)
		(void)dd_buf_addf(&text, "%s%s on disk", text.n ? ", " : "", dd_human_bytes(c->unpacked, bytes));
	(void)dd_buf_addf(&text, "%s%zu layer%s", text.n ? ", " : "", c->n_layers, c->n_layers == 1 ? "" : "s");
	if (c->unpacked == DD_CARD_UNKNOWN)
		(void)dd_buf_add_c(&text, "; on disk: not known before layers are read");
	line_of(s, "Size", &text, DD_PLAIN);
}

/* ---- publisher ---- */

static void publisher_numbers(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	const struct dd_card_publisher *p = &c->publisher;
	char n[16];
	if (p->pulls != DD_CARD_UNKNOWN)
		(void)dd_buf_addf(&text, "%s pulls", dd_count_text(p->pulls, n));
	if (p->stars != DD_CARD_UNKNOWN)
		(void)dd_buf_addf(&text, "%s%s stars", text.n ? ", " : "", dd_count_text(p->stars, n));
	if (p->updated != DD_CARD_NO_TIME) {
		(void)dd_buf_addf(&text, "%supdated ", text.n ? ", " : "");
		ago(c, p->updated, &text);
	}
	if (p->registered != DD_CARD_NO_TIME) {
		(void)dd_buf_addf(&text, "%ssince ", text.n ? ", " : "");
		day(p->registered, &text);
	}
	line_of(s, "Hub", &text, DD_PLAIN);
}

static void publisher(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	const struct dd_card_publisher *p = &c->publisher;
	size_t badge = badge_of(c);
	if (badge < DD_COUNT(badges)) {
		if (p->name.n) {
			dd_sheet_add(&text, p->name);
			(void)dd_buf_add_c(&text, ". ");
		}
		(void)dd_buf_add_c(&text, p->deprecated && dd_str_eq_c(p->badge, "official") ? given_up
											     : badges[badge].promise);
		line_of(s, "Badge", &text, DD_PLAIN);
	} else if (p->name.n) {
		line(s, "By", p->name, DD_PLAIN);
	}
	line(s, "About", p->description, DD_PLAIN);
	publisher_numbers(s, c);
}

/* ---- contents ---- */

/* As it would be typed: words with blanks in them in quotes. */
static void add_command(struct dd_buf *out, const struct dd_str *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool plain = p[i].n > 0;
		for (size_t k = 0; plain && k < p[i].n; k++)
			plain = !dd_is_blank(p[i].p[k]) && !strchr("'\"\\$;&|<>()*?", p[i].p[k]);
		(void)dd_buf_add_c(out, out->n ? " " : "");
		(void)dd_buf_add_c(out, plain ? "" : "'");
		dd_sheet_add(out, p[i]);
		(void)dd_buf_add_c(out, plain ? "" : "'");
	}
}

static void list(const struct dd_sheet *s, const char *label, const struct dd_str *p, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	add_list(&text, p, n, NAMES_SHOWN);
	line_of(s, label, &text, DD_PLAIN);
}

static bool is_root(struct dd_str user)
{
	struct dd_str name = dd_str_take(user, dd_str_find(user, ':'));
	return name.n == 0 || dd_str_eq_c(name, "root") || dd_str_eq_c(name, "0");
}

static void runs(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	if (!c->has_config)
		return;
	if (c->user.n == 0)
		line(s, "User", DD_STR("root (the image names none)"), DD_YELLOW);
	else
		line(s, "User", c->user, is_root(c->user) ? DD_YELLOW : DD_PLAIN);
	add_command(&text, c->entrypoint, c->n_entrypoint);
	add_command(&text, c->command, c->n_command);
	if (text.n == 0)
		(void)dd_buf_add_c(&text, "none");
	line_of(s, "Command", &text, DD_PLAIN);
	line(s, "Workdir", c->working_dir, DD_PLAIN);
	list(s, "Ports", c->ports, c->n_ports);
	list(s, "Volumes", c->volumes, c->n_volumes);
	list(s, "Env", c->environment, c->n_environment);
}

static void labels(const struct dd_sheet *s, const struct dd_card *c)
{
	for (size_t i = 0; i < c->n_labels && i < LABELS_SHOWN; i++) {
		DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
		dd_sheet_add(&text, c->labels[i].key);
		(void)dd_buf_add_char(&text, '=');
		dd_sheet_add(&text, c->labels[i].value);
		dd_sheet_cell(s, i ? DD_STR("") : DD_STR("Labels"), LABEL, false, DD_BOLD);
		dd_sheet_wrap(s, dd_sheet_whole(s, &text), LABEL, LABEL + 2, DD_PLAIN);
	}
	if (c->n_labels > LABELS_SHOWN) {
		dd_sheet_blanks(s, LABEL);
		dd_sheet_own(s, "and %zu more", c->n_labels - LABELS_SHOWN);
		dd_sheet_end_line(s);
	}
}

static void base(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	if (c->base.name.n == 0 && c->base.n_layers == 0 && c->base.digest.n == 0)
		return;
	dd_sheet_add(&text, c->base.name.n ? c->base.name : DD_STR("an image of unknown name"));
	if (c->base.n_layers)
		(void)dd_buf_addf(&text, ", %zu of %zu layers", c->base.n_layers, c->n_layers);
	if (c->base.how.n) {
		(void)dd_buf_add_c(&text, ", by ");
		dd_sheet_add(&text, c->base.how);
	}
	line_of(s, "Base", &text, DD_PLAIN);
}

/* ---- evidence ---- */

static void evidence_row(const struct dd_sheet *s, const struct dd_card_evidence *e, bool first)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	dd_sheet_add(&text, dd_str_from(dd_card_evidence_name(e->kind)));
	if (e->maker.n) {
		(void)dd_buf_add_c(&text, " by ");
		dd_sheet_add(&text, e->maker);
	}
	if (e->where.n) {
		(void)dd_buf_add_c(&text, ", ");
		dd_sheet_add(&text, e->where);
	}
	if (e->artifact_type.n) {
		(void)dd_buf_add_c(&text, ", ");
		dd_sheet_add(&text, e->artifact_type);
	}
	dd_sheet_cell(s, first ? DD_STR("Evidence") : DD_STR(""), LABEL, false, DD_BOLD);
	dd_sheet_wrap(s, dd_sheet_whole(s, &text), LABEL, LABEL + 2, DD_PLAIN);
}

static void evidence(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	size_t n = c->n_evidence < ATTESTS_SHOWN ? c->n_evidence : ATTESTS_SHOWN;
	if (!c->evidence_asked)
		return;
	for (size_t i = 0; i < n; i++)
		evidence_row(s, &c->evidence[i], i == 0);
	if (c->n_evidence == 0)
		(void)dd_buf_add_c(&text, "no signature, attestation or SBOM found");
	else if (c->n_evidence + c->more_evidence > n)
		(void)dd_buf_addf(&text, "and %zu more; none of them verified", c->n_evidence + c->more_evidence - n);
	else
		(void)dd_buf_add_c(&text, "none of them verified: that something is there says not that it is true");
	if (c->evidence_from.n) {
		(void)dd_buf_add_c(&text, " (looked at: ");
		dd_sheet_add(&text, c->evidence_from);
		(void)dd_buf_add_c(&text, ")");
	}
	line_of(s, c->n_evidence ? "" : "Evidence", &text, DD_DIM);
}

static void life(const struct dd_sheet *s, const struct dd_card *c)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(TEXT_MAX);
	const struct dd_card_life *l = &c->life;
	if (!l->known)
		return;
	dd_sheet_add(&text, l->product);
	(void)dd_buf_add_char(&text, ' ');
	dd_sheet_add(&text, l->cycle);
	(void)dd_buf_add_c(&text, l->ended	? ": END OF LIFE"
				  : l->extended ? ": regular support is over, long-term support goes on"
						: ": supported");
	if (l->date.n) {
		(void)dd_buf_add_c(&text, l->ended ? " since " : " until ");
		dd_sheet_add(&text, l->date);
	}
	if (l->latest.n) {
		(void)dd_buf_add_c(&text, "; its latest release is ");
		dd_sheet_add(&text, l->latest);
	}
	(void)dd_buf_add_c(&text, " (by ");
	dd_sheet_add(&text, l->from);
	(void)dd_buf_add_c(&text, ")");
	line_of(s, "Life", &text, l->ended ? DD_ALARM : l->extended ? DD_YELLOW : DD_PLAIN);
}

void dd_card_text(const struct dd_card *c, const struct dd_report_style *style, struct dd_buf *out)
{
	const struct dd_sheet sheet = { out, style }, *s = &sheet;
	head(s, c);
	dd_sheet_end_line(s);
	size_t before = out->n;
	notes(s, c, DD_CARD_WARNING, "WARNING", DD_ALARM);
	notes(s, c, DD_CARD_NOTE, "Note", DD_BOLD);
	if (out->n > before)
		dd_sheet_end_line(s);
	pin(s, c);
	tags(s, c);
	if (c->pin_line.n || c->tags_asked)
		dd_sheet_end_line(s);
	line(s, "Name", c->reference, DD_PLAIN);
	line(s, "Digest", c->digest, DD_PLAIN);
	if (!dd_str_eq(c->manifest_digest, c->digest))
		line(s, "Manifest", c->manifest_digest, DD_PLAIN);
	line(s, "Config", c->config_digest, DD_PLAIN);
	platforms(s, c);
	created(s, c);
	size(s, c);
	base(s, c);
	life(s, c);
	dd_sheet_end_line(s);
	before = out->n;
	publisher(s, c);
	evidence(s, c);
	if (out->n > before)
		dd_sheet_end_line(s);
	before = out->n;
	runs(s, c);
	labels(s, c);
	bool more = false;
	for (size_t i = 0; i < c->n_notes; i++)
		more = more || c->notes[i].level == DD_CARD_NOT_ASKED;
	if (more && out->n > before)
		dd_sheet_end_line(s);
	notes(s, c, DD_CARD_NOT_ASKED, "Unasked", DD_DIM);
}
