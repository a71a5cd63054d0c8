/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between two processes of ours, each with at most one file descriptor: what a process that may do something
 * hands to one that may not. A pair of unix(7) sockets that keeps messages apart (SOCK_SEQPACKET). */
#ifndef DD_HANDOFF_H
#define DD_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Both ends are the caller's. */
enum dd_code dd_handoff_pair(int ret_ends[2], struct dd_err *err);
/* One message of n bytes; fd -1: without a descriptor (it stays the caller's). False: the other side is gone. */
bool dd_handoff_send(int end, const void *message, size_t n, int fd);
/* Waits for one of exactly n bytes; *ret_fd is the caller's, -1: none came. False: the other side is gone, or it sent
 * something else. */
bool dd_handoff_receive(int end, void *message, size_t n, int *ret_fd);
/* Waits until a message can be received. False: the other side is gone. */
bool dd_handoff_wait(int end);

#endif
