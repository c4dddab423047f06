# SPDX-License-Identifier: MIT
"""The proofs: the whole gate, once; its document answers the single questions. Live checks (smoke tests, canaries) count
here only as far as specs/proof/checked.tsv records them for the present sources; what it lacks is a named skip."""
import argparse
import json
import os
import re
import shutil
import sys

import pytest
from conftest import command

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "ci", "proof"))
import acsl  # noqa: E402
import prove  # noqa: E402
import wp  # noqa: E402


@pytest.fixture(scope="module")
def proof():
    if shutil.which("frama-c") is None:
        pytest.skip("proofs: frama-c is not installed (apt-get install frama-c-base why3 z3 cvc4)")
    done = command("/usr/bin/python3", "ci/proof/prove.py", "--live-seconds", "0", "--replay", "600", timeout=4800)
    print(done.stdout, done.stderr)
    return done, json.load(open("build/prove.json"))


def test_gate(proof):
    done, report = proof
    assert done.returncode == 0 and not report["complaints"], "\n".join(report["complaints"])


def test_every_goal_is_valid(proof):
    report = proof[1]
    assert report["goals"] > 0 and report["valid"] == report["goals"]


@pytest.mark.parametrize("domain", ["ptmalloc", "vma", "buddy"])
def test_domain_is_proved(proof, domain):
    files = {f["file"] for f in proof[1]["functions"] if f["file"].startswith(f"model/{domain}/")}
    assert files, f"no function of model/{domain}/ is under proof"


@pytest.mark.parametrize("domain", ["ptmalloc", "vma", "buddy"])
def test_canaries(proof, domain):
    pending = [p for p in proof[1]["pending"] if p.startswith(f"canary {domain}/")]
    if pending:
        pytest.skip(f"canaries of {domain}: {len(pending)} are not recorded in specs/proof/checked.tsv yet; make prove runs them")
    rows = [c for c in proof[1]["canaries"] if c["name"].startswith(domain + "/")]
    assert sum(c["caught"] for c in rows) >= 4, f"at least four mutants of {domain} must leave goals open: {rows}"
    assert sum(not c["caught"] for c in rows) >= 2, f"at least two equivalent edits of {domain} must stay proved: {rows}"


def test_smoke(proof):
    pending = [p for p in proof[1]["pending"] if p.startswith("smoke ")]
    if pending:
        pytest.skip(f"smoke tests: {len(pending)} functions are not recorded in specs/proof/checked.tsv yet; make prove runs them")
    assert proof[1]["smoke"] > 0


def test_unchanged_proofs_are_replayed_too(proof):
    assert sum(f["goals"] for f in proof[1]["functions"] if f["how"] == "replayed") > 1000


@pytest.mark.parametrize("recorded,how", [("as it is", "unchanged"), ("another", "proved"), ("", "proved")])
def test_changed_functions_run(monkeypatch, recorded, how):
    if shutil.which("frama-c") is None:
        pytest.skip("proofs: frama-c is not installed (apt-get install frama-c-base why3 z3 cvc4)")
    monkeypatch.setenv("WHY3CONFIG", "")  # and what it was again afterwards
    prove.prepare()
    options = argparse.Namespace(full=False, pack=False)
    promise = prove.promised()["model/os.c"]["os_request"]
    given = promise._replace(slice=recorded.replace("as it is", promise.slice))
    rows, bad = prove.prove_file("model/os.c", {"os_request": given}, options)
    assert not bad and [(r["how"], r["valid"] == r["goals"] >= promise.goals, r["contract"]) for r in rows] == [(how, True, "functional")]


def model_functions():
    """(file, function) of every definition under model/, found by walking the folders and by the shape of the text alone."""
    head = re.compile(r"^(?!typedef|#)\w[\w *]*?\b(\w+)\([^;{}]*\)\n\{$", re.M)
    return {(path, name) for folder, _, names in os.walk("model") for path in (os.path.join(folder, n) for n in names)
            if path.endswith((".c", ".h")) for name in head.findall(open(path).read())}


def test_every_function_is_promised_or_has_its_reason():
    promised = {(r["file"], r["function"]) for r in prove.tsv("goals.tsv", prove.GOALS_COLUMNS)}
    excused = {(r["file"], r["function"]) for r in prove.tsv("reasons.tsv", ("file", "function", "reason"))}
    found = model_functions()
    assert len(found) > 600 and promised | excused == found
    assert {path for path, _ in found} == {p for p in prove.model_files() if prove.definitions(p)}


def test_every_source_is_linked():
    show = "show: ; @echo $(foreach d,$(DOMAINS),$(call model_sources,$d))"
    done = command("make", "-s", f"--eval={show}", "show")
    walked = {os.path.join(folder, n) for folder, _, names in os.walk("model") for n in names if n.endswith(".c")}
    assert set(done.stdout.split()) == walked


PROGRAM = """
#define LIMIT(v) requires limit: v < 100;
/*@ predicate small(integer x) = x < 10; */
/*@ predicate odd(integer x) = x % 2 == 1; */
/*@ LIMIT(x) assigns \\nothing; ensures \\result == x + 1; */
static int next(int x) { return x + 1; }
/*@ requires in: small(x); assigns \\nothing; */
int twice(int x) { return next(next(x)); }
/*@ requires in: odd(x); assigns \\nothing; */
int other(int x) { return x; }
"""


