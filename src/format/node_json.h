/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of TOML or YAML as a JSON document, for records whose schema is JSON's but that are written otherwise. */
#ifndef DD_NODE_JSON_H
#define DD_NODE_JSON_H

#include "base/err.h"
#include "format/json.h"
#include "format/node.h"

/* Every scalar but null becomes a string as it is written: a version that YAML takes for a number ("1.10") stays what
 * it is. Of repeated keys the last counts. *ret is the caller's: dd_json_freep.
 * DD_EPARSE: text that is not UTF-8, or a name with a NUL in it. DD_ENOMEM. */
enum dd_code dd_node_to_json(const struct dd_node *value, json_t **ret, struct dd_err *err);

#endif
