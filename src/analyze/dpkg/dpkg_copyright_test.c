/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_dpkg_copyright;

#define PLACE  "usr/share/doc/a/copyright"
#define FORMAT "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"

static enum dd_code read_file(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_dpkg_copyright, dd_str_from(path), data, 0, out);
}

struct row {
	struct dd_str data;
	const char *want; /* lines with "\\n" between them; "" none */
};

static void check_rows(const struct row *rows, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB), want = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < n; i++) {
		dd_buf_clear(&want);
		if (rows[i].want[0])
			(void)dd_buf_addf(&want, "licences\ttext=%s\n", rows[i].want);
		CHECK(read_file(PLACE, rows[i].data, &out) == DD_OK);
		CHECK(dd_buf_add_char(&want, '\0') == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), want.p, DD_QUOTE(rows[i].data));
	}
}

/* The lines that python3-debian's debian.copyright gives (tests/copyright_oracle.py asks it about real files). */
TEST(dpkg_copyright_machine_readable)
{
	static const struct row rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR(FORMAT), "" },
		{ DD_STR(FORMAT
			 "\nFiles: *\nCopyright: 2024 A\nLicense: GPL-2+\n This is …\n .\n License: MIT\n\n"
			 "Files: debian/*\nLicense: Expat\n\nLicense: GPL-2+\n text\n\nLicense: BSD-3-clause\n x\n"),
		  "GPL-2+\\nExpat" },
		/* each once, in the order of the file; the header's, too */
		{ DD_STR(FORMAT
			 "License: Apache-2.0\n\nFiles: b\nLicense: MIT\n\nFiles: c\nLicense:  MIT \n\nFiles: d\n"
			 "License: ISC\n"),
		  "Apache-2.0\\nMIT\\nISC" },
		/* alternatives are two texts in two paragraphs: those do not count */
		{ DD_STR(FORMAT
			 "\nFiles: *\nLicense: GPL-1+ or Artistic\n\nLicense: GPL-1+\n x\n\nLicense: Artistic\n y\n"),
		  "GPL-1+ or Artistic" },
		/* nobody refers to them: they are all there is */
		{ DD_STR(FORMAT "\nLicense: GPL-1+\n x\n\nLicense: Artistic\n y\n"), "GPL-1+\\nArtistic" },
		/* a comma binds more loosely than words */
		{ DD_STR(FORMAT "\nFiles: *\nLicense: GPL-1+ or Artistic, and Expat\n\nFiles: b\n"
				"License: MIT, and GPL-2+ with Bison exception, or X11 and,ISC\n"),
		  "(GPL-1+ or Artistic) and Expat\\nMIT and (GPL-2+ with Bison exception) or (X11 and) and ISC" },
		{ DD_STR("Format-Specification: http://dep.debian.net/deps/dep5\r\n\r\nFILES: *\r\nlicense : MIT\r\n"),
		  "MIT" },
		/* an empty name with a text */
		{ DD_STR(FORMAT "\nFiles: *\nLicense:\n Licensed under the Apache License,\n Version 2.0 (the …\n\n"
				"Files: b\nLicense:\n\nFiles: c\nLicense:\n something else\n"),
		  "Apache-2.0" },
		/* prose between the fields; a field twice: the first counts */
		{ DD_STR(FORMAT "what is this\n\nFiles: *\noops, not indented\nLicense: MIT\nLicense: ISC\n"), "MIT" },
		{ DD_STR(FORMAT "\nFiles: *\nLicense: a\0b\n\nFiles: c\nLicense: \xff\n"), "a\\x00b\\n\\xff" },
	};
	check_rows(rows, DD_COUNT(rows));
}

#define MIT                                                                                                            \
	"Permission is hereby granted, free of charge, to any person obtaining a copy\n"                               \
	"of this software and associated documentation files (the \"Software\"), to deal\n"                            \
	"in the Software without restriction, including without limitation the rights\n"                               \
	"to use, copy, modify, merge, publish, distribute, sublicense, and/or sell\n"                                  \
	"copies of the Software, and to permit persons to whom the Software is\n"                                      \
	"furnished to do so, subject to the following conditions:\n\n"                                                 \
	"The above copyright notice and this permission notice shall be included in all\n"                             \
	"copies or substantial portions of the Software.\n\n"                                                          \
	"THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\nIMPLIED, INCLUDING …\n"
