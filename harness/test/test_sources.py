# SPDX-License-Identifier: MIT
"""vma/source@RELEASE: mm/ of the sources that `make releases` fetched. A release that was not built is a skip."""
import glob
import json
import re

import pytest
from conftest import available, memoracle

RELEASES = ["6.1", "6.12", "7.2", "7.3"]
MACHINE = {"willneed_anon", "thp", "ksm"}  # of the host's or the guest's configuration, not of the release


@pytest.fixture(params=RELEASES)
def source(request):
    return available(f"vma/source@{request.param}")


def profile(release):
    """The switches of linux-RELEASE as `predict` takes them."""
    text = re.sub(r'"\s*\n\s*"', "", open("model/vma/profile.def").read())
    named = dict(re.findall(r'PROFILE\("linux-([\d.]+)", "([^"]*)"\)', text))[release]
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", named)}


def initial():
    rows = re.findall(r"^(?:SWITCH|DEFECT)\((\w+), (\w+),", open("model/vma/rules.def").read(), re.M)
    return {name: int(value, 0) for name, value in rows}


def test_the_profile_is_what_is_probed(source):
    expected = {**initial(), **profile(source["target"].split("@")[1])}
    assert {n: v for n, v in source["switches"].items() if n not in MACHINE} == {n: v for n, v in expected.items() if n not in MACHINE}


def test_the_corpus_agrees(source):
    done = memoracle("replay", *sorted(glob.glob("corpus/regress/vma/*.ops")), "--target", source["target"], "--json", "-")
    results = json.loads(done.stdout)["results"]
    assert done.returncode == 0, done.stderr
    assert not [r for r in results if r["findings"] or r.get("stale")]


def test_a_campaign_agrees_and_skips_little(source, tmp_path):
    done = memoracle("run", source["target"], "--ops", "100000", "--seed", "1", "--no-calibrate", "--set", "smaps=1", "--out", tmp_path,
                     "--json", "-")
    result, = json.loads(done.stdout)["results"]
    assert done.returncode == 0 and result["verdicts"]["diverge"] == 0
    assert result["ops"] >= 100000 and result["verdicts"]["skipped"] <= 0.02 * result["ops"]


@pytest.mark.parametrize("name, says", [("vma/source@no-release", "unknown target"), ("buddy/source@6.1", "unknown target"),
                                        ("vma/source@5.10", "make releases RELEASES=5.10")])
def test_a_release_that_is_not_here_is_one_line(name, says):
    done = memoracle("run", name, "--ops", "10")
    assert done.returncode == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1 and says in done.stderr
