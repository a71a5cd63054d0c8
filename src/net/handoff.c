/* SPDX-License-Identifier: Apache-2.0 */
#include "net/handoff.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor. The padding at its end may take a second one: who receives looks at all that came. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

enum dd_code dd_handoff_pair(int ret_ends[2], struct dd_err *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0)
		return dd_fail_errno(err, "cannot make a pair of sockets");
	return DD_OK;
}

bool dd_handoff_send(int end, const void *message, size_t n, int fd)
{
	union control control = { 0 };
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
	return sent == (ssize_t)n;
}

/* The first descriptor that came; others are nobody's and would stay open for ever. */
static int take_fd(struct msghdr *m)
{
	int first = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof(int) <= c->cmsg_len; at += sizeof(int)) {
			int fd;
			memcpy(&fd, (const char *)c + at, sizeof fd);
			if (first < 0)
				first = fd;
			else
				dd_closep(&fd);
		}
	}
	return first;
}

bool dd_handoff_receive(int end, void *message, size_t n, int *ret_fd)
{
	union control control = { 0 };
	struct iovec io = { message, n };
	struct msghdr m = {
		.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes
	};
	ssize_t got;
	do
		got = recvmsg(end, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	int fd = got < 0 ? -1 : take_fd(&m);
	if (got != (ssize_t)n || (m.msg_flags & MSG_TRUNC)) {
		dd_closep(&fd);
		return false;
	}
	*ret_fd = fd;
	return true;
}

bool dd_handoff_wait(int end)
{
	struct pollfd p = { .fd = end, .events = POLLIN };
	char byte;
	while (poll(&p, 1, -1) < 0)
		if (errno != EINTR)
			return false;
	return recv(end, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}
