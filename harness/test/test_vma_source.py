# SPDX-License-Identifier: MIT
"""vma/source: mm/ in process agrees, forgets a case whole, and a tree that does not fit gets one clear line."""
import glob
import json
import os
import resource

import pytest
from conftest import ROOT, command, memoracle, require


def campaign(tmp_path, *options):
    require("vma/source")
    done = memoracle("run", "vma/source", "--out", tmp_path, "--json", "-", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


@pytest.mark.parametrize("seed, options", [(1, ()), (2, ()), (3, ()), (4, ("--state", "full")), (5, ("--set", "smaps=1"))])
def test_it_agrees(seed, options, tmp_path):
    result = campaign(tmp_path, "--seed", seed, "--ops", 100000 if options else 300000, *options)
    assert result["findings"] == [] and result["verdicts"]["diverge"] == 0
    assert result["verdicts"]["skipped"] < 0.02 * result["ops"]


def test_a_case_leaves_nothing_behind(tmp_path):
    """The same cases, alone and behind others, in one process: the same verdicts, rules and cells."""
    def counts(*options):
        result = campaign(tmp_path, "--ops", 60000, *options)
        return result["verdicts"], result["rules"]
    assert counts("--seed", 9) == counts("--seed", 9)
    shards = [counts("--seed", 9, "--shard", f"{i}/3") for i in (1, 2, 3)]
    assert sum(verdicts["agree"] + verdicts["skipped"] for verdicts, _ in shards) == 60000


def test_the_corpus_agrees(tmp_path):
    require("vma/source")
    done = memoracle("replay", *sorted(glob.glob("corpus/regress/vma/*.ops")), "--target", "vma/source")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    skipped = [line for line in lines if line.startswith("skipped")]
    assert all(": needs " in line for line in skipped) and len(skipped) < len(lines) / 4


def test_too_little_memory_is_one_line(tmp_path):
    require("vma/source")

    def short():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 26, 1 << 26))
    done = memoracle("run", "vma/source", "--ops", "10", "--out", tmp_path, preexec_fn=short)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "page frames" in done.stderr


@pytest.mark.parametrize("files, says", [
    ([], "has no Makefile: LINUX_SRC must be the top of a whole kernel source tree"),
    (["Makefile"], "has no mm/page_alloc.c"),
])
def test_a_tree_that_is_none(files, says, tmp_path):
    """The object says why, and the build goes on."""
    require("vma/source")
    (tmp_path / "tree").mkdir()
    for name in files:
        (tmp_path / "tree" / name).write_text("VERSION = 6\n")
    out = tmp_path / "mm.o"
    done = command("ci/linux-kernel", "mm", "plain", out, env={**os.environ, "LINUX_SRC": str(tmp_path / "tree")})
    assert done.returncode == 0 and says in done.stderr and done.stderr.count("\n") == 1 and out.exists(), done.stderr


def test_no_tree_at_all(tmp_path):
    done = command("ci/linux-kernel", "mm", "plain", tmp_path / "mm.o", env={**os.environ, "LINUX_SRC": f"{ROOT}/none"})
    assert done.returncode == 0 and "is no folder" in done.stderr and done.stderr.startswith("vma/source: ")
