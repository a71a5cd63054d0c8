/* SPDX-License-Identifier: Apache-2.0 */
/* Names of Nix store entries; nix.c has the form. */
#ifndef DD_ANALYZE_NIX_NAME_H
#define DD_ANALYZE_NIX_NAME_H

#include "analyze/analyzer.h"
#include "analyze/third_party.h"

/* "HASH-openssl-3.0.7-dev" → "openssl-3.0.7-dev"; empty: not the name of an entry. */
struct dd_str dd_nix_entry_name(struct dd_str entry);
/* A derivation, lock, source or patch, by its ending. */
bool dd_nix_is_no_package(struct dd_str name);
/* builtins.parseDrvName; false: there is no version. */
bool dd_nix_split(struct dd_str name, struct dd_str *ret_name, struct dd_str *ret_version);
/* "3.0.7-dev" → "3.0.7" */
struct dd_str dd_nix_without_output(struct dd_str version);

#endif
