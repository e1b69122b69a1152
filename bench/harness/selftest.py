"""Whether the load generator tells the truth: it must give right figures, and fail where it should."""

import dataclasses
import os
import socket

from . import goals, own, report, ssh
from .bench import Results
from .crowd import AdmissionRow, Crowd, save
from .processes import Failure, free_port, living, members, start_time
from .rows import ConnectRow, generate


def check(condition, what):
    if not condition:
        raise Failure(f"self-test: {what}")
    print(f"ok    {what}", flush=True)


def run(bench):
    """Raises Failure at the first thing that is wrong."""
    target = f"127.0.0.1:{bench.service_port}"
    processes(bench)
    judgement()
    throughputs(bench, target)
    exchanges(bench, target)
    idle(bench, target)
    delay(bench, target)
    handshakes(bench)
    tls(bench)
    secure_shell(bench)
    broken(bench)


def processes(bench):
    """What a program started is ended with it, and nobody else."""
    program = bench.tools.start("(setsid sleep 600 & sleep 600 & echo 2; wait) & wait", capture=True)
    program.read_json(5)
    started = {pid: start_time(pid) for pid in members(program.pid)}
    check(len(started) == 4 and program.alive(), f"a program and {len(started) - 1} that it started")
    program.stop()
    program.stop()
    check(not living(started) and not program.alive(), "all of them are ended")


def judgement():
    """Goals by figures that are known."""
    results = Results([ConnectRow(1)])
    ratio = goals.Ratio("connect-1", "bore-tls", "bore", 0.7)
    unknown = goals.judge(results, [ratio])[0]
    check(unknown.reached is None and unknown.word == "not measured: no figure of ours by TLS and ours in the clear",
          "a goal without a figure is named as not measured")
    results.samples = {"connect-1": {"bore": [100, 200, 300], "bore-tls": [80, 120, 240]}}
    outcome = goals.judge(results, [ratio])[0]
    check(outcome.samples == [0.8, 0.6, 0.8] and outcome.word == "yes", "a goal is judged by ratios of neighbours")
    missed = goals.judge(results, [dataclasses.replace(ratio, least=0.9)])[0]
    check(missed.word == "NO", "a goal that is missed says so")
    check(goals.judge(results, [goals.Most("connect-1", "bore", 200, "/s")])[0].reached
          and not goals.judge(results, [goals.Most("connect-1", "bore", 199, "/s")])[0].reached,
          "a goal that is an upper bound")
    check("0.8 (0.6–0.8)" in report.goals_table(results), "the table of goals")


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


def tls(bench):
    """The tunnel by TLS: nothing between its sides is in the clear, and another certificate is refused."""
    subject = own.TlsTunnel("bore-tls", "by TLS")
    running = bench.start(subject)
    try:
        check(generate(bench, "connect", "--to", running.target, "--at-once", 2, "--seconds", 0.3)["failures"] == 0,
              "connections through the tunnel by TLS")
        with socket.create_connection(("127.0.0.1", running.control_port), timeout=5) as connection:
            connection.sendall(b'{"Hello":0}\0')
            check(b"Hello" not in connection.recv(1000), "its server does not understand who speaks in the clear")
    finally:
        running.stop()
    other = own.TlsTunnel("bore-tls", "by TLS", (), ["--tls-fingerprint", ":".join(["00"] * 32)])
    try:
        bench.start(other).stop()
    except Failure as reason:
        check("fingerprint" in str(reason), "a client that is told another fingerprint gives no figure")
    else:
        check(False, "a client that is told another fingerprint gives no figure")


def secure_shell(bench):
    """ssh -R carries bytes, and nothing of it is left."""
    if not ssh.installed():
        print(f"left out: ssh -R ({ssh.NEEDED})", flush=True)
        return
    running = bench.start(ssh.Ssh())
    try:
        started = {pid: start_time(pid) for program in running.programs for pid in members(program.pid)}
        check(generate(bench, "rtt", "--to", running.target, "--bytes", 64, "--seconds", 0.1)["count"] > 0,
              "round trips through ssh -R")
    finally:
        running.stop()
    check(len(started) >= 3 and not living(started), f"its {len(started)} processes are ended")


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
