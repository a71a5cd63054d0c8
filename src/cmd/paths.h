/* SPDX-License-Identifier: Apache-2.0 */
/* Where drydock keeps its own files. */
#ifndef DD_CMD_PATHS_H
#define DD_CMD_PATHS_H

#include "base/buf.h"
#include "cmd/cmd.h"

/* --cache, else $XDG_CACHE_HOME/drydock, else $HOME/.cache/drydock. DD_ENOTFOUND: none of them is set. Appends. */
enum dd_code dd_path_cache(const struct dd_shared_options *o, struct dd_buf *out, struct dd_err *err);
/* The database that `db update` writes: <cache>/advisories.db. Appends. */
enum dd_code dd_path_updated_database(const struct dd_shared_options *o, struct dd_buf *out, struct dd_err *err);

#endif
