#!/usr/bin/env python3
"""Silhouette on SQLite beside Silhouette on PostgreSQL, and Django on PostgreSQL, on this machine.

    make bench-postgres         everything: builds, installs, measures, prints the table
    bench/postgres.py --quick   one short round, to see that it works

PostgreSQL is reached by its Unix socket, by TCP on loopback, and from two nodes at once, each
with half of the clients, by the socket; Django takes the socket too. Each has a database of its own
with the same thousand users, in one cluster that flushes every commit, and that is made for this
and deleted at the end. The pages, the rows and the load are those of bench/compare.py.
"""
import concurrent.futures
import contextlib
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import compare

# A process of PostgreSQL that is idle tells what it has counted after so many seconds.
TOLD_AFTER = 11


class Cluster:
    def __init__(self, folder):
        self.environment = {**os.environ, "POSTGRES_FOLDER": folder}
        url = urllib.parse.urlsplit(self.do("start", "--durable"))
        self.tcp = url.netloc
        socket = urllib.parse.quote(os.path.realpath(os.path.join(folder, "socket")), safe="")
        self.socket = f"{url.username}@{socket}:{url.port}"
        with open(os.path.join(folder, "data", "postmaster.pid")) as file:
            self.pid = int(file.readline())

    def do(self, *command):
        script = os.path.join(compare.ROOT, ".ci", "postgres")
        return compare.run(script, *command, env=self.environment, stdout=subprocess.PIPE).stdout.strip()

    def sql(self, text, database="postgres"):
        return compare.run("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
                           f"postgres://{self.tcp}/{database}", input=text, stdout=subprocess.PIPE).stdout.strip()

    def create(self, name, template="template0"):
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")

    def rollbacks(self, database):
        return int(self.sql(f"SELECT xact_rollback FROM pg_stat_database WHERE datname = '{database}'"))


def seed(cluster, database):
    """Profiles and sessions by SQL; gives the cookies of the sessions."""
    compare.make_tables(f"postgres://{cluster.socket}/{database}")
    now = int(time.time() * 1000)
    cookies, hashes = compare.new_sessions()
    profile = json.dumps(compare.PROFILE).replace("'", "''")
    sessions = ", ".join(f"('\\x{id_hash.hex()}', {user}, {now}, {now}, {now}, {now + compare.DAY})"
                         for user, id_hash in enumerate(hashes, 1))
    cluster.sql(f"""
        INSERT INTO users (username, username_key, created_at)
            SELECT 'user' || n, 'user' || n, {now} FROM generate_series(0, {compare.USERS - 1}) AS n;
        UPDATE profiles SET fields = '{profile}';
        INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, confirmed_at, expires_at)
            VALUES {sessions};
        VACUUM (ANALYZE);""", database)
    return cookies


