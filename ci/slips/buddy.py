#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips of the hand in a copy of the kernel's page_alloc.c, each found by a campaign against buddy/source.

  buddy.py [NAME ...]        all slips, or those named; `none` is the unchanged file and must agree
      --seconds S            give up after S seconds a slip (60)
      --json FILE            results

The tree is the one that the build unpacked (or LINUX_SRC=DIR): build/slip/buddy/tree links to it, with a
page_alloc.c of its own, and is what `make LINUX_SRC=DIR` takes. Exit status: 0 all found (and `none` agreed),
1 not, 2 could not run.
"""
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WORK = "build/slip/buddy"
TREE = f"{WORK}/tree"

# name: (function, text in it, what becomes of it, what the slip amounts to)
SLIPS = {
    "merge_likely": ("buddy_merge_likely", "MAX_PAGE_ORDER - 1", "MAX_PAGE_ORDER - 2",
                     "the second largest order but one no longer waits at the tail for its buddy"),
    "claim_order": ("can_steal_fallback", "order >= pageblock_order / 2", "order > pageblock_order / 2",
                    "a movable allocation claims nothing at exactly half a pageblock's order"),
    "claim_half": ("try_to_steal_block", "free_pages + alike_pages >=", "free_pages + alike_pages >",
                   "a pageblock of which exactly half is free or alike is not claimed"),
    "refill_order": ("rmqueue_bulk", "list_add_tail(", "list_add(",
                     "a refill fills the per-cpu list from the wrong end"),
    "reserve_share": ("__zone_watermark_ok", "min -= min / 4", "min -= min / 8",
                      "allocations that cannot wait may dip less deep into the reserve"),
    "alloc_factor": ("nr_pcp_alloc", "pcp->alloc_factor++", "pcp->alloc_factor += 2",
                     "batches grow fourfold instead of doubling"),
    "reserve_limit": ("reserve_highatomic_pageblock", "nr_reserved_highatomic >= max_managed", "nr_reserved_highatomic > max_managed",
                      "the first look at the limit of the atomic reserve is one pageblock late"),
}
# A slip that both looks at the limit must have, or nothing changes.
EVERYWHERE = {"reserve_limit"}


class Cannot(Exception):
    pass


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def must(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        raise Cannot(f"{command[0]} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout


def source():
    """The unchanged tree."""
    given = os.environ.get("LINUX_SRC")
    tree = os.path.realpath(given or "build/linux/tree")
    if not os.path.exists(f"{tree}/mm/page_alloc.c"):
        raise Cannot(f"{tree} has no mm/page_alloc.c: apt-get install linux-source-6.12, or set LINUX_SRC to a kernel tree")
    return tree


def tree_make(original):
    """Links to all of the tree but mm/page_alloc.c."""
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(f"{TREE}/mm")
    for name in os.listdir(original):
        if name != "mm":
            os.symlink(f"{original}/{name}", f"{TREE}/{name}")
    for name in os.listdir(f"{original}/mm"):
        if name != "page_alloc.c":
            os.symlink(f"{original}/mm/{name}", f"{TREE}/mm/{name}")


def slip_text(text, name):
    if name == "none":
        return text
    function, old, new, _ = SLIPS[name]
    starts = [m.end() for m in re.finditer(rf"\b{function}\([^;{{}}]*\)\n\{{", text)]
    if not starts:
        raise Cannot(f"{name}: no function {function} in page_alloc.c")
    end = text.index("\n}\n", starts[-1])
    body = text[starts[-1]:end]
    if old not in body:
        raise Cannot(f"{name}: the text is not in {function}")
    return text[:starts[-1]] + body.replace(old, new, -1 if name in EVERYWHERE else 1) + text[end:]


def build(name, original):
    folder = f"{WORK}/{name}"
    os.makedirs(f"{folder}/worker", exist_ok=True)
    with open(f"{original}/mm/page_alloc.c", encoding="utf-8") as f:
        text = f.read()
    with open(f"{TREE}/mm/page_alloc.c", "w", encoding="utf-8") as f:
        f.write(slip_text(text, name))
    done = run("ci/linux-kernel", "plain", f"{folder}/kernel.o", env={**os.environ, "LINUX_SRC": TREE})
    if done.returncode or "buddy/source:" in done.stderr:
        raise Cannot(f"{name}: {done.stderr.strip()}")
    must("make", "-s", f"{folder}/worker/buddy-source")
    shutil.copy2("build/memoracle", f"{folder}/memoracle")
    return folder


def campaign(folder, seconds):
    done = run(f"{folder}/memoracle", "run", "buddy/source", "--seed", "1", "--time", str(seconds), "--state", "touched",
               "--stop", "--out", f"{folder}/findings", "--json", "-")
    if done.returncode not in (0, 1):
        raise Cannot(f"memoracle: {done.stderr.strip()}")
    return done.returncode, json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


def try_slip(name, original, seconds):
    folder = build(name, original)
    shutil.rmtree(f"{folder}/findings", ignore_errors=True)
    status, result = campaign(folder, min(seconds, 10) if name == "none" else seconds)
    found = status == 1
    finding = result["findings"][0] if found else {}
    print(f"{name:16} {'found' if found else 'agreed':7} {result['ops']:9} ops {result['seconds']:7.2f} s  "
          f"{finding.get('signature', ''):36} {finding.get('rule') or '':20} "
          f"{SLIPS[name][3] if name in SLIPS else 'the file as it is'}", flush=True)
    return {"name": name, "found": found, "ops": result["ops"], "seconds": result["seconds"],
            "signature": finding.get("signature"), "rule": finding.get("rule"), "right": found != (name == "none")}


def main(arguments):
    os.chdir(ROOT)
    seconds, report, names = 60, None, []
    arguments = iter(arguments)
    for argument in arguments:
        if argument == "--seconds":
            seconds = float(next(arguments))
        elif argument == "--json":
            report = next(arguments)
        elif argument in SLIPS or argument == "none":
            names.append(argument)
        else:
            raise Cannot(f"{argument}: no such slip; there are {' '.join(['none', *SLIPS])}")
    must("make", "-s", "build/memoracle", "build/worker/buddy-source")
    original = source()
    tree_make(original)
    rows = [try_slip(name, original, seconds) for name in names or ["none", *SLIPS]]
    if report:
        with open(report, "w") as f:
            json.dump({"schema": 1, "slips": rows}, f, indent=1)
    return 0 if all(row["right"] for row in rows) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Cannot as problem:
        print(f"slips: {problem}", file=sys.stderr)
        sys.exit(2)
