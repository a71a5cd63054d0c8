/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that advisories call by a name of their own besides that of the module they are built from (programs.def).
 * Such a program is one package, of its module's type and name: its CPE name says that it is the program and not a
 * dependency of the same repository. */
#ifndef DD_PROGRAM_H
#define DD_PROGRAM_H

#include "base/str.h"

struct dd_program {
	const char *module;	      /* path of the Go module without its /vN */
	const char *name;	      /* as Bitnami's advisories call it */
	const char *vendor, *product; /* of the CPE name, as NVD writes them */
};

/* The program whose main module, or whose command's path, is `path`; NULL: none with a name of its own. */
const struct dd_program *dd_program_of_module(struct dd_str path);
/* Upstream's version as other sources write it: "1.2.3-rc.1" of "v1.2.3-rc.1+dirty"; a view of version. */
struct dd_str dd_program_version(struct dd_str version);
/* Does a CPE 2.3 name have the vendor and product of the program? */
bool dd_program_has_cpe(const struct dd_program *p, struct dd_str cpe);

#endif
