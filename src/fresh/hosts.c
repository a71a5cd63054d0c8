/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/hosts.h"

/* Hosts of the distributions, as their images name them, and whose keyring signs what is there. */
static const struct {
	const char *host, *keyring;
} well_known[] = {
#define DEBIAN "/usr/share/keyrings/debian-archive-keyring.gpg"
#define UBUNTU "/usr/share/keyrings/ubuntu-archive-keyring.gpg"
	{ "deb.debian.org", DEBIAN },
	{ "security.debian.org", DEBIAN },
	{ "ftp.debian.org", DEBIAN },
	{ "http.debian.net", DEBIAN },
	{ "httpredir.debian.org", DEBIAN },
	{ "archive.debian.org", DEBIAN },
	{ "snapshot.debian.org", DEBIAN },
	{ "archive.ubuntu.com", UBUNTU },
	{ "security.ubuntu.com", UBUNTU },
	{ "ports.ubuntu.com", UBUNTU },
	{ "old-releases.ubuntu.com", UBUNTU },
	{ "dl-cdn.alpinelinux.org", NULL },
	{ "dl-2.alpinelinux.org", NULL },
	{ "dl-3.alpinelinux.org", NULL },
	{ "dl-4.alpinelinux.org", NULL },
	{ "dl-5.alpinelinux.org", NULL },
	{ "packages.wolfi.dev", NULL },
	{ "mirrors.fedoraproject.org", NULL },
	{ "dl.fedoraproject.org", NULL },
	{ "mirrors.almalinux.org", NULL },
	{ "repo.almalinux.org", NULL },
	{ "mirrors.rockylinux.org", NULL },
	{ "dl.rockylinux.org", NULL },
	{ "mirror.stream.centos.org", NULL },
	{ "mirrors.centos.org", NULL },
	{ "vault.centos.org", NULL },
	{ "yum.oracle.com", NULL },
	{ "cdn.amazonlinux.com", NULL },
	{ "cdn-ubi.redhat.com", NULL },
	{ "download.opensuse.org", NULL },
	{ "updates.suse.com", NULL },
	{ "packages.vmware.com", NULL },
	{ "packages.microsoft.com", NULL },
	{ "repo.openeuler.org", NULL },
};

static bool is_host(struct dd_str s)
{
	bool bracket = s.n && s.p[0] == '[';
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) &&
		    !(s.p[i] && strchr(bracket ? "[]:." : "-.:_", s.p[i])))
			return false;
	return s.n > 0 && s.n < DD_FRESH_ORIGIN_MAX;
}

static struct dd_str authority(struct dd_str url)
{
	static const char *const schemes[] = { "https://", "http://" };
	for (size_t i = 0; i < DD_COUNT(schemes); i++) {
		struct dd_str scheme = dd_str_from(schemes[i]);
		if (!dd_str_eq_nocase(dd_str_take(url, scheme.n), scheme))
			continue;
		struct dd_str rest = dd_str_skip(url, scheme.n);
		size_t n = 0;
		while (n < rest.n && !strchr("/?#\\", rest.p[n]) && rest.p[n])
			n++;
		return dd_str_take(rest, n);
	}
	return DD_STR("");
}

bool dd_fresh_is_address(struct dd_str url)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] >= 0x7f || strchr("?#\\\"<>^`{}|", url.p[i]))
			return false;
	return is_host(authority(url));
}

bool dd_fresh_host_of(struct dd_str url, char ret[DD_FRESH_ORIGIN_MAX])
{
	struct dd_str host = authority(url);
	if (!is_host(host))
		return false;
	for (size_t i = 0; i < host.n; i++)
		ret[i] = dd_lower(host.p[i]);
	ret[host.n] = 0;
	return true;
}

static enum dd_code add(struct dd_fresh_hosts *h, struct dd_str rule, struct dd_arena *a, struct dd_err *err)
{
	size_t equals = dd_str_find(rule, '=');
	struct dd_str host = dd_str_take(rule, equals), url = dd_str_skip(rule, equals + 1);
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	if (!is_host(host) || (equals < rule.n && !dd_fresh_is_address(url)))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--repository takes HOST or HOST=URL, not %s",
			       DD_QUOTE(rule));
	if (h->n == DD_FRESH_RULES_MAX)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %d times --repository", DD_FRESH_RULES_MAX);
	char *lower = dd_arena_alloc(a, host.n + 1);
	if (!lower)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < host.n; i++)
		lower[i] = dd_lower(host.p[i]);
	h->rules[h->n].host = lower;
	h->rules[h->n].url = equals < rule.n ? dd_arena_c(a, url) : NULL;
	if (equals < rule.n && !h->rules[h->n].url)
		return dd_fail_nomem(err);
	h->n++;
	return DD_OK;
}

enum dd_code dd_fresh_hosts_set(struct dd_fresh_hosts *h, const struct dd_opt_list *list, struct dd_arena *a,
				struct dd_err *err)
{
	h->n = 0;
	for (size_t i = 0; list && i < list->n; i++)
		DD_TRY(add(h, dd_str_from(list->p[i]), a, err));
	return DD_OK;
}

bool dd_fresh_hosts_allow(const struct dd_fresh_hosts *h, const char *host)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->rules[i].host, host) == 0)
			return true;
	for (size_t i = 0; i < DD_COUNT(well_known); i++)
		if (strcmp(well_known[i].host, host) == 0)
			return true;
	return false;
}

bool dd_fresh_hosts_allow_images(const struct dd_fresh_hosts *h, const char *registry)
{
	static const char *const public[] = { "docker.io",
					      "ghcr.io",
					      "quay.io",
					      "gcr.io",
					      "registry.k8s.io",
					      "public.ecr.aws",
					      "mcr.microsoft.com",
					      "registry.gitlab.com",
					      "registry.access.redhat.com",
					      "cgr.dev",
					      "registry.suse.com",
					      "registry.opensuse.org",
					      "lscr.io",
					      "registry.fedoraproject.org",
					      "container-registry.oracle.com" };
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->rules[i].host, registry) == 0)
			return true;
	for (size_t i = 0; i < DD_COUNT(public); i++)
		if (strcmp(public[i], registry) == 0)
			return true;
	return false;
}

const char *dd_fresh_hosts_keyring(const char *host)
{
	for (size_t i = 0; i < DD_COUNT(well_known); i++)
		if (strcmp(well_known[i].host, host) == 0)
			return well_known[i].keyring;
	return NULL;
}

enum dd_code dd_fresh_hosts_base(const struct dd_fresh_hosts *h, const char *base, struct dd_buf *out,
				 struct dd_err *err)
{
	char host[DD_FRESH_ORIGIN_MAX];
	struct dd_str url = dd_str_from(base);
	if (!dd_fresh_host_of(url, host))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no address", DD_QUOTE(url));
	for (size_t i = 0; i < h->n; i++)
		if (h->rules[i].url && strcmp(h->rules[i].host, host) == 0) {
			struct dd_str a = authority(url);
			(void)dd_buf_add_c(out, h->rules[i].url);
			url = dd_str_skip(url, (size_t)(a.p - url.p) + a.n);
			break;
		}
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	(void)dd_buf_add_str(out, url);
	return dd_buf_check(out, "the URL", err);
}
