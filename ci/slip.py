# SPDX-License-Identifier: MIT
"""What the scripts in ci/slips share: a slip of the hand in a copy of real code, built, and found by a campaign.

A script describes its file as a Subject and calls main(). Its command line:

  SCRIPT [NAME ...]          all slips, or those named; `none` is the unchanged file and must agree
      --seconds S            give up after S seconds a slip (60)
      --json FILE            results

Exit status: 0 all found (and `none` agreed), 1 not, 2 could not run.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

# function: where the text is; old, new: the edit; what: what it amounts to; everywhere: at each place in the function;
# file: which of the subject's files, where it has several
Slip = collections.namedtuple("Slip", "function old new what everywhere file", defaults=(False, None))
# target: "domain/kind"; file: name of the real source; prepare(): unpacks it; build(name) -> folder with a memoracle in it
Subject = collections.namedtuple("Subject", "target file slips prepare build")


class Cannot(Exception):
    """The host lacks what a slip needs; the text says what and how to mend it."""


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def must(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        raise Cannot(f"{command[0]} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout


def write_new(path, text):
    """Writes @path unless it says so already: what make built from it stays good."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def edit(source, copy, name, slips):
    """Writes @copy: the text of @source with the slip @name in it."""
    with open(source, encoding="utf-8") as f:
        text = f.read()
    if name != "none":
        slip = slips[name]
        starts = [m.end() for m in re.finditer(rf"\b{slip.function} ?\([^;{{}}]*\)\n\{{", text)]
        if not starts:
            raise Cannot(f"{name}: no function {slip.function} in {source}")
        end = text.index("\n}\n", starts[-1])
        body = text[starts[-1]:end]
        if slip.old not in body:
            raise Cannot(f"{name}: the text is not in {slip.function}")
        text = text[:starts[-1]] + body.replace(slip.old, slip.new, -1 if slip.everywhere else 1) + text[end:]
    write_new(copy, text)


def link(original, copy, but):
    """Links in folder @copy to all of @original but some."""
    os.makedirs(copy, exist_ok=True)
    for name in os.listdir(original):
        if name not in but and not os.path.lexists(f"{copy}/{name}"):
            os.symlink(f"{original}/{name}", f"{copy}/{name}")


def kernel_tree(files):
    """The unchanged kernel tree, which must have @files."""
    tree = os.path.realpath(os.environ.get("LINUX_SRC") or "build/linux/tree")
    for file in files:
        if not os.path.exists(f"{tree}/{file}"):
            raise Cannot(f"{tree} has no {file}: apt-get install linux-source-6.12, or set LINUX_SRC to a kernel tree")
    return tree


def kernel_build(what, target, tree, folder):
    """A front and a worker in @folder around the code of @tree, as ci/linux-kernel WHAT builds it."""
    done = run("ci/linux-kernel", what, "plain", f"{folder}/kernel.o", env={**os.environ, "LINUX_SRC": tree})
    if done.returncode or f"{target}:" in done.stderr:
        raise Cannot(f"{os.path.basename(folder)}: {done.stderr.strip()}")
    must("make", "-s", f"{folder}/worker/{target.replace('/', '-')}")
    shutil.copy2("build/memoracle", f"{folder}/memoracle")
    return folder


def attempt(subject, name, seconds):
    """Builds one slip and runs a campaign until it is found or @seconds are over."""
    folder = subject.build(name)
    shutil.rmtree(f"{folder}/findings", ignore_errors=True)
    done = run(f"{folder}/memoracle", "run", subject.target, "--seed", "1", "--time", str(min(seconds, 10) if name == "none" else seconds),
               "--state", "touched", "--stop", "--out", f"{folder}/findings", "--json", "-")
    if done.returncode not in (0, 1):
        raise Cannot(f"memoracle: {done.stderr.strip()}")
    result = json.loads(done.stdout[done.stdout.index("{"):])["results"][0]
    found = done.returncode == 1
    finding = result["findings"][0] if found else {}
    what = subject.slips[name].what if name in subject.slips else "the file as it is"
    print(f"{name:20} {'found' if found else 'agreed':7} {result['ops']:9} ops {result['seconds']:7.2f} s  "
          f"{finding.get('signature', ''):36} {finding.get('rule') or '':20} {what}", flush=True)
    return {"name": name, "found": found, "ops": result["ops"], "seconds": result["seconds"],
            "signature": finding.get("signature"), "rule": finding.get("rule"), "right": found != (name == "none")}


def options(subject):
    names = ["none", *subject.slips]
    parser = argparse.ArgumentParser(description=f"Slips of the hand in a copy of {subject.file}, each found by a campaign.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {' '.join(names)}")
    parser.add_argument("--seconds", type=float, default=60, help="give up after so long a slip (60)")
    parser.add_argument("--json", metavar="FILE", help="write the results")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in names:
            parser.error(f"{name}: no such slip; there are {' '.join(names)}")
    chosen.names = chosen.names or names
    return chosen


def main(subject):
    chosen = options(subject)
    os.chdir(ROOT)
    try:
        must("make", "-s", "build/memoracle", f"build/worker/{subject.target.replace('/', '-')}")
        subject.prepare()
        rows = [attempt(subject, name, chosen.seconds) for name in chosen.names]
    except Cannot as problem:
        print(f"slips: {problem}", file=sys.stderr)
        return 2
    if chosen.json:
        with open(chosen.json, "w") as f:
            json.dump({"schema": 1, "slips": rows}, f, indent=1)
    return 0 if all(row["right"] for row in rows) else 1
