#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Proves the models with Frama-C WP and judges the result; see specs/proof/README.md.

  prove.py                cached: goals come from specs/proof/cache, live provers only for what changed
  prove.py --full         from scratch: every goal, smoke test and canary by live provers
  prove.py --pack         after a proof: rewrite goals.tsv, checked.tsv and the packed cache from what was proved
  prove.py --record       only the live checks that checked.tsv lacks
  prove.py FILE...        only these model files
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import acsl  # noqa: E402
import faults  # noqa: E402

GOALS = ["-wp", "-wp-rte", "-warn-unsigned-overflow", "-warn-unsigned-downcast", "-warn-signed-downcast",
         "-wp-model", "Typed+ref", "-wp-split"]
WP = [*GOALS, "-wp-prover", "z3,CVC4:1.8"]
PROOF = "specs/proof"
BUILD = "build/prove"
FUNCTION = re.compile(r"^(?:static |inline |_Noreturn )*[\w *]+?\b(\w+)\(([^;{}]*)\)\n\{\n(.*?)^\}", re.M | re.S)
FORBIDDEN = re.compile(r"^\s*(?:/\*@|//@|@)?\s*(axiom|axiomatic|admit|lemma)\b|\badmit\b\s+\w", re.M)


def run(command, timeout=None):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)


def model_files():
    """Every source of the models, tables left out: they hold no code."""
    sources = [f for f in sorted(glob.glob("model/*.c") + glob.glob("model/*/*.c"))
               if os.path.basename(f) != "tables.c"]
    return sources + [h for h in sorted(glob.glob("model/*.h") + glob.glob("model/*/*.h")) if definitions(h)]


def definitions(path):
    """name -> body of the functions that a source file defines, headers' inline ones included."""
    return {m.group(1): m.group(3) for m in FUNCTION.finditer(open(path).read())}


def slices(path, functions, extra=()):
    """function -> hash of all that its proof depends on, the flags included, and whether it requires anything."""
    return {name: (hashlib.sha256(" ".join(WP + [digest]).encode()).hexdigest()[:16], requires)
            for name, (digest, requires) in acsl.slices(acsl.parsed(unit(path), extra), functions).items()}


def tsv(name, columns):
    path = f"{PROOF}/{name}"
    if not os.path.exists(path):
        return []
    lines = [line.rstrip("\n").split("\t") for line in open(path) if not line.startswith("#")]
    return [dict(zip(columns, line)) for line in lines if len(line) == len(columns)]


def tsv_write(name, columns, rows):
    with open(f"{PROOF}/{name}.tmp", "w") as f:
        f.write("#" + "\t".join(columns) + "\n")
        f.writelines("\t".join(str(row[c]) for c in columns) + "\n" for row in rows)
    os.replace(f"{PROOF}/{name}.tmp", f"{PROOF}/{name}")


def slug(path):
    return path.replace("/", ".")


def unit(path):
    """What frama-c is given: a header's inline functions need a file that includes it."""
    if path.endswith(".c"):
        return path
    wrapper = f"{BUILD}/{slug(path)}.c"
    text = f'#include "../../{path}"\n'
    if not os.path.exists(wrapper) or open(wrapper).read() != text:
        with open(wrapper, "w") as f:
            f.write(text)
    return wrapper


# ---- the cache: one packed text file per model file, only valid verdicts, no times
def cache_unpack(path):
    folder = f"{BUILD}/cache/{slug(path)}"
    os.makedirs(folder, exist_ok=True)
    packed = f"{PROOF}/cache/{slug(path)}.txt"
    if os.path.exists(packed):
        for line in open(packed):
            name, prover, steps = line.split()
            target = f"{folder}/{name}.json"
            if not os.path.exists(target):
                with open(target, "w") as f:
                    json.dump({"prover": prover, "verdict": "valid", "time": 0.1, "steps": int(steps)}, f)
    return folder


def entry_valid(name):
    """Is this entry of a cache a proof? Failures are not kept; nor is an entry that its writer did not finish."""
    try:
        return json.load(open(name)).get("verdict") == "valid"
    except ValueError:
        return False


