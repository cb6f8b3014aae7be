#!/usr/bin/env python3
"""A site with a thousand users beside one with a million, on this machine.

    make bench-scale                        both, interleaved; prints a table
    bench/scale.py --users 100000 --quick   one short round, smaller

Each database is filled by SQL: users with a password, profiles, two changes of each profile,
three events and a session of each user; a tenth has logged in, each at a time of its own, a
tenth is disabled, and a tenth are editors. Then both sites are asked the same in turns, each time
about another user, and compared: the median time, the 99th percentile, and the CPU time that the
program takes for a request. The members' directory is indexed by the program itself, which is
waited for: with a million, that is most of the hour that this takes.
"""
import argparse
import base64
import hashlib
import os
import secrets
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

import compare

PASSWORD = "a long walk over seven bridges"


def seed(database, count):
    """Fills a database; gives the cookies of the sessions with which it is asked."""
    compare.USERS = 1
    cookies = compare.seed_silhouette(database)[:1]
    hash_of = password_hash(database)
    now = int(time.time() * 1000)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 2})"
    connection = sqlite3.connect(database, isolation_level=None)
    connection.create_function("session_of", 1, lambda number: hashlib.sha256(f"session {number}".encode()).digest())
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -500000")
    connection.execute("BEGIN")
    connection.execute(
        f"{numbers} INSERT INTO users (id, username, username_key, email, email_key, password_hash, created_at)"
        " SELECT i + 100, 'u' || i || 'x', 'u' || i || 'x', 'u' || i || '@example.org', 'u' || i || '@example.org', ?, ? - i FROM n",
        (hash_of, now))
    connection.execute("UPDATE users SET last_login_at = ? - id * 40000 WHERE id % 10 = 0", (now,))
    connection.execute("UPDATE users SET status = 'disabled' WHERE id % 10 = 1")
    connection.execute("UPDATE users SET role = 'editor' WHERE id % 10 = 2")
    connection.execute("UPDATE profiles SET version = 3, fields = (SELECT fields FROM profiles ORDER BY user_id LIMIT 1)")
    # Names for the directory: of some hundred first names, so that each letter has many.
    connection.create_function("name_of", 1, name_of)
    connection.execute("UPDATE profiles SET fields = json_set(fields, '$.first_name', name_of(user_id),"
                       " '$.last_name', 'Number' || user_id, '$.location', 'Town' || (user_id % 997), '$.team', 't' || (user_id % 9)) WHERE user_id >= 100")
    connection.execute(
        f"{numbers} INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, at)"
        " SELECT i + 100, 1 + k, 'location', '\"' || k || '\"', '\"' || (k + 1) || '\"', i + 100, ? FROM n,"
        " (SELECT 1 AS k UNION ALL SELECT 2)", (now,))
    connection.execute(
        f"{numbers} INSERT INTO events (at, kind, actor_id, subject_id, device, of_user)"
        " SELECT ?, 'logged_in', i + 100, i + 100, 'Firefox', 1 FROM n, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)",
        (now,))
    connection.execute(
        f"{numbers} INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, confirmed_at, expires_at, device)"
        " SELECT session_of(i), i + 100, ?, ?, ?, ?, '' FROM n", (now, now, now, now + compare.DAY))
    cookies += log_in(connection, count)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    index(database)
    return cookies[1:]


