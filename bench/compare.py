#!/usr/bin/env python3
"""Silhouette beside Django and beside the same pages by hand, on this machine.

    make bench                 everything: builds, installs, measures, prints the table
    bench/compare.py --quick   one short round, to see that it works

Each server gets a database of its own with a thousand users and the same words in their
profiles: SQLite in WAL mode, with synchronous = FULL. The runs are interleaved, so that what
else the machine does meets all of them. CPU time is that of the server's processes, from the
kernel (schedstat); the load comes from bench/load on the same machine. Trust the ratios.
"""
import argparse
import base64
import hashlib
import json
import os
import platform
import re
import secrets
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILT = os.path.join(ROOT, "target", "bench")
DJANGO = os.path.join(BUILT, "django")
PROGRAM = os.path.join(ROOT, "target", "release", "silhouette")
USERS, SESSIONS = 1000, 64
PROFILE = {"first_name": "Ada", "last_name": "Berg", "bio": "Keeps bees.\n" * 20, "location": "Oslo"}
DAY = 24 * 60 * 60 * 1000
QUIET = {"RUST_LOG": "error"}


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address):
    host, port = address.split(":")
    for _ in range(200):
        try:
            socket.create_connection((host, int(port))).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens at {address}")


def cpu_micros(pid):
    """CPU time of a process and its descendants, all threads, in microseconds."""
    total, processes = 0, [pid]
    for process in processes:
        try:
            threads = os.listdir(f"/proc/{process}/task")
            # Of children that have ended, in ticks.
            with open(f"/proc/{process}/stat") as file:
                ended = sum(map(int, file.read().rsplit(")", 1)[1].split()[13:15]))
        except OSError:
            continue
        total += ended * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
        for thread in threads:
            try:
                with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                    total += int(file.read().split()[0])
                with open(f"/proc/{process}/task/{thread}/children") as file:
                    processes += [int(child) for child in file.read().split()]
            except OSError:
                pass
    return total / 1000


def silhouette(address, database):
    """The command that serves a database."""
    return [PROGRAM, "serve", "--addr", address, "--database", database, "--limits", "off"]


def make_tables(database):
    """The program makes them when it starts."""
    server = subprocess.Popen(silhouette("127.0.0.1:0", database), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env={**os.environ, **QUIET})
    said = server.stdout.readline()
    server.terminate()
    server.wait()
    if not said:
        raise SystemExit("silhouette does not start")


def new_sessions():
    """Their cookies, and their hashes for the database."""
    made = [secrets.token_bytes(32) for _ in range(SESSIONS)]
    cookies = ["session=" + base64.urlsafe_b64encode(secret).decode().rstrip("=") for secret in made]
    return cookies, [hashlib.sha256(secret).digest() for secret in made]


def seed_silhouette(database):
    """Profiles and sessions by SQL; gives the cookies of the sessions."""
    make_tables(database)
    now = int(time.time() * 1000)
    cookies, hashes = new_sessions()
    with sqlite3.connect(database) as connection:
        users = [(f"user{number}", f"user{number}", now) for number in range(USERS)]
        connection.executemany("INSERT INTO users (username, username_key, created_at) VALUES (?, ?, ?)", users)
        connection.execute("UPDATE profiles SET fields = ?", [json.dumps(PROFILE)])
        for user, id_hash in enumerate(hashes, 1):
            connection.execute(
                "INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, confirmed_at, expires_at, device)"
                " VALUES (?, ?, ?, ?, ?, ?, '')", [id_hash, user, now, now, now, now + DAY])
    connection.close()
    return cookies


