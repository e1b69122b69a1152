"""The table, and the files that it is written to."""

import dataclasses
import json
import os
import statistics

from . import chart, goals, machine

BEGIN = "<!-- bench:begin (written by bench/run --write) -->"
END = "<!-- bench:end -->"
PASSED_BY = ("only the proxy itself is measured", "only one form of ours is measured")  # no news to anybody
README_FIGURES = ("throughput-1-up", "throughput-1-down", "throughput-8-up", "throughput-8-down", "cpu-8-down",
                  "round-trip-p50", "connect-1", "connect-16", "first-byte-p50", "idle-9000-server-each",
                  "idle-9000-client-each", "idle-9000-both-each", "idle-9000-both-threads", "load-more",
                  "admission-control-more", "admission-data-more")


def number(value):
    """Three digits that count, and a separator for thousands."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cell(samples):
    if not samples:
        return "–"
    if len(samples) == 1 or min(samples) == max(samples):
        return number(samples[0])
    return f"{number(statistics.median(samples))} ({number(min(samples))}–{number(max(samples))})"


def table(results, subjects, figures):
    """Markdown that can be read as it is, too."""
    lines = [["", *(subject.title for subject in subjects)]]
    section = None
    for figure in figures:
        cells = [cell(results.of(figure, subject)) for subject in subjects]
        if all(text == "–" for text in cells):
            continue
        if figure.section != section:
            section = figure.section
            lines.append([f"**{section}**", *[""] * len(subjects)])
        unit = f" [{figure.unit}]" if figure.unit else ""
        lines.append([figure.title + unit, *cells])
    return markdown(lines)


def goals_table(results):
    """The goals of the rows that were measured; nothing if there are none."""
    outcomes = goals.judge(results)
    if not outcomes:
        return ""
    return markdown([["to be reached", "bound", "measured", "reached"],
                     *([outcome.title, outcome.bound, cell(outcome.samples), outcome.word] for outcome in outcomes)])


def markdown(lines):
    """The first line is the head."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| " + " | ".join(text.ljust(width) if column == 0 else text.rjust(width)
                          for column, (text, width) in enumerate(zip(line, widths))) + " |"
        for line in [lines[0], rule, *lines[1:]])


def ordered(results):
    """All figures, the idle ones by the number of connections."""
    figures = list(results.figures.values())
    sections = list(dict.fromkeys(figure.section for figure in figures))

    def place(figure):
        parts = figure.key.split("-")
        count = int(parts[1]) if parts[0] == "idle" else 0
        return sections.index(figure.section), count

    return sorted(figures, key=place)


def notes_text(results, notes):
    lines = list(notes)
    for item in results.left_out:
        if item["subject"] != "direct" and item["reason"] not in PASSED_BY:
            lines.append(f"{item['row']}, {item['subject']}: {item['reason']}")
    lines += [f"FAILED: {item['row']}, {item['subject']}: {item['reason']}" for item in results.failures]
    return lines


def write(root, results, subjects, notes, description, how):
    """bench/RESULTS.md, results.svg, results.json, and the part of README.md between the markers."""
    readme = os.path.join(root, "README.md")
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        raise ValueError(f"README.md has no place for the figures: add the two lines\n{BEGIN}\n{END}")
    folder = os.path.join(root, "bench")
    save(os.path.join(folder, "results.json"), raw(results, subjects, notes, description, how))
    save(os.path.join(folder, "results.svg"), chart.draw(results, subjects))
    save_results(os.path.join(folder, "RESULTS.md"), results, subjects, notes, description, how)
    wanted = [results.figures[key] for key in README_FIGURES if key in results.figures]
    part = "\n\n".join([
        BEGIN, "![The tunnels compared with direct loopback](bench/results.svg)",
        table(results, subjects, wanted), goals_table(results),
        f"Medians, with the least and the greatest of repeated runs. {machine.sentence(description)}. "
        "All figures: [bench/RESULTS.md](bench/RESULTS.md); how they were measured: "
        "[bench/README.md](bench/README.md).", END])
    before, after = text.split(BEGIN, 1)[0], text.split(END, 1)[1]
    save(readme, before + part + after)


def save_results(path, results, subjects, notes, description, how):
    """Keeps what was written by hand above the marker; all below it is written anew."""
    head = ("# Results\n\nWritten by `bench/run --write`. How it is measured: [README.md](README.md).\n\n")
    tail = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            old = file.read()
        if BEGIN in old and END in old:
            head, tail = old.split(BEGIN, 1)[0], old.split(END, 1)[1]
    lines = "\n".join(f"- {line}" for line in notes_text(results, notes)) or "- nothing"
    body = "\n\n".join([
        BEGIN, f"{machine.sentence(description)}. {how}.", "![The chart](results.svg)",
        table(results, subjects, ordered(results)),
        "Medians (least–greatest). A dash: not measured, see below.", goals_table(results),
        "Left out, and why:\n\n" + lines, END])
    save(path, head + body + (tail or "\n"))


def raw(results, subjects, notes, description, how):
    return json.dumps({
        "machine": description, "how": how, "notes": notes,
        "subjects": {subject.key: subject.title for subject in subjects},
        "figures": {key: {"title": figure.title, "unit": figure.unit, "samples": results.samples.get(key, {})}
                    for key, figure in results.figures.items()},
        "goals": [dataclasses.asdict(outcome) for outcome in goals.judge(results)],
        "leftOut": results.left_out, "failures": results.failures}, indent=1, ensure_ascii=False) + "\n"


def save(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
