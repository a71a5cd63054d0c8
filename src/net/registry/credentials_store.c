/* SPDX-License-Identifier: Apache-2.0 */
/* Login and logout: docker's config.json, by way of the helper that it names. */
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/json_write.h"
#include "net/registry/credential_helper.h"
#include "net/registry/credentials_file.h"
#include "net/registry/credentials_parts.h"
#include "net/registry/reference.h"

static const json_t *docker_document(const struct dd_credentials *c)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (c->docker_path && strcmp(c->files[i].path, c->docker_path) == 0)
			return c->files[i].doc;
	return NULL;
}

/* A copy that may be changed. NULL: no memory. */
static json_t *copy_document(const struct dd_credentials *c)
{
	const json_t *there = docker_document(c);
	return there ? json_deep_copy(there) : json_object();
}

/* --- writing the file --- */

static int add_bytes(const char *bytes, size_t n, void *ctx)
{
	return dd_buf_add(ctx, bytes, n) == DD_OK ? 0 : -1;
}

static void free_text(char **p)
{
	free(*p);
}

static enum dd_code make_directory(const char *path, struct dd_err *err)
{
	struct dd_buf dir DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_str whole = dd_str_from(path);
	(void)dd_buf_add_str(&dir, dd_str_take(whole, dd_str_rfind(whole, '/')));
	return dd_buf_c(&dir) ? dd_mkdirs(dd_buf_c(&dir), err) : dd_fail_nomem(err);
}

static enum dd_code write_document(const char *path, const json_t *doc, struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_CREDENTIALS_FILE_BYTES_MAX);
	struct dd_atomic_file file DD_CLEANUP(dd_atomic_done) = { .fd = -1 };
	/* Where it is a link (people keep such files elsewhere), what it points to is replaced. */
	char *real DD_CLEANUP(free_text) = realpath(path, NULL);
	if (json_dump_callback(doc, add_bytes, &out, JSON_INDENT(8)) != 0)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s would be too large", DD_QUOTE(dd_str_from(path)));
	(void)dd_buf_add_char(&out, '\n');
	DD_TRY(make_directory(path, err));
	DD_TRY(dd_atomic_open(&file, real ? real : path, 0600, err));
	enum dd_code code = dd_write_full(file.fd, out.p, out.n, err);
	if (out.p)
		explicit_bzero(out.p, out.n);
	DD_TRY(code);
	return dd_atomic_commit(&file, err);
}

/* --- by a helper --- */

static enum dd_code store_in_helper(const struct dd_credentials *c, struct dd_str helper, struct dd_str registry,
				    struct dd_str username, struct dd_str password, struct dd_err *err)
{
	struct dd_buf in DD_CLEANUP_BUF = DD_BUF_INIT((size_t)16 * DD_CREDENTIAL_BYTES_MAX);
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)4 * DD_CREDENTIAL_BYTES_MAX);
	struct dd_jsonw w = DD_JSONW(&in, 0);
	dd_jsonw_object(&w);
	dd_jsonw_member_text(&w, "ServerURL", dd_credentials_server(registry));
	dd_jsonw_member_text(&w, "Username", username);
	dd_jsonw_member_text(&w, "Secret", password);
	dd_jsonw_close(&w);
	enum dd_code code = dd_buf_check(&in, "credentials", err);
	if (code == DD_OK)
		code = dd_credential_helper_run(helper, "store", dd_buf_str(&in), c->stop, &out, err);
	if (in.p)
		explicit_bzero(in.p, in.n);
	return code;
}

/* --- the entries of auths --- */

static json_t *find_auths(json_t *doc, bool make)
{
	json_t *auths = json_object_get(doc, "auths");
	if (!json_is_object(auths) && make)
		return json_object_set_new(doc, "auths", json_object()) == 0 ? json_object_get(doc, "auths") : NULL;
	return json_is_object(auths) ? auths : NULL;
}

/* Takes every spelling of the registry as a whole out; namespaces below it stay. Gives how many, -1: no memory. */
static int remove_entries(json_t *auths, struct dd_str registry)
{
	int n = 0;
	for (bool again = true; again;) {
		again = false;
		for (void *it = dd_json_first(auths); it && !again; it = dd_json_next(auths, it)) {
			struct dd_str name = dd_json_name(it);
			struct dd_credentials_key k = dd_credentials_key(name);
			if (k.path.n || !dd_str_eq_nocase(k.host, registry))
				continue;
			if (json_object_del(auths, name.p) != 0) /* jansson's own key: it ends with a NUL */
				return -1;
			n++;
			again = true;
		}
	}
	return n;
}

