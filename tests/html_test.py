#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTML report in a real browser: headless Chromium, spoken to by the WebDriver protocol (W3C). It must load from a file
without a message or a request, filter, sort, open, print, and stay whole when the image is hostile.

DRYDOCK_PICTURE=FILE writes the picture that the README shows, of the report DRYDOCK_PICTURE_OF (a scan of the example image).
Accessibility is also looked at by axe-core (npm install axe-core): AXE_CORE names its axe.min.js or the folder that holds it;
without that the node_modules folders of the system and of the working directory are looked into."""
import base64
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import outdated_test
from support import faulty_server
from support.program import ROOT, Place, Tap

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
SAMPLE = os.path.join(ROOT, "tests", "golden", "report", "small-json.txt")
EVIL = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\u202e\u2028'\"&"


class Browser:
    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = None
        for line in self.driver.stdout:
            if "on port" in line and "successfully" in line:
                self.port = int(line.rstrip().rstrip(".").split()[-1])
                break
        options = {"args": FLAGS + ["--user-data-dir=" + os.path.join(folder, "profile")]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}}, "")["sessionId"]

    def call(self, method, path, body=None, session=None):
        session = "/session/" + self.session if session is None else session
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{session}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def js(self, script, *args):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(args)})

    def cdp(self, command, **params):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def open(self, path):
        self.call("POST", "/url", {"url": "about:blank"})  # the browser's own first page still loads its parts
        time.sleep(0.2)
        self.log("browser"), self.log("performance")
        self.call("POST", "/url", {"url": "file://" + path})
        for _ in range(200):
            if self.js("return document.documentElement.dataset.ready") == "yes":
                return
            time.sleep(0.1)
        raise AssertionError("the page did not get ready: " + json.dumps(self.log("browser")))

    def requests(self):
        events = [json.loads(e["message"])["message"] for e in self.log("performance")]
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def end(self):
        try:
            self.call("DELETE", "")
        except (urllib.error.URLError, OSError):
            pass
        self.driver.terminate()
        self.driver.wait()


class World:
    def __init__(self, place, browser):
        self.place, self.browser = place, browser
        with open(SAMPLE, encoding="utf-8") as f:
            self.report = json.load(f)

    def page(self, report, name="page"):
        source, page = self.place.at(name + ".json"), self.place.at(name + ".html")
        with open(source, "w", encoding="utf-8") as f:
            json.dump(report, f)
        r = self.place.run("convert", source, "--format", "html=" + page)
        assert r.code == 0, r.err
        self.browser.open(page)
        return page


ROWS = "return [...document.querySelectorAll('#findings tbody tr.finding button.open')].map(b => b.textContent)"


def live(report):
    return [f for f in report["findings"] if not f["suppression"]]


def check_loads(world):
    page = world.page(world.report)
    log = world.browser.log("browser")
    assert log == [], log
    asked = world.browser.requests()
    assert asked == ["file://" + page], asked
    title = world.browser.js("return document.title")
    assert title.endswith(": drydock report"), title
    words = world.browser.js("return document.querySelector('.badge').textContent")
    assert words == world.report["verdict"], words
    shown = world.browser.js(ROWS)
    assert sorted(shown) == sorted(f["id"] for f in live(world.report)), shown


def check_policy(world):
    """Even markup that got in could not run: the policy names one script."""
    world.page(world.report)
    ran = world.browser.js("const s = document.createElement('script'); s.textContent = 'window.added = 1'; document.body.append(s);"
                           "return window.added === undefined")
    assert ran is True, "an added script ran"


def narrow(world, label, value):
    world.browser.js("for (const l of document.querySelectorAll('#findings form label')) if (l.textContent.startsWith(arguments[0])) {"
                     "const c = l.querySelector('input,select'); if (c.type === 'checkbox') c.checked = arguments[1]; else c.value = arguments[1];"
                     "c.dispatchEvent(new Event(c.type === 'search' ? 'input' : 'change', {bubbles: true})); }", label, value)
    return world.browser.js(ROWS)


def check_filters(world):
    report, all_live = world.report, live(world.report)
    world.page(report)
    severity = all_live[0]["severity"]
    assert len(narrow(world, "Severity", severity)) == len([f for f in all_live if f["severity"] == severity])
    assert len(narrow(world, "Severity", "")) == len(all_live)
    assert len(narrow(world, "with a fix", True)) == len([f for f in all_live if f["fix"]["state"] == "fixed"])
    narrow(world, "with a fix", False)
    assert len(narrow(world, "known exploited", True)) == len([f for f in all_live if f["scores"]["kev"]])
    narrow(world, "known exploited", False)
    assert narrow(world, "Search", all_live[-1]["id"].lower()).count(all_live[-1]["id"]) >= 1
    assert narrow(world, "Search", "no such thing") == []
    empty = world.browser.js("return document.querySelector('#findings tbody').textContent")
    assert empty == "no finding meets these conditions", empty
    narrow(world, "Search", "")
    if any(f["suppression"] for f in report["findings"]):
        assert len(narrow(world, "show suppressed", True)) == len(report["findings"])


def check_sorting(world):
    world.page(world.report)
    click = ("const h = [...document.querySelectorAll('#findings thead th')].find(t => t.textContent.startsWith('Finding'));"
             "h.querySelector('button').click(); return h.getAttribute('aria-sort')")
    assert world.browser.js(click) == "ascending"
    ids = world.browser.js(ROWS)
    assert ids == sorted(ids), ids
    assert world.browser.js(click) == "descending"
    ids = world.browser.js(ROWS)
    assert ids == sorted(ids, reverse=True), ids


def check_keyboard(world):
    """A real key press on the focused row opens its evidence, another closes it."""
    world.page(world.report)
    world.browser.js("document.querySelector('#findings tbody button.open').focus()")
    for want in ("true", "false"):
        world.browser.call("POST", "/actions", {"actions": [{"type": "key", "id": "k", "actions": [
            {"type": "keyDown", "value": "\ue007"}, {"type": "keyUp", "value": "\ue007"}]}]})
        state = world.browser.js("return [document.activeElement.getAttribute('aria-expanded'), document.querySelectorAll('tr.detail').length]")
        assert state == [want, 1 if want == "true" else 0], state


def luminance(rgb):
    parts = [c / 255 for c in rgb]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def check_contrast(world):
    """WCAG 2.1 §1.4.3: 4.5 : 1 for text, in both themes."""
    world.page(world.report)
    for theme in ("light", "dark"):
        colours = world.browser.js(
            "document.documentElement.dataset.theme = arguments[0]; const probe = document.createElement('span'); document.body.append(probe);"
            "const rgb = name => { probe.style.color = 'var(--' + name + ')'; return getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number) };"
            "const all = {}; for (const n of ['critical','high','medium','low','negligible','unknown','good','bad','warn','soft','text','link','card','ground'])"
            " all[n] = rgb(n); probe.remove(); return all", theme)
        for ground in ("card", "ground"):
            for name, colour in colours.items():
                if name in ("card", "ground"):
                    continue
                a, b = luminance(colour), luminance(colours[ground])
                ratio = (max(a, b) + 0.05) / (min(a, b) + 0.05)
                assert ratio >= 4.5, f"{theme}: {name} on {ground} has {ratio:.2f}"


def check_access(world):
    world.page(world.report)
    nameless = world.browser.js("return [...document.querySelectorAll('button, input, select, a')].filter(e => !(e.textContent.trim() ||"
                                "e.getAttribute('aria-label') || (e.labels && e.labels.length))).map(e => e.outerHTML)")
    assert nameless == [], nameless
    levels = world.browser.js("return [...document.querySelectorAll('h1, h2, h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels
    for landmark in ("header", "nav", "main", "footer"):
        assert world.browser.js("return document.querySelectorAll(arguments[0]).length", landmark) == 1, landmark


def axe_script():
    """The path of axe.min.js, or None."""
    named = os.environ.get("AXE_CORE")
    if named:
        path = os.path.join(named, "axe.min.js") if os.path.isdir(named) else named
        assert os.path.isfile(path), f"AXE_CORE names no file: {path}"
        return path
    folders = ["node_modules", "/usr/local/lib/node_modules", "/usr/lib/node_modules", "/usr/share/nodejs", "/usr/share/javascript"]
    places = [os.path.join(folder, "axe-core", "axe.min.js") for folder in os.environ.get("NODE_PATH", "").split(":") + folders]
    return next((p for p in places if os.path.isfile(p)), None)


def violations(world, script):
    """What axe-core finds on the page as it stands: [(rule, why, elements)]. The page's policy does not bind the driver."""
    world.browser.cdp("Runtime.evaluate", expression=script)
    answer = world.browser.cdp("Runtime.evaluate", awaitPromise=True, returnByValue=True,
                               expression="axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(v =>"
                               "[v.id, v.help, v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + (n.failureSummary || '').slice(0, 300))])))")
    assert "value" in answer["result"], answer
    return json.loads(answer["result"]["value"])


