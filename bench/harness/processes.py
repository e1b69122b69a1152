"""Programs that the benchmark starts, and what they cost."""

import collections
import json
import os
import random
import select
import signal
import socket
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PATIENCE = 20  # seconds until a program must be ready, or have ended

_running = []


class Failure(Exception):
    """Something could not be measured; the text is one line for the reader."""


class Program:
    """A child process in a group of its own, its output in a log file.

    Its standard input is a pipe that stays open: bore-bench ends with it. It is waited for at the end alone:
    until then its number cannot become that of a stranger, whom we would measure or end.
    """

    def __init__(self, command, log, capture=False, environment=None):
        self.command = command
        self.log = log
        with open(log, "ab") as file:
            self.process = subprocess.Popen(
                command, shell=isinstance(command, str), start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE if capture else file, stderr=file,
                env=clean_environment(environment))
        _running.append(self)

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return (self.process.returncode is None
                and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None)

    def why(self):
        """The end of its log, in one line."""
        with open(self.log, "rb") as file:
            lines = file.read().decode(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:]) or "it wrote nothing to its log"

    def read_json(self, patience):
        """The next line of its output, which must be JSON."""
        ready, _, _ = select.select([self.process.stdout], [], [], patience)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            state = "gave no answer" if self.alive() else "ended"
            raise Failure(f"{self.name()} {state}: {self.why()}")
        return json.loads(line)

    def finish(self):
        """Ends it by the end of its input, and gives its last result."""
        self.process.stdin.close()
        return self.read_json(PATIENCE)

    def name(self):
        return self.command if isinstance(self.command, str) else " ".join(self.command)[:120]

    def stop(self):
        """Ends it and all that it started; asked first, then forced. May be called again."""
        if self not in _running:
            return
        started = {pid: start_time(pid) for pid in members(self.pid)}
        for signal_number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, PATIENCE)):
            for pid in living(started):
                try:
                    os.kill(pid, signal_number)
                except ProcessLookupError:
                    pass
            if gone(started, patience):
                break
        _running.remove(self)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.poll()


def stop_all():
    """Ends whatever is still running, the newest first."""
    for program in reversed(list(_running)):
        program.stop()


def clean_environment(more=None):
    """Ours without what would configure the programs behind our back."""
    result = {key: value for key, value in os.environ.items() if not key.startswith("BORE_")}
    result.update(more or {})
    return result


def start_time(pid):
    """What tells it from a later process of that number; nothing of one that has ended."""
    fields = stat_fields(pid)
    return fields[19] if fields and fields[0] != "Z" else None


def living(started):
    """Of processes and their start times those that have not ended."""
    return [pid for pid, start in started.items() if start and start_time(pid) == start]


def gone(started, patience):
    end = time.monotonic() + patience
    while living(started):
        if time.monotonic() >= end:
            return False
        time.sleep(0.01)
    return True


def members(root):
    """The process, its children and theirs, and whoever is in its session: an orphan still is."""
    children, queue = collections.defaultdict(list), [root]
    for entry in os.listdir("/proc"):
        fields = stat_fields(entry) if entry.isdigit() else None
        if fields:
            children[int(fields[1])].append(int(entry))
            if int(fields[3]) == root:
                queue.append(int(entry))
    result = set()
    while queue:
        pid = queue.pop()
        if pid not in result:
            result.add(pid)
            queue += children[pid]
    return sorted(result)


def stat_fields(pid):
    """The fields of /proc/PID/stat from the state on; nothing if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def cpu_seconds(programs):
    """User and system time of the programs, their children, and those that have ended."""
    ticks = 0
    for program in programs:
        for pid in members(program.pid):
            fields = stat_fields(pid)
            if fields:
                ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_PER_SECOND


def memory_and_threads(programs, forks=False):
    """Resident bytes, and threads. Of a program that forks, shared pages are counted once (Pss)."""
    for program in programs:
        if not program.alive():
            raise Failure(f"{program.name()} ended: {program.why()}")
    pids = [pid for program in programs for pid in members(program.pid)]
    memory = threads = 0
    for pid in pids:
        fields = stat_fields(pid)
        if not fields:
            raise Failure(f"process {pid} has ended meanwhile")
        threads += int(fields[17])
        memory += shared_out(pid) if forks else int(fields[21]) * PAGE
    return memory, threads


def shared_out(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def free_port(host="127.0.0.1"):
    """A port below those that outgoing connections take, so that none of them can be in the way."""
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue
    raise Failure("no free port between 20000 and 32000")


def await_echo(port, programs):
    """Waits until what listens on the port leads to the service."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for program in programs:
            if not program.alive():
                raise Failure(f"{program.name()} ended: {program.why()}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(b"e?")
                if connection.recv(1) == b"?":
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise Failure(f"nothing echoes on port {port} after {PATIENCE} s: {programs[-1].why()}")
