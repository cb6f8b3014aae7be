#!/usr/bin/env python3
"""A failover test: Silhouette on a PostgreSQL cluster on this machine, whose nodes are killed.

    packaging/ha/try.py                    the whole test, about three minutes; prints a table
    packaging/ha/try.py --rounds 5         each event five times
    packaging/ha/try.py --no-cluster --database URL --nodes 2
    packaging/ha/try.py --no-cluster --database FILE --nodes 1
                                           on an existing database; kills only nodes of Silhouette

Simulated users sign up, log in, save profiles and read pages through HAProxy, with plain forms,
and every acknowledged write is recorded. Meanwhile the leader of the database is killed with
kill -9, then a node of Silhouette, then there is a planned switchover. At the end everything
acknowledged has to be there: everyone can log in, each profile holds its last acknowledged save
or a later one, and each session still works. While the test runs, no page may be older than
what was acknowledged before it was requested.

Exits with 1 if anything acknowledged was lost. Needs `make build` and the programs that
packaging/ha/cluster needs. Everything is on 127.0.0.1, in a temporary folder, which is removed.
The users it creates stay in the database given by --database: use a test database.
"""
import argparse
import collections
import html
import http.client
import importlib.machinery
import importlib.util
import os
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PASSWORD = "a long walk over seven bridges"
# Sessions per user, well below the 50 that Silhouette keeps; saves after each sign-up.
SESSIONS, SAVES = 6, 15


