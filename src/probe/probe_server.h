/* SPDX-License-Identifier: Apache-2.0 */
/* The side of probe.h that has the network. */
#ifndef DD_PROBE_SERVER_H
#define DD_PROBE_SERVER_H

#include "net/net.h"
#include "probe/probe.h"

struct dd_probe_server; /* opaque */

/* ca_file: PEM, authorities instead of the system's; NULL; must outlive *ret. */
enum dd_code dd_probe_server_new(const char *ca_file, struct dd_probe_server **ret, struct dd_err *err);
void dd_probe_server_freep(struct dd_probe_server **s);
/* In the confined process: its end, borrowed; the other one is closed. */
int dd_probe_server_confined_end(struct dd_probe_server *s);
/* In the process that has the network, after the fork: answers, one question after the other, until the other side is
 * gone. net NULL: no_net says why. */
void dd_probe_server_run(struct dd_probe_server *s, const struct dd_net *net, const struct dd_err *no_net);

#endif
