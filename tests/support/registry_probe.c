/* SPDX-License-Identifier: Apache-2.0 */
/* registry-probe [--OPTION VALUE]… COMMAND ARGUMENT…: the registry client by itself, for tests against real registries
 * and faulty ones. Answers on standard output; notices as "notice KIND: …" and the error as "error CODE: …" on standard
 * error. Exit code 1 for an error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "net/registry/pull.h"
#include "net/registry/push.h"

enum { LIST_MAX = 8 };

struct probe {
	struct dd_registry_options o;
	const char *mirrors[LIST_MAX], *insecure[LIST_MAX], *realms[LIST_MAX];
	struct dd_registry_session *session;
	struct dd_registry *r;
	struct dd_arena arena;
	struct dd_reference ref;
	char **argv; /* behind the reference */
	int argc;
};

static struct dd_str arg(const struct probe *p, int i)
{
	return dd_str_from(i < p->argc ? p->argv[i] : "");
}

static uint64_t number(struct dd_str s)
{
	uint64_t n = 0;
	(void)dd_str_u64(s, UINT64_MAX, &n);
	return n;
}

static enum dd_code digest_arg(const struct probe *p, int i, struct dd_digest *ret, struct dd_err *err)
{
	return dd_digest_parse(arg(p, i), ret, err);
}

static const char *shown(const struct dd_digest *d)
{
	static char text[DD_DIGEST_TEXT_MAX];
	return dd_digest_text(d, text);
}

static enum dd_code parse(struct probe *p, struct dd_err *err)
{
	struct dd_str full = dd_reference_text(&p->ref, &p->arena),
		      familiar = dd_reference_familiar(&p->ref, &p->arena);
	(void)err;
	(void)printf("%.*s %.*s\n", DD_FMT(full), DD_FMT(familiar));
	return DD_OK;
}

static enum dd_code manifest(struct probe *p, struct dd_err *err)
{
	struct dd_registry_manifest m;
	DD_TRY(dd_registry_manifest(p->r, &p->ref, &p->arena, &m, err));
	(void)printf("%s %.*s\n", shown(&m.digest), DD_FMT(m.media_type));
	(void)fwrite(m.bytes.p, 1, m.bytes.n, stdout);
	return DD_OK;
}

enum { PARALLEL = 16 };
struct parallel {
	struct dd_registry_session *session;
	const struct dd_reference *ref;
	enum dd_code codes[PARALLEL];
	struct dd_err errors[PARALLEL];
};

static void one_of_many(void *ctx, size_t i)
{
	struct parallel *all = ctx;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT((size_t)16 * DD_MIB);
	struct dd_registry *r DD_CLEANUP(dd_registry_freep) = NULL;
	struct dd_registry_manifest m;
	all->codes[i] = dd_registry_new(all->session, &r, &all->errors[i]);
	if (all->codes[i] == DD_OK)
		all->codes[i] = dd_registry_manifest(r, all->ref, &a, &m, &all->errors[i]);
}

/* The manifest in many threads at once. */
static enum dd_code parallel(struct probe *p, struct dd_err *err)
{
	struct parallel all = { .session = p->session, .ref = &p->ref };
	dd_pool_run(PARALLEL, PARALLEL / 2, one_of_many, &all);
	for (size_t i = 0; i < PARALLEL; i++)
		if (all.codes[i] != DD_OK) {
			*err = all.errors[i];
			return all.codes[i];
		}
	(void)printf("%d\n", PARALLEL);
	return DD_OK;
}

static enum dd_code head(struct probe *p, struct dd_err *err)
{
	struct dd_registry_head h;
	DD_TRY(dd_registry_head(p->r, &p->ref, &p->arena, &h, err));
	(void)printf("%s %.*s %lld\n", h.has_digest ? shown(&h.digest) : "-", DD_FMT(h.media_type), (long long)h.size);
	return DD_OK;
}

static enum dd_code print(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	uint64_t *left = ctx;
	if (left && bytes.n >= *left)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the sink is full");
	if (left)
		*left -= bytes.n;
	return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n ? DD_OK : dd_fail_errno(err, "standard output");
}

/* DIGEST SIZE [OFFSET [SINK-BYTES]] */
static enum dd_code blob(struct probe *p, struct dd_err *err)
{
	struct dd_digest d;
	uint64_t room = number(arg(p, 3));
	DD_TRY(digest_arg(p, 0, &d, err));
	return dd_registry_blob(p->r, &p->ref, &d, number(arg(p, 1)), number(arg(p, 2)), print, room ? &room : NULL,
				err);
}

