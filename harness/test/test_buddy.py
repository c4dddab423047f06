# SPDX-License-Identifier: MIT
"""buddy/source: every geometry and setting agrees, and a source tree that does not fit gets one clear line."""
import json
import os

import pytest
from conftest import ROOT, command, memoracle, require


def campaign(tmp_path, *options):
    require("buddy/source")
    done = memoracle("run", "buddy/source", "--out", tmp_path, "--json", "-", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


@pytest.mark.parametrize("geometry", range(5))
def test_geometry_agrees_in_full(tmp_path, geometry):
    result = campaign(tmp_path, "--seed", 11, "--ops", 20000, "--state", "full", "--set", f"geometry={geometry}")
    assert result["verdicts"]["diverge"] == 0
    assert result["verdicts"]["skipped"] <= (0.05 if geometry == 4 else 0.03) * result["ops"], "the smallest zone is often used up"


@pytest.mark.parametrize("setting", ["batch=1", "batch=63", "high_fraction=8", "high_fraction=64", "min_free_kbytes=1", "min_free_kbytes=16384",
                                     "watermark_scale_factor=3000", "watermark_boost_factor=0", "watermark_boost_factor=30000"])
def test_setting_agrees(tmp_path, setting):
    assert campaign(tmp_path, "--seed", 12, "--ops", 20000, "--set", setting)["verdicts"]["diverge"] == 0


def test_rules_all_fire_on_their_cases():
    """A case in corpus/regress/buddy is named by the rule that fires in it, unless it is one of exact calls."""
    require("buddy/source")
    for name in sorted(os.listdir(f"{ROOT}/corpus/regress/buddy")):
        if name.startswith("exact_"):
            continue
        done = memoracle("replay", f"corpus/regress/buddy/{name}", "--json", "-")
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        result = json.loads(done.stdout[done.stdout.index("{"):])["results"][0]
        assert result["rules"][name[:-len(".ops")]] > 0, name


def replayed(tmp_path, *ops):
    """The result of a case of these ops, which must agree."""
    require("buddy/source")
    case = tmp_path / "case.ops"
    case.write_text("domain buddy\n" + "".join(f"{op}\n" for op in ops))
    done = memoracle("replay", case, "--json", "-")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{"):])["results"][0]


@pytest.mark.parametrize("flags", ["__GFP_DMA", "__GFP_DMA32", "__GFP_IO|__GFP_NOFAIL", "__GFP_MOVABLE|__GFP_RECLAIMABLE", "0x18", "0xffffffff"])
def test_flags_that_are_not_modelled(tmp_path, flags):
    result = replayed(tmp_path, f"alloc_pages gfp={flags} dst=s100", f"alloc_pages_bulk count=2 gfp={flags}")
    assert result["skipped_by"]["unmodelled"] == 2


@pytest.mark.parametrize("ops,words", [
    ("alloc_pages gfp=__GFP_DMA dst=s100\n", "from op 1 alloc_pages, by its gfp"),
    ("alloc_pages order=2 gfp=0x40cc0 dst=s100\nsplit_page block=s100\n", "from op 2 split_page, by its block"),
])
def test_argument_that_is_not_modelled_is_named(tmp_path, ops, words):
    require("buddy/source")
    case = tmp_path / "case.ops"
    case.write_text(f"domain buddy\n{ops}")
    assert words in memoracle("replay", case).stdout


def test_split_of_a_compound_block_is_not_modelled(tmp_path):
    result = replayed(tmp_path, "alloc_pages order=2 gfp=0x40cc0 dst=s100", "split_page block=s100", "free_pages block=s100")
    assert result["skipped_by"]["unmodelled"] == 1 and result["verdicts"]["agree"] == 2


def test_compound_block_that_became_loose_stays_compound(tmp_path):
    result = replayed(tmp_path, "alloc_pages order=2 gfp=0x40cc0 dst=s1", "alloc_pages order=1 gfp=0xcc0 dst=s1", "split_page block=s2", "free_loose pick=0")
    assert result["skipped_by"]["unmodelled"] == 1 and result["verdicts"]["agree"] == 3


def test_exact_call_names_its_slot_alone(tmp_path):
    """A compact op on an empty slot takes another block, an exact call is skipped."""
    result = replayed(tmp_path, "alloc_pages order=0 gfp=0xcc0 dst=s1", "free_pages block=s100", "free_pages block=s2")
    assert result["skipped_by"]["empty_slot"] == 1 and result["verdicts"]["agree"] == 2


def test_far_slots_are_empty_in_the_next_case(tmp_path):
    """Cases of one worker share the model's memory."""
    require("buddy/source")
    paths = [tmp_path / f"{k}.ops" for k in range(3)]
    paths[0].write_text("domain buddy\nalloc_pages gfp=0xcc0 dst=s16777214\nalloc_pages gfp=0xcc0 dst=s70\n")
    for path in paths[1:]:
        path.write_text("domain buddy\nfree_pages block=s16777214\nfree_pages block=s70\n")
    done = memoracle("replay", *paths)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("2 skipped: empty_slot 2") == 2


@pytest.mark.parametrize("number,names", [
    ("0xcc0", "__GFP_IO|__GFP_FS|__GFP_DIRECT_RECLAIM|__GFP_KSWAPD_RECLAIM"),
    ("8", "__GFP_MOVABLE"),
    ("0x3000200", "0x3000200"),
    ("0x80000001", "__GFP_DMA|0x80000000"),
])
def test_flags_by_number(tmp_path, number, names):
    """A number says the kernel's flags, never the words of the compact op."""
    case = tmp_path / "case.ops"
    case.write_text(f"domain buddy\nalloc_pages order=1 gfp={number} dst=s2\n")
    shown = memoracle("show", case)
    assert shown.returncode == 0 and f"gfp={names} " in shown.stdout


@pytest.mark.parametrize("tree,words", [
    ("/nonexistent", "is no folder"),
    ("/usr", "has no Makefile"),
])
def test_tree_that_does_not_fit(tmp_path, tree, words):
    out = tmp_path / "kernel.o"
    done = command("ci/linux-kernel", "buddy", "plain", out, env={**os.environ, "LINUX_SRC": tree})
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and words in lines[0] and tree in lines[0], done.stderr
    assert out.exists()


def test_page_alloc_that_does_not_compile(tmp_path):
    """The rest of the tree is there, page_alloc.c is not C: the line names the log."""
    require("buddy/source")
    original = f"{ROOT}/build/linux/tree"
    if not os.path.exists(f"{original}/mm/page_alloc.c"):
        pytest.skip("the distribution's tree is not unpacked")
    tree = f"{ROOT}/build/slip/buddy/tree"
    os.makedirs(f"{tree}/mm", exist_ok=True)
    for name in os.listdir(original):
        if name != "mm" and not os.path.lexists(f"{tree}/{name}"):
            os.symlink(f"{original}/{name}", f"{tree}/{name}")
    for name in os.listdir(f"{original}/mm"):
        if name != "page_alloc.c" and not os.path.lexists(f"{tree}/mm/{name}"):
            os.symlink(f"{original}/mm/{name}", f"{tree}/mm/{name}")
    with open(f"{tree}/mm/page_alloc.c", "w", encoding="utf-8") as f:
        f.write("this is not C\n")
    out = tmp_path / "kernel.o"
    done = command("ci/linux-kernel", "buddy", "plain", out, env={**os.environ, "LINUX_SRC": tree})
    assert len(done.stderr.strip().splitlines()) == 1 and "does not compile" in done.stderr, done.stderr
    assert out.exists()