def cache_pack(path):
    lines = []
    for name in glob.glob(f"{BUILD}/cache/{slug(path)}/*.json"):
        if entry_valid(name):
            entry = json.load(open(name))
            lines.append(f"{os.path.basename(name)[:-5]} {entry['prover']} {entry.get('steps', 0)}\n")
    os.makedirs(f"{PROOF}/cache", exist_ok=True)
    with open(f"{PROOF}/cache/{slug(path)}.txt", "w") as f:
        f.writelines(sorted(lines))


def wp(path, functions, mode, folder, timeout, extra=()):
    """One run of WP. Returns per-function (total, valid), its log and its wall time."""
    report = f"{BUILD}/{slug(path)}.{os.getpid()}.{time.monotonic_ns()}.json"
    start = time.monotonic()
    command = ["frama-c", *WP, "-wp-timeout", str(timeout), "-wp-par", "4", "-wp-report-json", report, *extra]
    if mode == "cleanup":
        command += ["-wp-cache", mode, "-wp-session", folder]
    elif mode != "none":
        command += ["-wp-cache", mode, "-wp-cache-dir", folder]
    log = run(command + ["-wp-fct", ",".join(functions), unit(path)]).stdout
    counts = {}
    if os.path.exists(report):
        for name, goals in json.load(open(report)).get("wp:functions", {}).items():
            main = goals.get("wp:section", {}).get("wp:main", {})
            counts[name] = (main.get("total", 0), main.get("valid", 0))
        os.remove(report)
    return counts, log, time.monotonic() - start


def wp_collect(path, functions, folder, seed):
    """For --pack: update mode that keeps just the entries that were used, also from the cache folder @seed."""
    session = f"{BUILD}/session/{slug(path)}"
    shutil.rmtree(session, ignore_errors=True)
    os.makedirs(f"{session}/cache")
    for name in glob.glob(f"{folder}/*.json") + (glob.glob(f"{seed}/*.json") if seed else []):
        target = f"{session}/cache/{os.path.basename(name)}"
        if not os.path.exists(target) and entry_valid(name):
            shutil.copyfile(name, target)
    result = wp(path, functions, "cleanup", session, 10)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(f"{session}/cache", folder)
    shutil.rmtree(session)
    return result


def contract_kind(path, name):
    """functional if an ensures clause speaks of the result or of what changed, frame if only of the invariant."""
    texts = [open(p).read() for p in [path, *glob.glob(os.path.dirname(path) + "/*.h")]]
    for text in texts:
        m = re.search(r"/\*@((?:(?!\*/).)*)\*/\s*(?:static |inline )*[\w *]+?\b" + name + r"\(", text, re.S)
        if m and ("requires" in m.group(1) or "ensures" in m.group(1) or "assigns" in m.group(1)):
            clauses = re.findall(r"ensures\s+(\w+)\s*:", m.group(1))
            nothing = re.search(r"assigns\s+\\nothing", m.group(1)) and "\\result" in m.group(1)
            return "functional" if nothing or any(c not in ("wf", "inv") for c in clauses) else "frame"
    return "none"


def prove_file(path, functions, options):
    """All gated functions of a file. Returns rows per function and the complaints."""
    folder = f"{BUILD}/cache/{slug(path)}"
    if options.full:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        counts, log, seconds = wp(path, list(functions), "update", folder, 10)
    elif options.pack:
        cache_unpack(path)
        counts, log, seconds = wp_collect(path, list(functions), folder, options.seed_cache)
    else:
        cache_unpack(path)
        counts, log, seconds = wp(path, list(functions), "offline", folder, 10)
    open_functions = [f for f in functions if f not in counts or counts[f][0] != counts[f][1]]
    if open_functions and not options.pack:
        again, log2, more = wp(path, open_functions, "update", folder, 20)
        counts.update(again)
        log += log2
        seconds += more
    rows, bad = [], []
    if re.search(r"\[kernel\].*(user error|fatal)", log) or not counts:
        bad.append(f"{path}: frama-c failed: {' '.join(log.split())[-300:]}")
    for name, least in functions.items():
        total, valid = counts.get(name, (0, 0))
        rows.append({"name": name, "file": path, "goals": total, "valid": valid,
                     "seconds": round(seconds * total / max(1, sum(c[0] for c in counts.values())), 2),
                     "contract": contract_kind(path, name)})
        if total == 0 or valid != total:
            bad.append(f"{path}: {name}: {valid} of {total} goals valid")
        elif total < least:
            bad.append(f"{path}: {name}: {total} goals, {PROOF}/goals.tsv says {least}: explain the drop, then --pack")
    for warning in set(re.findall(r"(?:Missing|No code nor) [^\n]*", log)):
        bad.append(f"{path}: {warning}")
    return rows, bad


