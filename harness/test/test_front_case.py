# SPDX-License-Identifier: MIT
"""Case files and their text: exact round trips, and one clear line for whatever is wrong."""
import json
import os
import random
import struct
import subprocess
import zlib

import pytest
import toy
from conftest import command

TEXT = """domain toy
profile toy-1
meta note=a = b # no comment
need limit=1000
set start=7
put amount=60 dst=s1 -> 67
put amount=-1 dst=s2 -> ENOMEM
trap
look from=s1 mode=fancy bits=read|write|0x4 -> mmap#0+0x3d
look from=s1 -> base+0x3c
expect total 0 = 67
expect held s2 = absent
expect hidden[3] 0 = -5
ask amount=5
"""


@pytest.fixture(scope="module")
def program():
    return toy.build()


@pytest.fixture
def run(program, tmp_path):
    def call(*words, **options):
        return command(os.path.abspath(program), *words, cwd=tmp_path, **options)
    return call


def encode(run, tmp_path, text, name="a"):
    (tmp_path / f"{name}.ops").write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("encode", f"{name}.ops", "-o", f"{name}.case")


def refused(done, *words):
    """One line on stderr that says it, status 2, nothing on stdout."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_show_as_json(run, tmp_path):
    """Every operand is there as a number, those of 2^53 and more as text; expectations stand with their op."""
    assert encode(run, tmp_path, TEXT).returncode == 0
    done = run("show", "a.case", "--format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == 0 and document["schema"] == 1 and document["domain"] == "toy"
    assert document["meta"] == {"profile": "toy-1", "note": "a = b # no comment", "need.limit": "1000"} and document["settings"] == {"start": 7}
    put, minus, trap, look, plain, ask = document["ops"]
    assert put == {"op": 1, "call": "put", "exact": False, "args": {"amount": 60, "dst": 1}, "text": "put amount=60 dst=s1", "expect": [],
                   "result": {"value": "67", "err": None}}
    assert minus["args"]["amount"] == "0xffffffffffffffff" and minus["result"]["err"] == "ENOMEM"
    assert trap == {"op": 3, "call": "trap", "exact": False, "args": {}, "text": "trap", "expect": []}
    assert look["text"] == "look from=s1 mode=fancy bits=read|write|0x4" and look["args"]["bits"] == 7 and look["result"]["value"] == "mmap#0+0x3d"
    assert set(plain["args"]) == set(look["args"]) and [(c["field"], c["space"], c["key"], c["value"]) for c in plain["expect"]] == \
        [("total", 0, "0", "67"), ("held", 0, "s2", "absent"), ("hidden", 3, "0", "-5")]
    assert ask["op"] == 6 and "result" not in ask
    assert run("show", "a.case", "--format", "text").stdout == TEXT
    assert run("show", "a.case", "--format", "json", "-o", "a.json").stdout == "" and json.loads((tmp_path / "a.json").read_text()) == document
    refused(run("show", "a.case", "--format", "yaml"), "--format", "text or json")


def test_show_exact_calls_as_json(run, tmp_path):
    """Of several records, and what is expected of them behind these."""
    text = "domain toy\nask amount=5T at=s7+0x1000 bits=0x8000000000000000 -> 3\nexpect total 0 = 3\n"
    assert encode(run, tmp_path, text).returncode == 0
    ask, = json.loads(run("show", "a.case", "--format", "json").stdout)["ops"]
    assert ask["exact"] and ask["args"] == {"amount": 5 << 40, "at": 4096, "at_base": 7, "bits": "0x8000000000000000"}
    assert ask["result"] == {"value": "3", "err": None} and [c["value"] for c in ask["expect"]] == ["3"]


def test_text_round_trip(run, tmp_path):
    assert encode(run, tmp_path, TEXT).returncode == 0
    assert run("show", "a.case").stdout == TEXT
    assert run("show", "a.ops").stdout == TEXT


def test_binary_round_trip(run, tmp_path):
    encode(run, tmp_path, TEXT)
    (tmp_path / "b.ops").write_text(run("show", "a.case").stdout)
    assert run("encode", "b.ops", "-o", "b.case").returncode == 0
    assert (tmp_path / "a.case").read_bytes() == (tmp_path / "b.case").read_bytes()


def test_random_cases_round_trip(run, tmp_path):
    """Raw bytes become canonical cases, and these survive both directions."""
    rng = random.Random(3)
    for i in range(30):
        raw = b"".join(bytes([rng.choice([0xf0] * (n < 3) + [1, 2, 3, 4, 5, 9, 0xf1]), 0]) + rng.randbytes(14)
                       for n in range(rng.randrange(40)))
        (tmp_path / "raw").write_bytes(raw)
        shown = run("show", "raw", "--target", "toy/live")
        assert shown.returncode == 0, shown.stderr
        assert encode(run, tmp_path, shown.stdout).returncode == 0
        assert run("show", "a.case").stdout == shown.stdout


def test_text_is_lenient_where_nothing_is_lost(run, tmp_path):
    loose = TEXT.replace("\n", "  \r\n").replace("put amount=60", "\n# remark\n\tput   amount=0x3c").replace("domain", "  domain")
    loose = loose.replace("s1 -> 67", "s1 -> 0x43   # sum").replace("-> ENOMEM", "-> 0 ENOMEM# none")
    loose = loose.replace("look from=s1 -> base+0x3c", "look bits=none mode=plain from=s1# c\r\n").replace("trap", "trap#1")
    assert encode(run, tmp_path, loose).returncode == 0
    assert run("show", "a.case").stdout == TEXT.replace("look from=s1 -> base+0x3c", "look from=s1")


def test_what_is_left_out_has_its_default(run, tmp_path):
    for text in ("look from=s1 mode=plain bits=none\n", "look bits=none from=s1\n", "look from=s1\n"):
        assert encode(run, tmp_path, "domain toy\n" + text).returncode == 0
        assert (tmp_path / "a.case").read_bytes()[24:] == bytes([3, 0, 1] + [0] * 13)
        assert run("show", "a.case").stdout == "domain toy\nlook from=s1\n"


def test_both_orders_of_a_result(run, tmp_path):
    for text in ("-> ENOMEM base+0x3c", "-> base+0x3c ENOMEM"):
        assert encode(run, tmp_path, f"domain toy\nlook from=s1 {text}\n").returncode == 0
        assert run("show", "a.case").stdout == "domain toy\nlook from=s1 -> ENOMEM base+0x3c\n"
    for text in ("-> ENOMEM NULL", "-> NULL ENOMEM", "-> ENOMEM"):
        assert encode(run, tmp_path, f"domain toy\nlook from=s1 {text}\n").returncode == 0
        assert run("show", "a.case").stdout == "domain toy\nlook from=s1 -> ENOMEM\n"


EXACT = [
    ("ask amount=100000", "ask amount=100000"), ("ask amount=16M", "ask amount=16M"), ("ask amount=0x4000K", "ask amount=16M"),
    ("ask amount=-4096", "ask amount=-4096"), ("ask amount=18446744073709551615", "ask amount=-1"), ("ask amount=1 bits=none", "exact ask amount=1"), ("ask amount=1", "ask amount=1"), ("exact ask amount=1", "exact ask amount=1"), ("exact take from=s1", "exact take from=s1"),
    ("ask amount=2T at=s7+0x1000 bits=read|fancy|0x8000000000000000", "ask amount=2T at=s7+0x1000 bits=read|fancy|0x8000000000000000"),
    ("ask amount=1K at=s16777214", "ask amount=1K at=s16777214"), ("ask amount=1025 at=base+0x10", "ask amount=1025 at=base+0x10"),
    ("ask at=s0 amount=5", "ask amount=5 at=s0"), ("take from=s64 -> ENOMEM", "take from=s64 -> ENOMEM"),
]


@pytest.mark.parametrize("text, canonical", EXACT)
def test_exact_calls(run, tmp_path, text, canonical):
    """The compact op where it can say the call, else the exact one; text and records go either way."""
    assert encode(run, tmp_path, f"domain toy\n{text}\ntrap\n").returncode == 0
    assert run("show", "a.case").stdout == f"domain toy\n{canonical}\ntrap\n"
    records = (tmp_path / "a.case").read_bytes()[24:]
    kinds = [records[i] for i in range(0, len(records), 16)]
    assert kinds[-1] == 4 and kinds[0] == (5 if canonical in ("ask amount=1", "ask amount=-1") else 0x85 if "ask" in text else 0x82)
    assert kinds.count(0xf3) == (2 if kinds[0] == 0x85 else 0)
    assert encode(run, tmp_path, run("show", "a.case").stdout, "b").returncode == 0
    assert (tmp_path / "b.case").read_bytes() == (tmp_path / "a.case").read_bytes()
    assert run("replay", "a.case").returncode in (0, 1)


@pytest.mark.parametrize("line, place, words", [
    ("ask amount=1 at=s16777215", "column 17", "at=s16777215 is no value of it: a slot, s1+0x1000, a pointer, or a number"),
    ("ask amount=1 at=s1+x", "column 17", "no value of it"), ("ask amount=20000000T", "column 12", "no value of it"),
    ("ask amount=1 bits=-", "column 19", "none, or of read, write, fancy"), ("ask bits=read", "column 14", "operand amount= is missing"),
    ("ask amount=1 at_base=s1", "column 14", "ask has no operand `at_base=`; it has amount= at= bits="), ("ask amount=1 K", "column 14", "NAME=VALUE is missing"),
    ("repeat 0", "column 8", "no number of rounds"), ("end", "column 1", "`end` without"), ("exact put amount=1 dst=s1", "column 10", "put has no exact call"), ("exact", "column 6", "unknown word ``"),
])
def test_exact_calls_that_are_wrong(run, tmp_path, line, place, words):
    refused(encode(run, tmp_path, f"domain toy\n{line}\n"), f"line 2, {place}", words)


def test_repeat(run, tmp_path):
    """Lines are read as often as it says, slots counted up; a trace is a case like any other."""
    text = "domain toy\nput amount=1 dst=s0\nrepeat 3\nput amount=2 dst=s1+\ntake from=s1+ # comment\nask amount=5 at=s4+\nend\ntrap\n"
    assert encode(run, tmp_path, text).returncode == 0
    rounds = "".join(f"put amount=2 dst=s{i}\ntake from=s{i}\nask amount=5 at=s{i + 3}\n" for i in (1, 2, 3))
    assert run("show", "a.case").stdout == f"domain toy\nput amount=1 dst=s0\n{rounds}trap\n"
    refused(encode(run, tmp_path, "domain toy\nrepeat 2\nrepeat 2\nend\n"), "line 3, column 8", "within a `repeat`")
    refused(encode(run, tmp_path, "domain toy\nrepeat 64\nput amount=2 dst=s1+\nend\n"), "line 3, column 18", "out of range")


def test_ops_as_the_calls_that_they_become(run, tmp_path):
    """explain shows the exact call beside the op, show --exact in its place; what has no exact form stays."""
    (tmp_path / "a.ops").write_text("domain toy\nput amount=60 dst=s1 -> 60\nask amount=5\ntake from=s1 -> 0\ntake from=s2\ntake from=s70\n")
    done = run("explain", "a.ops")
    assert "    2 ask amount=5 -> 7\n        = ask amount=5 at=base+0x0\n    3 take from=s1 -> 0\n" in done.stdout, done.stdout
    done = run("show", "a.ops", "--exact")
    refused(done, "unknown target `toy/model`")


def test_generate(run, tmp_path):
    """The same case from the same seed, of any length; what is live does not grow with it."""
    for name in ("a.case", "b.case", "a.ops"):
        assert run("generate", "toy", "--ops", "100000", "--seed", "7", "-o", name).returncode == 0
    assert (tmp_path / "a.case").read_bytes() == (tmp_path / "b.case").read_bytes()
    assert run("show", "a.case").stdout == (tmp_path / "a.ops").read_text()
    assert run("replay", "a.case").stdout.startswith("agree a.case (100000 ops")
    assert run("generate", "toy").stdout.count("\n") == 1002
    refused(run("generate", "moon"), "unknown domain `moon`; known: toy")
    refused(run("generate", "toy", "--ops", "99999999999"), "--ops is at most")
    refused(run("generate", "toy", "-o", "no/such/folder/a.case"), "cannot write")
    for wrong in ("0", "65537", "x"):
        refused(run("replay", "a.case", "--full-every", wrong), "1 to 65536")


@pytest.mark.parametrize("cut, words", [(1, "cut short"), (1 << 20, "cut short"), (None, "wrong checksum")])
def test_a_large_file_that_is_damaged_is_refused(run, tmp_path, cut, words):
    """It is not read whole, but it is looked at whole."""
    assert run("generate", "toy", "--ops", "200000", "-o", "a.case").returncode == 0
    data = bytearray((tmp_path / "a.case").read_bytes())
    data[-100] ^= cut is None
    (tmp_path / "a.case").write_bytes(data[:len(data) - (cut or 0)])
    for verb in ("replay", "explain", "show"):
        refused(run(verb, "a.case"), "a.case: ", words)


def long_text(rounds, *more):
    return "domain toy\nset start=1\nput amount=60 dst=s0\nrepeat %d\nput amount=1 dst=s1\ntake from=s1\nend\n%s\n" % (rounds, "\n".join(more))


def test_a_trace_runs_in_parts(run, tmp_path):
    assert encode(run, tmp_path, long_text(100000, "put amount=2 dst=s1 -> 63", "expect total 0 = 63")).returncode == 0
    for name in ("a.ops", "a.case"):
        assert run("replay", name).stdout == f"agree {name} (200002 ops)\n"
    done = run("replay", "a.case", "--full-every", "1000", "--json", "r.json")
    result = json.loads((tmp_path / "r.json").read_text())["results"][0]
    assert done.returncode == 0 and result["ops"] == 200002 and result["cases"] == 1 and result["verdicts"]["agree"] == 200002
    assert encode(run, tmp_path, long_text(100000, "put amount=2 dst=s1 -> 64", "take from=s9", "expect total 0 = 64")).returncode == 0
    done = run("replay", "a.ops")
    assert done.returncode == 1 and "a.ops:8: op 200002, outcome: both sides show 63, the file expects 64" in done.stdout
    assert "1 skipped: empty_slot 1, from op 200003 take" in done.stdout


@pytest.mark.parametrize("rounds", [10, 70000, 90000])
def test_a_trace_that_differs_leaves_its_shortest_prefix(run, tmp_path, rounds):
    """The state differs after `trap`, which only a full look tells: the op is found, the prefix kept, and shrunk."""
    more = ["trap"] + ["put amount=1 dst=s2", "take from=s2"] * 40000
    assert encode(run, tmp_path, long_text(rounds, *more)).returncode == 0
    done = run("replay", "a.case", "--rule", "trap_sticks=off", "--out", "out")
    assert done.returncode == 1 and f"op {2 + 2 * rounds}, hidden 0" in done.stdout, done.stdout
    kept = [f for f in os.listdir(tmp_path / "out")]
    assert len(kept) == 1 and kept[0].startswith("toy-trap-hidden")
    assert run("show", f"out/{kept[0]}").stdout.endswith("trap\n")
    done = run("explain", f"out/{kept[0]}")
    assert "signature toy/trap/hidden" in done.stdout and "trap" in done.stdout.splitlines()[-1] + done.stdout
    done = run("shrink", f"out/{kept[0]}", "-o", "small.ops", "--time", "20")
    assert done.returncode == 0 and (tmp_path / "small.ops").read_text().count("\n") < 30, done.stdout + done.stderr
    assert "domain toy" in (tmp_path / "small.ops").read_text() and "trap" in (tmp_path / "small.ops").read_text()


def wide(amount, at=0, base=0xffffff, bits=0):
    """ask with every operand, as specs/format.md says where they lie."""
    return (bytes([0x85, 0, 0, 0, 0]) + base.to_bytes(3, "little") + struct.pack("<Q", at) + bytes([0xf3] + [0] * 7) + struct.pack("<Q", amount)
            + bytes([0xf3] + [0] * 7) + struct.pack("<Q", bits))


def test_records_of_exact_calls(run, tmp_path):
    (tmp_path / "a.case").write_bytes(file_of(wide(1 << 40, 0x1000, 3, 4) + TRAP))
    assert run("show", "a.case").stdout == "domain toy\nask amount=1T at=s3+0x1000 bits=write\ntrap\n"
    (tmp_path / "raw").write_bytes(wide(1 << 40)[:32] + TRAP + bytes([0xf3] * 16) + wide(1 << 20)[:16])
    assert run("show", "raw", "--target", "toy/live").stdout == "domain toy\nask amount=1T\ntrap\nexact ask amount=0\n"


def test_text_is_known_by_its_first_line(run, tmp_path):
    text = "\n  # remark\r\ndomain toy\r\ntrap\r\n"
    for name in ("a", "a.case", "a.txt"):
        (tmp_path / name).write_text(text)
        for words in (["show", name], ["show", name, "--target", "toy/live"]):
            assert run(*words).stdout == "domain toy\ntrap\n"
        assert "agree " + name in run("replay", name, "--target", "toy/live").stdout
    assert run("encode", "a.txt", "-o", "b.ops").returncode == 0
    assert run("show", "b.ops").stdout == "domain toy\ntrap\n"
    (tmp_path / "c").write_text("trap\n")
    refused(run("show", "c"), "c: not a case", "domain D")


@pytest.mark.parametrize("form", ["text", "binary"])
def test_every_command_reads_standard_input(program, run, tmp_path, form):
    (tmp_path / "a.ops").write_text("domain toy\nput amount=51 dst=s1\ntrap\n")
    run("encode", "a.ops", "-o", "a.case")

    def piped(*words):
        with open(tmp_path / ("a.ops" if form == "text" else "a.case"), "rb") as stdin:
            return subprocess.run([os.path.abspath(program), *words], cwd=tmp_path, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    off = ["--rule", "trap_sticks=off"]
    assert piped("show", "-").stdout == (tmp_path / "a.ops").read_text()
    assert piped("encode", "-", "-o", "b.case").returncode == 0 and (tmp_path / "b.case").read_bytes() == (tmp_path / "a.case").read_bytes()
    assert piped("replay", "-").stdout == "agree - (2 ops)\n"
    assert "signature toy/trap/hidden" in piped("explain", "-", *off).stdout
    assert piped("shrink", "-", *off, "-o", "c.case").returncode == 0 and (tmp_path / "c.case").exists()
    assert "needs -o" in piped("shrink", "-", *off).stderr
    assert "does not write programs" in piped("cgen", "-", "-o", "a.c", *off).stderr


@pytest.mark.parametrize("line, place, words", [
    ("put amount=60 dst=s1 -> 60\npot amount=3", "line 3, column 1", "unknown word `pot`"),
    ("put amount=60", "line 2, column 14", "operand dst= is missing"),
    ("put dst=s1 amounts=60", "line 2, column 12", "put has no operand `amounts=`; it has amount= dst="),
    ("trap force=1", "line 2, column 6", "trap has no operand `force=`; it has none"),
    ("put dst=s1 amount=6 dst=s2", "line 2, column 21", "operand dst= is there twice"),
    ("put amount=6x dst=s1", "line 2, column 12", "amount=6x is no value of it: 0 to 99999, or -64 to -1"),
    ("put amount=100000 dst=s1", "line 2, column 12", "out of range: 0 to 99999, or -64 to -1"),
    ("put amount=-18446744073709551615 dst=s1", "line 2, column 12", "no value of it"),
    ("put amount=-9223372036854775808 dst=s1", "line 2, column 12", "out of range"),
    ("put amount=18446744073709551616 dst=s1", "line 2, column 12", "no value of it"),
    ("put amount=1 dst=s64", "line 2, column 18", "out of range: s0 to s63"),
    ("put amount=1 dst=1", "line 2, column 18", "no value of it: s0 to s63"),
    ("put amount=1 dst=s1 s2", "line 2, column 21", "NAME=VALUE is missing, found s2"),
    ("put amount=1 dst=s1 ->", "line 2, column 23", "no result of put"),
    ("put amount=1 dst=s1 -> ENOSUCH", "line 2, column 24", "no result of put: an error's name, or a number"),
    ("put amount=1 dst=s1 -> 1 2", "line 2, column 26", "too much"),
    ("put amount=1 dst=s1 -> ENOMEM ENOENT", "line 2, column 31", "too much"),
    ("look from=s1 -> bin#16", "line 2, column 17", "an error's name, or NULL, base+0x10, mmap#1+0x10, bin#1, a number"),
    ("look from=s1 mode=odd bits=none", "line 2, column 19", "mode=odd is no value of it: plain, fancy, rare"),
    ("look from=s1 mode=1", "line 2, column 19", "mode=1 is no value of it: plain, fancy, rare"),
    ("look from=s1 mode=plain bits=read|read", "line 2, column 30", "no value of it: none, or of read, write joined by |"),
    ("look from=s1 bits=0x1", "line 2, column 19", "no value of it"),
    ("look from=s1 bits=0x8", "line 2, column 19", "out of range"),
    ("trap\nset start=1", "line 3, column 1", "before the first op"),
    ("set start=101", "line 2, column 11", "out of range: 0 to 100"),
    ("set start=-18446744073709551611", "line 2, column 11", "no value of start: 0 to 100"),
    ("set start=many", "line 2, column 11", "no value of start: 0 to 100"),
    ("set limit=1", "line 2, column 11", "detected at the target"),
    ("set nonsense=1", "line 2, column 5", "no setting"),
    ("need nonsense=1", "line 2, column 6", "no rule or setting"),
    ("expect total 0 = 1", "line 2, column 8", "before the first op"),
    ("trap\nexpect tottal 0 = 1", "line 3, column 8", "no field"),
    ("trap\nexpect total[x] 0 = 1", "line 3, column 13", "space"),
    ("trap\nexpect total 0 : 1", "line 3, column 16", "`=` is missing"),
    ("trap\nexpect total z = 1", "line 3, column 14", "no key of total: a number, below 2^32"),
    ("trap\nexpect total 4294967296 = 1", "line 3, column 14", "no key of total: a number, below 2^32"),
    ("trap\nexpect total 0 = z", "line 3, column 18", "no value of total: absent, or a number"),
    ("meta note", "line 2, column 6", "NAME=VALUE is missing"),
    ("meta note=", "line 2, column 6", "no value"),
    ("meta No=1", "line 2, column 6", "no metadata key"),
    ("meta a=1\nmeta a=2", "line 3, column 6", "twice"),
    ("domain toy", "line 2, column 8", "twice"),
])
def test_text_errors_have_places(run, tmp_path, line, place, words):
    refused(encode(run, tmp_path, "domain toy\n" + line + "\n"), "a.ops: " + place + ": ", words)
    assert not (tmp_path / "a.case").exists()


@pytest.mark.parametrize("text, words", [
    ("", "the first line must be `domain D`"), ("put amount=1 dst=s1\n", "the first line must be `domain D`"),
    ("domain moon\n", "unknown domain `moon`"), (b"domain toy\n\0", "zero bytes"),
    ("domain toy\nrepeat 2\ntrap\n", "line 2: `repeat` has no `end`"),
])
def test_text_as_a_whole(run, tmp_path, text, words):
    refused(encode(run, tmp_path, text), "a.ops: ", words)


def sealed(data):
    """The file with a checksum that fits."""
    return data[:20] + struct.pack("<I", zlib.crc32(data[24:], zlib.crc32(data[:20]))) + data[24:]


def file_of(records, meta=b"", version=3, domain=250, flags=0):
    return sealed(b"MEMORACL" + struct.pack("<HBBIII", version, domain, flags, len(records) // 16, len(meta), 0) + meta + records)


TRAP = bytes([4] + [0] * 15)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_format_is_what_the_document_says(run, tmp_path, version):
    (tmp_path / "a.case").write_bytes(file_of(TRAP, b"note=x\n", version=version))
    assert run("show", "a.case").stdout == "domain toy\nmeta note=x\ntrap\n"


@pytest.mark.parametrize("data, words", [
    (b"", "is empty"), (b"MEMORACL", "cut short"), (b"\x7fELF" + bytes(60), "not a case: "),
    (file_of(TRAP)[:-1], "cut short: 39 of 40 bytes"), (file_of(TRAP) + b"x", "1 bytes too long"),
    (file_of(TRAP, version=4), "update memoracle"), (file_of(TRAP, version=0), "knows 1 to 3"), (file_of(TRAP, flags=1), "unknown flags"),
    (file_of(TRAP)[:-1] + b"x", "wrong checksum"), (file_of(TRAP, domain=9), "domain 9"),
    (file_of(bytes([77] + [0] * 15)), "record 0: domain toy has no op number 77"),
    (file_of(bytes([1, 0, 0, 0, 0, 0, 99] + [0] * 9)), "record 0: an operand of put is out of range"),
    (file_of(TRAP[:-1] + b"\1"), "record 0: an operand of trap is out of range, or unused bytes"),
    (file_of(TRAP + bytes([0xf0] + [0] * 15)), "record 1: a setting stands behind an op"),
    (file_of(bytes([0xf1] + [0] * 15)), "record 0: an expected result"), (file_of(bytes([0xf2] + [0] * 15)), "record 0: an expected cell"),
    (file_of(TRAP, b"note=x"), "no lines of K=V"[3:]), (file_of(TRAP, b"note=x\nnote=y\n"), "twice"),
    (file_of(TRAP, b"no te=x\n"), "no metadata key"), (file_of(TRAP, b"a=\x01\n"), "no value"),
    (file_of(TRAP, b"need.moon=1\n"), "no rule or setting"),
    (file_of(wide(1 << 20)[:32]), "record 0: operands of ask are missing"), (file_of(TRAP + bytes([0xf3] + [0] * 15)), "record 1: operands stand behind no exact call"),
    (file_of(wide(1 << 20)[:-1] + b"\1" + bytes([0xf3] + [0] * 15)), "record 3: operands stand behind"),
    (b"MEMORACL" + struct.pack("<HBBIII", 2, 250, 0, 0xffffffff, 0xffffffff, 0), "damaged"),
])
@pytest.mark.parametrize("verb", ["show", "replay", "shrink", "explain"])
def test_bad_files_are_refused(run, tmp_path, data, words, verb):
    (tmp_path / "a.case").write_bytes(data)
    refused(run(verb, "a.case"), "a.case: ", words)


def test_every_cut_and_flip_is_noticed(run, tmp_path):
    good = file_of(TRAP * 2, b"note=x\n")
    rng = random.Random(5)
    for i in range(40):
        bad = bytearray(good)
        if i % 2:
            bad = bad[:rng.randrange(len(bad))]
        else:
            bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        (tmp_path / "a.case").write_bytes(bytes(bad))
        refused(run("show", "a.case"), "a.case: ")


def test_raw_input_needs_a_target_and_never_fails(run, tmp_path):
    (tmp_path / "raw").write_bytes(b"\x63" * 100)
    refused(run("replay", "raw"), "--target")
    assert run("replay", "raw", "--target", "toy/live").returncode == 0


@pytest.mark.parametrize("words, text", [
    (["show", "none.case"], "cannot read none.case: No such file"), (["show", "."], "cannot read .: Is a directory"),
    (["encode", "a.ops"], "usage: memoracle encode"), (["encode", "a.ops", "-o", "no/such/b.case"], "cannot write no/such/b.case"),
    (["encode", "a.ops", "-o", "/dev/full"], "No space left"), (["show", "a.ops", "-o", "/dev/full"], "make room"),
    (["list", "--json", "/dev/full"], "No space left"), (["replay", "a.ops", "--target", "moon/live"], "unknown target `moon/live`"),
    (["frobnicate"], "unknown command `frobnicate`"), ([], "no command"), (["run"], "usage: memoracle run TARGET"),
    (["run", "moon/live"], "unknown target `moon/live`; known: toy/live"), (["run", "toy/live", "--ops", "many"], "no value of --ops"),
    (["run", "toy/live", "--seed", "99999999999999999999999"], "no value of --seed; it takes 0 to 9223372036854775807"),
    (["run", "toy/live", "--seed", "9223372036854775808"], "no value of --seed"), (["run", "toy/live", "--seed", "-1"], "no value of --seed"),
    (["run", "toy/live", "--ops", "0"], "no value of --ops; it takes 1 to"), (["run", "toy/live", "--time", "1e400"], "no value of --time"),
    (["run", "toy/live", "--shard", "3/2"], "no value of --shard; it takes I/N"), (["run", "toy/live", "--shard", "-1/3"], "no value of --shard"),
    (["run", "toy/live", "--shard", "1/99999999999"], "no value of --shard"), (["run", "toy/live", "--rule", "limit=-18446744073709551615"], "no value of limit: 0 to 100000"), (["run", "toy/live", "--frob"], "unknown option --frob"),
    (["run", "toy/live", "--seed"], "option --seed needs a value"), (["run", "toy/absent"], "toy/absent is not built"),
    (["run", "toy/live", "--fault", "moon"], "no fault `moon`"), (["run", "toy/live", "--fault", "same"], "fault same is not built"),
    (["run", "toy/live", "--rule", "moon=1"], "no switch or setting `moon`"), (["run", "toy/live", "--rule", "limit"], "no value of --rule"),
    (["run", "toy/live", "--rule", "limit=lots"], "no value of limit"), (["run", "toy/live", "--rule", "start=1"], "use --set start=1"),
    (["run", "toy/live", "--set", "limit=1"], "use --rule limit=1"), (["run", "toy/live", "--profile", "x"], "unknown profile `x`"),
    (["run", "toy/live", "--state", "some"], "no value of --state"), (["faults", "moon"], "unknown domain `moon`; known: toy"),
    (["cgen", "a.ops"], "usage: memoracle cgen"), (["shrink", "a.ops"], "nothing to show"),
])
def test_usage_errors(run, tmp_path, words, text):
    (tmp_path / "a.ops").write_text("domain toy\ntrap\n")
    done = run(*words)
    assert done.returncode == 2 and text in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not [f for f in os.listdir(tmp_path) if f != "a.ops"]


def test_unreadable_and_unwritable_folders(program, tmp_path):
    """As a user who is not root, whom permissions bind."""
    (tmp_path / "a.ops").write_text("domain toy\ntrap\n")
    os.chmod(tmp_path / "a.ops", 0)
    os.chmod(tmp_path, 0o555)
    call = lambda *words: command(os.path.abspath(program), *words, cwd=tmp_path,
                                  **({"user": 65534, "group": 65534} if os.getuid() == 0 else {}))
    try:
        shown = call("show", "a.ops")
    except PermissionError:
        pytest.skip("the tree cannot be reached by another user")
    finally:
        os.chmod(tmp_path, 0o755)
    refused(shown, "cannot read a.ops: Permission denied")
