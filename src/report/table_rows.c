/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as rows, most urgent first (the model's order). Findings that differ only in the package, because several
 * packages are built from one source, share a row. All columns on one line where the terminal is wide enough; else two
 * lines a finding, so that no version is ever cut for lack of room. Packages of the system and dependencies have a
 * table each; a dependency is told by the place where it lies, on a line of its own. */
#include <stdio.h>

#include "report/say.h"
#include "report/table.h"

enum column {
	COL_SEVERITY,
	COL_ID,
	COL_PACKAGE,
	COL_INSTALLED,
	COL_FIXED,
	COL_RISK,
	COL_EPSS,
	COL_KEV,
	COL_LAYER,
	COL_TITLE,
	COL_INSTRUCTION,
	COL_COUNT
};

/* max: a longer text is cut; real ones are shorter (the longest Debian version today has 43 characters). */
static const struct {
	const char *title;
	size_t max;
	bool right;
} columns[COL_COUNT] = {
	[COL_SEVERITY] = { "SEVERITY", 10, false },
	[COL_ID] = { "ID", 28, false },
	[COL_PACKAGE] = { "PACKAGE", 36, false },
	[COL_INSTALLED] = { "INSTALLED", 48, false },
	[COL_FIXED] = { "FIXED IN", 48, false },
	[COL_RISK] = { "RISK", 5, true },
	[COL_EPSS] = { "EPSS", 5, true },
	[COL_KEV] = { "KEV", 3, false },
	[COL_LAYER] = { "LAYER", 10, false },
	[COL_TITLE] = { "TITLE", 64, false },
	[COL_INSTRUCTION] = { "INSTRUCTION", 80, false },
};
enum {
	GAP = 2,
	TITLE_MIN = 20,
	INSTRUCTION_MIN = 20,
	PACKAGE_MIN = 12,
	CELL_TEXT_MAX = 1024,
	CELL_BYTES_MAX = 1 << 20
};

enum group { GROUP_ALL, GROUP_SYSTEM, GROUP_DEPENDENCIES };

struct rows {
	const struct dd_sheet *s;
	const struct dd_report *r;
	enum dd_kind kind;
	enum group group;
	struct dd_buf cell;	 /* text of the cell at hand */
	size_t width[COL_COUNT]; /* 0: the column is not shown */
};

/* Of a third-party package. */
static bool is_dependency(const struct dd_report *r, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_table_package(r, f);
	return in && !in->system;
}

static bool shown(const struct rows *t, const struct dd_finding *f)
{
	return f->kind == t->kind && !f->suppressed &&
	       (t->group == GROUP_ALL || is_dependency(t->r, f) == (t->group == GROUP_DEPENDENCIES));
}

static bool same_but_package(const struct rows *t, const struct dd_finding *a, const struct dd_finding *b)
{
	const struct dd_installed *x = dd_table_package(t->r, a), *y = dd_table_package(t->r, b);
	return shown(t, b) && x && y && x->system && y->system && dd_str_eq(a->id, b->id) &&
	       a->severity == b->severity && a->kev == b->kev && !(a->risk < b->risk) && !(b->risk < a->risk) &&
	       a->layer == b->layer && a->fix.state == b->fix.state && dd_str_eq(a->fix.version, b->fix.version) &&
	       dd_str_eq(x->package.version, y->package.version) && dd_str_eq(x->package.type, y->package.type);
}

/* Findings from `first` on that share a row: at least 1. */
static size_t row_length(const struct rows *t, size_t first)
{
	const struct dd_finding *f = &t->r->findings[first];
	size_t n = 1;
	while (first + n < t->r->n_findings && same_but_package(t, f, f + n))
		n++;
	return n;
}

/* No column shows more of a text. */
static void add_text(struct rows *t, struct dd_str text)
{
	(void)dd_buf_add_str(&t->cell, dd_str_take(text, CELL_TEXT_MAX));
}

static size_t digits(size_t n)
{
	size_t d = 1;
	while ((n /= 10))
		d++;
	return d;
}

/* "libssl3, openssl, +2": as many names as have room. */
static void package_cell(struct rows *t, size_t first, size_t n, size_t room)
{
	const struct dd_finding *f = &t->r->findings[first];
	struct dd_str last = { "", 0 };
	size_t taken = 0;
	for (size_t i = 0; i < n; i++) {
		const struct dd_installed *in = dd_table_package(t->r, f + i);
		struct dd_str name = in ? in->package.name : f->path.n ? f->path : DD_STR("-");
		/* "group:artifact": the artifact says more than the start of the group. */
		if (in && dd_str_eq_c(in->package.type, "maven") && dd_sheet_measure(t->s, name, room + 1) > room)
			name = dd_str_skip(name, dd_str_find(name, ':') + 1);
		if (i && dd_str_eq(name, last))
			continue;
		size_t wide = dd_sheet_measure(t->s, name, room) + (i ? 2 : 0);
		/* The last word is "+N" unless everything fits. */
		size_t keep = i + 1 < n ? strlen(", +") + digits(n - i - 1) : 0;
		if (i && taken + wide + keep > room) {
			(void)dd_buf_addf(&t->cell, ", +%zu", n - i);
			return;
		}
		(void)dd_buf_add_c(&t->cell, i ? ", " : "");
		add_text(t, name);
		taken += wide;
		last = name;
	}
}

static void severity_cell(struct rows *t, enum dd_severity severity)
{
	for (const char *c = dd_severity_name(severity); *c; c++)
		(void)dd_buf_add_char(&t->cell, (char)(*c - 32));
}

static void layer_cell(struct rows *t, int layer, enum dd_origin origin)
{
	(void)dd_buf_addf(&t->cell, "L%d%s", layer, origin == DD_ORIGIN_BASE ? " base" : "");
}

static void epss_cell(struct rows *t, double epss)
{
	if (epss < 0)
		(void)dd_buf_add_char(&t->cell, '-');
	else if (epss < 0.0005)
		(void)dd_buf_add_c(&t->cell, "<0.1%");
	else
		(void)dd_buf_addf(&t->cell, epss < 0.9995 ? "%.1f%%" : "%.0f%%", epss * 100);
}

/* Fills t->cell. */
static void make_cell(struct rows *t, enum column c, size_t first, size_t n, size_t room)
{
	const struct dd_finding *f = &t->r->findings[first];
	const struct dd_installed *in = dd_table_package(t->r, f);
	int layer = dd_table_layer(t->r, f->layer);
	dd_buf_clear(&t->cell);
	if (c == COL_SEVERITY)
		severity_cell(t, f->severity);
	else if (c == COL_ID)
		add_text(t, f->id);
	else if (c == COL_PACKAGE)
		package_cell(t, first, n, room);
	else if (c == COL_INSTALLED)
		add_text(t, in ? in->package.version : DD_STR("-"));
	else if (c == COL_FIXED && f->fix.state == DD_FIX_FIXED)
		add_text(t, f->fix.version);
	else if (c == COL_FIXED)
		(void)dd_buf_add_c(&t->cell, dd_say_fix_state(f->fix.state));
	else if (c == COL_RISK && f->risk >= 0)
		(void)dd_buf_addf(&t->cell, "%.1f", f->risk < 999 ? f->risk : 999);
	else if (c == COL_EPSS)
		epss_cell(t, f->epss);
	else if (c == COL_KEV)
		(void)dd_buf_add_c(&t->cell, f->kev ? "KEV" : "");
	else if (c == COL_LAYER && layer != DD_NO_LAYER)
		layer_cell(t, layer, f->origin);
	else if (c == COL_TITLE)
		add_text(t, f->title);
	else if (c == COL_INSTRUCTION && layer != DD_NO_LAYER)
		add_text(t, t->r->inventory->target.layers[layer].instruction);
}

/* The widest cell of each column; columns that are empty in every row get 0. Returns the number of findings. */
static size_t measure(struct rows *t)
{
	size_t findings = 0;
	bool epss = false;
	for (size_t i = 0, n; i < t->r->n_findings; i += n) {
		n = 1;
		if (!shown(t, &t->r->findings[i]))
			continue;
		n = row_length(t, i);
		findings += n;
		epss |= t->r->findings[i].epss >= 0;
		for (int c = 0; c < COL_COUNT; c++) {
			make_cell(t, (enum column)c, i, n, columns[c].max);
			size_t wide = dd_sheet_measure(t->s, dd_sheet_whole(t->s, &t->cell), columns[c].max);
			t->width[c] = wide > t->width[c] ? wide : t->width[c];
		}
	}
	for (int c = 0; c < COL_COUNT; c++) {
		size_t title = strlen(columns[c].title);
		if (t->width[c] && t->width[c] < title)
			t->width[c] = title;
	}
	if (!epss)
		t->width[COL_EPSS] = 0;
	return findings;
}

static size_t total(const struct rows *t, enum column last)
{
	size_t sum = 0;
	for (int c = 0; c <= (int)last; c++)
		if (t->width[c])
			sum += t->width[c] + (c ? GAP : 0);
	return sum;
}

/* Gives the room that is left to title and instruction. */
static void spread(struct rows *t)
{
	size_t room = t->s->style->width - total(t, COL_LAYER);
	size_t least[2] = { TITLE_MIN, INSTRUCTION_MIN };
	for (int i = 0; i < 2; i++) {
		size_t *w = &t->width[COL_TITLE + i];
		if (*w == 0)
			continue;
		if (room < least[i] + GAP)
			*w = 0;
		else if (*w > room - GAP)
			*w = room - GAP;
		room -= *w ? *w + GAP : 0;
	}
}

/* The column of names may take all that the others leave. */
static void narrow_package(struct rows *t)
{
	size_t others = total(t, COL_LAYER) - t->width[COL_PACKAGE], width = t->s->style->width, widest = PACKAGE_MIN;
	size_t room = width > others + PACKAGE_MIN ? width - others : PACKAGE_MIN;
	for (size_t i = 0, n; i < t->r->n_findings; i += n) {
		n = 1;
		if (!shown(t, &t->r->findings[i]))
			continue;
		n = row_length(t, i);
		make_cell(t, COL_PACKAGE, i, n, room);
		size_t wide = dd_sheet_measure(t->s, dd_sheet_whole(t->s, &t->cell), room);
		widest = wide > widest ? wide : widest;
	}
	t->width[COL_PACKAGE] = widest;
}

static void write_cell(struct rows *t, enum column c, size_t first, size_t n, bool head)
{
	const struct dd_finding *f = &t->r->findings[first];
	enum dd_paint paint = DD_PLAIN;
	if (head) {
		dd_buf_clear(&t->cell);
		bool where = c == COL_PACKAGE && t->kind != DD_KIND_VULNERABILITY;
		(void)dd_buf_add_c(&t->cell, where ? "WHERE" : columns[c].title);
		paint = DD_BOLD;
	} else {
		make_cell(t, c, first, n, t->width[c]);
		if (c == COL_SEVERITY)
			paint = dd_severity_paint(f->severity);
		else if (c == COL_KEV)
			paint = DD_ALARM;
		else if (c == COL_TITLE || c == COL_INSTRUCTION)
			paint = DD_DIM;
	}
	dd_sheet_cell(t->s, dd_sheet_whole(t->s, &t->cell), t->width[c], columns[c].right, paint);
}

static void write_line(struct rows *t, const enum column *order, size_t n_order, size_t first, size_t n, bool head)
{
	bool begun = false;
	for (size_t i = 0; i < n_order; i++) {
		if (t->width[order[i]] == 0)
			continue;
		if (begun)
			dd_sheet_blanks(t->s, GAP);
		write_cell(t, order[i], first, n, head);
		begun = true;
	}
	dd_sheet_end_line(t->s);
}

static const enum column wide_order[] = { COL_SEVERITY, COL_ID,	 COL_PACKAGE, COL_INSTALLED, COL_FIXED,	     COL_RISK,
					  COL_EPSS,	COL_KEV, COL_LAYER,   COL_TITLE,     COL_INSTRUCTION };
static const enum column narrow_order[] = { COL_SEVERITY, COL_ID, COL_PACKAGE, COL_RISK, COL_EPSS, COL_KEV, COL_LAYER };

/* "npm in app/package.json (+3 more places), run by the entrypoint": what the columns have no room for. */
static void add_place(struct rows *t, const struct dd_finding *f, const char *before)
{
	const struct dd_installed *in = dd_table_package(t->r, f);
	struct dd_location at;
	if (is_dependency(t->r, f) && dd_say_location(t->r, f, 0, &at)) {
		(void)dd_buf_add_c(&t->cell, before);
		add_text(t, in->package.type);
		(void)dd_buf_add_c(&t->cell, at.path.n ? " in " : "");
		add_text(t, at.path);
		(void)dd_buf_add_c(&t->cell, at.inner.n ? "!" : "");
		add_text(t, at.inner);
		if (in->n_locations > 1)
			(void)dd_buf_addf(&t->cell, " (+%zu more)", in->n_locations - 1);
		before = ", ";
	}
	if (f->exposure == DD_EXPOSURE_ENTRYPOINT) {
		(void)dd_buf_addf(&t->cell, "%srun by the entrypoint", before);
		before = ", ";
	}
	if (f->vex_status.n) {
		(void)dd_buf_addf(&t->cell, "%sVEX: ", before);
		add_text(t, f->vex_status);
	}
}

/* The second line of a wide row, when there is something to say. */
static void write_place(struct rows *t, size_t first)
{
	size_t indent = t->width[COL_SEVERITY] + GAP;
	dd_buf_clear(&t->cell);
	add_place(t, &t->r->findings[first], "");
	if (t->cell.n == 0 && !t->cell.failed)
		return;
	dd_sheet_blanks(t->s, indent);
	dd_sheet_wrap(t->s, dd_sheet_whole(t->s, &t->cell), indent, indent, DD_DIM);
}

/* The second line of a narrow row: from what version to which one. */
static void write_versions(struct rows *t, size_t first)
{
	const struct dd_finding *f = &t->r->findings[first];
	const struct dd_installed *in = dd_table_package(t->r, f);
	bool fixed = f->fix.state == DD_FIX_FIXED;
	size_t indent = t->width[COL_SEVERITY] + GAP;
	dd_buf_clear(&t->cell);
	if (in) {
		add_text(t, in->package.version);
		(void)dd_buf_add_c(&t->cell, fixed ? " -> " : ", ");
	}
	if (fixed)
		add_text(t, f->fix.version);
	else
		(void)dd_buf_add_c(&t->cell, dd_say_fix_state(f->fix.state));
	add_place(t, f, ", ");
	dd_sheet_blanks(t->s, indent);
	dd_sheet_wrap(t->s, dd_sheet_whole(t->s, &t->cell), indent, indent, DD_PLAIN);
}

static void write_rows(struct rows *t)
{
	bool narrow = total(t, COL_LAYER) > t->s->style->width;
	const enum column *order = narrow ? narrow_order : wide_order;
	size_t n_order = narrow ? DD_COUNT(narrow_order) : DD_COUNT(wide_order);
	if (narrow) {
		t->width[COL_INSTALLED] = t->width[COL_FIXED] = 0;
		narrow_package(t);
	} else {
		spread(t);
	}
	write_line(t, order, n_order, 0, 0, true);
	for (size_t i = 0, n; i < t->r->n_findings && !t->s->out->failed; i += n) {
		n = 1;
		if (!shown(t, &t->r->findings[i]))
			continue;
		n = row_length(t, i);
		write_line(t, order, n_order, i, n, false);
		if (narrow)
			write_versions(t, i);
		else
			write_place(t, i);
	}
}

/* Findings of other kinds have no versions: severity, id, place, then what is wrong and what to do. */
static void write_others(struct rows *t)
{
	static const enum column order[] = { COL_SEVERITY, COL_ID, COL_PACKAGE, COL_LAYER };
	size_t indent = t->width[COL_SEVERITY] + GAP;
	t->width[COL_INSTALLED] = t->width[COL_FIXED] = t->width[COL_RISK] = t->width[COL_EPSS] = t->width[COL_KEV] = 0;
	narrow_package(t);
	write_line(t, order, DD_COUNT(order), 0, 0, true);
	for (size_t i = 0; i < t->r->n_findings && !t->s->out->failed; i++) {
		const struct dd_finding *f = &t->r->findings[i];
		if (!shown(t, f))
			continue;
		write_line(t, order, DD_COUNT(order), i, 1, false);
		const struct dd_str texts[] = { f->title, f->note, f->fix.advice };
		for (size_t k = 0; k < DD_COUNT(texts); k++) {
			if (texts[k].n == 0)
				continue;
			dd_sheet_blanks(t->s, indent);
			dd_sheet_wrap(t->s, texts[k], indent, indent, DD_PLAIN);
		}
		write_place(t, i);
	}
}

static void write_group(const struct dd_sheet *s, const struct dd_report *r, enum dd_kind kind, enum group group)
{
	static const char *const headings[DD_KIND_COUNT] = {
		[DD_KIND_VULNERABILITY] = "Vulnerabilities",
		[DD_KIND_SECRET] = "Secrets",
		[DD_KIND_CONFIG] = "Configuration",
		[DD_KIND_OUTDATED] = "Outdated",
		[DD_KIND_MALWARE] = "Malware",
		[DD_KIND_LICENCE] = "Licences",
		[DD_KIND_TRUST] = "Trust",
		[DD_KIND_WASTE] = "Waste",
		[DD_KIND_CODE] = "Code",
	};
	static const char *const of[] = { "", " of the system's packages", " of dependencies" };
	DD_CLEANUP_BUF struct dd_buf title = DD_BUF_INIT(128);
	struct rows t = { s, r, kind, group, DD_BUF_INIT(CELL_BYTES_MAX), { 0 } };
	size_t n = measure(&t);
	if (n) {
		(void)dd_buf_addf(&title, "%s%s (%zu)", headings[kind], of[group], n);
		(void)dd_buf_add_char(s->out, '\n');
		dd_sheet_cell(s, dd_sheet_whole(s, &title), title.n, false, DD_BOLD);
		dd_sheet_end_line(s);
		if (kind == DD_KIND_VULNERABILITY)
			write_rows(&t);
		else
			write_others(&t);
	}
	dd_buf_done(&t.cell);
}

void dd_table_findings(const struct dd_sheet *s, const struct dd_report *r, enum dd_kind kind)
{
	const struct dd_finding *first[2] = { NULL };
	for (size_t i = 0; i < r->n_findings && kind == DD_KIND_VULNERABILITY; i++) {
		const struct dd_finding *f = &r->findings[i];
		bool dependency = is_dependency(r, f);
		if (f->kind == kind && !f->suppressed && !first[dependency])
			first[dependency] = f;
	}
	if (!first[0] || !first[1]) {
		write_group(s, r, kind, GROUP_ALL);
		return;
	}
	/* The one with the more urgent finding comes first. */
	bool dependencies_first = first[1] < first[0];
	write_group(s, r, kind, dependencies_first ? GROUP_DEPENDENCIES : GROUP_SYSTEM);
	write_group(s, r, kind, dependencies_first ? GROUP_SYSTEM : GROUP_DEPENDENCIES);
}
