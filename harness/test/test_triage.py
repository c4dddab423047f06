# SPDX-License-Identifier: MIT
"""One line per cause: triage finds out which change of the model explains which findings."""
import glob
import json
import os
import re
import shutil
import sys

import pytest
import toy
from conftest import command, memoracle, require

sys.path.insert(0, "ci")
import triage as triage_script  # noqa: E402


@pytest.fixture(scope="module")
def program():
    return os.path.abspath(toy.build())


@pytest.fixture
def run(program, tmp_path):
    def call(*words, **options):
        return command(program, *words, cwd=tmp_path, **options)
    return call


def document(done):
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def findings(run, target, *words):
    done = run("run", target, "--ops", "20000", "--out", "out", "--json", "-", *words)
    return [f["file"] for f in document(done)["results"][0]["findings"]], done


def triage(run, *words):
    done = run("triage", *words, "--json", "-")
    return document(done), done


def case(tmp_path, name, text, target="toy/odd"):
    (tmp_path / name).write_text(f"domain toy\nmeta target={target}\n{text}")
    return name


TAKE = "put amount=80 dst=s1\ntake from=s1\n"


# ---- the answer


def test_a_fault_of_the_real_side_is_named(run):
    files, _ = findings(run, "toy/odd")
    doc, done = triage(run, "out")
    assert done.returncode == 0 and doc["schema"] == 1 and doc["status"] == 0 and doc["unexplained"] == []
    cause, = doc["causes"]
    assert (cause["name"], cause["kind"], cause["rule"], cause["value"]) == ("take_leaves", "fault", "take_subtracts", 1)
    assert sorted(cause["explains"]) == sorted(files) and cause["confirmed_ops"] >= 100000 and cause["differs"] is None
    assert all(f["repeats"] == "5/5" for f in doc["findings"])


def test_what_nothing_explains_comes_first(run):
    findings(run, "toy/alien")
    doc, done = triage(run, "out")
    assert done.returncode == 1 and doc["status"] == 1
    assert [os.path.basename(f).startswith("toy-ask-outcome") for f in doc["unexplained"]] == [True]
    assert [c["name"] for c in doc["causes"]] == ["take_leaves"]
    cause = doc["causes"][0]
    assert cause["differs"] == "toy/ask/outcome" and cause["confirmed_ops"] < 100000, "the campaign says where it next differs"
    text = run("triage", "out").stdout
    assert text.index("unexplained: 1") < text.index("toy-ask-outcome") < text.index("cause: fault take_leaves") < text.index("toy-take-outcome")
    assert "next differs toy/ask/outcome" in text and "(toy.c:take)" in text and "an amount taken leaves the total" in text


def test_a_switch_is_named_with_its_value(run, tmp_path):
    """A finding that was made with a switch the wrong way: its own value takes that back."""
    files, _ = findings(run, "toy/live", "--rule", "trap_sticks=off")
    doc, _ = triage(run, "out")
    cause, = doc["causes"]
    assert (cause["name"], cause["kind"], cause["value"]) == ("trap_sticks", "defect", 1) and sorted(cause["explains"]) == sorted(files)
    files, _ = findings(run, "toy/live", "--rule", "limit=900", "--out", "other")
    doc, _ = triage(run, "other")
    cause, = doc["causes"]
    assert (cause["name"], cause["kind"], cause["value"]) == ("limit", "switch", 1000)


def test_a_fault_in_the_model_is_taken_out(run):
    """As MEMORACLE_FAULT plants it: the findings say under which fault they were made."""
    files, _ = findings(run, "toy/live", "--fault", "put_forgets")
    doc, done = triage(run, "out")
    cause, = doc["causes"]
    assert done.returncode == 0 and sorted(cause["explains"]) == sorted(files)
    assert (cause["name"], cause["kind"], cause["value"]) == ("put_forgets", "fault", 0) and cause["confirmed_ops"] >= 100000
    assert "put_forgets taken out of the model" in run("triage", "out").stdout


def test_two_causes_on_two_targets_in_one_call(run, tmp_path):
    findings(run, "toy/odd")
    findings(run, "toy/live", "--fault", "put_forgets")
    doc, done = triage(run, "out")
    assert done.returncode == 0
    assert sorted((c["name"], c["target"], c["value"]) for c in doc["causes"]) == [("put_forgets", "toy/live", 0), ("take_leaves", "toy/odd", 1)]


def test_a_pair_explains_what_no_single_change_does(run, tmp_path):
    """Found with two rules the wrong way: one op shows both."""
    files, _ = findings(run, "toy/live", "--fault", "take_leaves", "--rule", "trap_sticks=off")
    kinds = {c["kind"] for c in triage(run, "out")[0]["causes"]}
    assert kinds == {"defect", "fault"}, "each finding has one of them"
    path = case(tmp_path, "both.ops", "meta fault=put_forgets\nmeta rule.limit=700\nput amount=800 dst=s1\n", "toy/live")
    doc, done = triage(run, path)
    cause, = doc["causes"]
    assert done.returncode == 0 and cause["kind"] == "pair" and cause["value"] is None
    assert sorted((c["name"], c["kind"], c["value"]) for c in cause["changes"])[1] == ("put_forgets", "fault", 0)


