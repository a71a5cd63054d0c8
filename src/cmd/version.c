/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock version`. Does no work at all: scripts call it often. */
#include <stdio.h>

#include "cmd/cmd.h"

static enum dd_exit run(const struct dd_invocation *in)
{
	(void)in;
	(void)puts("drydock " DD_VERSION);
	return DD_EXIT_CLEAN;
}

const struct dd_cmd dd_cmd_version = {
	.name = "version",
	.summary = "print the version",
	.examples = (const struct dd_example[]){ { "drydock version", "print one line: drydock and the version" },
						 { NULL } },
	.description = "Prints one line. 'drydock --version' does the same.",
	.run = run,
};
