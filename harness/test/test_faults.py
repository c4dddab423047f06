# SPDX-License-Identifier: MIT
"""Every planted model fault is found, and an equivalent edit is not."""
import json
import os
import re
import shutil
import sys

import pytest
from conftest import command, memoracle, require

sys.path.insert(0, "ci")
import faults  # noqa: E402

DEFAULT = {"ptmalloc": "ptmalloc/shipped", "vma": "vma/live", "buddy": "buddy/source"}
OPS = "3000000"


def rows():
    for domain in DEFAULT:
        if os.path.exists(f"model/{domain}/fault.def"):
            for row in faults.rows(domain):
                yield pytest.param(domain, row["name"], row["equivalent"], row["rule"], id=f"{domain}-{row['name']}")


# Campaigns do not reach these: sixteen reclaims in a row, of which the last makes progress. Their rule's case does.
BY_CASE = {"retry_one_less": "retry"}


@pytest.mark.parametrize("domain, name, equivalent, rule", list(rows()))
def test_fault(domain, name, equivalent, rule):
    require(DEFAULT[domain])
    out = f"build/test/fault/{domain}-{name}"
    shutil.rmtree(out, ignore_errors=True)
    ops = "200000" if equivalent else OPS
    done = memoracle("run", DEFAULT[domain], "--fault", name, "--seed", "5", "--ops", ops, "--stop", "--out", out, "--json", "-")
    result = json.loads(done.stdout)["results"][0]
    if equivalent:
        assert done.returncode == 0 and not result["findings"], done.stdout[-1000:]
        return
    if name in BY_CASE:
        assert memoracle("replay", f"corpus/regress/{domain}/{BY_CASE[name]}.ops", "--fault", name).returncode == 1
        return
    assert done.returncode == 1, f"not found in {result['ops']} ops"
    finding = result["findings"][0]
    assert os.path.exists(finding["file"])
    again = memoracle("replay", finding["file"], "--fault", name)
    assert again.returncode == 1, "the finding does not replay: " + again.stdout + again.stderr
    clean = memoracle("replay", finding["file"])
    assert clean.returncode == 0, "without the fault the case must agree: " + clean.stdout + clean.stderr


@pytest.mark.parametrize("domain", DEFAULT)
def test_enough_faults(domain):
    listed = json.loads(memoracle("faults", domain, "--json", "-").stdout)["faults"]
    assert sum(f["equivalent"] is None for f in listed) >= 12
    assert len({f["rule"] for f in listed if f["equivalent"] is None}) >= 12, "each fault touches another rule"


def test_make_applies_only_exact_text():
    done = command("/usr/bin/python3", "ci/faults.py", "--apply", "ptmalloc", "no_such_fault", "build/test/x.c")
    assert done.returncode != 0 and "no row" in done.stderr


# What has no fault of its own: why.
WITHOUT_FAULT = {"ptmalloc/assertion_abort": "says which ops the model keeps away from: applied, they abort the real allocator"}


def rules(domain):
    """(kind, name, fault) of each rule."""
    text = open(f"model/{domain}/rules.def").read()
    return re.findall(r'^(RULE|SWITCH|DEFECT|OPEN)\((\w+),.*"(\w*)"\)$', text, re.M)


@pytest.mark.parametrize("domain", DEFAULT)
def test_each_rule_has_a_fault(domain):
    """A rule without one could be wrong, or real code could depart from it, and triage would have no name for that."""
    planted = {r["name"] for r in faults.rows(domain) if not r["equivalent"]}
    found = rules(domain)
    assert len(found) > 40
    for kind, name, fault in found:
        assert not fault or fault in planted, f"{domain}/{name}: fault.def has no row {fault}"
        assert fault or kind != "RULE" or f"{domain}/{name}" in WITHOUT_FAULT, f"{domain}/{name} has no planted fault"
    assert {f"{domain}/{n}" for k, n, f in found if not f and k == "RULE"} == {w for w in WITHOUT_FAULT if w.startswith(domain + "/")}


@pytest.mark.parametrize("domain", DEFAULT)
def test_each_fault_breaks_a_rule(domain):
    known = {name for _, name, _ in rules(domain)}
    assert not [r["name"] for r in faults.rows(domain) if r["rule"] not in known]
