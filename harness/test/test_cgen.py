# SPDX-License-Identifier: MIT
"""Programs of cgen: exit 1 while the real thing shows it, 0 when it is gone, 2 with the reason where they cannot tell."""
import ctypes
import concurrent.futures
import glob
import os
import re
import resource
import struct
import tempfile

import pytest
from conftest import case_files, command, memoracle, require

FLAGS = (["-O0"], ["-O2"], ["-O2", "-fstack-protector-all"])
TARGET = {"buddy": "buddy/source", "ptmalloc": "ptmalloc/shipped", "vma": "vma/live"}
# Regress cases that a planted fault makes a difference which a program can see.
SAMPLE = [("buddy", "smallest", "first_is_last"), ("buddy", "claim_stops", "claim_stops_early"), ("buddy", "boost", "boost_small_zone"),
          ("ptmalloc", "large_second", "large_fit_first"), ("ptmalloc", "sys_foreign", "foreign_uncounted"),
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
    linked = BUILD["buddy"][1:] if "/buddy/" in str(path) else ()
    done = command("gcc", "-Wall", "-Wextra", "-Werror", *flags, *linked, "-o", tmp_path / "a", tmp_path / "a.c")
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


@pytest.mark.parametrize("old, new, status, says", [
    (r"verdict\((.*), (\w+), (\w+)\);", r"verdict(\1, \3, \2);", 0, "gone"),
    (r"verdict\((.*), (\w+), (\w+)\);", r"verdict(\1, 77, 78);", 2, "is neither what was recorded nor what was expected"),
    (r"= alloc\((\d+), (\w+), (\d+), (\w+), ", r"= alloc(\1, \2, \3, \4 + 1, ", 2, "cannot tell: alloc_pages order=")])
def test_buddy_program_tells_apart(old, new, status, says, tmp_path):
    """The kernel's object is linked in: what is compared is changed instead."""
    build(tmp_path, "corpus/regress/buddy/claim_stops.ops", *plant("buddy", "claim_stops_early"))
    text = (tmp_path / "a.c").read_text()
    assert len(re.findall(old, text)) >= 1
    (tmp_path / "a.c").write_text(re.sub(old, new, text, count=1))
    done = command(*BUILD["buddy"], "-w", "-o", tmp_path / "b", tmp_path / "a.c")
    assert done.returncode == 0, done.stderr
    done = command(tmp_path / "b")
    assert done.returncode == status and says in done.stderr, done.stderr


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


# ---- cgen --check: programs of cases that agree

BUILD = {"buddy": ("gcc", "-no-pie", "-I.", "build/linux/plain/buddy.o"), "ptmalloc": ("gcc",), "vma": ("gcc", "-no-pie")}
LIVE = {"buddy": "buddy/source", "ptmalloc": "ptmalloc/live", "vma": "vma/live"}  # what the programs run on


def check_write(path, out, *words):
    return memoracle("cgen", "--check", path, "-o", out, *words)


def check_run(domain, source, *flags, cc=None):
    """What the program says, and its exit status."""
    program = source.with_suffix(".out")
    words = (cc, *BUILD[domain][1:]) if cc else BUILD[domain]
    done = command(*words, "-Wall", "-Wextra", "-Werror", *flags, "-o", program, source)
    assert done.returncode == 0, done.stderr
    return command(program, timeout=60)


def changed_run(domain, text, old, new, folder):
    """What the program says where one place of its text is another: it fails."""
    assert text.count(old) == 1, old
    (folder / "b.c").write_text(text.replace(old, new))
    done = check_run(domain, folder / "b.c")
    assert done.returncode == 1, done.stdout
    return done


def check_lines(done):
    """Its lines of TAP, which must be all that it announced, in order."""
    count = int(re.match(r"(?:# .*\n)*1\.\.(\d+)\n", done.stdout)[1])
    lines = re.findall(r"^(?:not )?ok (\d+) - .*$", done.stdout, re.M)
    assert [int(n) for n in lines] == list(range(1, count + 1)), done.stdout
    return re.findall(r"^(?:not )?ok .*$", done.stdout, re.M)


def check_holds(domain, path, folder, *flags, cc=None, words=()):
    """Returns: how many results the program has checked; none where the case is for another target."""
    source = folder / (os.path.basename(path) + ".c")
    made = check_write(path, source, *words)
    if made.returncode == 2 and " needs " in made.stderr:
        return 0
    assert made.returncode == 0, made.stderr
    done = check_run(domain, source, *flags, cc=cc)
    lines = check_lines(done)
    assert done.returncode == 0 and "not ok" not in done.stdout, (path, flags, done.stdout)
    return len([line for line in lines if " # SKIP " not in line])


def needing_nothing(pattern):
    """Regress cases that every release runs."""
    return [path for path in sorted(glob.glob(pattern)) if "\nneed " not in open(path).read()]


def all_hold(domain, paths, folder, *flags, **options):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        checked = list(pool.map(lambda path: check_holds(domain, path, folder, *flags, **options), paths))
    return checked


@pytest.mark.parametrize("domain", sorted(BUILD))
def test_every_regress_case_holds_as_a_program(domain, tmp_path):
    """Each case that agrees here gets a program, and it says ok to each result and to the state."""
    require(LIVE[domain])
    checked = all_hold(domain, needing_nothing(f"corpus/regress/{domain}/*.ops"), tmp_path, "-O0")
    assert len([n for n in checked if n > 1]) > len(checked) * 9 // 10


@pytest.mark.parametrize("domain, flags", [(d, f) for d in sorted(BUILD) for f in FLAGS[1:]] + [("vma", ["-O3", "-static"])])
def test_programs_hold_however_they_are_built(domain, flags, tmp_path):
    require(LIVE[domain])
    assert all(all_hold(domain, needing_nothing(f"corpus/regress/{domain}/[mu]*.ops")[::4], tmp_path, *flags))


@pytest.mark.parametrize("domain", sorted(BUILD))
def test_long_cases_hold_as_programs(domain, tmp_path):
    require(LIVE[domain])
    assert sum(all_hold(domain, case_files(domain, tmp_path, 12), tmp_path, "-O0", words=("--target", LIVE[domain]))) > 500


def musl():
    if command("sh", "-c", "command -v musl-gcc").returncode != 0:
        pytest.skip("musl-gcc is missing: apt install musl-tools")
    return "musl-gcc"


def test_vma_programs_need_no_glibc(tmp_path):
    require("vma/live")
    assert all(all_hold("vma", needing_nothing("corpus/regress/vma/m*.ops")[::6], tmp_path, "-O1", cc=musl()))


PTMALLOC_CHECK = """domain ptmalloc
set mmap_threshold=262144
malloc size=24 dst=s0 -> base+0x2a0
calloc count=2 size=16 dst=s1 -> base+0x2c0
malloc size=200000 dst=s2 -> base+0x2f0
malloc size=1M dst=s3 -> mmap#1+0x10
memalign align=64 size=1M dst=s4
malloc_usable_size ptr=s3 -> 1052656
realloc ptr=s0 size=40 -> base+0x31040
free ptr=s1
malloc size=-4096 dst=s5 -> ENOMEM
mallopt parameter=MXFAST value=64 -> 1
malloc_trim pad=0
"""


@pytest.fixture
def ptmalloc_check(tmp_path):
    require("ptmalloc/live")
    (tmp_path / "a.ops").write_text(PTMALLOC_CHECK)
    assert check_holds("ptmalloc", tmp_path / "a.ops", tmp_path, "-O1") == 16
    return tmp_path / "a.ops.c"


def test_ptmalloc_program_says_what_it_wanted_and_got(ptmalloc_check, tmp_path):
    """A changed expectation or call is `not ok`, with both sides and exit status 1."""
    text = ptmalloc_check.read_text()
    for old, new, says in [("errno, 0x2c0,", "errno, 0x2d0,", "not ok 2 - calloc count=2 size=16 dst=s1 -> base+0x2c0\n# want base+0x2c0, got base+0x2c0\n"),
                           ("number(n, 0x100ff0,", "number(n, 0x100ff8,", "not ok 6 - malloc_usable_size ptr=s3 -> 1052664\n# want 1052664, got 1052656\n"),
                           ("ENOMEM, 0x10", "EINVAL, 0x10", "-> ENOMEM\n# want ENOMEM, got NULL (errno 12)\n"),
                           ("calloc(2, 16)", "memset(calloc(2, 16), 1, 1)", "-> base+0x2c0\n# want base+0x2c0, got memory that is not 0 at +0x0\n"),
                           ("= malloc(1048576)", "= (char *)malloc(1048576) + 32", "not ok 4 - malloc size=1048576 dst=s3 -> mmap#1+0x10\n# want mmap#1+0x10, got 0x7"),
                           ("place(sbrk(0), 0x", "place(sbrk(0), 0x8", "after op 11: the break -> base+0x")]:
        done = changed_run("ptmalloc", text, old, new, tmp_path)
        assert says in done.stdout, done.stdout


def test_ptmalloc_program_is_ended_by_a_signal(ptmalloc_check):
    """A libc that aborts fails the op in which it did so."""
    text = ptmalloc_check.read_text()
    assert text.count("\tfree(p[1]);\n") == 1
    ptmalloc_check.write_text(text.replace("\tfree(p[1]);\n", "\tfree((char *)p[1] + 8);\n"))
    done = check_run("ptmalloc", ptmalloc_check, "-w")
    assert done.returncode == 1 and done.stdout.endswith("\nnot ok 8 - ended by signal 6\n"), done.stdout


def test_ptmalloc_program_of_another_libc(ptmalloc_check):
    """musl places otherwise, and has not all calls: it says so, op by op."""
    done = check_run("ptmalloc", ptmalloc_check, cc=musl())
    assert done.returncode == 1 and "\nnot ok 1 - malloc size=24 dst=s0 -> base+0x2a0\n" in done.stdout, done.stdout
    assert "mallopt parameter=MXFAST value=64 # SKIP this libc has no such function\n" in done.stdout
    assert "malloc size=-4096 dst=s5 -> ENOMEM\n" in done.stdout.split("ok 9 - ")[1] and len(check_lines(done)) == 16


PLAYED = """domain ptmalloc
malloc size=24 dst=s0 -> base+0x2a0
malloc size=3G dst=s1 -> mmap#1+0x10
memalign align=0x10000 size=1M dst=s2
malloc_usable_size ptr=s2
realloc ptr=s1 size=5G
malloc size=100G dst=s3 -> ENOMEM
deny requests=mmap
malloc size=3G dst=s4 -> ENOMEM
free ptr=s1
memalign align=32M size=9 dst=s5 -> base+0x2000000
"""


def test_ptmalloc_program_plays_the_system(tmp_path):
    """Where results hang on what a kernel grants, and on where mappings lie: then all pointers are exact."""
    require("ptmalloc/live")
    (tmp_path / "a.ops").write_text(PLAYED)
    assert check_holds("ptmalloc", tmp_path / "a.ops", tmp_path, "-O2", "-fstack-protector-all") == 15
    text = (tmp_path / "a.ops.c").read_text()
    pointer = re.search(r"errno, (0x1[0-9a-f]{10}), 0", text)[1]
    (tmp_path / "b.c").write_text(text.replace(f"errno, {pointer}, 0", f"errno, {int(pointer, 16) + 4096:#x}, 0", 1))
    done = check_run("ptmalloc", tmp_path / "b.c")
    assert done.returncode == 1 and "\nnot ok 2 - malloc size=3G dst=s1 -> mmap#1+0x10\n" in done.stdout, done.stdout
    done = command(tmp_path / "b.out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
    assert done.returncode == 2 and re.search(r"^Bail out! no \d+ bytes are granted here", done.stdout, re.M), done.stdout


def test_a_program_of_exact_calls(tmp_path):
    require("ptmalloc/live")
    (tmp_path / "a.ops").write_text("domain ptmalloc\nmalloc size=1048576 dst=s0\nmalloc size=24 dst=s1\n")
    assert check_holds("ptmalloc", tmp_path / "a.ops", tmp_path, words=("--exact",)) == 7
    done = command(tmp_path / "a.ops.out")
    assert "\nok 1 - malloc size=1M dst=s0 -> mmap#1+0x10\nok 2 - malloc size=24 dst=s1 -> base+0x2a0\n" in done.stdout


def test_thresholds_of_a_program_are_fixed(tmp_path):
    """No tunable sets a threshold and leaves it dynamic: the case is taken so, and says so; where it expects otherwise there is no program."""
    text = "domain ptmalloc\nset mmap_threshold=262144\nmalloc size=1000000 dst=s0\nfree ptr=s0\nmalloc size=1000000 dst=s0 -> {}\n"
    (tmp_path / "a.ops").write_text(text.format("mmap#2+0x10"))
    made = check_write(tmp_path / "a.ops", tmp_path / "a.c")
    assert made.returncode == 0 and "is taken with fixed_thresholds=1\n" in made.stdout, made.stderr
    (tmp_path / "b.ops").write_text(text.format("base+0x2a0"))
    made = check_write(tmp_path / "b.ops", tmp_path / "b.c")
    assert made.returncode == 2 and "op 3, outcome is mmap#2+0x10, the case expects base+0x2a0" in made.stderr
    assert memoracle("replay", tmp_path / "b.ops").returncode == 0


VMA_CHECK = """domain vma
mmap to=s2 pages=2 -> arena+0x0
mmap to=s3 pages=4 how=free -> top+0xfffc000
munmap base=s4
munmap base=s3 pages=1 -> 0
mmap to=s5 page=1 how=noreplace -> EEXIST
"""


def test_vma_program_says_what_it_wanted_and_got(tmp_path):
    """A changed expectation is `not ok`, with both sides and exit status 1; all others stay ok."""
    require("vma/live")
    (tmp_path / "a.ops").write_text(VMA_CHECK)
    assert check_holds("vma", tmp_path / "a.ops", tmp_path) == 7
    text = (tmp_path / "a.ops.c").read_text()
    for old, new, line, says in [("0x7ffff7ffb000)", "0x7ffff7ff9000)", "not ok 2 - mmap to=s3 pages=4 how=free -> top+0xfffc000\n", "got top+0xfffc000"),
                                 ("(uint64_t)-17", "(uint64_t)-12", "not ok 5 - mmap to=s5 page=1 how=noreplace -> EEXIST\n# want EEXIST, got EEXIST", ""),
                                 ("{ 0x100000000, 0x100002000, 0, 3, 0 }", "{ 0x100000000, 0x100002000, 0, 1, 0 }", "not ok 6 - after op 5 -> 2 VMAs\n",
                                  "# want arena+0x0 to arena+0x2000 r--- object 0 pgoff 0, got arena+0x0 to arena+0x2000 rw-- object 0 pgoff 0\n"),
                                 ("0x100000000, 0x2000, 0x3,", "0x100000000, 0x2000, 0x1,", "not ok 8 - after op 5: data_vm -> 5\n# want 5, got 3\n", "")]:
        done = changed_run("vma", text, old, new, tmp_path)
        assert line in done.stdout and says in done.stdout, done.stdout
        assert "ok 3 - munmap base=s4 # SKIP empty_slot\n" in done.stdout and len(check_lines(done)) == 8


def test_vma_program_sees_what_no_result_shows(tmp_path):
    """A kernel that says that all went well and does nothing: the state tells."""
    require("vma/live")
    (tmp_path / "a.ops").write_text("domain vma\nmmap to=s2 pages=2 -> arena+0x0\nmprotect page=1 prot=r -> 0\n")
    assert check_holds("vma", tmp_path / "a.ops", tmp_path) == 5
    done = command(tmp_path / "a.ops.out", preexec_fn=lambda: answer_zero(10))
    if done.returncode == 99:
        pytest.skip("a system call filter cannot be set here")
    assert done.returncode == 1 and re.findall(r"^not ok.*\n.*$", done.stdout, re.M) == [
        "not ok 3 - after op 2 -> 2 VMAs\n# want arena+0x0 to arena+0x1000 rw-- object 0 pgoff 0, got arena+0x0 to arena+0x2000 rw-- object 0 pgoff 0",
        "not ok 5 - after op 2: data_vm -> 1\n# want 1, got 2"], done.stdout


def test_vma_program_that_locks_needs_no_limit(tmp_path):
    """Where RLIMIT_MEMLOCK cannot be lifted a lock may fail by it: then it cannot tell. Other programs need no privilege."""
    require("vma/live")
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    for case, status, says in [("mlock_invalid", 2, "Bail out! locked memory has a limit: ulimit -l"), ("brk_merge", 0, "ok 1 - ")]:
        assert check_write(f"corpus/regress/vma/{case}.ops", tmp_path / "a.c").returncode == 0
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            assert command(*BUILD["vma"], "-o", f"{folder}/a", tmp_path / "a.c").returncode == 0
            done = command(f"{folder}/a", user=65534, group=65534, extra_groups=[],
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536)))
        assert done.returncode == status and says in done.stdout, done.stdout


