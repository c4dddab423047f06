#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Proves the models with Frama-C WP and judges the result; see specs/proof/README.md.

  prove.py                cached: a function whose proof can depend on nothing that changed is not run again, for the
                          others goals come from specs/proof/cache, and live provers get what is left
  prove.py --full         from scratch: every goal, smoke test and canary by live provers
  prove.py --pack         after a proof: rewrite goals.tsv, checked.tsv and the packed cache from what was proved
  prove.py --record       only the live checks that checked.tsv lacks
  prove.py --replay 600   as the first, and for 600 s also unchanged files, other ones each day
  prove.py FILE...        only these model files
"""
import argparse
import collections
import concurrent.futures
import datetime
import functools
import glob
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import acsl  # noqa: E402
import faults  # noqa: E402

GOALS = ["-wp", "-wp-rte", "-warn-unsigned-overflow", "-warn-unsigned-downcast", "-warn-signed-downcast"]
PROVERS = ["-wp-prover", "z3,CVC4:1.8"]
TYPED, CAST = "Typed+ref", "Typed+ref+cast"  # memory models; CAST believes a cast, for those that take the state as void *
PROOF = "specs/proof"
GOALS_COLUMNS = ("file", "function", "goals", "slice")
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


def slices(path, extra=()):
    """function -> hash of all that its proof depends on, the flags included, and whether it requires anything."""
    found = acsl.slices(acsl.parsed(unit(path), extra), definitions(path))
    return {name: (hashlib.sha256(" ".join([*GOALS, *memory(model), *PROVERS, found[name][0]]).encode()).hexdigest()[:16], found[name][1])
            for model, names in memory_models(path, found).items() for name in names}


def memory(model):
    return ["-wp-model", model, "-wp-split"]


def memory_models(path, functions):
    """The functions by the memory model in which they are proved."""
    casts = {m.group(1) for m in FUNCTION.finditer(open(path).read()) if "void *" in m.group(2)}
    groups = {TYPED: [f for f in functions if f not in casts], CAST: [f for f in functions if f in casts]}
    return {model: names for model, names in groups.items() if names}


@functools.cache
def proved_slices(path):
    """function -> what goals.tsv records beside a proof: the same with the version of Frama-C."""
    return {name: hashlib.sha256(f"{version()} {digest}".encode()).hexdigest()[:16] for name, (digest, _) in slices(path).items()}


@functools.cache
def version():
    return run(["frama-c", "-version"]).stdout.strip()


def tsv(name, columns):
    path = f"{PROOF}/{name}"
    if not os.path.exists(path):
        return []
    lines = [line.rstrip("\n").split("\t") for line in open(path) if not line.startswith("#")]
    return [dict(zip(columns, line + [""] * (len(columns) - len(line)))) for line in lines]


def promised():
    """goals.tsv: file -> function -> (goals under proof, the slice for which they were proved)."""
    gated = collections.OrderedDict()
    for row in tsv("goals.tsv", GOALS_COLUMNS):
        gated.setdefault(row["file"], {})[row["function"]] = (int(row["goals"]), row["slice"])
    return gated


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


def entry_proof(name):
    """An entry of a cache, or None: failures are not kept; nor is an entry that its writer did not finish."""
    try:
        entry = json.load(open(name))
    except ValueError:
        return None
    return entry if entry.get("verdict") == "valid" else None


def cache_pack(path):
    found = {os.path.basename(name)[:-5]: entry_proof(name) for name in glob.glob(f"{BUILD}/cache/{slug(path)}/*.json")}
    os.makedirs(f"{PROOF}/cache", exist_ok=True)
    with open(f"{PROOF}/cache/{slug(path)}.txt", "w") as f:
        f.writelines(f"{name} {entry['prover']} {entry.get('steps', 0)}\n" for name, entry in sorted(found.items()) if entry)


def wp(path, functions, mode, folder, timeout, extra=()):
    """Runs WP, once for each memory model. Returns per-function (total, valid), the logs and the wall time."""
    counts, logs, start = {}, "", time.monotonic()
    where = ["-wp-session" if mode == "cleanup" else "-wp-cache-dir", folder]
    for model, names in memory_models(path, functions).items():
        report = f"{BUILD}/{slug(path)}.{os.getpid()}.{time.monotonic_ns()}.json"
        logs += run(["frama-c", *GOALS, *memory(model), *PROVERS, "-wp-timeout", str(timeout), "-wp-par", "4", "-wp-report-json",
                     report, *extra, "-wp-cache", mode, *where, "-wp-fct", ",".join(names), unit(path)]).stdout
        if os.path.exists(report):
            for name, goals in json.load(open(report)).get("wp:functions", {}).items():
                main = goals.get("wp:section", {}).get("wp:main", {})
                counts[name] = (main.get("total", 0), main.get("valid", 0))
            os.remove(report)
    return counts, logs, time.monotonic() - start


def wp_collect(path, functions, folder, seed):
    """For --pack: update mode that keeps just the entries that were used, also from the cache folder @seed."""
    counts, logs, seconds, used = {}, "", 0, f"{BUILD}/session/{slug(path)}.used"
    shutil.rmtree(used, ignore_errors=True)
    for names in memory_models(path, functions).values():  # what one run does not use, it removes
        session = f"{BUILD}/session/{slug(path)}"
        shutil.rmtree(session, ignore_errors=True)
        os.makedirs(f"{session}/cache")
        for name in glob.glob(f"{folder}/*.json") + (glob.glob(f"{seed}/*.json") if seed else []):
            target = f"{session}/cache/{os.path.basename(name)}"
            if not os.path.exists(target) and entry_proof(name):
                shutil.copyfile(name, target)
        found, log, took = wp(path, names, "cleanup", session, 10)
        counts.update(found)
        logs, seconds = logs + log, seconds + took
        shutil.copytree(f"{session}/cache", used, dirs_exist_ok=True)
        shutil.rmtree(session)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.move(used, folder)
    return counts, logs, seconds


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


def prove_file(path, functions, options, replay=False):
    """All gated functions of a file, or with @replay also those that nothing changed. Returns rows per function and the complaints."""
    if not (options.full or options.pack or replay):
        unchanged = {f for f, (least, proved) in functions.items() if least and proved and proved_slices(path).get(f) == proved}
    else:
        unchanged = set()
    rows = [{"name": f, "file": path, "goals": functions[f][0], "valid": functions[f][0], "seconds": 0,
             "contract": contract_kind(path, f), "how": "unchanged"} for f in functions if f in unchanged]
    todo = [f for f in functions if f not in unchanged]
    if not todo:
        return rows, []
    counts, log, seconds = prove_functions(path, todo, options)
    bad = [f"{path}: {warning}" for warning in set(re.findall(r"(?:Missing|No code nor) [^\n]*", log))]
    if re.search(r"\[kernel\].*(user error|fatal)", log) or not counts:
        bad.append(f"{path}: frama-c failed: {' '.join(log.split())[-300:]}")
    for name in todo:
        least = functions[name][0]
        total, valid = counts.get(name, (0, 0))
        rows.append({"name": name, "file": path, "goals": total, "valid": valid,
                     "seconds": round(seconds * total / max(1, sum(c[0] for c in counts.values())), 2),
                     "contract": contract_kind(path, name), "how": "replayed" if replay else "proved"})
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
    if options.full:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return wp(path, functions, "update", folder, 10)
    cache_unpack(path)
    if options.pack:
        return wp_collect(path, functions, folder, options.seed_cache)
    counts, log, seconds = wp(path, functions, "offline", folder, 10)
    open_functions = [f for f in functions if f not in counts or counts[f][0] != counts[f][1]]
    if open_functions:
        again, log2, more = wp(path, open_functions, "update", folder, 20)
        counts.update(again)
        log += log2
        seconds += more
    return counts, log, seconds


# ---- checks that the cache cannot answer: smoke tests and canaries
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
    path = f"model/{domain}/{row['file']}"
    name = f"{domain}/{row['name']}"
    changed = f"{BUILD}/canary/{domain}.{row['name']}.c"
    with open(changed, "w") as f:
        f.write(faults.apply(domain, row))
    include = "-cpp-extra-args=-iquote model/" + domain
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
    gated = promised()
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
                count, _ = gated.get(path, {}).get(name, (None, ""))
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


def report(rows, bad, live, leaning, unproved, seconds, options):
    total, valid = sum(r["goals"] for r in rows), sum(r["valid"] for r in rows)
    run_now = sum(r["goals"] for r in rows if r["how"] != "unchanged")
    caught = sum(c["caught"] for c in live.canaries)
    print(f"{valid} of {total} goals valid ({run_now} run now, the others are of functions that nothing changed since they were "
          f"proved), {len(live.smoke)} functions smoke tested, {caught} mutants caught, "
          f"{len(live.canaries) - caught} equivalent edits or misses, {seconds:.0f} s")
    if live.pending:
        print(f"pending, out of time: {len(live.pending)} live checks: {', '.join(live.pending[:8])} ...")
    if not options.files:
        print(f"{len(unproved)} functions of the models are not under proof (specs/coverage.md), "
              f"{len(leaning)} proofs rest on one of them")
    with open("build/prove.json", "w") as f:
        json.dump({"schema": 1, "mode": "full" if options.full else "cached", "goals": total, "valid": valid, "run": run_now,
                   "seconds": round(seconds, 1), "functions": rows, "canaries": live.canaries, "smoke": len(live.smoke),
                   "pending": live.pending, "conditional": leaning, "unproved": [f"{p}:{n}" for p, n in unproved],
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
    kept = [r for r in tsv("goals.tsv", GOALS_COLUMNS) if options.files and r["file"] not in options.files]
    made = [{"file": r["file"], "function": r["name"], "goals": r["goals"], "slice": proved_slices(r["file"])[r["name"]]} for r in valid]
    tsv_write("goals.tsv", GOALS_COLUMNS, sorted(kept + made, key=lambda r: (r["file"], r["function"])))
    for path in {r["file"] for r in valid}:
        cache_pack(path)
    return valid


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
            self.canaries.append({"name": name, "caught": bool(digest and digest.endswith("+"))})
            bad += complaints
        return bad


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--pack", action="store_true")
    parser.add_argument("--record", action="store_true", help="run only the live checks that checked.tsv lacks, and record what passes")
    parser.add_argument("--replay", type=float, default=0, metavar="SECONDS",
                        help="start no further replay of an unchanged file after so long (default 0: none)")
    parser.add_argument("--live-seconds", type=float, default=3600, help="start no smoke test or canary after so long; the"
                        " rest is reported as pending (default 3600; --full: no limit)")
    parser.add_argument("--seed-cache", metavar="DIR", help="with --pack: a WP cache folder to take results from")
    parser.add_argument("--coverage", action="store_true", help="print specs/coverage.md and do nothing else")
    return parser.parse_args()


def chosen(options):
    """What this run is about: file -> function -> (goals, slice)."""
    gated = promised()
    if options.pack:
        for path, names in discover().items():
            for name in names:
                gated.setdefault(path, {}).setdefault(name, (0, ""))
        gated = {p: {f: n for f, n in fs.items() if f in definitions(p)} for p, fs in gated.items() if os.path.exists(p)}
    return {p: gated[p] for p in gated if not options.files or p in options.files}


def prepare():
    """Working folders, and a configuration of our own: what the user's home has, or lacks, does not matter."""
    os.makedirs(f"{BUILD}/canary", exist_ok=True)
    os.environ["WHY3CONFIG"] = os.path.abspath(f"{BUILD}/why3.conf")
    if not os.path.exists(os.environ["WHY3CONFIG"]):
        run(["why3", "config", "detect"])


def main():
    options = arguments()
    start = time.monotonic()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
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
                gated.setdefault(r["file"], {})[r["name"]] = (r["goals"], "")
        bad += live.run(gated, options, pool)
    if options.pack or options.record:
        checked_write(live.checked)
    if not rows and not options.record:
        bad.append("no goals at all")
    leaning, unproved = conditional(gated)
    report(rows, bad, live, leaning, unproved, time.monotonic() - start, options)
    for line in bad:
        print(f"prove: {line}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
