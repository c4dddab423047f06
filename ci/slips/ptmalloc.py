#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips of the hand in a copy of glibc's malloc.c, each found by a campaign against ptmalloc/shipped.

  ptmalloc.py [NAME ...]     all slips, or those named; `none` is the unchanged file and must agree
      --seconds S            give up after S seconds a slip (60)
      --json FILE            results

The source comes from the package glibc-source, with the distribution's changes in it. Each copy is compiled
alone against harness/shim/glibc/libc_shim.h into build/slip/ptmalloc/NAME/libc.a, which is what
`make GLIBC_A=FILE` takes. Exit status: 0 all found (and `none` agreed), 1 not, 2 could not run.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WORK = "build/slip/ptmalloc"
SOURCE = f"{WORK}/source"

# name: (function, text in it, what becomes of it, what the slip amounts to)
SLIPS = {
    "second_position": ("_int_malloc", "fwd = fwd->fd;\n", ";\n",
                        "a chunk goes before others of its size in a large bin instead of second"),
    "last_remainder": ("_int_malloc", "(size) > (unsigned long) (nb + MINSIZE)", "(size) >= (unsigned long) (nb + MINSIZE)",
                       "the last remainder is split even if only a minimal chunk remains"),
    "tcache_one_more": ("_int_free", "counts[tc_idx] < mp_.tcache_count", "counts[tc_idx] <= mp_.tcache_count",
                        "a tcache class takes one chunk more than its limit"),
    "trim_threshold": ("__libc_free", "2 * mp_.mmap_threshold", "mp_.mmap_threshold",
                       "the dynamic trim threshold is not twice the mmap threshold"),
    "realloc_slack": ("_int_realloc", "remainder_size < MINSIZE", "remainder_size <= MINSIZE",
                      "realloc keeps a tail that would make a minimal chunk"),
    "trim_pad": ("systrim", "top_size - MINSIZE - 1", "top_size - MINSIZE",
                 "trimming forgets the one byte that keeps a minimal top"),
    "consolidate_flag": ("malloc_consolidate", "have_fastchunks, false", "have_fastchunks, true",
                         "consolidation leaves the flag for fastbins set"),
}


class Cannot(Exception):
    pass


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def must(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        raise Cannot(f"{command[0]} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout


def unpack():
    tars = [f"/usr/src/glibc/{n}" for n in os.listdir("/usr/src/glibc") if n.startswith("glibc-") and ".tar" in n] \
        if os.path.isdir("/usr/src/glibc") else []
    if not tars:
        raise Cannot("no glibc source in /usr/src/glibc: apt-get install glibc-source")
    if not tars[0].startswith("/usr/src/glibc/glibc-2.36."):
        raise Cannot(f"{tars[0]} is not glibc 2.36: install glibc-source of Debian 12")
    wanted = re.compile(r"glibc-2\.36/(malloc/[^/]*\.[ch]|include/libc-pointer-arith\.h|sysdeps/generic/malloc-[a-z]*\.h)$")
    shutil.rmtree(SOURCE, ignore_errors=True)
    os.makedirs(SOURCE)
    with tarfile.open(tars[0]) as tar:
        for member in tar:
            if wanted.match(member.name):
                member.name = member.name.split("/", 1)[1]
                tar.extract(member, SOURCE)


def forwarders(folder):
    """Headers that malloc.c includes and that the shim stands for."""
    os.makedirs(f"{folder}/malloc", exist_ok=True)
    os.makedirs(f"{folder}/elf", exist_ok=True)
    for name in ("atomic", "_itoa", "ldsodefs", "shlib-compat", "libc-diag", "libc-mtag", "sysdep-cancel", "libc-internal",
                 "random-bits", "stap-probe", "malloc-machine", "malloc-sysdep", "elf/dl-tunables"):
        with open(f"{folder}/{name}.h", "w") as f:
            f.write('#include "libc_shim.h"\n')


def slip_text(text, name):
    if name == "none":
        return text
    function, old, new, _ = SLIPS[name]
    starts = [m.end() for m in re.finditer(rf"\b{function} ?\([^;{{}}]*\)\n\{{", text)]
    if not starts:
        raise Cannot(f"{name}: no function {function} in malloc.c")
    end = text.index("\n}\n", starts[-1])
    body = text[starts[-1]:end]
    if body.count(old) < 1:
        raise Cannot(f"{name}: the text is not in {function}")
    return text[:starts[-1]] + body.replace(old, new, 1) + text[end:]


def build(name, folder=None, compiler="gcc", flags=(), worker=True):
    """DIR/libc.a with the slip in it, and, unless told otherwise, a worker and a front beside it."""
    folder = folder or f"{WORK}/{name}"
    os.makedirs(f"{folder}/worker", exist_ok=True)
    os.makedirs(f"{folder}/unit", exist_ok=True)
    with open(f"{SOURCE}/malloc/malloc.c", encoding="utf-8") as f:
        text = f.read()
    with open(f"{folder}/malloc.c", "w", encoding="utf-8") as f:
        f.write(slip_text(text, name))
    shim = f"{WORK}/shim"
    forwarders(shim)
    must(compiler, "-std=gnu11", "-O2", *flags, "-fPIE", "-w", "-fno-stack-protector", "-fno-builtin-malloc", "-fno-builtin-free",
         "-fno-builtin-calloc", "-fno-builtin-realloc", "-include", "libc_shim.h", "-Iharness/shim/glibc", f"-I{shim}",
         f"-I{SOURCE}/malloc", f"-I{SOURCE}/include", f"-I{SOURCE}/sysdeps/generic", f"-I{SOURCE}",
         "-c", f"{folder}/malloc.c", "-o", f"{folder}/unit/malloc.o")
    libc = must("gcc", "-print-file-name=libc.a").strip()
    with open(f"{folder}/unit/version.o", "wb") as f:
        f.write(subprocess.run(["ar", "p", libc, "version.o"], stdout=subprocess.PIPE, check=True).stdout)
    if os.path.exists(f"{folder}/libc.a"):
        os.unlink(f"{folder}/libc.a")
    must("ar", "rcs", f"{folder}/libc.a", f"{folder}/unit/malloc.o", f"{folder}/unit/version.o")
    if not worker:
        return folder
    must("make", "-s", f"{folder}/worker/ptmalloc-shipped")
    shutil.copy2("build/memoracle", f"{folder}/memoracle")
    return folder


def campaign(folder, seconds):
    done = run(f"{folder}/memoracle", "run", "ptmalloc/shipped", "--seed", "1", "--time", str(seconds), "--state", "touched",
               "--stop", "--out", f"{folder}/findings", "--json", "-")
    if done.returncode not in (0, 1):
        raise Cannot(f"memoracle: {done.stderr.strip()}")
    return done.returncode, json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


def try_slip(name, seconds):
    folder = build(name)
    shutil.rmtree(f"{folder}/findings", ignore_errors=True)
    status, result = campaign(folder, min(seconds, 10) if name == "none" else seconds)
    found = status == 1
    finding = result["findings"][0] if found else {}
    print(f"{name:20} {'found' if found else 'agreed':7} {result['ops']:9} ops {result['seconds']:7.2f} s  "
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
    must("make", "-s", "build/memoracle", "build/worker/ptmalloc-shipped")
    unpack()
    rows = [try_slip(name, seconds) for name in names or ["none", *SLIPS]]
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
