# SPDX-License-Identifier: MIT
"""What all tests share: the tree, the built programs, and the closing line."""
import functools
import glob
import json
import os
import struct
import subprocess
import time

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
os.chdir(ROOT)


def command(*words, timeout=600, **options):
    """Runs a program in the tree; output is text."""
    return subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=timeout, stdin=subprocess.DEVNULL, **options)


def memoracle(*words, **options):
    return command("build/memoracle", *words, **options)


def available(target):
    """The list entry of a target, or a skip that names why it cannot run here."""
    entry = next(iter(json.loads(memoracle("list", "--target", target, "--json", "-").stdout)["targets"]), None)
    if entry is None:
        pytest.skip(f"{target}: not in this tree")
    if not entry["available"]:
        pytest.skip(f"{target}: {entry['why_not']}")
    return entry


def case_files(domain, folder, count):
    """The first cases of a measurement's set, a file each, as raw input."""
    data, at, paths = open(f"corpus/bench/{domain}.set", "rb").read(), 0, []
    while at < len(data) and len(paths) < count:
        records, = struct.unpack_from("<I", data, at)
        paths.append(folder / f"{len(paths)}")
        paths[-1].write_bytes(data[at + 4:at + 4 + 16 * records])
        at += 4 + 16 * records
    return paths


@functools.cache
def differs(target):
    """How the running kernel or libc differs from the model, or "": make test tests memoracle, and is green whatever runs."""
    if not target.endswith("/live"):
        return ""
    cases = sorted(glob.glob(f"corpus/regress/{target.split('/')[0]}/*.ops"))
    replayed = memoracle("replay", *cases, "--target", target, "--json", "-")
    calibrated = memoracle("calibrate", target, "--ops", "100000", "--json", "-")
    assert replayed.stdout and calibrated.stdout, replayed.stderr + calibrated.stderr
    results = json.loads(calibrated.stdout)["results"]
    assert results, calibrated.stderr
    found = [f["signature"] for r in json.loads(replayed.stdout)["results"] for f in r["findings"]] + results[0]["signatures"]
    stale = [] if replayed.returncode == 0 or found else ["expectations of the corpus"]
    return ", ".join(list(dict.fromkeys(found + stale))[:4])


def require(target):
    """The list entry of a target whose model predicts what runs here, or a skip with the reason."""
    entry = available(target)
    if differs(target):
        pytest.skip(f"{target}: {entry['version']} differs here from the model ({differs(target)} ...); `make fuzz TARGET={target}` reports it")
    return entry


def pytest_sessionstart(session):
    session.started = time.monotonic()


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """The closing line, and build/test.json for scripts."""
    stats = terminalreporter.stats
    count = {k: len(stats.get(k, [])) for k in ("passed", "failed", "error", "skipped")}
    failed = count["failed"] + count["error"]
    skips = sorted({str(r.longrepr[2]) for r in stats.get("skipped", [])})
    os.makedirs("build", exist_ok=True)
    with open("build/test.json", "w") as f:
        json.dump({"schema": 1, "status": 1 if failed else 0, "passed": count["passed"], "failed": failed,
                   "skipped": count["skipped"], "skips": skips}, f, indent=1)
    for reason in skips:
        terminalreporter.write_line(reason)


def pytest_unconfigure(config):
    path = "build/test.json"
    if os.path.exists(path) and not hasattr(config, "workerinput"):
        counts = json.load(open(path))
        print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
