#!/usr/bin/env python3
"""Pack recorded cases (a folder each) into the archives of this folder. usage: pack.py CASES_DIR"""
import collections, os, re, sys

HASH = re.compile(r'"hash": "[0-9A-Fa-f]*"')
HERE = os.path.dirname(os.path.abspath(__file__))


def files(case):
    paths = [os.path.join(r, f) for r, _, fs in os.walk(case) for f in fs]
    out = {}
    for path in paths:
        name = os.path.relpath(path, case)
        text = open(path, encoding="utf-8", newline="").read()
        out[name] = HASH.sub('"hash": "…"', text) if "/expected/" in name else text
    number = lambda name: [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", name.split("/")[0])]
    first = {"case.json": 0, "project": 1, "rollback.json": 3}
    order = {"runs.json": 0, "delete": 1, "seed": 2, "lib": 3, "expected": 4, "sql.json": 5}
    key = lambda n: (first.get(n.split("/")[0], 2), number(n), order.get((n.split("/") + [""])[1], 9), n)
    return {name: out[name] for name in sorted(out, key=key)}


def archive(entries, known):
    out, seen = [], dict(known)
    for name, text in entries.items():
        if text in seen and text:
            out.append(f"-- {name} = {seen[text]} --\n")
            continue
        assert not re.search(r"^-- .* --$", text, re.M), name
        end = "" if text.endswith("\n") or not text else " (no newline at end)"
        out.append(f"-- {name}{end} --\n{text}" + ("\n" if end else ""))
        seen.setdefault(text, name)
    return "".join(out)


def main():
    root = sys.argv[1]
    cases = {c: files(os.path.join(root, c)) for c in sorted(os.listdir(root)) if os.path.exists(os.path.join(root, c, "case.json"))}
    uses = collections.Counter((n, t) for entries in cases.values() for n, t in entries.items() if n.startswith("project/"))
    count = collections.Counter()
    shared = {}
    for (name, text), n in uses.most_common():
        if n > 3:
            count[name] += 1
            shared[text] = f"shared/{count[name]}/{os.path.basename(name)}"
    write = lambda name, text: open(os.path.join(HERE, name), "w", encoding="utf-8", newline="").write(text)
    write("shared.txt", archive({name: text for text, name in shared.items()}, {}))
    for case, entries in cases.items():
        write(case + ".txt", archive(entries, shared))


if __name__ == "__main__":
    main()
