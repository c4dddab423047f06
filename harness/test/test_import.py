# SPDX-License-Identifier: MIT
"""import: cases from the output of other tools, every line an op or counted."""
import random
import re
import subprocess

import pytest
from conftest import memoracle, require


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
    if form != "syz":
        read, halves = (re.search(p, said) for p in (r"import: (\d+) lines", r"; (\d+) lines only complete"))
        assert int(read.group(1)) == len(lines) + sum(kinds.values()) + (int(halves.group(1)) if halves else 0)
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


def long_trace(lines, live):
    """Threads that get, move and free blocks of any size, from a seed; at most @live are live."""
    draw, held, text, fresh = random.Random(1), [], [], 0x1000
    for _ in range(lines):
        thread, size = draw.randrange(1, 9), draw.choice([8, 24, 100, 1000, 5000, 200000]) + draw.randrange(64)
        fresh += 16
        if len(held) == live or (held and draw.random() < 0.4):
            old = held.pop(draw.randrange(len(held)))
            if draw.random() < 0.7:
                text.append(f"{thread}: free {old:#x}")
                continue
            text.append(f"{thread}: realloc {fresh:#x} {old:#x} {size}")
        else:
            text.append(f"{thread}: " + draw.choice([f"malloc {fresh:#x} {size}", f"calloc {fresh:#x} 2 {size}", f"memalign {fresh:#x} 64 {size}"]))
        held.append(fresh)
    return "\n".join(text) + "\n"


def test_memory_replay_of_any_length(tmp_path):
    """Many more ops and blocks than a compact case has: they agree, the whole state compared."""
    (tmp_path / "input").write_text(long_trace(30000, 2000))
    done = memoracle("import", "memory-replay", tmp_path / "input", "-o", tmp_path / "x.case")
    assert done.returncode == 0 and "30000 ops: 8 threads as one, at most 2000 live blocks" in done.stderr
    require("ptmalloc/shipped")
    replayed = memoracle("replay", tmp_path / "x.case", "--target", "ptmalloc/shipped")
    assert replayed.returncode == 0 and "(30000 ops)" in replayed.stdout, replayed.stdout + replayed.stderr


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
    lines, kinds, said = ops(tmp_path, "memory-replay", "1: malloc 0x1000 8\n2: malloc 0x1000 9\n1: free 0x1000\n2: free 0x1000\n2: free 0x1000\n")
    assert lines == ["malloc size=8 dst=s0", "free ptr=s0", "malloc size=9 dst=s1", "free ptr=s1"]
    assert kinds == {"free of a block that the trace does not get": 1}
    assert "free of 1 blocks put before the next use of their addresses" in said


def test_memory_replay_slots_are_used_again(tmp_path):
    lines, _, said = ops(tmp_path, "memory-replay", "".join(f"1: malloc {a:#x} 8\n1: free {a:#x}\n" for a in range(0x1000, 0x9000, 16)))
    assert len(lines) == 4096 and set(lines) == {"malloc size=8 dst=s0", "free ptr=s0"}
    assert "at most 1 live blocks" in said


@pytest.mark.parametrize("line", ["1: malloc", "1: malloc 0x1000", "1: malloc 0x1000 x", "1: reallocarray 0x1000 1 2", "malloc 0x1000 8",
                                  "1 malloc 0x1000 8", "1: calloc 0x1000 8", "", "1: malloc 0x1000 8x", "1: malloc 99999999999999999999 8"])
def test_memory_replay_other_lines_are_counted(tmp_path, line):
    lines, kinds, _ = ops(tmp_path, "memory-replay", f"1: malloc 0x5000 8\n{line}\n")
    assert lines == ["malloc size=8 dst=s0"] and kinds == {"not of this format": 1}


@pytest.mark.parametrize("form", ["memory-replay", "strace", "syz"])
def test_refused(tmp_path, form):
    assert "is empty" in refused(tmp_path, form, "")
    assert "none of its 2 lines is" in refused(tmp_path, form, "hello\nworld\n")
    assert "holds zero bytes" in refused(tmp_path, form, "he\0llo\n")
    assert "line 2 is cut" in refused(tmp_path, form, "hello\nworld")


