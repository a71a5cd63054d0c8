/* SPDX-License-Identifier: Apache-2.0 */
/* dpkg and rpm leave different traces.
 *
 * deb: there is no vendor field, and Debian's own packages are kept by thousands of people with addresses everywhere.
 * So the others are listed: mail domains and addresses in Maintainer that only publishers of their own repositories
 * use, and marks in versions that repackagers of distribution packages leave (PGDG, sury.org, MariaDB …) while keeping
 * the maintainer's name. Unknown means official: a wrong "foreign" would hide findings, so a domain stands here only
 * when no package of Debian 12's main archive is kept by an address of it (NVIDIA's people keep some: there,
 * addresses).
 *
 * rpm: Vendor is set by the build system, so the distribution's own values are listed; any other value is foreign (EPEL
 * is "Fedora Project" on every distribution but Fedora). An empty one is official: Amazon's packages often have none,
 * and neither do local rebuilds.
 *
 * apk: m: names a person; nothing tells a third party apart.
 *
 * Source: the Maintainer, Version and Vendor fields of the publishers' own repositories, 2026-11. */
#include "judge/vuln/vendor.h"

static const char *const deb_mail[] = {
	/* "@domain" matches that domain and those below it, everything else a whole address */
	"@docker.com",
	"@nodesource.com",
	"@nodesource.io",
	"@hashicorp.com",
	"@microsoft.com",
	"@mongodb.com",
	"@10gen.com",
	"@oss.oracle.com",
	"@elastic.co",
	"@grafana.com",
	"@influxdb.com",
	"@influxdata.com",
	"@datadoghq.com",
	"@f5.com",
	"@nginx.com",
	"@percona.com",
	"@gitlab.com",
	"@confluent.io",
	"@rabbitmq.com",
	"@redis.com",
	"@redis.io",
	"@clickhouse.com",
	"@cloudflare.com",
	"@tailscale.com",
	"@timescale.com",
	"@proxmox.com",
	"@newrelic.com",
	"@dynatrace.com",
	"@splunk.com",
	"@sysdig.com",
	"@crowdstrike.com",
	"@haproxy.com",
	"@varnish-software.com",
	"@phusion.nl",
	"@plex.tv",
	"@slack-corp.com",
	"@slack.com",
	"@zoom.us",
	"@teamviewer.com",
	"@opera.com",
	"@brave.com",
	"@vivaldi.com",
	"@azul.com",
	"@bell-sw.com",
	"@zabbix.com",
	"@icinga.com",
	"@saltstack.com",
	"@puppet.com",
	"@perforce.com",
	"@chef.io",
	"@neo4j.com",
	"@couchbase.com",
	"@cockroachlabs.com",
	"@envoyproxy.io",
	"@getenvoy.io",
	"@konghq.com",
	"@1password.com",
	"@github.com",
	"cudatools@nvidia.com",
	"linux-bugs@nvidia.com",
	"chrome-linux@google.com",
	"linux-packages-keymaster@google.com",
	"cloud-sdk-dev@google.com",
	"bazel-dev@googlegroups.com",
	"maria-developers@lists.launchpad.net",
	"developers@lists.mariadb.org",
	"yarn@dan.cx",
	"temurin-dev@eclipse.org",
	"temurin-dev@eclipse.foundation",
	"kubernetes-dev@googlegroups.com",
	"jenkinsci-dev@googlegroups.com",
};

static const char *const deb_version_marks[] = {
	".pgdg",	/* apt.postgresql.org: "16.1-1.pgdg120+1" */
	"deb.sury.org", /* Ondřej Surý's PPA */
	"+maria~",	/* MariaDB's own repository: "1:10.11.6+maria~deb12" */
	"+nodesource",	/* "20.9.0-1nodesource1", and with plus before that */
	"-1nodesource", "-deb-1nodesource", "+percona",
};

/* Values of rpm's Vendor that a distribution writes; compared from the start, without case. */
static const struct {
	const char *ecosystem, *vendor;
} rpm_vendors[] = {
	{ "almalinux", "AlmaLinux" },
	{ "almalinux", "CloudLinux" }, /* AlmaLinux 8's first builds */
	{ "rocky", "Rocky" },
	{ "rocky", "RESF" },
	{ "redhat", "Red Hat" },
	{ "centos", "CentOS" },
	{ "centos", "Red Hat" },
	{ "oracle", "Oracle" },
	{ "amazon", "Amazon" },
	{ "fedora", "Fedora" },
	{ "photon", "VMware" },
	{ "photon", "Broadcom" },
	{ "azurelinux", "Microsoft" },
	{ "sles", "SUSE" },
	{ "sles", "openSUSE" },
	{ "sle-micro", "SUSE" },
	{ "opensuse-leap", "openSUSE" },
	{ "opensuse-leap", "SUSE" }, /* Leap 15.3 and later take SLE's own builds */
	{ "opensuse-leap-micro", "openSUSE" },
	{ "opensuse-leap-micro", "SUSE" },
	{ "opensuse-tumbleweed", "openSUSE" },
	{ "mageia", "Mageia" },
	{ "openeuler", "openEuler" },
	{ "openeuler", "http://openeuler.org" },
};

/* The address between the last angle brackets, or all of s. */
static struct dd_str mail_of(struct dd_str s)
{
	size_t open = dd_str_rfind(s, '<');
	if (open == s.n)
		return dd_str_trim(s);
	s = dd_str_skip(s, open + 1);
	return dd_str_trim(dd_str_take(s, dd_str_find(s, '>')));
}

static bool mail_matches(struct dd_str mail, const char *pattern)
{
	struct dd_str want = dd_str_from(pattern);
	if (pattern[0] != '@')
		return dd_str_eq_nocase(mail, want);
	struct dd_str domain = dd_str_skip(want, 1);
	if (mail.n <= domain.n || !dd_str_eq_nocase(dd_str_skip(mail, mail.n - domain.n), domain))
		return false;
	char before = mail.p[mail.n - domain.n - 1];
	return before == '@' || before == '.';
}

static bool deb_is_foreign(const struct dd_package *p)
{
	struct dd_str mail = mail_of(p->maintainer);
	for (size_t i = 0; i < DD_COUNT(deb_mail); i++)
		if (mail_matches(mail, deb_mail[i]))
			return true;
	for (size_t i = 0; i < DD_COUNT(deb_version_marks); i++)
		if (dd_str_search(p->version, dd_str_from(deb_version_marks[i])) < p->version.n)
			return true;
	return false;
}

static bool rpm_is_foreign(const struct dd_ecosystem *e, const struct dd_package *p)
{
	struct dd_str vendor = dd_str_trim(p->maintainer);
	bool listed = false;
	if (vendor.n == 0)
		return false;
	for (size_t i = 0; i < DD_COUNT(rpm_vendors); i++) {
		struct dd_str own = dd_str_from(rpm_vendors[i].vendor);
		if (!dd_str_eq_c(dd_str_from(e->name), rpm_vendors[i].ecosystem))
			continue;
		listed = true;
		if (dd_str_eq_nocase(dd_str_take(vendor, own.n), own))
			return false;
	}
	/* A distribution without a row here: its own value is not known, so nothing can be called foreign. */
	return listed;
}

bool dd_vendor_is_foreign(const struct dd_ecosystem *e, const struct dd_package *p)
{
	if (dd_str_eq_c(p->type, "deb"))
		return deb_is_foreign(p);
	if (dd_str_eq_c(p->type, "rpm"))
		return rpm_is_foreign(e, p);
	return false;
}
