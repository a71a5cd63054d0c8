/* SPDX-License-Identifier: Apache-2.0 */
/* The packages of the system by its distribution's advisories (vuln_system.c), third-party ones by those of their
 * ecosystem (vuln_third_party.c). Statements about one vulnerability are weighed against each other in statement.c;
 * ranges are evaluated in range.c. One finding for each vulnerability and package. Withdrawn vulnerabilities never
 * match. */
#include "judge/vuln/vuln.h"

#include "base/buf.h"
#include "judge/vuln/judging.h"
#include "judge/vuln/kernel.h"

#define OS_TEXT_MAX ((size_t)256)

static void judging_done(struct dd_judging *j)
{
	dd_map_done(&j->seen);
	dd_vec_done(&j->vulns);
}

/* "debian 12", safe to print. */
static struct dd_str text_of_os(const struct dd_os *os, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(8 * OS_TEXT_MAX);
	(void)dd_buf_add_escaped(&b, dd_str_take(os->id, OS_TEXT_MAX / 2));
	if (os->version.n) {
		(void)dd_buf_add_char(&b, ' ');
		(void)dd_buf_add_escaped(&b, dd_str_take(os->version, OS_TEXT_MAX / 2));
	}
	return dd_arena_str(a, dd_buf_str(&b));
}

static enum dd_code judge_all(struct dd_judging *j)
{
	j->kernel_installed = dd_kernel_image_installed(j->inv);
	DD_TRY(dd_judge_system(j));
	return dd_judge_third_party(j);
}

enum dd_code dd_judge_vuln(const struct dd_inventory *inv, const struct dd_db *db, struct dd_arena *a,
			   struct dd_findings *out, struct dd_err *err)
{
	DD_CLEANUP(judging_done)
	struct dd_judging j = {
		.inv = inv,
		.db = db,
		.arena = a,
		.out = out,
		.err = err,
		.os_text = text_of_os(&inv->os, a),
	};
	enum dd_code code = j.os_text.p ? judge_all(&j) : DD_ENOMEM;
	return code == DD_ENOMEM ? dd_fail_nomem(err) : code;
}
