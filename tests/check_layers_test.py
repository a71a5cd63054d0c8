#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tools/check-layers must be able to fail: small made-up trees, each with one fault, and the complaint they must draw."""
import os
import sys
import tempfile

from support.tap import ROOT, Tap, run

TOOL = os.path.join(ROOT, "tools", "check-layers")
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
TABLE = """# x
| folder | what it does | may use |
|---|---|---|
| `src/cmd/` | prints | everything below |
| `src/analyze/` | reads | format, base |
| `src/net/` | HTTP | base |
| `src/format/` | bytes | base |
| `src/base/` | strings | libc |
"""
GOOD = {
    "ARCHITECTURE.md": TABLE,
    "src/cmd/main.c": SPDX + '#include <stdio.h>\n#include "analyze/apk/apk.h"\nint main(void)\n{\n\tputs("hi");\n}\n',
    "src/analyze/apk/apk.h": SPDX + '#include "format/tar.h"\n',
    "src/analyze/rpm/rpm.h": SPDX,
    "src/net/http.c": SPDX + "#include <curl/curl.h>\n",
    "src/format/tar.h": SPDX + '#include "base/str.h"\n',
    "src/base/str.h": SPDX + "/* printf( in a comment is none */\n",
    "src/base/str_test.c": SPDX + '#include "support/test.h"\n#include "base/str.h"\n',
}
LONG_FUNCTION = "int f(int x)\n{\n" + "\tx++;\n" * 120 + "\treturn x;\n}\n"

# name, files that differ from GOOD (None: left out), part of the complaint; no complaint: must pass
CASES = [
    ("a good tree passes", {}, None),
    ("arrow up", {"src/base/str.h": SPDX + '#include "format/tar.h"\n'}, "src/base/str.h:2: src/base/ may not use src/format/"),
    ("arrow sideways", {"src/format/tar.h": SPDX + '# include "net/http.h"\n', "src/net/http.h": SPDX},
     "src/format/ may not use src/net/"),
    ("arrow past the list", {"src/analyze/apk/apk.h": SPDX + '#include "net/http.h"\n', "src/net/http.h": SPDX},
     "src/analyze/ may not use src/net/"),
    ("a test is no excuse", {"src/base/str_test.c": SPDX + '#include "format/tar.h"\n'}, "src/base/ may not use"),
    ("support is for tests", {"src/base/str.h": SPDX + '#include "support/test.h"\n'}, "is no path below src/"),
    ("relative include", {"src/format/tar.h": SPDX + '#include "../base/str.h"\n'}, "is no path below src/"),
    ("sibling", {"src/analyze/apk/apk.h": SPDX + '#include "analyze/rpm/rpm.h"\n'}, "includes its sibling analyze/rpm/rpm.h"),
    ("socket outside net", {"src/format/tar.h": SPDX + "#include <sys/socket.h>\n"}, "<sys/socket.h> outside src/net/"),
    ("printing", {"src/format/x.c": SPDX + 'void f(void)\n{\n\tprintf("x");\n}\n'}, "src/format/x.c:4: prints"),
    ("same name", {"src/net/str.h": SPDX}, "the name is taken by src/base/str.h"),
    ("no licence line", {"src/base/str.h": "\n"}, "src/base/str.h: no SPDX line"),
    ("no licence line in a script", {"tools/x": "#!/bin/sh\nexit\n"}, "tools/x: no SPDX line"),
    ("folder without a row", {"src/extra/a.h": SPDX}, "src/extra/ has no row"),
    ("row without a folder", {"src/net/http.c": None}, "names src/net/, which has no code"),
    ("long file", {"src/base/long.c": SPDX + "\n" * 900}, "src/base/long.c: 901 lines"),
    ("long file with a reason", {"src/base/long.c": SPDX + "\n" * 900, "tools/long.txt": "src/base/long.c one table\n"}, None),
    ("long file with an empty reason", {"src/base/long.c": SPDX + "\n" * 900, "tools/long.txt": "src/base/long.c\n"},
     "no reason in tools/long.txt"),
    ("long function", {"src/base/f.c": SPDX + LONG_FUNCTION}, "src/base/f.c:f: line 3: 123 lines"),
    ("unused exception", {"tools/long.txt": "src/base/gone.c was long\n"}, "src/base/gone.c needs no exception"),
    ("rule that points up", {"ARCHITECTURE.md": TABLE.replace("| bytes | base |", "| bytes | net, base |")},
     "lets src/format/ use what stands above it"),
    ("no table", {"ARCHITECTURE.md": "# nothing\n"}, "nothing was checked"),
]


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            if text is None:
                continue
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as f:
                f.write(text)
        return run(TOOL, "--root", root)


def main():
    tap = Tap()
    for name, change, want in CASES:
        done = check({**GOOD, **change})
        output = done.stdout + done.stderr
        if want is None:
            good = done.returncode == 0 and "not ok" not in output
        else:
            good = done.returncode != 0 and want in output
        tap.ok(good, name, f"wanted {want!r}; exit status {done.returncode}; printed:", output)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
