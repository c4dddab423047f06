# SPDX-License-Identifier: MIT
"""import: cases from the output of other tools, every line an op or counted."""
import re
import subprocess

import pytest
from conftest import memoracle


def imported(tmp_path, form, text, *words):
    """Status, lines of the case without its head, kinds that were passed over, and all of stderr."""
    path = tmp_path / "input"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = memoracle("import", form, path, *words)
    passed = re.search(r"passed over: (.*)", done.stderr)
    kinds = {k: int(n) for k, n in re.findall(r"(?:^|, )(.*?) (\d+)(?=,|$)", passed.group(1))} if passed else {}
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("domain ", "meta "))]
    return done.returncode, lines, kinds, done.stderr


def ops(tmp_path, form, text, *words):
    """As imported(), of what must work: each line of the input is an op or counted."""
    status, lines, kinds, said = imported(tmp_path, form, text, *words)
    assert status == 0, said
    return lines, kinds, said


def refused(tmp_path, form, text, *words):
    """The one line that says why not."""
    status, lines, _, said = imported(tmp_path, form, text, *words)
    assert status == 2 and lines == [] and said.count("\n") == 1, said
    return said


REPLAY = """\
10: malloc 0xb0001000 24
10: calloc 0xb0002000 3 8
11: memalign 0xb0003000 64 100
11: realloc 0xb0004000 0x0 40
10: realloc 0xb0005000 0xb0001000 5000
10: free 0xb0002000
10: malloc 0xb0006000 16
12: free 0x0
11: thread_done 0x0
"""


def test_memory_replay_actions(tmp_path):
    lines, kinds, said = ops(tmp_path, "memory-replay", REPLAY)
    assert lines == ["malloc size=24 dst=s0", "calloc count=3 size=8 dst=s1", "memalign align=64 size=100 dst=s2",
                     "realloc ptr=s3 size=40", "realloc ptr=s0 size=5000", "free ptr=s1", "malloc size=16 dst=s1", "free ptr=s4"]
    assert kinds == {"thread_done": 1}
    assert "import: 9 lines, 8 ops: 3 threads as one, at most 4 live blocks" in said


def test_memory_replay_is_replayed(tmp_path):
    (tmp_path / "input").write_text(REPLAY)
    for name in ("x.ops", "x.case"):
        done = memoracle("import", "memory-replay", tmp_path / "input", "-o", tmp_path / name)
        assert done.returncode == 0 and done.stdout == ""
        replayed = memoracle("replay", tmp_path / name, "--target", "ptmalloc/model")
        assert replayed.returncode == 0 and "(8 ops)" in replayed.stdout, replayed.stdout + replayed.stderr
    assert (tmp_path / "x.ops").read_text().startswith("domain ptmalloc\nmeta import=memory-replay\n")
    assert (tmp_path / "x.case").read_bytes().startswith(b"MEMORACL")


def test_memory_replay_times_and_blanks(tmp_path):
    lines, kinds, _ = ops(tmp_path, "memory-replay", "1: malloc 0x1000 24 17 18\r\n  1:  free   0x1000 19 20\r\n")
    assert lines == ["malloc size=24 dst=s0", "free ptr=s0"] and kinds == {}


def test_memory_replay_what_the_trace_does_not_get(tmp_path):
    lines, kinds, said = ops(tmp_path, "memory-replay", "1: free 0x1000\n1: realloc 0x2000 0x3000 50\n1: free 0x2000\n1: free 0x2000\n")
    assert lines == ["realloc ptr=s0 size=50", "free ptr=s0"]
    assert kinds == {"free of a block that the trace does not get": 2}
    assert "realloc of 1 unknown blocks made realloc(NULL)" in said


