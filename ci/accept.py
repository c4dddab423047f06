#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The slow checks: what a release must show. One line per check; build/accept.json holds the figures.

  accept.py [NAME...]   campaigns seeds full shrink cgen slips triage engines kill (default: all)
"""
import glob
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
import triage  # noqa: E402
from tool import defaults, output, targets as listed_targets  # noqa: E402

CAMPAIGNS = {"ptmalloc/shipped": 5000000, "ptmalloc/live": 5000000, "vma/live": 2000000, "buddy/source": 5000000}
LINES = []


def say(name, good, **figures):
    LINES.append({"name": name, "ok": bool(good), **figures})
    print(f"{'ok  ' if good else 'FAIL'} {name}  " + "  ".join(f"{k}={v}" for k, v in figures.items()), flush=True)


def run(target, *words):
    done = output("build/memoracle", "run", target, "--json", "-", "--out", "build/accept/findings", *words)
    return done, json.loads(done.stdout)["results"][0] if done.stdout else {"ops": 0, "verdicts": {}, "findings": []}


def available():
    listed = listed_targets()
    for t in listed:
        if not t["available"]:
            print(f"skip {t['target']}: {t['why_not']}")
    return [t["target"] for t in listed if t["available"]]


def default_targets(targets):
    """(domain, default target) of each domain that can run here."""
    return [(d, t) for d, t in defaults(listed_targets()).items() if t in targets]


def agree(name, target, *words):
    done, r = run(target, *words)
    skipped = r["verdicts"].get("skipped", 0) / max(1, r["ops"])
    say(f"{name} {target} {' '.join(map(str, words))}", done.returncode == 0 and skipped <= 0.03, ops=r["ops"],
        diverge=r["verdicts"].get("diverge"), skipped=f"{100 * skipped:.2f}%", ops_per_s=round(r.get("ops_per_s", 0)),
        **({"error": done.stderr.strip()[-200:]} if done.returncode else {}))


def check_campaigns(targets):
    for target in targets:
        agree("campaign", target, "--seed", "1", "--ops", CAMPAIGNS[target], "--state", "touched")


def check_seeds(targets):
    for target in targets:
        for seed in (2, 3, 4, 1000003, 0xdeadbeef):
            agree("seed", target, "--seed", seed, "--ops", "300000", "--state", "touched")


def check_full(targets):
    for target in targets:
        agree("full", target, "--seed", "1", "--ops", "100000", "--state", "full")


def fault_rows(domain):
    return [r for r in faults.rows(domain) if not r["equivalent"]]


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def ops_of(path):
    """How many ops a case has: lines of its text that are none of the head's."""
    head = r"(domain|profile|set|need|meta|expect) "
    return sum(1 for line in output("build/memoracle", "show", path).stdout.splitlines()
               if re.match(r"[a-z]\w*( |$)", line) and not re.match(head, line))


def shrink_timed(finding, small, fault, *words):
    """Shrinks a finding. Returns (ops, seconds); a failure counts as no end of ops."""
    started = time.monotonic()
    done = output("build/memoracle", "shrink", finding, "-o", small, "--fault", fault, *words)
    return ops_of(small) if done.returncode == 0 else 10 ** 6, time.monotonic() - started


def shrink_one(domain, target, row):
    """One finding made from a fault: shrunk, shown, encoded, replayed, explained.
    Returns (all is well, ops found at, ops after the default time, its seconds, ops after ten seconds) or None."""
    out = fresh(f"build/accept/shrink/{domain}-{row['name']}")
    done = output("build/memoracle", "run", target, "--fault", row["name"], "--seed", "9", "--ops", "5000000", "--stop",
                  "--out", out, "--json", "-")
    if done.returncode != 1:
        return None
    result = json.loads(done.stdout)["results"][0]
    finding = result["findings"][0]
    small, text, again = f"{out}/small.case", f"{out}/small.ops", f"{out}/again.case"
    ops, seconds = shrink_timed(finding["file"], small, row["name"])
    longer, _ = shrink_timed(finding["file"], f"{out}/longer.case", row["name"], "--time", "10")
    with open(text, "w") as f:
        f.write(output("build/memoracle", "show", small).stdout)
    output("build/memoracle", "encode", text, "-o", again)
    good = {"shrunk": ops < 10 ** 6 and longer < 10 ** 6, "fast": seconds < 2,
            "round trip": os.path.exists(again) and open(small, "rb").read() == open(again, "rb").read()}
    for path in (small, f"{out}/longer.case"):
        replayed = output("build/memoracle", "replay", path, "--fault", row["name"], "--json", "-")
        after = json.loads(replayed.stdout)["results"][0]["findings"] if replayed.returncode == 1 else [{}]
        good["signature"] = good.get("signature", True) and after[0].get("signature") == finding["signature"]
    good["rule"] = row["rule"] in output("build/memoracle", "explain", small, "--fault", row["name"]).stdout
    if not all(good.values()):
        print(f"     {domain} {row['name']}: {', '.join(k for k, v in good.items() if not v)} failed ({finding['signature']}, {seconds:.1f} s)")
    return all(good.values()), result["ops"], ops, seconds, longer


