"""Our tunnel, in the forms that the build has."""

import subprocess

from .processes import free_port
from .subjects import Running, Subject, start_when_open


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
        listening, dialling = self.ways(tools, control)
        server = tools.start([tools.program("bore-server"), "--bind-addr", "127.0.0.1", *listening, *common,
                              *self.server_options])
        started.append(server)
        host, port, proxy = self.path(tools, control, delay, started)
        client = start_when_open(tools, control, server, [
            tools.program("bore-client"), str(service_port), "--local-host", "127.0.0.1",
            "--to", f"{host}:{port}", "--port", str(public), *dialling, *common, *self.client_options])
        started.append(client)
        return Running(public, {"server": [server], "client": [client]}, proxy, control)

    def ways(self, tools, port):
        """The options by which the server is reached on that port, and by which the client reaches it."""
        return ["--control-port", str(port)], []


class TlsTunnel(Tunnel):
    """The same by TLS, with a certificate of its own that the client knows; the server has no port without it."""

    speaks_bore = False
    why_no_tunnels = "the load generator's own tunnels speak no TLS"

    def ways(self, tools, port):
        pair = tools.certificate()
        return (["--no-control-plain", "--tls-port", str(port), *pair.options],
                ["--tls", "--tls-fingerprint", pair.fingerprint])


def ours(tools):
    """The forms of our tunnel that this build has, and notes on those that it has not."""
    helps = {name: subprocess.run([tools.program(name), "--help"], capture_output=True, text=True, check=True)
             .stdout for name in ("bore-server", "bore-client")}
    zero_copy = [name for name in helps if "--relay-zero-copy" in helps[name]]
    standby = "--standby-size" in helps["bore-client"]
    tls = "--tls-port" in helps["bore-server"] and "--tls-fingerprint" in helps["bore-client"]
    notes = []
    if len(zero_copy) < 2:
        notes.append("zero-copy and its comparison are left out: the programs have no --relay-zero-copy")
    if not standby:
        notes.append("standby connections are left out: bore-client has no --standby-size")
    if not tls:
        notes.append("TLS is left out: the programs have no --tls-port and --tls-fingerprint")
    result = plain(len(zero_copy) == 2, standby)
    if tls:
        result.append(TlsTunnel("bore-tls", "ours: TLS, standby" if standby else "ours: TLS"))
    return result, notes


def plain(zero_copy, standby):
    if not zero_copy and not standby:
        return [Tunnel("bore", "our tunnel (StreamCopier, no standby)")]
    no_standby = ["--standby-size=0"] if standby else []
    result = []
    if zero_copy:
        result.append(Tunnel("bore-copier", "ours: StreamCopier only, no standby",
                             ["--relay-zero-copy=false"], ["--relay-zero-copy=false", *no_standby]))
    if standby:
        title = "ours: zero-copy, no standby" if zero_copy else "ours: StreamCopier, no standby"
        result.append(Tunnel("bore-ordinary", title, [], no_standby))
    title = {(True, True): "ours: zero-copy, standby", (True, False): "ours: zero-copy",
             (False, True): "ours: StreamCopier, standby"}[(zero_copy, standby)]
    result.append(Tunnel("bore", title))
    return result