#define NAME_CLAUSE                                                                                                    \
	"Except as contained in this notice, the name of A. U. Thor shall not be used in advertising or otherwise\n"   \
	"to promote the sale, use or other dealings in this Software without prior written authorization.\n"
#define BSD(clauses)                                                                                                   \
	"# Redistribution and use in source and binary forms, with or without\n# modification, are permitted provided" \
	" that the following conditions are\n# met:\n# 1. Redistributions of source code must retain the above "       \
	"copyright\n# notice, this list of conditions and the following disclaimer.\n# 2. Redistributions in binary "  \
	"form must reproduce the above copyright\n# notice, this list of conditions and the following disclaimer in "  \
	"the\n# documentation and/or other materials provided with the distribution.\n" clauses                        \
	"# THIS SOFTWARE IS PROVIDED BY THE AUTHOR ``AS IS'' AND ANY EXPRESS …\n"
#define ADVERTISING                                                                                                    \
	"# 3. All advertising materials mentioning features or use of this software\n# must display the following "    \
	"acknowledgement:\n# This product includes software developed by %s and its contributors.\n"
#define ENDORSE                                                                                                        \
	"# 3. Neither the name of the copyright holder nor the names of its contributors\n# may be used to endorse "   \
	"or "                                                                                                          \
	"promote products derived from this software\n# without specific prior written permission.\n"
#define GNU(name, version)                                                                                             \
	"it under the terms of the GNU " name " as\npublished by the Free Software Foundation" version "\n"

