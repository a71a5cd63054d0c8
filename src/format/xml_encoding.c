/* SPDX-License-Identifier: Apache-2.0 */
/* ISO-8859-15 and windows-1252 as differences to ISO-8859-1. Source: unicode.org/Public/MAPPINGS. */
#include "format/xml_encoding.h"

#include "base/cleanup.h"

struct difference {
	unsigned char byte;
	unsigned short code;
};

static const struct difference latin9[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 }, { 0xb4, 0x017d },
	{ 0xb8, 0x017e }, { 0xbc, 0x0152 }, { 0xbd, 0x0153 }, { 0xbe, 0x0178 },
};

/* 0x81, 0x8d, 0x8f, 0x90 and 0x9d stand for nothing there; the web reads them as the C1 controls that they are in
 * ISO-8859-1, and so do we. */
static const struct difference windows1252[] = {
	{ 0x80, 0x20ac }, { 0x82, 0x201a }, { 0x83, 0x0192 }, { 0x84, 0x201e }, { 0x85, 0x2026 }, { 0x86, 0x2020 },
	{ 0x87, 0x2021 }, { 0x88, 0x02c6 }, { 0x89, 0x2030 }, { 0x8a, 0x0160 }, { 0x8b, 0x2039 }, { 0x8c, 0x0152 },
	{ 0x8e, 0x017d }, { 0x91, 0x2018 }, { 0x92, 0x2019 }, { 0x93, 0x201c }, { 0x94, 0x201d }, { 0x95, 0x2022 },
	{ 0x96, 0x2013 }, { 0x97, 0x2014 }, { 0x98, 0x02dc }, { 0x99, 0x2122 }, { 0x9a, 0x0161 }, { 0x9b, 0x203a },
	{ 0x9c, 0x0153 }, { 0x9e, 0x017e }, { 0x9f, 0x0178 },
};

static const struct {
	const char *name;
	const struct difference *rows;
	size_t n;
} encodings[] = {
	{ "iso-8859-15", latin9, DD_COUNT(latin9) },
	{ "latin-9", latin9, DD_COUNT(latin9) },
	{ "windows-1252", windows1252, DD_COUNT(windows1252) },
	{ "cp1252", windows1252, DD_COUNT(windows1252) },
	{ "latin1", NULL, 0 },
	{ "latin-1", NULL, 0 },
	{ "iso8859-1", NULL, 0 },
};

bool dd_xml_encoding(struct dd_str name, int ret_map[256])
{
	for (size_t i = 0; i < DD_COUNT(encodings); i++) {
		if (!dd_str_eq_nocase(name, dd_str_from(encodings[i].name)))
			continue;
		for (int b = 0; b < 256; b++)
			ret_map[b] = b;
		for (size_t k = 0; k < encodings[i].n; k++)
			ret_map[encodings[i].rows[k].byte] = encodings[i].rows[k].code;
		return true;
	}
	return false;
}
