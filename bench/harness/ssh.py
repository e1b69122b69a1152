"""ssh -R, which encrypts, as our tunnel by TLS does."""

import os
import pwd
import shutil
import subprocess

from .processes import Failure, free_port
from .subjects import Running, Subject, start_when_open

SSHD = "/usr/sbin/sshd"  # by its whole name, as it demands; an ordinary user's path has it not
NEEDED = "apt-get install openssh-client openssh-server"


def installed():
    return shutil.which("ssh") is not None and shutil.which("ssh-keygen") is not None and os.path.exists(SSHD)


class Ssh(Subject):
    """ssh -R, with an sshd of its own and keys that are thrown away. Nothing of the machine's own is read."""

    most_idle = 1000
    why_not_more = "it looks at every connection whenever one moves, and takes minutes"

    def __init__(self):
        super().__init__("ssh", "ssh -R (encrypted)")

    def launch(self, tools, service_port, delay, secret, started):
        public, port = free_port(), free_port()
        folder = os.path.join(tools.folder, "ssh")
        make_keys(folder)
        user = pwd.getpwuid(os.geteuid()).pw_name  # an sshd that is not root's lets in nobody else
        server = tools.start([SSHD, "-D", "-e", "-f", "/dev/null", "-p", str(port),
                              "-h", f"{folder}/host", *words(server_options(folder, user))])
        started.append(server)
        host, far_port, proxy = self.path(tools, port, delay, started)
        client = start_when_open(tools, port, server, [
            "ssh", "-F", "/dev/null", "-N", "-T", "-i", f"{folder}/user", "-p", str(far_port),
            *words(client_options()), "-R", f"127.0.0.1:{public}:127.0.0.1:{service_port}", f"{user}@{host}"])
        started.append(client)
        return Running(public, {"server": [server], "client": [client]}, proxy)


def make_keys(folder):
    if os.path.isdir(folder):
        return
    os.mkdir(folder, 0o700)
    for name in ("host", "user"):
        done = subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"],
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"ssh-keygen: {done.stderr.strip()}")
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", 0o755, exist_ok=True)  # sshd does not start as root without it


def server_options(folder, user):
    return {"ListenAddress": "127.0.0.1", "AuthorizedKeysFile": f"{folder}/user.pub", "StrictModes": "no",
            "UsePAM": "yes" if is_locked(user) else "no", "PidFile": "none", "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no"}


def client_options():
    return {"IdentitiesOnly": "yes", "IdentityAgent": "none", "BatchMode": "yes", "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null", "GlobalKnownHostsFile": "/dev/null", "ExitOnForwardFailure": "yes"}


def words(options):
    return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]


def is_locked(user):
    """Whether the account has no password that could be right: without PAM sshd refuses it even with a key."""
    try:
        with open("/etc/shadow", encoding="utf-8", errors="replace") as file:
            return any(line.startswith(f"{user}:!") for line in file)
    except OSError:
        return False  # an ordinary user's sshd cannot read it either, and asks no more
