/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of reading NuGet's files, shared by the files of this folder. */
#ifndef DD_DOTNET_H
#define DD_DOTNET_H

#include "analyze/analyzer.h"
#include "analyze/json_sections.h"

/* NuGet.org asks for at most 100 characters of an id */
enum { DD_DOTNET_NAME_BYTES_MAX = 1024 };

/* Cuts "Name/1.2.3", the key of a library; false: it has no such form. */
bool dd_dotnet_key(struct dd_str key, struct dd_str *ret_name, struct dd_str *ret_version);
/* "sha512:<hex>" of base64; empty when it is none. */
struct dd_str dd_dotnet_digest(struct dd_found *out, struct dd_str base64);
/* Calls item for each member of an object without parsing what is in it; see dd_json_each, which is for the next level.
 * name is good for the time of the call. Broken members are problems. */
typedef void dd_dotnet_section_fn(void *context, struct dd_str name, struct dd_json_section section);
void dd_dotnet_each_section(struct dd_found *out, struct dd_json_section section, dd_dotnet_section_fn *item,
			    void *context);
/* {"name": "version"} into the lines of dd_package.depends. */
void dd_dotnet_depends(struct dd_found *out, const json_t *dependencies, struct dd_buf *list);
/* A package that a project asks for. version may be empty: not known. NULL as dd_third_party. */
struct dd_package *dd_dotnet_declare(struct dd_found *out, struct dd_str name, struct dd_str version, uint64_t at);

#endif