def test_vma_program_must_lie_below_what_it_maps(tmp_path):
    require("vma/live")
    assert check_write("corpus/regress/vma/zero_page.ops", tmp_path / "a.c").returncode == 0
    assert command("gcc", "-o", tmp_path / "a", "-pie", "-fPIE", tmp_path / "a.c").returncode == 0
    done = command(tmp_path / "a")
    assert done.returncode == 2 and done.stdout == "Bail out! the program lies among what it maps: give -no-pie\n"


def test_a_program_of_what_a_release_would_say(tmp_path):
    """With --profile the model alone is asked: on one that is not what runs here the program fails where they part, and only there."""
    require("vma/live")
    (tmp_path / "a.ops").write_text("domain vma\nmmap to=s2 page=0 pages=2\nmmap to=s2 page=4 pages=2\n"
                                    "mremap to=s3 page=0 pages=6 new_pages=6 how=fixed new_page=20\nmunmap page=0 pages=2\n")
    failed = {}
    for profile in ("linux-6.12", "linux-6.18"):
        made = check_write(tmp_path / "a.ops", tmp_path / f"{profile}.c", "--profile", profile)
        assert made.returncode == 0 and f"\n * As the model says of {profile}, not run there.\n" in (tmp_path / f"{profile}.c").read_text(), made.stderr
        done = check_run("vma", tmp_path / f"{profile}.c")
        failed[profile] = re.findall(r"^not ok (\d+) - (\w+)", done.stdout, re.M)
        assert done.returncode == (1 if failed[profile] else 0)
    assert sorted(failed.values(), key=len)[0] == [] and ("3", "mremap") in sorted(failed.values(), key=len)[1]
    made = check_write(tmp_path / "a.ops", tmp_path / "b.c", "--profile", "linux-9.9")
    assert made.returncode == 2 and "unknown profile `linux-9.9`" in made.stderr and made.stderr.count("\n") == 1