# ---- what goes in


def test_files_and_folders_each_once(run, tmp_path):
    files, _ = findings(run, "toy/odd")
    os.link(tmp_path / files[0], tmp_path / "again.case")
    doc, _ = triage(run, "out", *files, "again.case", "./" + files[0])
    assert len(doc["findings"]) == len(files) == len(doc["causes"][0]["explains"])


def test_an_empty_folder_has_no_causes(run, tmp_path):
    (tmp_path / "none").mkdir()
    doc, done = triage(run, "none")
    assert done.returncode == 0 and doc["causes"] == doc["unexplained"] == doc["findings"] == []


@pytest.mark.parametrize("text, says", [(None, "no-such"), ("junk", "bad.ops"), ("domain toy\nmeta target=toy/absent\n" + TAKE, ""),
                                        ("domain toy\nrepeat 70000\ntake from=s1\nend\n", "bad.ops: a case of 70000 records is too long for triage: shrink it\n")])
def test_what_cannot_be_read_is_said_and_the_rest_goes_on(run, tmp_path, text, says):
    good = case(tmp_path, "good.ops", TAKE)
    if text is not None:
        (tmp_path / "bad.ops").write_text(text)
    doc, done = triage(run, "bad.ops" if text else "no-such", good)
    if says:
        assert done.returncode == 2 and says in done.stderr
    assert [c["name"] for c in doc["causes"]] == ["take_leaves"], "the others are triaged all the same"


def test_a_case_that_agrees_here_needs_no_cause(run, tmp_path):
    doc, done = triage(run, case(tmp_path, "a.ops", TAKE, "toy/live"))
    assert done.returncode == 0 and doc["agree"] == ["a.ops"] and doc["causes"] == doc["unexplained"] == []
    doc, done = triage(run, case(tmp_path, "b.ops", "put amount=1 dst=s1 -> 7\n", "toy/live"))
    assert doc["agree"] == ["b.ops"], "a stale expectation is no finding"


def test_a_case_whose_precondition_is_missing_is_skipped(run, tmp_path):
    doc, done = triage(run, case(tmp_path, "a.ops", "need limit=3\n" + TAKE))
    assert done.returncode == 0 and doc["skipped"] == ["a.ops"] and doc["causes"] == []


def test_what_does_not_repeat_has_no_cause(run, tmp_path):
    """A campaign's case that differed once: five replays tell it from a finding."""
    puts = "".join(f"put amount=1 dst=s{i % 8}\ntake from=s{i % 8}\n" for i in range(200))
    doc, done = triage(run, *(case(tmp_path, f"{i}.ops", puts, "toy/fickle") for i in range(10)))
    assert doc["not_repeating"] and doc["agree"] and doc["causes"] == doc["unexplained"] == [] and done.returncode == 1
    assert {f["repeats"] for f in doc["findings"]} <= {"0/5", "1/5", "2/5"}
    assert f"not in every replay: {len(doc['not_repeating'])}" in done.stderr


def test_faults_that_are_not_linked_are_said(run, tmp_path):
    """Outside a source tree only what is there can be tried."""
    kept = os.path.dirname(toy.build()) + "/fault/toy/take_leaves/toy-odd"
    os.rename(kept, kept + ".away")
    try:
        done = run("triage", case(tmp_path, "a.ops", TAKE))
    finally:
        os.rename(kept + ".away", kept)
    assert done.returncode == 1 and "unexplained: 1" in done.stdout
    assert "1 planted faults are not linked for toy/odd" in done.stderr and "only switches and defects and what is linked" in done.stderr


# ---- where it shows


def test_a_campaign_ends_with_causes(run):
    done = run("run", "toy/odd", "--ops", "20000", "--out", "out")
    assert done.returncode == 1 and re.search(r"findings \d+.*\ntriage: \d+ findings.*\ncause: fault take_leaves on toy/odd explains", done.stdout, re.S)
    assert "cause" not in run("run", "toy/live", "--ops", "20000", "--out", "out").stdout


def test_explain_shows_causes(run, tmp_path):
    text = run("explain", case(tmp_path, "a.ops", TAKE)).stdout
    assert re.search(r"^causes    fault take_leaves \(toy.c:take\)$", text, re.M)
    text = run("explain", case(tmp_path, "b.ops", "ask amount=3\n", "toy/alien")).stdout
    assert re.search(r"^causes    none of \d+ changes of the model explains it$", text, re.M)


# ---- the domains, with the copy of the model as the real side: the same on any kernel


