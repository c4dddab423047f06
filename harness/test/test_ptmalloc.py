# SPDX-License-Identifier: MIT
"""The ptmalloc targets: clean resets, other archives, missing symbols, what a container forbids, slips in malloc.c."""
import ctypes
import json
import os
import random
import re
import shutil
import struct
import subprocess

import pytest
from conftest import command, memoracle, require

STUBS = "build/obj/plain/harness/shim/glibc/stubs.o"


def libc_a():
    return command("gcc", "-print-file-name=libc.a").stdout.strip()


def test_reset_and_observe():
    require("ptmalloc/shipped")
    made = command("make", "-s", "build/test/ptmalloc_target")
    assert made.returncode == 0, made.stderr
    done = command("build/test/ptmalloc_target")
    assert done.returncode == 0, done.stdout + done.stderr


def object_of(archive, folder):
    done = command("ci/targets/ptmalloc-object", archive, STUBS, folder)
    assert done.returncode == 0, done.stderr
    text = (folder / "info.c").read_text()
    return done.stderr, text.split('shipped_why_not[] = "')[1].split('"')[0]


def test_archive_that_fits(tmp_path):
    said, why_not = object_of(libc_a(), tmp_path)
    assert said == "" and why_not == ""


@pytest.mark.parametrize("name, reason", [("missing", "cannot be read"), ("text", "not an archive"), ("other", "no member"),
                                          ("old", "is glibc 2.31"), ("static", "static mp_ is"), ("needs", "malloc.o calls")])
def test_archive_that_does_not_fit(name, reason, tmp_path):
    archive = tmp_path / "libc.a"
    release = 'const char text[] = "GNU C Library stable release version 2.36.";'
    sources = {"other": {"x": ""}, "old": {"malloc": "", "version": release.replace("2.36", "2.31")},
               "static": {"malloc": "char main_arena[2200], mp_[8];", "version": release},
               "needs": {"malloc": "char main_arena[2200], mp_[136], tcache[8], thread_arena[8], tcache_shutting_down[1],"
                         "global_max_fast[8], tcache_key[8]; void nowhere(void); void malloc_(void) { nowhere(); }",
                         "version": release}}
    if name == "text":
        archive.write_text("not an archive\n")
    for member, text in sources.get(name, {}).items():
        (tmp_path / f"{member}.c").write_text(text)
        assert command("gcc", "-c", tmp_path / f"{member}.c", "-o", tmp_path / f"{member}.o").returncode == 0
        assert command("ar", "rcs", archive, tmp_path / f"{member}.o").returncode == 0
    said, why_not = object_of(archive, tmp_path)
    assert said.count("\n") == 1 and "make GLIBC_A=FILE" in said and why_not
    assert (reason if name != "other" else "malloc.o") in said


def refuse_dispatch():
    """Runs in the child: prctl(PR_SET_SYSCALL_USER_DISPATCH) fails with EPERM, as some containers have it."""
    libc = ctypes.CDLL(None, use_errno=True)
    load, equal, answer = 0x20, 0x15, 0x06
    rows = [(load, 0, 0, 0), (equal, 0, 3, 157), (load, 0, 0, 16), (equal, 0, 1, 59), (answer, 0, 0, 0x00050001),
            (answer, 0, 0, 0x7FFF0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *r) for r in rows))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rows), ctypes.addressof(code)))
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0


def test_live_without_dispatch():
    require("ptmalloc/live")
    done = memoracle("run", "ptmalloc/live", "--seed", "3", "--ops", "30000", "--json", "-", preexec_fn=refuse_dispatch)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def printed_case(path, target):
    """The case as explain prints it, results and all, in the form of a file."""
    done = memoracle("explain", path, "--target", target)
    ops = re.findall(r"^. +\d+ (\w+ .*?)(?: -> \(skipped.*)?$", done.stdout.split("\nops\n")[1].split("\nlists")[0] + "\n", re.M)
    return "domain ptmalloc\n" + "".join(f"{op}\n" for op in ops)


