#!/usr/bin/env python3
"""Looks at `routiq demo` as a person does: signs in, watches numbers move, presses the button that restarts an actor, turns
the phone and the light, kills the daemon and starts it again.

  python3 .ci/browser.py target/debug/routiq [folder for a picture of what failed]

Ends with 0, or says what is not so, with 1.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from chromium import Browser, Failed  # noqa: E402

SCREENS = {"phone": (390, 844, True), "desktop": (1280, 900, False)}
BIN = sys.argv[1] if len(sys.argv) > 1 else "target/debug/routiq"
PICTURES = sys.argv[2] if len(sys.argv) > 2 else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """The daemon with simulated platforms, on one port and in one folder, over several lives."""

    def __init__(self, folder):
        self.folder, self.port, self.process, self.about = folder, free_port(), None, None

    def start(self):
        order = [BIN, "demo", "--json", "--port", str(self.port), "--data-dir", str(self.folder / "data")]
        log = open(self.folder / "demo.log", "ab")
        # The port of the figures is nobody else's either.
        given = {**os.environ, "PROMETHEUS_PORT": str(free_port())}
        self.process = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=log, env=given)
        lines = iter(self.process.stdout.readline, b"")
        timer = threading.Timer(90, self.process.kill)
        timer.start()
        for line in lines:
            if line.startswith(b"{") and b'"sign_in"' in line:
                self.about = json.loads(line)
                break
        timer.cancel()
        if self.process.poll() is not None or not self.about:
            raise Failed("the demonstration did not begin:\n" + self.last_words())
        threading.Thread(target=lambda: [None for _ in lines], daemon=True).start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.about = None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise Failed("the demonstration does not end") from None

    def last_words(self):
        path = self.folder / "demo.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def simulate(self, path, body=None):
        """Asks the simulated Chatwoot."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.about['simulators']['chatwoot']}/__simulator/{path}", data=data)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def number(page, selector):
    """The digits of an element's text."""
    return page.run(f"Number((document.querySelector({selector!r})?.textContent || '').replace(/[^0-9]/g, '') || 0)")


RECEIVED = ".tile.wide .note"
LINK = "document.getElementById('link-text').textContent"


def sign_in(demo, page):
    page.go(demo.about["sign_in"])
    page.until("document.querySelectorAll('article.card').length >= 5", "the five practices are shown")
    page.until(f"{LINK} === 'live'", "the page says that it is live")


def write(demo, text):
    """A patient of the first practice writes. Returns the message's id."""
    account = demo.simulate("accounts")[0]["id"]
    said = demo.simulate("commands", {"do": "write", "account": account, "text": text, "conversation": None})
    return said["result"]["message"]


# Who uses what, as the page says it.
SYSTEMS = {
    "Harbour Physio": ["Chatwoot", "Cliniko"],
    "Kauri Chiropractic": ["Chatwoot", "ManyChat"],
    "Canal Street Osteopathy": ["Chatwoot", "Cliniko", "Nookal"],
    "Marigold Podiatry": ["Chatwoot", "Google Calendar"],
    "Fern & Tide Pilates": ["Google Calendar", "Momence", "Twilio"],
}


def systems_stand_side_by_side(page):
    """Each practice shows each of its systems, and in time everything of each is live; what is only told is never that."""
    shown = page.run("""Object.fromEntries([...document.querySelectorAll('article.card')].map((card) => [
      card.querySelector('h2').textContent.trim(),
      [...card.querySelectorAll('section.account')].map((section) => section.getAttribute('aria-label'))]))""")
    if shown != SYSTEMS:
        raise Failed(f"the practices' systems are {shown}, expected {SYSTEMS}")
    page.until("[...document.querySelectorAll('section.account')].every((section) => section.querySelectorAll('tbody tr').length > 0 && "
               "[...section.querySelectorAll('tbody .fresh')].every((word) => word.classList.contains('good') || word.textContent.trim() === 'told') && "
               "!section.querySelector('.import'))", "every stream of every system is live", 180)


def numbers_move(demo, page):
    seen = number(page, RECEIVED)
    write(demo, "Can I come on Tuesday?")
    page.until(f"Number(document.querySelector('{RECEIVED}').textContent.replace(/[^0-9]/g, '')) > {seen}",
               "more records were received than at first", 60)


def webhooks_arrive(demo):
    """Every webhook of the simulated platform is taken."""
    about = f"message {write(demo, 'Is there a car park?')}"
    end = time.monotonic() + 10
    while time.monotonic() < end:
        told = [sent for sent in demo.simulate("deliveries") if sent["about"] == about]
        if told and all(isinstance(sent["outcome"], dict) for sent in told):
            if any(sent["outcome"].get("answered") != 200 for sent in told):
                raise Failed(f"a webhook was not taken: {told}")
            break
        time.sleep(0.05)
    else:
        raise Failed(f"no webhook was sent, or not answered: {told}")
    refused = demo.simulate("hooks")["totals"]["undelivered"]
    if set(refused) - {"gone"}:
        raise Failed(f"webhooks were not taken: {refused}")


def restart_works(page):
    form = "form.deeds[aria-label^='Harbour Physio']"
    press = f"document.querySelector(\"{form} button[value='restart']\").click() || true"
    page.until(f"document.querySelector(\"{form} button[value='restart']\") !== null", "there is a button to restart")
    page.run(press)
    page.until("!document.getElementById('toast').classList.contains('gone') && "
               "!document.getElementById('toast').classList.contains('bad') && "
               "document.getElementById('toast').textContent.trim()", "the page says that it was restarted")
    page.until("['good', 'busy', 'info'].includes(document.querySelector(\"section.account\").dataset.tone) || "
               "document.querySelector('section.account .pill').textContent.trim()", "its state is shown")


