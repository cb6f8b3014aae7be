#!/usr/bin/env python3
"""What the others notice while ten addresses attack at once, and how much memory it takes.

The attackers have no account. From 127.0.0.1 to 127.0.0.10 they hold 2 000 connections, half
of them without a byte and half with a head that trickles; send pictures whose first part has a
head without an end; hold back the last byte of 511 KiB forms; and send 256 logins. The others
come from 127.0.0.11 and get /login, each on a connection of its own.

Exits with 1 if the server took more than 256 MiB at any time, if an answer to the others was
missing, or if their p99 was above three times the quiet one of the same run. On a machine whose
cores the attackers share, a quiet p99 below FLOOR_MS is noise, and counts as FLOOR_MS.

usage: make build && python3 bench/attacks.py [SECONDS]
Python 3.9 or newer, nothing else; Linux. It talks to 127.0.0.0/8 alone, and ends by itself.
"""

import asyncio
import multiprocessing
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BINARY = Path(__file__).resolve().parent.parent / "target/release/silhouette"
ATTACKERS = [f"127.0.0.{n}" for n in range(1, 11)]
OTHERS = "127.0.0.11"

CONNECTIONS = 2000
HEADS = 40
HEAD_BYTES = 30 << 20
FORMS = 400
FORM_BYTES = 511 << 10
LOGINS = 256

MOST_MIB = 256
MOST_TIMES = 3
FLOOR_MS = 25
PATIENCE = 10


def more_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def head(method, path, *more):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *more, "", ""]).encode()


def form(path, length):
    kind = "Content-Type: application/x-www-form-urlencoded"
    return head("POST", path, kind, f"Content-Length: {length}")


class Attack:
    """Everything at once, until the time is over."""

    def __init__(self, port, seconds):
        self.port, self.end = port, time.monotonic() + seconds

    def running(self):
        return time.monotonic() < self.end

    async def connect(self, n):
        local = (ATTACKERS[n % len(ATTACKERS)], 0)
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=local)

    async def again(self, n, attack):
        """Opened again whenever the server has closed it."""
        while self.running():
            try:
                reader, writer = await self.connect(n)
                try:
                    await attack(reader, writer)
                finally:
                    writer.close()
            except OSError:
                pass
            await asyncio.sleep(0.5)

    async def closed(self, reader, time_to_wait):
        """Whether the other end has nothing more to say, within that time."""
        try:
            return not await asyncio.wait_for(reader.read(1 << 16), time_to_wait)
        except asyncio.TimeoutError:
            return False

    async def idle(self, reader, _):
        while self.running() and not await self.closed(reader, 1):
            pass

    async def slow(self, reader, writer):
        writer.write(b"GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        while self.running() and not await self.closed(reader, 2):
            writer.write(b"a")
            await writer.drain()

    async def endless(self, reader, writer):
        kind = "Content-Type: multipart/form-data; boundary=b"
        writer.write(head("POST", "/profile/avatar", "Cookie: a=b", kind, f"Content-Length: {60 << 20}"))
        writer.write(b"--b\r\nX: ")
        piece, sent = b"a" * (1 << 16), 0
        while self.running() and sent < HEAD_BYTES:
            writer.write(piece)
            sent += len(piece)
            await asyncio.wait_for(writer.drain(), PATIENCE)
        await self.idle(reader, writer)

    async def held_back(self, reader, writer):
        body = b"username=" + b"a" * (FORM_BYTES - 10)
        writer.write(form("/login", len(body) + 1))
        writer.write(body)
        await asyncio.wait_for(writer.drain(), PATIENCE)
        await self.idle(reader, writer)

    async def login(self, n):
        await asyncio.sleep(2)
        body = f"username=nobody{n}&password=correct+horse+battery".encode()
        try:
            reader, writer = await self.connect(n)
            writer.write(form("/login", len(body)) + body)
            await self.closed(reader, PATIENCE)
            writer.close()
        except OSError:
            pass

    async def all(self):
        tasks = [self.again(n, self.idle if n % 2 else self.slow) for n in range(CONNECTIONS)]
        tasks += [self.again(n, self.endless) for n in range(HEADS)]
        tasks += [self.again(n, self.held_back) for n in range(FORMS)]
        tasks += [self.login(n) for n in range(LOGINS)]
        tasks = [asyncio.ensure_future(self.quietly(task)) for task in tasks]
        await asyncio.sleep(max(0, self.end - time.monotonic()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    async def quietly(task):
        try:
            await task
        except (OSError, asyncio.TimeoutError):
            pass


def attack(port, seconds):
    more_files()
    asyncio.run(Attack(port, seconds).all())


def one(port):
    """The time of one answer in milliseconds; None if there was none."""
    begun = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE, (OTHERS, 0)) as connection:
            connection.sendall(head("GET", "/login", "Connection: close"))
            answer = b""
            while piece := connection.recv(1 << 16):
                answer += piece
    except OSError:
        return None
    took = (time.monotonic() - begun) * 1000
    return took if answer.startswith(b"HTTP/1.1 200") else None


def measure(port, seconds):
    end, times = time.monotonic() + seconds, []
    while time.monotonic() < end:
        times.append(one(port))
        time.sleep(0.01)
    answered = sorted(taken for taken in times if taken is not None)
    missing = len(times) - len(answered)
    at = lambda part: answered[min(len(answered) - 1, int(len(answered) * part))] if answered else float("inf")
    return at(0.5), at(0.99), len(times), missing


def memory(pid, name):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    if not 5 <= seconds <= 120:
        sys.exit("give a number of seconds from 5 to 120")
    if not BINARY.exists():
        sys.exit(f"{BINARY} is missing; run `make build` first")
    if more_files() < 4096:
        sys.exit("this needs 4096 open files; see `ulimit -Hn`")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("SILHOUETTE_", "RUST_LOG"))}
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
        command = [BINARY, "serve", "--addr", "127.0.0.1:0", "--database", f"{folder}/s.db"]
        server = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=log, text=True)
        attackers = None
        try:
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            measure(port, 1)
            quiet = measure(port, 5)
            before = memory(server.pid, "VmRSS")
            attackers = multiprocessing.Process(target=attack, args=(port, seconds))
            attackers.start()
            during = measure(port, seconds)
            peak, at_the_end = memory(server.pid, "VmHWM"), memory(server.pid, "VmRSS")
            attackers.join(30)
        finally:
            if attackers is not None and attackers.is_alive():
                attackers.kill()
            server.terminate()
            try:
                server.wait(25)
            except subprocess.TimeoutExpired:
                server.kill()
    times = during[1] / max(quiet[1], FLOOR_MS)
    for name, (p50, p99, count, missing) in (("quiet", quiet), ("attacked", during)):
        print(f"{name:9} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   of {count} answers {missing} missing")
    print(f"memory    {before:.0f} MiB quiet, {at_the_end:.0f} MiB attacked, {peak:.0f} MiB at most")
    print(f"p99       {times:.2f} times the quiet one, which counts as {max(quiet[1], FLOOR_MS):.1f} ms")
    bad = peak > MOST_MIB or times > MOST_TIMES or during[3] > 0
    print("too much" if bad else "held")
    sys.exit(bad)


if __name__ == "__main__":
    main()
