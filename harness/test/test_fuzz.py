# SPDX-License-Identifier: MIT
"""The fuzz entries run under both engines and as plain replayers, and the campaign driver reports them."""
import ctypes
import glob
import json
import os
import re
import shutil
import signal
import struct
import subprocess

import pytest
from conftest import case_files, command, memoracle, require

TARGETS = ["ptmalloc/shipped", "ptmalloc/live", "vma/live", "buddy/source"]


def slug(target):
    return target.replace("/", "-")


def campaign(target, engine, built, out, **environment):
    """Builds what a short campaign of one engine needs, and runs it."""
    require(target)
    if engine == "afl" and shutil.which("afl-fuzz") is None:
        pytest.skip("afl: afl-fuzz is not installed (apt-get install afl++)")
    made = command("make", "-s", f"build/{built}{engine}/{slug(target)}", f"build/afl/mutator-{target.split('/')[0]}.so")
    assert made.returncode == 0, made.stderr[-2000:]
    return command("/usr/bin/python3", "ci/fuzz.py", env={**os.environ, "TIME": "8", "JOBS": "1", "TARGET": target, "DOMAIN": "",
                                                          "ENGINE": engine, "OUT": str(out), "FRESH": "", **environment})


def afl_stats(target):
    lines = open(f"build/fuzz/afl-{slug(target)}/default/fuzzer_stats")
    return dict(map(str.strip, line.split(":", 1)) for line in lines)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("engine", ["libfuzzer", "afl"])