def fits(page, where):
    """Nothing sticks out to the side, and every picture and style is there."""
    found = page.run("""(() => {
      const room = document.documentElement.clientWidth, out = [];
      for (const node of document.body.querySelectorAll('*')) {
        const box = node.getBoundingClientRect();
        if (box.width && box.right > room + 1 && getComputedStyle(node).position !== 'fixed') {
          let inside = node.parentElement;
          while (inside && !/auto|scroll|hidden|clip/.test(getComputedStyle(inside).overflowX)) inside = inside.parentElement;
          if (!inside) out.push(node.tagName + '.' + node.className);
        }
      }
      const wide = document.documentElement.scrollWidth - room;
      return wide > 0 || out.length ? wide + ' px too wide: ' + out.slice(0, 5).join(', ') : '';
    })()""")
    if found:
        raise Failed(f"{where}: {found}")


def every_screen(page, url, ready, name):
    colors = {}
    for screen, (width, height, phone) in SCREENS.items():
        for scheme in ("light", "dark"):
            where = f"{name}, {screen}, {scheme}"
            page.look(width, height, phone, scheme)
            page.go(url)
            page.until(ready, f"{where} is shown")
            fits(page, where)
            colors[scheme] = page.run("getComputedStyle(document.body).backgroundColor")
            page.quiet(where)
    if colors["light"] == colors["dark"]:
        raise Failed(f"{name}: light and dark are the same, {colors['light']}")


def says_how_old(page):
    """While nobody answers, the page says so and how old its data is: seconds first, then minutes."""
    page.until(f"/^reconnecting, data is \\d+ s old$/.test({LINK})", "the page says that it reconnects")
    # Three minutes later by its own clock, without waiting for them.
    page.run("(() => { const now = Date.now; Date.now = () => now() + 180000; return true; })()")
    page.until(f"/^reconnecting, data is 3 min old$/.test({LINK})", "the page says how many minutes old its data is")


def survives(demo, page):
    demo.kill()
    says_how_old(page)
    demo.start()
    # Sessions of operators live as long as the daemon: whoever was signed in is asked again.
    page.until("document.querySelector('main.door') !== null", "the page asks to sign in again", 60)
    page.forget()
    sign_in(demo, page)


def watches_live(demo, page):
    """A practice's live page: a message appears, a killed daemon is missed and said so, and the page finds back by itself."""
    figures = "document.getElementById('figures').dataset"
    clinics = page.run("[...document.querySelectorAll('a.watch')].map((link) => link.getAttribute('href'))")
    page.go(demo.about["url"] + clinics[0])
    page.until(f"{LINK} === 'live'", "the live page says that it is live", 60)
    clinic = page.run(f"{figures}.clinic")
    fits(page, "the live page")
    page.until(f"Number({figures}.seq) > 0 && {figures}.reason === 'delta'", "a change comes by itself", 90)
    page.until("document.querySelectorAll('#feed li').length > 0", "what happens is told", 120)
    page.quiet("the live page")
    seen = page.run(f"Number({figures}.seq)")
    demo.kill()
    page.until(f"/^(reconnecting|asking every 30 s), data is /.test({LINK})", "it says that it reconnects, and how old it is")
    demo.start()
    page.until(f"{LINK} === 'live' && {figures}.clinic === '{clinic}'", "it is live again without anybody's doing", 60)
    page.until(f"Number({figures}.seq) > {seen}", "and goes on from where it was", 120)
    page.forget()


def steps(demo, page):
    yield "the demonstration begins", demo.start
    yield "signing in shows the practices", lambda: sign_in(demo, page)
    yield "numbers move", lambda: numbers_move(demo, page)
    yield "systems stand side by side", lambda: systems_stand_side_by_side(page)
    yield "webhooks are taken", lambda: webhooks_arrive(demo)
    yield "an actor is restarted", lambda: restart_works(page)
    yield "nothing was complained about", lambda: page.quiet("the first page")
    ready = f"document.querySelectorAll('article.card').length >= 4 && {LINK} === 'live'"
    yield "every screen, by day and by night", lambda: every_screen(page, demo.about["url"] + "/", ready, "the first page")
    yield "a killed daemon is missed, and found again", lambda: survives(demo, page)
    yield "a practice is watched live, also over a kill", lambda: watches_live(demo, page)
    yield "the first page again", lambda: sign_in(demo, page)
    yield "nothing was complained about since", lambda: page.quiet("the first page, after the restart")
    yield "it ends when told", demo.stop


def main():
    if not pathlib.Path(BIN).exists():
        print(f"{BIN} does not exist: `bash .ci/browser` builds it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="routiq-browser-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        # PostgreSQL runs as somebody else when this is root, and has to get in.
        folder.chmod(0o755)
        demo, browser, page = Demo(folder), None, None
        try:
            browser = Browser(folder)
            page = browser.page()
            for what, step in steps(demo, page):
                began = time.monotonic()
                print(f"{what} …", end=" ", flush=True)
                step()
                print(f"{time.monotonic() - began:.1f} s", flush=True)
        except Failed as failed:
            print(f"\nFAILED: {failed}", file=sys.stderr)
            if PICTURES and page:
                pathlib.Path(PICTURES).mkdir(parents=True, exist_ok=True)
                page.picture(pathlib.Path(PICTURES) / "failed.png")
            print(demo.last_words()[-1500:], file=sys.stderr)
            return 1
        finally:
            if browser:
                browser.close()
            if demo.process and demo.process.poll() is None:
                demo.process.terminate()
                try:
                    demo.process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    demo.process.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
