# SPDX-License-Identifier: MIT
"""Frama-C WP: how it is run, what a proof depends on, and the packed cache of its verdicts (specs/proof/cache)."""
import functools
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

import acsl
from ledger import PROOF

GOALS = ["-wp", "-wp-rte", "-warn-unsigned-overflow", "-warn-unsigned-downcast", "-warn-signed-downcast"]
PROVERS = ["-wp-prover", "z3,CVC4:1.8"]
TYPED, CAST = "Typed+ref", "Typed+ref+cast"  # memory models; CAST believes a cast, for those that only forward a void *
BUILD = "build/prove"
FUNCTION = re.compile(r"^(?:static |inline |_Noreturn )*[\w *]+?\b(\w+)\(([^;{}]*)\)\n\{\n(.*?)^\}", re.M | re.S)
OPEN = re.compile(r"\[wp\] \[[^]]+\] Goal (?!.* : Valid)")  # of the log: a goal that no prover proved
PASSED = r"(?:\w+|&\w+\(\w+\)->[\w.]+)"  # what a forwarding function may hand on: a parameter, or the place of a field


def run(command, timeout=None):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)


def prepare():
    """Working folders, and a configuration of our own: what the user's home has, or lacks, does not matter."""
    os.makedirs(f"{BUILD}/canary", exist_ok=True)
    os.environ["WHY3CONFIG"] = os.path.abspath(f"{BUILD}/why3.conf")
    if not os.path.exists(os.environ["WHY3CONFIG"]):
        run(["why3", "config", "detect"])


@functools.cache
def version():
    return run(["frama-c", "-version"]).stdout.strip()


def definitions(path):
    """name -> body of the functions that a source file defines, headers' inline ones included."""
    return {m.group(1): m.group(3) for m in FUNCTION.finditer(open(path).read())}


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


def memory(model):
    return ["-wp-model", model, "-wp-split"]


def memory_models(path, functions):
    """The functions by the memory model in which they are proved."""
    casts = {m.group(1) for m in FUNCTION.finditer(open(path).read()) if "void *" in m.group(2)}
    groups = {TYPED: [f for f in functions if f not in casts], CAST: [f for f in functions if f in casts]}
    return {model: names for model, names in groups.items() if names}


def more_than_forwarding(path):
    """The functions that take a void * and do more than to pass it on: the memory model in which they are proved is not for them."""
    for m in FUNCTION.finditer(open(path).read()):
        if "void *" in m.group(2):
            body = re.sub(r"/\*.*?\*/|\(void\)\w+;|\s+", "", m.group(3), flags=re.S)
            if not re.fullmatch(rf"(?:return)?(?:\w+\({PASSED}(?:,{PASSED})*\)|{PASSED});", body):
                yield m.group(1)


@functools.cache
def parsed(path, extra=()):
    return acsl.parsed(unit(path), extra)


def contracts(path):
    """function -> functional or frame, for those that have a contract."""
    return acsl.contracts(parsed(path), definitions(path))


@functools.cache
def slices(path, extra=()):
    """function -> hash of all that its proof depends on, the flags included, and whether it requires anything."""
    found = acsl.slices(parsed(path, extra), definitions(path))
    return {name: (hashlib.sha256(" ".join([*GOALS, *memory(model), *PROVERS, found[name][0]]).encode()).hexdigest()[:16], found[name][1])
            for model, names in memory_models(path, found).items() for name in names}


@functools.cache
def proved_slices(path):
    """function -> what goals.tsv records beside a proof: the same with the version of Frama-C."""
    return {name: hashlib.sha256(f"{version()} {digest}".encode()).hexdigest()[:16] for name, (digest, _) in slices(path).items()}


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


def cache_forget(folder):
    """Failures are not to be believed again: a prover that was killed has one too."""
    for name in glob.glob(f"{folder}/*.json"):
        if entry_proof(name) is None:
            os.remove(name)


def cache_pack(path):
    found = {os.path.basename(name)[:-5]: entry_proof(name) for name in glob.glob(f"{BUILD}/cache/{slug(path)}/*.json")}
    os.makedirs(f"{PROOF}/cache", exist_ok=True)
    with open(f"{PROOF}/cache/{slug(path)}.txt", "w") as f:
        f.writelines(f"{name} {entry['prover']} {entry.get('steps', 0)}\n" for name, entry in sorted(found.items()) if entry)


# ---- runs
def wp_run(path, functions, mode, folder, timeout, extra=()):
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


def wp_open(path, function, folder, extra=()):
    """Whether a goal of @function stays open; WP is stopped at the first such goal. Returns that, and the log: None if WP failed."""
    (model,) = memory_models(path, [function])
    command = ["frama-c", *GOALS, *memory(model), *PROVERS, "-wp-timeout", "10", "-wp-par", "4", *extra, "-wp-cache", "update",
               "-wp-cache-dir", folder, "-wp-fct", function, unit(path)]
    log, place = "", {**os.environ, "TMPDIR": os.path.abspath(folder)}  # a stopped WP leaves its files
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, env=place) as wp:
        for line in wp.stdout:
            log += line
            if OPEN.match(line):
                os.killpg(wp.pid, signal.SIGKILL)  # its provers too
                return True, log
    total = re.search(r"^\[wp\] Proved goals: +(\d+) / \1$", log, re.M)
    return (False if total and int(total.group(1)) else None), log


def wp_collect(path, functions, folder, seed, whole):
    """For --pack: update mode that keeps just the entries that were used, also from the cache folder @seed, and if @functions
    are not the @whole file those that were packed."""
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
        found, log, took = wp_run(path, names, "cleanup", session, 10)
        counts.update(found)
        logs, seconds = logs + log, seconds + took
        shutil.copytree(f"{session}/cache", used, dirs_exist_ok=True)
        shutil.rmtree(session)
    shutil.rmtree(folder, ignore_errors=True)
    if not whole:
        cache_unpack(path)
    shutil.copytree(used, folder, dirs_exist_ok=True)
    return counts, logs, seconds
