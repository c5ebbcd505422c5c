"""Starting processes, killing them at any moment, and keeping what they had acknowledged."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path

from tests.delivery.web.serving import free_port
from tests.reliability.crash.school import BY_HAND, Script, taken_at

ROOT = Path(__file__).parents[3]
_PATIENCE = 120  # seconds until the first acknowledgement, on a busy machine


class Running:
    """A victim; ``acks`` fills with what it acknowledges."""

    def __init__(self, kind: str, url: str, folder: Path, acks: list[str]) -> None:
        self.acks = acks
        self.first = threading.Event()
        typed = [sys.executable, "-m", "tests.reliability.crash.victims"]
        self.process = subprocess.Popen(
            [*typed, kind, url, str(folder), str(len(acks))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.acks.append(line.decode().strip())
                self.first.set()

    def kill(self) -> None:
        """Kill it with all it started, unless it has ended, which it must not have."""
        ended = self.process.poll()
        if ended is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        self.process.stderr.close()
        assert ended in (None, 0), f"it ended by itself: {said[-3000:]}"


class Ground:
    """Where victims of some kinds are killed, one ledger; ``acks`` by kind, over all cycles."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url = url
        self.folder = folder
        self.random = random.Random(seed)
        self.acks: dict[str, list[str]] = defaultdict(list)
        self.kills = 0

    def killed(self, *kinds: str, within: float = 0.4) -> None:
        """
        Let victims of these kinds run side by side, and kill all at one moment.

        That is some time after all have done something; or, once in eight, while they start.
        """
        running = [Running(kind, self.url, self.folder, self.acks[kind]) for kind in kinds]
        try:
            if self.random.randrange(8):
                for one in running:
                    _first(one)
                time.sleep(self.random.random() * within)
            else:
                time.sleep(self.random.random() * 2)
        finally:
            for one in running:
                one.kill()
                self.kills += 1

    def server_killed(self, within: float = 0.6) -> None:
        """The same for a server; acknowledged is what the client was answered."""
        port = free_port()
        (self.folder / "port").write_text(str(port))
        running = Running("server", self.url, self.folder, [])
        asking = _Asking(port, self.acks["server"])
        try:
            while not asking.answered(running):
                time.sleep(0.05)
            asking.start()
            _first(asking)
            time.sleep(self.random.random() * within)
        finally:
            running.kill()
            self.kills += 1
            asking.join()
        assert asking.wrong is None, asking.wrong


def _first(one: "Running | _Asking") -> None:
    until = time.monotonic() + _PATIENCE
    while not one.first.wait(0.05):
        if isinstance(one, Running) and one.process.poll() is not None:
            return
        assert not isinstance(one, _Asking) or one.wrong is None, one.wrong
        assert time.monotonic() < until, "nothing was acknowledged"


class _Asking(threading.Thread):
    """A client that does one thing after another over HTTP until nobody answers."""

    def __init__(self, port: int, acks: list[str]) -> None:
        super().__init__(daemon=True)
        self.base = f"http://127.0.0.1:{port}"
        self.acks = acks
        self.first = threading.Event()
        self.wrong: str | None = None
        self.again = 20

    def answered(self, running: Running) -> bool:
        """Whether the server is there. It must not have ended."""
        assert running.process.poll() is None
        try:
            urllib.request.urlopen(f"{self.base}/api/openapi.json", timeout=5).close()
        except OSError:
            return False
        return True

    def run(self) -> None:
        script = Script("4A").upto(len(self.acks))
        while True:
            doing = script.next()
            said = {"date": str(doing.session.date), "key": doing.key}
            if doing.upn:
                verb, half = "amend-mark", {"half": doing.session.half, "reason": "They rang"}
                said |= {"pupil": doing.upn, "code": doing.codes[0], **half}
            else:
                verb, half = "take-register", {"session": doing.session.half, "group": doing.group}
                moment = taken_at(doing.session).isoformat()
                said |= {
                    "lines": [" ".join(one) for one in doing.given()],
                    "taken_at": moment,
                    **half,
                }
            request = urllib.request.Request(
                f"{self.base}/api/{BY_HAND}/{verb}",
                json.dumps(said).encode(),
                {"Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    receipt = json.load(answer)["receipts"][0]["receipt"]
            except urllib.error.HTTPError as refused:
                self.wrong = f"{said}: {refused.read().decode()}"
                return
            except Exception as odd:
                if not isinstance(odd, OSError | ValueError | http.client.HTTPException):
                    self.wrong = f"{said}: {odd!r}"
                elif not self.first.is_set() and self.again:
                    self.again -= 1  # it is only just coming up: the same once more, by its key
                    script = Script("4A").upto(len(self.acks))
                    time.sleep(0.5)
                    continue
                return  # killed before it answered, or in the middle of it
            self.acks.append(f"{receipt['key']} {receipt['first']} {receipt['last']}")
            self.first.set()