# ---- checks that the cache cannot answer: smoke tests and canaries
# Everything but the smoke tests themselves, which are no goals of these kinds. One prover: each test runs to its timeout.
SMOKE = [*GOALS, "-wp-prover", "z3", "-wp-smoke-tests", "-wp-smoke-timeout", "1", "-wp-timeout", "5", "-wp-par", "4",
         "-wp-prop=-@assigns,-@ensures,-@assert,-@invariant,-@requires,-@variant,-@terminates,-@exits"]


def smoke_file(path, functions, known, options, deadline):
    """Smoke tests of the functions whose slice changed since they passed. Returns passed: key -> hash, pending keys, complaints."""
    found = slices(path, functions)
    key = {f: f"smoke {path}:{f}" for f in functions}
    fresh = [f for f in functions if options.full or f not in found or known.get(key[f]) != found[f][0]]
    passed = {key[f]: found[f][0] for f in functions if f not in fresh}
    if not fresh:
        return passed, [], []
    if time.monotonic() >= deadline:
        return passed, [key[f] for f in fresh], []
    log = run(["frama-c", *SMOKE, "-wp-fct", ",".join(fresh), unit(path)]).stdout
    bad = []
    for f in fresh:
        good, wrong = (re.findall(rf"\[{verdict}\] Smoke-test (typed_ref_{f}_wp_smoke_\S+)", log) for verdict in ("Passed", "Failed"))
        # Without a requires clause and without branches there is nothing to contradict, and WP makes no test.
        if f in found and not wrong and (good or not found[f][1]):
            passed[key[f]] = found[f][0]
        else:
            bad.append(f"{path}: {f}: " + (f"smoke test failed: {' '.join(sorted(set(wrong)))}" if wrong else "no smoke test ran"))
    return passed, [], bad


def canary(domain, row, known, options, deadline):
    """A mutant must leave a goal open, an equivalent edit none; what the edit changed goes to live provers."""
    path = f"model/{domain}/{row['file']}"
    name = f"{domain}/{row['name']}"
    changed = f"{BUILD}/canary/{domain}.{row['name']}.c"
    with open(changed, "w") as f:
        f.write(faults.apply(domain, row))
    include = "-cpp-extra-args=-iquote model/" + domain
    digest, _ = slices(changed, [row["function"]], (include,)).get(row["function"], ("", None))
    if not options.full and known.get(f"canary {name}") in (digest + "+", digest + "-"):
        open_goals = known[f"canary {name}"].endswith("+")
    elif time.monotonic() >= deadline:
        return name, None, []
    else:
        # Goals that the edit does not touch are those of the unchanged file: its cache answers them.
        folder = f"{BUILD}/canary/{domain}.{row['name']}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(f"{BUILD}/cache/{slug(path)}" if options.full else cache_unpack(path), folder)
        counts, log, _ = wp(changed, [row["function"]], "update", folder, 10, (include,))
        shutil.rmtree(folder)
        if not counts:
            return name, None, [f"canary {name}: frama-c failed: {' '.join(log.split())[-200:]}"]
        open_goals = any(total != valid for total, valid in counts.values())
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
            if row["function"] in gated.get(f"model/{domain}/{row['file']}", {}):
                yield domain, row


def checked_write(checked):
    """Records what passed, of the functions and faults that there still are."""
    gated = {}
    for row in tsv("goals.tsv", ("file", "function", "goals")):
        gated.setdefault(row["file"], {})[row["function"]] = 0
    keys = {f"smoke {path}:{f}" for path in gated for f in gated[path]} | {f"canary {d}/{r['name']}" for d, r in canary_rows(gated)}
    tsv_write("checked.tsv", ("what", "hash"), [{"what": k, "hash": v} for k, v in sorted(checked.items()) if k in keys and v])


