/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock logout`: forgets what `drydock login` (or docker login) has kept. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "net/registry/credentials_file.h"
#include "net/registry/reference.h"

struct logout_options {
	struct dd_shared_options shared;
};

static enum dd_code forget(const struct logout_options *o, const char *host, struct dd_err *err)
{
	struct dd_credentials *c DD_CLEANUP(dd_credentials_closep) = NULL;
	struct dd_str registry = dd_credentials_key(dd_str_from(host)).host;
	bool erased = false;
	if (!dd_reference_is_registry(registry))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no HOST or HOST:PORT", DD_QUOTE(dd_str_from(host)));
	DD_TRY(dd_credentials_open(&(struct dd_credentials_options){ .get = NULL }, &c, err));
	DD_TRY(dd_credentials_erase(c, registry, &erased, err));
	if (!o->shared.quiet)
		(void)printf(erased ? "logged out from %.*s\n" : "not logged in to %.*s\n", DD_FMT(registry));
	return DD_OK;
}

static void release(void *options)
{
	struct logout_options *o = options;
	dd_shared_options_done(&o->shared);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_code code = forget(in->options, in->argv[0], &err);
	if (code == DD_OK)
		return DD_EXIT_CLEAN;
	err.code = code;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_logout = {
	.name = "logout",
	.summary = "forget the credentials for a registry",
	.operands = "HOST",
	.description = "Takes the credentials for the registry HOST[:PORT] out of docker's config.json ($DOCKER_CONFIG "
		       "or ~/.docker) "
		       "and of the credential helper that it names. Entries for single repositories, as podman keeps "
		       "them, stay. It "
		       "is no error when there are none.",
	.examples = (const struct dd_example[]){ { "drydock logout registry.example", "forget name and password" },
						 { NULL } },
	.shared = DD_SHARE_OUTPUT,
	.options_size = sizeof(struct logout_options),
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
