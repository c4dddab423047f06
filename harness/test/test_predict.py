# SPDX-License-Identifier: MIT
"""predict: the model alone, under profiles of releases, without any target."""
import glob
import json
import os
import re

import pytest
from conftest import memoracle

PROFILES = {d: re.findall(r'^PROFILE\("([^"]+)"', open(f"model/{d}/profile.def").read(), re.M) for d in ("buddy", "ptmalloc", "vma")}
ACROSS = """domain vma
mmap to=s2 page=0 pages=2 how=fixed
mmap to=s2 page=4 pages=2 how=fixed
mremap to=s3 page=0 pages=6 new_pages=6 how=fixed new_page=20 -> EFAULT
munmap page=0 pages=2
"""


@pytest.fixture
def across(tmp_path):
    (tmp_path / "a.ops").write_text(ACROSS)
    return tmp_path / "a.ops"


def predict(*words):
    done = memoracle("predict", *words, "--json", "-")
    return done, json.loads(done.stdout) if done.returncode < 2 else None


@pytest.mark.parametrize("domain, profile", [(d, p) for d in PROFILES for p in PROFILES[d]])
def test_the_corpus_is_predicted(domain, profile):
    """What the cases expect is what the model says alone; only a case that needs another rule is left out, by name."""
    checked = 0
    for path in sorted(glob.glob(f"corpus/regress/{domain}/*.ops")):
        done = memoracle("predict", path, "--profile", profile, "--check")
        needs = re.findall(r"^need (\w+)=", open(path).read(), re.M)
        expected = f"as expected under {profile}\n" in done.stdout
        assert done.returncode == 0 and (expected or (needs and f"skipped  {profile}: the case needs" in done.stdout)), path + done.stdout
        checked += expected
    assert checked > 30


def test_two_profiles_part_where_a_rule_does(across):
    done, document = predict(across, "--profile", "linux-6.12", "--profile", "linux-6.18")
    part, = document["parts"]
    assert (part["op"], part["want"], part["seen"], part["rules"]) == (3, "EFAULT", "arena+0x14000", ["mremap_multi"])
    old, new = ([r["err"] for r in p["results"]] for p in document["profiles"])
    assert old == [None, None, "EFAULT", None] and new == [None] * 4 and document["profile"] == "linux-6.12"
    assert "mm/mremap.c:remap_move" in done.stderr


def test_a_rule_of_the_command_line_holds(across):
    done, document = predict(across, "--profile", "linux-6.18", "--rule", "mremap_multi=0")
    assert document["results"][2]["err"] == "EFAULT", done.stderr


def test_check_tells_what_is_not_as_expected(across):
    assert memoracle("predict", across, "--profile", "linux-6.12", "--check").returncode == 0
    done = memoracle("predict", across, "--profile", "linux-6.18", "--check")
    assert done.returncode == 1 and ":4: op 3, outcome: linux-6.18 gives arena+0x14000, the file expects EFAULT\n" in done.stdout, done.stdout


@pytest.mark.parametrize("domain", sorted(PROFILES))
def test_the_state_has_what_the_corpus_expects(domain):
    """Cells of each op's state are those that the case expects behind it; the last is the state at the end."""
    compared = 0
    cases = [path for path in sorted(glob.glob(f"corpus/regress/{domain}/*.ops")) if "\nexpect " in open(path).read() and "\nneed " not in open(path).read()]
    for path in cases[:12]:
        words = (path, "--profile", PROFILES[domain][0])
        _, full = predict(*words, "--state", "full")
        _, end = predict(*words, "--state", "end")
        shown = json.loads(memoracle("show", path, "--format", "json").stdout)["ops"]
        assert end["state"] == full["results"][-1]["state"] and "state" not in full and "state" not in end["results"][0]
        for result, op in zip(full["results"], shown, strict=True):
            has = {(c["field"], c["space"], c["key"]): c["value"] for c in result["state"]}
            for cell in op["expect"]:
                assert has.get((cell["field"], cell["space"], cell["key"]), "absent") == cell["value"], (path, op["op"], cell)
                compared += 1
    assert compared > 0


def test_the_state_is_drawn_as_explain_does(across):
    """One side's alone, after each op or at the end, for each profile."""
    words = ("predict", across, "--profile", "linux-6.12", "--profile", "linux-6.18", "--state")
    end, full = (memoracle(*words, level).stdout for level in ("end", "full"))
    assert "state    linux-6.12, after op 4\n" in end and "  A arena+0x4000       2 pages rw-p object 0 pgoff 0x0\n" in end
    assert end.count("\nstate ") == 2 and full.count("\nstate ") == 8 and "state    linux-6.18, after op 1\n" in full
    drawn = memoracle("explain", across, "--target", "vma/model@mremap_multi=0", "--rule", "mremap_multi=0").stdout
    assert "A arena+0x4000       2 pages rw-p object 0 pgoff 0x0              =\n" in drawn
    assert "target" not in end and "=\n" not in end


def test_pages_anywhere_are_drawn():
    """Keys of cells have 32 bits; a VMA may lie anywhere, and be of any length."""
    many = memoracle("predict", "corpus/regress/vma/exact_mremap_many.ops", "--profile", "linux-6.18", "--state", "end").stdout
    assert len(re.findall(r"^  [A-Z] page 0x3000000[0-9a-f]{2}   1 pages ", many, re.M)) == 40, many
    assert re.search(r"^  page 0x300000000   A\.B\.C\.", many, re.M)
    wide = memoracle("predict", "corpus/regress/vma/exact_mlock_count_int.ops", "--state", "full").stdout
    assert "  A arena+0x0          4294967296 pages ---p object 0 pgoff 0x0\n" in wide, wide


def test_a_long_case_has_its_state_at_the_end(tmp_path):
    (tmp_path / "a.ops").write_text("domain vma\n" + "mmap to=s2\n" * 1025)
    done = memoracle("predict", tmp_path / "a.ops", "--state", "full")
    assert done.returncode == 2 and "cases up to 1024 ops, this one has 1025" in done.stderr and done.stderr.count("\n") == 1
    assert "after op 1025\n" in memoracle("predict", tmp_path / "a.ops", "--state", "end").stdout


def test_skipped_ops_have_no_result(tmp_path):
    (tmp_path / "a.ops").write_text("domain vma\nmunmap base=s4\nmmap to=s2 -> arena+0x0\n")
    _, document = predict(tmp_path / "a.ops")
    first, second = document["results"]
    assert first["skipped"] == "empty_slot" and "value" not in first and second["value"] == "arena+0x0"


@pytest.mark.parametrize("words, says", [
    (("predict", "FILE", "--profile", "linux-9.9"), "unknown profile `linux-9.9`; known for vma: linux-6.18, linux-6.12"),
    (("replay", "FILE", "--profile", "linux-6.12", "--profile", "linux-6.18"), "takes one --profile"),
    (("predict", "FILE", "--state", "touched"), "predict --state takes full or end"),
    (("predict", "nowhere.ops"), "nowhere.ops"),
])
def test_bad_calls_are_one_line(across, words, says):
    done = memoracle(*(across if w == "FILE" else w for w in words))
    assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1 and os.path.exists(across), done.stderr
