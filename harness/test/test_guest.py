# SPDX-License-Identifier: MIT
"""Kernels of other releases under QEMU. A stand-in for QEMU plays guests on this host's kernel; where QEMU and a kernel are, one is booted."""
import glob
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
from conftest import available, command, memoracle, require

PLAYED = 'exec "$WORKER" 201<&0 202>&1'  # its descriptors are as QEMU's are: commands, answers, console
PANIC = '"$WORKER" 201<&0 202>&1 & sleep 0.7; echo "[ 0.7] Kernel panic - not syncing: played" >&2; kill -9 $!'


@pytest.fixture
def host(tmp_path):
    """The front in a folder of its own: host(BODY of the stand-in or None, has_kernel) -> run(*words)."""
    (tmp_path / "worker").symlink_to(pathlib.Path("build/worker").absolute())
    program = tmp_path / "memoracle"
    program.write_bytes(pathlib.Path("build/memoracle").read_bytes())
    program.chmod(0o755)

    def make(body, has_kernel=True):
        (tmp_path / "bin").mkdir()
        (tmp_path / "releases" / "7.1").mkdir(parents=True)
        if has_kernel:
            (tmp_path / "releases" / "7.1" / "kernel").write_bytes(b"\x7fELF")
            (tmp_path / "releases" / "7.1" / "kernel.package").write_text("linux-binary-7.1.0-cloud-amd64 7.1.0-1\n")
        if body is not None:
            qemu = tmp_path / "bin" / "qemu-system-x86_64"
            qemu.write_text(f'#!/bin/bash\necho "$*" >> "$0.log"\n{body}\n')
            qemu.chmod(0o755)
        path = f"{tmp_path}/bin" + ("" if body is None else f":{os.environ['PATH']}")
        environment = {**os.environ, "PATH": path, "WORKER": str(tmp_path / "worker" / "vma-live")}
        return lambda *words, **more: command(program, *words, env={**environment, **more.pop("env", {})}, **more)
    return make


def one_line(done, *says):
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and all(s in done.stderr for s in says), done.stdout + done.stderr


@pytest.mark.parametrize("body, has_kernel, says", [
    (PLAYED, False, "no kernel of that release is here: run `make releases RELEASES=7.1`"),
    (None, True, "qemu-system-x86_64 is not here: run `apt-get install"),
    ('echo "qemu: no such machine" >&2; exit 1', True, "the guest exited with status 1 at boot: qemu: no such machine"),
    ('echo "[    0.5] Kernel panic - not syncing: VFS" >&2; echo end >&2', True, "the guest ended at boot: Kernel panic - not syncing: VFS"),
    ('echo "<2>memoracle: /dev/ttyS1" >&2; echo "Kernel panic" >&2', True, "at boot: memoracle: /dev/ttyS1"),
])
def test_a_guest_that_does_not_start_is_one_line(host, body, has_kernel, says):
    one_line(host(body, has_kernel)("run", "vma/guest@7.1", "--ops", "10"), "vma/guest@7.1 cannot run here: ", says)


@pytest.mark.parametrize("name", ["vma/guest@9.9", "vma/guest@../releases/7.1", "vma/guest@", "buddy/guest@7.1", "vma/live@7.1"])
def test_names_of_no_guest(host, name):
    one_line(host(PLAYED)("run", name, "--ops", "10"), "unknown target", "vma/guest@RELEASE")


def test_a_guest_is_a_target(host, tmp_path):
    require("vma/live")
    run = host(PLAYED)
    done = run("run", "vma/guest@7.1", "--ops", "5000", "--out", tmp_path / "found", "--json", "-", env={"MEMORACLE_GUEST_LINE": "thp=never"})
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)["results"][0]
    assert result["target"] == "vma/guest@7.1" and result["verdicts"]["agree"] > 4000
    words = (tmp_path / "bin" / "qemu-system-x86_64.log").read_text()
    assert f"{tmp_path}/releases/7.1/kernel" in words and words.rstrip().endswith("thp=never") and words.count("\n") == 1
    assert run("replay", *sorted(glob.glob(f"{os.getcwd()}/corpus/regress/vma/*.ops"))[:20], "--target", "vma/guest@7.1").returncode == 0