@pytest.mark.parametrize("domain, fault, others", [
    ("vma", "madvise_stops_at_hole", ["split_pgoff", "object_grows"]), ("vma", "move_keeps_pgoff", ["split_pgoff", "dontunmap_clears_part"]),
    ("ptmalloc", "fast_limit", ["tcache_put_full", "calloc_cached"]), ("ptmalloc", "trim_unrounded", ["trim_above", "fast_limit"]),
    ("buddy", "drain_from_first", ["pcp_free_to_tail", "refill_to_head"]), ("buddy", "move_to_head", ["edge_claimed", "drain_from_first"])])
def test_planted_faults_are_named(domain, fault, others, tmp_path):
    """A sample: ci/triage.py does it for all, among all."""
    made = command("make", "-s", f"build/real/{domain}/{fault}.so", *(f"build/fault/{domain}/{n}/{domain}-model" for n in [fault, *others]))
    assert made.returncode == 0, made.stderr
    done = memoracle("run", f"{domain}/model@{fault}", "--seed", "7", "--ops", "300000", "--out", tmp_path)
    causes = re.findall(r"^cause: (.*) on .* explains (\d+) of (\d+)$", done.stdout, re.M)
    assert len(causes) == 1 and causes[0][0] == f"fault {fault}" and causes[0][1] == causes[0][2] != "0", done.stdout[-3000:]


@pytest.mark.parametrize("switch", ["dontunmap_reset_pgoff=1", "zero_page=0", "merge_unfaulted=0", "thp_align=1"])
def test_a_switch_of_the_real_side_is_named(switch, tmp_path):
    """zero_page=0 is a kernel that takes the zero page away: several findings at mlock, mremap, mprotect, and one cause."""
    done = memoracle("run", f"vma/model@{switch}", "--seed", "7", "--ops", "300000", "--out", tmp_path)
    causes = re.findall(r"^cause: (.*) on .* explains (\d+) of (\d+)$", done.stdout, re.M)
    assert causes == [(f"switch {switch}", str(len(os.listdir(tmp_path))), str(len(os.listdir(tmp_path))))], done.stdout[-3000:]


def test_an_op_that_is_skipped_is_not_explained(tmp_path):
    """With exec_only_pkey=1 the op that differs is not run at all: the case agrees, and that explains nothing."""
    path = tmp_path / "a.ops"
    path.write_text("domain vma\nmeta target=vma/model@thp_align=1\n"
                    "mmap to=s2 base=s0 page=0 pages=1 prot=x kind=private how=free_huge extra=none\n"
                    "mmap to=s2 base=s0 page=0 pages=1 prot=x kind=private how=free_huge_odd extra=none\n")
    assert memoracle("replay", path).returncode == 1
    assert memoracle("replay", path, "--rule", "exec_only_pkey=1").returncode == 0
    text = memoracle("explain", path).stdout
    assert "switch thp_align=1" in text and "exec_only_pkey=" not in text.split("causes")[1].split("ops\n")[0]


def test_missing_workers_are_linked(tmp_path):
    """As triage asks for them: several in one call, and as many as can be."""
    for fault in ("find_at_end", "brk_shrink_any"):
        shutil.rmtree(f"build/fault/vma/{fault}", ignore_errors=True)
    done = command("ci/link-faults", "vma-model", "find_at_end", "no_such_fault", "brk_shrink_any")
    assert done.returncode != 0
    assert all(os.access(f"build/fault/vma/{fault}/vma-model", os.X_OK) for fault in ("find_at_end", "brk_shrink_any"))


def test_make_fuzz_ends_with_causes(tmp_path):
    require("ptmalloc/shipped")
    assert command("make", "-s", "build/fault/ptmalloc/fast_limit/ptmalloc-shipped").returncode == 0
    done = command("/usr/bin/python3", "ci/fuzz.py", env={**os.environ, "TIME": "3", "JOBS": "1", "TARGET": "ptmalloc/shipped", "DOMAIN": "",
                                                          "ENGINE": "generator", "OUT": str(tmp_path), "MEMORACLE_FAULT": "fast_limit"})
    report = json.load(open("build/fuzz.json"))
    found = sorted(glob.glob(f"{tmp_path}/*.case"))
    assert done.returncode == 1 and found and sorted(report["findings"]) == found
    cause, = report["triage"]["causes"]
    assert cause["name"] == "fast_limit" and sorted(cause["explains"]) == found and report["triage"]["unexplained"] == []
    assert done.stdout.index("rules hit") < done.stdout.index("cause: fault fast_limit taken out of the model") < done.stdout.index(found[0])
    assert done.stdout.rstrip().endswith("1 causes, 0 unexplained")


def test_the_table_of_all_faults_counts_what_is_named():
    row = {"domain": "vma", "fault": "x", "findings": 2, "causes": [], "unexplained": 2, "named": False}
    assert triage_script.said(row).startswith("MISS") and "2 unexplained" in triage_script.said(row)
