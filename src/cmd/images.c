/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock images`: what this machine's engines and stores hold, and what of it runs. */
#include "cmd/images.h"

#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "cmd/output.h"

struct images_options {
	struct dd_shared_options shared;
	struct dd_opt_list engines;
	bool running;
};

static const struct {
	const char *name;
	unsigned bit;
} engines[] = {
	{ "docker", DD_IMAGES_DOCKER },
	{ "podman", DD_IMAGES_PODMAN },
	{ "containerd", DD_IMAGES_CONTAINERD },
	{ "storage", DD_IMAGES_STORAGE },
};

static enum dd_code chosen(const struct images_options *o, unsigned *ret, struct dd_err *err)
{
	unsigned bits = o->engines.n ? 0 : DD_IMAGES_ALL;
	for (size_t i = 0; i < o->engines.n; i++) {
		unsigned bit = 0;
		for (size_t k = 0; k < DD_COUNT(engines); k++)
			if (strcmp(o->engines.p[i], engines[k].name) == 0)
				bit = engines[k].bit;
		if (!bit)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "--engine %s: it is one of docker, podman, containerd, storage",
				       DD_QUOTE(dd_str_from(o->engines.p[i])));
		bits |= bit;
	}
	*ret = bits;
	return DD_OK;
}

static enum dd_code write_all(const struct dd_outputs *outputs, const struct dd_images *all, struct dd_err *err)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_GIB);
		struct dd_terminal t = dd_terminal_of(outputs->at[i].path ? -1 : STDOUT_FILENO);
		const struct dd_report_style style = { .width = t.width, .colour = t.colour, .utf8 = t.utf8 };
		if (strcmp(outputs->at[i].format, "json") == 0)
			dd_images_json(&out, all);
		else
			dd_images_table(&(struct dd_sheet){ &out, &style }, all, (int64_t)time(NULL));
		DD_TRY(dd_buf_check(&out, "the output", err));
		DD_TRY(dd_output_write(&outputs->at[i], dd_buf_str(&out), err));
	}
	return DD_OK;
}

static enum dd_code show(const struct images_options *o, struct dd_images *all, struct dd_err *err)
{
	static const char *const formats[] = { "table", "json", NULL };
	struct dd_outputs outputs;
	unsigned bits;
	DD_TRY(dd_outputs_parse(&o->shared.formats, formats, "table", &outputs, err));
	DD_TRY(chosen(o, &bits, err));
	DD_TRY(dd_images_gather(all, bits, o->running, err));
	if (all->asked == 0)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
			       "no %s here: no socket and no store of one is in its usual place",
			       o->engines.n == 1 ? o->engines.p[0] : "container engine");
	for (size_t i = 0; i < all->problems.n; i++)
		dd_cmd_warn("%.*s", DD_FMT(all->problems.p[i].text));
	return write_all(&outputs, all, err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_images all DD_CLEANUP(dd_images_done) = { .arena = DD_ARENA_INIT(DD_GIB) };
	struct dd_err err = { .at = DD_NO_OFFSET };
	if (show(in->options, &all, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	if (all.problems.n == 0)
		return DD_EXIT_CLEAN;
	return all.problems.n == all.asked ? DD_EXIT_CANNOT_RUN : DD_EXIT_INCOMPLETE;
}

static void release(void *options)
{
	struct images_options *o = options;
	dd_opt_list_done(&o->engines);
	dd_opt_list_done(&o->shared.formats);
}

#define FIELD(name) offsetof(struct images_options, name)

static const struct dd_opt rows[] = {
	{ DD_OPT_LIST, "engine", 0, "ENGINE", "only docker, podman, containerd or storage; may be given again",
	  FIELD(engines), 0, NULL, false },
	{ DD_OPT_FLAG, "running", 0, NULL, "only images that running containers use", FIELD(running), 0, NULL, false },
	{ DD_OPT_END, NULL, 0, NULL, NULL, 0, 0, NULL, false },
};

const struct dd_cmd dd_cmd_images = {
	.name = "images",
	.summary = "list the images of this machine's engines, and which of them run",
	.examples = (const struct dd_example[]){ { "drydock images", "every image of every engine" },
						 { "drydock images --running", "those that running containers use" },
						 { "drydock images --engine containerd --format json",
						   "containerd's, for a program" },
						 { NULL } },
	.description =
		"Asks Docker and podman by their API, where the docker and podman commands would (DOCKER_HOST, "
		"contexts, "
		"CONTAINER_HOST, the usual sockets), and reads the stores of containerd and of podman, buildah and "
		"CRI-O "
		"(storage) where they lie, without their services. Nothing is changed anywhere.\n\n"
		"The column Engine is the prefix by which 'drydock scan' takes an image: docker:NAME, podman:NAME, "
		"containerd:NAMESPACE/NAME, storage:NAME. Images that a service has listed are not listed once more "
		"from "
		"its store. An engine that cannot be asked is told on standard error and makes the exit code 3.\n\n"
		"DRYDOCK_CONTAINERD_ROOT names a root of containerd that is in no usual place, CONTAINERS_STORAGE_CONF "
		"another storage.conf.",
	.options = rows,
	.shared = DD_SHARE_FORMAT,
	.options_size = sizeof(struct images_options),
	.release = release,
	.run = run,
};
