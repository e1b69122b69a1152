"""What connections and tunnels hold while nothing moves: memory and threads."""

import resource
import time

from .processes import Failure, cpu_seconds, memory_and_threads
from .rows import SETTLE, Figure, Row

SPARE_DESCRIPTORS = 1000  # beside two for each connection: pipes, standby connections, what the server keeps free


class IdleRow(Row):
    """Connections that do nothing: what each side holds for them."""

    shared = False
    most_repeats = 3

    def __init__(self, count):
        self.count = count
        figures = []
        for side in ("server", "client", "both"):
            who = {"server": "server side", "client": "client side", "both": "both sides"}[side]
            figures += [
                Figure(f"idle-0-{side}-memory", f"resident, no connection, {who}", "MB", "Idle connections"),
                Figure(f"idle-0-{side}-threads", f"threads, no connection, {who}", "", "Idle connections"),
                Figure(f"idle-{count}-{side}-memory", f"resident, {count:,} idle, {who}", "MB",
                       "Idle connections"),
                Figure(f"idle-{count}-{side}-threads", f"threads, {count:,} idle, {who}", "",
                       "Idle connections"),
                Figure(f"idle-{count}-{side}-each", f"bytes per idle connection of {count:,}, {who}", "B",
                       "Idle connections")]
        super().__init__(f"idle-{count}", figures)
        self.headline = [f"idle-{count}-{side}-each" for side in ("server", "client", "both")]

    def left_out(self, subject):
        if subject.key == "direct":
            return "no tunnel"
        if subject.most_idle and self.count > subject.most_idle:
            return f"{subject.why_not_more}: not above {subject.most_idle:,}"
        needed, (_, most) = 2 * self.count + SPARE_DESCRIPTORS, resource.getrlimit(resource.RLIMIT_NOFILE)
        if needed > most:
            return f"each side needs {needed:,} descriptors, and may have {most:,}: raise ulimit -Hn"
        return None

    def measure(self, bench, subject):
        running = bench.start(subject)
        try:
            time.sleep(SETTLE)
            before = by_side(running)
            idle, _ = bench.tools.bench("idle", "--to", running.target, "--count", self.count)
            try:
                time.sleep(SETTLE)
                after = by_side(running)
                if idle.finish()["alive"] != self.count:
                    raise Failure("the tunnel ended some of the idle connections")
            finally:
                idle.stop()
        finally:
            running.stop()
        values = {}
        for side, (memory, threads) in after.items():
            first_memory, first_threads = before[side]
            values[f"idle-0-{side}-memory"] = first_memory / 1e6
            values[f"idle-0-{side}-threads"] = first_threads
            values[f"idle-{self.count}-{side}-memory"] = memory / 1e6
            values[f"idle-{self.count}-{side}-threads"] = threads
            values[f"idle-{self.count}-{side}-each"] = (memory - first_memory) / self.count
        return values


class TunnelsRow(Row):
    """Many clients of one server that have no visitor."""

    shared = False
    most_repeats = 3

    def __init__(self, count):
        self.count = count
        name = f"tunnels-{count}"
        what = f"server with {count:,} tunnels"
        super().__init__(name, [
            Figure(f"{name}-memory", f"{what}, resident", "MB", "Many tunnels"),
            Figure(f"{name}-each", f"{what}, bytes per tunnel", "B", "Many tunnels"),
            Figure(f"{name}-threads", f"{what}, threads", "", "Many tunnels"),
            Figure(f"{name}-cpu", f"{what}, CPU", "% of a core", "Many tunnels")])

    def left_out(self, subject):
        return None if subject.speaks_bore else subject.why_no_tunnels

    def measure(self, bench, subject):
        running = bench.start(subject)
        try:
            programs = running.sides.get("server") or running.programs
            time.sleep(SETTLE)
            before, _ = memory_and_threads(programs)
            tunnels, _ = bench.tools.bench("tunnels", "--to", f"127.0.0.1:{running.control_port}",
                                           "--count", self.count)
            try:
                time.sleep(SETTLE)
                cpu, start = cpu_seconds(programs), time.monotonic()
                time.sleep(max(2.0, bench.settings.seconds))
                share = (cpu_seconds(programs) - cpu) / (time.monotonic() - start)
                after, threads = memory_and_threads(programs)
                self.check(tunnels.finish())
            finally:
                tunnels.stop()
        finally:
            running.stop()
        return {f"{self.name}-memory": after / 1e6, f"{self.name}-each": (after - before) / self.count,
                f"{self.name}-threads": threads, f"{self.name}-cpu": share * 100}

    def check(self, end):
        if end["lost"] > 0:
            raise Failure(f"the server ended {end['lost']} of the tunnels")
        if end["heartbeats"] < self.count:
            raise Failure(f"only {end['heartbeats']} heartbeats came to {self.count} tunnels")


def by_side(running):
    result = {side: memory_and_threads(programs, running.forks) for side, programs in running.sides.items()}
    if "both" not in result:
        result["both"] = tuple(map(sum, zip(*result.values())))
    return result


def all_rows(settings):
    return [*(IdleRow(count) for count in settings.idle), TunnelsRow(settings.tunnels)]
