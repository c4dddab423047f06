#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Planted model faults: lists the rows of fault.def as make variables, and applies one to a copy of its file.

  faults.py                         FAULTS.<domain> and FAULT_FILE.<domain>.<fault> for the Makefile
  faults.py --apply DOMAIN NAME OUT writes the changed file
"""
import ast
import glob
import os
import re
import sys

STRING = r'"(?:[^"\\]|\\.)*"'
ROW = re.compile(r"^(FAULT|EQUIVALENT)\(\s*(\w+)\s*,((?:[^\"()]|" + STRING + r")*)\)", re.M)
KEYS = ("file", "function", "rule", "old", "new", "argument")


def fields(text):
    """The comma-separated fields of a row; adjacent strings are joined as in C."""
    found, joining = [], False
    for token in re.findall(STRING + r"|\w+|,", text):
        if token == ",":
            joining = False
        elif joining:
            found[-1] += ast.literal_eval(token)
        else:
            joining = token[0] == '"'
            found.append(ast.literal_eval(token) if joining else token)
    return found


def rows(domain):
    """The rows of a domain's fault.def as dicts."""
    table = f"model/{domain}/fault.def"
    text = re.sub(r"^/\*.*?\*/", "", open(table).read(), flags=re.S | re.M)
    found = []
    for kind, name, rest in ROW.findall(text):
        values = fields(rest)
        if len(values) != (5 if kind == "FAULT" else 6):
            sys.exit(f"{table}: {name}: {len(values) + 1} fields; see the row's form in the file's head")
        found.append({"name": name, "equivalent": kind == "EQUIVALENT", **dict(zip(KEYS, values))})
    if len(found) != len(re.findall(r"^(?:FAULT|EQUIVALENT)\(", text, re.M)):
        sys.exit(f"{table}: a row does not parse; mend it")
    return found


def path(domain, row):
    """The row's file, on whichever floor of its domain."""
    found = glob.glob(f"model/{domain}/**/{row['file']}", recursive=True)
    if len(found) != 1:
        sys.exit(f"model/{domain}/fault.def: {row['name']}: {len(found)} files under model/{domain}/ are named {row['file']}, must be one")
    return found[0]


def apply(domain, row):
    """The text of the row's file with the fault in it."""
    text = open(path(domain, row)).read()
    if text.count(row["old"]) != 1:
        sys.exit(f"model/{domain}/fault.def: {row['name']}: the old text occurs {text.count(row['old'])}"
                 f" times in {row['file']}, must be once")
    return text.replace(row["old"], row["new"])


def main():
    if sys.argv[1:2] == ["--apply"]:
        domain, name, out = sys.argv[2:5]
        row = next((r for r in rows(domain) if r["name"] == name), None)
        if row is None:
            sys.exit(f"faults: no row {name} in model/{domain}/fault.def")
        text = apply(domain, row)
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with open(out, "w") as f:
            f.write(text)
        return
    for table in sorted(glob.glob("model/*/fault.def")):
        domain = table.split("/")[1]
        found = rows(domain)
        print(f"FAULTS.{domain} := {' '.join(r['name'] for r in found)}")
        for r in found:
            print(f"FAULT_FILE.{domain}.{r['name']} := {path(domain, r).split('/', 2)[2]}")


if __name__ == "__main__":
    main()
