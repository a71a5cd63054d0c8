/* SPDX-License-Identifier: Apache-2.0 */
#include "net/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

enum dd_code dd_channel_pair(int ret_ends[2], struct dd_err *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0)
		return dd_fail_errno(err, "cannot make a pair of sockets");
	return DD_OK;
}

enum dd_code dd_channel_write(int end, const void *message, size_t n, struct dd_err *err)
{
	ssize_t sent;
	do
		sent = write(end, message, n);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n ? DD_OK : dd_fail_errno(err, "cannot speak with the other process");
}

enum dd_code dd_channel_send(int end, const void *message, size_t n, int fd, struct dd_err *err)
{
	union control control = { .bytes = { 0 } };
	struct iovec io = { (void *)(uintptr_t)message, n };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
	ssize_t sent;
	if (fd >= 0) {
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof control.bytes;
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	do
		sent = sendmsg(end, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n ? DD_OK : dd_fail_errno(err, "cannot speak with the other process");
}

enum dd_code dd_channel_receive(int end, void *message, size_t n, int *ret_fd, struct dd_err *err)
{
	union control control = { .bytes = { 0 } };
	struct iovec io = { message, n };
	struct msghdr m = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes
	};
	int fd = -1;
	ssize_t got;
	do
		got = recvmsg(end, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno != ECONNRESET)
		return dd_fail_errno(err, "cannot hear the other process");
	if (got <= 0)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "the other process is gone");
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof fd))
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	if (fd >= 0 && (!ret_fd || (size_t)got != n || (m.msg_flags & MSG_TRUNC)))
		(void)close(fd);
	if ((size_t)got != n || (m.msg_flags & MSG_TRUNC))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the other process sends what is no message");
	if (ret_fd)
		*ret_fd = fd;
	return DD_OK;
}