def test_wrong_format(tmp_path):
    strace, syz = "munmap(NULL, 0) = -1 EINVAL (Invalid argument)\n", "munmap(&(0x7f0000000000/0x1000)=nil, 0x1000)\n"
    assert "is not a trace of memory_replay" in refused(tmp_path, "memory-replay", strace)
    assert "is not the output of strace" in refused(tmp_path, "strace", syz)
    assert "is not the output of strace" in refused(tmp_path, "strace", REPLAY)
    assert "is not a program of syzkaller" in refused(tmp_path, "syz", strace)
    assert "unknown format `ltrace`; known: memory-replay, strace, syz" in refused(tmp_path, "ltrace", strace)


def test_nothing_to_replay(tmp_path):
    assert "has nothing to replay: thread_done 2" in refused(tmp_path, "memory-replay", "1: thread_done 0x0\n2: thread_done 0x0\n")


def test_files(tmp_path):
    assert "cannot read" in memoracle("import", "strace", tmp_path / "none").stderr
    assert memoracle("import", "strace").returncode == 2
    (tmp_path / "input").write_text(REPLAY)
    assert "cannot write" in memoracle("import", "memory-replay", tmp_path / "input", "-o", tmp_path / "no" / "x.ops").stderr
    piped = subprocess.run(["build/memoracle", "import", "memory-replay", "-"], input=REPLAY, capture_output=True, text=True)
    assert piped.returncode == 0 and "malloc size=24 dst=s0\n" in piped.stdout
    piped = subprocess.run(["build/memoracle", "import", "strace", "-"], input="x\n", capture_output=True, text=True)
    assert piped.returncode == 2 and "standard input: is not the output of strace" in piped.stderr


@pytest.mark.parametrize("pid", ["0", "x", "-1", "4294967296"])
def test_pid_is_a_number(tmp_path, pid):
    assert "is no value of --pid" in refused(tmp_path, "strace", "x\n", "--pid", pid)


ANON = "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS"
RW = "prot=read|write flags=private|anonymous"
FIRST = f"mmap(NULL, 65536, {ANON}, -1, 0) = 0x7f0000010000\n"
MAPPED = f"mmap addr=NULL length=64K {RW} dst=s2"


def mm(tmp_path, text, *words):
    """What a mapping of 64 KiB and @text become, without the mapping; and what is passed over."""
    lines, kinds, _ = ops(tmp_path, "strace", FIRST + text, *words)
    assert lines[0] == MAPPED
    return lines[1:], kinds


def test_strace_addresses_of_a_mapping(tmp_path):
    lines, kinds = mm(tmp_path, f"""\
mprotect(0x7f0000011000, 4096, PROT_READ) = 0
munmap(0x7f0000012000, 4096)            = 0
mprotect(0x7f0000012000, 4096, PROT_NONE) = -1 ENOMEM (Cannot allocate memory)
mmap(0x7f0000012000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000012000
madvise(0x7f0000012000, 4096, MADV_DONTNEED) = 0
mlock(0x7f0000010000, 4096)             = 0
munlock(0x7f0000010000, 4096)           = 0
mlock2(0x7f0000010000, 4096, MLOCK_ONFAULT) = 0
munmap(0x7f000001f000, 8192)            = 0
""")
    assert lines == [
        "mprotect addr=s2+0x1000 length=4K prot=read -> 0", "munmap addr=s2+0x2000 length=4K -> 0",
        "mprotect addr=s2+0x2000 length=4K prot=none -> ENOMEM",
        "mmap addr=s2+0x2000 length=4K prot=none flags=private|fixed|anonymous dst=s3",
        "madvise addr=s3 length=4K advice=dontneed -> 0", "mlock addr=s2 length=4K", "munlock addr=s2 length=4K -> 0",
        "mlock2 addr=s2 length=4K flags=onfault", "munmap addr=s2+0xf000 length=8K"]
    assert kinds == {}


