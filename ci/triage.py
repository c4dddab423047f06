#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does triage name the cause? Plants each fault, makes findings, and asks.

  triage.py [--faults NAME,NAME...] [--model-side] [DOMAIN...]

The fault is on the real side: the target is the copy of the model with it (DOMAIN/model@FAULT), and triage is given
nothing but the findings. With --model-side it is in the model, on the domain's default target, as MEMORACLE_FAULT
plants it: there the cause is the fault, taken out again. build/triage.json holds the rows.
"""
import argparse
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
from tool import defaults, output, targets  # noqa: E402

OPS, OPS_RARE = 300000, 6000000  # the second, up to the first finding, where the first finds nothing


def findings(target, out, words):
    """Paths of what a campaign finds; rare faults get a longer one."""
    for ops, more in ((OPS, ()), (OPS_RARE, ("--stop",))):
        shutil.rmtree(out, ignore_errors=True)
        done = output("build/memoracle", "run", target, "--seed", "7", "--ops", ops, "--time", 60, "--hang", 0.5, "--out", out, "--json", "-", *more, *words)
        if done.returncode == 2:
            sys.exit(f"triage: {target}: {done.stderr.strip()}")
        found = [f["file"] for f in json.loads(done.stdout)["results"][0]["findings"]]
        if found:
            return found
    return []


def build(domain, names, model_side):
    """The copies with a fault, or the workers with one."""
    target = defaults(targets())[domain].replace("/", "-")
    words = [f"build/fault/{domain}/{n}/{target}" if model_side else f"build/real/{domain}/{n}.so" for n in names]
    done = output("make", "-s", "-j2", *words)
    if done.returncode:
        sys.exit(f"triage: {done.stderr.strip()[-500:]}")


def row(domain, name, model_side):
    """One fault: how many findings, the causes named, whether it is the fault or what is equal to it on the findings."""
    target = defaults(targets())[domain] if model_side else f"{domain}/model@{name}"
    out = f"build/triage/{domain}-{name}"
    found = findings(target, out, ("--fault", name) if model_side else ())
    result = {"domain": domain, "fault": name, "findings": len(found), "causes": [], "unexplained": 0, "named": False}
    if not found:
        return result
    done = output("build/memoracle", "triage", *found, "--json", "-")
    if not done.stdout:
        sys.exit(f"triage: {domain} {name}: {done.stderr.strip()}")
    document = json.loads(done.stdout)
    result["causes"] = [{k: c[k] for k in ("name", "kind", "value", "confirmed_ops", "differs", "same")} for c in document["causes"]]
    result["unexplained"] = len(document["unexplained"])
    result["seconds"] = document["seconds"]
    causes = document["causes"]
    result["named"] = done.returncode == 0 and len(causes) == 1 and (causes[0]["name"] == name or name in causes[0]["same"])
    return result


def said(r):
    """The row's line."""
    causes = [f"{c['kind']} {c['name']}" + (f"={c['value']}" if c["kind"] in ("switch", "defect") else "")
              + (" (taken out)" if c["kind"] == "fault" and not c["value"] else "") for c in r["causes"]]
    more = f", same as {', '.join(r['causes'][0]['same'])}" if len(r["causes"]) == 1 and r["causes"][0]["same"] else ""
    held = f", {r['causes'][0]['confirmed_ops']} ops" if r["causes"] else ""
    return (f"{'ok  ' if r['named'] else 'MISS'} {r['domain']:9} {r['fault']:28} {r['findings']:3} findings  "
            f"{' and '.join(causes) or 'none'}{more}{held}" + (f", {r['unexplained']} unexplained" if r["unexplained"] else ""))


def domain_rows(domain, names=None, model_side=False):
    """Rows of a domain's faults that can be found, printed as they come."""
    chosen = [r["name"] for r in faults.rows(domain) if not r["equivalent"] and (not names or r["name"] in names)]
    build(domain, chosen, model_side)
    rows = []
    for name in chosen:
        rows.append(row(domain, name, model_side))
        print(said(rows[-1]), flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", default="")
    parser.add_argument("--model-side", action="store_true")
    parser.add_argument("domain", nargs="*")
    args = parser.parse_args()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    rows = []
    for domain in args.domain or defaults(targets()):
        rows += domain_rows(domain, [n for n in args.faults.split(",") if n], args.model_side)
    with open("build/triage.json", "w") as f:
        json.dump({"schema": 1, "rows": rows}, f, indent=1)
    named = sum(r["named"] for r in rows)
    print(f"{named} of {len(rows)} named")
    return 0 if named >= 0.9 * len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
