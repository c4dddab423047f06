# SPDX-License-Identifier: MIT
"""Whatever a process inherits, a campaign agrees, skips what it touches under its own name, or ends with one clear line:
each row of specs/vma-inherited.md that a test can set up, for the front and every worker."""
import ctypes
import functools
import json
import os
import resource
import signal
import struct
import tempfile

import pytest
from conftest import command, memoracle, require

TARGETS = ["vma/live", "ptmalloc/live", "ptmalloc/shipped", "buddy/source"]
KIB, NOBODY = 1024, 65534
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_THP_DISABLE, PR_SET_MDWE, PR_SET_MEMORY_MERGE = 38, 22, 41, 65, 67
SET_MEMPOLICY, MPOL_BIND = 238, 2
MMAP, MPROTECT, MREMAP, BRK, MADVISE, PERSONALITY, MLOCK, PRLIMIT, MEMFD_CREATE, MLOCK2 = 9, 10, 25, 12, 28, 135, 149, 302, 319, 325
UNAME26, ADDR_NO_RANDOMIZE, MMAP_PAGE_ZERO, ADDR_COMPAT_LAYOUT, READ_IMPLIES_EXEC = 0x20000, 0x40000, 0x100000, 0x200000, 0x400000
KILL, EPERM = 0x80000000, 0x00050001


def limits(*pairs):
    """Soft and hard."""
    return lambda: [resource.setrlimit(which, (value, value)) for which, value in pairs]


def prctl(*words):
    return lambda: LIBC.prctl(*words) == 0 or os._exit(99)


def personality(bits):
    return lambda: LIBC.personality(bits)


def mempolicy():
    node = ctypes.c_ulong(1)
    if LIBC.syscall(SET_MEMPOLICY, MPOL_BIND, ctypes.byref(node), 64) != 0:
        os._exit(99)


def signals():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGCHLD, signal.SIGPIPE, signal.SIGSYS, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)


def closed(*descriptors):
    return lambda: [os.close(fd) for fd in descriptors]


def idle():
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    os.nice(19)


def seccomp(*program):
    """Filters calls: (code, jump if true, jump if false, value)."""
    rows = [(0x20, 0, 0, 0), *program, (0x06, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("=HBBI", *row) for row in rows)

    def install():
        buffer = ctypes.create_string_buffer(code, len(code))
        fprog = ctypes.create_string_buffer(struct.pack("@HP", len(rows), ctypes.addressof(buffer)))
        if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or LIBC.prctl(PR_SET_SECCOMP, 2, fprog, 0, 0) != 0:
            os._exit(99)
    return install


def refused(call, answer):
    return (0x15, 0, 1, call), (0x06, 0, 0, answer)


def exec_refused(call, access):
    """Refuses @call where its third argument has all bits of @access, as systemd's MemoryDenyWriteExecute does."""
    return (0x15, 0, 4, call), (0x20, 0, 0, 32), (0x54, 0, 0, access), (0x15, 0, 1, access), (0x06, 0, 0, EPERM)


def unprivileged():
    """Hard limits bind only somebody who may not raise them."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture
def folder():
    """A folder for whoever runs the program."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o777)
        yield path


def start(*words, **options):
    try:
        done = memoracle(*words, **options)
    except PermissionError:
        pytest.skip("the tree cannot be reached by another user")
    if done.returncode == 99:
        pytest.skip("this kernel does not let a process inherit it")
    return done


def run(target, folder, inherited, *words, **options):
    require(target)
    return start("run", target, "--ops", "4000", "--out", folder, "--json", "-", *words, preexec_fn=inherited, **options)


def agrees(done):
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    result = json.loads(done.stdout)["results"][0]
    assert result["verdicts"]["diverge"] == 0 and result["verdicts"]["agree"] > 3000
    return result


def one_line(done, *words):
    assert done.returncode == 2 and sum(line.startswith("memoracle: ") for line in done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    return done


# ---- what makes no difference, because it is reset or because mm/ does not look at it
NO_DIFFERENCE = {
    "stack 64 KiB": limits((resource.RLIMIT_STACK, 64 * KIB)), "stack unlimited": limits((resource.RLIMIT_STACK, resource.RLIM_INFINITY)),
    "memlock": limits((resource.RLIMIT_MEMLOCK, 0)), "core": limits((resource.RLIMIT_CORE, 0)), "sigpending": limits((resource.RLIMIT_SIGPENDING, 0)),
    "fsize 32 MiB": limits((resource.RLIMIT_FSIZE, 32 << 20)), "soft limits": lambda: [resource.setrlimit(r, (v, resource.getrlimit(r)[1])) for r, v in (
        (resource.RLIMIT_AS, 64 << 20), (resource.RLIMIT_DATA, 64 << 20), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CPU, 1))],
    "thp disable": prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), "memory merge": prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0), "no new privs": prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    "compat layout": personality(ADDR_COMPAT_LAYOUT), "read implies exec": personality(READ_IMPLIES_EXEC), "page zero": personality(MMAP_PAGE_ZERO),
    "uname 2.6": personality(UNAME26), "no randomisation": personality(ADDR_NO_RANDOMIZE), "memory policy": mempolicy, "signals": signals,
    "standard input closed": closed(0), "idle": idle, "umask": lambda: os.umask(0o777),
}


