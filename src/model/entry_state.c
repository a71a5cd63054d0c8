/* SPDX-License-Identifier: Apache-2.0 */
#include "model/entry_state.h"

const char *dd_entry_state_name(enum dd_entry_state s)
{
	static const char *const names[] = { "live", "deleted", "overwritten" };
	return names[s];
}
