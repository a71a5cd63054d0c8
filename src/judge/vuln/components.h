/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that an inventory has twice: a component of Bitnami's ("pkg:bitnami/vault@1.15.2-3", from the document in
 * opt/bitnami/vault) and the Go module that its program says it is built from ("github.com/hashicorp/vault v1.15.2", in
 * opt/bitnami/vault/bin/vault). Both are true and both are listed, but they are one thing with one set of
 * vulnerabilities: those that Bitnami's advisories have by the one name and Go's by the other. They become findings of
 * the component, which is what somebody can replace.
 *
 * A module is a component's program when model/program.h gives it the component's name, when all places where it was
 * found lie in the component's directory, and when it has no other version than the component: upstream's, or none (a
 * pseudo-version). Internal to judge/vuln/. */
#ifndef DD_COMPONENTS_H
#define DD_COMPONENTS_H

#include "base/arena.h"
#include "base/map.h"
#include "judge/vuln/judging.h"

struct dd_components {
	const struct dd_inventory *inv;
	struct dd_map places; /* "directory\nname" → index of the component */
	uint32_t *partner; /* of each package: the module of a component, the component of a module, or DD_MAP_NONE */
	struct dd_arena arena;
};

/* An empty *c (zeroes) holds nothing. DD_ENOMEM. */
enum dd_code dd_components_build(struct dd_components *c, const struct dd_inventory *inv);
void dd_components_done(struct dd_components *c);
/* Is the package a module whose component is judged for it? */
bool dd_components_holds(const struct dd_components *c, size_t package);
/* What the component's program is called and which version it has among Go modules; false: none. */
bool dd_components_module(const struct dd_components *c, const struct dd_installed *component, struct dd_subject *ret);

#endif
