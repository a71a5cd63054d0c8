/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "cmd/output.h"

enum { LINE_BYTES_MAX = 8192, LABEL_COLUMNS_MAX = 40, BAR_COLUMNS_MAX = 30, BAR_COLUMNS_MIN = 8 };
static const uint64_t second_ns = 1000000000, first_draw_ns = 1000000000, redraw_ns = 100000000;

static uint64_t now_ns(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * second_ns + (uint64_t)t.tv_nsec;
}

void dd_progress_start(struct dd_progress *p, struct dd_str label, bool quiet)
{
	struct dd_terminal t = dd_terminal_of(STDERR_FILENO);
	const char *term = getenv("TERM");
	bool can = t.terminal && !quiet && term && strcmp(term, "dumb") != 0;
	atomic_init(&p->done, 0);
	atomic_init(&p->total, 0);
	atomic_flag_clear(&p->drawing);
	p->started_ns = now_ns();
	atomic_init(&p->draw_at_ns, can ? p->started_ns + first_draw_ns : UINT64_MAX);
	p->width = t.width;
	p->drawn = false;
	p->label = label;
}

/* Appends escaped text in at most `columns`. */
static size_t add_label(struct dd_buf *out, struct dd_str label, size_t columns)
{
	size_t taken = 0;
	for (size_t i = 0; i < label.n;) {
		char piece[8];
		size_t used, n = dd_escape_one(dd_str_skip(label, i), "", piece, &used);
		size_t wide = dd_text_width((struct dd_str){ piece, n });
		if (taken + wide > columns || out->n + n > LINE_BYTES_MAX / 2)
			break;
		(void)dd_buf_add(out, piece, n);
		taken += wide;
		i += used;
	}
	return taken;
}

static void add_bar(struct dd_buf *out, unsigned percent, size_t columns)
{
	size_t full = columns * percent / 100;
	(void)dd_buf_add_c(out, "  [");
	for (size_t i = 0; i < columns; i++)
		(void)dd_buf_add_char(out, i < full ? '#' : '-');
	(void)dd_buf_add_char(out, ']');
}

void dd_progress_line(struct dd_str label, uint64_t done, uint64_t total, uint64_t elapsed_ns, unsigned width,
		      struct dd_buf *out)
{
	char bytes[16], of[16], rate[16], tail[96];
	double seconds = (double)elapsed_ns / (double)second_ns;
	double per_second = seconds > 0 ? (double)done / seconds : 0;
	unsigned percent = total ? (unsigned)(done >= total ? 100 : (double)done * 100 / (double)total) : 0;
	(void)dd_human_bytes(per_second < 1.8e19 ? (uint64_t)per_second : UINT64_MAX, rate);
	int n = total ? snprintf(tail, sizeof tail, "  %3u%%  %s of %s  %s/s", percent, dd_human_bytes(done, bytes),
				 dd_human_bytes(total, of), rate)
		      : snprintf(tail, sizeof tail, "  %s  %s/s", dd_human_bytes(done, bytes), rate);
	/* The last column stays free: some terminals go to the next line once it is written. */
	size_t room = width > (unsigned)n + 1 ? width - (unsigned)n - 1 : 0;
	size_t label_max = room < LABEL_COLUMNS_MAX ? room : LABEL_COLUMNS_MAX;
	room -= add_label(out, label, label_max);
	if (total && room >= BAR_COLUMNS_MIN + 4)
		add_bar(out, percent, room - 4 < BAR_COLUMNS_MAX ? room - 4 : BAR_COLUMNS_MAX);
	(void)dd_buf_add(out, tail, (size_t)n < width ? (size_t)n : width > 0 ? width - 1 : 0);
}

static void draw(struct dd_progress *p, uint64_t now)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(LINE_BYTES_MAX);
	(void)dd_buf_add_c(&out, "\r\x1b[K"); /* ECMA-48 EL: the rest of an older, longer line goes */
	dd_progress_line(p->label, atomic_load(&p->done), atomic_load(&p->total), now - p->started_ns, p->width, &out);
	(void)dd_write_full(STDERR_FILENO, out.p, out.n, NULL);
	p->drawn = true;
}

static void draw_if_time(struct dd_progress *p)
{
	uint64_t at = atomic_load_explicit(&p->draw_at_ns, memory_order_relaxed), now;
	if (at == UINT64_MAX || (now = now_ns()) < at || atomic_flag_test_and_set(&p->drawing))
		return;
	atomic_store(&p->draw_at_ns, now + redraw_ns);
	draw(p, now);
	atomic_flag_clear(&p->drawing);
}

void dd_progress_expect(struct dd_progress *p, uint64_t bytes)
{
	if (p)
		(void)atomic_fetch_add_explicit(&p->total, bytes, memory_order_relaxed);
}

void dd_progress_add(struct dd_progress *p, uint64_t bytes)
{
	if (!p)
		return;
	(void)atomic_fetch_add_explicit(&p->done, bytes, memory_order_relaxed);
	draw_if_time(p);
}

void dd_progress_done(struct dd_progress *p)
{
	static const char clear[] = "\r\x1b[K";
	if (p->drawn)
		(void)dd_write_full(STDERR_FILENO, clear, sizeof clear - 1, NULL);
	atomic_store(&p->draw_at_ns, UINT64_MAX);
	p->drawn = false;
}