TEST(dpkg_copyright_prose)
{
	static const struct row rows[] = {
		{ DD_STR("This package was debianized by A.\n"), "" },
		{ DD_STR(MIT), "MIT" },
		{ DD_STR(MIT MIT), "MIT" },
		{ DD_STR(MIT NAME_CLAUSE), "X11" },
		{ DD_STR(BSD("")), "BSD-2-clause" },
		{ DD_STR(BSD(ENDORSE)), "BSD-3-clause" },
		{ DD_STR(BSD(ADVERTISING ENDORSE)), "BSD-4-clause" },
		{ DD_STR(BSD("All advertising materials mentioning features or use of this software must display: "
			     "developed by the University of California, Berkeley" ENDORSE)),
		  "BSD-4-clause-UC" },
		{ DD_STR(BSD(ENDORSE) BSD("")), "BSD-3-clause\\nBSD-2-clause" },
		/* further clauses make it another licence */
		{ DD_STR(BSD(
			  "3. You must send a postcard to the author, with a picture of the place you live in or near, "
			  "and a stamp that is not yet in the author's collection of stamps from all over the world, "
			  "which you can see at the address above.\n")),
		  "" },
		{ DD_STR(BSD("ALTERNATIVELY, this may be distributed under the GPL.\n")), "" },
		{ DD_STR(GNU("General Public License",
			     "; either version 2 of the License, or\n(at your option) any later "
			     "version.")),
		  "GPL-2+" },
		{ DD_STR(GNU("Lesser General Public\n * License",
			     "; either\n * version 2.1 of the License, or (at your "
			     "option) any\n * later version.")),
		  "LGPL-2.1+" },
		{ DD_STR(GNU("Library General Public License",
			     "; version 2 of the License, and not any later version.")),
		  "LGPL-2" },
		{ DD_STR(GNU("General Public License", "; version 3.0.")), "GPL-3" },
		{ DD_STR(GNU("General Public License", "; either version 2 or version 3.")), "" },
		{ DD_STR(GNU("General Public License", "; either version 7 of the License, or any later version.")),
		  "" },
		{ DD_STR("under the terms of the GNU Free Documentation License, Version 1.2 or\nany later version"),
		  "GFDL-1.2+" },
		/* nobody grants anything here */
		{ DD_STR("It links with a library under another license than the GNU General Public License version "
			 "2.\n"),
		  "" },
		/* what the reference says beyond the notice, and what it cannot say */
		{ DD_STR(GNU("General Public License", "; either version 2 of the License, or any later "
						       "version.") "see `/usr/share/common-licenses/GPL-2'. Or "
								   "/usr/share/common-licenses/GPL.\n"),
		  "GPL-2+" },
		{ DD_STR("The text is in /usr/share/common-licenses/GPL-2.\n"), "common-licenses/GPL-2" },
		{ DD_STR("The text is in /usr/share/common-licenses/LGPL.\n"), "common-licenses/LGPL" },
		{ DD_STR("in /usr/share/common-licenses/LGPL-2.1 and /usr/share/common-licenses/LGPL"),
		  "common-licenses/LGPL-2.1" },
		{ DD_STR("/usr/share/common-licenses/Artistic, /usr/share/common-licenses/Apache-2.0\n"
			 "/usr/share/common-licenses/BSD /usr/share/common-licenses/none /usr/share/common-licenses/"),
		  "Artistic\\nApache-2.0\\nBSD-3-clause" },
		/* pieces of a machine-readable file without its head */
		{ DD_STR("Files: *\nLicense: X11\n\nLicense: GPL-2+ or Artistic\nLicense: the one that "
			 "follows.\nLicense: see.\n"
			 " License: MIT\nLicense: other\nLicense:\n"),
		  "X11\\nGPL-2+ or Artistic\\nother" },
		{ DD_STR("Format\n\nLicense: MIT\n"), "MIT" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(dpkg_copyright_place)
{
	static const char *const others[] = { "usr/share/doc/copyright", "usr/share/doc/a/b/copyright", "copyright",
					      "home/usr/share/doc/a/copyright", "usr/share/doc/a/copyright/copyright" };
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(others); i++) {
		CHECK(read_file(others[i], DD_STR(MIT), &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), "", others[i]);
	}
}

/* Cut anywhere: never a name that the whole does not have, but the one that is cut. */
TEST(dpkg_copyright_truncated)
{
	static const struct dd_str whole[] = {
		DD_STR(FORMAT "\nFiles: *\nLicense: MIT\n x\n\nFiles: b\nLicense:\n a\n"),
		DD_STR(MIT BSD(ENDORSE) GNU("General Public License", "; either version 2 of the License, or later"))
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t k = 0; k < DD_COUNT(whole); k++)
		for (size_t n = 0; n <= whole[k].n; n++)
			CHECK(read_file(PLACE, dd_str_take(whole[k], n), &out) == DD_OK);
}

TEST(dpkg_copyright_limits)
{
	DD_CLEANUP_BUF struct dd_buf in = DD_BUF_INIT(16 * DD_MIB), out = DD_BUF_INIT(16 * DD_MIB);
	(void)dd_buf_add_c(&in, FORMAT);
	for (unsigned i = 0; i < 4000; i++)
		(void)dd_buf_addf(&in, "\nFiles: %u\nLicense: L-%u, or X\n", i, i);
	CHECK(read_file(PLACE, dd_buf_str(&in), &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("\tL-0 or X\\nL-1 or X\\n")) < out.n ||
	      dd_str_search(dd_buf_str(&out), DD_STR("=L-0 or X\\nL-1 or X\\n")) < out.n);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("are not listed: over 16384 bytes")) < out.n);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("L-3999")) == out.n);
	dd_buf_clear(&in);
	(void)dd_buf_add_c(&in, FORMAT "\nFiles: *\nLicense: ");
	for (unsigned i = 0; i < 1000; i++)
		(void)dd_buf_add_char(&in, 'x');
	(void)dd_buf_add_c(&in, "\n\nFiles: b\nLicense: MIT\n");
	CHECK(read_file(PLACE, dd_buf_str(&in), &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("name of a licence of 1000 bytes is too long")) < out.n);
	CHECK(dd_str_starts(dd_buf_str(&out), DD_STR("licences\ttext=MIT\n")));
	dd_buf_clear(&in);
	for (unsigned i = 0; in.n < 5 * DD_MIB; i++)
		(void)dd_buf_addf(&in, "Redistribution and use in source and binary forms gnu %u ", i);
	(void)dd_buf_add_c(&in, MIT);
	CHECK(read_file(PLACE, dd_buf_str(&in), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "problem\tat=4194304\ttext=prose is read up to here only, of 5243570 bytes\n");
}
