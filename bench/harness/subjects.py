"""What is measured, and how each is started.

A subject leads from a public port to the service. Its programs are known by
side, so that each side's cost can be read; a peer that the reader names is
one side, "both".
"""

import os
import re
import secrets
import shutil
import subprocess

from .processes import Failure, Program, await_echo, clean_environment, free_port

FAR_HOST = "127.0.0.77"  # where the delaying proxy stands in for the far machine


class Tools:
    """The programs that were built, and a folder for logs and throw-away files."""

    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.secret = secrets.token_hex(16)
        self._logs = 0
        self._certificate = None

    def program(self, name):
        return os.path.join(self.build, name)

    def start(self, command, **options):
        self._logs += 1
        return Program(command, os.path.join(self.folder, f"{self._logs:04}.log"), **options)

    def bench(self, *words):
        """bore-bench with these words, ready; gives the program and what it said."""
        program = self.start([self.program("bore-bench"), *map(str, words)], capture=True)
        try:
            return program, program.read_json(180)
        except BaseException:
            program.stop()
            raise

    def secret_file(self):
        path = os.path.join(self.folder, "secret")
        with open(path, "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(self.secret + "\n")
        return path

    def certificate(self):
        """Made by the server itself, at the first call."""
        if not self._certificate:
            self._certificate = Certificate(self.program("bore-server"), self.folder)
        return self._certificate


class Certificate:
    """A self-signed certificate with its key: the server's `options`, and what the client knows it by."""

    def __init__(self, server, folder):
        files = {"certificate": os.path.join(folder, "server.crt"), "key": os.path.join(folder, "server.key")}
        self.options = [word for key, file in files.items() for word in (f"--tls-{key}", file)]
        done = subprocess.run([server, "--make-certificate", "localhost", *self.options], capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL, env=clean_environment())
        found = re.search(r"fingerprint: ([0-9A-F:]+)", done.stdout)
        if done.returncode != 0 or not found:
            raise Failure(f"bore-server --make-certificate: {done.stderr.strip() or done.stdout.strip()}")
        self.fingerprint = found[1]


class Running:
    """A subject that carries connections from `port` to the service."""

    def __init__(self, port, sides, proxy=None, control_port=None, forks=False):
        self.port = port
        self.forks = forks
        self.sides = sides
        self.control_port = control_port
        self._proxy = proxy

    @property
    def target(self):
        return f"127.0.0.1:{self.port}"

    @property
    def programs(self):
        return [program for side in self.sides.values() for program in side]

    def alive(self):
        return all(program.alive() for program in self.programs)

    def stop(self):
        for program in reversed(self.programs):
            program.stop()
        if self._proxy:
            self._proxy.stop()


class Subject:
    """`start` gives a Running. With a delay (milliseconds each way), the path between the sides has it."""

    distant = True  # whether there is a path between two sides to be delayed
    speaks_bore = False
    why_no_tunnels = "not a bore server without a secret"
    most_idle = None
    why_not_more = ""

    def __init__(self, key, title):
        self.key = key
        self.title = title

    def start(self, tools, service_port, delay=None, secret=False):
        """Starts all its programs, or none."""
        started = []
        try:
            running = self.launch(tools, service_port, delay, secret, started)
            if running.programs:
                await_echo(running.port, running.programs)
            return running
        except BaseException:
            for program in reversed(started):
                program.stop()
            raise

    def launch(self, tools, service_port, delay, secret, started):
        raise NotImplementedError

    @staticmethod
    def path(tools, port, delay, started):
        """The host and port by which the far side reaches this one, and the proxy if there is one."""
        if delay is None:
            return "127.0.0.1", port, None
        proxy, _ = tools.bench("delay", "--listen", f"{FAR_HOST}:{port}", "--to", f"127.0.0.1:{port}",
                               "--milliseconds", delay)
        started.append(proxy)
        return FAR_HOST, port, proxy


class Direct(Subject):
    """The service itself, over loopback: the physical limit."""

    distant = False

    def __init__(self):
        super().__init__("direct", "direct loopback")

    def launch(self, tools, service_port, delay, secret, started):
        return Running(service_port, {})


class Socat(Subject):
    """Two hops of socat, which starts a process for each connection."""

    most_idle = 1000
    why_not_more = "a process for each connection"

    def __init__(self):
        super().__init__("socat", "socat, two hops")

    def launch(self, tools, service_port, delay, secret, started):
        public, middle = free_port(), free_port()
        host, port, proxy = self.path(tools, middle, delay, started)
        options = "bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=1024"
        client = tools.start(["socat", f"TCP-LISTEN:{middle},{options}",
                              f"TCP:127.0.0.1:{service_port},nodelay"])
        started.append(client)
        server = tools.start(["socat", f"TCP-LISTEN:{public},{options}", f"TCP:{host}:{port},nodelay"])
        started.append(server)
        return Running(public, {"server": [server], "client": [client]}, proxy, forks=True)


class Peer(Subject):
    """Any other tunnel, by a shell command that starts all of it and keeps running."""

    def __init__(self, name, command, control_port, speaks_bore):
        super().__init__(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "peer", name)
        self.command = command
        self.fixed_control_port = control_port
        self.speaks_bore = speaks_bore and "{secret}" not in command
        self.distant = "{control_host}" in command
        if "{tunnel_port}" not in command or "{local_port}" not in command:
            raise Failure(f"--peer {name}: the command must contain {{tunnel_port}} and {{local_port}}")

    def launch(self, tools, service_port, delay, secret, started):
        public, control = free_port(), self.fixed_control_port or free_port()
        host, _, proxy = self.path(tools, control, delay, started)
        command = self.command
        for name, value in (("tunnel_port", public), ("local_port", service_port), ("control_port", control),
                            ("control_host", host), ("secret", tools.secret),
                            ("secret_option", f"--secret {tools.secret}" if secret else "")):
            command = command.replace("{" + name + "}", str(value))
        program = tools.start(command)
        started.append(program)
        return Running(public, {"both": [program]}, proxy, control)


def start_when_open(tools, port, server, command):
    """Starts a client once its server listens."""
    await_listening(port, server)
    return tools.start(command)


def await_listening(port, server):
    end_of_patience = 200
    for _ in range(end_of_patience):
        if listens(port):
            return
        if not server.alive():
            break
        subprocess.run(["sleep", "0.02"], check=True)
    raise Failure(f"{server.name()} does not listen: {server.why()}")


def listens(port):
    """Whether somebody listens on the port, without a connection that would be logged."""
    wanted = f":{port:04X}"
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                for line in file:
                    fields = line.split()
                    if fields[3] == "0A" and fields[1].endswith(wanted):
                        return True
    return False


def installed(name):
    return shutil.which(name) is not None
