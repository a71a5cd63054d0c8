/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/detector.h"

#include "base/alloc.h"
#include "secret/inside_scan.h"

struct dd_secret_detector {
	const struct dd_secret_engines *engines;
	const struct dd_secret_rule_set *set;
	struct dd_secret_options options;
};

struct dd_secret_scanner {
	const struct dd_secret_detector *d;
	struct dd_secret_found *found; /* borrowed, of the file that is open */
};

enum dd_code dd_secret_detector_new(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set,
				    const struct dd_secret_options *options, struct dd_secret_detector **ret,
				    struct dd_err *err)
{
	*ret = dd_alloc_zero(1, sizeof **ret);
	if (!*ret)
		return dd_fail_nomem(err);
	**ret = (struct dd_secret_detector){ engines, set, *options };
	return DD_OK;
}

void dd_secret_detector_freep(struct dd_secret_detector **d)
{
	dd_free(*d);
	*d = NULL;
}

uint64_t dd_secret_detector_fingerprint(const struct dd_secret_detector *d)
{
	uint64_t v = 0;
	memcpy(&v, d->set->digest, sizeof v);
	return v;
}

const struct dd_secret_options *dd_secret_detector_options(const struct dd_secret_detector *d)
{
	return &d->options;
}

const struct dd_secret_rule_set *dd_secret_detector_rules(const struct dd_secret_detector *d)
{
	return d->set;
}

void dd_secret_found_done(struct dd_secret_found *f)
{
	dd_vec_done(&f->list);
	dd_vec_done(&f->problems);
}

enum dd_code dd_secret_scanner_new(const struct dd_secret_detector *d, struct dd_secret_scanner **ret,
				   struct dd_err *err)
{
	*ret = dd_alloc_zero(1, sizeof **ret);
	if (!*ret)
		return dd_fail_nomem(err);
	(*ret)->d = d;
	return DD_OK;
}

void dd_secret_scanner_freep(struct dd_secret_scanner **s)
{
	dd_free(*s);
	*s = NULL;
}

bool dd_secret_wants_whole(const struct dd_secret_detector *d, const struct dd_secret_file *file, struct dd_str head)
{
	(void)d;
	return dd_inside_kind(file->path, head) != DD_INSIDE_NONE;
}

enum dd_code dd_secret_open(struct dd_secret_scanner *s, const struct dd_secret_file *file,
			    struct dd_secret_found *found, struct dd_err *err)
{
	(void)file, (void)err;
	s->found = found;
	return DD_OK;
}

enum dd_code dd_secret_feed(struct dd_secret_scanner *s, struct dd_str block, struct dd_err *err)
{
	(void)s, (void)block, (void)err;
	return DD_OK;
}

enum dd_code dd_secret_close(struct dd_secret_scanner *s, struct dd_err *err)
{
	(void)err;
	s->found = NULL;
	return DD_OK;
}

enum dd_code dd_secret_scan(struct dd_secret_scanner *s, const struct dd_secret_file *file, struct dd_str content,
			    struct dd_secret_found *found, struct dd_err *err)
{
	enum dd_inside_kind kind = dd_inside_kind(file->path, dd_str_take(content, DD_INSIDE_HEAD_BYTES));
	if (kind != DD_INSIDE_NONE)
		return dd_inside_scan(s, file, content, kind, s->d->options.spool_dir, found, err);
	DD_TRY(dd_secret_open(s, file, found, err));
	DD_TRY(dd_secret_feed(s, content, err));
	return dd_secret_close(s, err);
}
