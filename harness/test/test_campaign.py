# SPDX-License-Identifier: MIT
"""Both sides agree: the corpus on every target, and a short campaign per target and state level."""
import glob
import json

import pytest
from conftest import memoracle, require

TARGETS = ["ptmalloc/shipped", "ptmalloc/live", "vma/live", "buddy/source"]
CASES = sorted(glob.glob("corpus/regress/*/*.ops") + glob.glob("corpus/finding/*.ops") + glob.glob("corpus/finding/*.case"))


def run(target, *words, status=0):
    done = memoracle("run", target, "--json", "-", "--out", "build/test/findings", *words)
    assert done.returncode == status, done.stdout[-2000:] + done.stderr
    return json.loads(done.stdout)["results"][0]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("state, ops", [("touched", 200000), ("full", 10000), ("end", 200000)])
def test_campaign_agrees(target, state, ops):
    require(target)
    result = run(target, "--seed", "77", "--ops", str(ops), "--state", state)
    verdicts = result["verdicts"]
    assert result["ops"] >= ops and sum(verdicts.values()) == result["ops"]
    assert verdicts["diverge"] == 0 and not result["findings"]
    assert verdicts["skipped"] <= 0.03 * result["ops"], result["skipped_by"]
    assert sum(1 for hits in result["rules"].values() if hits) >= 10


def domain_targets(path):
    domain = next(line.split()[1] for line in open(path) if line.startswith("domain "))
    return [t for t in TARGETS if t.startswith(domain + "/")]


@pytest.mark.parametrize("path", [c for c in CASES if c.endswith(".ops")])
def test_corpus_replays(path):
    ran = 0
    for target in domain_targets(path):
        try:
            require(target)
        except pytest.skip.Exception:
            continue
        done = memoracle("replay", path, "--target", target, "--json", "-")
        assert done.returncode == 0, f"{target}: {done.stdout[-1500:]}{done.stderr}"
        result = json.loads(done.stdout)["results"][0]
        ran += result["verdicts"]["agree"]
    assert ran or not domain_targets(path) or pytest.skip(f"{path}: no target of its domain can run here")