def check_shrink(targets):
    """Every planted fault: at most 12 ops in ten seconds, 8 in the median by default."""
    for domain, target in default_targets(targets):
        done = {}
        print(f"     {domain:22} {'found at':>9} {'shrunk to':>9} {'in 10 s':>8}")
        for row in fault_rows(domain):
            done[row["name"]] = result = shrink_one(domain, target, row)
            if result:
                print(f"     {row['name']:22} {result[1]:9} {result[2]:9} {result[4]:8}", flush=True)
            else:
                print(f"     {row['name']:22} not found", flush=True)
        found = [result for result in done.values() if result]
        median = statistics.median(result[2] for result in found) if found else -1
        longest = max((result[4] for result in found), default=0)
        say(f"shrink {domain}", len(found) == len(done) and all(result[0] for result in found) and median <= 8 and longest <= 12,
            findings=len(found), kept=sum(result[0] for result in found), median_ops=median, longest_in_10_s=longest,
            slowest=f"{max((result[3] for result in found), default=0):.2f}s")


def check_cgen(targets):
    """The known glibc defects are C programs that exit 1 on this libc."""
    for path in sorted(glob.glob("corpus/finding/*.ops")):
        if "domain ptmalloc" not in open(path).read():
            continue
        name = os.path.basename(path)[:-4]
        rule = re.search(r"(?:known|defect|meta known)[ =](\w+)", open(path).read())
        words = ("--rule", f"{rule.group(1)}=off") if rule else ()
        source, program = f"build/accept/{name}.c", f"build/accept/{name}"
        made = output("build/memoracle", "cgen", path, "-o", source)
        built = output("gcc", "-o", program, source) if made.returncode in (0, 1) else made
        status = output(program, timeout=30).returncode if built.returncode == 0 else None
        off = output("build/memoracle", "replay", path, *words).returncode if words else None
        on = output("build/memoracle", "replay", path).returncode
        say(f"defect {name}", status == 1 and on == 0 and off == 1, program_exit=status, replay=on, replay_off=off,
            error=(made.stderr + built.stderr).strip()[-200:])


def check_slips(targets):
    for script in sorted(glob.glob("ci/slips/*.py")):
        done = output(script)
        print("     " + done.stdout.strip().replace("\n", "\n     "))
        say(f"slips {os.path.basename(script)}", done.returncode == 0, error=done.stderr.strip()[-200:])


def check_triage(targets):
    """A fault on the real side, and one in the model, is named as the cause of all its findings: nine of ten in each domain."""
    for domain, target in default_targets(targets):
        for model_side in (False, True):
            rows = triage.domain_rows(domain, model_side=model_side)
            say(f"triage {domain} fault {'in the model' if model_side else 'on the real side'}",
                sum(r["named"] for r in rows) >= 0.9 * len(rows), faults=len(rows), named=sum(r["named"] for r in rows),
                missed=" ".join(r["fault"] for r in rows if not r["named"]))


def check_engines(targets):
    """From an empty corpus each engine finds three planted faults of each domain within a minute."""
    for domain, target in default_targets(targets):
        for engine in ("libfuzzer", "afl"):
            found = []
            for row in fault_rows(domain)[:6]:
                if len(found) == 3:
                    break
                name, slug = row["name"], target.replace("/", "-")
                made = output("make", "-s", f"build/fault/{domain}/{name}/{engine}/{slug}", f"build/afl/mutator-{domain}.so")
                if made.returncode:
                    print(f"     {made.stderr.strip()[-300:]}")
                    continue
                out = fresh(f"build/accept/engines/{domain}-{engine}-{name}")
                started = time.monotonic()
                child = subprocess.Popen(["/usr/bin/python3", "ci/fuzz.py"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env={**os.environ, "TIME": "60", "JOBS": "1", "TARGET": target, "DOMAIN": "", "ENGINE": engine,
                                              "OUT": out, "FRESH": "1", "MEMORACLE_FAULT": name}, start_new_session=True)
                while child.poll() is None and not glob.glob(f"{out}/*.case"):
                    time.sleep(0.2)
                seconds = time.monotonic() - started
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGINT)
                    try:
                        child.wait(10)
                    except subprocess.TimeoutExpired:
                        os.killpg(child.pid, signal.SIGKILL)
                if glob.glob(f"{out}/*.case"):
                    found.append(f"{name}:{seconds:.0f}s")
            say(f"engine {engine} {domain}", len(found) >= 3, found=" ".join(found))


def check_kill(targets):
    """kill -9 at random moments: every FINDING line names a whole file that replays."""
    rng = random.Random(1)
    chosen = default_targets(targets)
    for domain, target in chosen:
        rows = fault_rows(domain)
        lines, bad = 0, []
        for i in range(50 // len(chosen) + 1):
            row = rows[i % len(rows)]
            out = fresh("build/accept/kill")
            child = subprocess.Popen(["build/memoracle", "run", target, "--fault", row["name"], "--seed", str(i), "--time", "20",
                                      "--out", out], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            time.sleep(rng.uniform(0.02, 1.5))
            child.kill()
            said = re.findall(r"^FINDING (\S+) (\S+)\n", child.communicate()[0], re.M)
            for path, signature in said:
                lines += 1
                done = output("build/memoracle", "replay", path, "--fault", row["name"])
                if done.returncode != 1:
                    bad.append(f"{path}: {done.returncode}")
        say(f"kill {domain}", lines > 0 and not bad, findings=lines, bad=" ".join(bad))


CHECKS = {n[6:]: f for n, f in list(globals().items()) if n.startswith("check_")}


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    os.makedirs("build/accept", exist_ok=True)
    targets = available()
    for name in sys.argv[1:] or CHECKS:
        CHECKS[name](targets)
    with open("build/accept.json", "w") as f:
        json.dump({"schema": 1, "status": 0 if all(line["ok"] for line in LINES) else 1, "checks": LINES}, f, indent=1)
    failed = sum(not line["ok"] for line in LINES)
    print(f"{len(LINES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
