"""The build, and the machine that it runs on."""

import datetime
import os
import platform
import subprocess

from .processes import Failure


def build(root, folder):
    """Builds the programs for measuring; gives the folder back."""
    configure = ["cmake", "-S", root, "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
                 "-DBORE_TESTS=OFF", "-DBORE_BENCH=ON"]
    if not os.path.exists(os.path.join(folder, "CMakeCache.txt")):
        configure += ["-G", "Ninja"]
    compile_all = ["cmake", "--build", folder, "--target", "bore-server", "bore-client", "bore-bench"]
    for command in (configure, compile_all):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Failure("cmake is not installed: apt-get install cmake ninja-build g++ "
                          "libpoco-dev libssl-dev") from None
        if done.returncode != 0:
            raise Failure("the build failed: " + (done.stdout + done.stderr).strip()[-2000:])
    return folder


def describe(root, folder):
    """What the figures depend on."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output(["git", "-C", root, "describe", "--always", "--dirty"]) or "unknown",
        "cores": os.cpu_count(),
        "model": field("/proc/cpuinfo", "model name") or platform.machine(),
        "memory": memory(),
        "kernel": platform.release(),
        "compiler": compiler(folder),
    }


def sentence(machine):
    return (f"{machine['cores']} cores ({machine['model']}), {machine['memory']} memory, "
            f"Linux {machine['kernel']}, {machine['compiler']}, Release build of {machine['commit']}, "
            f"{machine['date']}")


def output(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def field(path, name):
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return ""


def memory():
    kilobytes = int(field("/proc/meminfo", "MemTotal").split()[0])
    return f"{kilobytes / 1024 / 1024:.0f} GB"


def compiler(folder):
    with open(os.path.join(folder, "CMakeCache.txt"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("CMAKE_CXX_COMPILER:"):
                lines = output([line.split("=", 1)[1].strip(), "--version"]).splitlines()
                return lines[0] if lines else "unknown compiler"
    return "unknown compiler"
