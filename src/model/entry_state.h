/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers above have made of a file. */
#ifndef DD_ENTRY_STATE_H
#define DD_ENTRY_STATE_H

enum dd_entry_state { DD_STATE_LIVE, DD_STATE_DELETED, DD_STATE_OVERWRITTEN };
const char *dd_entry_state_name(enum dd_entry_state s); /* "live" "deleted" "overwritten" */

#endif
