/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of net/engine share. */
#ifndef DD_ENGINE_PARTS_H
#define DD_ENGINE_PARTS_H

#include "base/buf.h"
#include "format/json.h"
#include "net/engine/engine.h"
#include "net/http.h"

/* Docker's own API: what drydock was written for. A newer engine is asked by the newest of these that it takes. */
enum {
	DD_ENGINE_API_MIN = 24,
	DD_ENGINE_API_MAX = 51,
	DD_ENGINE_API_INSPECT_PLATFORM = 49,
	DD_ENGINE_API_GET_PLATFORM = 48
};

struct dd_engine {
	const struct dd_net *net;
	struct dd_arena arena; /* texts of place and about */
	struct dd_engine_place place;
	struct dd_engine_options options;
	struct dd_engine_about about;
	const char *base;	   /* "http://localhost" */
	const char *socket;	   /* path of the Unix socket, NULL: TCP, or ssh */
	struct dd_engine_ssh *ssh; /* owned; NULL: not by ssh */
	struct dd_http *http;
};

/* A client for this engine with a patience of its own. */
enum dd_code dd_engine_client(struct dd_engine *e, unsigned stall_s, struct dd_http **ret, struct dd_err *err);

/* address: what stands behind "ssh://". Sets e->ssh and e->base; nothing is called yet. DD_EARG. */
enum dd_code dd_engine_ssh_open(struct dd_engine *e, struct dd_str address, struct dd_err *err);
/* ctx: a struct dd_engine_ssh; for dd_http_options.dial. */
bool dd_engine_ssh_dial(void *ctx, int fd);
/* The last line of what was said on standard error since the last call; as hostile as the other machine. */
void dd_engine_ssh_words(const struct dd_engine_ssh *s, struct dd_str *ret_last, char *out, size_t size);
/* After every client of it is freed. */
void dd_engine_ssh_freep(struct dd_engine_ssh **s);

/* Begins an address: base, and "/v1.N" once it is agreed on. path: from "/" on, the program's own words. */
void dd_engine_url(const struct dd_engine *e, const char *path, struct dd_buf *url);
/* Appends a JSON text of a platform as the value of a query, percent-encoded. */
void dd_engine_add_platform(struct dd_buf *url, const struct dd_engine_platform *p);
/* Appends a reference or id that comes from outside as part of a path. DD_EARG: it is none. */
enum dd_code dd_engine_add_name(struct dd_buf *url, struct dd_str name, struct dd_err *err);

/* GET: the answer's document. DD_ENOTFOUND for 404, with the engine's words. */
enum dd_code dd_engine_get(struct dd_engine *e, struct dd_buf *url, json_t **ret, struct dd_err *err);
/* The words of an answer of status 400 and above, as an error: DD_ENOTFOUND or DD_ENET. */
enum dd_code dd_engine_refused(const struct dd_http_response *r, struct dd_str body, struct dd_err *err);
/* Hands an error on with "docker at '…': " before its words; code may be DD_OK. */
enum dd_code dd_engine_tell(const struct dd_engine *e, enum dd_code code, struct dd_err *why, struct dd_err *err);

#endif
