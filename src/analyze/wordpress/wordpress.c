/* SPDX-License-Identifier: Apache-2.0 */
/* Plugins and themes of WordPress: what an installation can run, whether it is switched on or not (the database of the
 * site says that).
 *
 *   wp-content/plugins/SLUG/X.php     a plugin: a PHP file with the header "Plugin Name" (wordpress_header.c)
 *   wp-content/plugins/X.php          a plugin of one file; so are those of mu-plugins/
 *   wp-content/plugins/SLUG/readme.txt  "Stable tag": the version of a plugin whose file does not tell it
 *   wp-content/themes/SLUG/style.css  a theme: the header "Theme Name"
 *
 * A package is called by its slug, as wordpress.org and all who write advisories about plugins do: the directory; of
 * plugins of one file the text domain, which has to be the slug, else the file's name. The purl specification has no
 * type for them; "wordpress-plugin" is what Syft writes. A directory may have several plugins, each with a version of
 * its own: they are one package where the versions agree.
 *
 * Source: developer.wordpress.org/plugins/plugin-basics/header-requirements, …/themes/basics/main-stylesheet-style-css,
 * wordpress.org/plugins/readme.txt; get_plugins() of wp-admin/includes/plugin.php. Limit: PHP_BYTES_MAX. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "analyze/wordpress/wordpress_header.h"
#include "base/limits.h"

#define PHP_BYTES_MAX (16 * DD_MIB)

#define PLUGINS	   "wp-content/plugins"
#define MU_PLUGINS "wp-content/mu-plugins"
#define THEMES	   "wp-content/themes"

struct place {
	struct dd_str above, dir, name; /* directory of the directory; its last component; the file */
	struct dd_str whole;		/* the directory */
};

static struct dd_str last_component(struct dd_str path, struct dd_str *ret_above)
{
	size_t slash = dd_str_rfind(path, '/');
	*ret_above = dd_str_take(path, slash < path.n ? slash : 0);
	return dd_str_skip(path, slash < path.n ? slash + 1 : 0);
}

static struct place place_of(struct dd_str path)
{
	struct place p;
	p.name = last_component(path, &p.whole);
	p.dir = last_component(p.whole, &p.above);
	return p;
}

/* The directory, whole components of it. */
static bool is_dir(struct dd_str path, struct dd_str end)
{
	return dd_str_ends(path, end) && (path.n == end.n || path.p[path.n - end.n - 1] == '/');
}

/* The readme may know it (scan/inventory_declared.c). */
static struct dd_package *add_without_version(struct dd_found *out, const char *type, struct dd_str slug)
{
	struct dd_package *p = NULL;
	if (!dd_str_is_word(slug) || slug.n > DD_FIELD_BYTES_MAX)
		dd_found_problem(out, 0, "package name is not valid: %s", DD_QUOTE(slug));
	else
		p = dd_found_package(out);
	if (!p)
		return NULL;
	p->name = dd_found_str(out, slug);
	p->type = dd_str_from(type);
	return p;
}

static void add(struct dd_found *out, struct dd_str data, const char *type, struct dd_str slug)
{
	struct dd_str version = dd_wordpress_header(data, DD_STR("Version"));
	struct dd_package *p = version.n ? dd_third_party(out, DD_PACKAGE_INSTALLED, type, slug, version, 0)
					 : add_without_version(out, type, slug);
	if (!p)
		return;
	p->licences = dd_third_party_text(out, dd_wordpress_header(data, DD_STR("License")));
	p->maintainer = dd_third_party_text(out, dd_wordpress_header(data, DD_STR("Author")));
}

static void read_plugin(const struct dd_input *in, const struct place *at, struct dd_found *out)
{
	bool single = is_dir(at->whole, DD_STR(PLUGINS)) || is_dir(at->whole, DD_STR(MU_PLUGINS));
	if ((!single && !is_dir(at->above, DD_STR(PLUGINS))) ||
	    dd_wordpress_header(in->data, DD_STR("Plugin Name")).n == 0)
		return;
	struct dd_str slug = at->dir, domain = dd_wordpress_header(in->data, DD_STR("Text Domain"));
	if (single)
		slug = dd_str_is_word(domain) ? domain : dd_str_take(at->name, dd_str_rfind(at->name, '.'));
	add(out, in->data, "wordpress-plugin", slug);
}

/* Only said for those whose own file is silent; "trunk" is no version. */
static void read_readme(const struct dd_input *in, const struct place *at, struct dd_found *out)
{
	struct dd_str version = dd_wordpress_header(in->data, DD_STR("Stable tag"));
	if (is_dir(at->above, DD_STR(PLUGINS)) && dd_str_is_word(version) && version.n <= DD_FIELD_BYTES_MAX &&
	    !dd_str_eq_nocase(version, DD_STR("trunk")))
		dd_found_define(out, DD_DEFINE_MANAGED, DD_STR("stable tag"), version);
}

static enum dd_code parse_plugin(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct place at = place_of(in->path);
	if (dd_str_ends(at.name, DD_STR(".php")))
		read_plugin(in, &at, out);
	else
		read_readme(in, &at, out);
	return dd_third_party_end(out, err);
}

static enum dd_code parse_theme(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct place at = place_of(in->path);
	if (is_dir(at.above, DD_STR(THEMES)) && dd_wordpress_header(in->data, DD_STR("Theme Name")).n)
		add(out, in->data, "wordpress-theme", at.dir);
	return dd_third_party_end(out, err);
}

static const struct dd_match plugin_match[] = {
	{ DD_MATCH_SUFFIX, ".php", PLUGINS "/*", PHP_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".php", PLUGINS, PHP_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".php", MU_PLUGINS, PHP_BYTES_MAX },
	{ DD_MATCH_BASENAME, "readme.txt", PLUGINS "/*", PHP_BYTES_MAX },
	{ DD_MATCH_BASENAME, "README.txt", PLUGINS "/*", PHP_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_wordpress = {
	.id = "wordpress-plugin",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "WordPress plugins",
	.purl_type = "wordpress-plugin",
	.match = plugin_match,
	.parse = parse_plugin,
};

static const struct dd_match theme_match[] = {
	{ DD_MATCH_BASENAME, "style.css", THEMES "/*", PHP_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_wordpress_theme = {
	.id = "wordpress-theme",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "WordPress themes",
	.purl_type = "wordpress-theme",
	.match = theme_match,
	.parse = parse_theme,
};
