/* SPDX-License-Identifier: Apache-2.0 */
/* Where registries.conf lies. Source: containers-registries.conf(5), containers-registries.conf.d(5). */
#ifndef DD_CONF_FILES_H
#define DD_CONF_FILES_H

#include "net/registry/registries_conf.h"

/* path, else $CONTAINERS_REGISTRIES_CONF, else ~/.config/containers/registries.conf, else
 * /etc/containers/registries.conf; without the first two also the *.conf in registries.conf.d beside the last two, the
 * user's later. path "": none at all. What is named must be there. DD_EARG: a file makes no sense; it is named. */
enum dd_code dd_conf_files_read(const char *path, char *(*get)(const char *name), struct dd_arena *a,
				struct dd_registries_conf *c, struct dd_err *err);

#endif
