/* SPDX-License-Identifier: Apache-2.0 */
/* product_tree of CSAF 2.0 (docs.oasis-open.org/csaf/csaf/v2.0, section 3.2.2):
 *
 *   branches[]            trees of { category, name, branches[] or product }; categories vendor, product_family,
 *                         product_name, product_version, architecture …
 *   full_product_names[]  products outside of the tree
 *   product               { product_id, name, product_identification_helper{ cpe, purl } }
 *   relationships[]       { category, product_reference, relates_to_product_reference, full_product_name }: a component
 *                         in a product, which is a product of its own
 *
 * Red Hat: platforms have a CPE; builds a purl ("pkg:rpm/redhat/npm@8.19.4-1.18.16.1.1?arch=x86_64&epoch=1"), before
 * 2024 only the name "npm-1:8.19.4-1.18….x86_64"; modules are components that have components ("nodejs:18:9010…:rhel9"
 * of AppStream, npm of that), newer documents put "rpmmod" into the purl. Unfixed components are "openssl", as source.
 * SUSE: platforms have CPEs of products and of modules of products; builds are named by their NEVRA.
 *
 * Limits: branches DEPTH_MAX deep, chains of relationships CHAIN_MAX long. */
#include "db/csaf_products.h"

#include "base/limits.h"
#include "db/trivy_buckets.h"
#include "model/purl.h"
#include "version/ecosystem.h"

enum { DEPTH_MAX = 32, CHAIN_MAX = 4, EPOCH_DIGITS_MAX = 10, PRODUCTS_MAX = 1000000 };

void dd_csaf_products_done(struct dd_csaf_products *p)
{
	dd_vec_done(&p->list);
	dd_map_done(&p->by_id);
}

/* --- the tree --- */

