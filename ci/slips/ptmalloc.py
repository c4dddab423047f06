#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips of the hand in a copy of glibc's malloc.c, each found by a campaign against ptmalloc/shipped; see ci/slip.py.

The source comes from the package glibc-source, with the distribution's changes in it. Each copy is compiled
alone against harness/shim/glibc/libc_shim.h into build/slip/ptmalloc/NAME/libc.a, which is what
`make GLIBC_A=FILE` takes.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from slip import Cannot, Slip, Subject, edit, main, must  # noqa: E402

WORK = "build/slip/ptmalloc"
SOURCE = f"{WORK}/source"
FILE = "malloc/malloc.c"

SLIPS = {
    "second_position": Slip("_int_malloc", "fwd = fwd->fd;\n", ";\n",
                            "a chunk goes before others of its size in a large bin instead of second"),
    "last_remainder": Slip("_int_malloc", "(size) > (unsigned long) (nb + MINSIZE)", "(size) >= (unsigned long) (nb + MINSIZE)",
                           "the last remainder is split even if only a minimal chunk remains"),
    "tcache_one_more": Slip("_int_free", "counts[tc_idx] < mp_.tcache_count", "counts[tc_idx] <= mp_.tcache_count",
                            "a tcache class takes one chunk more than its limit"),
    "trim_threshold": Slip("__libc_free", "2 * mp_.mmap_threshold", "mp_.mmap_threshold",
                           "the dynamic trim threshold is not twice the mmap threshold"),
    "realloc_slack": Slip("_int_realloc", "remainder_size < MINSIZE", "remainder_size <= MINSIZE",
                          "realloc keeps a tail that would make a minimal chunk"),
    "trim_pad": Slip("systrim", "top_size - MINSIZE - 1", "top_size - MINSIZE",
                     "trimming forgets the one byte that keeps a minimal top"),
    "consolidate_flag": Slip("malloc_consolidate", "have_fastchunks, false", "have_fastchunks, true",
                             "consolidation leaves the flag for fastbins set"),
}


def prepare():
    """Unpacks malloc/ and the few headers that it needs."""
    tars = sorted(glob.glob("/usr/src/glibc/glibc-*.tar*"))
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


def archive(folder, name, compiler="gcc", flags=()):
    """folder/libc.a: malloc.c with the slip in it."""
    os.makedirs(f"{folder}/unit", exist_ok=True)
    edit(f"{SOURCE}/{FILE}", f"{folder}/malloc.c", name, SLIPS)
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


def build(name):
    folder = f"{WORK}/{name}"
    archive(folder, name)
    must("make", "-s", f"{folder}/worker/ptmalloc-shipped")
    shutil.copy2("build/memoracle", f"{folder}/memoracle")
    return folder


if __name__ == "__main__":
    sys.exit(main(Subject("ptmalloc/shipped", FILE, SLIPS, prepare, build)))