def goldens():
    for name in ("small", "app", "incomplete", "eol", "secrets"):
        with open(os.path.join(ROOT, "tests", "golden", "report", name + "-json.txt"), encoding="utf-8") as f:
            yield name, json.load(f)


def outdated_report():
    """What `drydock outdated` says, asked of stand-ins of the registries."""
    with Place() as place, faulty_server.serving() as server:
        outdated_test.answers(server)
        _, report, err = outdated_test.outdated(place, server, outdated_test.rootfs(place))
        assert report and {f["kind"] for f in report["findings"]} == {"outdated"}, err
        return report


VIEWS = (("light", "light", "screen", 1280), ("dark", "dark", "screen", 1280), ("print", "dark", "print", 1280), ("narrow", "light", "screen", 400))


def check_axe(world):
    path = axe_script()
    if not path:
        return "no axe-core in AXE_CORE, NODE_PATH, or a node_modules folder of the system or the working directory"
    with open(path, encoding="utf-8") as f:
        script = f.read()
    found = []
    for name, report in [*goldens(), ("outdated", outdated_report())]:
        world.page(report, name)
        narrow(world, "show suppressed", True)
        world.browser.js("for (const b of [...document.querySelectorAll('button.open')].slice(0, 3)) b.click()")
        for view, theme, media, width in VIEWS:
            world.browser.size(width, 900)
            world.browser.cdp("Emulation.setEmulatedMedia", media=media)
            world.browser.js("document.documentElement.dataset.theme = arguments[0]", theme)
            found += [(name, view, *v) for v in violations(world, script)]
    world.browser.size(1280, 900)
    world.browser.cdp("Emulation.setEmulatedMedia", media="")
    assert not found, "\n".join(str(v) for v in found[:10])


