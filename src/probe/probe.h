/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a credential's own provider whether it still takes it (`--verify`). What is asked stands in probes.def and
 * nowhere else: the confined process, which has read the image, says a rule and a credential, never an address; the
 * process that has the network makes the request, to the documented host of that provider only, follows no redirect and
 * writes the credential to no log, message or file. */
#ifndef DD_PROBE_H
#define DD_PROBE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/secret.h"

struct dd_probe_row {
	const char *rules, *method, *url, *headers, *body, *alive, *dead, *page; /* probes.def */
};
/* NULL: its provider is not asked. */
const struct dd_probe_row *dd_probe_for(struct dd_str rule);
/* All rows, for tests and documents; NULL behind the last. */
const struct dd_probe_row *dd_probe_at(size_t i);

enum {
	DD_PROBE_RULE_MAX = 80,
	DD_PROBE_SECRET_MAX = 4096, /* longer ones are not asked about */
	DD_PROBE_NOTE_MAX = 240,
	DD_PROBE_HEADERS_MAX = 4,
	DD_PROBE_BODY_MAX = 64 << 10, /* of an answer */
	DD_PROBES_MAX = 200,	      /* credentials of one run */
};

/* ---- the request: probe_request.c ---- */

struct dd_probe_request {
	const char *method, *url;
	const char *headers[DD_PROBE_HEADERS_MAX + 1]; /* NULL behind the last */
	struct dd_str body;			       /* p NULL: none */
	char host[128];				       /* of the url: what messages may name */
};
/* Text lives in a. DD_EARG: the credential holds bytes that no header or address can, or is no address where it must
 * be one; nothing of it is in the message. */
enum dd_code dd_probe_fill(const struct dd_probe_row *row, struct dd_str secret, struct dd_arena *a,
			   struct dd_probe_request *ret, struct dd_err *err);
/* What an answer means. */
enum dd_secret_alive dd_probe_judge(const struct dd_probe_row *row, unsigned status, struct dd_str body);

/* ---- the two processes ---- */

struct dd_probe_query {
	uint32_t n;
	char rule[DD_PROBE_RULE_MAX];
	char secret[DD_PROBE_SECRET_MAX];
};
struct dd_probe_reply {
	uint32_t alive; /* enum dd_secret_alive */
	char note[DD_PROBE_NOTE_MAX];
};

/* In the confined process: asks about every secret of the inventory that counts and whose provider can be asked, each
 * different one once, and writes alive and alive_note. channel: of dd_probe_server. *ret_left: how many were left out
 * beyond DD_PROBES_MAX. DD_ENOMEM only. */
enum dd_code dd_probe_ask_all(int channel, struct dd_secret_at *secrets, size_t n, struct dd_arena *a, size_t *ret_left,
			      struct dd_err *err);

#endif
