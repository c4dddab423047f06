# SPDX-License-Identifier: MIT
"""DOMAIN/model: a copy of the model as the real side, with a fault in it or another switch, needs no particular kernel."""
import json
import shutil

import pytest
from conftest import command, memoracle

DOMAINS = ["ptmalloc", "vma", "buddy"]
FAULTS = [("ptmalloc", "fast_limit"), ("vma", "read_gives_anon_vma"), ("buddy", "drain_from_first")]


def run(target, *words):
    out = f"build/test/model/{target.replace('/', '-')}"
    shutil.rmtree(out, ignore_errors=True)
    done = memoracle("run", target, "--json", "-", "--seed", "3", "--out", out, *words)
    assert done.stdout, done.stderr
    return done, json.loads(done.stdout)["results"][0]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("state, ops", [("touched", 100000), ("full", 10000)])
def test_copy_agrees(domain, state, ops):
    done, result = run(f"{domain}/model", "--ops", str(ops), "--state", state)
    verdicts = result["verdicts"]
    assert done.returncode == 0 and verdicts["diverge"] == 0
    assert verdicts["agree"] + verdicts["open"] > 0.97 * ops
    assert result["version"] == "the model"


@pytest.mark.parametrize("domain, fault", FAULTS)
def test_fault_in_the_copy_is_a_finding(domain, fault):
    target = f"{domain}/model@{fault}"
    assert command("make", "-s", f"build/real/{domain}/{fault}.so").returncode == 0
    done, result = run(target, "--ops", "3000000", "--stop")
    assert done.returncode == 1 and result["version"] == f"the model with {fault}"
    path = result["findings"][0]["file"]
    assert memoracle("replay", path).returncode == 1, "the file says which copy it was found on"
    assert memoracle("replay", path, "--target", f"{domain}/model").returncode == 0
    assert command("make", "-s", f"build/fault/{domain}/{fault}/{domain}-model").returncode == 0
    both = memoracle("replay", path, "--fault", fault)
    assert both.returncode == 0, "the same fault on both sides is no difference: " + both.stdout


def test_switch_of_the_copy_alone():
    done, result = run("vma/model@merge_unfaulted=0", "--ops", "100000", "--stop")
    assert done.returncode == 1
    path = result["findings"][0]["file"]
    assert memoracle("replay", path, "--rule", "merge_unfaulted=0").returncode == 0


def test_copies_are_for_tests():
    """They are named, never chosen: agreement with our own model says nothing of a kernel or a libc."""
    listed = json.loads(memoracle("list", "--no-guests", "--json", "-").stdout)["targets"]
    assert listed and not [t for t in listed if "/model" in t["target"]]
    assert len(json.loads(memoracle("list", "--target", "vma/model", "--json", "-").stdout)["targets"]) == 1


@pytest.mark.parametrize("name, says", [("vma/model@no_such", "unknown target"), ("vma/live@merge_unfaulted=0", "unknown target"),
                                        ("vma/model@no_such=1", "no switch"), ("vma/model@merge_unfaulted=7", "no switch")])
def test_unknown_copies(name, says):
    done = memoracle("run", name, "--ops", "10")
    assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1


def test_a_copy_that_is_not_built():
    made = "build/real/vma/split_pgoff.so"
    command("rm", "-f", made)
    done = memoracle("run", "vma/model@split_pgoff", "--ops", "10")
    assert done.returncode == 2 and f"run `make {made}`" in done.stderr


def sides(tmp_path, *names):
    """What is said of the findings of each side, by target."""
    assert command("make", "-s", "build/real/vma/split_pgoff.so").returncode == 0
    done = memoracle("run", ",".join(names), "--ops", "20000", "--out", tmp_path, "--json", "-")
    assert done.returncode in (0, 1), done.stderr
    return {r["target"]: {f["beside"] for f in r["findings"]} for r in json.loads(done.stdout[done.stdout.index("{"):])["results"]}


@pytest.mark.parametrize("order", [1, -1])
def test_who_stands_alone(order, tmp_path):
    """Several real sides get the same cases; of a difference it is said whether one side or the model is alone with it."""
    wrong, right, foreign, other = "vma/model@split_pgoff", "vma/model", "vma/model@mremap_multi=0", "vma/model@stack_nohugepage=0"
    assert sides(tmp_path / "a", *[wrong, right][::order]) == {wrong: {f"{wrong} stands alone, {right} agrees"}, right: set()}
    seen = sides(tmp_path / "b", *[foreign, right, other][::order])
    assert seen[right] == set() and len(seen) == 3
    for one in (foreign, other):
        assert any(text.startswith(f"{one} stands alone, ") and text.count(" agrees") == 2 for text in seen[one]), seen
    same = sides(tmp_path / "c", wrong, wrong)[wrong]
    assert same == {f"the model stands alone, {wrong} differs likewise"}


def test_sides_of_two_domains_are_refused(tmp_path):
    done = memoracle("run", "vma/model,buddy/model", "--ops", "10", "--out", tmp_path)
    assert done.returncode == 2 and "of two domains: run them one by one" in done.stderr and done.stderr.count("\n") == 1
