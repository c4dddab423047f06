# SPDX-License-Identifier: MIT
"""The parsers of text, of case files and of imported traces under a fuzzer with sanitizers: silent."""
import glob
import os
import re

import pytest
from conftest import command, memoracle

SECONDS = 10
WORDS = ["exact", "repeat 3", "end", "s1+", "domain ", "profile ", "need ", "meta ", "set ", "expect ", " -> ", "ENOMEM", "absent", " = ", "dst=s", "base+0x", "mmap#",
         "NULL", "none", "|", "1: malloc 0x10 ", "1: calloc 0x10 1 ", "1: realloc 0x10 0x20 ", "1: memalign 0x10 8 ", "1: free 0x10", "0x7f0000010000, 4096) = 0",
         " = -1 EINVAL (", "MAP_FIXED", "&(0x7f0000000000/0x1000)=nil"]

# Of each importer: the byte that chooses it and some of what it reads.
TRACES = [
    b"\0001: malloc 0x10 8\n1: calloc 0x20 2 8\n2: realloc 0x30 0x10 5000\n2: memalign 0x40 64 8\n1: free 0x20\n2: thread_done 0x0\n",
    b"\1[pid 7] brk(NULL) = 0x5000\n[pid 7] mmap(NULL, 65536, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000\n"
    b"[pid 7] munmap(0x7f0000011000, 4096 <unfinished ...>\n[pid 8] execve(\"/x\", [\"x\"], 0x7 /* 1 var */) = 0\n[pid 7] <... munmap resumed>) = 0\n"
    b"[pid 7] mremap(0x7f0000010000, 4096, 8192, MREMAP_MAYMOVE) = -1 ENOMEM (Cannot)\n[pid 7] clone(flags=CLONE_THREAD) = 8\n",
    b"\2mmap(&(0x7f0000000000/0xa000)=nil, 0xa000, 0x3, 0x32, 0xffffffffffffffff, 0x0)\nr0 = ioctl$X(r1, {0x1}, \"29\") (async)\n"
    b"mremap(&(0x7f0000000000/0x2000)=nil, 0x2000, 0x4000, 0x3, &(0x7f0000ffc000/0x4000)=nil)\nmadvise(&(0x7f0000000000)=nil, 0x4000, 0xe)\n",
]


def seeds(folder):
    """A short case of each domain, as text and as a file."""
    for target in ("ptmalloc/live", "vma/live", "buddy/source"):
        rng = bytes((7 * i * i + 3 * i) % 251 if i % 16 else 1 + i // 16 % 12 for i in range(16 * 40))
        (folder / "raw").write_bytes(rng)
        name = target.replace("/", "-")
        shown = memoracle("show", folder / "raw", "--target", target, "-o", folder / f"{name}.ops")
        if shown.returncode == 0:
            memoracle("encode", folder / f"{name}.ops", "-o", folder / f"{name}.case")
    return glob.glob(f"{folder}/*.ops") + glob.glob(f"{folder}/*.case")


@pytest.mark.parametrize("parser", ["parse_ops", "parse_case", "parse_import"])
def test_parser_is_silent(parser, tmp_path):
    made = command("make", "-s", f"build/fuzz/{parser}")
    assert made.returncode == 0, made.stderr[-2000:]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path in seeds(tmp_path) + glob.glob("corpus/regress/*/*.ops")[:40]:
        (corpus / os.path.basename(path)).write_bytes(open(path, "rb").read())
    for number, trace in enumerate(TRACES):
        (corpus / f"trace-{number}").write_bytes(trace)
    (tmp_path / "words").write_text("".join(f'"{w}"\n' for w in WORDS))
    done = command(f"build/fuzz/{parser}", corpus, f"-max_total_time={SECONDS}", f"-dict={tmp_path}/words", "-print_final_stats=1",
                   f"-artifact_prefix={tmp_path}/", "-max_len=4096")
    assert done.returncode == 0, done.stderr[-3000:]
    runs = int(re.search(r"number_of_executed_units: (\d+)", done.stderr).group(1))
    assert runs > 1000 and not glob.glob(f"{tmp_path}/crash-*")