def test_strace_slots_are_used_again(tmp_path):
    lines, _ = mm(tmp_path, "munmap(0x7f0000010000, 32768) = 0\nmunmap(0x7f0000018000, 32768) = 0\n" + FIRST)
    assert lines == ["munmap addr=s2 length=32K -> 0", "munmap addr=s2+0x8000 length=32K -> 0", MAPPED]


def test_strace_mremap(tmp_path):
    lines, kinds = mm(tmp_path, """\
mremap(0x7f0000010000, 65536, 131072, MREMAP_MAYMOVE) = 0x7f0000100000
munmap(0x7f0000010000, 4096) = 0
munmap(0x7f0000100000, 4096) = 0
mremap(0x7f0000101000, 4096, 8192, 0) = -1 ENOMEM (Cannot allocate memory)
mremap(0x7f0000101000, 4096, 0, 0) = -1 EINVAL (Invalid argument)
mremap(0x7f0000101000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7f0000104000) = 0x7f0000104000
mremap(0x7f0000104000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, 0) = 0x7f0000200000
munmap(0x7f0000104000, 4096) = 0
mremap(0x7f0000300000, 4096, 4096, MREMAP_MAYMOVE) = 0x7f0000400000
""")
    assert lines == [
        "mremap addr=s2 length=64K new_length=128K flags=maymove dst=s3", "munmap addr=s3 length=4K -> 0",
        "mremap addr=s3+0x1000 length=4K new_length=8K flags=none dst=s2",
        "mremap addr=s3+0x1000 length=4K new_length=0 flags=none dst=s2 -> EINVAL",
        "mremap addr=s3+0x1000 length=4K new_length=4K flags=maymove|fixed new_addr=s3+0x4000 dst=s2",
        "mremap addr=s2 length=4K new_length=4K flags=maymove|dontunmap dst=s4", "munmap addr=s2 length=4K -> 0"]
    assert kinds == {"munmap of memory that is left out": 1, "mremap of memory that is left out": 1}


def test_strace_files_are_left_out(tmp_path):
    """And what is done to them; a mapping in the place of one that the case has takes its name away."""
    lines, kinds = mm(tmp_path, """\
mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/a,b (c>, 0) = 0x7f0000100000
mmap(0x7f0000101000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000101000
mprotect(0x7f0000101000, 4096, PROT_NONE) = 0
munmap(0x7f0000100000, 8192) = 0
mmap(0x7f0000010000, 4096, PROT_READ, MAP_SHARED|MAP_FIXED, 3, 0) = 0x7f0000010000
mprotect(0x7f0000010000, 4096, PROT_READ) = 0
mprotect(0x7f0000011000, 4096, PROT_READ) = 0
""")
    assert lines == ["mprotect addr=s2+0x1000 length=4K prot=read -> 0"]
    assert kinds == {"mmap of a file": 2, "mmap in the place of memory that is left out": 1, "mprotect of memory that is left out": 2,
                     "munmap of memory that is left out": 1}


def test_strace_numbers_as_addresses(tmp_path):
    lines, kinds = mm(tmp_path, """\
mmap(0xc000000000, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = 0xc000000000
mmap(0xc000000000, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST (File exists)
mmap(0xd000000000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0xd000000000
munmap(0x1, 4096) = -1 EINVAL (Invalid argument)
munmap(0xffffffffffffffff, 4096) = -1 EINVAL (Invalid argument)
mmap(0x400000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x400000
munmap(0x400000, 4096) = 0
""")
    assert [line.split(" length=")[0] for line in lines] == ["mmap addr=0xc000000000", "mmap addr=s3", "mmap addr=0xd000000000",
                                                             "munmap addr=0x1", "munmap addr=0xffffffffffffffff"]
    assert [line.partition(" -> ")[2] for line in lines] == ["", "EEXIST", "0xd000000000", "EINVAL", "EINVAL"]
    assert kinds == {"mmap in the place of memory that is left out": 1, "munmap of memory that is left out": 1}


