# SPDX-License-Identifier: MIT
"""The tables in specs/proof: what is promised, what passed, why the rest is open."""
import collections
import os

PROOF = "specs/proof"
GOALS_COLUMNS = ("file", "function", "goals", "slice", "contract")
Promise = collections.namedtuple("Promise", "goals slice contract")


def tsv(name, columns):
    path = f"{PROOF}/{name}"
    if not os.path.exists(path):
        return []
    lines = [line.rstrip("\n").split("\t") for line in open(path) if not line.startswith("#")]
    return [dict(zip(columns, line + [""] * (len(columns) - len(line)))) for line in lines]


def tsv_write(name, columns, rows):
    with open(f"{PROOF}/{name}.tmp", "w") as f:
        f.write("#" + "\t".join(columns) + "\n")
        f.writelines("\t".join(str(row[c]) for c in columns) + "\n" for row in rows)
    os.replace(f"{PROOF}/{name}.tmp", f"{PROOF}/{name}")


def domain_of(path):
    """The domain of a file under model/; core is what they share."""
    return path.split("/")[1] if path.count("/") > 1 else "core"


def promised():
    """goals.tsv: file -> function -> goals under proof, the slice for which they were proved, the kind of contract."""
    gated = collections.OrderedDict()
    for row in tsv("goals.tsv", GOALS_COLUMNS):
        gated.setdefault(row["file"], {})[row["function"]] = Promise(int(row["goals"]), row["slice"], row["contract"])
    return gated
