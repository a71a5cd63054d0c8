/* SPDX-License-Identifier: Apache-2.0 */
/* Connections whose other end is handed to somebody here (a program's standard input and output), not to the network.
 *
 * libcurl wants to connect by itself: CURL_SOCKOPT_ALREADY_CONNECTED, made for this, does not work in 7.87 and 7.88
 * (Debian 12). So it is given a Unix socket and, instead of the address, the name of a listener of ours, made by the
 * kernel for this one connection (abstract, unix(7) §autobind). When it says that it is connected, before it sends
 * anything, the other end is accepted; it must come from this very process, because any other may know the name. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/http_parts.h"

enum { STRANGERS_MAX = 100 };

static bool listen_here(struct dd_http_dial *d, struct curl_sockaddr *address)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX };
	socklen_t n = sizeof any;
	dd_closep(&d->listener);
	d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (d->listener < 0 || bind(d->listener, (const struct sockaddr *)&any, sizeof any.sun_family) < 0 ||
	    listen(d->listener, 8) < 0 || getsockname(d->listener, (struct sockaddr *)&any, &n) < 0 ||
	    n > sizeof address->addr)
		return false;
	memcpy(&address->addr, &any, n);
	address->addrlen = n;
	address->family = AF_UNIX;
	address->protocol = 0;
	return true;
}

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	return listen_here(ctx, address) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : CURL_SOCKET_BAD;
}

static bool is_ours(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.pid == getpid();
}

/* Called for connections that are used again, too: then there is no listener. */
static int on_connected(void *ctx, char *from, char *to, int from_port, int to_port)
{
	struct dd_http_dial *d = ctx;
	bool ok = d->listener < 0;
	(void)from, (void)to, (void)from_port, (void)to_port;
	for (unsigned i = 0; !ok && i < STRANGERS_MAX; i++) {
		DD_CLEANUP(dd_closep) int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			break;
		if (is_ours(fd)) {
			ok = d->take(d->ctx, fd);
			break;
		}
	}
	dd_closep(&d->listener);
	return ok ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

void dd_http_dial_set(struct dd_http_dial *d, const struct dd_net *net, CURL *curl)
{
	if (!d->take)
		return;
	(void)net->f.x_curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
	(void)net->f.x_curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, d);
	(void)net->f.x_curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_connected);
	(void)net->f.x_curl_easy_setopt(curl, CURLOPT_PREREQDATA, d);
	(void)net->f.x_curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* not the environment's */
}
