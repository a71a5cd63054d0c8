/* SPDX-License-Identifier: Apache-2.0 */
/* Where stores lie.
 *
 * containerd   config.toml has root and state (defaults /var/lib/containerd and /run/containerd); distributions of
 *              Kubernetes start a containerd of their own with other ones. A root is told by its meta.db.
 * storage      storage.conf, TOML (containers-storage.conf(5)): [storage] driver, graphroot, runroot,
 *              rootless_storage_path with $HOME, $UID, $USER; [storage.options] additionalimagestores. A root is told
 * by <driver>-images/images.json. */
#include "image/stores.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/toml.h"

#define CONF_BYTES_MAX	(1 * DD_MIB)
#define CONTAINERD_META "io.containerd.metadata.v1.bolt/meta.db"

/* Of containerd; "~" is the home directory. */
static const struct {
	const char *root, *run;
} containerds[] = {
	{ "/var/lib/containerd", "/run/containerd" },
	{ "/var/lib/rancher/k3s/agent/containerd", "/run/k3s/containerd" },
	{ "/var/lib/rancher/rke2/agent/containerd", "/run/k3s/containerd" },
	{ "/var/lib/k0s/containerd", "/run/k0s/containerd" },
	{ "/var/snap/microk8s/common/var/lib/containerd", "/var/snap/microk8s/common/run/containerd" },
	{ "/var/lib/docker/containerd/daemon", "/run/docker/containerd/daemon" },
	{ "~/.local/share/containerd", NULL },
};

struct finding {
	const struct dd_store_search *s;
	struct dd_arena *a;
	struct dd_store_places places;
	bool no_memory;
};

const char *dd_store_kind_name(enum dd_store_kind kind)
{
	return kind == DD_STORE_CONTAINERD ? "containerd" : "storage";
}

static const char *variable(const struct finding *f, const char *name)
{
	const char *value = f->s->get(name);
	return value && value[0] ? value : NULL;
}

static const char *front(const struct finding *f)
{
	return f->s->root ? f->s->root : "";
}

/* NULL: memory is out, and f knows. */
static const char *join(struct finding *f, const char *one, const char *two)
{
	const char *path = dd_arena_printf(f->a, "%s%s", one, two).p;
	f->no_memory |= !path;
	return path;
}

/* Does the file exist? A directory that may not be searched could hold it: its reader is then told that. */
static bool exists(const struct finding *f, const char *path)
{
	int need = f->s->readable ? R_OK : F_OK;
	return faccessat(AT_FDCWD, path, need, AT_EACCESS) == 0 || (errno == EACCES && !f->s->readable);
}

static void add(struct finding *f, enum dd_store_kind kind, const char *root, const char *run)
{
	for (size_t i = 0; i < f->places.n; i++)
		if (f->places.at[i].kind == kind && strcmp(f->places.at[i].root, root) == 0)
			return;
	if (f->places.n < DD_STORE_PLACES_MAX)
		f->places.at[f->places.n++] = (struct dd_store_place){ kind, root, run };
}

/* The document of a TOML file; *ret NULL: there is no such file. */
static enum dd_code read_conf(struct finding *f, const char *path, const struct dd_node **ret, struct dd_err *err)
{
	struct dd_map_file m = { 0 };
	struct dd_err why;
	struct dd_str text = { NULL, 0 };
	enum dd_code code = dd_map_file_open(&m, path, CONF_BYTES_MAX, &why);
	*ret = NULL;
	if (code == DD_ENOTFOUND)
		return DD_OK;
	if (code == DD_OK) {
		text = dd_arena_str(f->a, m.bytes); /* the tree has views into it */
		code = text.p ? dd_toml_parse(text, f->a, ret, &why) : dd_fail_nomem(&why);
	}
	dd_map_file_done(&m);
	if (code == DD_OK)
		return DD_OK;
	dd_err_copy(err, &why);
	return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
}

/* ---- containerd ---- */

static void add_containerd(struct finding *f, const char *root, const char *run)
{
	const char *meta = join(f, root, "/" CONTAINERD_META);
	if (meta && exists(f, meta))
		add(f, DD_STORE_CONTAINERD, root, run);
}

/* A broken config.toml does not hide the usual places. */
static void configured_containerd(struct finding *f)
{
	const struct dd_node *doc = NULL;
	const char *path = join(f, front(f), "/etc/containerd/config.toml");
	if (!path || read_conf(f, path, &doc, NULL) != DD_OK)
		return;
	struct dd_str root = dd_node_str(doc, "root"), run = dd_node_str(doc, "state");
	if (root.n)
		add_containerd(f, join(f, front(f), dd_arena_c(f->a, root)),
			       run.n ? dd_arena_c(f->a, run) : "/run/containerd");
}

static void find_containerd(struct finding *f)
{
	const char *own = variable(f, "DRYDOCK_CONTAINERD_ROOT"), *home = variable(f, "HOME");
	if (own) {
		add(f, DD_STORE_CONTAINERD, own, variable(f, "DRYDOCK_CONTAINERD_STATE"));
		return;
	}
	configured_containerd(f);
	for (size_t i = 0; i < DD_COUNT(containerds) && !f->no_memory; i++) {
		const char *root = containerds[i].root, *run = containerds[i].run, *path = NULL;
		if (root[0] != '~')
			path = join(f, front(f), root);
		else if (home)
			path = join(f, home, root + 1);
		if (path)
			add_containerd(f, path, run ? join(f, front(f), run) : NULL);
	}
}

