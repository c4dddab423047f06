#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Proves the models with Frama-C WP and judges the result; see specs/proof/README.md.

  prove.py                cached: a function whose proof can depend on nothing that changed is not run again, for the
                          others goals come from specs/proof/cache, and live provers get what is left
  prove.py --full         from scratch: every goal, smoke test and canary by live provers
  prove.py --pack         prove what changed, and rewrite goals.tsv, checked.tsv and the packed cache from it; with --full
                          everything, and the cache keeps nothing else
  prove.py --record       only the live checks that checked.tsv lacks
  prove.py --replay 600   as the first, and for 600 s also unchanged files, other ones each day
  prove.py FILE...        only these model files
  prove.py --shard 2/4    the second quarter of them, by goals: four machines together do everything once
"""
import argparse
import collections
import concurrent.futures
import datetime
import glob
import json
import os
import random
import re
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
from ledger import GOALS_COLUMNS, PROOF, Promise, domain_of, promised, tsv, tsv_write  # noqa: E402
from live import Live  # noqa: E402
from wp import (BUILD, cache_forget, cache_pack, cache_unpack, contracts, definitions, more_than_forwarding, prepare, proved_slices, slug,  # noqa: E402
                wp_collect, wp_run)

FORBIDDEN = re.compile(r"^\s*(?:/\*@|//@|@)?\s*(axiom|axiomatic|admit|lemma)\b|\badmit\b\s+\w", re.M)


def model_files():
    """Every source of the models, tables left out: they hold no code."""
    sources = [f for f in sorted(glob.glob("model/**/*.c", recursive=True)) if os.path.basename(f) != "tables.c"]
    return sources + [h for h in sorted(glob.glob("model/**/*.h", recursive=True)) if definitions(h)]


def prove_file(path, functions, options, replay=False):
    """All gated functions of a file, or with @replay also those that nothing changed. Returns rows per function and the complaints."""
    if not (options.full or replay):
        unchanged = {f for f, p in functions.items() if p.goals and p.slice and proved_slices(path).get(f) == p.slice}
    else:
        unchanged = set()
    rows = [{"name": f, "file": path, "goals": functions[f].goals, "valid": functions[f].goals, "seconds": 0,
             "contract": functions[f].contract, "how": "unchanged"} for f in functions if f in unchanged]
    todo = [f for f in functions if f not in unchanged]
    bad = [f"{path}: {name} takes a void * and does more than to pass it on" for name in more_than_forwarding(path)]
    if not todo:
        return rows, bad
    kinds = contracts(path)
    counts, log, seconds = prove_functions(path, todo, options)
    bad += [f"{path}: {warning}" for warning in set(re.findall(r"(?:Missing|No code nor) [^\n]*", log))]
    if re.search(r"\[kernel\].*(user error|fatal)", log) or not counts:
        bad.append(f"{path}: frama-c failed: {' '.join(log.split())[-300:]}")
    for name in todo:
        least = functions[name].goals
        total, valid = counts.get(name, (0, 0))
        rows.append({"name": name, "file": path, "goals": total, "valid": valid,
                     "seconds": round(seconds * total / max(1, sum(c[0] for c in counts.values())), 2),
                     "contract": kinds.get(name, "none"), "how": "replayed" if replay else "proved"})
        if options.pack:
            continue  # what does not hold is left out
        if total == 0 or valid != total:
            bad.append(f"{path}: {name}: {valid} of {total} goals valid")
        elif total < least:
            bad.append(f"{path}: {name}: {total} goals, {PROOF}/goals.tsv says {least}: explain the drop, then --pack")
    return rows, bad


def prove_functions(path, functions, options):
    """Runs WP on functions of a file as the mode asks. Returns per-function (total, valid), the log and the wall time."""
    folder = f"{BUILD}/cache/{slug(path)}"
    if options.full and not options.pack:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return ask_again(path, functions, folder, wp_run(path, functions, "update", folder, 10), (60,))
    cache_unpack(path)
    if options.pack:
        whole = set(definitions(path)) == set(functions)
        return ask_again(path, functions, folder, wp_collect(path, functions, folder, options.seed_cache, whole), (60,))
    return ask_again(path, functions, folder, wp_run(path, functions, "offline", folder, 10), (20, 60))


def ask_again(path, functions, folder, result, timeouts):
    """Provers stop by the clock: what is open on a busy machine is asked again with more of it before it is called so."""
    counts, log, seconds = result
    for timeout in timeouts:
        again = [f for f in functions if f not in counts or counts[f][0] != counts[f][1]]
        if not again:
            break
        cache_forget(folder)
        found, more_log, more = wp_run(path, again, "update", folder, timeout)
        counts.update(found)
        log, seconds = log + more_log, seconds + more
    return counts, log, seconds


def callee(path, candidates):
    """Which of the (file, function) of one name file @path means: its own, one of its domain, or of the core; or None."""
    seen = [key for key in candidates if domain_of(key[0]) in (domain_of(path), "core")]
    return next((key for key in seen if key[0] == path), seen[0] if seen else None)


def conditional(gated):
    """(file, function) under proof -> functions of the models that it calls and that are not; and all that are not."""
    bodies = {(path, name): body for path in model_files() for name, body in definitions(path).items()}
    named = collections.defaultdict(list)
    for key in bodies:
        named[key[1]].append(key)
    proved = {(path, name) for path in gated for name in gated[path]}
    leaning = {}
    for key in sorted(proved & set(bodies)):
        called = {callee(key[0], named[name]) for name in set(re.findall(r"\b(\w+)\(", bodies[key])) & set(named)}
        missing = sorted(name for path, name in called - proved - {None})
        if missing:
            leaning[key] = missing
    return leaning, sorted(set(bodies) - proved)


def discover(files):
    """For --pack: every function with a contract, to find out what proves."""
    found = {path: contracts(path) for path in model_files() if not files or path in files}
    return {path: names for path, names in found.items() if names}


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
        groups.setdefault(domain_of(path), []).append(path)
    for domain, paths in groups.items():
        rows, proved, resting, goals = [], 0, 0, 0
        for path in paths:
            for name in definitions(path):
                count, _, kind = gated.get(path, {}).get(name, Promise(None, "", ""))
                if count is None:
                    state = "no: " + reasons.get((path, name), reasons.get((path, "*"), "not attempted yet"))
                elif (path, name) in leaning:
                    state, resting = "rests on " + ", ".join(f"`{n}`" for n in leaning[path, name]), resting + 1
                else:
                    state, proved = "yes", proved + 1
                goals += count or 0
                rows.append(f"| `{name}` | {path.split('/', 1)[1]} | {kind} | {count or ''} | {state} |")
        lines += [f"## {domain}", "", f"{len(rows)} functions: {proved} proved, {resting} proved on unproved contracts, "
                  f"{len(rows) - proved - resting} not proved; {goals} goals.", "",
                  "| function | file | contract | goals | proved |", "|---|---|---|---|---|", *rows, ""]
    return "\n".join(lines)


def report(rows, bad, live, leaning, unproved, seconds, options):
    total, valid = sum(r["goals"] for r in rows), sum(r["valid"] for r in rows)
    run_now = sum(r["goals"] for r in rows if r["how"] != "unchanged")
    if not options.record:
        print(f"{valid} of {total} goals valid: {run_now} run now, the others are of functions that nothing changed since")
    print(f"{len(live.smoke)} functions smoke tested, {sum(c['caught'] for c in live.canaries)} mutants leave goals open, "
          f"{sum(not c['caught'] for c in live.canaries)} edits prove as they should, {seconds:.0f} s")
    if live.pending:
        print(f"pending, out of time: {len(live.pending)} live checks: {', '.join(live.pending[:8])} ...")
    if not options.files and not options.shard:
        print(f"{len(unproved)} functions of the models are not under proof (specs/coverage.md), "
              f"{len(leaning)} proofs rest on one of them")
    with open("build/prove.json", "w") as f:
        json.dump({"schema": 1, "mode": "full" if options.full else "cached", "goals": total, "valid": valid, "run": run_now,
                   "seconds": round(seconds, 1), "functions": rows, "canaries": live.canaries, "smoke": len(live.smoke),
                   "pending": live.pending, "conditional": {f"{p}:{n}": missing for (p, n), missing in leaning.items()}, "unproved": [f"{p}:{n}" for p, n in unproved],
                   "complaints": bad}, f, indent=1)


def rows_print(rows):
    print(f"{rows[0]['file']:40} {len(rows):3} functions {sum(r['valid'] for r in rows):5} of {sum(r['goals'] for r in rows):5} "
          f"goals {sum(r['seconds'] for r in rows):7.1f} s{'' if any(r['how'] != 'unchanged' for r in rows) else ' unchanged'}", flush=True)


def prove_all(gated, options, pool):
    """Every gated file. Returns rows and complaints."""
    rows, bad = {}, []
    for file_rows, complaints in pool.map(lambda p: prove_file(p, gated[p], options), gated):
        rows[file_rows[0]["file"]] = file_rows
        bad += complaints
        rows_print(file_rows)
    deadline = time.monotonic() + options.replay
    waiting = [p for p in rows if any(r["how"] == "unchanged" for r in rows[p])]
    random.Random(datetime.date.today().isoformat()).shuffle(waiting)
    for result in pool.map(lambda p: prove_file(p, gated[p], options, True) if time.monotonic() < deadline else None, waiting):
        if result:
            rows[result[0][0]["file"]] = result[0]
            bad += result[1]
            rows_print(result[0])
    return [r for p in rows for r in rows[p]], bad


def pack(rows, options):
    """Rewrites goals.tsv and the packed cache with what proved. Returns those rows."""
    valid = [r for r in rows if r["goals"] and r["goals"] == r["valid"]]
    for r in rows:
        if r not in valid:
            print(f"not proved: {r['file']}:{r['name']} {r['valid']} of {r['goals']}")
    run = {r["file"] for r in rows}
    kept = [r for r in tsv("goals.tsv", GOALS_COLUMNS) if (options.files or options.shard) and r["file"] not in run]
    made = [{"file": r["file"], "function": r["name"], "goals": r["goals"], "slice": proved_slices(r["file"])[r["name"]],
             "contract": r["contract"]} for r in valid]
    tsv_write("goals.tsv", GOALS_COLUMNS, sorted(kept + made, key=lambda r: (r["file"], r["function"])))
    for path in {r["file"] for r in valid}:
        cache_pack(path)
    return valid


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--pack", action="store_true")
    parser.add_argument("--record", action="store_true", help="run only the live checks that checked.tsv lacks, and record what passes")
    parser.add_argument("--shard", type=shard, metavar="I/N", help="only a share of the files")
    parser.add_argument("--replay", type=float, default=0, metavar="SECONDS",
                        help="start no further replay of an unchanged file after so long (default 0: none)")
    parser.add_argument("--live-seconds", type=float, default=3600, help="start no smoke test or canary after so long; the"
                        " rest is reported as pending (default 3600; --full: no limit)")
    parser.add_argument("--seed-cache", metavar="DIR", help="with --pack: a WP cache folder to take results from")
    parser.add_argument("--coverage", action="store_true", help="print specs/coverage.md and do nothing else")
    return parser.parse_args()


def shard(text):
    """I/N -> (I - 1, N)."""
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not found or int(found.group(1)) > int(found.group(2)):
        raise argparse.ArgumentTypeError(f"{text}: give I/N, 1 <= I <= N")
    return int(found.group(1)) - 1, int(found.group(2))


def shared_out(gated, part):
    """The files of one share: the largest left goes to the share with the fewest goals."""
    index, count = part
    load, mine = [0] * count, set()
    size = {path: sum(p.goals for p in functions.values()) for path, functions in gated.items()}
    for path in sorted(gated, key=lambda p: (-size[p], p)):
        least = load.index(min(load))
        load[least] += size[path]
        if least == index:
            mine.add(path)
    return {path: gated[path] for path in gated if path in mine}


def chosen(options):
    """What this run is about: file -> function -> its promise."""
    gated = promised()
    if options.pack:
        for path, names in discover(options.files).items():
            for name in names:
                gated.setdefault(path, {}).setdefault(name, Promise(0, "", ""))
        gated = {p: {f: n for f, n in fs.items() if f in definitions(p)} for p, fs in gated.items() if os.path.exists(p)}
    gated = {p: gated[p] for p in gated if not options.files or p in options.files}
    return shared_out(gated, options.shard) if options.shard else gated


def main():
    options = arguments()
    start = time.monotonic()
    os.chdir(os.path.join(HERE, "..", ".."))
    os.environ["PWD"] = os.getcwd()  # frama-c takes relative names from there
    if options.coverage:
        print(coverage_text(promised()))
        return 0
    if shutil.which("frama-c") is None:
        print("prove: frama-c is not installed: apt-get install frama-c-base why3 z3 cvc4", file=sys.stderr)
        return 2
    prepare()
    gated = chosen(options)
    bad = [f"{p}: {m.group().strip()}: not allowed in a proof" for p in
           glob.glob("model/**/*.[ch]", recursive=True) + glob.glob("specs/*.acsl")
           for m in FORBIDDEN.finditer(open(p).read())]
    live, rows = Live(), []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        if not options.record:
            rows, complaints = prove_all(gated, options, pool)
            bad += complaints
        if options.pack:
            rows = pack(rows, options)
            gated = collections.OrderedDict()
            for r in rows:
                gated.setdefault(r["file"], {})[r["name"]] = Promise(r["goals"], "", r["contract"])
        bad += live.run(gated, options, pool)
    if options.pack or options.record:
        live.write()
    if not rows and not options.record:
        bad.append("no goals at all")
    leaning, unproved = conditional(gated)
    report(rows, bad, live, leaning, unproved, time.monotonic() - start, options)
    for line in bad:
        print(f"prove: {line}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