@pytest.mark.parametrize("old,new,changed", [
    ("x < 10", "x < 11", {"twice"}),  # a predicate that one of them uses
    ("v < 100", "v < 101", {"twice"}),  # a macro in the contract of what it calls
    ("return x + 1", "return 1 + x", set()),  # the body of what it calls
    ("return next(next(x))", "return next(x)", {"twice"}),  # its own body
    ("x % 2", "x % 4", {"other"}),
    ("static int next", "int next", set()),  # seen by other files or not
    ("/*@ LIMIT(x) assigns", "static int next(int x);\n/*@ LIMIT(x) assigns", set()),  # a bare prototype
    ("/*@ predicate small(integer x) = x < 10; */\n/*@ predicate odd(integer x) = x % 2 == 1; */",  # order alone
     "/*@ predicate odd(integer x) = x % 2 == 1; */\n/*@ predicate small(integer x) = x < 10; */", set()),
])
def test_recorded_checks_depend_on_the_slice(tmp_path, old, new, changed):
    if shutil.which("frama-c") is None:
        pytest.skip("proofs: frama-c is not installed (apt-get install frama-c-base why3 z3 cvc4)")
    found = []
    for text in (PROGRAM, PROGRAM.replace(old, new)):
        path = tmp_path / "program.c"
        path.write_text(text)
        found.append(acsl.slices(acsl.parsed(str(path)), {"twice", "other"}))
    assert {f for f in found[0] if found[0][f] != found[1][f]} == changed
    assert set(found[0]) == {"twice", "other"}


FORWARDING = """
static void reset(void *memory, const void *rules)
{
	state_reset(memory, rules);
}

static void step(void *memory, struct os *os)
{
	(void)os; /* nothing lies below */
	state_step(memory);
}

static bool wf_ok(void *memory)
{
	return state_ok(&STATE_OF(memory)->heap, &STATE_OF(memory)->scratch);
}

static struct trace *trace(void *memory)
{
	return &STATE_OF(memory)->env.trace;
}
"""


@pytest.mark.parametrize("body", ["	state_step(memory);\n	state_step(memory);\n", "	if (memory)\n		state_step(memory);\n",
                                  "	((struct state *)memory)->ops = 0;\n", "	struct state *state = memory;\n\n	state_step(state);\n"])
def test_casts_are_believed_of_forwarding_functions_alone(tmp_path, body):
    path = tmp_path / "model.c"
    path.write_text(FORWARDING)
    assert list(wp.more_than_forwarding(str(path))) == []
    path.write_text(FORWARDING + "\nstatic void more(void *memory)\n{\n" + body + "}\n")
    assert list(wp.more_than_forwarding(str(path))) == ["more"]


CONTRACTS = """
/*@ predicate below(int x) = x < 10; */
/*@ predicate above(int x) = x > 1; */
/*@ predicate wf(int x) = below(x) && above(x); */
#define KEPT ensures below: below(*p); ensures above: above(*p)
/*@ requires wf: wf(*p); assigns *p; KEPT; */
void frame(int *p) { }
/*@ requires wf: wf(*p); assigns *p; KEPT; ensures set: *p == 5; */
void set(int *p) { *p = 5; }
/*@ assigns \\nothing; ensures below(\\result) || \\result == 12; */
int either(void) { return 5; }
void none(void) { }
"""


def test_kinds_of_contracts(tmp_path):
    if shutil.which("frama-c") is None:
        pytest.skip("proofs: frama-c is not installed (apt-get install frama-c-base why3 z3 cvc4)")
    path = tmp_path / "program.c"
    path.write_text(CONTRACTS)
    found = acsl.contracts(acsl.parsed(str(path)), {"frame", "set", "either", "none"})
    assert found == {"frame": "frame", "set": "functional", "either": "functional"}


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_shards_share_the_files_out(count):
    """Every file is in just one share, and no share is much larger than another."""
    gated = prove.promised()
    shares = [prove.shared_out(gated, (i, count)) for i in range(count)]
    assert sorted(path for share in shares for path in share) == sorted(gated)
    goals = [sum(p.goals for functions in share.values() for p in functions.values()) for share in shares]
    largest = max(sum(p.goals for p in functions.values()) for functions in gated.values())
    assert max(goals) - min(goals) <= largest and max(goals) < 2 * sum(goals) / count


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", ""])
def test_shards_that_are_none(text):
    with pytest.raises(argparse.ArgumentTypeError):
        prove.shard(text)


def test_what_is_open_is_asked_again_with_more_time(monkeypatch, tmp_path):
    """Provers stop by the clock: only what stays open with the most time counts as open."""
    asked = []

    def run(path, functions, mode, folder, timeout):
        asked.append((tuple(functions), timeout))
        return {f: (3, 3 if timeout == 60 and f == "late" else 2) for f in functions}, "log ", 1
    monkeypatch.setattr(prove, "wp_run", run)
    for verdict in ("valid", "failed"):
        (tmp_path / f"{verdict}.json").write_text(json.dumps({"prover": "z3", "verdict": verdict, "steps": 1}))
    counts, log, seconds = prove.ask_again("f", ["good", "late", "open"], str(tmp_path), ({"good": (3, 3), "late": (3, 2), "open": (3, 2)}, "", 1), (20, 60))
    assert asked == [(("late", "open"), 20), (("late", "open"), 60)]
    assert counts == {"good": (3, 3), "late": (3, 3), "open": (3, 2)} and seconds == 3
    assert os.listdir(tmp_path) == ["valid.json"], "a failure is not believed again"
