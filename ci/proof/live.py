# SPDX-License-Identifier: MIT
"""Checks of the proofs that no cache can answer: smoke tests and canaries. What passed is recorded by slice."""
import glob
import os
import re
import shutil
import time

import faults
from ledger import promised, tsv, tsv_write
from wp import BUILD, GOALS, cache_unpack, memory, memory_models, run, slices, slug, unit, wp_open

# Everything but the smoke tests themselves, which are no goals of these kinds. One prover: each test runs to its timeout.
SMOKE = ["-wp-prover", "z3", "-wp-smoke-tests", "-wp-smoke-timeout", "1", "-wp-timeout", "5", "-wp-par", "4",
         "-wp-prop=-@assigns,-@ensures,-@assert,-@invariant,-@requires,-@variant,-@terminates,-@exits"]


def smoke_file(path, functions, known, options, deadline):
    """Smoke tests of the functions whose slice changed since they passed. Returns passed: key -> hash, pending keys, complaints."""
    found = slices(path)
    key = {f: f"smoke {path}:{f}" for f in functions}
    fresh = [f for f in functions if options.full or f not in found or known.get(key[f]) != found[f][0]]
    passed = {key[f]: found[f][0] for f in functions if f not in fresh}
    if not fresh:
        return passed, [], []
    if time.monotonic() >= deadline:
        return passed, [key[f] for f in fresh], []
    log = "".join(run(["frama-c", *GOALS, *memory(model), *SMOKE, "-wp-fct", ",".join(names), unit(path)]).stdout
                  for model, names in memory_models(path, fresh).items())
    bad = []
    for f in fresh:
        good, wrong = (re.findall(rf"\[{verdict}\] Smoke-test (typed_(?:ref_|cast_)+{f}_wp_smoke_\S+)", log) for verdict in ("Passed", "Failed"))
        # Without a requires clause and without branches there is nothing to contradict, and WP makes no test.
        if f in found and not wrong and (good or not found[f][1]):
            passed[key[f]] = found[f][0]
        else:
            bad.append(f"{path}: {f}: " + (f"smoke test failed: {' '.join(sorted(set(wrong)))}" if wrong else "no smoke test ran"))
    return passed, [], bad


def canary(domain, row, known, options, deadline):
    """A mutant must leave a goal open, an equivalent edit none; what the edit changed goes to live provers."""
    path = faults.path(domain, row)
    name = f"{domain}/{row['name']}"
    changed = f"{BUILD}/canary/{domain}.{row['name']}.c"
    with open(changed, "w") as f:
        f.write(faults.apply(domain, row))
    include = "-cpp-extra-args=-iquote " + os.path.dirname(path)
    digest, _ = slices(changed, (include,)).get(row["function"], ("", None))
    if not options.full and known.get(f"canary {name}") in (digest + "+", digest + "-"):
        open_goals = known[f"canary {name}"].endswith("+")
    elif time.monotonic() >= deadline:
        return name, None, []
    else:
        # Goals that the edit does not touch are those of the unchanged file: its cache answers them.
        folder = f"{BUILD}/canary/{domain}.{row['name']}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(f"{BUILD}/cache/{slug(path)}" if options.full else cache_unpack(path), folder)
        open_goals, log = wp_open(changed, row["function"], folder, (include,))
        shutil.rmtree(folder)
        if open_goals is None:
            return name, None, [f"canary {name}: frama-c failed: {' '.join(log.split())[-200:]}"]
    bad = []
    if row["equivalent"] and open_goals:
        bad.append(f"canary {name}: an equivalent edit no longer proves")
    if not row["equivalent"] and not open_goals:
        bad.append(f"canary {name}: the mutant proves: the contract of {row['function']} is too weak")
    return name, digest + ("+" if open_goals else "-"), bad


def canary_rows(gated):
    """The fault rows that change a function under proof."""
    for path in sorted(glob.glob("model/*/fault.def")):
        domain = path.split("/")[1]
        for row in faults.rows(domain):
            if row["function"] in gated.get(faults.path(domain, row), {}):
                yield domain, row


class Live:
    """Smoke tests and canaries of what is under proof; @checked: what passed, by key, then and now."""

    def __init__(self):
        self.checked = {r["what"]: r["hash"] for r in tsv("checked.tsv", ("what", "hash"))}
        self.canaries, self.smoke, self.pending = [], [], []

    def run(self, gated, options, pool):
        """Returns complaints."""
        known, bad = dict(self.checked), []
        deadline = time.monotonic() + (options.live_seconds if not options.full else 1e9)
        for passed, waiting, complaints in pool.map(lambda p: smoke_file(p, gated[p], known, options, deadline), gated):
            self.checked.update(passed)
            self.smoke += passed
            self.pending += waiting
            bad += complaints
        for name, digest, complaints in pool.map(lambda c: canary(*c, known, options, deadline), list(canary_rows(gated))):
            if digest is None and not complaints:
                self.pending.append(f"canary {name}")
                continue
            self.checked[f"canary {name}"] = digest if not complaints else None
            bad += complaints
            if not complaints:
                self.canaries.append({"name": name, "caught": digest.endswith("+")})
        return bad

    def write(self):
        """Records what passed, of the functions and faults that there still are."""
        gated = promised()
        keys = {f"smoke {path}:{f}" for path in gated for f in gated[path]} | {f"canary {d}/{r['name']}" for d, r in canary_rows(gated)}
        tsv_write("checked.tsv", ("what", "hash"), [{"what": k, "hash": v} for k, v in sorted(self.checked.items()) if k in keys and v])