def check_themes(world):
    page = world.page(world.report)
    world.browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    world.browser.open(page)
    assert world.browser.js("return document.documentElement.dataset.theme") == "dark"
    world.browser.js("document.getElementById('theme').click()")
    assert world.browser.js("return document.documentElement.dataset.theme") == "light"
    world.browser.cdp("Emulation.setEmulatedMedia", features=[])


def check_narrow(world):
    world.page(world.report)
    world.browser.size(400, 900)
    width = world.browser.js("return document.documentElement.scrollWidth")
    world.browser.size(1280, 900)
    assert width <= 400, width


def check_print(world):
    world.page(world.report)
    pdf = base64.b64decode(world.browser.cdp("Page.printToPDF", printBackground=True)["data"])
    assert pdf.startswith(b"%PDF-") and len(pdf) > 10000, len(pdf)


def poison(value):
    if isinstance(value, dict):
        return {k: v if k in ("severity", "kind", "verdict", "state", "origin", "exposure", "evidence", "type", "status", "failOn", "failConfidence", "confidence", "built",
                              "created", "version") and not isinstance(v, (dict, list)) else poison(v) for k, v in value.items()}
    if isinstance(value, list):
        return [poison(v) for v in value]
    return EVIL + value[:20] if isinstance(value, str) else value


