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
    path = f"model/{domain}/fault.def"
    text = re.sub(r"^/\*.*?\*/", "", open(path).read(), flags=re.S | re.M)
    found = []
    for kind, name, rest in ROW.findall(text):
        values = fields(rest)
        if len(values) != (5 if kind == "FAULT" else 6):
            sys.exit(f"{path}: {name}: {len(values) + 1} fields; see the row's form in the file's head")
        found.append({"name": name, "equivalent": kind == "EQUIVALENT", **dict(zip(KEYS, values))})
    if len(found) != len(re.findall(r"^(?:FAULT|EQUIVALENT)\(", text, re.M)):
        sys.exit(f"{path}: a row does not parse; mend it")
    return found


def apply(domain, row):
    """The text of the row's file with the fault in it."""
    text = open(f"model/{domain}/{row['file']}").read()
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
    for path in sorted(glob.glob("model/*/fault.def")):
        domain = path.split("/")[1]
        found = rows(domain)
        print(f"FAULTS.{domain} := {' '.join(r['name'] for r in found)}")
        for r in found:
            print(f"FAULT_FILE.{domain}.{r['name']} := {r['file']}")


if __name__ == "__main__":
    main()
