/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "net/handoff.h"
#include "probe/probe.h"

static bool counts(const struct dd_secret_at *at)
{
	return at->secret.filtered.n == 0 && at->secret.clear.n > 0 && at->secret.confidence >= DD_CONFIDENCE_MEDIUM &&
	       dd_probe_for(at->secret.rule) != NULL;
}

/* The same credential lies in several places: one question is enough. */
static const struct dd_secret_at *asked_before(const struct dd_secret_at *secrets, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (secrets[k].alive != DD_ALIVE_NOT_ASKED &&
		    dd_str_eq(secrets[k].secret.rule, secrets[i].secret.rule) &&
		    dd_str_eq(secrets[k].secret.clear, secrets[i].secret.clear))
			return &secrets[k];
	return NULL;
}

static void ask(int channel, const struct dd_secret *s, struct dd_probe_reply *reply)
{
	struct dd_probe_query q = { .n = (uint32_t)s->clear.n };
	int fd = -1;
	*reply = (struct dd_probe_reply){ .alive = DD_ALIVE_UNCLEAR };
	if (s->rule.n >= sizeof q.rule || s->clear.n > sizeof q.secret) {
		(void)snprintf(reply->note, sizeof reply->note, "not asked: it is too long");
		return;
	}
	memcpy(q.rule, s->rule.p, s->rule.n);
	memcpy(q.secret, s->clear.p, s->clear.n);
	if (!dd_handoff_send(channel, &q, sizeof q, -1) || !dd_handoff_receive(channel, reply, sizeof *reply, &fd))
		(void)snprintf(reply->note, sizeof reply->note, "the process that has the network is gone");
	if (reply->alive >= DD_ALIVE_COUNT)
		reply->alive = DD_ALIVE_UNCLEAR;
	reply->note[sizeof reply->note - 1] = 0;
	explicit_bzero(&q, sizeof q);
}

enum dd_code dd_probe_ask_all(int channel, struct dd_secret_at *secrets, size_t n, struct dd_arena *a, size_t *ret_left,
			      struct dd_err *err)
{
	size_t asked = 0, left = 0;
	for (size_t i = 0; i < n; i++) {
		struct dd_probe_reply reply;
		if (!counts(&secrets[i]))
			continue;
		const struct dd_secret_at *before = asked_before(secrets, i);
		if (before) {
			secrets[i].alive = before->alive;
			secrets[i].alive_note = before->alive_note;
			continue;
		}
		if (asked == DD_PROBES_MAX) {
			left++;
			continue;
		}
		asked++;
		ask(channel, &secrets[i].secret, &reply);
		secrets[i].alive = (enum dd_secret_alive)reply.alive;
		secrets[i].alive_note = dd_arena_str(a, dd_str_from(reply.note));
		if (!secrets[i].alive_note.p)
			return dd_fail_nomem(err);
	}
	*ret_left = left;
	return DD_OK;
}
