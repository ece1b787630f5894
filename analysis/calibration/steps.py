"""Fits software profiles, and the sustained clocks of chips, to half of the published steps.

Which half is a matter of each row's id (accuracy.tables.fit_half); four publications are in no half
that fits. Sources weigh by their rows, up to twenty.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from accuracy import models, simulator, statistics, tables

from .platform_files import Fact, with_value

ROUNDS = 2
TIE = 0.002
HEAVIEST = 20
MOST_ROWS = 120  # of one source


@dataclass(frozen=True)
class Number:
    """A number to fit: in which file, under which key, within which physical range."""

    kind: str  # accelerators or software
    name: str
    key: str
    low: float
    high: float
    unit: str = ""
    neutral: float = 1.0
    also: tuple[str, ...] = ()  # files of the same kind that take the same value


def profile(name: str, *keys: str, also: tuple[str, ...] = ()) -> list[Number]:
    """Numbers of a software profile."""
    return [Number("software", name, key, *RANGES[key], NEUTRAL.get(key, 1.0), also) for key in keys]


# Physical ranges. Products: a library that loses a third to one that gains a tenth on those that the
# chips' parameters were fitted to. Host: one launch to an operator of ten in eager Python.
RANGES: dict[str, tuple[float, float, str]] = {
    "gemm_quality": (0.6, 1.15, ""), "attention_quality": (0.5, 1.8, ""),
    "stream_traffic": (1.0, 4.0, ""), "host": (0.0, 120.0, " us"),
    "tensor_overlap": (0.0, 0.95, ""), "interference": (0.0, 0.5, ""),
}  # fmt: skip


NEUTRAL = {"host": 0.0, "tensor_overlap": 0.0, "interference": 0.0}


@dataclass(frozen=True)
class Group:
    """Numbers fitted together, and the rows that tell: of these sources, or on these nodes."""

    name: str
    numbers: list[Number]
    software: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    together: bool = False  # numbers that make up for one another: a simplex instead of one by one


# Not more numbers than a fifth of the rows. megatron_lm_* has no row that may be fitted.
GROUPS = [
    Group("h100 clocks", [Number("accelerators", "h100_sxm", "sustained", 0.6, 1.0, also=("h800_sxm",))],
          software=("mlperf_nemo", "fsdp_2023"), nodes=("dgx_h100",)),
    Group("mlperf", profile("mlperf_nemo", "tensor_overlap"), software=("mlperf_nemo",)),
    Group("h200 clocks", [Number("accelerators", "h200_sxm", "sustained", 0.6, 1.0)],
          software=("mlperf_nemo",), nodes=("dgx_h200",)),
    Group("fsdp_2023", profile("fsdp_2023", "gemm_quality", "attention_quality", "stream_traffic",
                               "host", "interference"), software=("fsdp_2023",)),
    Group("portable attention", [Number("accelerators", "h100_sxm", "attention_portable", 0.3, 1.0,
                                        also=("h800_sxm", "h200_sxm", "h100_96_hbm2e", "h200_nvl"))],
          software=("fsdp_2023",), nodes=("dgx_h100",)),
    Group("deepspeed", profile("megatron_deepspeed_2022", "host", "stream_traffic", "gemm_quality"),
          software=("megatron_deepspeed_2022",)),
    Group("torchtitan", profile("torchtitan_2024", "gemm_quality", "tensor_overlap"),
          software=("torchtitan_2024",)),
    Group("bridge 2025", profile("megatron_bridge_2025", "host", "gemm_quality", "stream_traffic"),
          software=("megatron_bridge_2025",), together=True),
    # Releases of one year run the same products: the later one, of eight rows, takes this quality.
    Group("bridge 2026_02", profile("megatron_bridge_2026_02", "host", "stream_traffic")
          + profile("megatron_bridge_2026_02", "gemm_quality", also=("megatron_bridge_2026",)),
          software=("megatron_bridge_2026_02",), together=True),
    Group("bridge 2026", profile("megatron_bridge_2026", "host", "stream_traffic"),
          software=("megatron_bridge_2026",), together=True),
    # Of few rows: one number, for a family of chips that no other software is measured on.
    Group("rocm", profile("mlperf_rocm", "gemm_quality"), software=("mlperf_rocm",)),
    Group("deepspeed_2025", profile("deepspeed_2025", "attention_quality"),
          software=("deepspeed_2025",)),
]  # fmt: skip


@dataclass
class Fitter:
    """Plays the rows of a group with a number changed, in a copy of the platform files."""

    program: Path
    platforms: Path
    rows: list[tables.Row]
    context: list[tables.Row]
    digest: str
    values: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def cost(self, rows: list[tables.Row], folder: Path) -> float:
        """Mean |ln(predicted/measured)| over sources; what has no prediction is 1."""
        predictions = simulator.simulate(rows, self.program, [folder], 2, context=self.context)
        points = statistics.points(rows, predictions)
        by_source: dict[str, list[float]] = {}
        for point in points:
            if point.measured is None:
                continue
            error = abs(np.log(point.predicted / point.measured)) if point.predicted else 1.0
            by_source.setdefault(point.row.source, []).append(float(error))
        # A source counts by its rows, but not for more than so many.
        weights = [min(len(errors), HEAVIEST) for errors in by_source.values()]
        means = [np.mean(errors) for errors in by_source.values()]
        return float(np.average(means, weights=weights))

    def put(self, number: Number, value: float, source: str, status: str, folder: Path) -> None:
        """Writes the number into its files under `folder`."""
        for name in (number.name, *number.also):
            path = folder / number.kind / f"{name}.json"
            known = path if path.exists() else self.platforms / number.kind / f"{name}.json"
            text = f"{value:.3g}{number.unit}" if number.unit else round(value, 4)
            path.write_text(with_value(known.read_text(), number.key, Fact(text, status, source)))

    def fit(self, group: Group, folder: Path, log: bool) -> tuple[float, float, int]:
        """Error before and after, and how many rows."""
        rows = self._rows(group)
        if not rows:
            return 0.0, 0.0, 0
        before = self.cost(rows, folder)
        if len(group.numbers) > 1 and group.together:
            return before, self._together(group, rows, folder, log), len(rows)
        for number in group.numbers:
            def trial(value: float, number: Number = number) -> float:
                self.put(number, value, "trial", "assumed", folder)
                # Where the rows do not tell, the value as it is neutral: nothing hidden or lost.
                away = abs(value - number.neutral) / (number.high - number.low)
                return self.cost(rows, folder) + TIE * away

            found = minimize_scalar(trial, bounds=(number.low, number.high), method="bounded",
                                    options={"xatol": 0.02 * (number.high - number.low),
                                             "maxiter": 10})  # fmt: skip
            self.values[(number.kind, number.name, number.key)] = float(found.x)
            source = (f"fitted to {len(rows)} published steps, mean error {100 * found.fun:.1f} %; "
                      f"range {number.low:g}-{number.high:g}{number.unit}; analysis/calibrate.py, "
                      f"data {self.digest}")  # fmt: skip
            self.put(number, float(found.x), source, "secondary", folder)
            if log:
                print(f"  {number.name:26}{number.key:20}{found.x:9.3f}{number.unit}"
                      f"  error {100 * found.fun:.1f} %", flush=True)  # fmt: skip
        return before, float(found.fun), len(rows)

    def _together(self, group: Group, rows: list[tables.Row], folder: Path, log: bool) -> float:
        """Error after; the numbers in a simplex over their ranges."""
        numbers = group.numbers
        spans = np.array([number.high - number.low for number in numbers])
        lows = np.array([number.low for number in numbers])
        neutral = (np.array([number.neutral for number in numbers]) - lows) / spans

        def trial(point: np.ndarray) -> float:
            inside = np.clip(point, 0, 1)
            for number, value in zip(numbers, lows + spans * inside, strict=True):
                self.put(number, float(value), "trial", "assumed", folder)
            outside = float(np.abs(point - inside).sum())
            away = float(np.abs(inside - neutral).sum())
            return self.cost(rows, folder) + TIE * away + outside

        start = np.clip(neutral + 0.15, 0, 0.85)
        simplex = np.vstack([start, *(start + 0.35 * np.eye(len(start)))])
        found = minimize(trial, start, method="Nelder-Mead",
                         options={"maxfev": 22 * len(numbers), "initial_simplex": simplex,
                                  "fatol": 5e-4, "xatol": 0.01})  # fmt: skip
        best = lows + spans * np.clip(found.x, 0, 1)
        for number, value in zip(numbers, best, strict=True):
            self.put(number, float(value), "trial", "assumed", folder)
        error = self.cost(rows, folder)
        for number, value in zip(numbers, best, strict=True):
            source = (f"fitted to {len(rows)} published steps, mean error {100 * error:.1f} %; "
                      f"range {number.low:g}-{number.high:g}{number.unit}; analysis/calibrate.py, "
                      f"data {self.digest}")  # fmt: skip
            self.put(number, float(value), source, "secondary", folder)
            if log:
                print(f"  {number.name:26}{number.key:20}{value:9.3f}{number.unit}", flush=True)
        return error

    def _rows(self, group: Group) -> list[tables.Row]:
        releases = simulator.software.Releases(self.context)
        chosen = []
        for row in self.rows:
            name, _ = simulator.software.profile(row, releases)
            if group.software and name not in group.software:
                continue
            made = simulator.job(row, self.context, releases)
            if isinstance(made, str) or (group.nodes and made.machine.base not in group.nodes):
                continue
            chosen.append(row)
        by_source: dict[str, list[tables.Row]] = {}
        for row in sorted(chosen, key=lambda r: hashlib.sha256(r.id.encode()).digest()):
            by_source.setdefault(row.source, []).append(row)
        return [row for rows in by_source.values() for row in rows[:MOST_ROWS]]


def usable(row: tables.Row) -> bool:
    """In the half that fits, and not of an architecture that is only approximated."""
    return tables.fitted(row) and not row.held_out and not models.stands_in(row)


def run(program: Path, platforms: Path, data: Path, write: bool, only: str = "") -> None:
    """Fits, prints, writes. `only`: groups with this in their names."""
    groups = [group for group in GROUPS if only in group.name]
    if not groups:
        sys.exit(f"--only: no group has {only!r} in its name; there are "
                 + ", ".join(group.name for group in GROUPS))
    everything = tables.read(data)
    rows = [row for row in everything if usable(row)]
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(data.glob("*.csv")))).hexdigest()
    fitter = Fitter(program, platforms, rows, everything, digest[:12])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("accelerators", "software"):
            shutil.copytree(platforms / kind, folder / kind)
        for turn in range(ROUNDS):
            print(f"round {turn + 1}", flush=True)
            for group in groups:
                before, after, count = fitter.fit(group, folder, log=True)
                print(f"{group.name:20}{count:5} rows  {100 * before:5.1f} % -> {100 * after:5.1f} %",
                      flush=True)
        if write:
            for kind in ("accelerators", "software"):
                for path in (folder / kind).glob("*.json"):
                    shutil.copy(path, platforms / kind / path.name)
    numbers = sum(len(group.numbers) for group in groups)
    print(f"{numbers} numbers fitted; {len(rows)} steps may be fitted", file=sys.stderr)
