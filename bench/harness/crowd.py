"""A server with many users and networks, beside one with one of each."""

import os
import resource
import secrets
import statistics
import subprocess
import tempfile

from .processes import Failure, clean_environment, free_port
from .rows import Figure, Row, generate
from .subjects import await_listening

MANY_USERS, MANY_NETWORKS = 10_000, 1_000
SECTION = "Users and networks"
LOOPBACK = "127.0.0.0/8"


class Crowd:
    """A configuration file and what it names, in a folder of its own.

    The last user has the secret; loopback, from where it is measured, is the last of the networks.
    """

    def __init__(self, folder, users, networks, secret):
        os.makedirs(folder, 0o700)
        self.file = os.path.join(folder, "bore-server.properties")
        self._users_file = os.path.join(folder, "users.properties")
        save(self._users_file, self._users(users, secret))
        save(self.file, self._keys(networks))

    @staticmethod
    def _users(count, secret):
        lines = []
        for number in range(count):
            name = f"user.name{number:05}"
            lines += [f"{name}.secret = {secrets.token_hex(16) if number < count - 1 else secret}",
                      f"{name}.ports = 1024-65535", f"{name}.maxTunnels = 1000"]
        return "\n".join(lines) + "\n"

    def _keys(self, count):
        networks = [f"10.{number // 250}.{number % 250}.0/24" for number in range(count - 1)] + [LOOPBACK]
        return (f"bindAddr = 127.0.0.1\nusers.file = {self._users_file}\n"
                f"clients.allow = {', '.join(networks)}\n")


def save(path, text):
    with open(path, "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(text)


class CrowdRow(Row):
    """What it costs a server to know so many."""

    shared = False
    most_repeats = 3

    def left_out(self, subject):
        return None if subject.key == "bore" else "only one form of ours is measured"

    def measure(self, bench, subject):
        with tempfile.TemporaryDirectory(dir=bench.tools.folder) as folder:
            many = Crowd(os.path.join(folder, "many"), MANY_USERS, MANY_NETWORKS, bench.tools.secret)
            one = Crowd(os.path.join(folder, "one"), 1, 1, bench.tools.secret)
            return self.compare(bench, many, one)

    def compare(self, bench, many, one):
        raise NotImplementedError


class LoadRow(CrowdRow):
    """What a start takes longer: the program's own time is measured with the one user, and taken off.

    By the processor's time, on which others on the machine have no influence: it is one thread, which waits for nothing.
    """

    def __init__(self):
        what = f"{MANY_USERS:,} users and {MANY_NETWORKS:,} networks"
        super().__init__("load", [
            Figure("load-more", f"loading {what} (100 at most), CPU", "ms", SECTION),
            Figure("load-one", "check of a configuration, one user, CPU", "ms", SECTION),
            Figure("load-many", f"the same, {what}", "ms", SECTION)])

    def compare(self, bench, many, one):
        times = {many: [], one: []}
        for _ in range(bench.settings.loads):
            for crowd, taken in times.items():
                taken.append(self.check(bench, crowd) * 1000)
        more, least = (statistics.median(times[crowd]) for crowd in (many, one))
        return {"load-more": more - least, "load-one": least, "load-many": more}

    @staticmethod
    def check(bench, crowd):
        before = children_seconds()
        done = subprocess.run([bench.tools.program("bore-server"), "--check-config", "--config", crowd.file],
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                              env=clean_environment())
        taken = children_seconds() - before
        if done.returncode != 0:
            raise Failure(f"bore-server --check-config: {done.stderr.strip()[:500]}")
        return taken


class AdmissionRow(CrowdRow):
    """What a control and a data connection take longer until they are let in."""

    def __init__(self):
        most = {"control": "5,000", "data": "a few"}
        figures = []
        for kind, bound in most.items():
            what = f"new {kind} connection"
            figures += [
                Figure(f"admission-{kind}-more", f"{what}, more with {MANY_USERS:,} users and "
                       f"{MANY_NETWORKS:,} networks ({bound} at most), p50", "µs", SECTION),
                Figure(f"admission-{kind}-one", f"{what}, one user, p50", "µs", SECTION),
                Figure(f"admission-{kind}-many", f"{what}, {MANY_USERS:,} users, p50", "µs", SECTION)]
        super().__init__("admission", figures)
        self.headline = ["admission-control-more", "admission-data-more"]

    def compare(self, bench, many, one):
        values = {}
        servers = []
        try:
            targets = [self.start(bench, crowd, servers) for crowd in (many, one)]
            for kind in ("control", "data"):
                result = generate(bench, "handshakes", "--to", targets[0], "--beside", targets[1],
                                  "--secret-file", bench.tools.secret_file(), "--kind", kind,
                                  "--count", bench.settings.handshakes)
                values.update({f"admission-{kind}-more": result["more"],
                               f"admission-{kind}-one": result["beside"]["p50"],
                               f"admission-{kind}-many": result["to"]["p50"]})
        finally:
            for server in servers:
                server.stop()
        return values

    @staticmethod
    def start(bench, crowd, servers):
        control = free_port()
        server = bench.tools.start([bench.tools.program("bore-server"), "--config", crowd.file,
                                    "--control-port", str(control)])
        servers.append(server)
        await_listening(control, server)
        return f"127.0.0.1:{control}"


def children_seconds():
    """User and system time of the children that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def all_rows():
    return [LoadRow(), AdmissionRow()]