static enum dd_code add(struct dd_csaf_products *p, const json_t *product, struct dd_csaf_product **ret,
			struct dd_err *err)
{
	const json_t *helper = dd_json_obj(product, "product_identification_helper");
	struct dd_csaf_product *new = dd_arena_new(p->a, struct dd_csaf_product);
	uint32_t number = (uint32_t)p->list.n, there;
	if (!new)
		return dd_fail_nomem(err);
	*new = (struct dd_csaf_product){
		.id = dd_json_str(product, "product_id"),
		.name = dd_json_str(product, "name"),
		.cpe = dd_json_str(helper, "cpe"),
		.purl = dd_json_str(helper, "purl"),
	};
	if (!new->id.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a product without a product_id");
	if (!dd_vec_push(&p->list, new, PRODUCTS_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d products", PRODUCTS_MAX);
	/* Ids are unique; of two the first counts. */
	if (!dd_map_add(&p->by_id, new->id, number, &there))
		return dd_fail_nomem(err);
	*ret = new;
	return DD_OK;
}

static enum dd_code read_branches(struct dd_csaf_products *p, const json_t *branches, unsigned depth,
				  struct dd_err *err)
{
	struct dd_csaf_product *product;
	if (depth > DEPTH_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "branches more than %d deep", DEPTH_MAX);
	for (size_t i = 0; i < dd_json_len(branches); i++) {
		const json_t *branch = dd_json_at(branches, i);
		if (dd_json_obj(branch, "product"))
			DD_TRY(add(p, dd_json_obj(branch, "product"), &product, err));
		DD_TRY(read_branches(p, dd_json_arr(branch, "branches"), depth + 1, err));
	}
	return DD_OK;
}

/* Relationships may come before what they refer to, so all products first, then what joins them. */
static enum dd_code read_relationships(struct dd_csaf_products *p, const json_t *list, struct dd_err *err)
{
	size_t first = p->list.n;
	struct dd_csaf_product *product;
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(add(p, dd_json_obj(dd_json_at(list, i), "full_product_name"), &product, err));
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *r = dd_json_at(list, i);
		product = p->list.p[first + i];
		product->component = dd_csaf_product(p, dd_json_str(r, "product_reference"));
		product->platform = dd_csaf_product(p, dd_json_str(r, "relates_to_product_reference"));
	}
	return DD_OK;
}

enum dd_code dd_csaf_products_read(struct dd_csaf_products *p, const json_t *tree, struct dd_err *err)
{
	const json_t *names = dd_json_arr(tree, "full_product_names");
	struct dd_csaf_product *product;
	DD_TRY(read_branches(p, dd_json_arr(tree, "branches"), 0, err));
	for (size_t i = 0; i < dd_json_len(names); i++)
		DD_TRY(add(p, dd_json_at(names, i), &product, err));
	return read_relationships(p, dd_json_arr(tree, "relationships"), err);
}

const struct dd_csaf_product *dd_csaf_product(const struct dd_csaf_products *p, struct dd_str id)
{
	uint32_t number = dd_map_get(&p->by_id, id);
	return number == DD_MAP_NONE ? NULL : p->list.p[number];
}

/* --- platforms --- */

/* "cpe:/o:suse:sles:15:sp5" → os-release's ID and VERSION_ID. */
static const struct {
	const char *product; /* of the vendors suse and opensuse; a prefix if it ends in "-" */
	const char *os_id;
} suse_products[] = {
	{ "sles", "sles" },
	{ "sled", "sles" },
	{ "sles_sap", "sles" },
	{ "sles-ltss", "sles" },
	{ "sle_hpc", "sles" },
	{ "sle-module-", "sles" },
	{ "sle-ha", "sles" },
	{ "sle-we", "sles" },
	{ "sle-sdk", "sles" },
	{ "sle-micro", "sle-micro" },
	{ "sl-micro", "sle-micro" },
	{ "suse-microos", "sle-micro" },
	{ "leap", "opensuse-leap" },
	{ "leap-micro", "opensuse-leap-micro" },
	{ "tumbleweed", "opensuse-tumbleweed" },
};

static const char *suse_os(struct dd_str product)
{
	for (size_t i = 0; i < DD_COUNT(suse_products); i++) {
		struct dd_str row = dd_str_from(suse_products[i].product);
		if (dd_str_eq(product, row) || (dd_str_ends(row, DD_STR("-")) && dd_str_starts(product, row)))
			return suse_products[i].os_id;
	}
	return NULL;
}

/* rest: behind the vendor. */
static enum dd_code suse_key(struct dd_str rest, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str parts[3] = { { "", 0 } };
	for (size_t n = 0; n < DD_COUNT(parts) && dd_str_next(&rest, ':', &parts[n]);)
		n++;
	const char *os_id = suse_os(parts[0]);
	if (!os_id || parts[1].n > 32 || parts[2].n > 32)
		return DD_OK;
	/* "15:sp5" is 15.5. */
	struct dd_str pack = dd_str_skip(parts[2], 2), release = parts[1];
	if (pack.n && dd_str_eq_nocase(dd_str_take(parts[2], 2), DD_STR("sp")))
		release = dd_arena_printf(a, "%.*s.%.*s", DD_FMT(parts[1]), DD_FMT(pack));
	return dd_ecosystem_from_os(dd_str_from(os_id), release, a, ret, err);
}

static enum dd_code platform_key(struct dd_str cpe, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	static const char *const suse[] = { "cpe:/o:suse:",    "cpe:/a:suse:",	  "cpe:/o:opensuse:",
					    "cpe:2.3:o:suse:", "cpe:2.3:a:suse:", "cpe:2.3:o:opensuse:" };
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(suse); i++)
		if (dd_str_starts(cpe, dd_str_from(suse[i])))
			return suse_key(dd_str_skip(cpe, strlen(suse[i])), a, ret, err);
	return dd_redhat_cpe_key(cpe, a, ret, err);
}

/* --- packages --- */

/* "nodejs:18:9010020…:rhel9" → "nodejs:18". */
static struct dd_str stream_of(struct dd_str module)
{
	size_t name = dd_str_find(module, ':');
	if (name == module.n)
		return DD_STR("");
	return dd_str_take(module, name + 1 + dd_str_find(dd_str_skip(module, name + 1), ':'));
}

/* An rpm purl. *ret_found false: another type, or none. */
static enum dd_code read_purl(struct dd_str text, struct dd_arena *a, struct dd_csaf_package *p, bool *ret_found,
			      struct dd_err *err)
{
	struct dd_purl purl;
	*ret_found = false;
	if (!dd_str_starts(text, DD_STR("pkg:rpm/")))
		return DD_OK;
	enum dd_code code = dd_purl_parse(text, a, &purl, NULL);
	if (code != DD_OK)
		return code == DD_ENOMEM ? dd_fail_nomem(err) : DD_OK;
	struct dd_str epoch = dd_purl_qualifier(&purl, "epoch");
	p->arch = dd_purl_qualifier(&purl, "arch");
	p->module = stream_of(dd_purl_qualifier(&purl, "rpmmod"));
	p->name = purl.name;
	p->version = purl.version;
	if (purl.version.n && epoch.n && epoch.n <= EPOCH_DIGITS_MAX && !dd_str_eq_c(epoch, "0")) {
		p->version = dd_arena_printf(a, "%.*s:%.*s", DD_FMT(epoch), DD_FMT(purl.version));
		if (!p->version.p)
			return dd_fail_nomem(err);
	}
	*ret_found = true;
	return DD_OK;
}

static bool is_arch(struct dd_str s)
{
	static const char *const arches[] = { "x86_64",	 "aarch64", "noarch",  "i386",	 "i486",    "i586",	"i686",
					      "ppc64le", "ppc64",   "s390x",   "s390",	 "ppc",	    "src",	"nosrc",
					      "ia64",	 "armv7l",  "armv7hl", "armv6l", "riscv64", "x86_64_v2" };
	for (size_t i = 0; i < DD_COUNT(arches); i++)
		if (dd_str_eq_c(s, arches[i]))
			return true;
	return false;
}

static bool digit_at(struct dd_str s, size_t i)
{
	return i < s.n && dd_is_digit(s.p[i]);
}

/* "npm-1:8.19.4-1.18.x86_64" → its parts; a text that has not that form is a name alone ("java-1.8.0-openjdk"). SUSE
 * leaves the architecture out at times. */
static void read_nevra(struct dd_str s, struct dd_csaf_package *p)
{
	size_t dot = dd_str_rfind(s, '.');
	struct dd_str head = s, arch = DD_STR("");
	if (dot < s.n && is_arch(dd_str_skip(s, dot + 1))) {
		arch = dd_str_skip(s, dot + 1);
		head = dd_str_take(s, dot);
	}
	size_t release = dd_str_rfind(head, '-');
	size_t version = release < head.n ? dd_str_rfind(dd_str_take(head, release), '-') : release;
	p->arch = arch;
	p->name = head;
	if (version >= release || version == 0 || !digit_at(head, version + 1) ||
	    (!arch.n && !digit_at(head, release + 1)))
		return;
	p->name = dd_str_take(head, version);
	p->version = dd_str_skip(head, version + 1);
}

enum dd_code dd_csaf_package(const struct dd_csaf_product *p, struct dd_arena *a, struct dd_csaf_package *ret,
			     struct dd_err *err)
{
	struct dd_csaf_package out = { .platform = { "", 0 } };
	const struct dd_csaf_product *leaf = p, *platform = p;
	/* Down to the build, up to the platform; modules lie between. */
	for (int i = 0; i < CHAIN_MAX && leaf->component; i++)
		leaf = leaf->component;
	for (int i = 0; i < CHAIN_MAX && platform->platform; i++) {
		platform = platform->platform;
		const struct dd_csaf_product *module = platform->component;
		if (module && (dd_str_starts(module->purl, DD_STR("pkg:rpmmod/")) ||
			       (!module->purl.n && dd_str_find(module->name, ':') < module->name.n)))
			out.module = stream_of(module->name);
	}
	if (leaf == p || platform == p) {
		*ret = out;
		return DD_OK;
	}
	DD_TRY(platform_key(platform->cpe, a, &out.platform, err));
	bool found;
	DD_TRY(read_purl(leaf->purl, a, &out, &found, err));
	if (!found && leaf->purl.n &&
	    !dd_str_starts(leaf->purl, DD_STR("pkg:rpm/"))) { /* a container image, an archive */
		*ret = (struct dd_csaf_package){ .platform = { "", 0 } };
		return DD_OK;
	}
	if (!found) /* no purl, or one that is damaged */
		read_nevra(leaf->id, &out);
	*ret = out;
	return DD_OK;
}
