"""What exchanges inside a node and among nodes take: the closed forms of sim/collective, the
tables of measured ones, and the parameters that bring the two together.

An exchange of `bytes` among n members of a node takes (docs/model.md, "Collectives"):

    setup + messages x latency + (sent + min(sent, overhead) + own_piece x bytes / n) / bandwidth

with bandwidth x efficiency; an all-reduce also by the switch, 1 + 1/n buffers sent at
`switch_reduction` in two phases, where that is faster.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

TABLES = ["collectives_single_node_nccl.csv", "allreduce_vtrain_lut.csv",
          "collectives_multinode.csv"]  # fmt: skip
OPERATIONS = {"all_reduce": "all_reduce", "all_gather": "all_gather",
              "reduce_scatter": "reduce_scatter", "alltoall": "all_to_all"}  # fmt: skip


@dataclass(frozen=True)
class Inside:
    """The exchange parameters of "scale_up"; microseconds, MB and shares."""

    efficiency: float = 0.8
    latency: float = 1.5
    setup: float = 0.0
    message_overhead: float = 0.0
    own_piece: float = 0.0
    switch_reduction: float = 0.0


@dataclass(frozen=True)
class Across:
    """Those of "nic"; latency with the switches on the way."""

    efficiency: float = 0.9
    latency: float = 2.6
    handling: float = 0.0
    message_overhead: float = 0.0


# Physical ranges.
RANGES = {
    "efficiency": (0.01, 1.0), "latency": (0.1, 20.0), "setup": (0.0, 100.0), "handling": (0.0, 100.0),
    "message_overhead": (0.0, 200.0), "own_piece": (0.0, 2.0), "switch_reduction": (0.05, 1.0),
}  # fmt: skip


def in_node(rows: pd.DataFrame, bandwidth: float, node: Inside) -> np.ndarray:
    """Seconds of exchanges inside a node; rows: operation, members, bytes. B/s."""
    n = rows.members.to_numpy(float)
    size = rows.bytes.to_numpy(float)
    reduces = (rows.operation == "all_reduce").to_numpy()
    everyone = (rows.operation == "all_to_all").to_numpy()
    passes = np.where(reduces, 2, 1)
    messages = np.where(everyone, 1, passes * (n - 1))
    overhead = node.message_overhead * 1e6

    def moving(sent: np.ndarray, own: np.ndarray, phases: int = 1) -> np.ndarray:
        besides = np.minimum(sent, phases * overhead) + node.own_piece * own
        return (sent + besides) / (bandwidth * node.efficiency)

    seconds = moving(size * passes * (n - 1) / n, size / n)
    if node.switch_reduction > 0:
        sent = size * (1 + 1 / n) * node.efficiency / node.switch_reduction
        seconds = np.where(reduces, np.minimum(seconds, moving(sent, 2 * sent / messages, 2)),
                           seconds)  # fmt: skip
    return 1e-6 * (node.setup + messages * node.latency) + seconds


@dataclass(frozen=True)
class Fleet:
    """Nodes of one kind: accelerators of each, bandwidth of one inside and of its interface."""

    each: int
    up: float
    out: float


def among_nodes(rows: pd.DataFrame, fleet: Fleet, node: Inside, nic: Across) -> np.ndarray:
    """Seconds of all-reduces and halves of it among whole nodes: the fastest of rings by rail,
    rings in two steps, and trees (sim/collective/{rail_rings,hierarchical,hierarchical_tree})."""
    n = rows.members.to_numpy(float)
    size = rows.bytes.to_numpy(float)
    reduces = (rows.operation == "all_reduce").to_numpy()
    passes = np.where(reduces, 2, 1)
    g = fleet.each
    k = n / g
    up, out = fleet.up * node.efficiency, fleet.out * nic.efficiency

    def inside(sent: np.ndarray, once: float, own: np.ndarray) -> np.ndarray:
        limit = once * node.message_overhead * 1e6
        return (sent + np.minimum(sent, limit) + node.own_piece * own) / up

    def across(sent: np.ndarray, once: float) -> np.ndarray:
        return (sent + np.minimum(sent, once * nic.message_overhead * 1e6)) / out

    wait = nic.latency + nic.handling
    sent = passes * size * (n - 1) / n
    rails = 1e-6 * passes * (k * (g - 1) * node.latency + (k - 1) * wait) + np.maximum(
        inside(sent, 0.5, 0.5 * size / n), across(sent / g, 0.5)  # to the interface first
    )
    steps = passes * (inside(size * (g - 1) / g, 1, size / g) + 1e-6 * (g - 1) * node.latency)
    rings = steps + across(passes * size * (k - 1) / (k * g), 1) + 1e-6 * passes * (
        k - 1
    ) * wait  # fmt: skip
    hops = 2 * np.ceil(np.log2(np.maximum(k, 2)))
    trees = steps + across(2 * size / g, 1) + 1e-6 * hops * wait
    best = np.minimum(rails, rings)
    return 1e-6 * node.setup + np.where(reduces, np.minimum(best, trees), best)


@dataclass(frozen=True)
class Fit:
    """Parameters and |ln(modelled / measured)| of the rows they were fitted to."""

    values: Inside | Across
    rows: int
    median: float
    p90: float

    def text(self) -> str:
        return f"{self.rows} runs, median error {100 * self.median:.0f} %, p90 {100 * self.p90:.0f} %"


def fit(model, rows: pd.DataFrame, start: Inside | Across, names: list[str]) -> Fit:  # noqa: ANN001
    """The named parameters with the least robust error; `model(values)` gives seconds of the rows.

    Exchanges below 64 KiB count half: training has few, and their handshakes differ by operation.
    """
    measured = rows.seconds.to_numpy()
    weight = np.sqrt(np.where(rows.bytes < 65536, 0.5, 1.0))
    low = np.array([RANGES[name][0] for name in names])
    high = np.array([RANGES[name][1] for name in names])

    def values(x: np.ndarray) -> Inside | Across:
        return replace(start, **dict(zip(names, map(float, x), strict=True)))

    def errors(x: np.ndarray) -> np.ndarray:
        return np.log(model(values(x)) / measured)

    best = None
    for megabytes in (2.0, 8.0, 30.0):
        first = replace(start, message_overhead=megabytes)
        x = np.clip([getattr(first, name) for name in names], low + 1e-3, high - 1e-3)
        found = least_squares(
            lambda x: weight * errors(x), x, loss="soft_l1", f_scale=0.1, bounds=(low, high),
            x_scale=np.maximum(np.abs(x), 0.1),
        )  # fmt: skip
        best = found if best is None or found.cost < best.cost else best
    error = np.abs(errors(best.x))
    return Fit(values(best.x), len(rows), float(np.median(error)), float(np.quantile(error, 0.9)))


def nccl(folder: Path, device: str) -> pd.DataFrame:
    """Exchanges among 2 to 8 accelerators of a node: operation, members, bytes and seconds."""
    table = pd.read_csv(folder / TABLES[0])
    rows = table[table.device == device]
    return pd.DataFrame({"operation": rows.op.map(OPERATIONS), "members": rows.n_gpus,
                         "bytes": rows.message_bytes, "seconds": rows.time_us * 1e-6})  # fmt: skip


def vtrain(folder: Path, device: str) -> pd.DataFrame:
    """All-reduces of 1 MiB to 1 GiB in a node."""
    table = pd.read_csv(folder / TABLES[1])
    rows = table[table.device == device]
    return pd.DataFrame({"operation": "all_reduce", "members": rows.gpus, "bytes": rows["bytes"],
                         "seconds": rows.out_of_place_us * 1e-6})  # fmt: skip


def four_nodes(folder: Path) -> pd.DataFrame:
    """All-reduces of 32 KiB to 16 GiB on 4 nodes of 8, accelerator and network not named."""
    table = pd.read_csv(folder / TABLES[2])
    rows = table[table.source.str.startswith("ml-engineering")]
    algorithm = rows.notes.str.extract(r"algbw ([\d.]+)", expand=False).astype(float)
    size = rows.message_bytes.astype(float)
    return pd.DataFrame({"operation": "all_reduce", "members": rows.gpus, "bytes": size,
                         "seconds": size / (algorithm * 1e9)})  # fmt: skip


def names_of(values: Inside | Across) -> list[str]:
    """Its parameters."""
    return [field.name for field in fields(values)]


def as_texts(values: Inside | Across) -> dict[str, float | str]:
    """As platform files write them."""
    units = {"latency": " us", "setup": " us", "handling": " us", "message_overhead": " MB"}
    return {
        key: f"{value:.3g}{units[key]}" if key in units else float(f"{value:.3g}")
        for key, value in asdict(values).items()
    }