def test_list_keeps_what_a_guest_said(host, tmp_path):
    run = host(PLAYED)
    rows = {r["target"]: r for r in json.loads(run("list", "--json", "-").stdout)["targets"]}
    row = rows["vma/guest@7.1"]
    assert row["available"] and row["package"] == "linux-binary-7.1.0-cloud-amd64 7.1.0-1" and row["switches"] and row["domain"] == "vma"
    assert not rows["vma/guest@6.1"]["available"] and "make releases RELEASES=6.1" in rows["vma/guest@6.1"]["why_not"]
    log = tmp_path / "bin" / "qemu-system-x86_64.log"
    assert row in json.loads(run("list", "--json", "-").stdout)["targets"] and log.read_text().count("\n") == 1, "not booted again"
    assert "vma/guest" not in run("list", "--no-guests").stdout
    (tmp_path / "releases" / "7.1" / "kernel").write_bytes(b"\x7fELF another")
    assert row in json.loads(run("list", "--json", "-").stdout)["targets"] and log.read_text().count("\n") == 2, "another kernel"


def test_a_panic_is_a_finding_with_its_console(host, tmp_path):
    require("vma/live")
    done = host(PANIC)("run", "vma/guest@7.1", "--time", "20", "--stop", "--out", tmp_path / "found")
    assert done.returncode == 1, done.stdout + done.stderr
    case, = glob.glob(f"{tmp_path}/found/*-crash-*.case")
    console = pathlib.Path(case).with_suffix(".console")
    assert "Kernel panic - not syncing: played" in console.read_text() and f"console {console}" in done.stdout
    assert "Kernel panic - not syncing: played" in memoracle("show", case).stdout


def test_a_guest_short_of_memory_is_no_finding(host, tmp_path):
    done = host(PANIC.replace("Kernel panic", "Out of memory"))("run", "vma/guest@7.1", "--time", "20", "--out", tmp_path / "found")
    one_line(done, "vma/guest@7.1: the guest ran out of memory: it has 2G")
    assert not glob.glob(f"{tmp_path}/found/*")


def descendants(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], stdout=subprocess.PIPE, text=True).stdout
    return [int(p) for p in out.split()]


def running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] not in "ZX"
    except OSError:
        return False


def waited(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.fixture(scope="module")
def guest():
    """The newest release there is a kernel of."""
    return available("vma/guest")["target"]


def test_a_booted_guest_runs(guest, tmp_path):
    cases = sorted(glob.glob("corpus/regress/vma/*.ops"))
    done = memoracle("replay", *cases, "--target", guest, "--json", "-")
    assert done.returncode in (0, 1) and done.stdout, done.stderr
    done = memoracle("run", guest, "--ops", "20000", "--seed", "3", "--out", tmp_path / "found", "--json", "-")
    assert done.returncode in (0, 1), done.stderr
    result = json.loads(done.stdout)["results"][0]
    assert result["ops"] == 20000 and result["verdicts"]["agree"] > 19000, "other releases may differ, and a little only"
    assert not [f["signature"] for f in result["findings"] if f["signature"].endswith(("/crash", "/hang", "/trouble"))]


def test_a_killed_front_leaves_no_guest(guest, tmp_path):
    front = subprocess.Popen(["build/memoracle", "run", guest, "--time", "100", "--out", tmp_path / "found"], stdout=subprocess.DEVNULL)
    assert waited(lambda: descendants(front.pid))
    qemu, = descendants(front.pid)
    front.send_signal(signal.SIGKILL)
    front.wait()
    assert waited(lambda: not running(qemu)), "QEMU goes with it"


def test_a_guest_that_hangs_is_a_finding(guest, tmp_path):
    front = subprocess.Popen(["build/memoracle", "run", guest, "--time", "100", "--hang", "2", "--out", tmp_path / "found"],
                             stdout=subprocess.PIPE, text=True)
    assert "profile" in front.stdout.readline(), "it runs"
    for qemu in descendants(front.pid):
        os.kill(qemu, signal.SIGSTOP)
    assert waited(lambda: glob.glob(f"{tmp_path}/found/*-hang-*.case")), "the front goes on with another"
    front.kill()
    front.wait()
