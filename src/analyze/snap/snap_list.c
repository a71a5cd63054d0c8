/* SPDX-License-Identifier: Apache-2.0 */
/* The list of packages in a base snap (core, core18 …): Ubuntu without its /var/lib/dpkg. What `dpkg -l` printed,
 * compressed or not:
 *
 *   file   = header lines, then *( record LF )
 *   record = state 1*SP name [ ":" arch ] 1*SP version 1*SP arch 1*SP description
 *   state  = two or three letters: wanted, is ("i" installed, "n" not, "c" configuration only …), error
 *
 * The header is as the tool prints it ("Desired=…", "| Status=…", "|/ Err?=…", "||/ Name …", "+++-===…"); everything
 * before the line that begins with "+++-" is passed over, and so is nothing in a list without one. The source package
 * is not told, so advisories that speak of sources find packages of the same name only. Problems, and the rest is read:
 * a line that is no record. Limits: LIST_BYTES_MAX, also unpacked. Source: dpkg-query(1) --list; the core20 snap's
 * hooks (canonical/core20). */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/decompress.h"

#define LIST_BYTES_MAX (16 * DD_MIB)

static struct dd_str next_word(struct dd_str *rest)
{
	size_t begin = 0, end;
	while (begin < rest->n && rest->p[begin] == ' ')
		begin++;
	for (end = begin; end < rest->n && rest->p[end] != ' ';)
		end++;
	struct dd_str word = dd_str_take(dd_str_skip(*rest, begin), end - begin);
	*rest = dd_str_skip(*rest, end);
	return word;
}

static void read_record(struct dd_found *out, struct dd_str line, uint64_t at)
{
	struct dd_str rest = line, state = next_word(&rest), name = next_word(&rest), version = next_word(&rest);
	struct dd_str arch = next_word(&rest);
	if (state.n < 2 || state.n > 3 || arch.n == 0) {
		dd_found_problem(out, at, "not a line of a list of packages: %s", DD_QUOTE(line));
		return;
	}
	if (state.p[1] == 'n' || state.p[1] == 'c')
		return; /* nothing of it is there, or only configuration */
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "deb",
					      dd_str_take(name, dd_str_find(name, ':')), version, at);
	if (p)
		p->arch = dd_found_str(out, arch);
}

static void read_list(struct dd_found *out, struct dd_str text)
{
	static const struct dd_str ruler = { "+++-", 4 };
	size_t header = dd_str_starts(text, ruler) ? 0 : dd_str_search(text, DD_STR("\n+++-"));
	struct dd_str rest = header < text.n ? dd_str_skip(text, header) : text, line;
	while (!out->failed && rest.n) {
		uint64_t at = text.n - rest.n;
		(void)dd_str_line(&rest, &line);
		if (dd_str_trim(line).n && !dd_str_starts(line, ruler))
			read_record(out, line, at);
	}
}

static enum dd_code unpack(struct dd_str data, struct dd_buf *text, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *bytes = NULL, *plain = NULL;
	DD_TRY(dd_stream_memory(data, DD_STREAM_BLOCK_BYTES, &bytes, err));
	DD_TRY(dd_stream_decompress(bytes, LIST_BYTES_MAX, &plain, err));
	for (struct dd_str block;;) {
		DD_TRY(dd_stream_next(plain, &block, err));
		if (block.n == 0)
			return DD_OK;
		(void)dd_buf_add_str(text, block);
		DD_TRY(dd_buf_check(text, "the list of packages", err));
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(LIST_BYTES_MAX);
	enum dd_code code = unpack(in->data, &text, err);
	if (code == DD_ENOMEM)
		return code;
	read_list(out, dd_buf_str(&text)); /* what came before the damage */
	DD_TRY(code);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "usr/share/snappy/dpkg.list", NULL, LIST_BYTES_MAX },
	{ DD_MATCH_PATH, "usr/share/snappy/dpkg.list.gz", NULL, LIST_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_snap_list = {
	.id = "snap-list",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "packages of a base snap",
	.purl_type = "deb",
	.match = match,
	.parse = parse,
};
