/* SPDX-License-Identifier: Apache-2.0 */
/* What the Go linker writes into every program about how it was built: the Go version, and the text that
 * `go version -m` prints (main module, dependencies, build settings). ELF, PE, Mach-O and universal Mach-O.
 * Source: Go 1.26, debug/buildinfo/buildinfo.go; runtime/debug/mod.go; cmd/link/internal/ld/data.go (buildinfo). */
#ifndef DD_GO_BUILDINFO_H
#define DD_GO_BUILDINFO_H

#include "base/err.h"
#include "base/str.h"

struct dd_go_buildinfo {
	struct dd_str version; /* "go1.22.3", "devel go1.24-…": any bytes */
	struct dd_str modules; /* the text, without its framing; empty: built without modules */
	uint64_t at;	       /* of the modules' text in the file */
};

/* *ret_found false: no Go program (then ret is not written), or one older than Go 1.13. A universal file gives what the
 * first of its programs that has any says. ret's views are into bytes. DD_EPARSE: there is build information that
 * cannot be read; err->at is the offset. */
enum dd_code dd_go_buildinfo_read(struct dd_str bytes, struct dd_go_buildinfo *ret, bool *ret_found,
				  struct dd_err *err);

/* Lines of the modules' text: `for (struct dd_str rest = b.modules; dd_go_buildinfo_line(&rest, &line);)`. */
struct dd_go_line {
	struct dd_str word;	/* "path", "mod", "dep", "=>", "build"; anything else: of a newer Go */
	struct dd_str field[3]; /* path, version, checksum; of "path" the first one; of "build" see below */
	size_t n;		/* fields there are */
};
bool dd_go_buildinfo_line(struct dd_str *rest, struct dd_go_line *ret);

/* A "build" line's field[0] is KEY=VALUE, either of them quoted as Go does when it has to. The texts without quotes are
 * views into s, or are written to *space (of at least s.n bytes, for each of the two). False: damaged. */
bool dd_go_buildinfo_setting(struct dd_str s, char *space, struct dd_str *ret_key, struct dd_str *ret_value);

#endif
