/* SPDX-License-Identifier: Apache-2.0 */
/* META-INF/MANIFEST.MF and META-INF/maven/…/pom.properties.
 *
 *   manifest     = main-section *( newline section )
 *   main-section = *( name ":" SPACE value newline *( SPACE continuation newline ) )
 *   newline      = CR LF / LF / CR
 *
 * Names are compared without case. Only the main section speaks for the archive: the sections behind the first empty
 * line speak for packages and files in it. A value is cut every 72 bytes and goes on behind a single blank, even in the
 * middle of a character, so lines are joined before anything is looked at.
 * Source: JAR File Specification (Java SE 17), "JAR Manifest"; OSGi Core 8, 3.2.1; java.util.Properties#load. */
#include "analyze/java/java.h"
#include "base/alloc.h"
#include "base/limits.h"

static const char *const attributes[] = {
	[DD_JAVA_IMPLEMENTATION_TITLE] = "Implementation-Title",
	[DD_JAVA_IMPLEMENTATION_VERSION] = "Implementation-Version",
	[DD_JAVA_IMPLEMENTATION_VENDOR_ID] = "Implementation-Vendor-Id",
	[DD_JAVA_BUNDLE_SYMBOLIC_NAME] = "Bundle-SymbolicName",
	[DD_JAVA_BUNDLE_VERSION] = "Bundle-Version",
	[DD_JAVA_BUNDLE_LICENSE] = "Bundle-License",
	[DD_JAVA_SPECIFICATION_TITLE] = "Specification-Title",
	[DD_JAVA_SPECIFICATION_VERSION] = "Specification-Version",
	[DD_JAVA_AUTOMATIC_MODULE_NAME] = "Automatic-Module-Name",
	[DD_JAVA_EXTENSION_NAME] = "Extension-Name",
	[DD_JAVA_SHORT_NAME] = "Short-Name",
	[DD_JAVA_PLUGIN_VERSION] = "Plugin-Version",
	[DD_JAVA_GROUP_ID] = "Group-Id",
};

/* The next line that ends in CR LF, LF or CR. */
static bool next_line(struct dd_str *rest, struct dd_str *ret)
{
	size_t n = 0;
	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	*ret = dd_str_take(*rest, n);
	n += n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n';
	*rest = dd_str_skip(*rest, n + 1);
	return true;
}

static bool take_attribute(struct dd_str line, struct dd_arena *a, struct dd_java_manifest *m)
{
	size_t colon = dd_str_find(line, ':');
	for (size_t i = 0; i < DD_COUNT(attributes); i++) {
		if (!dd_str_eq_nocase(dd_str_take(line, colon), dd_str_from(attributes[i])))
			continue;
		m->value[i] = dd_arena_str(a, dd_str_trim(dd_str_skip(line, colon + 1)));
		return m->value[i].p != NULL;
	}
	return true;
}

bool dd_java_manifest_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_manifest *ret)
{
	DD_CLEANUP_BUF struct dd_buf line = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_java_manifest m = { 0 };
	struct dd_str rest = bytes, part;
	if (dd_str_starts(rest, DD_STR("\xef\xbb\xbf")))
		rest = dd_str_skip(rest, 3);
	while (next_line(&rest, &part) && part.n) {
		if (part.p[0] == ' ') { /* cut where a hostile value is too long for any of ours */
			(void)dd_buf_add_str(&line, dd_str_take(dd_str_skip(part, 1), line.max - line.n));
		} else {
			if (line.n && !take_attribute(dd_buf_str(&line), a, &m))
				return false;
			dd_buf_clear(&line);
			(void)dd_buf_add_str(&line, dd_str_take(part, line.max));
		}
		if (line.failed)
			return false;
	}
	if (line.n && !take_attribute(dd_buf_str(&line), a, &m))
		return false;
	*ret = m;
	return true;
}

/* ---- the group ---- */

/* "org.apache.felix;singleton:=true" */
static struct dd_str symbolic_name(const struct dd_java_manifest *m)
{
	struct dd_str s = m->value[DD_JAVA_BUNDLE_SYMBOLIC_NAME];
	return dd_str_trim(dd_str_take(s, dd_str_find(s, ';')));
}

/* maven-bundle-plugin makes the symbolic name of group and artifact; when the artifact begins with the last word of the
 * group, that word stands once: org.apache.logging.log4j + log4j-core → org.apache.logging.log4j.core. That form can be
 * taken apart again. "com.google.gson" cannot: is the group com.google or com.google.gson? (It is
 * com.google.code.gson.) A group of three words before the artifact is taken; of two it was wrong more often than
 * right. */
static struct dd_str group_of_symbolic_name(struct dd_str b, struct dd_str artifact)
{
	for (size_t i = dd_str_rfind(b, '.'); i < b.n && i > 0; i = dd_str_rfind(dd_str_take(b, i), '.')) {
		struct dd_str group = dd_str_take(b, i), tail = dd_str_skip(b, i + 1);
		size_t dot = dd_str_rfind(group, '.');
		if (dot == group.n)
			break;
		struct dd_str last = dd_str_skip(group, dot + 1);
		if (artifact.n == last.n + 1 + tail.n && dd_str_starts(artifact, last) && dd_str_ends(artifact, tail) &&
		    (artifact.p[last.n] == '-' || artifact.p[last.n] == '.'))
			return group;
		if (dd_str_eq(tail, artifact) && dd_str_find(group, '.') != dot)
			return group;
	}
	return DD_STR("");
}

struct dd_str dd_java_manifest_group(const struct dd_java_manifest *m, struct dd_str artifact)
{
	struct dd_str s = m->value[DD_JAVA_GROUP_ID];
	if (dd_java_is_group(s))
		return s;
	s = m->value[DD_JAVA_IMPLEMENTATION_VENDOR_ID];
	if (dd_java_is_group(s) && dd_str_find(s, '.') < s.n)
		return s;
	s = symbolic_name(m);
	return dd_java_is_group(s) ? group_of_symbolic_name(s, artifact) : DD_STR("");
}

/* ---- pom.properties ---- */

/* Backslashes stand before characters that would mean something else ("\:"); names and versions have no others. */
static struct dd_str unescape(struct dd_str s, struct dd_arena *a)
{
	struct dd_str copy = dd_arena_str(a, s);
	char *p = (char *)(uintptr_t)copy.p; /* our own copy */
	size_t n = 0;
	if (!p)
		return copy;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		p[n++] = s.p[i];
	}
	copy.n = n;
	return copy;
}

bool dd_java_properties_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_gav *ret)
{
	struct dd_java_gav gav = { 0 };
	const struct {
		const char *key;
		struct dd_str *value;
	} rows[] = { { "groupId", &gav.group }, { "artifactId", &gav.artifact }, { "version", &gav.version } };
	struct dd_str rest = bytes, line;
	while (next_line(&rest, &line)) {
		size_t n = 0;
		line = dd_str_trim(line);
		while (n < line.n && line.p[n] != '=' && line.p[n] != ':' && !dd_is_blank(line.p[n]))
			n++;
		struct dd_str key = dd_str_take(line, n), value = dd_str_trim(dd_str_skip(line, n));
		if (value.n && (value.p[0] == '=' || value.p[0] == ':'))
			value = dd_str_trim(dd_str_skip(value, 1));
		for (size_t i = 0; i < DD_COUNT(rows); i++) {
			if (!dd_str_eq_c(key, rows[i].key) || value.n > DD_FIELD_BYTES_MAX)
				continue;
			*rows[i].value = unescape(value, a);
			if (!rows[i].value->p)
				return false;
		}
	}
	*ret = gav;
	return true;
}
