"""Runs the rows, interleaved, and keeps what they gave."""

import time

from . import report
from .processes import Failure

class Results:
    """Samples by figure and subject; what failed; what was left out, and why."""

    def __init__(self, rows):
        self.figures = {}
        for row in rows:
            for figure in row.figures:
                self.figures.setdefault(figure.key, figure)
        self.samples = {}
        self.failures = []
        self.left_out = []

    def add(self, subject, values):
        for key, value in values.items():
            self.samples.setdefault(key, {}).setdefault(subject.key, []).append(value)

    def fail(self, row, subject, reason):
        self.failures.append({"row": row.name, "subject": subject.key, "reason": str(reason)})

    def leave_out(self, row, subject, reason):
        self.left_out.append({"row": row.name, "subject": subject.key, "reason": reason})

    def of(self, figure, subject):
        return self.samples.get(figure.key, {}).get(subject.key, [])


class Bench:
    """The service, the subjects that run all the time, and the loop over everything."""

    def __init__(self, tools, settings, report=print):
        self.tools = tools
        self.settings = settings
        self.report = report
        self._shared = {}
        self._service, ready = tools.bench("service")
        self.service_port = ready["port"]

    def start(self, subject, **options):
        return subject.start(self.tools, self.service_port, **options)

    def shared(self, subject):
        """An instance that lives on; started anew if it has died."""
        running = self._shared.get(subject.key)
        if running and not running.alive():
            self.drop(subject)
            running = None
        if not running:
            running = self._shared[subject.key] = self.start(subject)
        return running

    def drop(self, subject):
        running = self._shared.pop(subject.key, None)
        if running:
            running.stop()

    def run(self, rows, subjects, results):
        """For each row A B C A B C ...: what changes on the machine with time meets all of them alike."""
        start = time.monotonic()
        for number, row in enumerate(rows, 1):
            taking_part = []
            for subject in subjects:
                reason = row.left_out(subject)
                if reason:
                    results.leave_out(row, subject, reason)
                else:
                    taking_part.append(subject)
            repeats = min(self.settings.repeats, row.most_repeats or self.settings.repeats)
            for repeat in range(1, repeats + 1):
                for subject in taking_part:
                    values = self.attempt(row, subject, results)
                    self.report(progress(time.monotonic() - start, number, len(rows), repeat, repeats, row,
                                         subject, values))

    def attempt(self, row, subject, results):
        try:
            values = row.measure(self, subject)
        except (Failure, OSError, ValueError, KeyError) as reason:
            results.fail(row, subject, reason)
            self.drop(subject)
            return f"failed: {reason}"
        results.add(subject, values)
        return values


def progress(seconds, number, rows, repeat, repeats, row, subject, values):
    if isinstance(values, dict):
        shown = [number_and_unit(row, key, values[key]) for key in row.headline if key in values]
        values = ", ".join(shown)
    return f"{seconds:5.0f} s  row {number}/{rows}  {repeat}/{repeats}  {row.name:18} {subject.key:14} {values}"


def number_and_unit(row, key, value):
    figure = next(figure for figure in row.figures if figure.key == key)
    return f"{report.number(value)} {figure.unit}"