def conditional(gated):
    """Gated functions that lean on a function of the models which is not proved: name -> those functions."""
    bodies, where = {}, {}
    for path in model_files():
        for name, body in definitions(path).items():
            bodies[name] = body
            where[name] = path
    proved = {f for functions in gated.values() for f in functions}
    leaning = {}
    for name in proved & set(bodies):
        called = set(re.findall(r"\b(\w+)\(", bodies[name])) & set(bodies)
        missing = sorted(called - proved)
        if missing:
            leaning[name] = missing
    return leaning, sorted((where[n], n) for n in set(bodies) - proved)


def discover():
    """For --pack: every function with a contract, to find out what proves."""
    found = collections.OrderedDict()
    for path in model_files():
        names = {n: 0 for n in definitions(path) if contract_kind(path, n) != "none"}
        if names:
            found[path] = names
    return found


def coverage_text(gated):
    """specs/coverage.md: every function of the models, and why it is not proved where it is not."""
    leaning, _ = conditional(gated)
    reasons = {(r["file"], r["function"]): r["reason"] for r in tsv("reasons.tsv", ("file", "function", "reason"))}
    lines = ["# What is proved", "",
             "Generated by `make docs` from `specs/proof/goals.tsv` and `specs/proof/reasons.tsv`; do not edit. *functional*: the",
             "contract fixes the result; *frame*: it says that the invariant is kept and what may change. *rests on*: the proof",
             "uses the contract of a function that is not proved yet, so it holds only as far as that contract does.", ""]
    groups = collections.OrderedDict()
    for path in model_files():
        groups.setdefault(path.split("/")[1] if path.count("/") == 2 else "core", []).append(path)
    for domain, paths in groups.items():
        rows, proved, resting, goals = [], 0, 0, 0
        for path in paths:
            for name in definitions(path):
                count = gated.get(path, {}).get(name)
                if count is None:
                    state = "no: " + reasons.get((path, name), reasons.get((path, "*"), "not attempted yet"))
                elif name in leaning:
                    state, resting = "rests on " + ", ".join(f"`{n}`" for n in leaning[name]), resting + 1
                else:
                    state, proved = "yes", proved + 1
                goals += count or 0
                kind = contract_kind(path, name)
                rows.append(f"| `{name}` | {path.split('/', 1)[1]} | {kind} | {count or ''} | {state} |")
        lines += [f"## {domain}", "", f"{len(rows)} functions: {proved} proved, {resting} proved on unproved contracts, "
                  f"{len(rows) - proved - resting} not proved; {goals} goals.", "",
                  "| function | file | contract | goals | proved |", "|---|---|---|---|---|", *rows, ""]
    return "\n".join(lines)


