"""The chart: each subject as a share of direct loopback."""

import html
import statistics

COLOURS = ("#3b82f6", "#14a37f", "#e0912b", "#c2559d", "#8b6fd8", "#c9483f", "#7a8794", "#4ba3c3")
FIGURES = ("throughput-1-up", "throughput-1-down", "throughput-8-up", "throughput-8-down", "throughput-64-up",
           "throughput-64-down", "connect-1", "connect-16", "round-trip-p50")
WIDTH, LEFT, RIGHT = 820, 250, 60
BAR, GAP, GROUP_GAP, LEGEND_LINE = 12, 2, 14, 20

STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.value, .tick { font-size: 11px; fill: #57606a; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.direct { stroke: #57606a; stroke-width: 1.5; }
.back { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .value, .tick { fill: #9da7b3; }
  .grid { stroke: #30363d; }
  .direct { stroke: #9da7b3; }
  .back { fill: #0d1117; }
}
"""


def shares(results, subjects):
    """For each figure of the chart: its title, and each subject's share of direct, 1 being as good."""
    direct = next((subject for subject in subjects if subject.key == "direct"), None)
    others = [subject for subject in subjects if subject.key != "direct"]
    groups = []
    for key in FIGURES:
        figure = results.figures.get(key)
        base = results.of(figure, direct) if figure and direct else []
        if not base:
            continue
        values = {}
        for subject in others:
            samples = results.of(figure, subject)
            if samples:
                ratio = statistics.median(samples) / statistics.median(base)
                values[subject.key] = ratio if figure.more_is_better else 1 / ratio
        title = figure.title if figure.more_is_better else figure.title + ", speed"
        groups.append((title, values))
    return others, groups


def draw(results, subjects):
    """The SVG, as text."""
    others, groups = shares(results, subjects)
    colours = {subject.key: COLOURS[i % len(COLOURS)] for i, subject in enumerate(others)}
    most = max([1.0, *(value for _, values in groups for value in values.values())])
    scale = (WIDTH - LEFT - RIGHT) / most
    top = 50 + LEGEND_LINE * ((len(others) + 2) // 3)
    parts, y = [], top
    for title, values in groups:
        height = len(values) * (BAR + GAP)
        parts.append(label(LEFT - 10, y + height / 2 + 3, title, anchor="end"))
        for key, value in values.items():
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR}" rx="2" '
                         f'fill="{colours[key]}"/>')
            parts.append(label(LEFT + value * scale + 4, y + BAR - 2, f"{value:.2f}", "value"))
            y += BAR + GAP
        y += GROUP_GAP
    height = y + 24
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-label="Tunnels compared with direct loopback">',
            f"<style>{STYLE}</style>", f'<rect class="back" width="{WIDTH}" height="{height}" rx="6"/>',
            label(16, 26, "Share of direct loopback (1 = as good as no tunnel; longer is better)", "title"),
            *legend(others, colours), *axis(most, scale, top - 8, y - GROUP_GAP + 8)]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def legend(subjects, colours):
    parts = []
    for i, subject in enumerate(subjects):
        x, y = 16 + (i % 3) * 262, 40 + (i // 3) * LEGEND_LINE
        parts.append(f'<rect x="{x}" y="{y}" width="12" height="12" rx="2" fill="{colours[subject.key]}"/>')
        parts.append(label(x + 18, y + 10, subject.title))
    return parts


def axis(most, scale, top, bottom):
    parts, step = [], 0.25 if most <= 2 else 1.0
    tick = 0.0
    while tick <= most + 1e-9:
        x = LEFT + tick * scale
        kind = "direct" if tick == 1 else "grid"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        parts.append(label(x, bottom + 14, "direct" if tick == 1 else f"{tick:g}", "tick", "middle"))
        tick += step
    return parts


def label(x, y, text, kind="", anchor="start"):
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'