def log_in(connection, count):
    """Begins sessions of members who are asked for, spread over all; gives their cookies."""
    cookies, now = [], int(time.time() * 1000)
    for member in range(1, compare.SESSIONS):
        secret = secrets.token_bytes(32)
        user = 100 + member * ((count - 1) // compare.SESSIONS)
        connection.execute(
            "INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, confirmed_at, expires_at, device)"
            " VALUES (?, ?, ?, ?, ?, ?, '')", (hashlib.sha256(secret).digest(), user, now, now, now, now + compare.DAY))
        # They manage users, to be asked for the list of them.
        connection.execute("UPDATE users SET role = 'admin', status = 'active' WHERE id = ?", (user,))
        cookies.append("session=" + base64.urlsafe_b64encode(secret).decode().rstrip("="))
    return cookies


def schema_with_teams(folder):
    """The built-in schema, with a field to filter the directory by."""
    path = os.path.join(folder, "profile.toml")
    with open(os.path.join(os.path.dirname(__file__), "..", "profile.toml")) as built_in, open(path, "w") as schema:
        schema.write(built_in.read())
        schema.write('[[field]]\nkey = "team"\ngroup = "about"\ntype = "choice"\nlabel = "Team"\nsearch = true\n')
        for number in range(9):
            schema.write(f'[[field.option]]\nkey = "t{number}"\nlabel = "Team {number}"\n')
    return path


def name_of(user):
    first, second = divmod(user * 7_919 % 676, 26)
    return chr(65 + first) + chr(97 + second) + "la"


def index(database):
    """Waits until the program has indexed the members' directory."""
    begun = time.monotonic()
    with server(database, f"127.0.0.1:{compare.free_port()}"), sqlite3.connect(database) as connection:
        last = connection.execute("SELECT max(id) FROM users").fetchone()[0]
        while connection.execute("SELECT coalesce(max(done), 0) FROM directory_state").fetchone()[0] < last:
            time.sleep(0.2)
    print(f"the directory was indexed in {time.monotonic() - begun:.0f} s", flush=True)


def password_hash(database):
    """The hash that the program itself makes of the password."""
    address = f"127.0.0.1:{compare.free_port()}"
    with server(database, address):
        form = urllib.parse.urlencode({"username": "hashed", "password": PASSWORD}).encode()
        request = urllib.request.Request(f"http://{address}/signup", form, {"Accept": "application/json",
                                         "Origin": f"http://{address}", "Sec-Fetch-Site": "same-origin"})
        urllib.request.urlopen(request).read()
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT password_hash FROM users WHERE username = 'hashed'").fetchone()[0]


class server:
    def __init__(self, database, address):
        self.command = compare.silhouette(address, database)
        self.address = address

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        compare.wait_for(self.address)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def start_ms(database):
    """From the start to the first 200."""
    address = f"127.0.0.1:{compare.free_port()}"
    command = server(database, address).command
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            if urllib.request.urlopen(f"http://{address}/login", timeout=30).status == 200:
                break
        except OSError:
            time.sleep(0.0005)
    passed = time.monotonic() - begun
    process.terminate()
    process.wait()
    return passed * 1000


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--users", type=int, default=1_000_000, help="of the larger site")
    arguments.add_argument("--quick", action="store_true", help="one short round")
    asked = arguments.parse_args()
    rounds, seconds = (1, 0.5) if asked.quick else (7, 2)
    with tempfile.TemporaryDirectory(dir=compare.BUILT) as folder:
        os.environ["SILHOUETTE_SCHEMA"] = schema_with_teams(folder)
        sites = []
        for count in (1000, asked.users):
            database = os.path.join(folder, f"{count}.db")
            begun = time.monotonic()
            cookies = seed(database, count)
            size = os.path.getsize(database) / 2**20
            print(f"{count} users: {size:.0f} MiB, filled in {time.monotonic() - begun:.0f} s", flush=True)
            sites.append((count, database, cookies))
        starts = {count: statistics.median(start_ms(database) for _ in range(5)) for count, database, _ in sites}
        peers = []
        for count, database, cookies in sites:
            peer = compare.start_silhouette(str(count), database, cookies)
            peer.numbers = [3] * len(cookies)
            peers.append(peer)
        try:
            report(sites, starts, peers, rounds, seconds)
        finally:
            for peer in peers:
                peer.stop()


def token(place):
    """A page token of the directory."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


# Name, method, path, body, as a member, connections.
def rows(count):
    login = urllib.parse.urlencode({"username": "NAME", "password": PASSWORD}).replace("NAME", f"u{{of {count - 1}}}x")
    return [
        ("`/profile`, a member", "GET", "/profile", "", True, 8),
        ("`/u/NAME`, a guest, anybody", "GET", f"/u/u{{of {count - 1}}}x", "", False, 8),
        ("`/u/NAME` that is not there (404)", "GET", f"/u/nobody{{of {count}}}", "", False, 8),
        ("`/profile/history`", "GET", "/profile/history", "", True, 8),
        ("`/settings/activity`", "GET", "/settings/activity", "", True, 8),
        ("`/members`, first page", "GET", "/members", "", True, 8),
        ("`/members`, deep page", "GET", "/members?after=" + token("ny"), "", True, 8),
        ("`/members`, prefix", "GET", f"/members?q=number{{of {count - 1}}}", "", True, 8),
        ("`/members`, prefix of everybody", "GET", "/members?q=number", "", True, 8),
        ("`/members`, infix", "GET", "/members?q=umb", "", True, 8),
        ("`/members`, filter", "GET", "/members?is.team=t3", "", True, 8),
        ("`/members`, letter", "GET", "/members?letter=m", "", True, 8),
        ("`/admin/users`", "GET", "/admin/users", "", True, 8),
        ("… from anybody on", "GET", f"/admin/users?after=u{{of {count}}}x", "", True, 8),
        ("… names that begin with `u1`", "GET", "/admin/users?q=u1", "", True, 8),
        ("… one name", "GET", f"/admin/users?q=u{{of {count - 1}}}x", "", True, 8),
        ("… a part of every address", "GET", "/admin/users?q=example", "", True, 8),
        ("… a name", "GET", f"/admin/users?q=number{{of {count - 1}}}", "", True, 8),
        ("… a name that everybody has", "GET", "/admin/users?q=number", "", True, 8),
        ("… editors", "GET", "/admin/users?role=editor", "", True, 8),
        ("… readers", "GET", "/admin/users?role=reader", "", True, 8),
        ("… disabled", "GET", "/admin/users?status=disabled", "", True, 8),
        ("… in the last 30 days", "GET", "/admin/users?login=30", "", True, 8),
        ("… never", "GET", "/admin/users?login=never", "", True, 8),
        ("… by last login", "GET", "/admin/users?order=last-login", "", True, 8),
        ("… by last login, from anybody on", "GET",
         f"/admin/users?order=last-login&after=last-login%3A0%3Au{{of {count}}}x", "", True, 8),
        ("… the newest", "GET", "/admin/users?order=signed-up", "", True, 8),
        ("a login, anybody", "POST", "/login", login, False, 1),
        ("saves", "POST", "/profile/edit", urllib.parse.urlencode({**compare.PROFILE, "bio": "NUMBER"})
         .replace("NUMBER", "Number {n}") + "&version={n}", True, 8),
    ]


def measure(peer, row, seconds, start):
    _, method, path, body, member, connections = row
    # A save names the version that it was opened on.
    saves = "{n}" in body
    numbers = peer.numbers if saves else [start + number * 100_003 for number in range(connections)]
    lines = ["\t".join([method, path, peer.cookies[number] if member else "", body, str(numbers[number])])
             for number in range(connections)]
    load = os.path.join(compare.BUILT, "release", "load")
    before = compare.cpu_micros(peer.server.pid)
    said = compare.run(load, peer.address, str(seconds), input="\n".join(lines) + "\n", capture_output=True).stdout
    accepted, others, median, last = map(int, said.split()[:4])
    if saves:
        peer.numbers[:connections] = map(int, said.split()[4].split(","))
    cpu = (compare.cpu_micros(peer.server.pid) - before) / max(accepted + others, 1)
    return accepted, others, median / 1000, last / 1000, cpu / 1000


def report(sites, starts, peers, rounds, seconds):
    (few, *_), (many, *_) = sites
    tables = [rows(few), rows(many)]
    found = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        for at in range(len(tables[0])):
            for side in ((0, 1) if number % 2 else (1, 0)):
                result = measure(peers[side], tables[side][at], seconds, 1 + number * 7_919)
                found.setdefault((at, side), []).append(result)
    print(f"\nIn ms: time, median and 99th percentile, and CPU; medians of {rounds} rounds of {seconds} s.\n")
    print(f"| request | {few:,} users | {many:,} users | ratio of the 99th |")
    print("|---|---|---|---|")
    for at, row in enumerate(tables[0]):
        one, other = ([statistics.median(result[figure] for result in found[at, side]) for figure in (2, 3, 4)]
                      for side in (0, 1))
        ratio = statistics.median(b[3] / a[3] for a, b in zip(found[at, 0], found[at, 1]))
        print(f"| {row[0]} | {one[0]:.2f}, {one[1]:.2f}; {one[2]:.2f} "
              f"| {other[0]:.2f}, {other[1]:.2f}; {other[2]:.2f} | {ratio:.2f} |")
        wrong = [sum(result[1] for result in found[at, side]) for side in (0, 1)]
        if any(wrong) and "404" not in row[0]:
            print(f"  ({wrong[0]} and {wrong[1]} answers were others)")
    print(f"\nFrom the start to the first 200: {starts[few]:.0f} and {starts[many]:.0f} ms. Memory at the end: "
          f"{peers[0].resident_mib():.0f} and {peers[1].resident_mib():.0f} MiB.")


if __name__ == "__main__":
    main()
