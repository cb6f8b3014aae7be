#!/usr/bin/env python3
"""What visitors notice while 256 others log in at once, again and again.

    make build && bench/logins.py     needs bench/load, which `make bench` builds

A page, on eight connections, alone and beside the logins, in turns. The logins come from
connections of their own, all at once, with wrong passwords, and again as soon as each is answered.
Prints the median and the 99th percentile of the page, and the memory; docs/benchmarks.md has
results.
"""
import collections
import os
import socket
import statistics
import tempfile
import threading
import time

import compare

LOGINS, ROUNDS, SECONDS = 256, 5, 2
PAGE = "/u/user900"


def log_in(address, user):
    """A connection on which that user has sent a wrong password."""
    host, port = address.split(":")
    body = f"username=user{user}&password=wrong+horse+battery"
    connection = socket.create_connection((host, int(port)))
    connection.sendall("\r\n".join([
        "POST /login HTTP/1.1", f"Host: {address}", f"Origin: http://{address}", "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close",
        "", body]).encode())
    return connection


def status(connection):
    answer = b""
    with connection:
        while piece := connection.recv(65536):
            answer += piece
    return answer[9:12].decode()


class Crowd(threading.Thread):
    """All log in at once, until it is told to stop."""

    def __init__(self, address):
        super().__init__()
        self.address, self.is_over, self.answers = address, threading.Event(), collections.Counter()

    def run(self):
        while not self.is_over.is_set():
            connections = [log_in(self.address, user) for user in range(LOGINS)]
            self.answers.update(map(status, connections))

    def end(self):
        self.is_over.set()
        self.join()


def main():
    quiet, beside, answers, memory = [], [], collections.Counter(), [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "silhouette.db")
        site = compare.start_silhouette("Silhouette", database, compare.seed_silhouette(database))
        measure = lambda: site.measure(PAGE, False, 8, SECONDS, False)  # noqa: E731
        try:
            measure()
            memory[0] = site.resident_mib()
            for _ in range(ROUNDS):
                quiet.append(measure())
                crowd = Crowd(site.address)
                crowd.start()
                time.sleep(0.2)
                beside.append(measure())
                crowd.end()
                answers += crowd.answers
            memory[1] = site.resident_mib("VmHWM")
        finally:
            site.stop()
    median = lambda measured, figure: statistics.median(found[figure] for found in measured)  # noqa: E731
    for name, measured in [("alone", quiet), ("beside them", beside)]:
        print(f"{name:12} median {median(measured, 'median'):5.2f} ms, p99 {median(measured, 'p99'):5.2f} ms")
    print(f"p99: {median(beside, 'p99') / median(quiet, 'p99'):.1f} times")
    print(f"memory: {memory[0]:.0f} MiB before, {memory[1]:.0f} at most; answers to logins: {dict(answers)}")


if __name__ == "__main__":
    main()
