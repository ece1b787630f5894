#!/usr/bin/python3
"""Plays published training runs and compares predicted with measured step times.

Writes the page analysis/ACCURACY.md with its pictures, analysis/validation.csv (every open run),
analysis/predictions.csv (runs of which only the inputs are known), and platforms/confidence.json
(how far measurements were from predictions, by accelerator and software).
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from accuracy import (  # noqa: E402
    bands, page, parameters, plots, simulator, software, statistics, tables)

VALIDATION = ["id", "source", "measured_s", "predicted_s", "error", "fitted", "fits", "software",
              "node", "assumptions"]
PREDICTIONS = ["id", "iter_time_s", "tokens_per_s_per_accel", "fits", "assumptions"]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "validation",
                        help="folder of step-time tables (default: %(default)s)")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "trainyard")
    parser.add_argument("--platforms", type=Path, action="append", default=[],
                        help="folder of platform files, searched before the built-in one")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sources", default="",
                        help="only sources and tables with this in their names; writes no page")
    parser.add_argument("--out", type=Path, default=ROOT / "analysis",
                        help="folder of the page and tables (default: %(default)s)")
    parser.add_argument("--no-software", action="store_true",
                        help="play without software profiles")
    return parser.parse_args()


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def write_csv(path: Path, header: list[str], lines: list[list[str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])


def validation_lines(points: list[statistics.Point]) -> list[list[str]]:
    return [[p.row.id, p.row.source, number(p.measured), number(p.predicted), number(p.error),
             str(p.fitted).lower(), str(p.prediction.fits).lower(), p.prediction.software,
             p.prediction.node, said(p.prediction)] for p in points]


def prediction_lines(rows: list[tables.Row],
                     predictions: dict[str, simulator.Prediction]) -> list[list[str]]:
    chosen = [predictions[row.id] for row in rows if row.held_out]
    return [[p.id, number(p.seconds), number(p.tokens_per_second), str(p.fits).lower(), said(p)]
            for p in chosen]


def said(prediction: simulator.Prediction) -> str:
    reason = [f"no prediction: {prediction.reason}"] if prediction.seconds is None else []
    return "; ".join(reason + prediction.assumptions)


def version() -> str:
    run = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
                         capture_output=True, text=True, check=False)
    return run.stdout.strip() or "unknown"


def print_table(lines: list[list[str]]) -> None:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        cells = [cell.ljust(widths[i]) if i in (0, 2) else cell.rjust(widths[i])
                 for i, cell in enumerate(line)]
        print("  ".join(cells).rstrip())


def write_all(arguments: argparse.Namespace, rows: list[tables.Row],
              predictions: dict[str, simulator.Prediction],
              points: list[statistics.Point], usual: list[statistics.Point]) -> None:
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    write_csv(out / "validation.csv", VALIDATION, validation_lines(points))
    write_csv(out / "predictions.csv", PREDICTIONS, prediction_lines(rows, predictions))
    own = out == ROOT / "analysis"
    bands.write(ROOT / "platforms" / "confidence.json" if own else out / "confidence.json",
                bands.bands(points))
    remarks = ROOT / "analysis" / "accuracy" / "remarks.md"
    material = page.Material(
        rows, predictions, points, bands.coverage(points),
        plots.draw(points, out / "accuracy_plots"), "accuracy_plots", version(),
        remarks.read_text(encoding="utf-8") if remarks.exists() else "", usual,
        ROOT / "platforms")
    (out / "ACCURACY.md").write_text(page.text(material), encoding="utf-8")


def with_usual_software(arguments: argparse.Namespace,
                        rows: list[tables.Row]) -> list[statistics.Point]:
    chosen = [row for row in rows if not row.held_out and not tables.fitted(row)]
    profiles = {name: parameters.USUAL for name in software.names()}
    predictions = simulator.simulate(chosen, arguments.program, arguments.platforms,
                                     arguments.processes, context=rows, profiles=profiles)
    return statistics.points(chosen, predictions)


def main() -> int:
    arguments = options()
    if not (arguments.data / f"{tables.HELD_OUT}.csv").exists():
        print(f"no published step times at {arguments.data}: nothing to compare with")
        return 0
    if missing := tables.missing(arguments.data):
        print(f"{arguments.data}: without {', '.join(missing)}; give a folder that has all tables "
              "with --data", file=sys.stderr)
        return 66
    if not arguments.program.exists():
        print(f"{arguments.program}: no such program; build it first", file=sys.stderr)
        return 66
    everything = tables.read(arguments.data)
    rows = [row for row in everything if arguments.sources in f"{row.file} {row.source}"]
    if not rows:
        print(f"--sources: no source or table has {arguments.sources!r} in its name; there are "
              + ", ".join(sorted({row.source for row in everything})), file=sys.stderr)
        return 2
    predictions = simulator.simulate(
        rows, arguments.program, arguments.platforms, arguments.processes, context=everything,
        use_software=not arguments.no_software)
    points = statistics.points([row for row in rows if not row.held_out], predictions)
    print_table(statistics.table(points))
    print()
    print_table(page.targets(points))
    if not arguments.sources:
        write_all(arguments, rows, predictions, points, with_usual_software(arguments, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
