/* SPDX-License-Identifier: Apache-2.0 */
/* What the two kinds of store have in common: reading their files, lists of images, names. */
#include "image/stores.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "image/store_parts.h"
#include "net/registry/reference.h"

enum { ID_DIGITS = 64, ID_DIGITS_MIN = 12 };

/* ---- files ---- */

enum dd_code dd_store_open_root(const char *root, int *ret_fd, struct dd_err *err)
{
	int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "there is no directory %s",
			       DD_QUOTE(dd_str_from(root)));
	if (fd < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(root)));
	*ret_fd = fd;
	return DD_OK;
}

static int open_below(int dir, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

enum dd_code dd_store_read(int dir, const char *path, uint64_t max, struct dd_arena *a, struct dd_str *ret,
			   struct dd_err *err)
{
	struct dd_str name = dd_str_from(path);
	DD_CLEANUP(dd_closep) int fd = open_below(dir, path);
	struct stat st;
	size_t got;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EXDEV))
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "it has no file %s", DD_QUOTE(name));
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(name));
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is not a regular file", DD_QUOTE(name));
	if ((uint64_t)st.st_size > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s has %llu bytes, more than the limit of %llu",
			       DD_QUOTE(name), (unsigned long long)st.st_size, (unsigned long long)max);
	char *p = dd_arena_alloc(a, (size_t)st.st_size + 1);
	if (!p)
		return dd_fail_nomem(err);
	DD_TRY(dd_pread_full(fd, p, (size_t)st.st_size, 0, &got, err));
	*ret = (struct dd_str){ p, got };
	return DD_OK;
}

enum dd_code dd_store_read_blob(int dir, const char *path, const struct dd_digest *digest, uint64_t max,
				struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_digest got;
	struct dd_str bytes;
	char have[DD_DIGEST_TEXT_MAX], want[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_store_read(dir, path, max, a, &bytes, err));
	DD_TRY(dd_digest_of(digest->algorithm, bytes, &got, err));
	if (!dd_digest_eq(&got, digest))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s has the digest %s, not %s",
			       DD_QUOTE(dd_str_from(path)), dd_digest_text(&got, have), dd_digest_text(digest, want));
	*ret = bytes;
	return DD_OK;
}

bool dd_store_has(int dir, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	DD_CLEANUP(dd_closep) int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
	return fd >= 0;
}

/* ---- lists ---- */

static int by_text(const void *a, const void *b)
{
	return dd_str_cmp(*(const struct dd_str *)a, *(const struct dd_str *)b);
}

void dd_store_sort_texts(struct dd_str *p, size_t n)
{
	if (n > 1)
		qsort(p, n, sizeof *p, by_text);
}

