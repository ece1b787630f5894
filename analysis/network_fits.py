#!/usr/bin/python3
"""Turns published fits of bandwidth by size into what platform files say of links.

The network table of the Sailor artefact (MIT licence) has a polynomial for each pair of nodes:

    GB/s = c2 x^2 + c1 x + c0,    x = log2(bytes / 1 MiB)

The artefact's meaning was inferred: with this unit the largest value between 1 MiB and 1 GiB is
within 4 % of the column max_bytes_per_s in the middle of all rows, and the polynomials that only
rise reach that column at 0.5 GiB. Inside a node the figure is the bus bandwidth of its GPUs
together, between nodes that of the two nodes. Here a transfer of s bytes takes

    latency + (s + min(s, message_overhead)) / bandwidth

which is fitted by least squares of the relative error in time, over sizes of 64 KiB to 1 GiB at
which the polynomial is above zero.

usage: network_fits.py [--data DIR] [--all]

Prints a line for each kind of node that platforms/nodes has from this table, or for every row
within a zone. Needs Debian's python3-numpy.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
MIB = 2.0**20
SIZES = 2.0 ** np.arange(16, 30.25, 0.25)  # bytes
# Kinds of node, and how many GPUs of one the row between nodes is of: all of them, which share an
# interface, or one, which has its own.
NODES = {
    "gcp_a2_highgpu_4g": ("A100-40", 4, 4),
    "gcp_n1_v100_4": ("V100-16", 4, 4),
    "gh200_4": ("GH-96", 4, 1),
    "titan_rtx_8": ("Titan-RTX", 8, 8),
    "rtx_2080_ti_8": ("RTX-2080", 8, 8),
    "rtx_3090_8": ("RTX-3090", 8, 8),
}


@dataclass(frozen=True)
class Link:
    """SI units; the residual is the root of the mean squared relative error in time."""

    bandwidth: float
    overhead: float
    latency: float
    residual: float
    worst: float

    def seconds(self, sizes: np.ndarray) -> np.ndarray:
        return self.latency + (sizes + np.minimum(sizes, self.overhead)) / self.bandwidth


def polynomial_seconds(coefficients: tuple[float, float, float],
                       sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sizes at which the polynomial is above zero, and the times there."""
    rate = np.polyval(coefficients, np.log2(sizes / MIB)) * 1e9
    return sizes[rate > 0], (sizes / np.where(rate > 0, rate, 1))[rate > 0]


def with_overhead(sizes: np.ndarray, seconds: np.ndarray, overhead: float) -> Link:
    """Best latency and bandwidth, neither below zero; linear once the overhead is given."""
    moved = sizes + np.minimum(sizes, overhead)
    relative = np.column_stack([1 / seconds, moved / seconds])
    both = np.linalg.lstsq(relative, np.ones_like(seconds), rcond=None)[0]
    if both[0] < 0:
        alone = relative[:, 1]
        both = np.array([0.0, alone.sum() / (alone @ alone)])
    error = relative @ both - 1
    return Link(1 / both[1], overhead, both[0], float(np.sqrt(np.mean(error**2))),
                float(np.abs(error).max()))


def fitted(sizes: np.ndarray, seconds: np.ndarray) -> Link:
    """The overhead by trying: 0, and 16 to each doubling from 4 KiB to 1 GiB."""
    overheads = np.concatenate([[0.0], 2.0 ** np.arange(12, 30.01, 1 / 16)])
    links = [with_overhead(sizes, seconds, overhead) for overhead in overheads]
    # An overhead as large as the largest size fits as well with twice the bandwidth, which no link
    # has.
    most = 1.05 * (sizes / seconds).max()
    return min((link for link in links if 0 < link.bandwidth <= most),
               key=lambda link: link.residual)


@dataclass(frozen=True)
class Row:
    scope: str  # "intra" or "inter", of nodes
    zones: tuple[str, str]
    gpus: tuple[str, str]
    counts: tuple[int, int]
    coefficients: tuple[float, float, float]
    largest: float  # bytes a second

    def within_a_zone(self) -> bool:
        return self.zones[0] == self.zones[1]


def read(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return [Row(scope=row["scope"],
                    zones=(row["send_zone"], row["recv_zone"]),
                    gpus=(row["send_gpu"], row["recv_gpu"]),
                    counts=(int(row["send_n"]), int(row["recv_n"])),
                    coefficients=(float(row["c2"]), float(row["c1"]), float(row["c0"])),
                    largest=float(row["max_bytes_per_s"])) for row in csv.DictReader(file)]


def line(name: str, row: Row) -> str:
    link = fitted(*polynomial_seconds(row.coefficients, SIZES))
    return (f"{name:22} {row.scope:6} {row.counts[0]:2} {row.counts[1]:2} "
            f"{link.bandwidth / 1e9:9.4g} GB/s {link.overhead / 1e6:8.3g} MB "
            f"{link.latency * 1e6:8.3g} us   residual {link.residual:6.1%}  worst {link.worst:6.1%}"
            f"   largest measured {row.largest / 1e9:.4g} GB/s")


def of_kind(rows: list[Row], scope: str, gpu: str, count: int) -> Row:
    """Of one zone: the first, since zones differ by a few per cent."""
    return next(row for row in rows if row.within_a_zone() and row.scope == scope
                and row.gpus == (gpu, gpu) and row.counts == (count, count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "validation",
                        help="folder with layer_profiles/")
    parser.add_argument("--all", action="store_true", help="every row within a zone")
    chosen = parser.parse_args()
    rows = read(chosen.data / "layer_profiles" / "sailor_network_profiles.csv")
    if chosen.all:
        for row in rows:
            if row.within_a_zone():
                print(line(" - ".join(row.gpus), row))
        return
    for node, (gpu, within, between) in NODES.items():
        print(line(node, of_kind(rows, "intra", gpu, within)))
        print(line(node, of_kind(rows, "inter", gpu, between)))


if __name__ == "__main__":
    main()
