# SPDX-License-Identifier: MIT
"""Programs of cgen: exit 1 while the real thing shows it, 0 when it is gone, 2 with the reason where they cannot tell."""
import ctypes
import glob
import os
import struct

import pytest
from conftest import command, memoracle, require

FLAGS = (["-O0"], ["-O2"], ["-O2", "-fstack-protector-all"])
TARGET = {"ptmalloc": "ptmalloc/shipped", "vma": "vma/live"}
# Regress cases that a planted fault makes a difference which a program can see.
SAMPLE = [("ptmalloc", "large_second", "large_fit_first"), ("ptmalloc", "sys_foreign", "foreign_uncounted"),
          ("ptmalloc", "sys_fallback", "fallback_page"), ("ptmalloc", "trim_pages", "trim_unrounded"),
          ("ptmalloc", "mallopt_mxfast", "mxfast_not_frozen"), ("vma", "merge_pair", "merge_pair_ignored"),
          ("vma", "merge_anon_vma", "merge_ignores_anon_vma"), ("vma", "unmap_split", "unmap_leaves_last"),
          ("vma", "fault_beyond", "object_grows"), ("vma", "place_guard", "guard_gap_short"),
          ("vma", "madvise_flags", "random_keeps_sequential"), ("vma", "mlock_populate", "mlock_ignores_access")]
CALLOC = "domain ptmalloc\nmalloc size=24 dst=s0\nfree ptr=s0\ncalloc count=1 size=24 dst=s1\n"


def plant(domain, fault):
    """A worker with the fault."""
    require(TARGET[domain])
    made = command("make", "-s", f"build/fault/{domain}/{fault}/{TARGET[domain].replace('/', '-')}")
    assert made.returncode == 0, made.stderr[-500:]
    return "--fault", fault


def build(tmp_path, path, *words, flags=("-O1",)):
    made = memoracle("cgen", path, "-o", tmp_path / "a.c", *words)
    assert made.returncode == 0, made.stderr
    done = command("gcc", "-Wall", "-Wextra", "-Werror", *flags, "-o", tmp_path / "a", tmp_path / "a.c")
    assert done.returncode == 0, done.stderr
    return tmp_path / "a"


def still_there(tmp_path, path, *words):
    for flags in FLAGS:
        done = command(build(tmp_path, path, *words, flags=flags), timeout=30)
        assert done.returncode == 1 and "still there" in done.stderr, (flags, done.returncode, done.stderr)


@pytest.mark.parametrize("path", sorted(glob.glob("corpus/finding/*.ops")))
def test_known_defects_are_shown(path, tmp_path):
    """Without a word on the command line: the case says which defect it is."""
    require(TARGET[open(path).read().split("domain ")[1].split()[0]])
    replayed = memoracle("replay", path)
    if "skipped" in replayed.stdout:
        pytest.skip(f"{path}: {replayed.stdout.strip()}")
    still_there(tmp_path, path)


@pytest.mark.parametrize("domain, case, fault", SAMPLE)
def test_a_difference_is_shown(domain, case, fault, tmp_path):
    still_there(tmp_path, f"corpus/regress/{domain}/{case}.ops", *plant(domain, fault))


def test_it_is_gone_where_the_allocator_does_otherwise(tmp_path):
    """With no chunks in the tcache calloc takes what was freed, as the faulty model says."""
    (tmp_path / "a.ops").write_text(CALLOC)
    program = build(tmp_path, tmp_path / "a.ops", *plant("ptmalloc", "calloc_cached"))
    assert command(program).returncode == 1
    done = command(program, env={**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"})
    assert done.returncode == 0 and done.stderr == "gone\n", done.stderr


def answer_zero(number):
    """From here on the kernel does nothing for system call @number and says that all went well."""
    libc = ctypes.CDLL(None, use_errno=True)
    rows = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050000), (0x06, 0, 0, 0x7fff0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rows), ctypes.addressof(code)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        os._exit(99)


def test_it_is_gone_where_the_kernel_does_otherwise(tmp_path):
    """A kernel that lets any memory be wiped on fork, as the faulty model says."""
    program = build(tmp_path, "corpus/regress/vma/madvise_wipe.ops", *plant("vma", "wipe_any"))
    assert command(program).returncode == 1
    done = command(program, preexec_fn=lambda: answer_zero(28))
    if done.returncode == 99:
        pytest.skip("a system call filter cannot be set here")
    assert done.returncode == 0 and done.stderr == "gone\n", done.stderr


def test_it_says_why_it_cannot_tell(tmp_path):
    program = build(tmp_path, "corpus/regress/vma/mremap_pgoff.ops", *plant("vma", "move_keeps_pgoff"))
    done = command(program, preexec_fn=lambda: answer_zero(25))
    assert done.returncode in (2, 99) and (done.returncode == 99 or " gave 0 where 0x" in done.stderr), done.stderr
    program = build(tmp_path, "corpus/finding/trim_grows.ops", flags=["-static"])
    done = command(program)
    assert done.returncode == 2 and "op 1 gave" in done.stderr and "link without -static" in done.stderr, done.stderr


def test_it_says_what_to_leave_out(tmp_path):
    made = memoracle("cgen", "corpus/finding/trim_grows.ops", "-o", tmp_path / "a.c")
    assert made.returncode == 0, made.stderr
    done = command("gcc", "-fsanitize=address", "-o", tmp_path / "a", tmp_path / "a.c")
    assert done.returncode != 0 and "leave out -fsanitize" in done.stderr


def test_no_program_where_nothing_can_be_seen(tmp_path):
    for domain, case, fault, words in (("ptmalloc", "binmap_clear", "binmap_kept", "state only"),
                                       ("ptmalloc", "top_consolidate", "top_no_retry", "leaves no trace")):
        made = memoracle("cgen", f"corpus/regress/{domain}/{case}.ops", "-o", tmp_path / "a.c", *plant(domain, fault))
        assert made.returncode == 2 and words in made.stderr and not (tmp_path / "a.c").exists(), made.stderr
