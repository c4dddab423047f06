# SPDX-License-Identifier: MIT
"""A kernel that the model does not know: said in one line before a campaign; tests that need it to agree are skipped.
MEMORACLE_FORCE_RULE stands for it: switches that are found otherwise than they are, which nothing else can tell."""
import json
import os
import re
import sys

import pytest
from conftest import available, command, memoracle, require

FOREIGN = "merge_unfaulted=0 zero_page=0 unaccount_readonly=0 noreserve_flag=0 thp_align=0 mdwe=1 thp=0 ksm=0 mremap_multi=0 " \
          "mremap_unmaps_first=1 dontunmap_reset_pgoff=1 dontunmap_self_block=1"


def forced(rules):
    return {**os.environ, "MEMORACLE_FORCE_RULE": rules}


def calibrate(*words, **options):
    done = memoracle("calibrate", *words, "--ops", "60000", "--json", "-", **options)
    return done, json.loads(done.stdout)["results"]


@pytest.mark.parametrize("target", ["vma/live", "ptmalloc/live"])
def test_agrees_where_the_model_knows(target):
    require(target)
    done, rows = calibrate(target)
    assert done.returncode == 0 and rows[0]["ops"] >= 60000 and rows[0]["signatures"] == [] and not rows[0]["foreign"]


@pytest.mark.parametrize("rules", ["merge_unfaulted=0", "unaccount_readonly=0", "dontunmap_unaccounts=1", "mdwe=1"])
def test_one_wrong_rule_is_not_foreign(rules):
    require("vma/live")
    done, rows = calibrate("vma/live", env=forced(rules))
    assert done.returncode == 1 and rows[0]["signatures"] and not rows[0]["foreign"], rows


def test_many_wrong_rules_are_one_line(tmp_path):
    require("vma/live")
    done, rows = calibrate("vma/live", env=forced(FOREIGN))
    assert done.returncode == 2 and rows[0]["foreign"] and len(rows[0]["signatures"]) > 12
    campaign = memoracle("run", "vma/live", "--time", "30", "--out", tmp_path, "--json", "-", env=forced(FOREIGN))
    lines = campaign.stderr.splitlines()
    assert campaign.returncode == 2 and "none that the model knows" in lines[-1] and "--no-calibrate" in lines[-1], lines
    result = json.loads(campaign.stdout)["results"][0]
    assert result["ops"] == 0 and result["findings"] == [] and result["calibration"]["foreign"] and not os.listdir(tmp_path)
    assert result["seconds"] < 10


def test_a_campaign_that_is_wanted_starts(tmp_path):
    """--no-calibrate, and whoever tells the model something himself."""
    require("vma/live")
    done = memoracle("run", "vma/live", "--ops", "20000", "--no-calibrate", "--out", tmp_path, "--json", "-", env=forced(FOREIGN))
    result = json.loads(done.stdout)["results"][0]
    assert done.returncode == 1 and result["findings"] and result["calibration"] is None
    done = memoracle("run", "vma/live", "--ops", "2000", *sum((["--rule", r] for r in FOREIGN.split()), []), "--out", tmp_path, "--json", "-")
    assert done.returncode == 1 and json.loads(done.stdout)["results"][0]["calibration"] is None


def test_calibration_is_no_part_of_the_campaign(tmp_path):
    require("vma/live")
    rows = [json.loads(memoracle("run", "vma/live", "--ops", "30000", "--out", tmp_path, "--json", "-", *words).stdout)["results"][0]
            for words in ([], ["--no-calibrate"])]
    assert rows[0]["calibration"]["ops"] > 1000 and rows[1]["calibration"] is None
    assert rows[0]["ops"] == rows[1]["ops"] and rows[0]["verdicts"] == rows[1]["verdicts"] and rows[0]["rules"] == rows[1]["rules"]


def test_a_forced_rule_must_be_one():
    available("vma/live")
    done = memoracle("calibrate", "vma/live", env=forced("zero_page=7"))
    assert done.returncode == 2 and "MEMORACLE_FORCE_RULE" in done.stderr and done.stderr.count("\n") == 1
    assert memoracle("list", "--target", "ptmalloc/shipped", env=forced("zero_page=0")).returncode == 0, "another domain's"


def test_only_live_targets_are_forced():
    """The model alone runs on no host: neither a wrong value nor a wrong word reaches it."""
    path = "corpus/regress/vma/merge_pair.ops"
    plain = memoracle("predict", path, "--profile", "linux-6.18", "--check")
    assert plain.returncode == 0, plain.stderr
    for rules in (FOREIGN, "zero_page=7"):
        done = memoracle("predict", path, "--profile", "linux-6.18", "--check", env=forced(rules))
        assert (done.returncode, done.stdout) == (0, plain.stdout), done.stderr
        assert memoracle("replay", path, "--target", "vma/model", env=forced(rules)).returncode == 0


@pytest.mark.parametrize("others", [[], ["ptmalloc/shipped"]])
def test_fuzz_says_so_instead_of_thousands_of_findings(others, tmp_path):
    require("vma/live")
    chosen = {"TARGET": "vma/live"} if not others else {"TARGET": ""}
    done = command(sys.executable, "ci/fuzz.py", env={**forced(FOREIGN), **chosen, "DOMAIN": "", "ENGINE": "generator", "TIME": "8", "JOBS": "2",
                                                      "OUT": str(tmp_path), "FRESH": ""})
    said = [line for line in done.stderr.splitlines() if "none that the model knows" in line]
    assert done.returncode == 2 and len(said) == 1, done.stdout + done.stderr
    assert not os.listdir(tmp_path)
    assert all(target in done.stdout for target in others)


def test_tests_need_no_particular_kernel():
    """The tests that build on vma/live, with a switch forced the wrong way: none fails, all are skipped under one name."""
    has = require("vma/live")["switches"]["zero_page"]
    files = ["test_vma.py", "test_inherited.py", "test_campaign.py", "test_front_corpus.py", "test_faults.py", "test_fuzz.py", "test_calibrate.py"]
    done = command(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "vma and not kernel and not ptmalloc and not buddy",
                   *(f"harness/test/{f}" for f in files), env=forced(f"zero_page={1 - has}"), timeout=900)
    closing = done.stdout.splitlines()
    counts = re.fullmatch(r"(\d+) passed, 0 failed, (\d+) skipped", closing[-1])
    assert done.returncode == 0 and counts, done.stdout[-3000:]
    assert int(counts[2]) > 80, closing[-1]
    named = [line for line in closing if "differs here from the model" in line]
    assert len(named) == 1 and "vma/" in named[0] and "make fuzz TARGET=vma/live" in named[0], closing[-8:]