def test_memory_replay_null_results(tmp_path):
    lines, kinds, _ = ops(tmp_path, "memory-replay", "1: malloc 0x0 99\n1: malloc 0x1000 8\n1: realloc 0x0 0x1000 9\n"
                                                     "1: realloc 0x0 0x1000 0\n1: malloc 0x1000 7\n1: calloc 0x0 1 1\n1: memalign 0x0 8 8\n")
    assert lines == ["malloc size=8 dst=s0", "realloc ptr=s0 size=0", "malloc size=7 dst=s0"]
    assert kinds == {"malloc that failed": 1, "realloc that failed": 1, "calloc that failed": 1, "memalign that failed": 1}


def test_memory_replay_late_free(tmp_path):
    """Another thread's free of a block stands behind the next use of its address: the block is freed before that."""
    lines, kinds, _ = ops(tmp_path, "memory-replay", "1: malloc 0x1000 8\n2: malloc 0x1000 9\n1: free 0x1000\n2: free 0x1000\n2: free 0x1000\n")
    assert lines == ["malloc size=8 dst=s0", "free ptr=s0", "malloc size=9 dst=s1", "free ptr=s1"]
    assert kinds == {"free behind the next use of its address": 1, "free of a block that the trace does not get": 1}


def test_memory_replay_slots_are_used_again(tmp_path):
    lines, _, said = ops(tmp_path, "memory-replay", "".join(f"1: malloc {a:#x} 8\n1: free {a:#x}\n" for a in range(0x1000, 0x9000, 16)))
    assert len(lines) == 4096 and set(lines) == {"malloc size=8 dst=s0", "free ptr=s0"}
    assert "at most 1 live blocks" in said


@pytest.mark.parametrize("line", ["1: malloc", "1: malloc 0x1000", "1: malloc 0x1000 x", "1: reallocarray 0x1000 1 2", "malloc 0x1000 8",
                                  "1 malloc 0x1000 8", "1: calloc 0x1000 8", "", "1: malloc 0x1000 8x", "1: malloc 99999999999999999999 8"])
def test_memory_replay_other_lines_are_counted(tmp_path, line):
    lines, kinds, _ = ops(tmp_path, "memory-replay", f"1: malloc 0x5000 8\n{line}\n")
    assert lines == ["malloc size=8 dst=s0"] and kinds == {"not of this format": 1}


@pytest.mark.parametrize("form", ["memory-replay"])
def test_refused(tmp_path, form):
    assert "is empty" in refused(tmp_path, form, "")
    assert "none of its 2 lines is" in refused(tmp_path, form, "hello\nworld\n")
    assert "holds zero bytes" in refused(tmp_path, form, "he\0llo\n")
    assert "line 2 is cut" in refused(tmp_path, form, "hello\nworld")


def test_wrong_format(tmp_path):
    assert "is not a trace of memory_replay" in refused(tmp_path, "memory-replay", "munmap(NULL, 0) = -1 EINVAL (Invalid argument)\n")
    assert "unknown format `ltrace`; known: memory-replay" in refused(tmp_path, "ltrace", REPLAY)


def test_nothing_to_replay(tmp_path):
    assert "has nothing to replay: thread_done 2" in refused(tmp_path, "memory-replay", "1: thread_done 0x0\n2: thread_done 0x0\n")


def test_files(tmp_path):
    assert "cannot read" in memoracle("import", "memory-replay", tmp_path / "none").stderr
    assert memoracle("import", "memory-replay").returncode == 2
    (tmp_path / "input").write_text(REPLAY)
    assert "cannot write" in memoracle("import", "memory-replay", tmp_path / "input", "-o", tmp_path / "no" / "x.ops").stderr
    piped = subprocess.run(["build/memoracle", "import", "memory-replay", "-"], input=REPLAY, capture_output=True, text=True)
    assert piped.returncode == 0 and "malloc size=24 dst=s0\n" in piped.stdout
    piped = subprocess.run(["build/memoracle", "import", "memory-replay", "-"], input="x\n", capture_output=True, text=True)
    assert piped.returncode == 2 and "standard input: is not a trace of memory_replay" in piped.stderr