def test_strace_break(tmp_path):
    lines, kinds = mm(tmp_path, """\
brk(0x555500002000)                     = 0x555500000000
brk(NULL)                               = 0x555500000000
brk(0x555500021000)                     = 0x555500021000
brk(0x655500021000)                     = 0x555500021000
mprotect(0x555500001000, 4096, PROT_READ) = 0
brk(0x555500001000)                     = 0x555500001000
madvise(0x555500001000, 4096, MADV_DONTNEED) = -1 ENOMEM (Cannot allocate memory)
brk(0x555400001000)                     = 0x555500001000
""")
    assert lines == ["brk addr=NULL -> heap+0x0", "brk addr=heap+0x21000 -> heap+0x21000", "brk addr=0x100020021000",
                     "mprotect addr=heap+0x1000 length=4K prot=read -> 0", "brk addr=heap+0x1000 -> heap+0x1000",
                     "madvise addr=heap+0x1000 length=4K advice=dontneed -> ENOMEM"]
    assert kinds == {"brk whose start is not in the trace": 2}


WHOLE = f"""\
brk(NULL)                               = 0x55b8efd1b000
mmap(NULL, 8192, {ANON}, -1, 0) = 0x7f6d73da2000
mmap(NULL, 42383, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f6d73d97000
mprotect(0x7f6d73d97000, 4096, PROT_NONE) = 0
brk(0x55b8efd3c000)                     = 0x55b8efd3c000
mmap(NULL, 65536, {ANON}, -1, 0) = 0x7f6d73d87000
munmap(0x7f6d73d88000, 4096)            = 0
mprotect(0x7f6d73d87000, 65536, PROT_READ) = -1 ENOMEM (Cannot allocate memory)
mprotect(0x7f6d73d89000, 4096, PROT_READ) = 0
mmap(0x7f6d73d88000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f6d73d88000
mremap(0x7f6d73d89000, 8192, 1048576, MREMAP_MAYMOVE) = -1 EFAULT (Bad address)
mremap(0x7f6d73d8a000, 8192, 1048576, MREMAP_MAYMOVE) = 0x7f6d73c87000
munmap(0x7f6d73c87000, 1048576)         = 0
mmap(0xc000000000, 67108864, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = 0xc000000000
mmap(0xc000000000, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0xc000000000
mmap(0xc000000000, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST (File exists)
madvise(0xc000000000, 4096, 0x63 /* MADV_??? */) = -1 EINVAL (Invalid argument)
mmap(NULL, 0, {ANON}, -1, 0) = -1 EINVAL (Invalid argument)
munmap(0x1, 4096)                       = -1 EINVAL (Invalid argument)
madvise(0xc000000000, 8192, MADV_DONTNEED) = 0
madvise(0x55b8efd1c000, 4096, MADV_DONTNEED) = 0
munlock(0xc000000000, 4096)             = 0
"""


@pytest.mark.parametrize("target", ["vma/model", "vma/live"])
@pytest.mark.parametrize("form,ops_count", [("strace", 20), ("syz", 11)])
def test_mm_calls_are_replayed(tmp_path, target, form, ops_count):
    """What is expected of a recorded program holds."""
    if target == "vma/live":
        require(target)
    (tmp_path / "input").write_text(WHOLE if form == "strace" else PROGRAM)
    assert memoracle("import", form, tmp_path / "input", "-o", tmp_path / "x.ops").returncode == 0
    replayed = memoracle("replay", tmp_path / "x.ops", "--target", target)
    assert replayed.returncode == 0 and f"({ops_count} ops)" in replayed.stdout, replayed.stdout + replayed.stderr


