#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A bounded fuzz campaign over every target this host can run, with a summary per target.

Environment (make variables): TIME seconds in all (300), JOBS side by side (2), DOMAIN or TARGET to choose,
ENGINE libfuzzer, afl, generator, or several joined by commas (default: all three), OUT folder of findings,
MEMORACLE_FAULT to plant a fault, FRESH=1 to start from an empty corpus.
"""
import concurrent.futures
import glob
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tool import AFL, targets  # noqa: E402

ENGINES = ("libfuzzer", "afl", "generator")


def env(name, default):
    return os.environ.get(name) or default


def number(name, default, kind, least, most):
    """A number from the environment, or one line that says what it may be, and status 2."""
    text = env(name, default)
    try:
        value = kind(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        refuse(f"{name}={text}: give a number from {least} to {most}")
    return value


def refuse(why):
    print(f"fuzz: {why}", file=sys.stderr)
    sys.exit(2)


def folder(path):
    """The folder of the findings: found out now, not at the first finding."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        refuse(f"OUT={path}: {error.strerror}: choose another folder")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse(f"OUT={path}: cannot be written: choose another folder")
    return path


def slug(target):
    return target.replace("/", "-")


def run_until(command, deadline, log, environment):
    """Runs a program until the deadline; SIGINT, then SIGKILL. Returns its exit status."""
    with open(log, "ab") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                 env={**os.environ, **environment}, start_new_session=True)
    try:
        return child.wait(max(0.1, deadline - time.monotonic()))
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        for number in (signal.SIGINT, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
                child.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        child.wait()
        return None


class Job:
    """One engine on one target for a share of the time."""

    def __init__(self, target, engine, seconds, out, cores):
        self.target, self.engine, self.seconds, self.out, self.cores = target, engine, seconds, out, cores
        self.domain = target.split("/")[0]
        self.corpus = f"build/corpus/{slug(target)}"
        self.stats = f"build/fuzz/stats/{slug(target)}-{engine}"
        self.log = f"build/fuzz/{slug(target)}-{engine}.log"
        self.restarts = 0

    def prepare(self):
        shutil.rmtree(self.stats, ignore_errors=True)
        os.makedirs(self.stats)
        if env("FRESH", "") == "1":
            shutil.rmtree(self.corpus, ignore_errors=True)
        os.makedirs(self.corpus, exist_ok=True)
        if os.path.exists(self.log):
            os.remove(self.log)

    def run(self):
        self.prepare()
        core = self.cores.get()
        deadline = time.monotonic() + self.seconds
        getattr(self, self.engine)(deadline, core)
        self.cores.put(core)

    def environment(self):
        return {"MEMORACLE_OUT": self.out, "MEMORACLE_STATS": self.stats}

    @staticmethod
    def pinned(core):
        """An engine and what it runs take turns, case by case: on one core they need not wake another."""
        return ["taskset", "-c", str(core)]

    def libfuzzer(self, deadline, core):
        """A new signature ends the process: start it again until the time is up."""
        program = f"build/libfuzzer/{slug(self.target)}"
        while (left := deadline - time.monotonic()) > 0.9:
            command = [*self.pinned(core), program, self.corpus, f"corpus/seed/{self.domain}", "-max_len=32768", "-len_control=20",
                       "-entropic=0", "-print_final_stats=1", f"-max_total_time={max(1, int(left))}"]
            command = [w for w in command if not w.startswith("corpus/seed") or os.path.isdir(w)]
            started = time.monotonic()
            status = run_until(command, deadline + 5, self.log, self.environment())
            if status in (None, 0) or env("MEMORACLE_STOP", ""):
                break
            self.restarts += 1
            if status == 2 or time.monotonic() - started < 0.05:
                break

    def afl(self, deadline, core):
        out = f"build/fuzz/afl-{slug(self.target)}"
        shutil.rmtree(out, ignore_errors=True)
        inputs = f"{out}-in"
        shutil.rmtree(inputs, ignore_errors=True)
        os.makedirs(inputs)
        seeds = sorted(glob.glob(f"corpus/seed/{self.domain}/*"), key=os.path.getsize)[:32]
        if env("FRESH", "") == "1" or not seeds:
            with open(f"{inputs}/empty", "wb") as f:
                f.write(b"\0" * 16)
        for seed in seeds if not os.listdir(inputs) else []:
            shutil.copy(seed, inputs)
        variables = {**self.environment(), **AFL, "AFL_CUSTOM_MUTATOR_LIBRARY": f"build/afl/mutator-{self.domain}.so"}
        run_until([*self.pinned(core), "afl-fuzz", "-i", inputs, "-o", out, "-t", "5000", "-V", str(int(self.seconds)), "--",
                   f"build/afl/{slug(self.target)}"], deadline + 3, self.log, variables)

    def generator(self, deadline, _):
        seed = str(int.from_bytes(os.urandom(4), "little"))
        command = ["build/memoracle", "run", self.target, "--seed", seed, "--state", "touched", "--time",
                   str(max(1, int(deadline - time.monotonic()))), "--out", self.out, "--json", f"{self.stats}/run.json",
                   "--no-calibrate"]
        if env("MEMORACLE_FAULT", ""):
            command += ["--fault", os.environ["MEMORACLE_FAULT"]]
        run_until(command, deadline + 20, self.log, {})

    def totals(self):
        """Sums over the processes of this job."""
        sums = {"cases": 0, "ops": 0, "seconds": 0.0, "verdicts": {}, "skipped_by": {}, "rules": {}}
        for path in glob.glob(f"{self.stats}/*.json"):
            document = json.load(open(path))
            for result in document.get("results", [document]):
                sums["version"] = result.get("version", "")
                for key in ("cases", "ops", "seconds"):
                    sums[key] += result.get(key, 0)
                for key in ("verdicts", "skipped_by", "rules"):
                    for name, count in result.get(key, {}).items():
                        sums[key][name] = sums[key].get(name, 0) + count
        return sums


def foreign(target):
    """Why the campaign would only say that this kernel or libc is another one than the model's; None if it is not."""
    if not target.endswith("/live") or env("MEMORACLE_FAULT", ""):
        return None
    done = subprocess.run(["build/memoracle", "calibrate", target], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return done.stderr.strip() if done.returncode == 2 else None


def choose(listed):
    """The targets that were asked for and can run; the others are named with their reason. Returns them, and the reasons
    of those that ought to run and cannot."""
    chosen, strange = [], []
    for t in listed:
        if env("DOMAIN", t["domain"]) != t["domain"] or env("TARGET", t["target"]) != t["target"]:
            continue
        if not t["available"]:
            print(f"skipped {t['target']}: {t['why_not']}")
            continue
        why = foreign(t["target"])
        if why:
            print(f"skipped {t['target']}: {why}", flush=True)
            strange.append(why)
        else:
            chosen.append(t["target"])
    return chosen, strange


def table(jobs):
    rows = [("target", "engine", "cases", "ops", "ops/s", "agree", "diverge", "open", "skipped", "rules hit")]
    for job in jobs:
        s = job.totals()
        v = s["verdicts"]
        hit = sum(1 for n in s["rules"].values() if n)
        rows.append((job.target, job.engine, s["cases"], s["ops"], round(s["ops"] / max(s["seconds"], 0.001)),
                     v.get("agree", 0), v.get("diverge", 0), v.get("open", 0), v.get("skipped", 0),
                     f"{hit} of {len(s['rules'])}"))
    widths = [max(len(str(r[i])) for r in rows) for i in range(len(rows[0]))]
    for r in rows:
        print("  ".join(str(c).ljust(w) if i < 2 else str(c).rjust(w) for i, (c, w) in enumerate(zip(r, widths))))


def never_hit(jobs):
    for target in dict.fromkeys(j.target for j in jobs):
        hits = {}
        for job in (j for j in jobs if j.target == target):
            for name, count in job.totals()["rules"].items():
                hits[name] = hits.get(name, 0) + count
        never = [n for n, c in hits.items() if c == 0]
        if never:
            print(f"{target}: rules never hit: {', '.join(never)}")


def findings_of(out, since):
    return [p for p in sorted(glob.glob(f"{out}/*.case")) if os.path.getmtime(p) >= since]


def triage(found):
    """One line per cause, then the findings under it. Returns the document, or None if it could not be made."""
    if not found:
        return None
    path = "build/fuzz/triage.json"
    if os.path.exists(path):
        os.remove(path)
    done = subprocess.run(["build/memoracle", "triage", *found, "--json", path])
    if done.returncode == 2:
        for finding in found:
            print(f"finding {finding}")
    return json.load(open(path)) if os.path.exists(path) else None


def progress(jobs, pool_done, started, seconds):
    if sys.stderr.isatty():
        ops = sum(j.totals()["ops"] for j in jobs)
        print(f"\r{int(time.monotonic() - started):4} of {seconds} s, {pool_done} of {len(jobs)} jobs done, {ops:,} ops ",
              end="", file=sys.stderr, flush=True)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    seconds, width = number("TIME", "300", float, 1, 10**8), number("JOBS", "2", int, 1, 1024)
    engines = env("ENGINE", ",".join(ENGINES)).split(",")
    unknown = [e for e in engines if e not in ENGINES]
    if unknown:
        refuse(f"ENGINE={unknown[0]}: choose from {', '.join(ENGINES)}")
    out = folder(env("OUT", "build/findings"))
    chosen, strange = choose(targets())
    if not chosen:
        refuse("; ".join(w.removeprefix("memoracle: ") for w in strange) or "no target can run here (memoracle list says why)")
    os.makedirs("build/fuzz", exist_ok=True)
    free = sorted(os.sched_getaffinity(0))
    share = seconds * width / (len(chosen) * len(engines))
    cores = queue.SimpleQueue()
    for i in range(width):
        cores.put(free[-1 - i % len(free)])
    jobs = [Job(t, e, share, out, cores) for e in engines for t in chosen]
    started, since = time.monotonic(), time.time()
    print(f"{len(jobs)} jobs of {share:.0f} s, {width} side by side: {', '.join(chosen)} with {', '.join(engines)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(width) as pool:
        running = [pool.submit(j.run) for j in jobs]
        while any(not r.done() for r in running):
            concurrent.futures.wait(running, timeout=1)
            progress(jobs, sum(r.done() for r in running), started, int(seconds))
        for r in running:
            r.result()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    table(jobs)
    never_hit(jobs)
    sys.stdout.flush()
    found = findings_of(out, since)
    causes = triage(found)
    empty = [f"{j.target} with {j.engine} (see {j.log})" for j in jobs if j.totals()["ops"] == 0]
    for what in empty:
        print(f"fuzz: no op ran: {what}", file=sys.stderr)
    for why in strange:
        print(why, file=sys.stderr)
    status = 2 if empty or strange else 1 if found else 0
    with open("build/fuzz.json", "w") as f:
        json.dump({"schema": 1, "status": status, "seconds": round(time.monotonic() - started, 1), "findings": found,
                   "foreign": strange,
                   "triage": causes,
                   "jobs": [{"target": j.target, "engine": j.engine, "restarts": j.restarts, **j.totals()} for j in jobs]},
                  f, indent=1)
    named = f", {len(causes['causes'])} causes, {len(causes['unexplained'])} unexplained" if causes else ""
    print(f"{sum(j.totals()['ops'] for j in jobs):,} ops, {len(found)} findings in {out}{named}")
    return status


if __name__ == "__main__":
    sys.exit(main())
