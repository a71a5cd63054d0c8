/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return dd_fixture_fuzz("rustsec", data, size);
}