enum dd_code dd_store_add_text(struct dd_str **p, size_t *n, size_t max, struct dd_str text, struct dd_arena *a,
			       struct dd_err *err)
{
	if (*n >= max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %zu names", max);
	if ((*n & (*n - 1)) == 0) { /* full at every power of two */
		struct dd_str *more = dd_arena_array(a, *n ? *n * 2 : 1, sizeof *more);
		if (!more)
			return dd_fail_nomem(err);
		if (*n)
			memcpy(more, *p, *n * sizeof *more);
		*p = more;
	}
	struct dd_str copy = dd_arena_str(a, dd_str_take(text, DD_FIELD_BYTES_MAX));
	if (!copy.p)
		return dd_fail_nomem(err);
	(*p)[(*n)++] = copy;
	return DD_OK;
}

void dd_store_list_done(struct dd_store_list *l)
{
	dd_vec_done(&l->images);
}

static int by_name(const void *a, const void *b)
{
	const struct dd_store_image *x = a, *y = b;
	int order = dd_str_cmp(x->space, y->space);
	if (order == 0 && !x->n_names != !y->n_names)
		order = x->n_names ? -1 : 1;
	if (order == 0 && x->n_names)
		order = dd_str_cmp(x->names[0], y->names[0]);
	return order ? order : memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
}

enum dd_code dd_store_list_end(struct dd_store_list *l, struct dd_store_images *ret, struct dd_err *err)
{
	size_t n = l->images.n;
	struct dd_store_image *p = dd_arena_array(l->a, n, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		p[i] = l->images.p[i];
		dd_store_sort_texts(p[i].names, p[i].n_names);
	}
	if (n > 1)
		qsort(p, n, sizeof *p, by_name);
	*ret = (struct dd_store_images){ p, n };
	return DD_OK;
}

/* ---- both kinds ---- */

static enum dd_code tell(const struct dd_store_place *place, enum dd_code code, struct dd_err *why, struct dd_err *err)
{
	if (code == DD_OK)
		return DD_OK;
	(void)dd_wrap(why, "%s at %s", dd_store_kind_name(place->kind), DD_QUOTE(dd_str_from(place->root)));
	dd_err_copy(err, why);
	return code;
}

/* Names and ids only. */
static enum dd_code list(const struct dd_store_place *place, struct dd_arena *a, struct dd_store_images *ret,
			 struct dd_err *err)
{
	struct dd_store_list l = { .a = a };
	enum dd_code code = place->kind == DD_STORE_CONTAINERD ? dd_containerd_list(place, &l, err)
							       : dd_storage_list(place, &l, err);
	if (code == DD_OK)
		code = dd_store_list_end(&l, ret, err);
	dd_store_list_done(&l);
	return code;
}

enum dd_code dd_store_images(const struct dd_store_place *place, struct dd_arena *a, struct dd_store_images *ret,
			     struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	struct dd_store_images all;
	enum dd_code code = list(place, a, &all, &why);
	if (code == DD_OK)
		code = place->kind == DD_STORE_CONTAINERD ? dd_containerd_look(place, &all, a, &why)
							  : dd_storage_look(place, &all, a, &why);
	DD_TRY(tell(place, code, &why, err));
	*ret = all;
	return DD_OK;
}

/* ---- names ---- */

static bool is_hex(struct dd_str s)
{
	if (s.n < ID_DIGITS_MIN || s.n > ID_DIGITS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

enum dd_code dd_store_want(struct dd_str text, struct dd_arena *a, struct dd_store_wanted *ret, struct dd_err *err)
{
	struct dd_store_wanted w = { .text = text };
	struct dd_str hex = dd_str_starts(text, DD_STR("sha256:")) ? dd_str_skip(text, 7) : text;
	struct dd_reference r;
	if (is_hex(hex))
		w.hex = hex;
	if (text.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the image's name is empty");
	if (!dd_reference_looks_like(text)) {
		*ret = w;
		return DD_OK;
	}
	DD_TRY(dd_reference_parse(text, a, &r, err));
	w.reference = dd_reference_text(&r, a);
	w.local =
		dd_arena_printf(a, "localhost/%.*s%s", DD_FMT(text),
				dd_str_find(text, ':') == text.n && dd_str_find(text, '@') == text.n ? ":latest" : "");
	if (r.digest.n) {
		w.name = dd_arena_printf(a, "%.*s/%.*s", DD_FMT(r.registry), DD_FMT(r.repository));
		DD_TRY(dd_digest_parse(r.digest, &w.digest, err));
	}
	if (!w.reference.p || !w.local.p || (r.digest.n && !w.name.p))
		return dd_fail_nomem(err);
	*ret = w;
	return DD_OK;
}

/* Is text a name of the repository w->name, whatever its tag? */
static bool same_repository(struct dd_str text, const struct dd_store_wanted *w)
{
	return dd_str_starts(text, w->name) &&
	       (text.n == w->name.n || text.p[w->name.n] == ':' || text.p[w->name.n] == '@');
}

static bool has_id(const struct dd_digest *d, struct dd_str hex)
{
	char text[DD_DIGEST_TEXT_MAX];
	const char *digits = strchr(dd_digest_text(d, text), ':') + 1;
	return hex.n && d->algorithm == DD_SHA256 && dd_str_starts(dd_str_from(digits), hex);
}

bool dd_store_is_wanted(const struct dd_store_image *image, const struct dd_store_wanted *w)
{
	bool digest = image->has_manifest && w->name.n && dd_digest_eq(&image->manifest, &w->digest);
	for (size_t i = 0; i < image->n_names; i++) {
		struct dd_str name = image->names[i];
		if (dd_str_eq(name, w->text) || (w->reference.n && dd_str_eq(name, w->reference)) ||
		    (w->local.n && dd_str_eq(name, w->local)) || (digest && same_repository(name, w)))
			return true;
		/* Kubernetes: the digest of the configuration is one more name. */
		if (w->hex.n && dd_str_starts(name, DD_STR("sha256:")) && dd_str_starts(dd_str_skip(name, 7), w->hex))
			return true;
	}
	return has_id(&image->id, w->hex) || (image->has_manifest && has_id(&image->manifest, w->hex));
}

/* Of several namespaces: the one that nerdctl and ctr are told, then the common ones. */
static int rank_of(struct dd_str space, const char *preferred)
{
	static const char *const known[] = { "default", "k8s.io", "moby" };
	if (preferred && dd_str_eq_c(space, preferred))
		return -1;
	for (size_t i = 0; i < DD_COUNT(known); i++)
		if (dd_str_eq_c(space, known[i]))
			return (int)i;
	return DD_COUNT(known);
}

/* The name in full of the image by which it was found; its first one for an id. */
static struct dd_str found_name(const struct dd_store_image *image, const struct dd_store_wanted *w)
{
	for (size_t i = 0; i < image->n_names; i++)
		if (dd_str_eq(image->names[i], w->text) || dd_str_eq(image->names[i], w->reference) ||
		    dd_str_eq(image->names[i], w->local))
			return image->names[i];
	return image->n_names ? image->names[0] : w->text;
}

struct looking {
	const struct dd_store_places *places;
	unsigned kinds;
	struct dd_arena *a;
	struct dd_str name;
	struct dd_err first; /* why a store could not be asked */
	enum dd_code first_code;
	struct dd_buf asked;
};

/* NAMESPACE/NAME, when NAME alone is nothing. */
static bool in_namespace(const struct dd_store_image *image, struct dd_str text, struct dd_str *ret_rest)
{
	size_t n = image->space.n;
	if (n == 0 || text.n <= n + 1 || text.p[n] != '/' || !dd_str_starts(text, image->space))
		return false;
	*ret_rest = dd_str_skip(text, n + 1);
	return true;
}

static enum dd_code choose(const struct looking *l, const struct dd_store_images *all, bool by_space,
			   struct dd_store_found *ret, bool *ret_found, struct dd_err *err)
{
	int best = 0;
	struct dd_store_wanted w;
	*ret_found = false;
	if (!by_space)
		DD_TRY(dd_store_want(l->name, l->a, &w, err));
	for (size_t i = 0; i < all->n; i++) {
		struct dd_str rest;
		const struct dd_store_image *image = &all->p[i];
		if (by_space) {
			if (!in_namespace(image, l->name, &rest))
				continue;
			DD_TRY(dd_store_want(rest, l->a, &w, err));
		}
		int rank = rank_of(image->space, l->places->space);
		if (!dd_store_is_wanted(image, &w) || (*ret_found && rank >= best))
			continue;
		ret->image = *image;
		ret->name = found_name(image, &w);
		best = rank;
		*ret_found = true;
	}
	return DD_OK;
}

static enum dd_code look_in(struct looking *l, const struct dd_store_place *place, struct dd_store_found *ret,
			    bool *ret_found, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	struct dd_store_images all;
	enum dd_code code = tell(place, list(place, l->a, &all, &why), &why, err);
	if (code == DD_ENOTFOUND)
		return DD_OK;
	DD_TRY(code);
	DD_TRY(choose(l, &all, false, ret, ret_found, err));
	if (!*ret_found)
		DD_TRY(choose(l, &all, true, ret, ret_found, err));
	ret->place = *place;
	(void)dd_buf_addf(&l->asked, "%s%s at ", l->asked.n ? ", " : "", dd_store_kind_name(place->kind));
	(void)dd_buf_add_escaped(&l->asked, dd_str_from(place->root));
	return DD_OK;
}

static enum dd_code none_has(const struct looking *l, struct dd_err *err)
{
	if (l->first_code != DD_OK) {
		dd_err_copy(err, &l->first);
		return l->first_code;
	}
	if (l->asked.n)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no store has an image %s (looked at: %.*s)",
			       DD_QUOTE(l->name), DD_FMT(dd_buf_str(&l->asked)));
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "there is no image store of %s here that may be read (sudo?)",
		       l->kinds == DD_STORES_CONTAINERD	  ? "containerd"
		       : l->kinds == DD_STORES_CONTAINERS ? "podman, buildah or CRI-O"
							  : "containerd, podman, buildah or CRI-O");
}

static enum dd_code look(struct looking *l, struct dd_store_found *ret, struct dd_err *err)
{
	for (size_t i = 0; i < l->places->n; i++) {
		const struct dd_store_place *place = &l->places->at[i];
		struct dd_err why = { .at = DD_NO_OFFSET };
		struct dd_store_found f = { 0 };
		bool found = false;
		if (!(l->kinds & (place->kind == DD_STORE_CONTAINERD ? DD_STORES_CONTAINERD : DD_STORES_CONTAINERS)))
			continue;
		enum dd_code code = look_in(l, place, &f, &found, &why);
		if (code == DD_EARG || code == DD_ENOMEM) {
			dd_err_copy(err, &why);
			return code;
		}
		if (code != DD_OK && l->first_code == DD_OK) {
			l->first_code = code;
			l->first = why;
		}
		if (found) {
			*ret = f;
			return DD_OK;
		}
	}
	return none_has(l, err);
}

enum dd_code dd_stores_with_image(const struct dd_store_places *places, unsigned kinds, struct dd_str name,
				  struct dd_arena *a, struct dd_store_found *ret, struct dd_err *err)
{
	struct looking l = { .places = places, .kinds = kinds, .a = a, .name = name, .asked = DD_BUF_INIT(256) };
	enum dd_code code = look(&l, ret, err);
	dd_buf_done(&l.asked);
	return code;
}
