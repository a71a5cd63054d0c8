/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/walk_secrets.h"

#include "base/limits.h"

/* DD_SECRETS_FILE_MAX findings of one file, each with its text in the clear: private keys have kilobytes. */
enum { FOUND_BYTES_MAX = 256 << 20 };

void dd_walk_secrets_init(struct dd_walk_secrets *s, const struct dd_secret_detector *d, struct dd_layer_facts *f)
{
	*s = (struct dd_walk_secrets){ .detector = d, .f = f, .arena = DD_ARENA_INIT(FOUND_BYTES_MAX) };
	f->secrets.looked_for = d != NULL;
}

void dd_walk_secrets_done(struct dd_walk_secrets *s)
{
	dd_secret_scanner_freep(&s->scanner);
	dd_secret_found_done(&s->found);
	dd_arena_done(&s->arena);
}

static enum dd_code refuse(struct dd_walk_secrets *s, struct dd_str path, struct dd_err *err)
{
	return dd_layer_secrets_problem(
		&s->f->secrets, &s->f->arena, path, err,
		"not searched for secrets: the holes in sparse files of this layer pass %llu bytes",
		(unsigned long long)DD_SECRET_HOLES_MAX);
}

enum dd_code dd_walk_secrets_begin(struct dd_walk_secrets *s, struct dd_str path, uint64_t size, uint64_t unpaid,
				   struct dd_str head, struct dd_err *err)
{
	s->open = s->whole = false;
	if (!s->detector || size == 0 || unpaid >= size)
		return DD_OK; /* nothing but holes holds no secret */
	if (unpaid > DD_SECRET_HOLES_MAX - s->holes)
		return refuse(s, path, err);
	s->holes += unpaid;
	if (!s->scanner)
		DD_TRY(dd_secret_scanner_new(s->detector, &s->scanner, err));
	s->file = (struct dd_secret_file){ .path = path, .inner = DD_STR(""), .size = size };
	s->found.arena = &s->arena;
	s->open = true;
	s->whole = dd_secret_wants_whole(s->detector, &s->file, head);
	if (s->whole && size > DD_SECRET_WHOLE_BYTES_MAX) {
		s->whole = false;
		DD_TRY(dd_layer_secrets_problem(
			&s->f->secrets, &s->f->arena, path, err,
			"not unpacked in search of secrets: it has %llu bytes, more than the limit of %llu",
			(unsigned long long)size, (unsigned long long)DD_SECRET_WHOLE_BYTES_MAX));
	}
	return s->whole ? DD_OK : dd_secret_open(s->scanner, &s->file, &s->found, err);
}

enum dd_code dd_walk_secrets_feed(struct dd_walk_secrets *s, struct dd_str block, struct dd_err *err)
{
	return s->open && !s->whole && block.n ? dd_secret_feed(s->scanner, block, err) : DD_OK;
}

static enum dd_code scan_whole(struct dd_walk_secrets *s, struct dd_content *content, struct dd_err *err)
{
	struct dd_str bytes;
	DD_TRY(dd_content_get(content, &bytes, err));
	return dd_secret_scan(s->scanner, &s->file, bytes, &s->found, err);
}

enum dd_code dd_walk_secrets_end(struct dd_walk_secrets *s, uint32_t entry, struct dd_content *content,
				 struct dd_err *err)
{
	if (!s->open)
		return DD_OK;
	s->open = false;
	DD_TRY(s->whole ? scan_whole(s, content, err) : dd_secret_close(s->scanner, err));
	DD_TRY(dd_layer_secrets_add(&s->f->secrets, &s->f->arena, entry, s->file.path, &s->found, err));
	s->found.list.n = s->found.problems.n = 0;
	s->found.dropped = 0;
	if (s->arena.used)
		dd_arena_done(&s->arena); /* keeps its limit */
	return DD_OK;
}
