"""How many numbers were fitted to how many rows, and what software profiles are worth."""

from __future__ import annotations

import re
from pathlib import Path

from .statistics import Point, by_group, percent, summary

USUAL = "megatron_bridge_2026"  # what jobs run that name no software
_FITTED = re.compile(r'"(\w+)": \{"value":[^{}]*"source": "fitted to (\d+) published steps')
_KERNELS = re.compile(r'"source": "fitted(?:: | with )')
_EXCHANGES = re.compile(r'"source": "fitted (?:to|with) ')


def counts(platforms: Path) -> list[list[str]]:
    """Numbers that were fitted, by what to."""
    lines = [["fitted to", "files", "numbers"]]
    kinds = [("published steps", ("software", "accelerators"), _FITTED),
             ("kernels alone", ("accelerators",), _KERNELS),
             ("exchanges alone", ("nodes",), _EXCHANGES)]
    for label, folders, pattern in kinds:
        found = [len(pattern.findall(path.read_text(encoding="utf-8")))
                 for folder in folders for path in sorted((platforms / folder).glob("*.json"))]
        lines.append([label, str(sum(1 for number in found if number)), str(sum(found))])
    return lines


def by_profile(platforms: Path) -> list[list[str]]:
    """Numbers of each file that were fitted to steps, and to how many rows."""
    lines = [["file", "numbers", "rows"]]
    for folder in ("software", "accelerators"):
        for path in sorted((platforms / folder).glob("*.json")):
            found = _FITTED.findall(path.read_text(encoding="utf-8"))
            if found:
                names = ", ".join(name for name, _ in found)
                rows = ", ".join(sorted({rows for _, rows in found}, key=int))
                lines.append([f"{folder}/{path.stem}", names, rows])
    return lines


def with_usual_software(points: list[Point], usual: list[Point]) -> list[list[str]]:
    """Mean error of rows that nothing was fitted to, with their software and with the usual one."""
    lines = [["source", "rows", "mean", f"all as {USUAL}"]]
    other = by_group([point for point in usual if not point.fitted])
    chosen = [point for point in points if not point.fitted]
    for name, members in by_group(chosen).items():
        if name in other:
            lines.append([name, str(len(members)), percent(summary(members).mean),
                          percent(summary(other[name]).mean)])
    lines.append(["all", str(len(chosen)), percent(summary(chosen).mean),
                  percent(summary([p for group in other.values() for p in group]).mean)])
    return lines