@pytest.mark.parametrize("before", ["", "123 ", "123   ", "[pid 123] ", "[pid    123] ", "123 12:34:56 ", "12:34:56.123456 ", "1700000000.123456 ",
                                    "     0.000123 ", "12:34:56 (+     0.000123) ", "123 [00007f59c7cba9b3] ", "[   9] ",
                                    "[pid 123] 12:34:56 [00007f59c7cba9b3] ", "123<sh> ", "[pid 123<a b>] ", "5000000 "])
def test_strace_prefixes(tmp_path, before):
    lines, kinds, said = ops(tmp_path, "strace", before + FIRST)
    assert lines == [MAPPED] and kinds == {} and ("of process 123" in said) == ("123" in before.replace(".123456", "").replace("0123", ""))


@pytest.mark.parametrize("flags,text", [
    ("0x3 /* PROT_READ|PROT_WRITE */, 0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */", RW),
    ("0x3, 0x22", RW),
    ("PROT_NONE, MAP_SHARED|MAP_ANONYMOUS|0x8000000", "prot=none flags=shared|anonymous|0x8000000"),
    ("PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|20<<MAP_HUGE_SHIFT",
     "prot=read|write flags=private|anonymous|hugetlb|0x50000000")])
def test_strace_flags(tmp_path, flags, text):
    lines, kinds, _ = ops(tmp_path, "strace", f"mmap(NULL, 65536, {flags}, -1, 0) = 0x7f0000010000 <0.000042>\n")
    assert lines == [f"mmap addr=NULL length=64K {text} dst=s2"] and kinds == {}


@pytest.mark.parametrize("line,kind", [
    ("munmap(0x7f0000010000, 4096) = ?", "munmap without a result"),
    ("munmap(0x7f0000010000, MAP_ODD) = 0", "munmap with an argument that is not understood"),
    ("munmap(0x7f0000010000) = 0", "munmap with an argument that is not understood"),
    ("munmap(0x7f0000010000, 4096", "not a call"), ("munmap(0x7f0000010000, 4096)", "not a call"), ("munmap", "not a call"), ("", "not a call"),
    ("munmap(0x7f0000010000, 4096) = done", "not a call"), ("munmap(0x7f0000010000, \"a\\\"", "not a call"),
    ("sendto(4<TCP:[127.0.0.1:1->[::1]:2]>, \"x\", 1, 0, NULL, 0) = 1", "sendto"), ("ioctl(1</dev/pts/0<char 136:0>>, TCGETS, {B38400 opost isig, ...}) = 0", "ioctl"), ("mincore(0x7f0000010000, 4096, [\")\"]) = 0", "mincore"),
    ("+++ exited with 0 +++", "end of a process"), ("--- SIGCHLD {si_signo=SIGCHLD} ---", "signal"),
    ("strace: Process 5 attached", "of strace itself"), ("<... munmap resumed>) = 0", "resumed without its beginning"),
    ("munmap(0x7f0000010000, 4096 <unfinished ...>", "unfinished")])
def test_strace_other_lines_are_counted(tmp_path, line, kind):
    lines, kinds = mm(tmp_path, line + "\n")
    assert lines == [] and kinds == {kind: 1}


def test_strace_errors_that_chance_decides(tmp_path):
    lines, _ = mm(tmp_path, "".join(f"{call} = -1 {error} (...)\n" for call, error in [
        ("munmap(0x7f0000010000, 4096)", "ENOMEM"), ("mlock(0x7f0000010000, 4096)", "EPERM"), ("mlock(0x7f0000010000, 4096)", "EAGAIN"),
        (f"mmap(NULL, 4096, {ANON}, -1, 0)", "ENOMEM"), ("madvise(0x7f0000010000, 4096, 0x63 /* MADV_??? */)", "EINVAL"),
        ("munmap(0x7f0000010000, 4096)", "ENOTHING")]))
    assert [line.partition(" -> ")[2] for line in lines] == ["", "", "", "", "EINVAL", ""]


