/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DD_CONAN_REF_H
#define DD_CONAN_REF_H

#include "model/facts.h"

/* A package from "name/version[@user/channel][#revision][%time]"; NULL as dd_third_party. */
struct dd_package *dd_conan_package(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str ref,
				    uint64_t at);

#endif
