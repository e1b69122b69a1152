"""What is to be reached, judged by figures of the same run."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Ratio:
    """A subject's figure as a multiple of another's, repeat by repeat: the two were measured next to each other."""

    figure: str
    subject: str
    other: str
    least: float

    @property
    def subjects(self):
        return self.subject, self.other

    @property
    def bound(self):
        return f"at least {self.least:g}"

    def title(self, figure, titles):
        return f"{figure.title}: {titles[0]} / {titles[1]}"

    def samples(self, own, others):
        return [value / other for value, other in zip(own, others) if other > 0]

    def holds(self, value):
        return value >= self.least


@dataclasses.dataclass(frozen=True)
class Most:
    """A subject's figure that is at most so much."""

    figure: str
    subject: str
    most: float
    unit: str

    @property
    def subjects(self):
        return (self.subject,)

    @property
    def bound(self):
        return f"at most {self.most:,g} {self.unit}"

    def title(self, figure, titles):
        return figure.title

    def samples(self, own):
        return own

    def holds(self, value):
        return value <= self.most


@dataclasses.dataclass(frozen=True)
class Outcome:
    title: str
    bound: str
    samples: list
    reached: bool = None  # None: not measured
    missing: str = ""  # who has no figure

    @property
    def word(self):
        if self.reached is None:
            return f"not measured: no figure of {self.missing}"
        return "yes" if self.reached else "NO"


GOALS = ([Ratio(f"throughput-{streams}-{direction}", "bore-tls", "ssh", 1.5)
          for streams in (1, 8, 64) for direction in ("up", "down")] +
         [Ratio(f"connect-{at_once}", "bore-tls", "bore", 0.7) for at_once in (1, 16)] +
         [Most("load-more", "bore", 100, "ms"), Most("admission-control-more", "bore", 5000, "µs")])
TITLES = {"bore": "ours in the clear", "bore-tls": "ours by TLS", "ssh": "ssh -R"}


def judge(results, goals=None):
    """An Outcome for each goal whose row was measured."""
    return [outcome(goal, results) for goal in (goals or GOALS) if goal.figure in results.figures]


def outcome(goal, results):
    by_subject = results.samples.get(goal.figure, {})
    title = goal.title(results.figures[goal.figure], [TITLES[key] for key in goal.subjects])
    missing = [TITLES[key] for key in goal.subjects if not by_subject.get(key)]
    if missing:
        return Outcome(title, goal.bound, [], missing=" and ".join(missing))
    samples = goal.samples(*(by_subject[key] for key in goal.subjects))
    return Outcome(title, goal.bound, samples, bool(samples) and goal.holds(statistics.median(samples)))