def report(rows, bad, canaries, smoke, pending, leaning, unproved, seconds, options):
    total, valid = sum(r["goals"] for r in rows), sum(r["valid"] for r in rows)
    caught = sum(c["caught"] for c in canaries)
    print(f"{valid} of {total} goals valid, {len(smoke)} functions smoke tested, "
          f"{caught} mutants caught, {len(canaries) - caught} equivalent edits or misses, {seconds:.0f} s")
    if pending:
        print(f"pending, out of time: {len(pending)} live checks: {', '.join(pending[:8])} ...")
    if not options.files:
        print(f"{len(unproved)} functions of the models are not under proof (specs/coverage.md), "
              f"{len(leaning)} proofs rest on one of them")
    with open("build/prove.json", "w") as f:
        json.dump({"schema": 1, "mode": "full" if options.full else "cached", "goals": total, "valid": valid,
                   "seconds": round(seconds, 1), "functions": rows, "canaries": canaries, "smoke": len(smoke), "pending": pending,
                   "conditional": leaning, "unproved": [f"{p}:{n}" for p, n in unproved],
                   "complaints": bad}, f, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--pack", action="store_true")
    parser.add_argument("--record", action="store_true", help="run only the live checks that checked.tsv lacks, and record what passes")
    parser.add_argument("--live-seconds", type=float, default=3600, help="start no smoke test or canary after so long; the"
                        " rest is reported as pending (default 3600; --full: no limit)")
    parser.add_argument("--seed-cache", metavar="DIR", help="with --pack: a WP cache folder to take results from")
    parser.add_argument("--coverage", action="store_true", help="print specs/coverage.md and do nothing else")
    options = parser.parse_args()
    start = time.monotonic()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    os.environ["PWD"] = os.getcwd()  # frama-c takes relative names from there
    if options.coverage:
        gated = {}
        for row in tsv("goals.tsv", ("file", "function", "goals")):
            gated.setdefault(row["file"], {})[row["function"]] = int(row["goals"])
        print(coverage_text(gated))
        return 0
    if shutil.which("frama-c") is None:
        print("prove: frama-c is not installed: apt-get install frama-c-base why3 z3 cvc4", file=sys.stderr)
        return 2
    # A configuration of our own: what the user's home has, or lacks, does not matter.
    os.makedirs(BUILD, exist_ok=True)
    os.environ["WHY3CONFIG"] = os.path.abspath(f"{BUILD}/why3.conf")
    if not os.path.exists(os.environ["WHY3CONFIG"]):
        run(["why3", "config", "detect"])
    os.makedirs(f"{BUILD}/canary", exist_ok=True)
    gated = collections.OrderedDict()
    for row in tsv("goals.tsv", ("file", "function", "goals")):
        gated.setdefault(row["file"], {})[row["function"]] = int(row["goals"])
    if options.pack:
        found = discover()
        for path in found:
            for name in found[path]:
                gated.setdefault(path, {}).setdefault(name, 0)
    if options.files:
        gated = {p: gated[p] for p in gated if p in options.files}
    gated = {p: {f: n for f, n in fs.items() if not options.pack or f in definitions(p)}
             for p, fs in gated.items() if os.path.exists(p) or not options.pack}
    bad = [f"{p}: {m.group().strip()}: not allowed in a proof" for p in
           glob.glob("model/**/*.[ch]", recursive=True) + glob.glob("specs/*.acsl")
           for m in FORBIDDEN.finditer(open(p).read())]
    rows, canaries, smoke, pending = [], [], [], []
    known = {r["what"]: r["hash"] for r in tsv("checked.tsv", ("what", "hash"))}
    checked = dict(known)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for file_rows, complaints in pool.map(lambda p: prove_file(p, gated[p], options), gated if not options.record else ()):
            rows += file_rows
            if not options.pack:
                bad += complaints
            print(f"{file_rows[0]['file']:40} {len(file_rows):3} functions {sum(r['valid'] for r in file_rows):5} of "
                  f"{sum(r['goals'] for r in file_rows):5} goals {sum(r['seconds'] for r in file_rows):7.1f} s", flush=True)
        if options.pack:
            valid = [r for r in rows if r["goals"] and r["goals"] == r["valid"]]
            for r in rows:
                if r not in valid:
                    print(f"not proved: {r['file']}:{r['name']} {r['valid']} of {r['goals']}")
            rows = valid
            gated = collections.OrderedDict()
            for r in rows:
                gated.setdefault(r["file"], {})[r["name"]] = r["goals"]
            kept = [r for r in tsv("goals.tsv", ("file", "function", "goals"))
                    if options.files and r["file"] not in options.files]
            tsv_write("goals.tsv", ("file", "function", "goals"), sorted(
                kept + [{"file": r["file"], "function": r["name"], "goals": r["goals"]} for r in rows],
                key=lambda r: (r["file"], r["function"])))
            for path in gated:
                cache_pack(path)
        deadline = time.monotonic() + (options.live_seconds if not options.full else 1e9)
        for passed, waiting, complaints in pool.map(lambda p: smoke_file(p, gated[p], known, options, deadline), gated):
            checked.update(passed)
            smoke += passed
            pending += waiting
            bad += complaints
        for name, digest, complaints in pool.map(lambda c: canary(*c, known, options, deadline),
                                                 list(canary_rows(gated))):
            if digest is None and not complaints:
                pending.append(f"canary {name}")
                continue
            checked[f"canary {name}"] = digest if not complaints else None
            canaries.append({"name": name, "caught": bool(digest and digest.endswith("+"))})
            bad += complaints
    if options.pack or options.record:
        checked_write(checked)
    if not rows and not options.record:
        bad.append("no goals at all")
    leaning, unproved = conditional(gated)
    report(rows, bad, canaries, smoke, pending, leaning, unproved, time.monotonic() - start, options)
    for line in bad:
        print(f"prove: {line}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
