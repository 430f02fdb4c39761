"""A headless Chromium, told what to do through a pipe in the words of its DevTools protocol. Standard library only."""

import json
import os
import pathlib
import queue
import shutil
import subprocess
import threading
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Failed(Exception):
    """What was looked for is not so."""


class Browser:
    """One browser with a profile of its own."""

    def __init__(self, folder):
        program = next((path for path in map(shutil.which, NAMES) if path), None)
        if not program:
            raise Failed("there is no Chromium: install Debian's package `chromium`")
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()

        def wire():
            # The browser reads orders from 3 and writes answers to 4. The ends may be 3 or 4 already.
            read, write = os.dup(to_read), os.dup(to_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        options = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
            "--disable-features=Translate,OptimizationHints,MediaRouter", "--hide-scrollbars",
            "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank",
        ]
        log = open(folder / "chromium.log", "wb")
        self.process = subprocess.Popen(
            [program, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=wire,
            pass_fds=(3, 4, to_read, to_write),
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._answers, self._lock = 0, {}, threading.Lock()
        self.pages = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        rest = b""
        while True:
            try:
                some = os.read(self._from, 1 << 16)
            except OSError:
                return
            if not some:
                return
            *whole, rest = (rest + some).split(b"\0")
            for text in whole:
                message = json.loads(text)
                if "id" in message:
                    self._answers[message["id"]].put(message)
                elif page := self.pages.get(message.get("sessionId")):
                    page.heard(message["method"], message["params"])

    def ask(self, method, session=None, timeout=20, **params):
        with self._lock:
            self._number += 1
            number = self._number
            self._answers[number] = queue.Queue()
            order = {"id": number, "method": method, "params": params}
            if session:
                order["sessionId"] = session
            os.write(self._to, json.dumps(order).encode() + b"\0")
        try:
            answer = self._answers[number].get(timeout=timeout)
        except queue.Empty:
            raise Failed(f"the browser does not answer {method}") from None
        finally:
            del self._answers[number]
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def page(self):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        return page

    def close(self):
        self.process.kill()
        self.process.wait()


class Page:
    """One tab. What goes wrong in it is kept until somebody asks."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.complaints, self.requests = [], {}

    def ask(self, method, **params):
        return self.browser.ask(method, session=self.session, **params)

    def heard(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(f"exception: {details.get('exception', {}).get('description', details['text'])}")
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            words = [str(word.get("value", word.get("description"))) for word in params["args"]]
            self.complaints.append(f"console.{params['type']}: {' '.join(words)}")
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            entry = params["entry"]
            self.complaints.append(f"{entry['source']} {entry['level']}: {entry['text']} {entry.get('url', '')}")

    def quiet(self, where):
        """Nothing was complained about since the last call."""
        said, self.complaints = self.complaints, []
        if said:
            raise Failed(f"{where}: the browser complains:\n    " + "\n    ".join(said))

    def forget(self):
        self.complaints = []

    def run(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failed(f"{script}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def go(self, url):
        answer = self.ask("Page.navigate", url=url)
        if "errorText" in answer:
            raise Failed(f"{url}: {answer['errorText']}")
        self.until("document.readyState === 'complete'", f"{url} is loaded")

    def until(self, script, what, seconds=30):
        """Waits until the script gives something true, and returns it."""
        end, last = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                value = self.run(script)
                if value:
                    return value
                last = value
            except Failed as failed:
                # While a page gives way to another there may be nothing to ask.
                last = failed
            time.sleep(0.05)
        raise Failed(f"not within {seconds} s: {what} (last: {last})")

    def look(self, width, height, phone, scheme):
        """Takes the size of a screen, and the reader's taste."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, mobile=phone,
                 deviceScaleFactor=2 if phone else 1)
        self.ask("Emulation.setTouchEmulationEnabled", enabled=phone)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def picture(self, path):
        import base64
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))