@functools.lru_cache
def limited(target):
    """Ops that meet what the host itself has: one that wants to account more than all memory."""
    with tempfile.TemporaryDirectory() as folder:
        return agrees(run(target, folder, None))["skipped_by"]["limit"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", NO_DIFFERENCE)
def test_makes_no_difference(target, name, folder):
    result = agrees(run(target, folder, NO_DIFFERENCE[name], **unprivileged()))
    assert result["skipped_by"]["limit"] == limited(target)
    assert "2.6" not in result["version"]


# ---- limits of memory
HUGE = "domain vma\nmmap to=s2 base=s0 page=0 pages=16 prot=rw kind=private how=free_huge extra=none\n"


@pytest.mark.parametrize("which, kib", [(resource.RLIMIT_AS, 40960), (resource.RLIMIT_DATA, 24576), (resource.RLIMIT_DATA, 32768)])
def test_limits_of_memory_skip_what_may_exceed_them(which, kib, folder):
    result = agrees(run("vma/live", folder, limits((which, kib * KIB)), **unprivileged()))
    assert 0 < result["skipped_by"]["limit"] < 200
    with open(f"{folder}/huge.ops", "w") as f:
        f.write(HUGE)
    done = start("replay", f"{folder}/huge.ops", "--target", "vma/live", preexec_fn=limits((which, kib * KIB)), **unprivileged())
    assert done.returncode == 0 and "limit" in done.stdout, done.stdout
    listed = start("list", "--target", "vma/live", preexec_fn=limits((which, kib * KIB)), **unprivileged()).stdout
    assert "skips    " in listed and ("RLIMIT_AS" if which == resource.RLIMIT_AS else "RLIMIT_DATA") in listed


def test_a_case_without_a_named_target_runs_on_one_that_can(folder):
    """vma/source, which comes first, needs 2 GiB of address space; the running kernel needs less."""
    require("vma/live")
    require("vma/source")
    short = limits((resource.RLIMIT_AS, 65536 * KIB))
    done = start("replay", "corpus/regress/vma/merge_left.ops", "--json", f"{folder}/a.json", preexec_fn=short, **unprivileged())
    assert done.returncode == 0 and json.load(open(f"{folder}/a.json"))["results"][0]["target"] == "vma/live", done.stderr
    named = start("replay", "corpus/regress/vma/merge_left.ops", "--target", "vma/source", preexec_fn=short, **unprivileged())
    one_line(named, "not enough memory for the page frames", "raise ulimit -v 65536")


@pytest.mark.parametrize("rule", ["as_pages", "data_pages"])
@pytest.mark.parametrize("pages", [0, 3, 700])
def test_the_model_skips_at_any_limit(rule, pages, folder):
    done = memoracle("run", "vma/model", "--ops", "4000", "--rule", f"{rule}={pages}", "--out", folder, "--json", "-")
    assert done.returncode == 0 and json.loads(done.stdout)["results"][0]["skipped_by"]["limit"] > 0


@pytest.mark.parametrize("target, inherited, words", [
    ("vma/live", limits((resource.RLIMIT_DATA, 16384 * KIB)), ["raise ulimit -d 16384"]),
    ("ptmalloc/live", limits((resource.RLIMIT_DATA, 16384 * KIB)), ["raise ulimit -d 16384"]),
    ("ptmalloc/shipped", limits((resource.RLIMIT_AS, 40960 * KIB)), ["raise ulimit -v 40960"]),
    ("buddy/source", limits((resource.RLIMIT_DATA, 20480 * KIB)), ["ulimit -d 20480"]),
    ("vma/live", limits((resource.RLIMIT_FSIZE, 0)), ["File too large", "ulimit -f"]),
    ("vma/live", limits((resource.RLIMIT_NPROC, 0)), ["cannot start a process", "ulimit -u"]),
    ("vma/live", limits((resource.RLIMIT_NOFILE, 64)), ["descriptors up to", "ulimit -n"]),
    ("vma/live", seccomp(*refused(PERSONALITY, KILL)), ["a seccomp filter kills it"]),
    ("vma/live", closed(0, 1), ["standard output is closed"]),
])
def test_what_cannot_be_helped_is_one_line(target, inherited, words, folder):
    done = one_line(run(target, folder, inherited, **unprivileged()), *words)
    assert "run `make`" not in done.stderr


# ---- rules of mm/ that are inherited
def test_memory_that_may_not_become_executable(folder):
    """PR_SET_MDWE cannot be taken back: it is a switch."""
    inherited = prctl(PR_SET_MDWE, 1, 0, 0, 0)
    assert agrees(run("vma/live", folder, inherited))["rules"]["mdwe"] > 0
    done = start("replay", "corpus/regress/vma/mdwe.ops", "corpus/regress/vma/mdwe_denied.ops", "--target", "vma/live", preexec_fn=inherited)
    assert done.returncode == 0 and "skipped corpus/regress/vma/mdwe.ops" in done.stdout and "agree corpus/regress/vma/mdwe_denied.ops" in done.stdout
    done = start("replay", "corpus/regress/vma/mdwe.ops", "--target", "vma/live", "--rule", "mdwe=0", preexec_fn=inherited)
    assert done.returncode == 1, "told wrong, the model differs: " + done.stdout


# ---- filters: what they refuse is skipped, by an error or by death
FILTERS = {
    "mremap killed": (refused(MREMAP, KILL), "mremap"), "mlock2 killed": (refused(MLOCK2, KILL), "mlock2"), "mlock refused": (refused(MLOCK, EPERM), "MAP_LOCKED"),
    "brk refused": (refused(BRK, EPERM), "brk"), "madvise killed": (refused(MADVISE, KILL), "madvise"), "memfd refused": (refused(MEMFD_CREATE, EPERM), None),
    "mmap of wx": (exec_refused(MMAP, 6), "mmap of wx"), "mprotect to x": (exec_refused(MPROTECT, 4), "mprotect to x"), "prlimit refused": (refused(PRLIMIT, EPERM), None),
}


@pytest.mark.parametrize("name", [n for n, (_, skips) in FILTERS.items() if skips])
def test_filters_skip_what_they_refuse(name, folder):
    program, skips = FILTERS[name]
    result = agrees(run("vma/live", folder, seccomp(*program)))
    assert result["skipped_by"]["unsupported"] > 0
    assert skips in start("list", "--target", "vma/live", "--json", "-", preexec_fn=seccomp(*program)).stdout


def test_filter_of_limits_changes_nothing(folder):
    agrees(run("vma/live", folder, seccomp(*FILTERS["prlimit refused"][0])))


def test_filter_of_memory_files_is_one_line(folder):
    one_line(run("vma/live", folder, seccomp(*FILTERS["memfd refused"][0])), "cannot make the mailbox")


# ---- time, memory and processes that somebody else counts
def test_cpu_time_ends_workers_not_the_campaign(folder):
    """A worker that used its time up is no finding; the front ends with its summary when its own time is up."""
    require("ptmalloc/shipped")
    done = start("run", "ptmalloc/shipped", "--ops", "400000", "--state", "full", "--out", folder, "--json", "-",
                 preexec_fn=limits((resource.RLIMIT_CPU, 2)), **unprivileged())
    result = json.loads(done.stdout)["results"][0]
    assert done.returncode == 0 and not result["findings"] and result["verdicts"]["diverge"] == 0, done.stderr
    assert result["cpu_seconds"] > 1.5, "the limit leaves a worker one second: more than one has run"


def control_group(controller, setting, value):
    """A control group of ours with a limit, or a skip."""
    for parent in (f"/sys/fs/cgroup/{controller}", "/sys/fs/cgroup"):
        path = f"{parent}/memoracle-test-{os.getpid()}"
        try:
            os.mkdir(path)
        except OSError:
            continue
        try:
            with open(f"{path}/{setting[parent != '/sys/fs/cgroup']}", "w") as f:
                f.write(value)
            return path
        except OSError:
            os.rmdir(path)
    pytest.skip(f"no control group for {controller} can be made here")


def inside(path):
    def enter():
        with open(f"{path}/cgroup.procs", "w") as f:
            f.write(str(os.getpid()))
    return enter


@pytest.mark.parametrize("controller, setting, value, words", [
    ("memory", ("memory.max", "memory.limit_in_bytes"), str(8 << 20), ["want of memory"]),
    ("pids", ("pids.max", "pids.max"), "1", ["cannot start a process", "pids.max"]),
])
def test_control_groups(controller, setting, value, words, folder):
    path = control_group(controller, setting, value)
    try:
        done = run("ptmalloc/shipped", folder, inside(path))
        if done.returncode == -signal.SIGKILL:
            pytest.skip("the kernel chose the front")
        one_line(done, *words)
    finally:
        os.rmdir(path)


# ---- files that are not there
def namespace(*words):
    """Runs memoracle behind a shell command in a mount namespace of its own, or skips."""
    if command("unshare", "-m", "true").returncode != 0:
        pytest.skip("a mount namespace needs root")
    return command("unshare", *words)


def test_without_dev_null(folder):
    require("vma/live")
    done = namespace("-m", "sh", "-c", f"mount -t tmpfs none /dev && exec build/memoracle run vma/live --ops 4000 --out {folder} --json - 0<&- 2>&1")
    assert done.returncode == 0 and '"diverge": 0' in done.stdout, done.stdout[-500:]


@pytest.mark.parametrize("target, words", [("vma/live", "mount /proc"), ("ptmalloc/shipped", None), ("buddy/source", None)])
def test_without_proc(target, words, folder):
    require(target)
    done = namespace("-m", "sh", "-c", f"mount -t tmpfs none /proc && exec build/memoracle run {target} --ops 4000 --out {folder}")
    if words is None:
        assert done.returncode == 0, done.stderr
    else:
        one_line(done, words)


def test_memory_files_that_may_not_be_executed(folder):
    require("vma/live")
    done = namespace("-m", "-p", "-f", "--mount-proc", "sh", "-c", "echo 2 >/proc/sys/vm/memfd_noexec && "
                     f"exec build/memoracle run vma/live --ops 4000 --out {folder} --json -")
    if "memfd_noexec" in done.stderr:
        pytest.skip("this kernel has no vm.memfd_noexec")
    assert agrees(done)["rules"]["fault_beyond"] > 0


# ---- descriptors
@pytest.mark.parametrize("descriptors", [(0,), (0, 2), (1,), (0, 1, 2)])
def test_closed_descriptors(descriptors, folder):
    """What is closed is no place for the files of ours that people write to."""
    require("vma/live")
    done = start("run", "vma/live", "--ops", "4000", "--out", folder, "--json", f"{folder}/report.json", preexec_fn=closed(*descriptors))
    report = json.load(open(f"{folder}/report.json"))["results"][0]
    assert report["verdicts"]["diverge"] == 0 and report["verdicts"]["agree"] > 3000
    assert done.returncode == (2 if 1 in descriptors else 0)


def test_too_few_mappings(folder):
    require("vma/live")
    with open(f"{folder}/count", "w") as f:
        f.write("1000\n")
    done = namespace("-m", "sh", "-c", f"mount --bind {folder}/count /proc/sys/vm/max_map_count && exec build/memoracle run vma/live --ops 10 --out {folder}")
    one_line(done, "sysctl vm.max_map_count")
