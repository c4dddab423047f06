# SPDX-License-Identifier: MIT
"""buddy/source: every geometry and setting agrees, and a source tree that does not fit gets one clear line."""
import json
import os

import pytest
from conftest import ROOT, command, memoracle, require


def campaign(tmp_path, *options):
    require("buddy/source")
    done = memoracle("run", "buddy/source", "--out", tmp_path, "--json", "-", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


@pytest.mark.parametrize("geometry", range(5))
def test_geometry_agrees_in_full(tmp_path, geometry):
    result = campaign(tmp_path, "--seed", 11, "--ops", 20000, "--state", "full", "--set", f"geometry={geometry}")
    assert result["verdicts"]["diverge"] == 0
    assert result["verdicts"]["skipped"] <= (0.05 if geometry == 4 else 0.03) * result["ops"], "the smallest zone is often used up"


@pytest.mark.parametrize("setting", ["batch=1", "batch=63", "high_fraction=8", "high_fraction=64", "min_free_kbytes=1", "min_free_kbytes=16384",
                                     "watermark_scale_factor=3000", "watermark_boost_factor=0", "watermark_boost_factor=30000"])
def test_setting_agrees(tmp_path, setting):
    assert campaign(tmp_path, "--seed", 12, "--ops", 20000, "--set", setting)["verdicts"]["diverge"] == 0


def test_rules_all_fire_on_their_cases():
    """A case in corpus/regress/buddy is named by the rule that fires in it."""
    require("buddy/source")
    for name in sorted(os.listdir(f"{ROOT}/corpus/regress/buddy")):
        done = memoracle("replay", f"corpus/regress/buddy/{name}", "--json", "-")
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        result = json.loads(done.stdout[done.stdout.index("{"):])["results"][0]
        assert result["rules"][name[:-len(".ops")]] > 0, name


@pytest.mark.parametrize("tree,words", [
    ("/nonexistent", "is no folder"),
    ("/usr", "has no Makefile"),
])
def test_tree_that_does_not_fit(tmp_path, tree, words):
    out = tmp_path / "kernel.o"
    done = command("ci/linux-kernel", "plain", out, env={**os.environ, "LINUX_SRC": tree})
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and words in lines[0] and tree in lines[0], done.stderr
    assert out.exists()


def test_page_alloc_that_does_not_compile(tmp_path):
    """The rest of the tree is there, page_alloc.c is not C: the line names the log."""
    require("buddy/source")
    original = f"{ROOT}/build/linux/tree"
    if not os.path.exists(f"{original}/mm/page_alloc.c"):
        pytest.skip("the distribution's tree is not unpacked")
    tree = f"{ROOT}/build/slip/buddy/tree"
    os.makedirs(f"{tree}/mm", exist_ok=True)
    for name in os.listdir(original):
        if name != "mm" and not os.path.lexists(f"{tree}/{name}"):
            os.symlink(f"{original}/{name}", f"{tree}/{name}")
    for name in os.listdir(f"{original}/mm"):
        if name != "page_alloc.c" and not os.path.lexists(f"{tree}/mm/{name}"):
            os.symlink(f"{original}/mm/{name}", f"{tree}/mm/{name}")
    with open(f"{tree}/mm/page_alloc.c", "w", encoding="utf-8") as f:
        f.write("this is not C\n")
    out = tmp_path / "kernel.o"
    done = command("ci/linux-kernel", "plain", out, env={**os.environ, "LINUX_SRC": tree})
    assert len(done.stderr.strip().splitlines()) == 1 and "does not compile" in done.stderr, done.stderr
    assert out.exists()
