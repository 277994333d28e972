"""What all drivers of Python clients share: one job from stdin, one line to stdout.

A driver calls main() with a coroutine that uses its library. Whatever the library
prints goes to stderr, and the program ends within the time that the job allows,
because on some faults some clients wait or retry for ever.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import time

BOT_TOKEN = "123456:fake-token"
PHONE = "+15550001234"
CODE = "12345"
API_ID, API_HASH = 1, "0" * 32

# How long a client may take to disconnect when its work is done.
GOODBYE = 5


class Report:
    """The one line that a driver writes, by whoever comes first: work or watchdog."""

    def __init__(self, library, layer):
        self._fields = {"library": library, "layer": layer}
        self._notes = []
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._stdout = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)  # a library's own words

    def note(self, text):
        if text not in self._notes:
            self._notes.append(text)

    def end(self, **fields):
        with self._lock:
            if self._stdout.closed:
                return
            seconds = round(time.monotonic() - self._started, 3)
            self._fields.update(fields, note="; ".join(self._notes), seconds=seconds)
            self._stdout.write(json.dumps(self._fields) + "\n")
            self._stdout.close()


class Logged(logging.Handler):
    """Notes exceptions that a library writes to its log: some go nowhere else."""

    def __init__(self, report):
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record):
        if record.exc_info and record.exc_info[0]:
            self._report.note("in its log: " + record.exc_info[0].__name__)


def main(library, layer, work):
    """Runs work(job, report), which returns the bytes that it read back, or None."""
    report = Report(library, layer)
    logging.basicConfig(level=os.environ.get("FAKEDC_LOG", "WARNING"), stream=sys.stderr)
    logging.getLogger().addHandler(Logged(report))
    job = json.load(sys.stdin)
    job["path"] = os.path.abspath(job["path"])
    folder = tempfile.mkdtemp()
    os.chdir(folder)  # some libraries leave files where they are run
    watchdog = threading.Timer(job["timeout"], _give_up, [report, job["timeout"], folder])
    watchdog.daemon = True
    watchdog.start()
    asyncio.run(_work(job, report, work, folder))


async def _work(job, report, work, folder):
    try:
        data = await work(job, report)
    except Exception as e:  # whatever it is, that is what the client does
        report.end(ok=False, error=_describe(e))
    else:
        report.end(ok=True, **({} if data is None else _digest(data)))
    _exit(folder)  # from in here: asyncio would wait for what a library left behind


async def goodbye(report, disconnect):
    """Disconnects, but says so in a note, and goes on, where that does not end."""
    try:
        await asyncio.wait_for(disconnect, GOODBYE)
    except asyncio.TimeoutError:
        report.note("did not disconnect within %d s" % GOODBYE)
    except Exception as e:
        report.note("disconnecting failed: %s" % type(e).__name__)


def _give_up(report, seconds, folder):
    report.end(ok=False, error={"class": "Timeout", "message": "not done after %g s" % seconds, "code": 0})
    _exit(folder)


def _exit(folder):
    shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)


def _digest(data):
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _describe(e):
    code = getattr(e, "code", None) or getattr(e, "CODE", None)
    return {"class": type(e).__name__, "message": str(e), "code": code if isinstance(code, int) else 0}
