#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures speed as ratios within one run; writes build/bench.json.

  bench.py [SECONDS] [--faults]   seconds a measurement (2); --faults adds ops until found for every planted fault
"""
import json
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
from tool import defaults, output, targets  # noqa: E402

# row, target, column of build/bench, least ratio
RATIOS = [("ptmalloc.shipped.outcome", "ptmalloc-shipped", 1, 0.4), ("ptmalloc.shipped.touched", "ptmalloc-shipped", 2, 0.25),
          ("ptmalloc.live.outcome", "ptmalloc-live", 1, None), ("ptmalloc.live.touched", "ptmalloc-live", 2, None),
          ("vma.live.window", "vma-live", 2, 0.6), ("buddy.source.touched", "buddy-source", 2, 0.4)]
# row, target, longest case in ops, least executions a second
FUZZERS = [("ptmalloc.shipped.libfuzzer", "ptmalloc-shipped", 200, 40000), ("vma.live.libfuzzer", "vma-live", 58, 5000),
           ("buddy.source.libfuzzer", "buddy-source", 512, 12000)]


def row(name, value, unit, baseline=None, least=None):
    ratio = round(value / baseline, 3) if baseline else None
    reached = None if least is None else (ratio if baseline else value) >= least
    print(f"{name:32} {value:14,.0f} {unit:6} {'' if ratio is None else f'{ratio:.2f} x':8} "
          f"{'' if least is None else f'at least {least}'} {'' if reached is not False else 'NOT REACHED'}", flush=True)
    return {"name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio, "least": least}


def ratios(seconds):
    measured = {}
    for name, target, column, least in RATIOS:
        case_set = f"corpus/bench/{target.split('-')[0]}.set"
        if not os.path.exists(f"build/worker/{target}") or not os.path.exists(case_set):
            continue
        if target not in measured:
            done = output("build/bench", f"build/worker/{target}", case_set, str(seconds))
            if done.returncode:
                print(f"{name}: {done.stderr.strip()}")
                continue
            measured[target] = [float(w) for w in done.stdout.split()]
        if target in measured:
            yield row(name, measured[target][column], "ops/s", measured[target][0], least)


def fuzzers(seconds):
    for name, target, ops, least in FUZZERS:
        program = f"build/libfuzzer/{target}"
        if not os.path.exists(program):
            continue
        corpus = f"build/bench-corpus/{target}"
        shutil.rmtree(corpus, ignore_errors=True)
        os.makedirs(corpus)
        done = output(program, corpus, f"-max_len={ops * 16}", "-seed=1", f"-max_total_time={int(seconds * 5)}",
                      "-len_control=0", "-entropic=0", "-print_final_stats=1")
        found = re.search(r"stat::average_exec_per_sec:\s+(\d+)", done.stderr)
        if found:
            yield row(name, float(found.group(1)), "exec/s", None, least)
        else:
            print(f"{name}: {done.stderr[-300:]}")


def until_found():
    for domain, target in defaults(targets()).items():
        for fault in faults.rows(domain):
            if fault["equivalent"]:
                continue
            for state in ("end", "touched"):
                done = output("build/memoracle", "run", target, "--fault", fault["name"], "--seed", "1", "--ops", "5000000",
                              "--stop", "--state", state, "--out", "build/bench-findings", "--json", "-")
                result = json.loads(done.stdout)["results"][0]
                yield row(f"fault.{domain}.{fault['name']}.{state}", result["ops"] if done.returncode == 1 else -1, "ops")


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    numbers = [a for a in sys.argv[1:] if not a.startswith("-")]
    seconds = float(numbers[0]) if numbers else 2.0
    rows = list(ratios(seconds)) + list(fuzzers(seconds))
    if "--faults" in sys.argv:
        rows += list(until_found())
    with open("build/bench.json", "w") as f:
        json.dump({"schema": 1, "rows": rows}, f, indent=1)
    return 0 if rows else 2


if __name__ == "__main__":
    sys.exit(main())