static enum dd_code small(struct probe *p, struct dd_err *err)
{
	struct dd_digest d;
	struct dd_str bytes;
	DD_TRY(digest_arg(p, 0, &d, err));
	DD_TRY(dd_registry_blob_bytes(p->r, &p->ref, &d, number(arg(p, 1)), DD_CONFIG_BYTES_MAX, &p->arena, &bytes,
				      err));
	return print(NULL, bytes, err);
}

static enum dd_code ping(struct probe *p, struct dd_err *err)
{
	bool checked;
	DD_TRY(dd_registry_ping(p->r, arg(p, -1), arg(p, 0), arg(p, 1), &checked, err));
	(void)printf("%s\n", checked ? "checked" : "open");
	return DD_OK;
}

static enum dd_code tags(struct probe *p, struct dd_err *err)
{
	struct dd_registry_tags t;
	DD_TRY(dd_registry_tags(p->r, &p->ref, &p->arena, &t, err));
	for (size_t i = 0; i < t.n; i++)
		(void)printf("%.*s\n", DD_FMT(t.p[i]));
	(void)printf("%zu%s odd %zu\n", t.n, t.incomplete ? " incomplete" : "", t.odd);
	return DD_OK;
}

/* DIGEST [ARTIFACT-TYPE] */
static enum dd_code referrers(struct probe *p, struct dd_err *err)
{
	struct dd_registry_referrers list;
	struct dd_digest d;
	DD_TRY(digest_arg(p, 0, &d, err));
	DD_TRY(dd_registry_referrers(p->r, &p->ref, &d, arg(p, 1), &p->arena, &list, err));
	for (size_t i = 0; i < list.n; i++) {
		const struct dd_registry_descriptor *e = &list.p[i];
		(void)printf("%s %llu %.*s %.*s", shown(&e->digest), (unsigned long long)e->size, DD_FMT(e->media_type),
			     DD_FMT(e->artifact_type));
		for (size_t k = 0; k < e->n_annotations; k++)
			(void)printf(" %.*s=%.*s", DD_FMT(e->annotations[k].key), DD_FMT(e->annotations[k].value));
		(void)printf("\n");
	}
	(void)printf("%zu%s%s odd %zu\n", list.n, list.fallback ? " fallback" : "",
		     list.incomplete ? " incomplete" : "", list.odd);
	return DD_OK;
}

static enum dd_code exists(struct probe *p, struct dd_err *err)
{
	struct dd_digest d;
	bool there;
	DD_TRY(digest_arg(p, 0, &d, err));
	DD_TRY(dd_registry_blob_exists(p->r, &p->ref, &d, &there, err));
	(void)printf("%s\n", there ? "there" : "missing");
	return DD_OK;
}

/* DIGEST REPOSITORY */
static enum dd_code mount(struct probe *p, struct dd_err *err)
{
	struct dd_digest d;
	bool mounted;
	DD_TRY(digest_arg(p, 0, &d, err));
	DD_TRY(dd_registry_blob_mount(p->r, &p->ref, &d, arg(p, 1), &mounted, err));
	(void)printf("%s\n", mounted ? "mounted" : "refused");
	return DD_OK;
}

static enum dd_code read_file(void *ctx, uint64_t offset, char *to, size_t n, size_t *ret_n, struct dd_err *err)
{
	const struct dd_map_file *f = ctx;
	struct dd_str rest = dd_str_take(dd_str_skip(f->bytes, (size_t)offset), n);
	if (rest.n == 0)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "asked for more than there is");
	memcpy(to, rest.p, rest.n);
	*ret_n = rest.n;
	return DD_OK;
}

/* FILE [CHUNK-BYTES] */
static enum dd_code push_blob(struct probe *p, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_registry_source source = { .read = read_file, .ctx = &file };
	struct dd_digest d;
	DD_TRY(dd_map_file_open(&file, arg(p, 0).p, DD_GIB, err));
	DD_TRY(dd_digest_of(DD_SHA256, file.bytes, &d, err));
	source.size = file.bytes.n;
	DD_TRY(dd_registry_blob_push(p->r, &p->ref, &d, &source, number(arg(p, 1)), err));
	(void)printf("%s\n", shown(&d));
	return DD_OK;
}

/* FILE MEDIA-TYPE */
static enum dd_code push_manifest(struct probe *p, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_registry_pushed pushed;
	DD_TRY(dd_map_file_open(&file, arg(p, 0).p, DD_GIB, err));
	DD_TRY(dd_registry_manifest_push(p->r, &p->ref, arg(p, 1), file.bytes, &pushed, err));
	(void)printf("%s%s%s\n", shown(&pushed.digest), pushed.subject_listed ? " listed" : "",
		     pushed.fallback ? " fallback" : "");
	return DD_OK;
}

