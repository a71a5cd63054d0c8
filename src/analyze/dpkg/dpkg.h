/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the dpkg analyzer. */
#ifndef DD_ANALYZE_DPKG_H
#define DD_ANALYZE_DPKG_H

#include "analyze/analyzer.h"

#define DD_DPKG_INFO	 "var/lib/dpkg/info"
#define DD_DPKG_STATUS_D "var/lib/dpkg/status.d"
#define DD_DPKG_UPDATES	 "var/lib/dpkg/updates"

/* Files that one package owns: info/NAME.list and status.d/NAME.md5sums. */
enum dd_code dd_dpkg_read_list(const struct dd_input *in, struct dd_found *out, struct dd_err *err);
enum dd_code dd_dpkg_read_md5sums(const struct dd_input *in, struct dd_found *out, struct dd_err *err);

#endif
