/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as an image configuration, as a target, as a platform and as a line of history. */
#include "base/limits.h"
#include "image/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool never(const char *path)
{
	(void)path;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str text = { (const char *)data, size };
	struct dd_arena a = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_image_config config;
	struct dd_target_spec spec;
	struct dd_platform platform;
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	(void)dd_image_config_parse(text, &a, &config, NULL);
	(void)dd_target_parse(text, never, &a, &spec, NULL);
	(void)dd_platform_parse(text, &platform, NULL);
	dd_instruction_clean(text, &out);
	dd_arena_done(&a);
	return 0;
}
