#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How much of the real malloc.c the generator's cases reach: basic blocks, per function; writes build/coverage-ptmalloc.json.

  ptmalloc.py [CASES]     cases of 250 ops (4000)

The source is the package's, compiled alone with clang's coverage counters and linked as ptmalloc/shipped is.
"""
import collections
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "slips")]
import slip  # noqa: E402
from ptmalloc import WORK, archive, prepare  # noqa: E402

NAME = "cover"
FOLDER = f"{WORK}/{NAME}"
COUNTERS = ["-fsanitize-coverage=inline-8bit-counters,pc-table", "-g"]


def places(cases):
    """Lines of the driver: offset of a place in the program, 1 if it was reached."""
    done = slip.run(f"{FOLDER}/cover", str(cases))
    if done.returncode != 0:
        raise slip.Cannot(done.stdout.strip())
    return [line.split() for line in done.stdout.splitlines()]


def main(arguments):
    os.chdir(slip.ROOT)
    slip.must("make", "-s", "build/worker/ptmalloc-shipped", "build/front.a")
    prepare()
    archive(FOLDER, "none", compiler="clang", flags=COUNTERS)
    slip.must("make", "-s", f"{FOLDER}/cover")
    rows = places(arguments[0] if arguments else 4000)
    names = slip.must("addr2line", "-f", "-e", f"{FOLDER}/cover", *[address for address, _ in rows]).splitlines()[::2]
    total, reached = collections.Counter(), collections.Counter()
    for name, (_, hit) in zip(names, rows):
        total[name] += 1
        reached[name] += int(hit)
    functions = [{"function": n, "blocks": total[n], "reached": reached[n]} for n in sorted(total, key=lambda n: -total[n])]
    used = [f for f in functions if f["reached"]]
    for f in used:
        print(f"{f['function']:32} {f['reached']:4} of {f['blocks']:4} blocks {100 * f['reached'] / f['blocks']:4.0f} %")
    print("never entered: " + " ".join(f["function"] for f in functions if not f["reached"]))
    print(f"{'functions that were entered':32} {sum(f['reached'] for f in used):4} of {sum(f['blocks'] for f in used):4} blocks "
          f"{100 * sum(f['reached'] for f in used) / max(1, sum(f['blocks'] for f in used)):4.0f} %")
    with open("build/coverage-ptmalloc.json", "w") as f:
        json.dump({"schema": 1, "functions": functions}, f, indent=1)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except slip.Cannot as problem:
        print(f"coverage: {problem}", file=sys.stderr)
        sys.exit(2)
