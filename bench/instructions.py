#!/usr/bin/env python3
"""Instructions that the program executes for a request, counted by callgrind.

    bench/instructions.py           compares with bench/instructions.json, and fails beyond 3 %
    bench/instructions.py --write   writes the numbers anew

Unlike time, they hardly depend on what else the machine does: a change that makes a page dearer
shows in one run. They do depend on the machine's kind of processor and on its C library, so the
numbers are those of Debian on x86-64.
"""
import argparse
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

import compare

NUMBERS = os.path.join(compare.HERE, "instructions.json")
REQUESTS, STRETCHES, WARM_UP = 20, 10, 30
# In seconds: for an answer under callgrind, which takes some fifty times as long, and for the tool.
PATIENCE = 60
WITHIN = 0.03


def get(path):
    return lambda number: ("GET", path, None)


def save(number):
    form = {**compare.PROFILE, "bio": f"Number {number}", "version": number + 1}
    return "POST", "/profile/edit", urllib.parse.urlencode(form)


# What is counted: the request of that number, and whether a member sends it.
KINDS = {
    "/profile": (get("/profile"), True),
    "/profile/edit": (get("/profile/edit"), True),
    "/u/NAME, a guest": (get("/u/user900"), False),
    "a save": (save, True),
}


def instructions(folder, request, member):
    run = os.path.join(folder, str(time.monotonic_ns()))
    database, counts = f"{run}.db", f"{run}.counts"
    cookies, port = compare.seed_silhouette(database), compare.free_port()
    program = os.path.join(compare.ROOT, "target", "release", "silhouette")
    valgrind = subprocess.Popen(
        ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={counts}",
         program, "serve", "--addr", f"127.0.0.1:{port}", "--database", database, "--limits", "off"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        env={**os.environ, "RUST_LOG": "error"})
    try:
        if not valgrind.stdout.readline().startswith("Silhouette listens"):
            raise SystemExit(f"it did not start: {valgrind.stderr.read()}")
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin",
                   "Content-Type": "application/x-www-form-urlencoded"}
        if member:
            headers["Cookie"] = cookies[0].replace("=", f"-{port}=", 1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

        def send(number):
            method, path, body = request(number)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 303):
                raise SystemExit(f"{method} {path}: {answer.status}")

        # The members of a seed are brought into the directory once, after the start.
        with sqlite3.connect(database) as rows:
            last, = rows.execute("SELECT max(user_id) FROM profiles").fetchone()
            while rows.execute("SELECT coalesce(max(done), 0) FROM directory_state").fetchone()[0] < last:
                time.sleep(0.2)
        for number in range(WARM_UP):
            send(number)

        def control(*words):
            subprocess.run(["callgrind_control", *words, str(valgrind.pid)], check=True, capture_output=True,
                           timeout=PATIENCE)

        control("-i", "on")
        for stretch in range(STRETCHES):
            for number in range(REQUESTS):
                send(WARM_UP + stretch * REQUESTS + number)
            control("--dump")
    finally:
        valgrind.terminate()
        valgrind.communicate()
    # The least of some: what runs once in a while, beside the requests, is not theirs.
    stretches = [f"{counts}.{number + 1}" for number in range(STRETCHES)]
    return round(min(map(collected, stretches)) / REQUESTS)


def collected(path):
    with open(path) as file:
        return int(re.search(r"^summary: (\d+)", file.read(), re.M)[1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="write the numbers anew")
    write = arguments.parse_args().write
    expected = {}
    if not write:
        with open(NUMBERS) as file:
            expected = json.load(file)
    found, beyond = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for kind, (request, member) in KINDS.items():
            found[kind] = instructions(folder, request, member)
            line = f"{kind}: {found[kind]} instructions"
            if not write:
                change = found[kind] / expected[kind] - 1
                line += f", {change:+.1%}"
                if abs(change) > WITHIN:
                    beyond.append(kind)
            print(line, flush=True)
    if write:
        with open(NUMBERS, "w") as file:
            json.dump(found, file, indent=2)
            file.write("\n")
    if beyond:
        sys.exit(f"{', '.join(beyond)}: beyond {WITHIN:.0%} of the number in bench/instructions.json. "
                 "If it is worth it, say so there: bench/instructions.py --write")


if __name__ == "__main__":
    main()
