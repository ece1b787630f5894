"""Predicted against measured step times, a picture for each source."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from .statistics import Point, by_group

BLUE, ORANGE = "#2a6f97", "#d97a2b"


def file_name(group: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", group.lower()).strip("_") + ".png"


def draw(points: list[Point], folder: Path) -> dict[str, str]:
    """{group: name of its picture}. Pictures that are not drawn again are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    result = {}
    for group, members in by_group(points).items():
        shown = [point for point in members if point.error is not None]
        if shown:
            result[group] = file_name(group)
            picture(shown, group, folder / result[group])
    for old in folder.glob("*.png"):
        if old.name not in result.values():
            old.unlink()
    return result


def picture(points: list[Point], title: str, file: Path) -> None:
    figure, axes = plt.subplots(figsize=(4, 4))
    for fitted, label, color in ((False, "not fitted", BLUE), (True, "fitted", ORANGE)):
        chosen = [point for point in points if point.fitted == fitted]
        if chosen:
            axes.scatter([point.measured for point in chosen],
                         [point.predicted for point in chosen], s=9, alpha=0.6, color=color,
                         linewidths=0, label=f"{label} ({len(chosen)})")
    values = [value for point in points for value in (point.measured, point.predicted)]
    limits = np.array([min(values) / 1.2, max(values) * 1.2])
    axes.plot(limits, limits, color="black", linewidth=0.8)
    axes.fill_between(limits, limits / 1.1, limits * 1.1, color="black", alpha=0.1, linewidth=0)
    axes.set(xscale="log", yscale="log", xlim=limits, ylim=limits, aspect="equal",
             xlabel="measured step, s", ylabel="predicted step, s", title=title)
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    figure.tight_layout()
    figure.savefig(file, dpi=72, metadata={"Software": None})
    plt.close(figure)
