/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of one fixed size between two processes of the program (unix(7), SOCK_SEQPACKET), perhaps with a file
 * descriptor beside them. Any number of threads may send and receive on one end: messages come whole. */
#ifndef DD_CHANNEL_H
#define DD_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Both ends are the caller's and closed on exec. */
enum dd_code dd_channel_pair(int ret_ends[2], struct dd_err *err);
/* From the confined side: by write(2), the only way out that its sandbox knows. */
enum dd_code dd_channel_write(int end, const void *message, size_t n, struct dd_err *err);
/* fd is passed along when it is not negative; it stays the caller's, too. DD_EIO: the other side is gone. */
enum dd_code dd_channel_send(int end, const void *message, size_t n, int fd, struct dd_err *err);
/* Waits for the next message. *ret_fd (may be NULL: one that comes is closed) gets the descriptor that came along, else
 * -1. DD_ENOTFOUND: the other side is gone. DD_EPARSE: what came is not n bytes long. */
enum dd_code dd_channel_receive(int end, void *message, size_t n, int *ret_fd, struct dd_err *err);

#endif