def test_engine_runs(target, engine, tmp_path):
    done = campaign(target, engine, "", tmp_path)
    report = json.load(open("build/fuzz.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    job = report["jobs"][0]
    assert job["ops"] > 1000 and job["verdicts"]["agree"] > 0 and job["verdicts"]["diverge"] == 0
    if engine == "afl":
        assert float(afl_stats(target)["stability"].rstrip("%")) >= 99.9


@pytest.mark.parametrize("target,fault", [("ptmalloc/shipped", "bin_index_edge"), ("vma/live", "split_pgoff"),
                                          ("buddy/source", "first_is_last")])
@pytest.mark.parametrize("engine", ["libfuzzer", "afl"])
def test_engine_finds_a_planted_fault(target, fault, engine, tmp_path):
    done = campaign(target, engine, f"fault/{target.split('/')[0]}/{fault}/", tmp_path, MEMORACLE_FAULT=fault, MEMORACLE_STOP="1")
    assert done.returncode == 1 and glob.glob(f"{tmp_path}/*.case"), done.stdout + done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_coverage_hangs_on_the_case_alone(target, tmp_path):
    require(target)
    made = command("make", "-s", f"build/stable/{slug(target)}")
    assert made.returncode == 0, made.stderr[-2000:]
    domain = target.split("/")[0]
    rounds = 8 if target in ("ptmalloc/shipped", "buddy/source") else 1  # in process wf_ok() runs in every 4096th case
    done = command(f"build/stable/{slug(target)}", rounds, *case_files(domain, tmp_path, 128), *glob.glob(f"corpus/seed/{domain}/*"))
    reached, reserved, vary = map(int, re.search(r"(\d+) counters of (\d+) reached, (\d+) vary", done.stdout).groups())
    assert done.returncode == 0 and reached > 300 and vary == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_replayer(target):
    require(target)
    made = command("make", "-s", f"build/replay/{slug(target)}", f"build/cover/{slug(target)}")
    assert made.returncode == 0, made.stderr[-2000:]
    inputs = (glob.glob(f"build/corpus/{slug(target)}/*") + glob.glob(f"corpus/seed/{target.split('/')[0]}/*"))[:50]
    if not inputs:
        pytest.skip(f"{target}: no inputs to replay")
    done = command(f"build/replay/{slug(target)}", *inputs)
    assert done.returncode == 0 and f"{len(inputs)} inputs replayed" in done.stdout, done.stderr


def test_engine_leaves_nothing_outside_build(tmp_path):
    """A crash ends libFuzzer, which then writes crash-* to the folder it runs in, unless told otherwise."""
    require("ptmalloc/shipped")
    program = "build/fault/ptmalloc/bin_index_edge/libfuzzer/ptmalloc-shipped"
    made = command("make", "-s", program)
    assert made.returncode == 0, made.stderr[-2000:]
    done = command(f"{os.getcwd()}/{program}", "-max_total_time=60", "-seed=1", cwd=tmp_path, env={
        **os.environ, "MEMORACLE_FAULT": "bin_index_edge", "MEMORACLE_OUT": str(tmp_path / "build/findings")})
    assert done.returncode == 77 and glob.glob(f"{tmp_path}/build/findings/*.case"), done.stderr[-2000:]
    assert os.listdir(tmp_path) == ["build"] and glob.glob(f"{tmp_path}/build/fuzz/crash-*"), os.listdir(tmp_path)


class PlaysAfl:
    """afl-fuzz's side of the protocol: shared memory for map and input, a word for each case, how it ended."""

    BYTES = 1 << 20

    def __init__(self, program, **environment):
        self.libc = ctypes.CDLL(None)
        self.libc.shmat.restype = ctypes.c_void_p
        self.map_id, self.input_id = (self.libc.shmget(0, self.BYTES, 0o1600) for _ in range(2))
        self.map, self.input = (self.libc.shmat(i, None, 0) for i in (self.map_id, self.input_id))
        for number in (self.map_id, self.input_id):
            self.libc.shmctl(number, 0, None)  # IPC_RMID: gone with the last process that uses it
        control, status = os.pipe(), os.pipe()
        self.control, self.status = control[1], status[0]

        def descriptors():
            os.dup2(control[0], 198)
            os.dup2(status[1], 199)
        self.server = subprocess.Popen([program], preexec_fn=descriptors, close_fds=False, stderr=subprocess.DEVNULL, env={
            **os.environ, "__AFL_SHM_ID": str(self.map_id), "__AFL_SHM_FUZZ_ID": str(self.input_id), **environment})
        os.close(control[0])
        os.close(status[1])
        assert self.word() & 0x80000000
        os.write(self.control, struct.pack("<I", 0x81000000))

    def word(self):
        return struct.unpack("<I", os.read(self.status, 4))[0]

    def begin(self, data):
        """Returns the process that runs the case."""
        ctypes.memset(self.map, 0, self.BYTES)
        ctypes.memmove(self.input, struct.pack("<I", len(data)) + data, len(data) + 4)
        os.write(self.control, bytes(4))
        return self.word()

    def run(self, data):
        self.begin(data)
        return self.word(), ctypes.string_at(self.map, self.BYTES)

    def end(self):
        os.close(self.control)
        return self.server.wait(20)


def test_afl_protocol(tmp_path):
    """Cases end one by one; a runner that a case ends, or that afl-fuzz ends, has a successor that sees the same."""
    require("ptmalloc/shipped")
    program = "build/fault/ptmalloc/bin_index_edge/afl/ptmalloc-shipped"
    made = command("make", "-s", program, "build/fault/ptmalloc/bin_index_edge/ptmalloc-shipped")
    assert made.returncode == 0, made.stderr[-2000:]
    found = memoracle("run", "ptmalloc/shipped", "--fault", "bin_index_edge", "--seed", "1", "--ops", "3000000", "--stop", "--out", tmp_path,
                      "--json", "-")
    finding = open(json.loads(found.stdout)["results"][0]["findings"][0]["file"], "rb").read()
    afl = PlaysAfl(program, MEMORACLE_FAULT="bin_index_edge", MEMORACLE_OUT=str(tmp_path / "out"), MEMORACLE_STATS=str(tmp_path))
    quiet = bytes([1]) + bytes(15)
    first, (status, empty) = afl.begin(b""), (afl.word(), ctypes.string_at(afl.map, afl.BYTES))
    assert status == 0 and sum(empty) == 1, "the empty case covers that it ran"
    status, covered = afl.run(quiet)
    assert status == 0 and sum(covered) > 1
    assert afl.run(finding)[0] == signal.SIGABRT and len(glob.glob(f"{tmp_path}/out/*.case")) == 1
    assert afl.begin(finding) != first and afl.word() == 0, "a signature that is on disk ends no runner"
    assert afl.run(quiet) == (0, covered)
    runner, status = afl.begin(quiet), afl.word()
    os.kill(runner, signal.SIGKILL)  # its number went out for the next case, which another one runs
    assert status == 0 and afl.begin(quiet) == runner and afl.word() == 0 and afl.run(quiet) == (0, covered)
    assert afl.begin(quiet) != runner and afl.word() == 0
    assert afl.end() == 0 and glob.glob(f"{tmp_path}/*.json"), "the runner leaves its statistics"


def test_afl_entry_alone_says_how_it_runs():
    require("ptmalloc/shipped")
    command("make", "-s", "build/afl/ptmalloc-shipped")
    done = command("build/afl/ptmalloc-shipped")
    assert done.returncode == 2 and done.stderr == "build/afl/ptmalloc-shipped runs under afl-fuzz; build/replay/ has entries that take files\n"


@pytest.mark.parametrize("name, value, words", [
    ("TIME", "soon", "give a number from 1 to 100000000"), ("TIME", "0", "give a number from 1"), ("TIME", "inf", "give a number from 1"),
    ("JOBS", "0", "give a number from 1 to 1024"), ("JOBS", "99999999999999999999999", "give a number from 1 to 1024"), ("JOBS", "1.5", "give a number"),
    ("ENGINE", "honggfuzz", "choose from libfuzzer, afl, generator"), ("OUT", "README.md/x", "choose another folder"), ("OUT", "/proc/none", "choose another folder"),
])
def test_settings_of_a_campaign_that_cannot_be(name, value, words):
    """Said at the start, in one line."""
    done = command("/usr/bin/python3", "ci/fuzz.py", env={**os.environ, name: value}, timeout=20)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(f"fuzz: {name}={value}: ") and words in done.stderr


@pytest.mark.parametrize("name, value, words", [
    ("MEMORACLE_SET", "batch=64", "with a value in its range"), ("MEMORACLE_SET", "batch=-18446744073709551615", "with a value in its range"),
    ("MEMORACLE_STATE", "some", "none of end, touched, full"), ("MEMORACLE_OUT", "README.md", "not a folder"),
])
def test_settings_of_an_entry_that_cannot_be(name, value, words, tmp_path):
    require("buddy/source")
    assert command("make", "-s", "build/replay/buddy-source").returncode == 0
    (tmp_path / "a").write_bytes(bytes(16))
    done = command("build/replay/buddy-source", tmp_path / "a", env={**os.environ, name: value})
    assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr
