"""How far a measured step may be from a predicted one, by what the simulator knows of a run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .models import stands_in
from .platforms import accelerator_of
from .statistics import Point

LEAST = 8  # points of a family
QUANTILES = {"low": 0.1, "middle": 0.5, "high": 0.9}


def ratio(point: Point) -> float:
    """Measured over predicted."""
    return (point.measured or 0.0) / (point.predicted or 1.0)


def usable(points: list[Point]) -> list[Point]:
    """Points that nothing was fitted to, of architectures that are modelled, with a prediction."""
    return [point for point in points if not point.fitted and point.error is not None
            and not stands_in(point.row)]


def names(point: Point) -> list[str]:
    """Families of a point, narrowest first."""
    accelerator = accelerator_of(point.prediction.node)
    return [f"{accelerator}/{point.prediction.software}", point.prediction.software, accelerator,
            "all"]


def bands(points: list[Point]) -> dict[str, dict[str, Any]]:
    """{family: rows, low, middle and high of measured over predicted, largest_accelerators}."""
    families: dict[str, list[Point]] = {}
    for point in usable(points):
        for name in names(point):
            families.setdefault(name, []).append(point)
    result = {}
    for name, members in sorted(families.items()):
        if len(members) < LEAST:
            continue
        ratios = [ratio(point) for point in members]
        result[name] = {
            "rows": len(members),
            **{key: round(float(np.quantile(ratios, q)), 4) for key, q in QUANTILES.items()},
            "largest_accelerators": max(point.row.accelerators for point in members)}
    return result


def coverage(points: list[Point]) -> tuple[int, float]:
    """(points, share of them inside the narrowest band that the other half of the points make)."""
    making = [p for p in usable(points) if half(p.row.id)]
    testing = [p for p in usable(points) if not half(p.row.id)]
    made = bands(making)
    inside = 0
    for point in testing:
        name = next((n for n in names(point) if n in made), None)
        if name and made[name]["low"] <= ratio(point) <= made[name]["high"]:
            inside += 1
    return len(testing), inside / len(testing) if testing else float("nan")


def half(row_id: str) -> bool:
    """Another split than that of fitting."""
    return hashlib.sha256(row_id.encode()).digest()[1] % 2 == 0


def write(path: Path, made: dict[str, dict[str, Any]]) -> None:
    text = json.dumps({"families": made}, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