def test_what_explain_prints_holds_on_every_target(tmp_path):
    """Results inside mappings too, in each run: cases with blocks of their own mapping, aligned, grown and moved."""
    for target in ("ptmalloc/shipped", "ptmalloc/live"):
        require(target)
    rng = random.Random(8)
    mapped = set()
    for i in range(12):
        lines = ["domain ptmalloc"]
        for n in range(38):
            size, align, slot = rng.randrange(100000, 1000000), 1 << rng.randrange(4, 21), rng.randrange(8)
            lines.append(rng.choice([f"malloc size={size} dst=s{slot}", f"memalign align={align} size={size} dst=s{slot}", f"free ptr=s{slot}",
                                     f"realloc ptr=s{slot} size={size}", f"realloc ptr=s{slot} size={size // 3}",
                                     f"deny requests={rng.choice(['brk', 'none', 'mremap'])}"]))
        (tmp_path / "a.ops").write_text("\n".join(lines) + "\n")
        text = printed_case(tmp_path / "a.ops", "ptmalloc/shipped")
        assert text == printed_case(tmp_path / "a.ops", "ptmalloc/live") and text.count(" -> ") > 20
        mapped |= set(re.findall(r"mmap#\d+\+0x\w+", text))
        (tmp_path / "b.ops").write_text(text)
        for target in ("ptmalloc/shipped", "ptmalloc/live", "ptmalloc/live"):
            done = memoracle("replay", tmp_path / "b.ops", "--target", target)
            assert done.returncode == 0, done.stdout
    assert {"mmap#1+0x10", "mmap#2+0x10"} < mapped and len(mapped) > 40


def test_text_from_before_offsets_counted_from_the_mapping(tmp_path):
    require("ptmalloc/shipped")
    (tmp_path / "a.ops").write_text("domain ptmalloc\nmalloc size=200000 dst=s0 -> mmap#1+0xa8010\n")
    done = memoracle("replay", tmp_path / "a.ops")
    assert done.returncode == 1 and done.stdout.endswith("both sides show mmap#1+0x10, the file expects mmap#1+0xa8010 "
                                                         "(offsets count from where the mapping begins now)\n")


@pytest.mark.parametrize("target", ["ptmalloc/shipped", "ptmalloc/live"])
def test_a_deny_is_never_skipped(target, tmp_path):
    """The case of which the line said no word: the break lies off the page, the arena is noncontiguous, and the deny ends."""
    require(target)
    text = open("corpus/regress/ptmalloc/assertion_abort.ops").read()
    assert re.search(r"^deny requests=none$", text, re.M)
    done = memoracle("replay", "corpus/regress/ptmalloc/assertion_abort.ops", "--target", target)
    assert done.returncode == 0 and done.stdout.endswith("(9 ops, 1 skipped: unmodelled 1, from op 6 malloc)\n")
    (tmp_path / "a.ops").write_text("domain ptmalloc\nsbrk bytes=17\ndeny requests=brk\nmalloc size=24 dst=s0\ndeny requests=none\n"
                                    "sbrk bytes=1 -> base+0x11\nmalloc size=24 dst=s1 -> mmap#1+0x2c0\n")
    done = memoracle("replay", tmp_path / "a.ops", "--target", target)
    assert done.returncode == 0 and done.stdout.endswith("(6 ops)\n"), done.stdout


# Text and what `replay` says behind the number of ops. What the C program of a case has no say in: where the heap lies, and what
# the system has.
FAR = {
    "alignments above that of the heap of any process": ("""
mallopt parameter=MMAP_THRESHOLD value=0x7fffffff
memalign align=16M size=100 dst=s0 -> base+0x1000000
expect head 0xfffff = 0x70
memalign align=256M size=1M dst=s100 -> base+0x10000000
memalign align=512M size=1M dst=s101 -> base+0x20000000
free ptr=s100
free ptr=s101
expect system_mem 0 = 0x1021000
""", ""),
    "the largest mapping, and a page more": ("""
malloc size=0xfffefffe8 dst=s0 -> mmap#1+0x10
malloc size=0xfffefffe9 dst=s1 -> ENOMEM
expect head[1] 0x0 = 0xffff00002
expect mmapped_mem 0 = 0xffff00000
""", ""),
    "a mapping that is moved to the zone of large ones and back up": ("""
malloc size=255M dst=s0 -> ENOMEM
malloc size=0xfefffe8 dst=s0 -> mmap#2+0x10
realloc ptr=s0 size=0xfefffe9 -> mmap#3+0x10
malloc size=0xfefffe9 dst=s1 -> mmap#4+0x10
realloc ptr=s1 size=60G -> mmap#4+0x10
realloc ptr=s1 size=64G -> ENOMEM
""".replace("malloc size=255M dst=s0 -> ENOMEM", "malloc size=255M dst=s9 -> mmap#1+0x10"), ""),
    "the end of the break, and a mapping in its place that is refused": ("""
mallopt parameter=MMAP_MAX value=0
malloc size=1G dst=s0 -> base+0x2a0
malloc size=400M dst=s1 -> base+0x400002b0
malloc size=300M dst=s2 -> mmap#1+0x10
expect flags 0 = noncontiguous
malloc size=70G dst=s3 -> ENOMEM
malloc size=2G dst=s3
""", ", 1 skipped: capacity 1, from op 6 malloc"),
    "a second arena, which the tcache would get": ("""
mallopt parameter=TOP_PAD value=-3000000
malloc size=24 dst=s0
""", ", 1 skipped: unmodelled 1, from op 2 malloc"),
    "more large mappings than there is room for": ("\n".join(f"malloc size=1G dst=s{i} -> {f'mmap#{i + 1}+0x10' if i < 512 else 'base+0x2a0'}"
                                                             for i in range(513)) + "\nfree ptr=s7\nmalloc size=2G dst=s8 -> mmap#513+0x10\n", ""),
}


