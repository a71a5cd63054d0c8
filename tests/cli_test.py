#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The command line as a whole: exit codes, messages, standard output that cannot be written, terminals, man pages and
completions. Only commands that need no image."""
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios

from support.tap import PROGRAM, ROOT, Tap, run

CLEAN, USAGE, CANNOT_RUN = 0, 2, 4


def drydock(*words, **more):
    return run(PROGRAM, *words, **more)


def commands():
    """Names in the list of `drydock help`."""
    text = drydock("help").stdout.split("Commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in text.splitlines() if re.match(r"  \S", line)]


def subcommands(name):
    text = drydock("help", name).stdout
    if "\nCommands:\n" not in text:
        return []
    return [line.split()[0] for line in text.split("Commands:\n")[1].split("\n\n")[0].splitlines()
            if re.match(r"  \S", line)]


def test_exit_codes(tap):
    for words, code, out, err in [
        ([], USAGE, "", r"^drydock .*(.|\n)*Commands:"),
        (["--version"], CLEAN, r"^drydock \d+\.\d+\.\d+\n$", "^$"),
        (["-V"], CLEAN, r"^drydock \d+\.\d+\.\d+\n$", "^$"),
        (["version"], CLEAN, r"^drydock \d+\.\d+\.\d+\n$", "^$"),
        (["--help"], CLEAN, "Commands:", "^$"),
        (["-h"], CLEAN, "Commands:", "^$"),
        (["help"], CLEAN, "Commands:", "^$"),
        (["help", "version"], CLEAN, r"(?s)Examples:.*Usage: drydock version.*Options:.*Exit codes:", "^$"),
        (["version", "--help"], CLEAN, "Usage: drydock version", "^$"),
        (["version", "-h"], CLEAN, "Usage: drydock version", "^$"),
        (["--help", "version"], CLEAN, "Usage: drydock version", "^$"),
        (["versoin"], USAGE, "^$", r"unknown command 'versoin': did you mean 'version'\?\n.*drydock help' shows"),
        (["help", "versoin"], USAGE, "^$", r"did you mean 'version'\?"),
        (["help", "version", "x"], USAGE, "^$", "'version' has no command 'x'"),
        (["help", "a", "b", "c", "d"], USAGE, "^$", "'help' does not take 'd'"),
        (["version", "x"], USAGE, "^$", "'version' does not take 'x'\n.*'drydock help version' shows"),
        (["version", "--bad"], USAGE, "^$", "unknown option '--bad'"),
        (["help", "--completion"], USAGE, "^$", "option '--completion' needs a value: SHELL"),
        (["help", "--completion", "tcsh"], USAGE, "^$", "is one of bash, zsh, fish, not 'tcsh'"),
        (["help", "--compeltion"], USAGE, "^$", r"did you mean '--completion'\?"),
        (["--hlp"], USAGE, "^$", r"did you mean '--help'\?"),
        (["-q", "version"], USAGE, "^$", "the command comes before its options, not '-q'"),
        ([""], USAGE, "^$", "unknown command ''"),
        (["\x1b[2J"], USAGE, "^$", r"unknown command '\\x1b\[2J'"),
        (["version", b"\xff\xfe"], USAGE, "^$", r"does not take '\\xff\\xfe'"),
        (["version", "--" + "x" * 100000], USAGE, "^$", r"unknown option '--x+\.\.\.'"),
    ]:
        r = subprocess.run([PROGRAM, *words], capture_output=True, check=False)
        got, said = r.stdout.decode(errors="replace"), r.stderr.decode(errors="replace")
        shown = " ".join(repr(w)[:40] for w in words)
        tap.ok(r.returncode == code and re.search(out, got) and re.search(err, said),
               f"drydock {shown}: exit code {code}", f"exit code {r.returncode}", got[:500], said[:500])
    clean = all(31 < b < 127 or b == 10 for words in (["\x1b[2J"], [b"\xff"]) for b in
                subprocess.run([PROGRAM, *words], capture_output=True, check=False).stderr)
    tap.ok(clean, "what was typed cannot steer the terminal")


def test_environment(tap):
    env = dict(os.environ, DRYDOCK_COMPLETION="fish")
    tap.ok(drydock("help", env=env).stdout.startswith("# fish"), "an option can come from the environment")
    tap.ok(drydock("help", "--completion=bash", env=env).stdout.startswith("# bash"), "the option wins")
    env["DRYDOCK_COMPLETION"] = "csh"
    r = drydock("help", env=env)
    tap.ok(r.returncode == USAGE and "DRYDOCK_COMPLETION is one of" in r.stderr, "a bad variable is named", r.stderr)
    tap.equal(drydock("help", "--help", env=env).returncode, CLEAN, "help is there although a variable is bad")
    env["DRYDOCK_COMPLETION"] = ""
    tap.ok(drydock("help", env=env).stdout.startswith("drydock"), "an empty variable is none")


def test_broken_output(tap):
    for words in (["version"], ["help"], ["help", "--completion", "bash"]):
        with open("/dev/full", "wb") as full:
            r = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, check=False)
        # A long text meets it while it is printed, and why is forgotten at the end.
        tap.ok(r.returncode == CANNOT_RUN and b"cannot write to standard output" in r.stderr and
               (b": No space left" in r.stderr or "--completion" in words),
               f"a full disk is an error: {' '.join(words)}", r.returncode, r.stderr)
    r = subprocess.run(["/bin/sh", "-c", '"$0" version >&-', PROGRAM], capture_output=True, check=False)
    tap.ok(r.returncode == CANNOT_RUN and b"cannot write" in r.stderr, "closed standard output is an error", r)
    r = subprocess.run(["/bin/sh", "-c", '"$0" version 0<&- 2>&-', PROGRAM], capture_output=True, check=False)
    tap.ok(r.returncode == CLEAN and r.stdout.startswith(b"drydock "), "closed input and errors do not matter", r)
    read_end, write_end = os.pipe()
    os.close(read_end)
    r = subprocess.run([PROGRAM, "help"], stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    tap.ok(r.returncode == -signal.SIGPIPE and r.stderr == b"", "a reader that went away ends it quietly", r)


def on_terminal(words, columns=None, **env):
    """Output and exit code of a run on a terminal of its own."""
    main, side = pty.openpty()
    if columns:
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    whole = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    child = subprocess.Popen([PROGRAM, *words], stdin=side, stdout=side, stderr=side, env={**whole, **env})
    os.close(side)
    out = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.close(main)
    return out.decode().replace("\r\n", "\n"), child.wait()


def test_terminal(tap):
    widest = {}
    for columns, env in ((50, {}), (90, {}), (None, {"COLUMNS": "70"}), (90, {"COLUMNS": "60"}), (None, {"COLUMNS": "x"})):
        text, _ = on_terminal(["help", "help"], columns, TERM="xterm", **env)
        lines = [l for l in text.splitlines() if "drydock " not in l]
        widest[(columns, env.get("COLUMNS"))] = max(len(l) for l in lines)
    for (columns, variable), got in widest.items():
        want = int(variable) if variable and variable.isdigit() else columns or 80
        tap.ok(want - 20 <= got <= want, f"help is wrapped: terminal {columns}, COLUMNS {variable}", got)


def test_man_pages(tap):
    for name in [None, *commands()]:
        page = drydock("help", "--man", *([name] if name else []))
        title = f"drydock({name or ''})"
        tap.ok(page.returncode == CLEAN and page.stdout.startswith('.\\" SPDX') and ".Sh EXIT STATUS" in page.stdout,
               f"man page of {title}")
        if not shutil.which("mandoc"):
            tap.skip(f"mandoc likes {title}", "mandoc is not installed")
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".1") as f:
            f.write(page.stdout)
            f.flush()
            lint = run("mandoc", "-Tlint", f.name).stdout
        # Whether the other pages are installed on this machine is not the page's fault.
        lint = "\n".join(l for l in lint.splitlines() if "referenced manual not found" not in l)
        tap.ok(not lint, f"mandoc likes {title}", lint)


def complete_in_bash(script, line):
    """What bash offers at the end of the line; words are cut as bash cuts them."""
    words = [w for w in re.split(r"(=)|\s+", line) if w]
    if line.endswith((" ", "=")) and not line.endswith("="):
        words.append("")
    driver = f'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _drydock; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return sorted(run("bash", "-c", driver, script, *words).stdout.split())


def test_completions(tap):
    with tempfile.TemporaryDirectory() as folder:
        for shell in ("bash", "zsh", "fish"):
            name = f"{shell} reads its completion"
            script = os.path.join(folder, shell)
            with open(script, "w", encoding="utf-8") as f:
                f.write(drydock("help", "--completion", shell).stdout)
            if not shutil.which(shell):
                tap.skip(name, f"{shell} is not installed")
                continue
            r = run(shell, "-n", script)
            tap.ok(r.returncode == 0 and not r.stderr, name, r.stderr)
        script = os.path.join(folder, "bash")
        names = commands()
        tap.equal(complete_in_bash(script, "drydock "), sorted(names), "bash offers every command")
        tap.equal(complete_in_bash(script, "drydock vers"), ["version"], "bash completes a command")
        tap.equal(complete_in_bash(script, "drydock --"), ["--help", "--version"], "bash offers options before commands")
        tap.equal(complete_in_bash(script, "drydock help --completion "), ["bash", "fish", "zsh"], "bash offers values")
        tap.equal(complete_in_bash(script, "drydock help --completion=z"), ["zsh"], "bash offers values behind =")
        for name in names:
            paths = [[name], *([name, sub] for sub in subcommands(name))]
            for path in paths:
                text = drydock("help", *path).stdout.split("\nOptions:\n")[1].split("\n\n")[0]
                want = re.findall(r"^  (?:-., |    )(--[a-z0-9-]+)", text, re.M)
                tap.equal(complete_in_bash(script, f"drydock {' '.join(path)} --"), sorted(want),
                          f"bash offers every option of {' '.join(path)}")
            if len(paths) > 1:
                tap.equal(complete_in_bash(script, f"drydock {name} "), sorted(p[1] for p in paths[1:]),
                          f"bash offers what is below {name}")
        if shutil.which("fish"):
            r = run("fish", "--no-config", "-c", f'source {folder}/fish; complete -C "drydock help --completion "')
            got = sorted(l.split()[0] for l in r.stdout.splitlines())
            tap.equal(got, ["bash", "fish", "zsh"], "fish offers values")
            r = run("fish", "--no-config", "-c", f'source {folder}/fish; complete -C "drydock "')
            got = sorted(l.split()[0] for l in r.stdout.splitlines())
            tap.equal(got, sorted(names), "fish offers every command")
        else:
            tap.skip("fish offers values and commands", "fish is not installed")


def small_scan(folder):
    """Words that scan a root file system of one package with the starter set."""
    root, db = os.path.join(folder, "root"), os.path.join(folder, "starter.db")
    os.makedirs(os.path.join(root, "etc"))
    os.makedirs(os.path.join(root, "var/lib/dpkg"))
    with open(os.path.join(root, "etc/os-release"), "w", encoding="utf-8") as f:
        f.write('ID=debian\nVERSION_ID="12"\n')
    with open(os.path.join(root, "var/lib/dpkg/status"), "w", encoding="utf-8") as f:
        f.write("Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n")
    build = drydock("db", "build", "-q", "-s", "starter:" + os.path.join(ROOT, "data", "starter", "advisories"), "-o", db)
    return ["scan", "--db", db, "--no-cache", "dir:" + root], build


def test_outputs(tap, folder):
    scan, build = small_scan(folder)
    if not tap.ok(build.returncode == CLEAN, "a database for the tests of outputs", build.stderr):
        return
    plain = drydock(*scan, "--format", "json").stdout
    tap.ok(plain.startswith("{"), "a scan prints JSON")
    place = os.path.join(folder, "out.json")
    for name, target, mask, mode in (("a new file", place, 0o022, 0o644), ("a file that is there", place, 0o077, 0o600)):
        old = os.umask(mask)
        r = drydock(*scan, "--format", "json=" + target)
        os.umask(old)
        with open(target, encoding="utf-8") as f:
            got = f.read()
        tap.ok(r.returncode == CLEAN and not r.stdout and got == plain and os.stat(target).st_mode & 0o777 == mode,
               f"a report goes to {name}, with the mode that umask asks for", r.stderr, oct(os.stat(target).st_mode))
    link, behind = os.path.join(folder, "link"), os.path.join(folder, "behind.json")
    os.symlink(behind, link)
    r = drydock(*scan, "--format", "json=" + link)
    with open(behind, encoding="utf-8") as f:
        tap.ok(f.read() == plain and os.path.islink(link), "a report goes through a link", r.stderr)
    before = os.readlink("/dev/stdout")
    r = drydock(*scan, "--format", "json=/dev/stdout")
    tap.ok(r.stdout == plain and os.readlink("/dev/stdout") == before, "a report goes through /dev/stdout", r.stderr)
    r = drydock(*scan, "--format", "table", "--format", "json=" + place)
    tap.ok(r.returncode == CLEAN and r.stdout.startswith("PASS"), "two formats at once", r.stdout, r.stderr)
    for name, target in (("a full disk", "/dev/full"), ("no such directory", folder + "/none/x"), ("a directory", folder)):
        r = drydock(*scan, "--format", "json=" + target)
        tap.ok(r.returncode == CANNOT_RUN and re.search(r"^drydock: .*cannot write", r.stderr),
               f"{name} is an error with exit code 4", r.returncode, r.stderr)
    with open("/dev/full", "wb") as full:
        r = subprocess.run([PROGRAM, *scan], stdout=full, stderr=subprocess.PIPE, check=False)
    tap.ok(r.returncode == CANNOT_RUN and b"No space left" in r.stderr, "a report on a full disk is an error", r)
    read_end, write_end = os.pipe()
    os.close(read_end)
    r = subprocess.run([PROGRAM, *scan], stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    tap.ok(r.returncode == -signal.SIGPIPE and r.stderr == b"", "a report whose reader is gone ends quietly", r)
    left = [n for n in os.listdir(folder) if n.startswith(".")]
    tap.equal(left, [], "no temporary file is left")
    for columns, env, colour in ((80, {}, True), (80, {"NO_COLOR": "1"}, False), (80, {"TERM": "dumb"}, False)):
        text, code = on_terminal(scan, columns, **{"TERM": "xterm", **env})
        tap.ok(("\x1b[" in text) == colour and code == CLEAN,
               f"colour on a terminal with {env or 'nothing set'}: {colour}", repr(text[:300]))
    tap.ok("\x1b" not in drydock(*scan).stdout, "no colour in a pipe")


def cpu_ms(*command):
    """The least processor time of many runs: what a start costs, however busy the machine is."""
    best = 1e9
    for _ in range(100):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        usage = os.wait4(child.pid, 0)[2]
        child.returncode = 0
        best = min(best, (usage.ru_utime + usage.ru_stime) * 1000)
    return best


def test_start_is_quick(tap):
    """The budget is 5 ms. What costs is loading libraries: each that a start does not need must be loaded later."""
    took = cpu_ms(PROGRAM, "--version")
    tap.ok(took < 5, "'drydock --version' starts within 5 ms",
           f"{took:.2f} ms of processor time, {cpu_ms('/bin/true'):.2f} ms of /bin/true",
           "libraries: " + " ".join(l.split()[0] for l in run("ldd", PROGRAM).stdout.splitlines()))


def main():
    tap = Tap()
    for test in (test_exit_codes, test_environment, test_broken_output, test_terminal, test_man_pages,
                 test_completions):
        test(tap)
    with tempfile.TemporaryDirectory() as folder:
        test_outputs(tap, folder)
    if os.environ.get("DRYDOCK_SANITIZED"):
        tap.skip("'drydock --version' starts within 5 ms", "a sanitizer takes longer")
    else:
        test_start_is_quick(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
