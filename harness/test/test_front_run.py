# SPDX-License-Identifier: MIT
"""Campaigns, replay and findings of the front, on the toy domain."""
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import time

import pytest
import toy
from conftest import command


@pytest.fixture(scope="module")
def program():
    return os.path.abspath(toy.build())


@pytest.fixture
def run(program, tmp_path):
    def call(*words, **options):
        return command(program, *words, cwd=tmp_path, **options)
    return call


def report(done):
    return json.loads(done.stdout)


def replay_text(run, tmp_path, text, *words):
    (tmp_path / "a.ops").write_text("domain toy\n" + text)
    return run("replay", "a.ops", *words)


def test_campaign_agrees_and_counts(run, tmp_path):
    done = run("run", "toy/live", "--ops", "20000", "--json", "-")
    assert done.returncode == 0, done.stderr
    doc = report(done)
    row = doc["results"][0]
    assert doc["schema"] == 1 and doc["status"] == 0 and row["ops"] == 20000
    assert sum(row["verdicts"].values()) == row["ops"] and sum(row["skipped_by"].values()) == row["verdicts"]["skipped"]
    assert set(row) >= {"target", "version", "profile", "seed", "ops", "cases", "verdicts", "skipped_by", "seconds",
                        "cpu_seconds", "ops_per_s", "rules", "findings"}
    assert all(row["rules"].values()) and row["findings"] == []


def test_campaign_is_deterministic(run, tmp_path):
    def once(*words):
        row = report(run("run", "toy/live", "--ops", "5000", "--json", "-", *words))["results"][0]
        return row["verdicts"], row["rules"]
    assert once("--seed", "4") == once("--seed", "4") != once("--seed", "5")


def test_shards_share_the_cases(run, tmp_path):
    seen = [report(run("run", "toy/live", "--ops", "6000", "--shard", f"{i}/3", "--json", "-"))["results"][0] for i in (1, 2, 3)]
    assert [r["ops"] for r in seen] == [2000] * 3
    assert len({json.dumps(r["rules"]) for r in seen}) == 3


def test_time_is_kept(run, tmp_path):
    start = time.monotonic()
    assert run("run", "toy/live", "--time", "0.5").returncode == 0
    assert 0.4 < time.monotonic() - start < 4


def test_trouble_of_the_host_is_a_finding(run, tmp_path):
    done = run("run", "toy/troubled", "--ops", "1000", "--out", "out", "--json", "-")
    finding = report(done)["results"][0]["findings"][0]
    assert done.returncode == 1 and finding["signature"].endswith("/trouble") and "purse smokes" in finding["seen"]
    assert run("show", finding["file"]).returncode == 0


