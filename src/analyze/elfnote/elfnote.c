/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and libraries that say which package they were built in: a note of owner "FDO" and type CAFE1A7E, in the
 * section .note.package, whose description is JSON:
 *
 *   { "type": "rpm" / "deb" / "apk" / "alpm" …, "name": N, "version": V, "architecture": A,
 *     "os": ID, "osVersion": VERSION_ID, "osCpe": "cpe:/o:vendor:product:version", "appCpe": CPE, "debugInfoUrl": URL }
 *
 * type, name and version make a package of that purl type; os and osVersion (else those of osCpe) its qualifier distro.
 * Where an OS package owns the file, its database knows better, and the inventory says so. Other keys are not read.
 *
 * In the wild: Fedora since 36 and its children, Azure Linux, Arch; name is that of the source package. The text ends
 * with a NUL, and some linkers pad it with more.
 * Limits: NOTE_BYTES_MAX, the first NOTES_MAX such notes. Source: systemd.io/ELF_PACKAGE_METADATA,
 * uapi-group.org/specifications/specs/package_metadata_for_executable_files. */
#include "analyze/analyzer.h"
#include "base/limits.h"
#include "format/elf.h"
#include "format/json.h"

enum { NT_FDO_PACKAGING_METADATA = (int)0xcafe1a7e, NOTE_BYTES_MAX = 64 * 1024, NOTES_MAX = 4 };

/* Letters and digits: what becomes a purl type. */
static bool is_type(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	return s.n > 0 && s.n <= 32;
}

/* "distro=fedora-38"; empty when the note does not say. */
static struct dd_str distro_of(const json_t *note, struct dd_found *out)
{
	struct dd_str id = dd_json_str(note, "os"), version = dd_json_str(note, "osVersion");
	struct dd_str rest = dd_json_str(note, "osCpe"), part[5] = { { "", 0 } };
	for (size_t i = 0; i < DD_COUNT(part) && dd_str_next(&rest, ':', &part[i]); i++)
		; /* cpe : /o : vendor : product : version */
	if (id.n == 0 && dd_str_eq_c(part[0], "cpe") && dd_str_eq_c(part[1], "/o")) {
		id = part[3];
		version = part[4];
	}
	if (!dd_str_is_word(id) || (version.n && !dd_str_is_word(version)) || id.n + version.n > DD_FIELD_BYTES_MAX)
		return DD_STR("");
	struct dd_str text =
		dd_arena_printf(out->arena, "distro=%.*s%s%.*s", DD_FMT(id), version.n ? "-" : "", DD_FMT(version));
	if (!text.p) {
		out->failed = true;
		return DD_STR("");
	}
	for (size_t i = 0; i < text.n; i++) /* "Debian"; ids of os-release are in small letters */
		((char *)(uintptr_t)text.p)[i] = dd_lower(text.p[i]);
	return text;
}

static void add(const json_t *note, uint64_t at, struct dd_found *out)
{
	struct dd_str type = dd_json_str(note, "type"), name = dd_json_str(note, "name");
	struct dd_str version = dd_json_str(note, "version"), arch = dd_json_str(note, "architecture");
	struct dd_str cpe = dd_json_str(note, "appCpe");
	if (!is_type(type) || !dd_str_is_word(name) || !dd_str_is_word(version) || (arch.n && !dd_str_is_word(arch))) {
		dd_found_problem(out, at, "package note without a type, name and version: %s %s %s", DD_QUOTE(type),
				 DD_QUOTE(name), DD_QUOTE(version));
		return;
	}
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return;
	p->type = dd_found_str(out, type);
	p->name = dd_found_str(out, name);
	p->version = dd_found_str(out, version);
	p->arch = dd_found_str(out, arch);
	if (dd_str_starts(cpe, DD_STR("cpe:2.3:")) && dd_str_is_word(cpe))
		p->cpe = dd_found_str(out, cpe);
	p->qualifiers = distro_of(note, out);
}

static void read_note(struct dd_str text, uint64_t at, struct dd_found *out)
{
	json_t *doc DD_CLEANUP_JSON = NULL;
	struct dd_err why;
	text = dd_str_take(text, dd_str_find(text, '\0'));
	if (text.n > NOTE_BYTES_MAX)
		dd_found_problem(out, at, "package note of %zu bytes is too long", text.n);
	else if (dd_json_parse(text, &doc, &why) != DD_OK)
		dd_found_problem(out, at, "package note: %s", why.message);
	else
		add(doc, at, out);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_elf e;
	struct dd_elf_note note;
	if (dd_elf_open(in->data, &e, NULL) != DD_OK)
		return DD_OK;
	int n = 0;
	for (struct dd_elf_notes it = DD_ELF_NOTES(&e); n < NOTES_MAX && dd_elf_notes_next(&it, &note);) {
		if (note.type != (uint32_t)NT_FDO_PACKAGING_METADATA || !dd_str_eq_c(note.owner, "FDO"))
			continue;
		read_note(note.desc, (uint64_t)(note.desc.p - in->data.p), out);
		n++;
	}
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_MAGIC, "\177ELF", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_elfnote = {
	.id = "elf-note",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "package notes of programs and libraries (.note.package)",
	.purl_type = "generic",
	.match = match,
	.parse = parse,
};
