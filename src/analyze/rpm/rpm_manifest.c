/* SPDX-License-Identifier: Apache-2.0 */
/* /var/lib/rpmmanifest/container-manifest-2, which Azure Linux (CBL-Mariner) leaves in distroless images instead of a
 * database. One package a line, written by
 *   rpm -qa --qf "%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t
 *                 %{EPOCHNUM}\t%{SOURCERPM}\n"
 * Columns behind the tenth are left alone. rpm writes "(none)" for a tag that a package lacks. VERSION and RELEASE have
 * no dash, so that the only one parts them. EPOCHNUM is 0 where EPOCH is "(none)". There is no list of files.
 * (container-manifest-1 beside it has names only and is not read.) */
#include "analyze/rpm/rpm_package.h"
#include "base/limits.h"

enum column { COL_NAME, COL_VERSION, COL_VENDOR = 4, COL_SIZE = 6, COL_ARCH, COL_EPOCHNUM, COL_SOURCERPM, COL_COUNT };

static struct dd_str column_text(struct dd_str s)
{
	return dd_str_eq_c(s, "(none)") ? (struct dd_str){ "", 0 } : s;
}

/* False when the line has no such form. */
static bool parse_line(struct dd_str line, struct dd_rpm_names *ret)
{
	struct dd_str columns[COL_COUNT], rest = line;
	uint64_t epoch, size = 0;
	for (int i = 0; i < COL_COUNT; i++)
		if (!dd_str_next(&rest, '\t', &columns[i]))
			return false;
	struct dd_str version = columns[COL_VERSION], epoch_text = column_text(columns[COL_EPOCHNUM]);
	size_t dash = dd_str_rfind(version, '-');
	if (columns[COL_NAME].n == 0 || dash == 0 || dash + 1 >= version.n)
		return false;
	if (epoch_text.n == 0)
		epoch = 0;
	else if (!dd_str_u64(epoch_text, UINT32_MAX, &epoch))
		return false;
	(void)dd_str_u64(columns[COL_SIZE], UINT64_MAX, &size);
	*ret = (struct dd_rpm_names){
		.name = columns[COL_NAME],
		.version = dd_str_take(version, dash),
		.release = dd_str_skip(version, dash + 1),
		.arch = column_text(columns[COL_ARCH]),
		.source_rpm = column_text(columns[COL_SOURCERPM]),
		.vendor = column_text(columns[COL_VENDOR]),
		.epoch = epoch,
		.installed_bytes = size,
	};
	return true;
}

enum dd_code dd_rpm_manifest_parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str rest = in->data, line;
	while (dd_str_line(&rest, &line)) {
		struct dd_rpm_names names;
		struct dd_package *p;
		uint64_t at = (uint64_t)(line.p - in->data.p);
		if (dd_str_trim(line).n == 0)
			continue;
		if (line.n > DD_FIELD_BYTES_MAX)
			dd_found_problem(out, at, "line of %zu bytes is too long", line.n);
		else if (!parse_line(line, &names))
			dd_found_problem(out, at, "not a line of a package manifest: %s", DD_QUOTE(line));
		else
			DD_TRY(dd_rpm_package_add(out, &names, at, &p, err));
	}
	return DD_OK;
}
