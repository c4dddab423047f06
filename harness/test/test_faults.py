# SPDX-License-Identifier: MIT
"""Every planted model fault is found, and an equivalent edit is not."""
import json
import os
import shutil

import pytest
from conftest import command, memoracle, require

DEFAULT = {"ptmalloc": "ptmalloc/shipped", "vma": "vma/live", "buddy": "buddy/source"}
OPS = "3000000"


def rows():
    for domain in DEFAULT:
        if os.path.exists(f"model/{domain}/fault.def"):
            import sys
            sys.path.insert(0, "ci")
            import faults
            for row in faults.rows(domain):
                yield pytest.param(domain, row["name"], row["equivalent"], row["rule"], id=f"{domain}-{row['name']}")


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