@pytest.mark.parametrize("target", ["ptmalloc/shipped", "ptmalloc/live", "ptmalloc/model"])
@pytest.mark.parametrize("name", FAR)
def test_at_the_bounds_of_the_system_below(name, target, tmp_path):
    require("ptmalloc/live" if target == "ptmalloc/live" else "ptmalloc/shipped")
    text, skips = FAR[name]
    (tmp_path / "a.ops").write_text(f"domain ptmalloc\n{text}")
    done = memoracle("replay", tmp_path / "a.ops", "--target", target)
    assert done.returncode == 0 and done.stdout.endswith(f" ops{skips})\n"), done.stdout


def test_as_many_mappings_as_a_case_gets(tmp_path):
    """Their table and the real one are full at the same mapping; what is freed comes back, and a reset forgets it all."""
    require("ptmalloc/shipped")
    fill = "".join(f"malloc size=5000 dst=s{i}\n" for i in range(65540))
    (tmp_path / "a.ops").write_text(f"domain ptmalloc\nmallopt parameter=MMAP_THRESHOLD value=0\n{fill}free ptr=s5\nmalloc size=24 dst=s5\n")
    done = memoracle("replay", tmp_path / "a.ops", "--target", "ptmalloc/shipped", "--state", "touched")
    assert done.returncode == 0, done.stdout


def test_live_with_tunables():
    require("ptmalloc/live")
    done = memoracle("run", "ptmalloc/live", "--ops", "10", env={**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=3"})
    assert done.returncode == 2 and "unset GLIBC_TUNABLES" in done.stderr


def test_live_with_another_malloc(tmp_path):
    require("ptmalloc/live")
    (tmp_path / "other.c").write_text("#include <stddef.h>\n#include <sys/mman.h>\n"
                                      "void *malloc(size_t n) { return mmap(0, n + 1, 3, 34, -1, 0); }\nvoid free(void *p) { (void)p; }\n"
                                      "void *calloc(size_t a, size_t b) { return malloc(a * b); }\n"
                                      "void *realloc(void *p, size_t n) { return p ? NULL : malloc(n); }\n")
    assert command("gcc", "-shared", "-fPIC", tmp_path / "other.c", "-o", tmp_path / "other.so").returncode == 0
    made = "exec env LD_PRELOAD=$0 build/worker/ptmalloc-live"
    wrapper = tmp_path / "build"
    (wrapper / "worker").mkdir(parents=True)
    (wrapper / "worker" / "ptmalloc-live").write_text(f"#!/bin/sh\n{made.replace('$0', str(tmp_path / 'other.so'))}\n")
    (wrapper / "worker" / "ptmalloc-live").chmod(0o755)
    shutil.copy2("build/memoracle", wrapper / "memoracle")
    done = command(wrapper / "memoracle", "run", "ptmalloc/live", "--ops", "10")
    assert done.returncode == 2 and "unset LD_PRELOAD" in done.stderr


def test_live_without_symbols():
    require("ptmalloc/live")
    hidden = ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /usr/lib/debug && exec build/memoracle run ptmalloc/live --ops 10"]
    if os.getuid() != 0 or subprocess.run([*hidden[:2], "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("a mount namespace needs root")
    done = command(*hidden)
    assert done.returncode == 2 and "apt-get install libc6-dbg" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("slip", ["none", "last_remainder", "trim_threshold"])
def test_slip(slip):
    require("ptmalloc/shipped")
    if not os.path.isdir("/usr/src/glibc"):
        pytest.skip("slips: no glibc source here (apt-get install glibc-source)")
    done = command("ci/slips/ptmalloc.py", slip, "--seconds", "5")
    assert done.returncode == 0, done.stdout + done.stderr


def test_coverage_of_the_real_code():
    require("ptmalloc/shipped")
    if not os.path.isdir("/usr/src/glibc"):
        pytest.skip("coverage: no glibc source here (apt-get install glibc-source)")
    done = command("ci/coverage/ptmalloc.py", "300")
    assert done.returncode == 0, done.stderr
    rows = {f["function"]: f for f in json.load(open("build/coverage-ptmalloc.json"))["functions"]}
    for name in ("_int_malloc", "_int_realloc", "malloc_consolidate", "_int_memalign"):
        assert rows[name]["reached"] >= 0.4 * rows[name]["blocks"], rows[name]