HOLE = "munmap(0x7f0000012000, 4096) = 0\n"
PLACED = f"mmap(NULL, 4096, {ANON}, -1, 0) = 0x7f0000012000\n"
ACROSS = "mprotect(0x7f0000010000, 65536, PROT_READ) = -1 ENOMEM (Cannot allocate memory)\n"
WITHIN = "mprotect(0x7f0000010000, 4096, PROT_READ) = 0\n"


@pytest.mark.parametrize("text,expected", [
    (HOLE + ACROSS + WITHIN, ["0", "ENOMEM", "0"]),               # the hole is empty here too
    (HOLE + PLACED + WITHIN, ["0", "", "0"]),                     # nobody looks at it
    (HOLE + PLACED + ACROSS + WITHIN, ["0", "", "", ""]),         # here the mapping may have come to lie elsewhere
    ("mprotect(0x7f000001f000, 8192, PROT_READ) = 0\n" + WITHIN, ["", ""]),
    ("mmap(0x7f0000012000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000012000\n" + PLACED.replace("0x7f", "0x7e") +
     ACROSS.replace("-1 ENOMEM", "-1 EACCES"), ["", "", "EACCES"]),  # no hole in all of it
    ("mmap(0x7f0000012000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000012000\n" + HOLE + PLACED + ACROSS,
     ["", "0", "", ""])])
def test_strace_expects_what_is_certain(tmp_path, text, expected):
    """Memory that the kernel places may lie elsewhere here: what reaches into a hole may meet it, or not."""
    (tmp_path / "input").write_text(FIRST + text)
    lines, _ = mm(tmp_path, text)
    assert [line.partition(" -> ")[2] for line in lines] == expected
    said = memoracle("import", "strace", tmp_path / "input").stderr
    assert ("no results are expected from there on" in said) == (expected[-1] == "")


TASKS = f"""\
10 execve("/bin/sh", ["sh"], 0x7ffe /* 9 vars */) = 0
10 munmap(NULL, 0) = -1 EINVAL (Invalid argument)
10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 11
11 munmap(NULL, 0) = -1 EINVAL (Invalid argument)
11 execve("/bin/true", ["true"], 0x7ffe /* 9 vars */) = 0
11 mmap(NULL, 65536, {ANON}, -1, 0 <unfinished ...>
10 --- SIGCHLD ---
11 <... mmap resumed>) = 0x7f0000010000
11 clone3({{flags=CLONE_VM|CLONE_THREAD, stack_size=0x7fff80}} => {{parent_tid=[12]}}, 88) = 12
12 munmap(0x7f0000010000, 4096) = 0
"""


def test_strace_tasks(tmp_path):
    """The process with most calls, with its threads, from its last execve on."""
    lines, kinds, said = ops(tmp_path, "strace", TASKS)
    assert lines == [MAPPED, "munmap addr=s2 length=4K -> 0"] and "of process 11" in said
    assert kinds == {"of other processes": 2, "execve": 1, "before the last program began": 1, "clone": 1, "clone3": 1, "signal": 1}


def test_strace_pid(tmp_path):
    lines, kinds, said = ops(tmp_path, "strace", TASKS, "--pid", "10")
    assert lines == ["munmap addr=NULL length=0 -> EINVAL"] and "of process 10" in said and kinds["of other processes"] == 4
    assert ops(tmp_path, "strace", TASKS, "--pid", "12")[0] == ops(tmp_path, "strace", TASKS)[0]
    assert "has no process 13; the one with most calls is 11" in refused(tmp_path, "strace", TASKS, "--pid", "13")


def test_strace_new_break_is_a_new_program(tmp_path):
    lines, kinds, _ = ops(tmp_path, "strace", "brk(NULL) = 0x5000\n" + FIRST + "brk(NULL) = 0x5000\nbrk(NULL) = 0x9000\n" + FIRST)
    assert lines == ["brk addr=NULL -> heap+0x0", MAPPED] and kinds == {"before the last program began": 3}


