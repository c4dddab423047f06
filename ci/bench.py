#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures speed as ratios within one run; writes build/bench.json.

  bench.py [SECONDS] [--faults]   seconds a measurement (2); --faults adds ops until found for every planted fault
"""
import glob
import json
import os
import re
import resource
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
from tool import AFL, defaults, output, targets  # noqa: E402

# row, target, column of build/bench, least ratio
RATIOS = [("ptmalloc.shipped.outcome", "ptmalloc-shipped", 1, 0.4), ("ptmalloc.shipped.touched", "ptmalloc-shipped", 2, 0.25),
          ("ptmalloc.live.outcome", "ptmalloc-live", 1, None), ("ptmalloc.live.touched", "ptmalloc-live", 2, None),
          ("vma.live.window", "vma-live", 2, 0.6), ("buddy.source.touched", "buddy-source", 2, 0.4)]
# row, target, longest case in ops, settings of every case, length control, least executions a second. Without length
# control libFuzzer gives each case the full length at once; with its own, a campaign begins with short ones.
FUZZERS = [("ptmalloc.shipped.libfuzzer", "ptmalloc-shipped", 200, "", 0, 40000),
           ("ptmalloc.shipped.libfuzzer.growing", "ptmalloc-shipped", 256, "", 100, None),
           ("vma.live.libfuzzer", "vma-live", 58, "", 0, 5000),
           ("buddy.source.libfuzzer", "buddy-source", 512, "geometry=0", 0, 12000)]


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


def guest(seconds):
    """The newest guest that agrees with the set: its speed by its own clock, and the time until it answers."""
    listed = json.loads(output("build/memoracle", "list", "--json", "-").stdout)["targets"]
    for target in [t["target"] for t in reversed(listed) if "/guest@" in t["target"] and t["available"]]:
        done = output("build/bench", target, f"corpus/bench/{target.split('/')[0]}.set", str(seconds))
        if done.returncode == 0:
            yield row("vma.guest.touched", float(done.stdout.split()[2]), "ops/s", None, 40000)
            started = time.monotonic()
            output("build/memoracle", "list", "--target", target)
            yield row("vma.guest.boot", (time.monotonic() - started) * 1000, "ms")
            return
        print(f"{target}: {done.stderr.strip().splitlines()[-1]}")


def fuzzers(seconds):
    """From nothing, the corpus in memory; the ops of an execution, on average, stand beside each row."""
    for name, target, ops, settings, control, least in FUZZERS:
        program = f"build/libfuzzer/{target}"
        if not os.path.exists(program):
            continue
        stats = f"build/bench-stats/{target}"
        shutil.rmtree(stats, ignore_errors=True)
        os.makedirs(stats)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = output(program, f"-max_len={ops * 16}", "-seed=1", f"-max_total_time={int(seconds * 5)}", f"-len_control={control}",
                      "-entropic=0", "-print_funcs=0", "-print_final_stats=1",
                      env={**os.environ, "MEMORACLE_STATS": stats, "MEMORACLE_SET": settings})
        found = re.search(r"stat::number_of_executed_units:\s+(\d+)", done.stderr)
        ran = [json.load(open(path)) for path in glob.glob(f"{stats}/*.json")]
        if not found or not ran:
            print(f"{name}: {done.stderr[-300:]}")
            continue
        result = row(name, int(found.group(1)) / ran[0]["seconds"], "exec/s", None, least)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        result["ops_per_exec"] = round(ran[0]["ops"] / max(1, ran[0]["cases"]), 1)
        result["exec_per_cpu_second"] = None if target == "vma-live" else round(int(found.group(1)) / busy)  # its worker is not in it
        print(f"{'':32} {result['ops_per_exec']:14.1f} ops/exec; exec/s of CPU time: {result['exec_per_cpu_second'] or 'not known'}", flush=True)
        yield result


def afl(seconds):
    """From nothing too, with AFL++'s own lengths: beside the ops of an execution, libFuzzer's rows of growing length compare."""
    for target in dict.fromkeys(row[1] for row in FUZZERS):
        if not os.path.exists(f"build/afl/{target}"):
            continue
        folder = f"build/bench-stats/{target}-afl"
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("in", "stats"):
            os.makedirs(f"{folder}/{part}")
        with open(f"{folder}/in/empty", "wb") as f:
            f.write(b"\0" * 16)
        done = output("afl-fuzz", "-s", "1", "-i", f"{folder}/in", "-o", f"{folder}/out", "-V", str(int(seconds * 5)), "--", f"build/afl/{target}",
                      env={**os.environ, **AFL, "AFL_CUSTOM_MUTATOR_LIBRARY": f"build/afl/mutator-{target.split('-')[0]}.so",
                           "MEMORACLE_STATS": f"{folder}/stats"})
        ran = [json.load(open(path)) for path in glob.glob(f"{folder}/stats/*.json")]
        if done.returncode or not ran:
            print(f"{target} under AFL++: {done.stdout[-300:]}")
            continue
        said = dict(re.findall(r"^(\w+)\s*: (\S+)", open(f"{folder}/out/default/fuzzer_stats").read(), re.M))
        result = row(f"{target.replace('-', '.')}.afl", float(said["execs_per_sec"]), "exec/s", None, None)
        result["ops_per_exec"] = round(sum(r["ops"] for r in ran) / max(1, sum(r["cases"] for r in ran)), 1)
        print(f"{'':32} {result['ops_per_exec']:14.1f} ops/exec; stability {said['stability']}", flush=True)
        yield result


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
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core: also what an engine and its worker take turns on
    numbers = [a for a in sys.argv[1:] if not a.startswith("-")]
    seconds = float(numbers[0]) if numbers else 2.0
    rows = list(ratios(seconds)) + list(guest(seconds)) + list(fuzzers(seconds)) + list(afl(seconds))
    if "--faults" in sys.argv:
        rows += list(until_found())
    with open("build/bench.json", "w") as f:
        json.dump({"schema": 1, "rows": rows}, f, indent=1)
    return 0 if rows else 2


if __name__ == "__main__":
    sys.exit(main())