static const struct command {
	const char *name;
	bool bare; /* its first argument is no reference */
	enum dd_code (*run)(struct probe *p, struct dd_err *err);
} commands[] = {
	{ "parallel", false, parallel },
	{ "parse", false, parse },
	{ "manifest", false, manifest },
	{ "head", false, head },
	{ "blob", false, blob },
	{ "small", false, small },
	{ "ping", true, ping },
	{ "tags", false, tags },
	{ "referrers", false, referrers },
	{ "exists", false, exists },
	{ "mount", false, mount },
	{ "push-blob", false, push_blob },
	{ "push-manifest", false, push_manifest },
};

static void notice(void *ctx, enum dd_registry_notice kind, const char *text)
{
	static const char *const kinds[] = { "rate", "mirror", "retry", "credentials", "insecure" };
	(void)ctx;
	(void)fprintf(stderr, "notice %s: %s\n", kinds[kind], text);
}

static void option(struct probe *p, const char *name, const char *value)
{
	struct dd_str text = dd_str_from(value);
	struct dd_registry_options *o = &p->o;
	if (strcmp(name, "--mirror") == 0 && o->n_mirrors < LIST_MAX)
		p->mirrors[o->n_mirrors++] = value;
	if (strcmp(name, "--insecure") == 0 && o->n_insecure < LIST_MAX)
		p->insecure[o->n_insecure++] = value;
	if (strcmp(name, "--realm") == 0 && o->n_realms < LIST_MAX)
		p->realms[o->n_realms++] = value;
	if (strcmp(name, "--ca") == 0)
		o->ca_file = value;
	if (strcmp(name, "--conf") == 0)
		o->registries_conf = value;
	if (strcmp(name, "--retries") == 0)
		o->retries = number(text) ? (unsigned)number(text) : DD_REGISTRY_NO_RETRIES;
	if (strcmp(name, "--wait") == 0)
		o->retry_wait_ms = (unsigned)number(text);
	if (strcmp(name, "--stall") == 0)
		o->stall_s = (unsigned)number(text);
	if (strcmp(name, "--document") == 0)
		o->document_s = (unsigned)number(text);
	if (strcmp(name, "--offline") == 0)
		o->offline = true;
}

static enum dd_code run(struct probe *p, const struct command *c, const char *first, const struct dd_net *net,
			struct dd_err *err)
{
	const char *const *certs = (const char *[]){ getenv("PROBE_CERTS"), NULL };
	if (!c->bare)
		DD_TRY(dd_reference_parse(dd_str_from(first), &p->arena, &p->ref, err));
	p->o.certs_dirs = certs[0] ? certs : NULL;
	p->o.mirrors = p->mirrors;
	p->o.insecure = p->insecure;
	p->o.realms = p->realms;
	p->o.notice = notice;
	DD_TRY(dd_registry_session_new(net, &p->o, &p->session, err));
	DD_TRY(dd_registry_new(p->session, &p->r, err));
	return c->run(p, err);
}

int main(int argc, char **argv)
{
	static const char *const codes[] = { "ok",  "parse",	"limit",       "io",	 "nomem",
					     "arg", "notfound", "unsupported", "digest", "net" };
	struct probe p = { .arena = DD_ARENA_INIT((size_t)64 * DD_MIB) };
	struct dd_net *net = NULL;
	struct dd_err err = { .at = DD_NO_OFFSET };
	const struct command *c = NULL;
	int i = 1;
	for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2)
		option(&p, argv[i], argv[i + 1]);
	for (size_t k = 0; k < DD_COUNT(commands) && i + 1 < argc; k++)
		if (strcmp(argv[i], commands[k].name) == 0)
			c = &commands[k];
	if (!c)
		return 2;
	p.argv = argv + i + 2;
	p.argc = argc - i - 2;
	enum dd_code code = dd_net_open(&net, &err);
	if (code == DD_OK)
		code = run(&p, c, argv[i + 1], net, &err);
	if (code != DD_OK)
		(void)fprintf(stderr, "error %s: %s\n", codes[-code], err.message);
	(void)fflush(stdout);
	dd_registry_freep(&p.r);
	dd_registry_session_freep(&p.session);
	dd_net_closep(&net);
	dd_arena_done(&p.arena);
	return code == DD_OK ? 0 : 1;
}
