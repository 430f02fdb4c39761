#!/usr/bin/env python3
"""Lines run by the tests, by room, as a table; exits 1 where a goal is missed. Reads the summary of `llvm-cov export`."""

import json
import pathlib
import sys

ROOT = str(pathlib.Path(__file__).resolve().parent.parent) + "/"
# Room and least share in percent.
GOALS = {
    "actors": 85,
    "domain": 85,
    "store": 85,
    "work": 85,
}
OVERALL = 80


def is_ours(path):
    tests = "/tests/" in path or path.endswith(("/tests.rs", "build.rs"))
    return path.startswith(("src/", "actors/src/", "simulators/src/")) and not tests


def main():
    rooms, short = {}, []
    for entry in json.load(open(sys.argv[1]))["data"][0]["files"]:
        path = entry["filename"].removeprefix(ROOT)
        if not is_ours(path):
            continue
        lines = entry["summary"]["lines"]
        parts = path.split("/")
        room = parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]
        for key in (room, "overall"):
            covered, count = rooms.get(key, (0, 0))
            rooms[key] = covered + lines["covered"], count + lines["count"]
    goals = GOALS | {"overall": OVERALL}
    print("| room | lines | run | share | goal |\n|---|---|---|---|---|")
    for room in sorted(rooms, key=lambda room: (room == "overall", room)):
        covered, count = rooms[room]
        share = 100 * covered / max(count, 1)
        goal = goals.get(room)
        if goal and share < goal:
            short.append(f"{room}: {share:.1f}% of {goal}%")
        print(f"| {room} | {count} | {covered} | {share:.1f}% | {f'{goal}%' if goal else ''} |")
    for room in GOALS:
        if room not in rooms:
            print(f"(nothing of {room} was built)")
    for line in short:
        print(f"short: {line}")
    return 1 if short else 0


sys.exit(main())