def test_no_check_of_what_does_not_agree(tmp_path):
    """A difference, a stale expectation, a need that is not met, no way to write: one line, exit status 2, no file."""
    require("vma/live")
    (tmp_path / "stale.ops").write_text("domain vma\nmmap to=s2 -> EINVAL\n")
    regress = "corpus/regress/vma"
    for words, says in [((tmp_path / "stale.ops",), "op 1, outcome is arena+0x0, the case expects EINVAL"),
                        (("corpus/finding/dontunmap_locked_leak.ops", "--rule", "dontunmap_locked_leak=off"), "differ (vma/mremap/locked_vm): cgen --check takes a case that agrees"),
                        ((f"{regress}/mdwe_denied.ops", "--rule", "mdwe=0"), " needs mdwe=1")]:
        made = memoracle("cgen", "--check", "-o", tmp_path / "a.c", *words)
        assert made.returncode == 2 and says in made.stderr and made.stderr.count("\n") == 1, made.stderr
        assert not (tmp_path / "a.c").exists()
    assert memoracle("cgen", "--check", f"{regress}/zero_page.ops").returncode == 2
    (tmp_path / "long.ops").write_text("domain vma\nrepeat 4097\nmmap to=s2\nend\n")
    made = check_write(tmp_path / "long.ops", tmp_path / "a.c")
    assert made.returncode == 2 and "a case of 4096 ops at most, this one has 4097" in made.stderr, made.stderr


