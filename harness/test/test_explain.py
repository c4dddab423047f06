# SPDX-License-Identifier: MIT
"""What explain prints, whole: golden/<domain>.ops under a planted fault must give golden/<domain>.txt.

  test_explain.py   writes the texts anew, for a look at `git diff`
"""
import difflib
import re

import pytest
from conftest import command, memoracle, require

GOLDEN = "harness/test/golden"
CASES = [("ptmalloc", "ptmalloc/shipped", "bin_last_first"), ("buddy", "buddy/source", "pcp_free_to_tail"),
         ("vma", "vma/source", "merge_pair_ignored")]


def plant(domain, target, fault):
    made = command("make", "-s", f"build/fault/{domain}/{fault}/{target.replace('/', '-')}")
    assert made.returncode == 0, made.stderr[-500:]


def explained(domain, target, fault, path=None):
    """The text, but for the version of the real thing."""
    plant(domain, target, fault)
    done = memoracle("explain", path or f"{GOLDEN}/{domain}.ops", "--fault", fault)
    return done.returncode, re.sub(r"^(target    \S+: ).*", r"\1VERSION", done.stdout, flags=re.M)


@pytest.mark.parametrize("domain, target, fault", CASES)
def test_the_whole_text(domain, target, fault):
    require(target)
    status, text = explained(domain, target, fault)
    want = open(f"{GOLDEN}/{domain}.txt").read()
    assert status == 1 and text == want, "".join(difflib.unified_diff(want.splitlines(True), text.splitlines(True), "golden", "explain"))


def test_a_zone_is_drawn_whole(tmp_path):
    """Every row that holds something else than the one before, in a zone of 4096 pages; the target's own blocks too."""
    require("buddy/source")
    (tmp_path / "a.ops").write_text("domain buddy\nset geometry=1\nset batch=7\nalloc_pages order=6 type=movable gfp=none reclaimed=0 dst=s1\n"
                                    "alloc_pages order=6 type=movable gfp=none reclaimed=0 dst=s2\n"
                                    "alloc_pages order=0 type=unmovable gfp=none reclaimed=0 dst=s3\nfree_pages block=s3\n")
    status, text = explained("buddy", "buddy/source", "pcp_free_to_tail", tmp_path / "a.ops")
    zone = text.split("zone ")[1].split("lists ")[0]
    assert status == 1
    assert [line.split() for line in zone.splitlines()[2:]] == [
        ["0x1000", "." * 64, "mmmm"], ["...", "1", "more", "like", "it"], ["0x1080", "ppppppp03-------4---------------5" + "-" * 31, "uuuu"],
        ["0x10c0", "6" + "-" * 63, "mmmm"], ["...", "60", "more", "like", "it"]]
    status, text = explained("buddy", "buddy/source", "first_is_last", tmp_path / "a.ops")
    assert status == 1 and re.search(r"^! 0x1000     6-+ mmmm model\n +\.{64} mmmm target$", text, re.M)


def test_lists_go_by_order_and_type():
    require("buddy/source")
    text = explained("buddy", "buddy/source", "pcp_free_to_tail")[1]
    assert "! pcp 0 unmovable" in text and "free 6 movable" in text and "pcp#0 (order 0 unmovable)" in text


def test_a_bulk_is_not_padded(tmp_path):
    require("buddy/source")
    (tmp_path / "a.ops").write_text("domain buddy\nalloc_pages_bulk count=3 type=movable gfp=none reclaimed=0\n")
    status, text = explained("buddy", "buddy/source", "first_is_last", tmp_path / "a.ops")
    assert status == 1 and "target 3, pfn+0x1000, pfn+0x1001, pfn+0x1002\n" in text


def test_nothing_is_said_where_a_fault_fires_nothing_else():
    require("buddy/source")
    assert "without" not in explained("buddy", "buddy/source", "pcp_free_to_tail")[1]
    require("vma/live")
    assert "without   the fault: " in explained("vma", "vma/live", "merge_pair_ignored")[1]


if __name__ == "__main__":
    for case in CASES:
        with open(f"{GOLDEN}/{case[0]}.txt", "w") as out:
            out.write(explained(*case)[1])
