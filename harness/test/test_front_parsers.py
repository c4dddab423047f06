# SPDX-License-Identifier: MIT
"""The parsers of text and case files under a fuzzer with sanitizers: silent."""
import glob
import os
import re

import pytest
from conftest import command, memoracle

SECONDS = 10
WORDS = ["exact", "repeat 3", "end", "s1+", "domain ", "profile ", "need ", "meta ", "set ", "expect ", " -> ", "ENOMEM", "absent", " = ", "dst=s", "base+0x", "mmap#",
         "NULL", "none", "|"]


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


@pytest.mark.parametrize("parser", ["parse_ops", "parse_case"])
def test_parser_is_silent(parser, tmp_path):
    made = command("make", "-s", f"build/fuzz/{parser}")
    assert made.returncode == 0, made.stderr[-2000:]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path in seeds(tmp_path) + glob.glob("corpus/regress/*/*.ops")[:40]:
        (corpus / os.path.basename(path)).write_bytes(open(path, "rb").read())
    (tmp_path / "words").write_text("".join(f'"{w}"\n' for w in WORDS))
    done = command(f"build/fuzz/{parser}", corpus, f"-max_total_time={SECONDS}", f"-dict={tmp_path}/words", "-print_final_stats=1",
                   f"-artifact_prefix={tmp_path}/", "-max_len=4096")
    assert done.returncode == 0, done.stderr[-3000:]
    runs = int(re.search(r"number_of_executed_units: (\d+)", done.stderr).group(1))
    assert runs > 1000 and not glob.glob(f"{tmp_path}/crash-*")
