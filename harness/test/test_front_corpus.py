# SPDX-License-Identifier: MIT
"""The corpus as text and files; the tools on real findings of every domain."""
import glob
import json
import os
import re
import struct
import time
import zlib

import pytest
from conftest import command, memoracle, require

CASES = sorted(glob.glob("corpus/*/*/*.ops") + glob.glob("corpus/*/*.ops"))
FAULTS = {"ptmalloc/shipped": "binmap_kept", "vma/live": "madvise_stops_at_hole", "buddy/source": "pcp_free_to_tail"}


def test_every_case_survives_both_directions(tmp_path):
    assert CASES
    for path in CASES:
        assert memoracle("encode", path, "-o", tmp_path / "a.case").returncode == 0, path
        text = memoracle("show", tmp_path / "a.case").stdout
        (tmp_path / "b.ops").write_text(text)
        assert memoracle("encode", tmp_path / "b.ops", "-o", tmp_path / "b.case").returncode == 0, path
        assert (tmp_path / "a.case").read_bytes() == (tmp_path / "b.case").read_bytes(), path
        assert memoracle("show", path).stdout == text, path


@pytest.mark.parametrize("target", ["ptmalloc/shipped", "vma/live", "buddy/source"])
def test_worked_examples(target, tmp_path):
    """specs/format.md has one of each domain; it agrees with what it expects, and each expectation can fail."""
    domain = target.split("/")[0]
    text, = (t for t in re.findall(r"^```ops\n(.*?)^```", open("specs/format.md").read(), re.M | re.S) if f"domain {domain}\n" in t)
    require(target)
    (tmp_path / "a.ops").write_text(text)
    done = memoracle("replay", tmp_path / "a.ops")
    assert done.returncode == 0 and re.fullmatch(r"agree \S+ \(\d+ ops\)\n", done.stdout), done.stdout
    spoilt = re.sub(r"(-> |expect .* = )(?!E)\S+", lambda m: m.group(1) + ("write" if m.group().endswith("read") else "1"), text)
    (tmp_path / "b.ops").write_text(spoilt)
    done = memoracle("replay", tmp_path / "b.ops")
    changed = sum(a != b for a, b in zip(text.splitlines(), spoilt.splitlines()))
    assert done.returncode == 1 and done.stdout.count("stale expectation") == changed > 3, done.stdout


@pytest.mark.parametrize("path", sorted(glob.glob("corpus/finding/*.ops")))
def test_known_defects(path, tmp_path):
    """Agrees and is named; with its rule off it differs; explain and shrink switch it off by themselves."""
    domain, rule = (re.search(p, open(path).read(), re.M).group(1) for p in (r"^domain (\w+)", r"^meta known=(\w+)"))
    require({"ptmalloc": "ptmalloc/shipped", "vma": "vma/live", "buddy": "buddy/source"}[domain])
    done = memoracle("replay", path)
    if "skipped" in done.stdout:
        pytest.skip(f"{path}: {done.stdout.strip()}")
    assert done.returncode == 0 and f"known: {rule}" in done.stdout
    assert memoracle("replay", path, "--rule", f"{rule}=off").returncode == 1
    for words in ((), ("--rule", f"{rule}=off")):
        explained = memoracle("explain", path, *words)
        assert explained.returncode == 1 and "differs" in explained.stdout and f"known     {rule}" in explained.stdout
    assert memoracle("shrink", path, "-o", tmp_path / "small.case").returncode == 0
    assert memoracle("explain", tmp_path / "small.case").returncode == 1
    done = memoracle("shrink", path, "-o", tmp_path / "none.case", "--rule", f"{rule}=on")
    assert done.returncode == 2 and "there is nothing to show" in done.stderr and done.stderr.count("\n") == 1
    assert "known  " not in memoracle("explain", path, "--rule", f"{rule}=on").stdout


@pytest.mark.parametrize("target, fault", FAULTS.items())
def test_tools_on_a_finding(target, fault, tmp_path):
    require(target)
    domain, out = target.split("/")[0], f"{tmp_path}/out"
    made = command("make", "-s", f"build/fault/{domain}/{fault}/{target.replace('/', '-')}")
    if made.returncode:
        pytest.skip(f"fault {fault}: {made.stderr.strip()[-200:]}")
    done = memoracle("run", target, "--fault", fault, "--time", "20", "--stop", "--out", out, "--json", "-")
    finding = json.loads(done.stdout)["results"][0]["findings"][0]
    small = f"{tmp_path}/small.case"
    start = time.monotonic()
    assert memoracle("shrink", finding["file"], "-o", small).returncode == 0
    assert time.monotonic() - start < 2.5
    again = json.loads(memoracle("replay", small, "--fault", fault, "--json", "-").stdout)["results"][0]["findings"][0]
    assert again["signature"] == finding["signature"] and again["op_index"] <= finding["op_index"]
    assert memoracle("replay", small).returncode == 0
    text = memoracle("explain", small).stdout
    assert finding["signature"] in text and {"ptmalloc": "chunks", "vma": "VMAs", "buddy": "zone"}[domain] in text
    made = memoracle("cgen", small, "-o", f"{tmp_path}/a.c")
    if made.returncode == 0:
        below = ["-no-pie", "-I.", "build/linux/plain/buddy.o"] if domain == "buddy" else []
        assert command("gcc", "-Wall", "-Wextra", "-Werror", "-o", f"{tmp_path}/a", f"{tmp_path}/a.c", *below).returncode == 0
        assert command(f"{tmp_path}/a").returncode == 1
    else:
        assert made.returncode == 2 and made.stderr.count("\n") == 1 and not os.path.exists(f"{tmp_path}/a.c")


@pytest.mark.parametrize("text", ["domain ptmalloc\nset tcache_count=5\nmalloc size=24 dst=s0\n",
                                  "domain vma\nset smaps=1\nmmap to=s2 page=1\n"])
def test_settings_of_version_1_are_renumbered(tmp_path, text):
    """Version 1 of the format counted the 2 switches of ptmalloc and the 20 of vma before the settings."""
    (tmp_path / "a.ops").write_text(text)
    assert memoracle("encode", tmp_path / "a.ops", "-o", tmp_path / "a.case").returncode == 0
    data = bytearray((tmp_path / "a.case").read_bytes())
    data[8] = 1
    data[24 + 2] += 2 if "ptmalloc" in text else 20
    struct.pack_into("<I", data, 20, zlib.crc32(data[24:], zlib.crc32(data[:20])))
    (tmp_path / "b.case").write_bytes(data)
    assert memoracle("show", tmp_path / "b.case").stdout == memoracle("show", tmp_path / "a.case").stdout != ""
