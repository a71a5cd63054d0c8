/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/dotnet/dotnet.h"

#include "analyze/third_party.h"
#include "base/limits.h"

bool dd_dotnet_key(struct dd_str key, struct dd_str *ret_name, struct dd_str *ret_version)
{
	size_t slash = dd_str_rfind(key, '/');
	if (slash == 0 || slash + 1 >= key.n)
		return false;
	*ret_name = dd_str_take(key, slash);
	*ret_version = dd_str_skip(key, slash + 1);
	return true;
}

struct dd_str dd_dotnet_digest(struct dd_found *out, struct dd_str base64)
{
	return dd_third_party_digest_base64(out, DD_STR("sha512"), base64);
}

void dd_dotnet_each_section(struct dd_found *out, struct dd_json_section section, dd_dotnet_section_fn *item,
			    void *context)
{
	struct dd_json_members m;
	struct dd_json_member member;
	struct dd_err why;
	bool more = true;
	if (section.value.n == 0)
		return;
	if (dd_json_members_open(&m, section.value, &why) != DD_OK) {
		dd_found_problem(out, section.at, "%s", why.message);
		return;
	}
	while (!out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		size_t before = m.at;
		enum dd_code code = dd_json_members_next(&m, &a, &member, &more, &why);
		if (code != DD_OK) {
			dd_found_problem(out, section.at + (why.at == DD_NO_OFFSET ? before : why.at), "%s",
					 why.message);
			return;
		}
		if (!more)
			return;
		item(context, member.name, (struct dd_json_section){ member.value, section.at + member.at });
	}
}

void dd_dotnet_depends(struct dd_found *out, const json_t *dependencies, struct dd_buf *list)
{
	for (void *it = dd_json_first(dependencies); it; it = dd_json_next(dependencies, it)) {
		struct dd_str version = dd_json_text(dd_json_value(it));
		bool plain = version.n && dd_is_digit(version.p[0]);
		dd_depends_add(list, dd_json_name(it), plain ? version : DD_STR(""));
	}
	if (list->failed)
		out->failed = true;
}

struct dd_package *dd_dotnet_declare(struct dd_found *out, struct dd_str name, struct dd_str version, uint64_t at)
{
	if (version.n || !dd_str_is_word(name) || name.n > DD_DOTNET_NAME_BYTES_MAX)
		return dd_third_party(out, DD_PACKAGE_DECLARED, "nuget", name, version, at);
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return NULL;
	p->name = dd_found_str(out, name);
	p->type = DD_STR("nuget");
	p->evidence = DD_PACKAGE_DECLARED;
	return p;
}