class Nodes:
    """Servers of one database that share the clients."""

    def __init__(self, name, nodes):
        self.name, self.nodes = name, nodes

    def measure(self, path, member, connections, seconds, saves):
        asked = self.nodes[:connections]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            found = list(pool.map(
                lambda node: node.measure(path, member, connections // len(asked), seconds, saves), asked))
        requests = sum(one["requests"] for one in found)
        return {
            "requests": requests,
            "cpu": sum(one["cpu"] * one["requests"] for one in found) / requests,
            "rate": sum(one["rate"] for one in found),
            # That of all is not known; it is no more than the worst.
            "p99": max(one["p99"] for one in found),
        }

    def stop(self):
        for node in self.nodes:
            node.stop()


class OnPostgres:
    """A peer, and what it costs PostgreSQL."""

    def __init__(self, peer, cluster, database):
        self.name, self.peer, self.cluster, self.database = peer.name, peer, cluster, database

    def measure(self, *what):
        before = compare.cpu_micros(self.cluster.pid)
        found = self.peer.measure(*what)
        found["postgres"] = (compare.cpu_micros(self.cluster.pid) - before) / found["requests"]
        return found

    def rollbacks(self):
        return self.cluster.rollbacks(self.database)


def start(folder, cluster, stack):
    def kept(peer):
        stack.callback(peer.stop)
        return peer

    file = os.path.join(folder, "silhouette.db")
    peers = [kept(compare.start_silhouette("SQLite", file, compare.seed_silhouette(file)))]
    cluster.create("seeded")
    cookies = seed(cluster, "seeded")

    def silhouette(name, server, database, cookies=cookies):
        return kept(compare.start_silhouette(name, f"postgres://{server}/{database}", cookies))

    for database in ("by_socket", "by_tcp", "of_nodes"):
        cluster.create(database, "seeded")
    cluster.create("django")
    nodes = [silhouette("", cluster.socket, "of_nodes", cookies[number::2]) for number in (0, 1)]
    # A thread has its connection for as long as it lives. More threads would be slower here.
    django = kept(compare.start_django("Django on PostgreSQL", f"postgres://{cluster.socket}/django",
                                       "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600"))
    cluster.sql("VACUUM (ANALYZE)", "django")
    return peers + [OnPostgres(peer, cluster, database) for peer, database in (
        (silhouette("PostgreSQL, socket", cluster.socket, "by_socket"), "by_socket"),
        (silhouette("PostgreSQL, TCP", cluster.tcp, "by_tcp"), "by_tcp"),
        (Nodes("PostgreSQL, 2 nodes", nodes), "of_nodes"),
        (django, "django"),
    )]


def count_retries(peers, seconds):
    """Transactions that PostgreSQL gave up for each save, by row and peer. Apart from the rounds, for
    it tells them late."""
    counted = {}
    time.sleep(TOLD_AFTER)
    for name, path, member, connections, saves in compare.ROWS:
        if saves:
            before = [peer.rollbacks() for peer in peers]
            found = [peer.measure(path(peer), member, connections, seconds, saves) for peer in peers]
            time.sleep(TOLD_AFTER)
            for peer, told, one in zip(peers, before, found):
                counted[name, peer.name] = (peer.rollbacks() - told) / (one["rate"] * seconds)
    return counted


def main():
    rounds, seconds = compare.arguments(__doc__)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=compare.BUILT))
        # PostgreSQL may run as another user, whose files are in there.
        os.chmod(folder, 0o755)
        cluster = Cluster(os.path.join(folder, "postgres"))
        stack.callback(cluster.do, "erase")
        peers = start(folder, cluster, stack)
        # Saves get in each other's way by the pages of an index, which few histories share once they
        # are long.
        young = count_retries(peers[1:], seconds)
        measured = compare.interleave(peers, rounds, seconds)
        old = count_retries(peers[1:], seconds)
        report(peers, measured, young, old)
        print(f"\n{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
              f"load {os.getloadavg()[0]:.1f}; {rounds} rounds of {seconds} s; {compare.USERS} users; PostgreSQL "
              f"{cluster.sql('SHOW server_version')}, every commit flushed; SQLite in WAL mode, synchronous = FULL; "
              f"{compare.versions('django', 'granian', 'psycopg')}, 2 workers, Python {platform.python_version()}.")


def report(peers, measured, young, old):
    print("\nCPU time of a request in microseconds: that of the program, and that of PostgreSQL; medians. "
          "Retries at the start, and at the end.\n")
    print("| request | on | program | PostgreSQL | saves a second | p99 in ms | retries a save |")
    print("|---|---|---|---|---|---|---|")
    for name, _, _, _, saves in compare.ROWS:
        for peer in peers:
            found = measured[name, peer.name]
            program, postgres, rate, last = (
                statistics.median(one.get(figure, 0) for one in found) for figure in ("cpu", "postgres", "rate", "p99"))
            retries = [f"{counted[name, peer.name]:.3f}" for counted in (young, old) if (name, peer.name) in counted]
            print(f"| {name} | {peer.name} | {program:.0f} | {f'{postgres:.0f}' if postgres else ''} | "
                  f"{f'{rate:.0f}' if saves else ''} | {last:.1f} | {', '.join(retries)} |")


if __name__ == "__main__":
    main()