def test_strace_numbers_appear_with_the_second_process(tmp_path):
    lines, kinds, said = ops(tmp_path, "strace", FIRST + f"""\
strace: Process 7 attached
[pid 7] {FIRST}[pid 6] munmap(0x7f0000010000, 4096) = 0
munmap(0x7f0000011000, 4096) = 0
""")
    assert lines == [MAPPED, "munmap addr=s2 length=4K -> 0", "munmap addr=s2+0x1000 length=4K -> 0"]
    assert kinds == {"of strace itself": 1, "of other processes": 1} and "of process 6" in said


PROGRAM = """\
# {Threaded:true Repeat:true}

mmap(&(0x7f0000000000/0xa000)=nil, 0xa000, 0x3, 0x32, 0xffffffffffffffff, 0x0)
r0 = memfd_create(&(0x7f0000000000)='a(b\\'\\x00', 0x0)
mmap(&(0x7f0000ffd000/0x3000)=nil, 0x3000, 0x1, 0x11, r0, 0x0)
r1 = mremap(&(0x7f0000000000/0x2000)=nil, 0x2000, 0x4000, 0x3, &(0x7f0000ffc000/0x4000)=nil) (fail_nth: 3)
mlock2(&(0x7f0000001000/0x1000)=nil, 0x1000, 0x1)
madvise(&(0x7f0000000000/0x4000)=nil, 0x4000, 0xe)
mprotect(&(0x7f0000000000/0x1000)=nil, 0x1000, 0xf) (async)
mmap$IORING_OFF_SQES(&(0x7f0000001000/0x1000)=nil, 0x1000, 0x3, 0x20032, r0, 0x10000000)
brk(0x20000000)
munmap(nil, (0x1000))
munmap(&AUTO, 0x1000)
munlock(&(0x7f0000fff000/0x1000)=nil, 0x1000)
ioctl$X(r0, 0x4c00, {0x1, [0x2], "29"})
executing program 0:
"""


def test_syz_expected_errors(tmp_path):
    """A comment behind a call names the error that the program's author expects."""
    lines, kinds, said = ops(tmp_path, "syz", "munmap(&(0x7f0000000000)=nil, 0x0) # EINVAL\nmunmap(&(0x7f0000000000)=nil, 0x1) (async) # ok (sic)\n"
                                              "munmap(&(0x7f0000000000)=nil, 0x1)  # EODD\nmunmap(nil, 0x1) EINVAL\n")
    assert lines[3:] == ["munmap addr=arena+0x0 length=0 -> EINVAL", "munmap addr=arena+0x0 length=1", "munmap addr=arena+0x0 length=1"]
    assert kinds == {"not a call": 1} and "1 calls had properties" in said


def test_syz(tmp_path):
    lines, kinds, said = ops(tmp_path, "syz", PROGRAM)
    assert lines == [
        "mmap addr=0xfffff000 length=4K prot=none flags=private|fixed|anonymous dst=s2",
        "mmap addr=arena+0x0 length=16M prot=read|write|exec flags=private|fixed|anonymous dst=s2",
        "mmap addr=0x101000000 length=4K prot=none flags=private|fixed|anonymous dst=s2",
        "mmap addr=arena+0x0 length=40K prot=read|write flags=private|fixed|anonymous dst=s2",
        "mremap addr=arena+0x0 length=8K new_length=16K flags=maymove|fixed new_addr=0x100ffc000 dst=s2",
        "mlock2 addr=arena+0x1000 length=4K flags=onfault", "madvise addr=arena+0x0 length=16K advice=hugepage",
        "mprotect addr=arena+0x0 length=4K prot=read|write|exec|sem",
        "mmap addr=arena+0x1000 length=4K prot=read|write flags=private|fixed|anonymous|stack offset=256M dst=s2",
        "brk addr=heap+0x0", "munlock addr=0x100fff000 length=4K"]
    assert kinds == {"memfd_create": 1, "mmap of a file": 1, "munmap with other arguments than its own": 2, "ioctl": 1, "not a call": 1}
    assert "16 lines, 11 ops, the first 3 of them what the executor maps before a program; 2 calls had properties" in said
