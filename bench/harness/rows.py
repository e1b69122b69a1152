"""What is measured: each row starts what it needs and gives figures."""

import dataclasses
import json
import subprocess
import time

from .processes import Failure, cpu_seconds

DELAY = 25  # milliseconds each way
SETTLE = 1.0  # seconds until a program has nothing left to do


@dataclasses.dataclass(frozen=True)
class Figure:
    """One line of the table."""

    key: str
    title: str
    unit: str
    section: str
    more_is_better: bool = False


@dataclasses.dataclass(frozen=True)
class Settings:
    """How long and how often."""

    seconds: float
    repeats: int
    visits: int  # for the first byte
    idle: tuple
    tunnels: int
    handshakes: int  # of each kind, with each of two servers
    loads: int


class Row:
    """One kind of measurement. `measure` gives values by the keys of its figures."""

    shared = True  # measured on an instance that runs through all rows
    most_repeats = None

    def __init__(self, name, figures):
        self.name = name
        self.figures = figures
        self.headline = [figures[0].key]  # what the progress shows

    def left_out(self, subject):
        """Why this subject is not measured here; None if it is."""
        return None

    def measure(self, bench, subject):
        raise NotImplementedError


def generate(bench, *words):
    """Runs one measurement of bore-bench and gives its result."""
    command = [bench.tools.program("bore-bench"), *map(str, words)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise Failure(f"bore-bench {words[0]} did not end within 120 s") from None
    if done.returncode != 0:
        raise Failure(done.stderr.strip() or f"bore-bench {words[0]} ended with {done.returncode}")
    return json.loads(done.stdout)


class ThroughputRow(Row):
    """Streams in one direction, and the processor's time that they cost the tunnel."""

    def __init__(self, streams, direction):
        self.streams = streams
        self.direction = direction
        name = f"throughput-{streams}-{direction}"
        noun = "1 stream" if streams == 1 else f"{streams} streams"
        figures = [Figure(name, f"throughput, {noun} {direction}", "MB/s", "Throughput", True)]
        if streams <= 8:
            self.cpu = Figure(f"cpu-{streams}-{direction}", f"tunnel's CPU, {noun} {direction}", "s/GB",
                              "Throughput")
            figures.append(self.cpu)
        else:
            self.cpu = None
        super().__init__(name, figures)

    def measure(self, bench, subject):
        running = bench.shared(subject)
        before = cpu_seconds(running.programs)
        result = generate(bench, "throughput", "--to", running.target, "--streams", self.streams,
                          "--direction", self.direction, "--seconds", bench.settings.seconds)
        values = {self.name: result["megabytesPerSecond"]}
        if self.cpu and running.programs:
            used = cpu_seconds(running.programs) - before
            values[self.cpu.key] = used / (result["bytesInAll"] / 1e9)
        return values


class RoundTripRow(Row):
    """Small messages, one at a time."""

    def __init__(self):
        super().__init__("round-trip", [
            Figure("round-trip-p50", "round trip of 64 bytes, p50", "µs", "Latency"),
            Figure("round-trip-p99", "round trip of 64 bytes, p99", "µs", "Latency")])

    def measure(self, bench, subject):
        result = generate(bench, "rtt", "--to", bench.shared(subject).target, "--bytes", 64,
                          "--seconds", bench.settings.seconds)
        return {"round-trip-p50": result["p50"], "round-trip-p99": result["p99"]}


class ConnectRow(Row):
    """Short connections, one after the other on so many threads."""

    def __init__(self, at_once):
        self.at_once = at_once
        name = f"connect-{at_once}"
        what = f"connections, {at_once} at a time"
        super().__init__(name, [
            Figure(name, what, "/s", "Connections", True),
            Figure(f"{name}-p50", f"{what}, p50", "µs", "Connections"),
            Figure(f"{name}-p99", f"{what}, p99", "µs", "Connections"),
            Figure(f"{name}-failures", f"{what}, failures", "", "Connections")])

    def measure(self, bench, subject):
        result = generate(bench, "connect", "--to", bench.shared(subject).target,
                          "--at-once", self.at_once, "--seconds", bench.settings.seconds)
        return {self.name: result["perSecond"], f"{self.name}-p50": result["p50"],
                f"{self.name}-p99": result["p99"], f"{self.name}-failures": result["failures"]}


class DelayCheckRow(Row):
    """The delaying proxy itself: what it says about itself must be true."""

    def __init__(self):
        super().__init__("delay-check", [
            Figure("delay-round-trip", "check: round trip through the delaying proxy (50 is right)", "ms",
                   "First byte"),
            Figure("delay-first-byte", "check: first byte through it, connect included (100 is right)", "ms",
                   "First byte")])

    def left_out(self, subject):
        return None if subject.key == "direct" else "only the proxy itself is measured"

    def measure(self, bench, subject):
        proxy, ready = bench.tools.bench("delay", "--to", bench.shared(subject).target, "--milliseconds", DELAY)
        try:
            target = f"127.0.0.1:{ready['port']}"
            trip = generate(bench, "rtt", "--to", target, "--bytes", 64, "--seconds", 0.5)
            first = generate(bench, "first-byte", "--to", target, "--count", 5)
        finally:
            proxy.stop()
        return {"delay-round-trip": trip["p50"] / 1000, "delay-first-byte": first["p50"] / 1000}


class FirstByteRow(Row):
    """A visitor's wait where client and server are far apart."""

    shared = False
    most_repeats = 3

    def __init__(self):
        super().__init__("first-byte", [
            Figure(f"first-byte-{kind}", f"first byte, 25 ms each way, with a secret, {kind}", "ms", "First byte")
            for kind in ("p50", "p99")])

    def left_out(self, subject):
        return None if subject.distant else "no path between two sides that could be delayed"

    def measure(self, bench, subject):
        running = bench.start(subject, delay=DELAY, secret=True)
        try:
            time.sleep(SETTLE)
            result = generate(bench, "first-byte", "--to", running.target, "--count", bench.settings.visits)
        finally:
            running.stop()
        return {"first-byte-p50": result["p50"] / 1000, "first-byte-p99": result["p99"] / 1000}


def all_rows(settings):
    rows = [ThroughputRow(streams, direction) for streams in (1, 8, 64) for direction in ("up", "down")]
    rows += [RoundTripRow(), ConnectRow(1), ConnectRow(16), DelayCheckRow(), FirstByteRow()]
    return rows
