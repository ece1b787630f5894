"""How far predictions are from measurements, by source."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import machines
from .simulator import Prediction
from .tables import Row, fitted, measured_from_rates, measured_seconds


@dataclass(frozen=True)
class Point:
    """A row with its prediction. Times in s; predicted is None where there is none."""

    row: Row
    prediction: Prediction
    measured: float | None
    predicted: float | None
    fitted: bool

    @property
    def error(self) -> float | None:
        """Predicted over measured, less 1."""
        if not self.measured or self.predicted is None:
            return None
        return self.predicted / self.measured - 1

    @property
    def group(self) -> str:
        return group(self.row)

    @property
    def throughput(self) -> tuple[float, float]:
        """Samples a second of an accelerator, measured and predicted."""
        batch = self.row.number("global_batch_seqs") or 1.0
        each = batch / self.row.accelerators
        return each / (self.measured or math.inf), each / (self.predicted or math.inf)


def points(rows: list[Row], predictions: dict[str, Prediction]) -> list[Point]:
    """Open rows that have a measurement. Only what the simulator plays gives one from rates."""
    result = []
    for row in rows:
        found = predictions[row.id]
        seconds = measured_seconds(row)
        published = seconds or row.number("tflops_per_accel") or row.number("mfu_pct")
        if seconds is None and found.seconds is not None:
            seconds = measured_from_rates(row, found.model_flop, found.peak)
        if published:
            result.append(Point(row, found, seconds, found.seconds, fitted(row)))
    return result


def group(row: Row) -> str:
    """What a line of the table sums up: a source, of MLPerf a benchmark on a kind of chip."""
    if not row.source.startswith("mlperf"):
        return row.source
    benchmark = "gpt3" if row.source.endswith("gpt3") else row.source.split("_", 2)[2]
    node = machines.base_node(row) or "unknown"
    return f"mlperf_{benchmark} {node}"


@dataclass(frozen=True)
class Summary:
    """Errors of a set of points, as shares of what was measured."""

    rows: int
    failed: int
    mean: float
    median: float
    p90: float
    largest: float
    bias: float
    tau: float
    mean_with_failed: float  # those refused or without a prediction count as 100 % wrong


def summary(selected: list[Point]) -> Summary:
    errors = np.array([point.error for point in selected if point.error is not None])
    failed = sum(point.error is None or not point.prediction.fits for point in selected)
    if not len(errors):
        nan = math.nan
        return Summary(len(selected), failed, nan, nan, nan, nan, nan, nan,
                       1.0 if failed else nan)
    kept = sum(abs(p.error) for p in selected if p.error is not None and p.prediction.fits)
    size = np.abs(errors)
    return Summary(len(selected), failed, float(size.mean()), float(np.median(size)),
                   float(np.quantile(size, 0.9)), float(size.max()), float(errors.mean()),
                   tau(selected), float((kept + failed) / len(selected)))


def tau(selected: list[Point]) -> float:
    """Kendall's rank correlation of throughput over all pairs of runs of the same model.

    (concordant - discordant) / (concordant + discordant); ties count for neither. NaN without
    pairs.
    """
    models: dict[str, list[tuple[float, float]]] = {}
    for point in selected:
        if point.error is not None:
            models.setdefault(point.row.text("model"), []).append(point.throughput)
    balance = pairs = 0
    for runs in models.values():
        values = np.array(runs)
        signs = [np.sign(values[:, None, i] - values[None, :, i]) for i in (0, 1)]
        product = np.triu(signs[0] * signs[1], 1)
        balance += int(product.sum())
        pairs += int(np.abs(product).sum())
    return balance / pairs if pairs else math.nan


def tau_of_all(selected: list[Point]) -> float:
    """The same over all pairs of step times, whatever the model: of a source that varies it."""
    seconds = np.array([(p.measured, p.predicted) for p in selected if p.error is not None])
    if len(seconds) < 2:
        return math.nan
    signs = [np.sign(seconds[:, None, i] - seconds[None, :, i]) for i in (0, 1)]
    product = np.triu(signs[0] * signs[1], 1)
    pairs = np.abs(product).sum()
    return float(product.sum() / pairs) if pairs else math.nan


def by_group(selected: list[Point]) -> dict[str, list[Point]]:
    result: dict[str, list[Point]] = {}
    for point in selected:
        result.setdefault(point.group, []).append(point)
    return dict(sorted(result.items()))


def percent(value: float, signed: bool = False) -> str:
    if math.isnan(value):
        return "-"
    return f"{100 * value:{'+' if signed else ''}.1f} %"


def table(selected: list[Point]) -> list[list[str]]:
    """Header and lines: one for each group, fitted and other rows apart, and the sums."""
    lines = [["source", "rows", "of these", "mean", "median", "p90", "max", "bias", "tau",
              "refused", "mean with these"]]
    sets = [(name, part) for name, part in by_group(selected).items()] + [("all", selected)]
    for name, part in sets:
        for label, members in (("not fitted", [p for p in part if not p.fitted]),
                               ("fitted", [p for p in part if p.fitted])):
            if not members:
                continue
            s = summary(members)
            lines.append([name, str(s.rows), label, percent(s.mean), percent(s.median),
                          percent(s.p90), percent(s.largest), percent(s.bias, True),
                          "-" if math.isnan(s.tau) else f"{s.tau:.2f}", str(s.failed),
                          percent(s.mean_with_failed)])
    return lines
