# SPDX-License-Identifier: MIT
"""The fuzz entries run under both engines and as plain replayers, and the campaign driver reports them."""
import glob
import json
import os
import shutil

import pytest
from conftest import command, require

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


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("engine", ["libfuzzer", "afl"])
def test_engine_runs(target, engine, tmp_path):
    done = campaign(target, engine, "", tmp_path)
    report = json.load(open("build/fuzz.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    job = report["jobs"][0]
    assert job["ops"] > 1000 and job["verdicts"]["agree"] > 0 and job["verdicts"]["diverge"] == 0


@pytest.mark.parametrize("target,fault", [("ptmalloc/shipped", "bin_index_edge"), ("vma/live", "split_pgoff"),
                                          ("buddy/source", "first_is_last")])
@pytest.mark.parametrize("engine", ["libfuzzer", "afl"])
def test_engine_finds_a_planted_fault(target, fault, engine, tmp_path):
    done = campaign(target, engine, f"fault/{target.split('/')[0]}/{fault}/", tmp_path, MEMORACLE_FAULT=fault, MEMORACLE_STOP="1")
    assert done.returncode == 1 and glob.glob(f"{tmp_path}/*.case"), done.stdout + done.stderr


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
