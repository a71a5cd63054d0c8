-- A small database after grype's schema 6 (grype/db/v6/models.go, blobs.go), as gorm creates its tables.
CREATE TABLE blobs (id integer PRIMARY KEY AUTOINCREMENT, value text NOT NULL);
CREATE TABLE db_metadata (build_timestamp datetime NOT NULL, model integer NOT NULL, revision integer NOT NULL, addition integer NOT NULL);
CREATE TABLE providers (id text, version text, processor text, date_captured datetime, input_digest text, PRIMARY KEY (id));
CREATE TABLE vulnerability_handles (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, status text, published_date datetime, modified_date datetime, withdrawn_date datetime, provider_id text NOT NULL, blob_id integer);
CREATE TABLE vulnerability_aliases (name text, alias text NOT NULL, PRIMARY KEY (name, alias));
CREATE TABLE packages (id integer PRIMARY KEY AUTOINCREMENT, ecosystem text, name text);
CREATE TABLE operating_systems (id integer PRIMARY KEY AUTOINCREMENT, name text, release_id text, major_version text, minor_version text, label_version text, codename text, channel text, eol_date datetime, eoas_date datetime);
CREATE TABLE affected_package_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE unaffected_package_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE cpes (id integer PRIMARY KEY AUTOINCREMENT, part text NOT NULL, vendor text, product text NOT NULL, edition text, language text, software_edition text, target_hardware text, target_software text, other text);
CREATE TABLE affected_cpe_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, cpe_id integer, blob_id integer);
CREATE TABLE known_exploited_vulnerability_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, blob_id integer);
CREATE TABLE epss_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, epss real NOT NULL, percentile real NOT NULL);
CREATE TABLE epss_metadata (date datetime NOT NULL);
CREATE TABLE cwe_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, cwe text NOT NULL, source text, type text);

INSERT INTO db_metadata VALUES ('2025-11-20 00:12:13+00:00', 6, 1, 9);
INSERT INTO providers VALUES ('nvd', '2', 'vunnel@0.38.0', '2025-11-20 00:01:02.123+00:00', 'xxh64:1'), ('github', '1', 'vunnel', '2025-11-19 00:00:00+00:00', ''), ('debian', '1', 'vunnel', NULL, ''), ('rhel', '1', 'vunnel', NULL, ''), ('amazon', '1', 'vunnel', NULL, ''), ('alma', '1', 'vunnel', NULL, '');
INSERT INTO operating_systems (id, name, release_id, major_version, minor_version, label_version, codename, channel) VALUES
 (1, 'debian', 'debian', '12', '', '', 'bookworm', ''), (2, 'debian', 'debian', '', '', 'unstable', 'sid', ''),
 (3, 'redhat', 'rhel', '9', '', '', '', ''), (4, 'redhat', 'rhel', '9', '2', '', '', 'eus'), (5, 'amazonlinux', 'amzn', '2', '', '', '', ''),
 (6, 'almalinux', 'almalinux', '9', '', '', '', ''), (7, 'alpine', 'alpine', '', '', 'edge', '', ''), (8, 'ubuntu', 'ubuntu', '22', '04', '', 'jammy', ''),
 (9, 'Strange OS', 'strange', '3', '1', '', '', 'fast');
INSERT INTO packages (id, ecosystem, name) VALUES (1, 'deb', 'openssl'), (2, 'rpm', 'openssl'), (3, 'rpm', 'npm'), (4, 'python', 'Zope_Thing'), (5, 'java-archive', 'org.apache.logging.log4j:log4j-core'), (6, 'apk', 'openssl'), (7, 'npm', 'lodash'), (8, 'go-module', 'stdlib'), (9, 'deb', 'zlib');
INSERT INTO cpes (id, part, vendor, product, target_software) VALUES (1, 'a', 'nginx', 'nginx', ''), (2, 'a', 'someone', 'gallery', 'wordpress'), (3, 'o', 'linux', 'linux_kernel', ''), (4, 'a', 'microsoft', 'thing', '');
INSERT INTO blobs (id, value) VALUES
 (1, '{"id":"CVE-2024-10001","description":"OpenSSL reads out of bounds.\nMore text.","severities":[{"scheme":"CVSS","value":{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","version":"3.1"},"source":"nvd@nist.gov","rank":1}]}'),
 (2, '{"id":"CVE-2024-10001","severities":[{"scheme":"CHMLN","value":"low","rank":1}]}'),
 (3, '{"id":"CVE-2024-10001","severities":[{"scheme":"CHMLN","value":"high","rank":1},{"scheme":"CVSS","value":{"vector":"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:L"},"rank":2}]}'),
 (4, '{"id":"ALAS-2024-1","severities":[{"scheme":"CHMLN","value":"medium","rank":1}],"aliases":["CVE-2024-10001","CVE-2024-10002"]}'),
 (5, '{"id":"GHSA-jfh8-c2jp-5v3q","description":"Remote code injection in Log4j","severities":[{"scheme":"CHML","value":"critical","rank":1},{"scheme":"CVSS","value":{"vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"},"rank":1}],"aliases":["CVE-2021-44228"]}'),
 (6, '{"id":"GHSA-aaaa-bbbb-cccc","description":"withdrawn"}'),
 (7, '{"id":"CVE-2024-10003","description":"A flaw of nginx"}'),
 (10, '{"ranges":[{"version":{"type":"dpkg","constraint":"< 3.0.11-1~deb12u2"},"fix":{"version":"3.0.11-1~deb12u2","state":"fixed"}}]}'),
 (11, '{"ranges":[{"version":{"type":"dpkg","constraint":""},"fix":{"state":"wont-fix"}}]}'),
 (12, '{"qualifiers":{"rpm_modularity":"nodejs:18"},"ranges":[{"version":{"type":"rpm","constraint":"< 1:3.0.7-24.el9"},"fix":{"version":"1:3.0.7-24.el9","state":"fixed"}}]}'),
 (13, '{"ranges":[{"version":{"type":"rpm","constraint":"< 1:1.0.2k-24.amzn2.0.9"},"fix":{"version":"1:1.0.2k-24.amzn2.0.9","state":"fixed"}}]}'),
 (14, '{"cves":["CVE-2021-44228"],"ranges":[{"version":{"type":"maven","constraint":">=2.13.0,<2.15.0"},"fix":{"version":"2.15.0","state":"fixed"}},{"version":{"type":"maven","constraint":">=2.4,<=2.12.1"},"fix":{"version":"2.12.2","state":"fixed"}}]}'),
 (15, '{"ranges":[{"version":{"type":"rpm","constraint":">= 1:3.0.7-25.el9_3"}}]}'),
 (16, '{"ranges":[{"version":{"constraint":""}}]}'),
 (17, '{"ranges":[{"version":{"type":"unknown","constraint":">= 1.1.0, < 1.24.1 || = 1.25.0"},"fix":{"state":""}}]}'),
 (18, '{"qualifiers":{"platform_cpes":["cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*"]},"ranges":[{"version":{"constraint":"< 2"}}]}'),
 (19, '{"cve":"CVE-2021-44228","date_added":"2021-12-10T00:00:00Z","due_date":"2021-12-24T00:00:00Z","known_ransomware_campaign_use":"Known"}'),
 (20, '{"qualifiers":{"rpm_modularity":""},"ranges":[{"version":{"type":"rpm","constraint":"< 1:3.0.7-18.el9_2"},"fix":{"version":"1:3.0.7-18.el9_2","state":"fixed"}}]}'),
 (21, '{"ranges":[{"version":{"type":"dpkg","constraint":"< 1:1.2 || = 1:1.3-1"}},{"version":{"type":"dpkg","constraint":">= 1:2, < 1:3"}}]}');
INSERT INTO vulnerability_handles (id, name, status, published_date, modified_date, provider_id, blob_id) VALUES
 (1, 'CVE-2024-10001', 'active', '2024-03-01 10:00:00+00:00', '2024-04-01 10:00:00+00:00', 'nvd', 1),
 (2, 'CVE-2024-10001', 'active', NULL, NULL, 'debian', 2), (3, 'CVE-2024-10001', 'active', NULL, NULL, 'rhel', 3),
 (4, 'ALAS-2024-1', 'active', NULL, NULL, 'amazon', 4), (5, 'GHSA-jfh8-c2jp-5v3q', 'active', '2021-12-10 00:40:56+00:00', NULL, 'github', 5),
 (6, 'GHSA-aaaa-bbbb-cccc', 'rejected', NULL, NULL, 'github', 6), (7, 'CVE-2024-10003', 'active', NULL, NULL, 'nvd', 7),
 (8, 'ALSA-2024:0001', 'active', NULL, NULL, 'alma', 4);
INSERT INTO affected_package_handles (vulnerability_id, operating_system_id, package_id, blob_id) VALUES
 (2, 1, 1, 10), (2, 2, 1, 11), (3, 3, 2, 20), (3, 3, 3, 12), (3, 4, 2, 20), (4, 5, 2, 13), (5, NULL, 5, 14), (6, NULL, 7, 16),
 (2, 9, 1, 10), (1, NULL, 4, 17);
INSERT INTO unaffected_package_handles (vulnerability_id, operating_system_id, package_id, blob_id) VALUES (8, 6, 2, 15), (2, 7, 6, 16), (2, 1, 9, 21);
INSERT INTO affected_cpe_handles (vulnerability_id, cpe_id, blob_id) VALUES (7, 1, 17), (7, 2, 17), (7, 3, 17), (7, 4, 18), (7, 1, 18);
INSERT INTO known_exploited_vulnerability_handles (cve, blob_id) VALUES ('CVE-2021-44228', 19);
INSERT INTO epss_metadata VALUES ('2025-11-19 00:00:00+00:00');
INSERT INTO epss_handles (cve, epss, percentile) VALUES ('CVE-2021-44228', 0.94358, 0.99965), ('CVE-2024-10001', 0.00042, 0.05);
INSERT INTO cwe_handles (cve, cwe, source, type) VALUES ('CVE-2024-10001', 'CWE-125', 'nvd@nist.gov', 'Primary'), ('CVE-2024-10001', 'NVD-CWE-noinfo', 'x', 'Secondary'), ('CVE-2024-10001', 'CWE-787', 'x', 'Secondary');
