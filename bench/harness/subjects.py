"""What is measured, and how each is started.

A subject leads from a public port to the service. Its programs are known by
side, so that each side's cost can be read; a peer that the reader names is
one side, "both".
"""

import getpass
import os
import re
import secrets
import shutil
import subprocess

from .processes import Failure, Program, await_echo, free_port

FAR_HOST = "127.0.0.77"  # where the delaying proxy stands in for the far machine


class Tools:
    """The programs that were built, and a folder for logs and throw-away files."""

    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.secret = secrets.token_hex(16)
        self._logs = 0

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
    most_idle = None

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


class Tunnel(Subject):
    """bore-server and bore-client as built, with options for each."""

    speaks_bore = True

    def __init__(self, key, title, server_options=(), client_options=()):
        super().__init__(key, title)
        self.server_options = list(server_options)
        self.client_options = list(client_options)

    def launch(self, tools, service_port, delay, secret, started):
        control, public = free_port(), free_port()
        common = ["--secret-file", tools.secret_file()] if secret else []
        server = tools.start([tools.program("bore-server"), "--bind-addr", "127.0.0.1",
                              "--control-port", str(control), *common, *self.server_options])
        started.append(server)
        host, port, proxy = self.path(tools, control, delay, started)
        client = start_when_open(tools, control, server, [
            tools.program("bore-client"), str(service_port), "--local-host", "127.0.0.1",
            "--to", f"{host}:{port}", "--port", str(public), *common, *self.client_options])
        started.append(client)
        return Running(public, {"server": [server], "client": [client]}, proxy, control)


class Socat(Subject):
    """Two hops of socat, which starts a process for each connection."""

    most_idle = 1000

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


class Ssh(Subject):
    """ssh -R, with an sshd of its own and keys that are thrown away."""

    def __init__(self):
        super().__init__("ssh", "ssh -R (encrypted)")

    def launch(self, tools, service_port, delay, secret, started):
        public, port = free_port(), free_port()
        folder = os.path.join(tools.folder, "ssh")
        make_keys(folder)
        server = tools.start(["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-p", str(port),
                              "-h", f"{folder}/host", *sshd_options(folder)])
        started.append(server)
        host, far_port, proxy = self.path(tools, port, delay, started)
        client = start_when_open(tools, port, server, [
            "ssh", "-F", "/dev/null", "-N", "-i", f"{folder}/user", "-p", str(far_port),
            "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "ExitOnForwardFailure=yes",
            "-R", f"127.0.0.1:{public}:127.0.0.1:{service_port}", f"{getpass.getuser()}@{host}"])
        started.append(client)
        return Running(public, {"server": [server], "client": [client]}, proxy)


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


def make_keys(folder):
    if os.path.isdir(folder):
        return
    os.mkdir(folder, 0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"], check=True)
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", 0o755, exist_ok=True)  # sshd does not start as root without it


def sshd_options(folder):
    options = {"ListenAddress": "127.0.0.1", "AuthorizedKeysFile": f"{folder}/user.pub", "StrictModes": "no",
               "UsePAM": "no", "PidFile": "none", "PasswordAuthentication": "no"}
    return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]


def ours(tools):
    """The forms of our tunnel that this build has, and notes on those that it has not."""
    helps = {name: subprocess.run([tools.program(name), "--help"], capture_output=True, text=True, check=True)
             .stdout for name in ("bore-server", "bore-client")}
    zero_copy = [name for name in helps if "--relay-zero-copy" in helps[name]]
    standby = "--standby-size" in helps["bore-client"]
    notes = []
    if len(zero_copy) < 2:
        notes.append("zero-copy and its comparison are left out: the programs have no --relay-zero-copy")
    if not standby:
        notes.append("standby connections are left out: bore-client has no --standby-size")
    if len(zero_copy) < 2 and not standby:
        return [Tunnel("bore", "our tunnel (StreamCopier, no standby)")], notes
    no_standby = ["--standby-size=0"] if standby else []
    result = []
    if len(zero_copy) == 2:
        result.append(Tunnel("bore-copier", "ours: StreamCopier only, no standby",
                             ["--relay-zero-copy=false"], ["--relay-zero-copy=false", *no_standby]))
    if standby:
        title = "ours: zero-copy, no standby" if len(zero_copy) == 2 else "ours: StreamCopier, no standby"
        result.append(Tunnel("bore-ordinary", title, [], no_standby))
    title = {(True, True): "ours: zero-copy, standby", (True, False): "ours: zero-copy",
             (False, True): "ours: StreamCopier, standby"}[(len(zero_copy) == 2, standby)]
    result.append(Tunnel("bore", title))
    return result, notes


def installed(name):
    return shutil.which(name) is not None
