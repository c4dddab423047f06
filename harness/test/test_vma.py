# SPDX-License-Identifier: MIT
"""vma/live where the host is less than the best: forbidden calls, an older kernel's /proc, no privileges."""
import ctypes
import glob
import json
import os
import struct

import pytest
from conftest import memoracle, require

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LD_NR, LD_ARG0, LD_ARG1 = (0x20, 0, 0, 0), (0x20, 0, 0, 16), (0x20, 0, 0, 24)
ALLOW = (0x06, 0, 0, 0x7FFF0000)
MREMAP, MLOCK, MLOCK2, BRK, MADVISE, IOCTL, PRCTL, PR_SET_MM = 25, 149, 325, 12, 28, 16, 157, 35
PROCMAP_QUERY = 0xC0686611


def equal(value, yes, no):
    return (0x15, yes, no, value)


def deny(errno):
    return (0x06, 0, 0, 0x00050000 | errno)


def forbid(program):
    """A preexec function that installs a filter of the calls."""
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    libc = ctypes.CDLL(None, use_errno=True)

    def install():
        buffer = ctypes.create_string_buffer(code, len(code))
        fprog = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(buffer)))
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0) != 0:
            os._exit(99)

    return install


def campaign(tmp_path, **options):
    require("vma/live")
    done = memoracle("run", "vma/live", "--seed", 7, "--ops", 20000, "--out", tmp_path, "--json", "-", **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["results"][0]


@pytest.mark.parametrize("call", [MREMAP, MLOCK, MLOCK2, BRK, MADVISE])
@pytest.mark.parametrize("errno", [1, 38])
def test_forbidden_call_is_skipped(tmp_path, call, errno):
    result = campaign(tmp_path, preexec_fn=forbid([LD_NR, equal(call, 0, 1), deny(errno), ALLOW]))
    assert result["skipped_by"]["unsupported"] > 0
    assert result["verdicts"]["diverge"] == 0


def test_heap_that_cannot_be_placed(tmp_path):
    program = [LD_NR, equal(PRCTL, 0, 3), LD_ARG0, equal(PR_SET_MM, 0, 1), deny(1), ALLOW]
    result = campaign(tmp_path, preexec_fn=forbid(program))
    assert result["skipped_by"]["unsupported"] > 0
    assert result["verdicts"]["diverge"] == 0


def test_maps_text_without_query(tmp_path):
    """The ioctl is refused as by a kernel that does not have it."""
    program = [LD_NR, equal(IOCTL, 0, 3), LD_ARG1, equal(PROCMAP_QUERY, 0, 1), deny(25), ALLOW]
    result = campaign(tmp_path, preexec_fn=forbid(program))
    assert result["verdicts"]["diverge"] == 0 and result["verdicts"]["agree"] > 19000


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_without_privileges(tmp_path):
    os.chmod(tmp_path, 0o777)
    result = campaign("/tmp", user=65534, group=65534, extra_groups=[])
    assert result["verdicts"]["diverge"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_expectations_of_locks_that_are_not_allowed_are_skipped():
    """Without CAP_IPC_LOCK: no stale expectation, the line says what was left out."""
    require("vma/live")
    cases = [c for c in sorted(glob.glob("corpus/regress/vma/*lock*.ops")) if "\nneed " not in open(c).read()]
    done = memoracle("replay", *cases, "--target", "vma/live", user=65534, group=65534, extra_groups=[])
    assert done.returncode == 0 and len(cases) > 3, done.stdout
    lines = {os.path.basename(line.split()[1]): line for line in done.stdout.splitlines() if line.startswith("agree")}
    assert set(lines) == {os.path.basename(c) for c in cases}
    assert "skipped: unsupported" in lines["mlock_onfault.ops"] and "expectations not checked" in lines["mlock_onfault.ops"]


READ_AND_COPIED = """domain vma
mmap to=s2 base=s0 page=0 pages=1 prot=rw kind=private how=fixed extra=none
fault base=s0 page=0 access=read
mremap to=s3 base=s0 page=0 pages=1 new_pages=1 how=dontunmap_fixed new_page=1 skew=even
"""


def zero_page_told(path, target, told):
    """Status and findings of the case where the model is told whether there is a zero page."""
    done = memoracle("replay", path, "--target", target, "--rule", f"zero_page={told}", "--json", "-")
    return done.returncode, [f["signature"] for f in json.loads(done.stdout)["results"][0]["findings"]]


@pytest.mark.parametrize("target, has", [("vma/model@zero_page=0", 0), ("vma/model@zero_page=1", 1), ("vma/live", None)])
def test_zero_page_decides_three_ops(target, has, tmp_path):
    """Source and copy of a page that was only read: one VMA with a zero page, two without. Told wrong, they differ."""
    has = require(target)["switches"]["zero_page"] if has is None else has
    (tmp_path / "a.ops").write_text(READ_AND_COPIED)
    assert zero_page_told(tmp_path / "a.ops", target, has) == (0, [])
    assert zero_page_told(tmp_path / "a.ops", target, 1 - has) == (1, ["vma/mremap/end" if has == 0 else "vma/mremap/next"])


@pytest.mark.parametrize("name, has", [("zero_page", 1), ("zero_page_none", 0)])
def test_zero_page_cases_expect_what_the_model_says(name, has):
    done = memoracle("replay", f"corpus/regress/vma/{name}.ops", "--target", f"vma/model@zero_page={has}", "--rule", f"zero_page={has}")
    assert done.returncode == 0 and "agree" in done.stdout, done.stdout


def test_what_is_not_modelled_is_named_by_its_argument(tmp_path):
    require("vma/live")
    (tmp_path / "a.ops").write_text("domain vma\nmmap addr=NULL length=8M prot=none flags=private|anonymous|noreserve|stack dst=s7\n"
                                    "mmap addr=NULL length=8M prot=none flags=private|anonymous|hugetlb dst=s7\nmadvise addr=s7 length=4K advice=collapse\n"
                                    "mremap addr=s7 length=4K new_length=8K flags=maymove|fixed new_addr=0x1000 dst=s8\n")
    done = memoracle("replay", tmp_path / "a.ops")
    assert done.returncode == 0 and done.stdout.endswith("(4 ops, 3 skipped: unmodelled 3, from op 2 mmap, by its flags)\n"), done.stdout
    text = memoracle("explain", tmp_path / "a.ops").stdout
    for name in ("flags", "advice", "new_addr"):
        assert f"-> (skipped: unmodelled: {name})\n" in text, text