def test_an_interrupted_campaign_ends_with_its_summary(program, tmp_path):
    with subprocess.Popen([program, "run", "toy/live", "--time", "30"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as campaign:
        time.sleep(0.4)
        campaign.send_signal(signal.SIGINT)
        text = campaign.stdout.read()
    assert campaign.returncode == 0 and "verdicts agree" in text


def test_quiet_in_a_pipe(run, tmp_path):
    assert run("run", "toy/live", "--ops", "1000").stderr == ""


@pytest.mark.parametrize("words", [["--fault", "put_forgets"], ["--fault", "take_leaves"], ["--rule", "trap_sticks=off"], ["--rule", "limit=900"],
                                   ["--profile", "toy-0"], ["--rule", "trap_sticks=off", "--set", "start=60"]])
def test_a_difference_becomes_a_finding(run, tmp_path, words):
    done = run("run", "toy/live", "--ops", "60000", "--out", "out", *words)
    assert done.returncode == 1, done.stdout
    lines = re.findall(r"^FINDING (\S+) (toy/\w+/\w+)\n  \S*memoracle (replay .*)$", done.stdout, re.M)
    assert lines
    assert len({s for _, s, _ in lines}) == len(lines), "one finding per signature"
    for path, signature, again in lines:
        assert re.fullmatch(r"out/%s-[0-9a-f]{16}\.case" % signature.replace("/", "-"), path)
        replayed = run(*again.split())
        assert replayed.returncode == 1 and signature in replayed.stdout, replayed.stdout
        clean = run("replay", path)
        assert clean.returncode == 0 and "replayed without" in clean.stdout, clean.stdout
    assert sorted(os.listdir(tmp_path / "out")) == sorted(os.path.basename(p) for p, _, _ in lines)


def test_findings_of_other_runs_are_counted(run, tmp_path):
    words = ["run", "toy/live", "--ops", "30000", "--out", "out", "--fault", "take_leaves", "--json", "-"]
    first = report(run(*words))["results"][0]["findings"]
    files = set(os.listdir(tmp_path / "out"))
    second = report(run(*words, "--seed", "2"))["results"][0]["findings"]
    known = {f["signature"]: f["file"] for f in first}
    assert all(f["file"] == known[f["signature"]] for f in second if f["signature"] in known)
    assert first[0]["count"] > 1 and files <= set(os.listdir(tmp_path / "out"))
    assert {"file", "signature", "rule", "op_index", "want", "seen", "count", "repeats", "beside"} == set(first[0])


def test_a_finding_is_replayed_before_it_is_reported(run, tmp_path):
    done = run("run", "toy/live", "--ops", "30000", "--out", "out", "--fault", "take_leaves")
    reported = len(re.findall(r"^FINDING ", done.stdout, re.M))
    assert reported and done.stdout.count("\n  repeats 5/5\n") == reported
    assert f"findings {reported}, " in done.stdout and f"; {reported} of them show in every replay" in done.stdout
    again = report(run("run", "toy/live", "--ops", "30000", "--out", "out", "--fault", "take_leaves", "--json", "-"))
    assert {f["repeats"] for f in again["results"][0]["findings"]} == {"5/5"}


def test_a_finding_that_does_not_repeat_says_so(run, tmp_path):
    done = run("run", "toy/fickle", "--ops", "100000", "--out", "out", "--json", "-")
    findings = report(done)["results"][0]["findings"]
    assert done.returncode == 1 and findings and all(f["repeats"] == "0/5" for f in findings)
    assert "meta repeats 0/5" in run("show", findings[0]["file"]).stdout.replace("=", " ")
    assert re.search(r"findings \d+, met \d+ times; 0 of them show in every replay", done.stderr)


def test_a_finding_that_repeats_takes_the_place_of_one_that_does_not(run, tmp_path):
    """One file a signature, but one that does not repeat stands for nothing."""
    words = ["run", "toy/live", "--ops", "30000", "--out", "out", "--fault", "take_leaves", "--stop", "--json", "-"]
    path = report(run(*words))["results"][0]["findings"][0]["file"]
    text = run("show", path).stdout
    assert text.count("meta repeats 5/5") == 1 or text.count("meta repeats=5/5") == 1
    (tmp_path / "flaky.ops").write_text(text.replace("5/5", "1/5"))
    assert run("encode", "flaky.ops", "-o", path).returncode == 0
    again = report(run(*words))["results"][0]["findings"][0]
    assert again["file"] == path and again["repeats"] == "5/5" and "5/5" in run("show", path).stdout


def test_stop_at_the_first_finding(run, tmp_path):
    done = run("run", "toy/live", "--ops", "1000000", "--stop", "--fault", "take_leaves", "--json", "-", "--out", "out")
    row = report(done)["results"][0]
    assert done.returncode == 1 and row["findings"][0]["count"] == 1 and row["ops"] < 100000


@pytest.mark.parametrize("state", ["touched", "full", "end"])
def test_state_levels_name_the_same_signature(run, tmp_path, state):
    done = run("run", "toy/live", "--ops", "30000", "--stop", "--state", state, "--rule", "trap_sticks=0", "--json", "-", "--out", "out")
    assert report(done)["results"][0]["findings"][0]["signature"] == "toy/trap/hidden"


def test_crash_and_hang_are_findings(run, tmp_path):
    done = replay_text(run, tmp_path, "put amount=1 dst=s1\ncrash\n")
    assert done.returncode == 1 and "toy/crash/crash" in done.stdout and "SIGILL: purse is torn" in done.stdout
    done = replay_text(run, tmp_path, "put amount=1 dst=s1\nhang\n", "--hang", "0.5")
    assert done.returncode == 1 and "toy/hang/hang" in done.stdout
    (tmp_path / "b.ops").write_text("domain toy\ntrap\n")
    (tmp_path / "c.ops").write_text("domain toy\ncrash\n")
    done = run("replay", "c.ops", "b.ops", "c.ops", "b.ops", "--json", "-")
    row = report(done)["results"][0]
    assert len(row["findings"]) == 2 and row["verdicts"]["agree"] == 2 and row["verdicts"]["diverge"] == 2


GOOD = "set start=3\nput amount=60 dst=s1 -> 63\ntrap\nexpect hidden 0 = 1\nexpect total 0 = 63\nlook from=s1 mode=fancy -> mmap#0+0x3d\n"


def test_expectations(run, tmp_path):
    assert replay_text(run, tmp_path, GOOD).returncode == 0
    done = replay_text(run, tmp_path, GOOD, "--rule", "trap_sticks=0")
    assert done.returncode == 1 and done.stdout.startswith("toy/live with trap_sticks=0\ndiverge a.ops toy/trap/hidden")


@pytest.mark.parametrize("old, new, line, op, field, expected, actual", [
    ("-> 63", "-> 64", 3, 1, "outcome", "64", "63"), ("-> 63", "-> ENOMEM", 3, 1, "outcome", "ENOMEM", "63"),
    ("-> 63", "-> 63 ENOMEM", 3, 1, "outcome", "ENOMEM 63", "63"), ("hidden 0 = 1", "hidden 0 = -2", 5, 2, "hidden 0", "-2", "1"),
    ("hidden 0 = 1", "hidden[3] 0 = 1", 5, 2, "hidden[3] 0", "1", "absent"), ("total 0 = 63", "total 0 = absent", 6, 2, "total 0", "absent", "63"),
    ("mmap#0+0x3d", "NULL", 7, 3, "outcome", "NULL", "mmap#0+0x3d"), ("mmap#0+0x3d", "mmap#0+0x3e", 7, 3, "outcome", "mmap#0+0x3e", "mmap#0+0x3d"),
])
def test_a_stale_expectation_is_said_in_the_forms_of_the_text(run, tmp_path, old, new, line, op, field, expected, actual):
    """Neither a difference nor a finding: status 1 with its reason, from text and from a case file."""
    said = f"stale expectation a.ops:{line}: op {op}, {field}: both sides show {actual}, the file expects {expected}\n"
    done = replay_text(run, tmp_path, GOOD.replace(old, new), "--json", "r.json")
    assert done.returncode == 1 and done.stdout == said, done.stdout
    row = json.load(open(tmp_path / "r.json"))["results"][0]
    assert row["findings"] == [] and row["verdicts"]["diverge"] == 0 and row["verdicts"]["agree"] == 3
    assert row["stale"] == [{"file": "a.ops", "line": line, "op_index": op, "field": field, "expected": expected, "actual": actual}]
    done = run("explain", "a.ops")
    assert done.returncode == 1 and "agrees    model and target do not differ\n" + said in done.stdout and "signature" not in done.stdout
    assert "there is nothing to show" in run("shrink", "a.ops").stderr
    assert run("encode", "a.ops", "-o", "b.case").returncode == 0
    assert run("replay", "b.case").stdout == said.replace("a.ops", "b.case")


def test_all_stale_expectations_are_said_and_differences_too(run, tmp_path):
    text = GOOD.replace("-> 63", "-> 64").replace("total 0 = 63", "total 0 = 1")
    done = replay_text(run, tmp_path, "\n# remark\n" + text, "--json", "-")
    assert [(s["line"], s["field"]) for s in report(done)["results"][0]["stale"]] == [(5, "outcome"), (8, "total 0")]
    done = replay_text(run, tmp_path, text, "--rule", "trap_sticks=0", "--json", "-")
    row = report(done)["results"][0]
    assert [f["signature"] for f in row["findings"]] == ["toy/trap/hidden"] and [s["line"] for s in row["stale"]] == [3]
    many = "".join(f"put amount=1 dst=s1 -> 0\n" for i in range(70))
    done = replay_text(run, tmp_path, many)
    assert done.stdout.count("stale expectation") == 64 and done.stdout.endswith("  ... 6 more\n")


def test_skipped_ops_stand_on_the_line(run, tmp_path):
    done = replay_text(run, tmp_path, "trap\ntake from=s1\nlook from=s2\ntrap\n")
    assert done.returncode == 0 and done.stdout == "agree a.ops (4 ops, 2 skipped: empty_slot 2, from op 2 take)\n"
    done = replay_text(run, tmp_path, "trap\ntake from=s1 -> 5\ntrap\n")
    assert done.returncode == 1 and done.stdout == ("stale expectation a.ops:3: op 2, outcome: both sides show skipped: empty_slot, the file expects 5\n"
                                                    "  (3 ops, 1 skipped: empty_slot 1, from op 2 take)\n")
    done = replay_text(run, tmp_path, "take from=s1\nput amount=51 dst=s1\ntrap\n", "--rule", "trap_sticks=off")
    assert done.returncode == 1 and done.stdout.endswith("rule trap_sticks\n  (3 ops, 1 skipped: empty_slot 1, from op 1 take)\n")


def test_what_the_host_cannot_do_is_skipped_with_its_expectations(run, tmp_path):
    text = "put amount=1 dst=s1 -> 1\nask amount=5 -> 7\nexpect total 0 = 9\nput amount=1 dst=s2 -> 2\n"
    done = replay_text(run, tmp_path, text, "--target", "toy/troubled")
    assert done.returncode == 0 and done.stdout == "agree a.ops (3 ops, 1 skipped: unsupported 1, from op 2 ask; 2 expectations not checked)\n"
    done = replay_text(run, tmp_path, text.replace("-> 1\n", "-> 2\n"), "--target", "toy/troubled")
    assert done.returncode == 1 and done.stdout.count("stale expectation") == 1, "what stands before it is checked"
    assert replay_text(run, tmp_path, text).returncode == 1


def test_preconditions_skip(run, tmp_path):
    done = replay_text(run, tmp_path, "need limit=5\ntrap\ntrap\n", "--json", "-")
    row = report(done)["results"][0]
    assert done.returncode == 0 and row["skipped_by"]["precondition"] == 2
    assert done.stderr == "skipped a.ops: needs limit=5, toy/live has limit=1000\n"
    for verb in (["explain"], ["shrink"], ["cgen", "-o", "a.c"]):
        done = run(verb[0], "a.ops", *verb[1:])
        assert done.returncode == 2 and done.stderr == "memoracle: a.ops needs limit=5, toy/live has limit=1000\n"
    assert replay_text(run, tmp_path, "need limit=5\ntrap\n", "--rule", "limit=5").stdout == "toy/live with limit=5\nagree a.ops (1 ops)\n"


def test_known_defects_are_named(run, tmp_path):
    done = replay_text(run, tmp_path, "meta known=sticky_trap\nput amount=60 dst=s1\ntrap\n")
    assert done.returncode == 0 and "known: sticky_trap" in done.stdout


def test_many_files_one_report(run, tmp_path):
    (tmp_path / "bad.case").write_bytes(b"x")
    (tmp_path / "b.ops").write_text("domain toy\ntrap\n")
    done = run("replay", "b.ops", "bad.case", "b.ops", "--json", "r.json")
    assert done.returncode == 2 and done.stdout.count("agree b.ops") == 2 and done.stderr.count("\n") == 1
    assert json.load(open(tmp_path / "r.json"))["results"][0]["cases"] == 2


def test_shrink_keeps_signature_and_rule(run, tmp_path):
    for words, ops in ((["--fault", "take_leaves"], 2), (["--rule", "trap_sticks=0"], 2), (["--fault", "put_forgets"], 1)):
        found = report(run("run", "toy/live", "--ops", "60000", "--stop", "--seed", "9", "--out", "out", "--json", "-", *words))
        finding = found["results"][0]["findings"][0]
        start = time.monotonic()
        done = run("shrink", finding["file"], "-o", "small.case")
        assert done.returncode == 0 and time.monotonic() - start < 2, done.stderr
        assert finding["signature"] in done.stdout and f"rule {finding['rule']}" in done.stdout
        again = report(run("replay", "small.case", "--json", "-", *words))["results"][0]
        assert again["findings"][0]["signature"] == finding["signature"] and again["ops"] <= ops, run("show", "small.case").stdout


def test_shrink_of_a_crash_and_default_name(run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\n" + "put amount=1 dst=s1\n" * 20 + "crash\ntrap\n")
    assert run("shrink", "a.ops").returncode == 0
    assert run("show", "a.min.case").stdout.endswith("\ncrash\n") and run("replay", "a.min.case").returncode == 1


def test_explain(run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\nput amount=51 dst=s1\ntrap\n")
    done = run("explain", "a.ops", "--rule", "trap_sticks=off")
    assert done.returncode == 1
    for text in ("signature toy/trap/hidden", "differs   op 2, hidden 0: model 0, target 1", "rule      trap_sticks (toy.c:trap)",
                 "a trap above a total of 50", "fired     trap_sticks", ">   2 trap", "hidden 0    "):
        assert text in done.stdout, done.stdout
    assert run("explain", "a.ops").returncode == 0


def test_request_and_outcome_differences_in_words(run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\nput amount=900 dst=s1\n")
    done = run("replay", "a.ops", "--rule", "limit=5")
    assert "toy/put/outcome: op 1, outcome: model ENOMEM, target 900" in done.stdout


def test_cgen_says_where_it_has_nothing(run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\ncrash\n")
    done = run("cgen", "a.ops", "-o", "a.c")
    assert done.returncode == 2 and "does not write programs for domain toy" in done.stderr and not (tmp_path / "a.c").exists()


def test_list_and_faults(run, tmp_path):
    rows = report(run("list", "--json", "-"))["targets"]
    assert [(r["target"], r["available"]) for r in rows] == [("toy/live", True), ("toy/troubled", True), ("toy/fickle", True),
                                                              ("toy/odd", True), ("toy/alien", True), ("toy/absent", False)]
    assert rows[0]["switches"] == {"trap_sticks": 1, "limit": 1000} and rows[0]["profile"] == "toy-1" and "make" in rows[-1]["why_not"]
    assert set(rows[0]) == set(rows[2]) == {"target", "domain", "available", "version", "package", "build_id", "profile", "switches", "skips", "why_not"}
    rows = report(run("faults", "toy", "--json", "-"))["faults"]
    assert [(r["name"], r["equivalent"]) for r in rows] == [("put_forgets", None), ("take_leaves", None), ("same", "blanks mean nothing")]


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], stdout=subprocess.PIPE, text=True).stdout
    return [int(p) for p in out.split()]


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_kill_at_any_moment_loses_nothing(program, run, tmp_path):
    rng = random.Random(11)
    for i in range(50):
        out = f"out{i}"
        with subprocess.Popen([program, "run", "toy/live", "--time", "20", "--seed", str(i), "--fault", "take_leaves", "--out", out],
                              cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as campaign:
            time.sleep(rng.random() * 0.05)
            workers = children(campaign.pid)
            campaign.send_signal(signal.SIGKILL)
            text = campaign.stdout.read()
        for path in re.findall(r"^FINDING (\S+) ", text, re.M):
            assert run("replay", path, "--fault", "take_leaves").returncode == 1
        for name in os.listdir(tmp_path / out) if (tmp_path / out).exists() else []:
            assert name.startswith(".memoracle-tmp-") or run("show", f"{out}/{name}").returncode == 0
        deadline = time.monotonic() + 5
        while any(alive(w) for w in workers) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not any(alive(w) for w in workers), "a worker outlived its campaign"


def test_temporary_files_of_the_dead_are_swept(run, tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    os.makedirs(tmp_path / "out")
    (tmp_path / "out" / f".memoracle-tmp-{gone.pid}-x.case").write_bytes(b"half")
    (tmp_path / "out" / f".memoracle-tmp-{os.getpid()}-y.case").write_bytes(b"half")
    run("run", "toy/live", "--ops", "100", "--out", "out")
    assert os.listdir(tmp_path / "out") == [f".memoracle-tmp-{os.getpid()}-y.case"]


def test_a_folder_that_cannot_be_written_is_found_at_the_start(program, run, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "mine").mkdir()
    os.chmod(tmp_path / "mine", 0o555)
    os.chmod(tmp_path, 0o777)
    nobody = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
    folders = list(pathlib.Path(program).resolve().parents)
    if nobody and not all(os.stat(folder).st_mode & 1 for folder in folders):
        pytest.skip("the tree lies where only its owner may go: no other user can run what is in it")
    for folder, words in (("file", "not a folder"), ("/proc/none", "cannot make folder"), ("mine", "cannot write into folder mine: Permission denied")):
        done = command(program, "run", "toy/live", "--ops", "30000", "--out", folder, cwd=tmp_path, **nobody)
        assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert done.stdout == "", "not one op was run"


def test_reports_that_cannot_be_written_are_found_at_the_start(run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\nput amount=51 dst=s1\ntrap\n")
    for words in (["run", "toy/live", "--ops", "1000000000", "--json", "no/r.json"], ["shrink", "a.ops", "--rule", "trap_sticks=off", "-o", "no/b.case"],
                  ["replay", "a.ops", "--json", "."], ["cgen", "a.ops", "-o", "no/a.c"]):
        done = run(*words)
        assert done.returncode == 2 and done.stderr.startswith("memoracle: cannot write ") and done.stderr.count("\n") == 1, done.stderr
        assert done.stdout == "" and os.listdir(tmp_path) == ["a.ops"]


def test_a_finding_that_cannot_be_written_is_printed(run, tmp_path):
    """On a file system of a few pages, where a finding does not fit: the text on standard output is a case that shows it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if command("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=4", "none", disk).returncode:
        pytest.skip("mounting a file system is not allowed here")
    try:
        (disk / "ballast").write_bytes(b"x" * 4096)
        done = run("run", "toy/live", "--ops", "30000", "--fault", "take_leaves", "--out", "disk")
        assert done.returncode == 2 and "No space left" in done.stderr and "make room" in done.stderr, done.stderr
        assert "FINDING" not in done.stdout and os.listdir(disk) == ["ballast"]
    finally:
        command("umount", disk)
    signature, text = re.search(r"^# (\S+), which could not be written:\n(domain toy\n.*?)^  done ", done.stdout, re.M | re.S).groups()
    (tmp_path / "a").write_text(text)
    again = run("replay", "a", "--fault", "take_leaves")
    assert again.returncode == 1 and signature in again.stdout, again.stdout


def test_a_reader_that_goes_away_is_no_error(program, run, tmp_path):
    (tmp_path / "a.ops").write_text("domain toy\n" + "put amount=1 dst=s1\n" * 4000)
    names = " ".join(["a.ops"] * 300)
    for words, status in ((f"show a.ops", 0), ("explain a.ops", 0), (f"replay {names}", 0), (f"replay {names} --json -", 0),
                          ("list", 0), ("run toy/live --ops 20000 --fault take_leaves --out out", 1)):
        done = command("bash", "-c", f"{program} {words} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}", cwd=tmp_path)
        assert done.stdout == f"{status}\n" and ("--json" in words or done.stderr == ""), (words, done.stdout, done.stderr)
    done = command("bash", "-c", f"{program} show a.ops >/dev/full", cwd=tmp_path)
    assert done.returncode == 2 and "No space left" in done.stderr, "a full disk is one"


@pytest.mark.parametrize("name, shown", [("it's $HOME `x`.ops", "'it'\\''s $HOME `x`.ops'"), ("a\tb\n\x1b[1m.ops", "$'a\\011b\\012\\033[1m.ops'"),
                                         ("\u00e4.ops", "\u00e4.ops")])
def test_names_of_files_are_shown_as_a_shell_reads_them(program, run, tmp_path, name, shown):
    """Control characters do not reach the terminal, and what is printed can be pasted."""
    (tmp_path / name).write_text("domain toy\nput amount=51 dst=s1 -> 52\ntrap\n")
    off = ["--rule", "trap_sticks=off"]
    done = run("replay", name)
    assert f"stale expectation {shown}:2: " in done.stdout
    assert f"case      {shown}: " in run("explain", name).stdout and f"diverge {shown} toy/trap" in run("replay", name, *off).stdout
    assert command("bash", "-c", f"{program} show {shown}", cwd=tmp_path).returncode == 0
    os.rename(tmp_path / name, tmp_path / (name + ".bad"))
    done = run("show", name)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and not any(c < " " for c in done.stderr[:-1])


def test_suggested_commands_are_quoted(program, run, tmp_path):
    folder = tmp_path / "my findings; $(touch oops)"
    done = run("run", "toy/live", "--ops", "30000", "--stop", "--rule", "trap_sticks=off", "--out", folder)
    path, again = re.search(r"^FINDING (.*) toy/trap/hidden\n  (.*)$", done.stdout, re.M).groups()
    assert path.startswith("'") and command("bash", "-c", again, cwd=tmp_path).returncode == 1
    assert not (tmp_path / "oops").exists()


def test_too_few_descriptors(program, tmp_path):
    done = command("sh", "-c", f"ulimit -n 128; exec {program} run toy/live --ops 10", cwd=tmp_path)
    assert done.returncode == 2 and "ulimit -n" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_worker_killed_in_a_campaign_is_a_finding_and_the_campaign_goes_on(program, run, tmp_path):
    with subprocess.Popen([program, "run", "toy/live", "--time", "1.5", "--out", "out", "--json", "r.json"], cwd=tmp_path,
                          stdout=subprocess.PIPE, text=True) as campaign:
        time.sleep(0.4)
        for worker in children(campaign.pid):
            os.kill(worker, signal.SIGKILL)
        text = campaign.stdout.read()
    assert campaign.returncode == 1 and re.search(r"^FINDING \S+ toy/\w+/crash", text, re.M), text
    row = json.load(open(tmp_path / "r.json"))["results"][0]
    assert row["seconds"] > 1.2 and row["findings"][0]["count"] == 1 and "SIGKILL" in row["findings"][0]["seen"]


def test_the_front_is_clean_under_sanitizers(tmp_path):
    """Every command once, and every kind of failure: no invalid access, no undefined behaviour, no leak."""
    program = os.path.abspath(toy.sanitized())
    (tmp_path / "a.ops").write_text("domain toy\nset start=3\nput amount=51 dst=s1 -> 54\ntrap\nexpect total 0 = 54\n")
    (tmp_path / "b.ops").write_text("domain toy\nput amount=51 dst=s1\ncrash\n")
    (tmp_path / "c.ops").write_text("domain toy\nput amount=x dst=s1\n")
    (tmp_path / "d.case").write_bytes(b"MEMORACL" + bytes(40))
    off = ["--rule", "trap_sticks=off"]
    for words, status in ((["list"], 0), (["faults", "toy"], 0), (["faults", "moon"], 2), (["show", "a.ops"], 0), (["show", "c.ops"], 2), (["show", "d.case"], 2),
                          (["encode", "a.ops", "-o", "a.case"], 0), (["replay", "a.case", "a.ops", "b.ops", "c.ops", "--json", "r.json"], 2), (["replay", "b.ops"], 1),
                          (["run", "toy/live", "--ops", "20000"], 0), (["run", "toy/live", "--ops", "9000", "--fault", "take_leaves", "--out", "out", "--json", "-"], 1),
                          (["run", "moon"], 2), (["shrink", "a.ops", *off], 0), (["shrink", "b.ops"], 0), (["shrink", "a.ops"], 2), (["explain", "a.ops", *off], 1),
                          (["explain", "b.ops"], 1), (["explain", "a.case"], 0), (["cgen", "a.ops", "-o", "a.c", *off], 2)):
        done = command(program, *words, cwd=tmp_path)
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr and done.returncode == status, (words, done.stderr[-1500:])