def check_hostile(world):
    report = poison(copy.deepcopy(world.report))
    report["verdict"] = world.report["verdict"]
    report["drydock"] = world.report["drydock"]
    for f in report["findings"]:
        f["url"] = "javascript:window.pwned=1"
        f["title"] = "x" * 10000
    page = world.page(report, "hostile")
    log = world.browser.log("browser")
    assert log == [], log
    assert world.browser.requests() == ["file://" + page]
    world.browser.js("for (const b of document.querySelectorAll('button.open')) b.click()")
    assert world.browser.js("return window.pwned === undefined && document.images.length === 0") is True
    scripts = world.browser.js("return document.scripts.length")
    assert scripts == 2, scripts
    bad = world.browser.js("return [...document.links].map(a => a.getAttribute('href')).filter(h => !/^(#|https:)/.test(h))")
    assert bad == [], bad
    width = world.browser.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, width


def check_many(world):
    report = copy.deepcopy(world.report)
    one = live(report)[0]
    report["findings"] = [dict(one, id=f"CVE-2024-{i:05}", risk=i / 200) for i in range(20000)]
    world.page(report, "many")
    state = world.browser.js("return [document.querySelectorAll('#findings tr.finding').length, document.querySelector('#findings .pager').textContent]")
    assert state[0] == 100 and state[1].startswith("100 of 20,000 findings"), state
    assert world.browser.js(ROWS)[0] == "CVE-2024-19999"


def check_more(world):
    """Who asks for more rows by keyboard stays where the new ones begin, and hears how many there are."""
    report = copy.deepcopy(world.report)
    report["findings"] = [dict(live(report)[0], id=f"CVE-2024-{i:05}", risk=i / 200) for i in range(700)]
    world.page(report, "more")
    focus = world.browser.js("const status = document.querySelector('#findings [role=status]'); const [more, all] = "
                             "document.querySelectorAll('#findings .pager button'); const seen = []; for (const b of [more, all]) {"
                             "b.focus(); b.click(); seen.push(document.activeElement.textContent, status.textContent) }"
                             "return [...seen, status.isConnected, all.hidden]")
    assert focus == ["show more", "600 of 700 findings", "CVE-2024-00099", "700 of 700 findings", True, True], focus


def check_same_bytes(world):
    """Converting twice gives the same page."""
    pages = []
    for _ in range(2):
        with open(world.page(world.report), "rb") as f:
            pages.append(f.read())
    assert pages[0] == pages[1]


def picture(world, path):
    with open(os.environ.get("DRYDOCK_PICTURE_OF", SAMPLE), encoding="utf-8") as f:
        world.page(json.load(f))
    world.browser.size(1280, 1500)
    with open(path, "wb") as f:
        f.write(base64.b64decode(world.browser.cdp("Page.captureScreenshot", format="png")["data"]))


SECRET_ROWS = "return [...document.querySelectorAll('#secrets tbody tr.finding button.open')].map(b => b.textContent)"


def narrow_secrets(world, label, value):
    world.browser.js("for (const l of document.querySelectorAll('#secrets form label')) if (l.textContent.startsWith(arguments[0])) {"
                     "const c = l.querySelector('input,select'); if (c.type === 'checkbox') c.checked = arguments[1]; else c.value = arguments[1];"
                     "c.dispatchEvent(new Event(c.type === 'search' ? 'input' : 'change', {bubbles: true})); }", label, value)
    return world.browser.js(SECRET_ROWS)


def secrets_report():
    with open(os.path.join(ROOT, "tests", "golden", "report", "secrets-json.txt"), encoding="utf-8") as f:
        return json.load(f)