def cluster_module():
    """The script `cluster` as a module; its name has no extension."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("cluster", os.path.join(HERE, "cluster"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("cluster", loader))
    loader.exec_module(module)
    return module


cluster = cluster_module()
now = time.monotonic


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Browser:
    """A browser without script: cookies, and the headers that it sends with forms."""

    def __init__(self, url, timeout):
        self.url, self.timeout = url, timeout
        self.cookies = {}

    def ask(self, path, fields=None):
        """The status, the Location and the page. Raises OSError or HTTPException if there is no answer."""
        host = urllib.parse.urlsplit(self.url).netloc
        headers = {"Accept": "text/html", "Accept-Language": "en", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            headers.update({"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url,
                            "Sec-Fetch-Site": "same-origin"})
            body = urllib.parse.urlencode(fields)
        connection = http.client.HTTPConnection(host, timeout=self.timeout)
        try:
            connection.request("POST" if body is not None else "GET", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer.status, answer.headers.get("Location", ""), text


class Member:
    """A user, and what was acknowledged to them."""

    def __init__(self, name):
        self.name = name
        self.is_told = False  # the sign-up was acknowledged
        self.told = 0         # the number of the last save that was acknowledged
        self.tried = 0        # the number of the last save that was sent
        self.sessions = []    # browsers whose login was acknowledged


class Lost(Exception):
    """An answer shows that something acknowledged is gone."""


class Crowd:
    """All users, and the outcome of their requests."""

    def __init__(self, url, timeout, writers, readers):
        self.url, self.timeout = url, timeout
        self.over = threading.Event()
        self.members = []  # whose sign-up was acknowledged
        self.writes, self.pages = [], []  # (time of the answer, None or the reason of the failure)
        self.counts = collections.Counter()
        self.lost = collections.Counter()
        self.examples = []
        self.lock = threading.Lock()
        self.run = f"{os.getpid() % 10000}{random.randrange(1000):03}"
        self.threads = [threading.Thread(target=self.live, args=(self.write, number)) for number in range(writers)]
        self.threads += [threading.Thread(target=self.live, args=(self.read, number)) for number in range(readers)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()

    def live(self, what, number):
        try:
            what(number)
        except Exception as error:
            # A bug here must not pass as a test without failures.
            self.miss("threads of this test", f"{what.__name__}: {error!r}")

    def miss(self, what, how):
        with self.lock:
            self.lost[what] += 1
            if len(self.examples) >= 12:
                return
            self.examples.append(f"{what}: {how}")
        say(f"LOST, {what}: {how}")

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    # Requests.

    def page(self, browser, path):
        """A page, or None if it failed. Raises Lost if the session or the page is gone."""
        try:
            status, to, text = browser.ask(path)
        except (OSError, http.client.HTTPException) as error:
            return self.pages.append((now(), reason(error)))
        if to.startswith("/login") and browser.cookies:
            raise Lost(f"{path} leads to {to}")
        if status == 404:
            self.pages.append((now(), "404"))
            raise Lost(f"{path} is a 404")
        self.pages.append((now(), None if status == 200 else str(status)))
        return text if status == 200 else None

    def form(self, browser, path, fields, *to):
        """Sends a form until it is accepted; returns where it led to, which is one of `to`.

        Returns "409" or "422" if it was rejected, and None when time is up.
        """
        while not self.over.is_set():
            status = 0
            try:
                status, location, _ = browser.ask(path, fields)
                why = None if status == 303 and location in to else str(status)
            except (OSError, http.client.HTTPException) as error:
                why = reason(error)
            self.writes.append((now(), why))
            if why is None:
                return location
            if status in (409, 422):
                return str(status)
            if status == 303:
                raise Lost(f"{path} leads to {location}")
            self.rest(0.2, 0.5)
        return None

    def rest(self, least=0.0, most=0.04):
        self.over.wait(random.uniform(least, most))

    # What users do.

    def write(self, number):
        """Signs up, saves several times, logs in again in between; then starts over as a new user."""
        mine = []
        while not self.over.is_set():
            member = Member(f"try{self.run}-{number}-{len(mine)}")
            mine.append(member)
            if not self.sign_up(member):
                continue
            for save in range(SAVES):
                if self.over.is_set():
                    return
                self.save(member)
                if save % 5 == 4:
                    known = [other for other in mine if other.is_told and len(other.sessions) < SESSIONS]
                    self.log_in(random.choice(known or [member]))

    def sign_up(self, member):
        browser = Browser(self.url, self.timeout)
        text = None
        while text is None and not self.over.is_set():
            text = self.page(browser, "/signup")
            self.rest(*(() if text else (0.2, 0.5)))
        key = re.search(r'name="idempotency_key" value="([^"]+)"', text or "")
        fields = {"username": member.name, "password": PASSWORD, "email": ""}
        if key:
            fields["idempotency_key"] = key[1]
        ended = self.form(browser, "/signup", fields, "/profile", "/login") if text else None
        if ended in ("/profile", "/login"):
            member.is_told = True
            with self.lock:
                self.members.append(member)
            self.count("sign-ups")
            # The account was created, but then the session could not be.
            if ended == "/login":
                self.count("sign-ups without a session")
            else:
                member.sessions.append(browser)
        elif ended:
            # Only after a failed attempt: the form was sent again, and should have been accepted.
            self.count(f"sign-ups rejected when sent again ({ended})")
        return member.is_told

    def log_in(self, member):
        browser = Browser(self.url, self.timeout)
        try:
            ended = self.form(browser, "/login", {"username": member.name, "password": PASSWORD}, "/profile")
        except Lost as lost:
            return self.miss("logins", f"{member.name}: {lost}")
        if ended == "/profile":
            member.sessions.append(browser)
            self.count("logins")
        elif ended:
            self.miss("sign-ups", f"{member.name} cannot log in: {ended}")
        return None

    def save(self, member):
        if not member.sessions:
            return self.log_in(member)
        browser = random.choice(member.sessions)
        try:
            text = self.page(browser, "/profile/edit")
            self.rest()
            if text is None:
                return self.rest(0.2, 0.5)
            version, bio, location = edited(text)
            self.check(member, bio, location, member.told, "older pages")
            if bio > member.told:
                self.count("saves found carried out although not acknowledged")
            number = max(member.tried, bio) + 1
            # Before it is sent, because a reader may see it before the answer arrives.
            member.tried = number
            fields = {"username": member.name, "version": version, "bio": words(number, member.name),
                      "location": str(number)}
            ended = self.form(browser, "/profile/edit", fields, "/profile?saved")
            if ended == "/profile?saved":
                member.told = number
                self.count("saves")
                text = self.page(browser, "/profile?saved")
                if text is not None:
                    self.check(member, shown(text, member.name), None, number, "older pages")
            elif ended:
                self.count(f"saves rejected when sent again ({ended})")
        except Lost as lost:
            self.forget(member, browser, lost)
        return None

    def read(self, _number):
        """Reads profiles as a guest."""
        guest = Browser(self.url, self.timeout)
        while not self.over.is_set():
            self.rest()
            member = random.choice(self.members) if self.members else None
            if not member:
                continue
            least = member.told
            try:
                text = self.page(guest, f"/u/{member.name}")
                if text is not None:
                    self.check(member, shown(text, member.name), None, least, "older pages")
            except Lost as lost:
                self.miss("older pages", f"{member.name}: {lost}")

    def check(self, member, bio, location, least, what):
        """Checks that a profile holds the last acknowledged save or a later one, and no half of one."""
        if not least <= bio <= member.tried:
            self.miss(what, f"{member.name} has save {bio}; acknowledged {least}, sent {member.tried}")
        if location is not None and location != bio:
            self.miss(what, f"{member.name} has halves of two saves, {bio} and {location}")

    def forget(self, member, browser, lost):
        self.miss("sessions", f"{member.name}: {lost}")
        member.sessions = [other for other in member.sessions if other is not browser]

    # The end.

    def verify(self, seconds):
        """Checks everything that was acknowledged."""
        end, todo = now() + seconds, collections.deque(self.members)

        def patiently(work):
            while True:
                try:
                    return work()
                except (OSError, http.client.HTTPException):
                    if now() > end:
                        raise
                    time.sleep(0.3)

        def answered(browser, path, fields=None):
            status, to, text = browser.ask(path, fields)
            if status >= 500:
                raise http.client.HTTPException(str(status))
            return status, to, text

        def verify_member(member):
            fields = {"username": member.name, "password": PASSWORD}
            browser = Browser(self.url, self.timeout)
            status, to, _ = patiently(lambda: answered(browser, "/login", fields))
            if (status, to) != (303, "/profile"):
                return self.miss("sign-ups", f"{member.name} cannot log in: {status}")
            status, to, text = patiently(lambda: answered(browser, "/profile/edit"))
            if status != 200:
                return self.miss("saves", f"{member.name} has no profile: {status} {to}")
            _, bio, location = edited(text)
            self.check(member, bio, location, member.told, "saves")
            for session in member.sessions:
                status, to, _ = patiently(lambda session=session: answered(session, "/profile"))
                if status != 200:
                    self.miss("sessions", f"{member.name}: {status} {to}")
                self.count("sessions checked")
            return None

        def work(_number):
            while todo:
                try:
                    member = todo.popleft()
                except IndexError:
                    return
                try:
                    verify_member(member)
                except (OSError, http.client.HTTPException) as error:
                    self.miss("unverified users", f"{member.name}: {reason(error)}")

        threads = [threading.Thread(target=self.live, args=(work, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def reason(error):
    if isinstance(error, TimeoutError):
        return "timeout"
    return str(error) if type(error) is http.client.HTTPException else type(error).__name__


def words(number, name):
    return f"Number {number} of {name}"


def shown(text, name):
    """The number of the save that a profile page shows; 0 before the first."""
    found = re.search(rf"Number (\d+) of {re.escape(name)}\b", text)
    return int(found[1]) if found else 0


def edited(text):
    """The version in the editor, and the numbers in its two fields."""
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    bio = html.unescape(re.search(r'<textarea[^>]* name="bio"[^>]*>([^<]*)</textarea>', text)[1])
    location = re.search(r'name="location"[^>]* value="(\d*)"', text)[1]
    number = re.search(r"Number (\d+) of", bio)
    return version, int(number[1]) if number else 0, int(location or 0)


class Nodes:
    """Nodes of Silhouette on one database."""

    def __init__(self, binary, folder, database, url, ports, flags):
        self.folder, self.ports = folder, ports
        # A copy, because a build may replace it meanwhile.
        self.binary = shutil.copy2(binary, os.path.join(folder, "silhouette"))
        self.flags = ["--public-url", url, "--trusted-proxies", "127.0.0.1", "--limits", "off", *flags]
        # In a variable: the URL contains a password, and other users of the machine can read flags.
        own = {name: value for name, value in os.environ.items() if not name.startswith("SILHOUETTE_")}
        self.environment = {"RUST_LOG": "warn", **own, "SILHOUETTE_DATABASE": database}
        self.processes = [None] * len(ports)

    def launch(self, number):
        folder = os.path.join(self.folder, f"silhouette{number + 1}")
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}.log", "ab") as log:
            self.processes[number] = subprocess.Popen(
                [self.binary, "serve", "--addr", f"127.0.0.1:{self.ports[number]}", *self.flags],
                cwd=folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait(self, number):
        def is_there():
            if self.processes[number].poll() is not None:
                with open(os.path.join(self.folder, f"silhouette{number + 1}.log"), errors="replace") as log:
                    raise cluster.Failed(f"Silhouette did not start:\n{log.read()[-2000:]}")
            return (cluster.ask(f"http://127.0.0.1:{self.ports[number]}/healthz") or (0,))[0] == 200

        cluster.wait_until(f"node {number + 1} of Silhouette", 60, is_there)

    def kill(self, number):
        self.processes[number].kill()
        self.processes[number].wait()

    def stop(self):
        running = [process for process in self.processes if process and process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Trial:
    def __init__(self, asked):
        self.asked = asked
        self.marks = []  # (when, what)
        self.notes = []
        self.crowd = self.nodes = None

    def mark(self, what):
        say(what)
        self.marks.append((now(), what))

    def pause(self):
        time.sleep(self.asked.pause)

    def until_written(self):
        """Waits until a write is acknowledged."""
        begun = now()
        seconds = self.asked.timeout + 60
        crowd = self.crowd
        cluster.wait_until("an acknowledged write after the event", seconds,
                           lambda: any(why is None and at > begun + 0.5 for at, why in crowd.writes[-50:]))

    def run(self, folder):
        asked = self.asked
        servers = cluster.Cluster(os.path.join(folder, "database"))
        front = cluster.Cluster(os.path.join(folder, "web"))
        try:
            database = asked.database
            if not asked.no_cluster:
                say("starting etcd, three nodes of PostgreSQL, and HAProxy")
                servers.up()
                database = servers.url()
            ports = cluster.free_ports(asked.nodes)
            url = front.web(ports)
            self.nodes = Nodes(asked.binary, folder, database, url, ports, asked.flag)
            say(f"starting Silhouette, {asked.nodes} node{'s' * (asked.nodes > 1)}")
            # All at once: they may all find that the database has to be migrated.
            for number in range(asked.nodes):
                self.nodes.launch(number)
            for number in range(asked.nodes):
                self.nodes.wait(number)
            cluster.wait_until("HAProxy in front of Silhouette", 20,
                               lambda: (cluster.ask(f"{url}/login") or (0,))[0] == 200)
            self.crowd = Crowd(url, asked.timeout, asked.writers, asked.readers)
            self.crowd.start()
            time.sleep(3)
            self.mark("baseline")
            self.pause()
            try:
                for number in range(asked.rounds):
                    self.events(servers, number)
            except cluster.Failed as error:
                self.crowd.miss("events", str(error))
            self.crowd.stop()
            self.marks.append((now(), "the end"))
            say("checking everything that was acknowledged")
            self.crowd.verify(120)
            return self.report()
        finally:
            for wanted in (signal.SIGINT, signal.SIGTERM):
                signal.signal(wanted, signal.SIG_IGN)
            if self.crowd:
                self.crowd.stop()
            if self.nodes:
                self.nodes.stop()
            front.down()
            servers.down()

    def events(self, servers, number):
        asked = self.asked
        if not asked.no_cluster:
            self.mark("database leader killed")
            killed, begun = servers.kill_leader(), now()
            leader = cluster.wait_until("another leader", 90, servers.leader)
            replaced = now() - begun
            self.until_written()
            say(f"{killed} was killed, and {leader} is the leader; {killed} is started again")
            servers.up()
            self.notes.append(f"{killed} was killed: {leader} took over after {replaced:.0f} s; "
                              f"three complete nodes again after {now() - begun:.0f} s")
            self.pause()
        node = number % asked.nodes
        self.mark("Silhouette node killed")
        self.nodes.kill(node)
        time.sleep(3)
        self.nodes.launch(node)
        self.nodes.wait(node)
        self.pause()
        if not asked.no_cluster:
            self.mark("planned switchover")
            self.notes.append("switchover from {} to {}".format(*servers.switchover()))
            self.until_written()
            self.pause()

    def report(self):
        crowd = self.crowd
        written = sorted(at for at, why in crowd.writes if why is None)
        gaps = list(zip(written, written[1:]))
        print("\n| event | seconds | longest without a write | writes acknowledged | failed | pages served | failed |")
        print("|---|---|---|---|---|---|---|")
        failures = []
        for (begin, what), (end, _) in zip(self.marks, self.marks[1:]):
            def of(log, begin=begin, end=end):
                found = [why for at, why in log if begin <= at < end]
                return found.count(None), [why for why in found if why]
            longest = max((min(after, end) - max(before, begin) for before, after in gaps), default=0)
            (writes, no_writes), (pages, no_pages) = of(crowd.writes), of(crowd.pages)
            print(f"| {what} | {end - begin:.0f} | {longest:.1f} s | {writes} | {len(no_writes)} | {pages} "
                  f"| {len(no_pages)} |")
            for kind, whys in (("writes", no_writes), ("pages", no_pages)):
                if whys:
                    told = ", ".join(f"{count} x {why}" for why, count in collections.Counter(whys).most_common(5))
                    failures.append(f"{what}, {kind}: {told}")
        counts = crowd.counts
        print("\n| acknowledged | number | lost |")
        print("|---|---|---|")
        for what, name in (("sign-ups", "sign-ups"), ("saves", "saves"),
                           ("sessions", "sessions checked")):
            print(f"| {what} | {counts[name]} | {crowd.lost[what]} |")
        print(f"| pages at least as new | {sum(why is None for _, why in crowd.pages)} | {crowd.lost['older pages']} |")
        for what in sorted(set(crowd.lost) - {"sign-ups", "saves", "sessions", "older pages"}):
            print(f"| {what} | | {crowd.lost[what]} |")
        print()
        for line in (*failures, *self.notes, *(f"{counts[name]} {name}" for name in sorted(counts)
                                               if " " in name and not name.startswith("sessions"))):
            print(f"- {line}")
        for line in crowd.examples:
            print(f"- LOST, {line}")
        print(f"\n{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
              f"{os.getloadavg()[0]:.1f}; {self.asked.nodes} nodes of Silhouette, {self.asked.writers} writers, "
              f"{self.asked.readers} readers, timeout {self.asked.timeout:g} s.")
        if not counts["sign-ups"] or not counts["saves"]:
            print("No write was acknowledged, so this proves nothing.")
            return 1
        print("Something acknowledged was lost." if crowd.lost else "Nothing acknowledged was lost.")
        return 1 if crowd.lost else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "target", "release", "silhouette"), metavar="FILE")
    parser.add_argument("--no-cluster", action="store_true",
                        help="use the database of --database; kill only nodes of Silhouette")
    parser.add_argument("--database", metavar="FILE|URL", help="only with --no-cluster")
    parser.add_argument("--nodes", type=int, default=2, help="nodes of Silhouette [2]")
    parser.add_argument("--rounds", type=int, default=1, help="how often each event [1]")
    parser.add_argument("--pause", type=float, default=15, help="seconds between events [15]")
    parser.add_argument("--writers", type=int, default=6, help="threads that sign up, log in and save [6]")
    parser.add_argument("--readers", type=int, default=2, help="threads that read profiles [2]")
    parser.add_argument("--timeout", type=float, default=10, help="seconds to wait for a response [10]")
    parser.add_argument("--flag", action="append", default=[],
                        help="a further flag for `silhouette serve`: --flag=--name=X")
    parser.add_argument("--deadline", type=int, default=0,
                        help="seconds until it gives up [300 and 150 for each round]")
    parser.add_argument("--folder", help="a new or empty folder for data and logs, which is kept")
    asked = parser.parse_args()
    if asked.no_cluster != bool(asked.database):
        parser.error("--no-cluster and --database must be used together")
    if asked.database and "://" not in asked.database:
        asked.database = os.path.abspath(asked.database)
        if asked.nodes > 1:
            parser.error("an SQLite file is for one node: --nodes 1")
    if not os.path.exists(asked.binary):
        parser.error(f"{asked.binary} is missing; build it with `make build`")
    if asked.folder and os.path.isdir(asked.folder) and os.listdir(asked.folder):
        parser.error(f"{asked.folder} is not empty; choose another folder")
    # Raises SystemExit, so that everything started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("try.py: stopped by SIGTERM, or by its deadline"))
    deadline = threading.Timer(asked.deadline or 300 + 150 * asked.rounds, os.kill, (os.getpid(), signal.SIGTERM))
    deadline.daemon = True
    deadline.start()
    folder = asked.folder or tempfile.mkdtemp(prefix="silhouette-ha-")
    os.makedirs(folder, exist_ok=True)
    # Under root, the user postgres has to reach its folder in it.
    os.chmod(folder, 0o711)
    try:
        return Trial(asked).run(os.path.abspath(folder))
    except (cluster.Failed, KeyboardInterrupt) as error:
        return f"try.py: {error or 'interrupted'}"
    finally:
        if not asked.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
