"""Whether the load generator tells the truth: it must give right figures, and fail where it should."""

import os
import socket

from .crowd import AdmissionRow, Crowd, save
from .processes import Failure, free_port
from .rows import generate


def check(condition, what):
    if not condition:
        raise Failure(f"self-test: {what}")
    print(f"ok    {what}", flush=True)


def run(bench):
    """Raises Failure at the first thing that is wrong."""
    target = f"127.0.0.1:{bench.service_port}"
    throughputs(bench, target)
    exchanges(bench, target)
    idle(bench, target)
    delay(bench, target)
    handshakes(bench)
    broken(bench)


def throughputs(bench, target):
    for direction in ("up", "down"):
        for streams in (1, 8):
            result = generate(bench, "throughput", "--to", target, "--streams", streams,
                              "--direction", direction, "--seconds", 0.3)
            rate = result["bytes"] / result["seconds"] / 1e6
            check(result["bytes"] > 1e6 and abs(rate - result["megabytesPerSecond"]) < 1
                  and result["bytesInAll"] >= result["bytes"] and result["seconds"] >= 0.3,
                  f"throughput, {streams} {direction}")


def exchanges(bench, target):
    trip = generate(bench, "rtt", "--to", target, "--bytes", 64, "--seconds", 0.3)
    check(trip["count"] > 10 and 0 < trip["min"] <= trip["p50"] <= trip["p99"] <= trip["max"], "round trip")
    for at_once in (1, 16):
        result = generate(bench, "connect", "--to", target, "--at-once", at_once, "--seconds", 0.3)
        check(result["count"] > 10 and result["failures"] == 0, f"connections, {at_once} at a time")
    check(generate(bench, "first-byte", "--to", target, "--count", 5)["count"] == 5, "first byte")


def idle(bench, target):
    program, ready = bench.tools.bench("idle", "--to", target, "--count", 200)
    try:
        check(ready["count"] == 200 and program.finish()["alive"] == 200, "200 idle connections")
    finally:
        program.stop()


def delay(bench, target):
    proxy, ready = bench.tools.bench("delay", "--to", target, "--milliseconds", 25)
    try:
        through = f"127.0.0.1:{ready['port']}"
        trip = generate(bench, "rtt", "--to", through, "--bytes", 64, "--seconds", 0.6)
        check(50_000 <= trip["min"] and trip["min"] < 60_000,
              f"round trip over 25 ms each way: {trip['min'] / 1000:.1f} ms at least, "
              f"{trip['p50'] / 1000:.1f} ms as a rule")
        first = generate(bench, "first-byte", "--to", through, "--count", 5)
        check(100_000 <= first["min"] and first["min"] < 115_000,
              f"first byte over it, connect included: {first['min'] / 1000:.1f} ms at least")
        closing(ready["port"])
    finally:
        proxy.stop()


def closing(port):
    """The proxy passes the end of one direction on, and the other goes on."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"e" + b"x" * 100_000)
        connection.shutdown(socket.SHUT_WR)
        received = 0
        while data := connection.recv(65536):
            received += len(data)
    check(received == 100_000, "100,000 bytes and the end of the stream through the delaying proxy")


def handshakes(bench):
    """Of two paths to one server, the one that is 25 ms longer each way is told apart."""
    servers = []
    crowd = Crowd(os.path.join(bench.tools.folder, "crowd"), 3, 2, bench.tools.secret)
    try:
        server = AdmissionRow.start(bench, crowd, servers)
        proxy, ready = bench.tools.bench("delay", "--to", server, "--milliseconds", 25)
        servers.append(proxy)
        words = ("handshakes", "--to", f"127.0.0.1:{ready['port']}", "--beside", server, "--count", 3)
        for kind in ("control", "data"):
            result = generate(bench, *words, "--secret-file", bench.tools.secret_file(), "--kind", kind)
            check(100_000 <= result["more"] < 1_000_000 and result["to"]["count"] == 3
                  and abs(result["to"]["p50"] - result["beside"]["p50"] - result["more"]) < 1,
                  f"a {kind} connection over 25 ms each way: {result['more'] / 1000:.1f} ms more")
        wrong = os.path.join(bench.tools.folder, "wrong-secret")
        save(wrong, "a guess\n")
        for kind in ("control", "data"):
            refused(bench, (*words, "--secret-file", wrong, "--kind", kind), "invalid secret",
                    f"a {kind} connection with a wrong secret gives no figure")
    finally:
        for program in servers:
            program.stop()


def refused(bench, words, text, what):
    try:
        generate(bench, *words)
    except Failure as reason:
        check(text in str(reason), what)
    else:
        check(False, what)


def broken(bench):
    nobody = f"127.0.0.1:{free_port()}"
    for words in (("throughput", "--to", nobody, "--streams", 1, "--direction", "up", "--seconds", 0.1),
                  ("rtt", "--to", nobody, "--bytes", 64, "--seconds", 0.1),
                  ("connect", "--to", nobody, "--at-once", 2, "--seconds", 0.1),
                  ("first-byte", "--to", nobody, "--count", 1),
                  ("idle", "--to", nobody, "--count", 1),
                  ("handshakes", "--to", nobody, "--beside", nobody, "--secret-file", bench.tools.secret_file(),
                   "--kind", "control", "--count", 1),
                  ("tunnels", "--to", nobody, "--count", 1)):
        refused(bench, words, "refused", f"{words[0]} says so where nobody listens")
