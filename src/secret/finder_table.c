/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/finder_table.h"
const struct dd_table_rule dd_table_rules[1] = { { 0 } };
const size_t dd_n_table_rules = 0;
const struct dd_table_database dd_table_databases[DD_FIND_KINDS] = { { 0 } };