/* ---- containers-storage ---- */

/* $HOME, $USER and $UID of rootless_storage_path and graphroot. */
static const char *expand(struct finding *f, struct dd_str path)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_PATH_MAX);
	static const char *const names[] = { "HOME", "USER", "UID" };
	while (path.n) {
		size_t used = 0;
		for (size_t i = 0; path.p[0] == '$' && i < DD_COUNT(names) && !used; i++)
			if (dd_str_starts(dd_str_skip(path, 1), dd_str_from(names[i]))) {
				const char *value = f->s->get(names[i]);
				used = 1 + strlen(names[i]);
				if (strcmp(names[i], "UID") == 0)
					(void)dd_buf_addf(&out, "%u", (unsigned)geteuid());
				else
					(void)dd_buf_add_c(&out, value ? value : "");
			}
		if (!used)
			(void)dd_buf_add_char(&out, path.p[0]);
		path = dd_str_skip(path, used ? used : 1);
	}
	const char *whole = out.failed ? NULL : dd_arena_c(f->a, dd_buf_str(&out));
	f->no_memory |= !whole;
	return whole;
}

struct conf {
	struct dd_str graphroot, runroot, rootless;
	const struct dd_node *more; /* additionalimagestores */
};

static bool take_conf(struct finding *f, const char *path, struct conf *c, enum dd_code *ret_code, struct dd_err *err)
{
	const struct dd_node *doc = NULL;
	*ret_code = path ? read_conf(f, path, &doc, err) : DD_OK;
	if (!doc)
		return false;
	const struct dd_node *storage = dd_node_table(doc, "storage");
	*c = (struct conf){ dd_node_str(storage, "graphroot"), dd_node_str(storage, "runroot"),
			    dd_node_str(storage, "rootless_storage_path"),
			    dd_node_array(dd_node_table(storage, "options"), "additionalimagestores") };
	return true;
}

/* The first storage.conf there is, in the order of containers-storage.conf(5). *ret_own: it is the user's own, or one
 * named by the environment: its graphroot counts for a user that is not root, too. */
static enum dd_code find_conf(struct finding *f, struct conf *c, bool *ret_own, struct dd_err *err)
{
	const char *named = variable(f, "CONTAINERS_STORAGE_CONF"), *config = variable(f, "XDG_CONFIG_HOME"),
		   *home = variable(f, "HOME");
	enum dd_code code;
	*ret_own = true;
	if (named) {
		(void)take_conf(f, named, c, &code, err);
		return code;
	}
	if (geteuid() != 0) {
		const char *path = config ? join(f, config, "/containers/storage.conf")
				   : home ? join(f, home, "/.config/containers/storage.conf")
					  : NULL;
		if (take_conf(f, path, c, &code, NULL))
			return DD_OK;
	}
	*ret_own = geteuid() == 0;
	if (!take_conf(f, join(f, front(f), "/etc/containers/storage.conf"), c, &code, NULL))
		(void)take_conf(f, join(f, front(f), "/usr/share/containers/storage.conf"), c, &code, NULL);
	return DD_OK;
}

static const char *default_root(struct finding *f)
{
	const char *data = variable(f, "XDG_DATA_HOME"), *home = variable(f, "HOME");
	if (geteuid() == 0)
		return join(f, front(f), "/var/lib/containers/storage");
	if (data)
		return join(f, data, "/containers/storage");
	return home ? join(f, home, "/.local/share/containers/storage") : NULL;
}

static const char *default_run(struct finding *f)
{
	const char *runtime = variable(f, "XDG_RUNTIME_DIR");
	if (geteuid() == 0)
		return join(f, front(f), "/run/containers/storage");
	return runtime ? join(f, runtime, "/containers") : NULL;
}

static void add_storage(struct finding *f, const char *root, const char *run)
{
	static const char *const drivers[] = { "overlay", "vfs", "btrfs" };
	for (size_t i = 0; root && i < DD_COUNT(drivers); i++) {
		const char *path = dd_arena_printf(f->a, "%s/%s-images/images.json", root, drivers[i]).p;
		f->no_memory |= !path;
		if (path && exists(f, path)) {
			add(f, DD_STORE_CONTAINERS, root, run);
			return;
		}
	}
}

static enum dd_code find_storage(struct finding *f, struct dd_err *err)
{
	struct conf c = { 0 };
	bool own;
	DD_TRY(find_conf(f, &c, &own, err));
	const char *root = NULL, *run = c.runroot.n && own ? expand(f, c.runroot) : default_run(f);
	if (!own && c.rootless.n)
		root = expand(f, c.rootless);
	else if (own && c.graphroot.n)
		root = expand(f, c.graphroot);
	add_storage(f, root ? root : default_root(f), run);
	for (const struct dd_node *n = dd_node_first(c.more); n; n = n->next)
		if (dd_node_text(n).n)
			add_storage(f, expand(f, dd_node_text(n)), NULL);
	return DD_OK;
}

enum dd_code dd_stores_find(const struct dd_store_search *s, struct dd_arena *a, struct dd_store_places *ret,
			    struct dd_err *err)
{
	struct finding f = { .s = s, .a = a };
	if (s->containerd)
		find_containerd(&f);
	if (s->storage)
		DD_TRY(find_storage(&f, err));
	if (f.no_memory)
		return dd_fail_nomem(err);
	f.places.space = variable(&f, "CONTAINERD_NAMESPACE");
	*ret = f.places;
	return DD_OK;
}
