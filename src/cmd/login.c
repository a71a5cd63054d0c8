/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock login`: checks credentials against a registry, then keeps them where docker does. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/broker.h"
#include "cmd/cmd.h"
#include "cmd/password.h"
#include "net/registry/credentials_file.h"
#include "net/registry/pull.h"

struct login_options {
	struct dd_shared_options shared;
	const char *username;
	bool password_stdin;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_TEXT, "username", 'u', "NAME", "log in as NAME; asked for when it is left out",
	  offsetof(struct login_options, username) },
	{ DD_OPT_FLAG, "password-stdin", 0, NULL, "read the password from standard input instead of asking for it",
	  offsetof(struct login_options, password_stdin) },
	{ DD_OPT_END },
};

static void release(void *options)
{
	struct login_options *o = options;
	dd_shared_options_done(&o->shared);
}

static enum dd_code ping(const struct login_options *o, struct dd_registry_session *s, struct dd_str registry,
			 struct dd_str username, struct dd_str password, struct dd_err *err)
{
	struct dd_registry *r DD_CLEANUP(dd_registry_freep) = NULL;
	bool checked = false;
	DD_TRY(dd_registry_new(s, &r, err));
	DD_TRY(dd_registry_ping(r, registry, username, password, &checked, err));
	if (!checked && !o->shared.quiet)
		dd_cmd_warn("%.*s asks for no credentials: these could not be checked", DD_FMT(registry));
	return DD_OK;
}

static enum dd_code check(const struct login_options *o, struct dd_str registry, struct dd_str username,
			  struct dd_str password, struct dd_err *err)
{
	struct dd_registry_options options;
	struct dd_net *net DD_CLEANUP(dd_net_closep) = NULL;
	struct dd_registry_session *s DD_CLEANUP(dd_registry_session_freep) = NULL;
	dd_broker_registry_options(&o->shared, &options);
	DD_TRY(dd_net_open(&net, err));
	DD_TRY(dd_registry_session_new(net, &options, &s, err));
	return ping(o, s, registry, username, password, err);
}

static enum dd_code keep(const struct login_options *o, struct dd_str registry, struct dd_str username,
			 struct dd_str password, struct dd_err *err)
{
	struct dd_credentials *c DD_CLEANUP(dd_credentials_closep) = NULL;
	bool plain = false;
	DD_TRY(dd_credentials_open(&(struct dd_credentials_options){ .get = NULL }, &c, err));
	DD_TRY(dd_credentials_store(c, registry, username, password, &plain, err));
	if (plain && !o->shared.quiet)
		dd_cmd_warn("the password is kept in %s, readable for whoever can read that file; a credential helper "
			    "(\"credsStore\") keeps it better",
			    DD_QUOTE(dd_str_from(dd_credentials_path(c))));
	return DD_OK;
}

static enum dd_code login(const struct login_options *o, const char *host, struct dd_buf *username,
			  struct dd_buf *password, struct dd_err *err)
{
	struct dd_str registry = dd_credentials_key(dd_str_from(host)).host;
	if (!dd_reference_is_registry(registry))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no HOST or HOST:PORT", DD_QUOTE(dd_str_from(host)));
	if (o->password_stdin && !o->username)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--password-stdin needs --username");
	if (o->username)
		(void)dd_buf_add_c(username, o->username);
	else
		DD_TRY(dd_ask_line("User name: ", true, username, err));
	DD_TRY(o->password_stdin ? dd_read_password(STDIN_FILENO, password, err)
				 : dd_ask_line("Password: ", false, password, err));
	if (username->n == 0 || password->n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the %s is empty", username->n ? "password" : "user name");
	DD_TRY(check(o, registry, dd_buf_str(username), dd_buf_str(password), err));
	DD_TRY(keep(o, registry, dd_buf_str(username), dd_buf_str(password), err));
	if (!o->shared.quiet)
		(void)printf("logged in to %.*s\n", DD_FMT(registry));
	return DD_OK;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct login_options *o = in->options;
	struct dd_buf username DD_CLEANUP_BUF = DD_BUF_INIT(DD_CREDENTIAL_BYTES_MAX);
	struct dd_buf password DD_CLEANUP_BUF = DD_BUF_INIT(DD_CREDENTIAL_BYTES_MAX);
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_code code = DD_OK;
	if (o->shared.offline)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET,
			       "--offline: the purpose of this command is to ask a registry");
	if (code == DD_OK)
		code = login(o, in->argv[0], &username, &password, &err);
	if (password.p)
		explicit_bzero(password.p, password.cap);
	if (code == DD_OK)
		return DD_EXIT_CLEAN;
	err.code = code;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_login = {
	.name = "login",
	.summary = "check credentials for a registry and keep them where docker does",
	.operands = "HOST",
	.description =
		"Asks the registry HOST[:PORT] whether it takes the user name and password, and only then keeps them: "
		"in the "
		"credential helper that docker's config.json names (\"credHelpers\", \"credsStore\"), else in "
		"config.json "
		"itself, of mode 0600, where they are readable for whoever can read the file. The file is the one of "
		"$DOCKER_CONFIG or ~/.docker; its other settings stay. docker, podman and others then use the same "
		"credentials. docker.io is Docker Hub.\n\n"
		"The password is never an option: options are seen by every user of the machine. In scripts use "
		"--password-stdin, or no login at all: DRYDOCK_REGISTRY_HOST with DRYDOCK_REGISTRY_USERNAME and "
		"DRYDOCK_REGISTRY_PASSWORD, or with DRYDOCK_REGISTRY_TOKEN, are credentials for that one host.",
	.examples =
		(const struct dd_example[]){
			{ "drydock login registry.example", "ask for name and password" },
			{ "drydock login --username ci --password-stdin registry.example:5000 <password.txt",
			  "in a script" },
			{ NULL } },
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct login_options),
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
