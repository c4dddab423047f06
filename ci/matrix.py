#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every release of a domain's targets: switches found, the corpus, and a campaign. Prints a table, writes build/matrix.json.

Environment (make variables): DOMAIN (vma), OPS of each campaign (20000; a hundred times as many where the kernel's code runs in
this process), RELEASES to choose some, OUT folder of findings.
A difference on a release is a result, not a failure: exit status 0 if all agree, 1 if some differ, 2 if none could run.
"""
import glob
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tool import output  # noqa: E402

OUT = os.environ.get("OUT") or "build/matrix"


def rows_of(domain):
    """The targets of the domain that have releases, as `memoracle list` knows them."""
    done = output("build/memoracle", "list", "--json", "-")
    if not done.stdout:
        sys.exit(done.stderr)
    chosen = (os.environ.get("RELEASES") or "").split()
    return [t for t in json.loads(done.stdout)["targets"]
            if t["domain"] == domain and "@" in t["target"] and (not chosen or t["target"].split("@")[1] in chosen)]


def results_of(*words):
    """The results of a command; None and its complaint if it could not run."""
    done = output("build/memoracle", *words, "--json", "-")
    results = json.loads(done.stdout)["results"] if done.stdout else []
    return (results, None) if done.returncode in (0, 1) else (None, (done.stderr.strip().splitlines() or ["no reason given"])[-1])


def corpus(target, domain):
    """How the corpus replays: counts, and the cases that differ or are stale."""
    cases = sorted(glob.glob(f"corpus/regress/{domain}/*.ops"))
    results, why = results_of("replay", *cases, "--target", target)
    if results is None:
        return {"cases": len(cases), "why_not": why}
    named = {kind: {os.path.basename(row["file"]) for r in results for row in r.get(kind) or []} for kind in ("findings", "stale")}
    return {"cases": len(cases), "differ": sorted(named["findings"]), "stale": sorted(named["stale"] - named["findings"])}


def measure(row, domain, ops):
    target, release = row["target"].split("@")
    entry = {"target": target, "release": release, "available": row["available"], "why_not": row["why_not"], "version": row["version"],
             "package": row["package"], "ops": 0, "diverge": 0, "skipped": 0, "switches": row["switches"], "signatures": [], "corpus": None}
    if not row["available"]:
        return entry
    entry["corpus"] = corpus(row["target"], domain)
    times = 1 if target.endswith("/guest") else 100
    results, why = results_of("run", row["target"], "--ops", str(int(ops) * times), "--seed", 1, "--no-calibrate", "--out", f"{OUT}/{row['target'].replace('/', '-')}")
    if results is None:
        return {**entry, "available": False, "why_not": why}
    result = results[0]
    entry.update(ops=result["ops"], diverge=result["verdicts"]["diverge"], skipped=result["verdicts"]["skipped"],
                 ops_per_s=round(result["ops_per_s"]), signatures=sorted({f["signature"] for f in result["findings"]}))
    return entry


def show(entry):
    name = f"{entry['target']}@{entry['release']}"
    if not entry["available"]:
        print(f"{name:16} not here: {entry['why_not']}", flush=True)
        return
    replayed = entry["corpus"]
    differ = len(replayed.get("differ", [])) + len(replayed.get("stale", []))
    print(f"{name:16} {entry['version']:32} ops {entry['ops']:8} diverge {entry['diverge']:5} skipped {entry['skipped']:6} "
          f"{entry['ops_per_s']:6} ops/s  corpus {replayed['cases'] - differ} of {replayed['cases']}", flush=True)
    for signature in entry["signatures"]:
        print(f"{'':16} {signature}")


def switches_show(entries):
    """A row a switch that is not the same everywhere, a column a release."""
    here = [e for e in entries if e["available"]]
    names = dict.fromkeys(n for e in here for n in e["switches"])
    width = max((len(n) for n in names), default=0)
    print(f"{'':{width}} " + " ".join(f"{e['release']:>5}" for e in here))
    for name in names:
        values = [e["switches"].get(name) for e in here]
        if len(set(values)) > 1:
            print(f"{name:{width}} " + " ".join(f"{'-' if v is None else v:>5}" for v in values))


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    domain, ops = os.environ.get("DOMAIN") or "vma", os.environ.get("OPS") or "20000"
    entries = []
    for row in rows_of(domain):
        entries.append(measure(row, domain, ops))
        show(entries[-1])
    with open("build/matrix.json", "w") as f:
        json.dump({"schema": 1, "rows": entries}, f, indent=1)
    ran = [e for e in entries if e["available"]]
    if not ran:
        print(f"matrix: no release of domain {domain} can run here: make releases DOMAIN={domain}", file=sys.stderr)
        return 2
    switches_show(ran)
    return 1 if any(e["diverge"] or e["corpus"].get("differ") for e in ran) else 0


if __name__ == "__main__":
    sys.exit(main())