static json_t *make_entry(struct dd_str username, struct dd_str password)
{
	struct dd_buf both DD_CLEANUP_BUF = DD_BUF_INIT((size_t)2 * DD_CREDENTIAL_BYTES_MAX + 2);
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT((size_t)4 * DD_CREDENTIAL_BYTES_MAX);
	json_t *entry = json_object();
	(void)dd_buf_addf(&both, "%.*s:%.*s", DD_FMT(username), DD_FMT(password));
	bool good = !both.failed && dd_base64_encode(dd_buf_str(&both), &text) == DD_OK &&
		    json_object_set_new(entry, "auth", json_stringn(text.p, text.n)) == 0;
	if (both.p)
		explicit_bzero(both.p, both.n);
	if (text.p)
		explicit_bzero(text.p, text.n);
	if (!good)
		dd_json_freep(&entry);
	return entry;
}

/* entry NULL: none, they are only taken out. */
static enum dd_code replace_entry(const struct dd_credentials *c, struct dd_str registry, json_t *entry,
				  int *ret_removed, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *mine = entry;
	DD_CLEANUP_JSON json_t *doc = copy_document(c);
	json_t *auths = doc ? find_auths(doc, entry != NULL) : NULL;
	struct dd_buf key DD_CLEANUP_BUF = DD_BUF_INIT(DD_REFERENCE_REGISTRY_MAX + 64);
	(void)dd_buf_add_str(&key, dd_credentials_server(registry));
	int removed = auths ? remove_entries(auths, registry) : 0;
	if (!doc || removed < 0 || (entry && !auths) || !dd_buf_c(&key))
		return dd_fail_nomem(err);
	*ret_removed = removed;
	if (!entry && removed == 0)
		return DD_OK;
	if (mine && json_object_set_new(auths, dd_buf_c(&key), DD_TAKE(mine)) != 0)
		return dd_fail_nomem(err);
	return write_document(c->docker_path, doc, err);
}

static enum dd_code check(const struct dd_credentials *c, struct dd_str registry, struct dd_err *err)
{
	if (!c->docker_path)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "there is no place for credentials: neither HOME nor DOCKER_CONFIG is set");
	if (!dd_reference_is_registry(registry))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no HOST or HOST:PORT", DD_QUOTE(registry));
	return DD_OK;
}

enum dd_code dd_credentials_store(const struct dd_credentials *c, struct dd_str registry, struct dd_str username,
				  struct dd_str password, bool *ret_plain, struct dd_err *err)
{
	int removed = 0;
	DD_TRY(check(c, registry, err));
	if (username.n == 0 || password.n == 0 || username.n > DD_CREDENTIAL_BYTES_MAX ||
	    password.n > DD_CREDENTIAL_BYTES_MAX || memchr(username.p, '\0', username.n) ||
	    memchr(password.p, '\0', password.n) || dd_str_find(username, ':') < username.n ||
	    !dd_str_valid_utf8(username) || !dd_str_valid_utf8(password))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "a user name and a password are not empty, are UTF-8, and the name has no ':'");
	struct dd_str helper = dd_credentials_file_helper(docker_document(c), registry, DD_STR(""));
	*ret_plain = helper.n == 0;
	if (helper.n)
		DD_TRY(store_in_helper(c, helper, registry, username, password, err));
	/* With a helper docker keeps an empty entry; an old plain one must not outlive it. */
	json_t *entry = helper.n ? json_object() : make_entry(username, password);
	return entry ? replace_entry(c, registry, entry, &removed, err) : dd_fail_nomem(err);
}

enum dd_code dd_credentials_erase(const struct dd_credentials *c, struct dd_str registry, bool *ret_erased,
				  struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)4 * DD_CREDENTIAL_BYTES_MAX);
	struct dd_err why;
	int removed = 0;
	DD_TRY(check(c, registry, err));
	struct dd_str helper = dd_credentials_file_helper(docker_document(c), registry, DD_STR(""));
	enum dd_code by_helper = DD_ENOTFOUND;
	if (helper.n)
		by_helper =
			dd_credential_helper_run(helper, "erase", dd_credentials_server(registry), c->stop, &out, &why);
	DD_TRY(replace_entry(c, registry, NULL, &removed, err));
	if (by_helper != DD_OK && by_helper != DD_ENOTFOUND) {
		dd_err_copy(err, &why);
		return by_helper;
	}
	*ret_erased = removed > 0 || by_helper == DD_OK;
	return DD_OK;
}