def check_secrets(world):
    """Secrets have a part of their own: filters, state and layer, the lines to write instead."""
    report = secrets_report()
    page = world.page(report, "secrets")
    assert world.browser.log("browser") == [] and world.browser.requests() == ["file://" + page]
    shown = world.browser.js(SECRET_ROWS)
    assert sorted(shown) == sorted(f["title"] for f in live(report)), shown
    assert world.browser.js("return document.getElementById('findings').hidden") is True
    for label, of in (("Severity", lambda f: f["severity"]), ("Confidence", lambda f: f["confidence"]), ("State", lambda f: f["secret"]["state"]),
                      ("Place", lambda f: f["secret"]["place"]), ("Origin", lambda f: f["origin"])):
        for value in {of(f) for f in live(report)}:
            assert len(narrow_secrets(world, label, value)) == len([f for f in live(report) if of(f) == value]), (label, value)
        narrow_secrets(world, label, "")
    assert narrow_secrets(world, "Search", "old/credentials") == ["GitHub: personal access token (classic)"]
    narrow_secrets(world, "Search", "")
    assert len(narrow_secrets(world, "show suppressed", True)) == len(report["findings"])
    world.browser.js("for (const b of document.querySelectorAll('#secrets button.open')) b.click()")
    text = world.browser.js("return document.getElementById('secrets').innerText")
    for f in report["findings"]:
        for words in [f["secret"]["redacted"], f["secret"]["fingerprint"], f["location"]["path"], *f["secret"]["change"]]:
            assert words in text, words
    assert "deleted by L3" in text and "overwritten by L3" in text, text


def check_hostile_secrets(world):
    report = poison(secrets_report())
    report["verdict"], report["drydock"] = "fail", secrets_report()["drydock"]
    report["summary"]["failConfidence"] = "medium"
    for f, was in zip(report["findings"], secrets_report()["findings"]):
        f["url"], f["confidence"] = "javascript:window.pwned=1", was["confidence"]
        f["secret"].update(place=was["secret"]["place"], alive=was["secret"]["alive"])
    page = world.page(report, "hostile-secrets")
    world.browser.js("for (const b of document.querySelectorAll('button.open')) b.click()")
    assert world.browser.log("browser") == [] and world.browser.requests() == ["file://" + page]
    assert world.browser.js("return window.pwned === undefined && document.images.length === 0 && document.scripts.length === 2") is True
    bad = world.browser.js("return [...document.links].map(a => a.getAttribute('href')).filter(h => !/^(#|https:)/.test(h))")
    assert bad == [], bad
    width = world.browser.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, width


def check_many_secrets(world):
    report = secrets_report()
    one = live(report)[0]
    report["findings"] = [dict(one, risk=i / 100) for i in range(10000)]
    world.page(report, "many-secrets")
    state = world.browser.js("return [document.querySelectorAll('#secrets tr.finding').length, document.querySelector('#secrets .pager').textContent]")
    assert state[0] == 100 and state[1].startswith("100 of 10,000 secrets"), state


def check_links(world):
    """Every link inside the page goes to a part that is shown."""
    for name, report in goldens():
        world.page(report, name)
        lost = world.browser.js("return [...document.querySelectorAll('a[href^=\"#\"]')].filter(a => a.checkVisibility() && "
                                "!document.getElementById(a.getAttribute('href').slice(1)).checkVisibility()).map(a => a.hash)")
        assert lost == [], (name, lost)


CASES = (("loads without a message or a request", check_loads), ("only its own script runs", check_policy),
         ("filters and search", check_filters), ("sorting", check_sorting), ("keyboard", check_keyboard),
         ("contrast in light and dark", check_contrast), ("names, headings, landmarks", check_access),
         ("axe-core finds nothing", check_axe), ("links lead somewhere", check_links), ("themes", check_themes),
         ("400 pixels wide", check_narrow), ("printing", check_print), ("a hostile report", check_hostile),
         ("20,000 findings", check_many), ("more rows by keyboard", check_more), ("the same bytes", check_same_bytes),
         ("secrets", check_secrets), ("hostile secrets", check_hostile_secrets), ("10,000 secrets", check_many_secrets))


def main():
    tap = Tap()
    missing = [p for p in ("chromium", "chromedriver") if not shutil.which(p)]
    if missing:
        for name, _ in CASES:
            tap.case(name, lambda: "no " + " and no ".join(missing))
        return tap.end()
    with Place() as place, tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        try:
            world = World(place, browser)
            if os.environ.get("DRYDOCK_PICTURE"):
                picture(world, os.environ["DRYDOCK_PICTURE"])
            for name, check in CASES:
                tap.case(name, check, world)
        finally:
            browser.end()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