class Peer:
    """A server that is measured."""

    def __init__(self, name, command, address, cookies, environment=None, token=None):
        self.name, self.address, self.cookies, self.token = name, address, cookies, token
        self.numbers = [1] * len(cookies)
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env={**os.environ, **(environment or {})})
        try:
            wait_for(address)
        except SystemExit:
            self.stop()
            raise

    def measure(self, path, member, connections, seconds, saves):
        lines = []
        for number in range(connections):
            cookies = self.cookies[number] if member else ""
            body = ""
            if saves:
                form = {**PROFILE, "bio": "Number BIO"}
                if self.token:
                    form["csrfmiddlewaretoken"] = self.token(cookies)
                else:
                    form["version"] = "VERSION"
                body = urllib.parse.urlencode(form).replace("BIO", "{n}").replace("VERSION", "{n}")
            start = self.numbers[number]
            lines.append("\t".join(["POST" if saves else "GET", path, cookies, body, str(start)]))
        before = cpu_micros(self.server.pid)
        said = run(os.path.join(BUILT, "release", "load"), self.address, str(seconds),
                   input="\n".join(lines) + "\n", capture_output=True).stdout.split()
        accepted, others, median, last = map(int, said[:4])
        requests = max(accepted + others, 1)
        cpu = (cpu_micros(self.server.pid) - before) / requests
        if saves:
            self.numbers[:connections] = map(int, said[4].split(","))
        if others > accepted / 100:
            raise SystemExit(f"{self.name} {path}: {others} of {accepted + others} answers are errors")
        return {"requests": requests, "cpu": cpu, "rate": accepted / seconds,
                "median": median / 1000, "p99": last / 1000}

    def size(self, path, member):
        request = f"GET {path} HTTP/1.1\r\nHost: {self.address}\r\nAccept: text/html\r\nConnection: close\r\n"
        if member:
            request += f"Cookie: {self.cookies[0]}\r\n"
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall((request + "\r\n").encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        head, body = answer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{self.name} {path}: {head.splitlines()[0].decode()}")
        return len(body)

    def resident_mib(self, line="VmRSS"):
        """Memory; at most so far by VmHWM."""
        with open(f"/proc/{self.server.pid}/status") as file:
            return int(re.search(rf"{line}:\s+(\d+)", file.read())[1]) / 1024

    def stop(self):
        self.server.terminate()
        self.server.wait()


def start_silhouette(name, database, cookies):
    port = free_port()
    address = f"127.0.0.1:{port}"
    # Cookies know no ports, so the name does.
    ours = [cookie.replace("=", f"-{port}=", 1) for cookie in cookies]
    return Peer(name, silhouette(address, database), address, ours, QUIET)


def start_django(name, database, *options):
    """Fills the database, and serves it, with more options of granian's."""
    folder = os.path.join(HERE, "django")
    environment = {"PEER_DATABASE": database, "PEER_PROFILE": json.dumps(PROFILE)}
    cookies = run(os.path.join(DJANGO, "bin", "python"), "peer.py", database, str(USERS), str(SESSIONS), cwd=folder,
                  env={**os.environ, **environment}, stdout=subprocess.PIPE).stdout.split("\n")[:SESSIONS]
    port = free_port()
    granian = [os.path.join(DJANGO, "bin", "granian"), "--interface", "wsgi", "--workers", "2", "--no-ws",
               "--port", str(port), "--working-dir", folder, *options, "peer:application"]
    token = lambda cookies: re.search(r"csrftoken=(\w+)", cookies)[1]  # noqa: E731
    return Peer(name, granian, f"127.0.0.1:{port}", cookies, environment, token)


def start(folder):
    database, copy = (os.path.join(folder, name) for name in ("silhouette.db", "twin.db"))
    cookies = seed_silhouette(database)
    run("cp", database, copy)
    address = f"127.0.0.1:{free_port()}"
    return [
        start_silhouette("Silhouette", database, cookies),
        Peer("by hand", [os.path.join(BUILT, "release", "twin"), address, copy], address, cookies),
        start_django("Django", os.path.join(folder, "django.db")),
    ]


# Name, path by peer, as a member, connections, saves.
ROWS = [
    ("`/profile`", lambda peer: "/profile", True, 8, False),
    ("`/profile/edit`", lambda peer: "/profile/edit", True, 8, False),
    ("`/u/NAME`, a guest", lambda peer: "/u/u900" if peer.name.startswith("Django") else "/u/user900", False, 8, False),
    ("a save, 1 client", lambda peer: "/profile/edit", True, 1, True),
    ("saves, 64 clients", lambda peer: "/profile/edit", True, 64, True),
]


def arguments(description):
    """The number of rounds, and the seconds of each measurement."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round")
    return (1, 0.5) if parser.parse_args().quick else (7, 2)


def interleave(peers, rounds, seconds):
    """Measures every row of every peer in each round; gives what was found by row and peer."""
    measured = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        first = number % len(peers)
        for name, path, member, connections, saves in ROWS:
            for peer in peers[first:] + peers[:first]:
                found = peer.measure(path(peer), member, connections, seconds, saves)
                measured.setdefault((name, peer.name), []).append(found)
    return measured


def versions(*packages):
    """Of packages that Django's pip has installed, as it lists them."""
    listed = run(os.path.join(DJANGO, "bin", "pip"), "list", "--format=freeze", capture_output=True).stdout
    return ", ".join(line for line in listed.split() if line.lower().split("=")[0] in packages)


def main():
    rounds, seconds = arguments(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        peers = start(folder)
        try:
            # Before a save has made the profiles smaller.
            sizes = {row[0]: [peer.size(row[1](peer), row[2]) for peer in peers] for row in ROWS}
            measured = interleave(peers, rounds, seconds)
            report(peers, sizes, measured, rounds, seconds)
        finally:
            for peer in peers:
                peer.stop()


def report(peers, sizes, measured, rounds, seconds):
    def median(row, peer, figure):
        return statistics.median(found[figure] for found in measured[row, peer.name])

    ours, hand, django = peers
    print("\nCPU time of a request in microseconds, and ratios to Silhouette; medians.\n")
    print("| request | Silhouette | Django | Django / Silhouette | by hand | Silhouette / by hand | bytes: ours, Django's, by hand |")
    print("|---|---|---|---|---|---|---|")
    for name, _, _, _, saves in ROWS:
        a, b, c = (median(name, peer, "cpu") for peer in (ours, django, hand))
        bytes_ours, bytes_hand, bytes_django = sizes[name]
        bytes_all = "" if saves else f"{bytes_ours}, {bytes_django}, {bytes_hand}"
        print(f"| {name} | {a:.0f} | {b:.0f} | {b / a:.1f} | {c:.0f} | {a / c:.1f} | {bytes_all} |")
    print("\nDurable saves a second, and their times.\n")
    print("| clients | Silhouette | Django | Silhouette / Django | by hand | median, p99 in ms: ours | Django's | by hand |")
    print("|---|---|---|---|---|---|---|---|")
    for name, _, _, connections, saves in ROWS:
        if saves:
            a, b, c = (median(name, peer, "rate") for peer in (ours, django, hand))
            times = " | ".join(f"{median(name, peer, 'median'):.1f}, {median(name, peer, 'p99'):.0f}"
                               for peer in (ours, django, hand))
            print(f"| {connections} | {a:.0f} | {b:.0f} | {a / b:.1f} | {c:.0f} | {times} |")
    print(f"\n{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}; {rounds} rounds of {seconds} s; {USERS} users; SQLite in WAL mode, "
          f"synchronous = FULL; {versions('django', 'granian')}, 2 workers, Python {platform.python_version()}. "
          f"Memory of Silhouette at the end: {ours.resident_mib():.0f} MiB.")


if __name__ == "__main__":
    main()
