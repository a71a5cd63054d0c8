/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the Go analyzers. */
#ifndef DD_GO_H
#define DD_GO_H

#include "analyze/analyzer.h"

/* One module as a line of build information or of go.mod names it. */
struct dd_go_module {
	struct dd_str path, version;
};

/* Is it a pseudo-version, v0.0.0-20210222095348-6979fe12a295 or one of its longer forms, with or without "+dirty"? */
bool dd_go_is_pseudo(struct dd_str version);

/* The version that -X settings of the linker give to the program of module `path`, as a view into ldflags; empty: none,
 * or several that differ. */
struct dd_str dd_go_ldflags_version(struct dd_str ldflags, struct dd_str path, struct dd_buf *scratch);

/* Does a variable of that name hold a version, by custom: "main.version", "example.com/x.gitVersion"? */
bool dd_go_is_version_key(struct dd_str key);

/* The linker's -X settings of versions in an ELF program's symbols, as flags in `a`; empty: none are there. */
struct dd_str dd_go_symbol_flags(struct dd_str program, struct dd_arena *a);

/* The version of the standard library as advisories write it: "1.22.3", "1.21.0-rc.2"; empty for development builds.
 * version is what the linker wrote: "go1.22.3 X:boringcrypto". */
struct dd_str dd_go_stdlib_version(struct dd_str version, struct dd_arena *a);

/* Adds a package of type golang; NULL when memory or a limit is out, or (with a problem) when the module's name is no
 * name: then out->failed says which. */
struct dd_package *dd_go_add(struct dd_found *out, const struct dd_go_module *m, uint64_t at);

/* …/pkg/mod/example.com/a@v1.2.3/go.mod: nothing of what such a file names is selected by it. */
bool dd_go_in_module_cache(struct dd_str path);

#endif