@pytest.mark.parametrize("geometry", range(5))
def test_buddy_program_of_each_zone(geometry, tmp_path):
    require("buddy/source")
    (tmp_path / "a.ops").write_text(f"domain buddy\nset geometry={geometry}\nset batch=7\nalloc_pages order=1 dst=s0\nalloc_pages_bulk count=9\nfree_pages block=s0\ndrain\n")
    assert check_holds("buddy", tmp_path / "a.ops", tmp_path) == 6


def test_buddy_program_says_what_it_wanted_and_got(tmp_path):
    """A changed expectation or call is `not ok`; what is built on a block that was not given is skipped."""
    require("buddy/source")
    (tmp_path / "a.ops").write_text("domain buddy\nalloc_pages order=2 dst=s0 -> pfn+0x1000\nmark_lru block=s0\nfree_pages block=s0\n"
                                    "alloc_pages_bulk count=2 type=movable -> 2\ndrain\n")
    assert check_holds("buddy", tmp_path / "a.ops", tmp_path) == 7
    text = (tmp_path / "a.ops.c").read_text()
    for old, new, says in [("0x1000, \"alloc_pages order=2", "0x1004, \"alloc_pages order=2", "not ok 1 - alloc_pages order=2 dst=s0 -> pfn+0x1000\n# want pfn+0x1000, got pfn+0x1000\n"),
                           ("alloc(2, ", "alloc(40, ", "not ok 1 - alloc_pages order=2 dst=s0 -> pfn+0x1000\n# want pfn+0x1000, got ENOMEM\n"),
                           ("bulk(2, ", "bulk(3, ", "not ok 4 - alloc_pages_bulk count=2 type=movable -> 2\n# want 2, got 3\n"),
                           ("kernel->drain();", "", "not ok 6 - after op 5 -> ")]:
        done = changed_run("buddy", text, old, new, tmp_path)
        assert says in done.stdout, done.stdout
        assert ("ok 3 - free_pages block=s0 # SKIP the block was not given\n" in done.stdout) == (new == "alloc(40, "), done.stdout
    assert " = 0x" in done.stdout.split("# want")[1]
