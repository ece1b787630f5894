#!/usr/bin/python3
"""Fits what exchanges cost to measured ones and writes it into platforms/nodes.

Each kind of node with measurements gets its own figures in "scale_up"; nodes of the same family
take them over. What an exchange over several nodes costs besides its bytes ("nic") is fitted to the
one published table by size. Comments and all other text of the files stay.

usage: calibrate_collectives.py [--data DIR] [--check PROGRAM] [--dry]

Prints errors by node, operation, members and size, before and after. --check plays a sample of the
exchanges with the simulator and compares them with the closed forms used here; it writes nothing.
Needs Debian's python3-numpy, python3-pandas and python3-scipy.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from calibration import collectives, node_files, played, tables  # noqa: E402
from calibration.collectives import Across, Fleet, Inside  # noqa: E402
from calibration.platform_files import Fact  # noqa: E402

NODES = ROOT / "platforms" / "nodes"
ALL = ["efficiency", "latency", "setup", "message_overhead", "own_piece"]
SUMS = [*ALL, "switch_reduction"]


@dataclass(frozen=True)
class Kind:
    """A node with measured exchanges, and the nodes that take its figures over."""

    node: str
    device: str
    bandwidth: float
    fitted: list[str]
    like: tuple[str, ...] = ()
    table: str = "nccl"
    members: tuple[int, ...] = ()  # of the rows used; none: all
    family: str = ""  # node whose figures stand for what is not fitted
    note: str = ""


KINDS = [
    Kind("dgx_a100", "NVIDIA A100-SXM4-80GB", 300e9, ALL,
         ("a100_vtrain", "a100_40_roce1600", "a100_80_roce1600", "a100_80_roce400",
          "jeanzay_a100")),
    Kind("dgx_v100", "V100", 150e9, ["efficiency", "message_overhead"], table="vtrain",
         members=(8,), family="dgx_a100", note="all 8: 4 of them reach 85 GB/s and 2 reach 23; "),
    Kind("dgx_h100", "NVIDIA H100 80GB HBM3", 450e9, SUMS,
         ("meta_grand_teton", "h100_96_torchtitan", "h100_efa")),
    Kind("dgx_h200", "NVIDIA H200", 450e9, SUMS),
    Kind("dgx_b200", "NVIDIA B200", 900e9, SUMS),
    Kind("hgx_b300", "NVIDIA B300 SXM6 AC", 900e9, SUMS),
    # Only 2 and 4 of the 72 were measured, where the switch does not sum: that is B200's.
    Kind("gb200_nvl72", "NVIDIA GB200", 900e9, ALL, family="dgx_b200",
         note="groups of 2 and 4, of 72 there are none; "),
    Kind("gb300_nvl72", "NVIDIA GB300", 900e9, ALL, family="hgx_b300",
         note="groups of 2 and 4, of 72 there are none; "),
    Kind("l40s_8", "NVIDIA L40S", 32e9, ["efficiency", "latency", "setup"],
         members=(8,), note="one machine, probably without direct copies between cards; "),
    Kind("l40s_4", "NVIDIA L40S", 32e9, ["efficiency", "latency", "setup"],
         members=(4,), note="one machine, probably without direct copies between cards; "),
]  # fmt: skip

# Nodes nobody measured: efficiency and latency stay, the rest is another's (its overhead as long).
FAMILIES = {
    "hgx_h800": "dgx_h100", "h200_nvl": "dgx_h200", "jeanzay_v100": "dgx_v100",
    "a100_pcie_8": "dgx_a100", "mi300x_8": "dgx_h100", "mi325x_8": "dgx_h100",
    "mi350x_8": "dgx_h100", "mi355x_8": "dgx_h100", "gaudi2_8": "dgx_a100",
    "gaudi3_8": "dgx_h100", "trn1_32": "dgx_a100",
}  # fmt: skip
# On a full mesh a ring uses one of the links, which NCCL and its like do not: no overhead taken
# over, which would count too much there.
MESHES = {"h200_nvl", "jeanzay_v100", "mi300x_8", "mi325x_8", "mi350x_8", "mi355x_8", "gaudi2_8",
          "gaudi3_8"}  # fmt: skip
SOFTWARE = 5.0  # us; a latency of as much has the software's part in it
SWITCH = 0.3  # us, of the one leaf that a rail crosses (platforms/fabrics/rail_optimised.json)
SIZES = [(0, 1 << 16, "< 64 KiB"), (1 << 16, 1 << 20, "< 1 MiB"), (1 << 20, 1 << 24, "< 16 MiB"),
         (1 << 24, 1 << 40, "larger")]  # fmt: skip


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "validation",
                        help="folder of measured times (default: %(default)s)")  # fmt: skip
    parser.add_argument("--check", type=Path, metavar="PROGRAM",
                        help="compare the closed forms with this simulator")  # fmt: skip
    parser.add_argument("--dry", action="store_true", help="fit and print, write nothing")
    return parser.parse_args()


def rows_of(kind: Kind, folder: Path) -> pd.DataFrame:
    """Measured exchanges that the kind is fitted to."""
    read = collectives.vtrain if kind.table == "vtrain" else collectives.nccl
    rows = read(folder, kind.device)
    if kind.node == "dgx_a100":
        rows = pd.concat([rows, collectives.vtrain(folder, "A100")])
    if kind.members:
        rows = rows[rows.members.isin(kind.members)]
    return rows.reset_index(drop=True)


def number(value: float | str) -> float:
    """In the units of collectives.Inside."""
    if not isinstance(value, str):
        return float(value)
    amount, unit = value.split()
    return float(amount) * {"us": 1, "ns": 1e-3, "MB": 1, "kB": 1e-3, "B": 1e-6}[unit]


def rate(text: float | str) -> float:
    """B/s."""
    amount, unit = str(text).split()
    return float(amount) * {"GB/s": 1e9, "TB/s": 1e12, "Gb/s": 1e9 / 8}[unit]


def present(text: str) -> Inside:
    """What a file says now."""
    values = node_files.values(text, "scale_up")
    known = {name: number(values[name]) for name in collectives.names_of(Inside()) if name in values}
    return Inside(**known)


def errors(modelled: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    return np.abs(np.log(modelled / rows.seconds.to_numpy()))


def print_errors(node: str, rows: pd.DataFrame, before: np.ndarray, after: np.ndarray) -> None:
    """Median and 90th percentile of |ln(modelled / measured)|, before and after."""

    def line(name: str, chosen: np.ndarray) -> None:
        if chosen.any():
            cells = [f"{100 * np.quantile(e[chosen], q):6.1f}" for e in (before, after)
                     for q in (0.5, 0.9)]  # fmt: skip
            print(f"{node:12} {name:34}{chosen.sum():5d}  " + " ".join(cells))

    line("all", np.ones(len(rows), bool))
    for low, high, name in SIZES:
        line(name, ((rows.bytes >= low) & (rows.bytes < high)).to_numpy())
    for (operation, members), part in rows.groupby(["operation", "members"]):
        line(f"{operation} of {members}", rows.index.isin(part.index))
        large = part[part.bytes >= 1 << 20]
        line(f"{operation} of {members}, 1 MiB and more", rows.index.isin(large.index))


def facts(
    values: Inside | Across, names: list[str], status: str, why: str, rest: str = ""
) -> dict[str, Fact | None]:
    """As platform files write them; `rest` is the source of all but the first."""
    texts = collectives.as_texts(values)
    return {name: Fact(texts[name], status, rest if at > 0 and rest else why)
            for at, name in enumerate(names)}  # fmt: skip


def write(node: str, block: str, new: dict[str, Fact | None]) -> None:
    path = NODES / f"{node}.json"
    path.write_text(node_files.with_facts(path.read_text(), block, new))


def inside_facts(kind: Kind, fit: collectives.Fit, mark: str, like: str) -> dict[str, Fact | None]:
    why = f"{like}{kind.note}fitted to {fit.text()}: {mark}"
    rest = f"{like}fitted with the efficiency, {fit.rows} runs"
    new = facts(fit.values, kind.fitted, "secondary", why, rest)
    if kind.family:
        taken = [n for n in ("latency", "setup", "own_piece", "switch_reduction")
                 if n not in kind.fitted and getattr(fit.values, n) > 0]  # fmt: skip
        new.update(facts(fit.values, taken, "assumed", f"not measured, as {kind.family}"))
    return new


def fit_inside(folder: Path, mark: str, dry: bool) -> dict[str, Inside]:
    """Fits all kinds, prints errors, writes files."""
    found: dict[str, Inside] = {}
    for kind in KINDS:
        rows = rows_of(kind, folder)
        start = Inside(efficiency=0.7, latency=1, setup=8, own_piece=0.4)
        if kind.family:
            start = found[kind.family]
        if "switch_reduction" in kind.fitted:
            start = replace(start, switch_reduction=0.55)
        if "own_piece" not in kind.fitted and not kind.family:
            start = replace(start, own_piece=0.0)
        model = lambda v, k=kind, r=rows: collectives.in_node(r, k.bandwidth, v)  # noqa: E731
        fit = collectives.fit(model, rows, start, kind.fitted)
        before = present((NODES / f"{kind.node}.json").read_text())
        print_errors(kind.node, rows, errors(model(before), rows), errors(model(fit.values), rows))
        print(f"{kind.node:12} {collectives.as_texts(fit.values)}\n")
        found[kind.node] = fit.values
        if dry:
            continue
        write(kind.node, "scale_up", inside_facts(kind, fit, mark, ""))
        for other in kind.like:
            write(other, "scale_up", inside_facts(kind, fit, mark, f"as {kind.node}: "))
    return found


def spread(found: dict[str, Inside], bandwidths: dict[str, float]) -> None:
    """What families take over."""
    for node, family in FAMILIES.items():
        values = found[family]
        text = (NODES / f"{node}.json").read_text()
        mine = rate(node_files.values(text, "scale_up")["bandwidth"])
        scaled = replace(values, message_overhead=values.message_overhead * mine / bandwidths[family])
        names = ["setup"]
        if node not in MESHES:
            names += ["message_overhead", "own_piece"]
        if node == "hgx_h800":
            names.append("switch_reduction")
        why = f"not measured, as {family}; the overhead lasts as long" if node not in MESHES else (
            f"not measured, as {family}")  # fmt: skip
        write(node, "scale_up", facts(scaled, names, "assumed", why))


def fit_across(folder: Path, inside: Inside, mark: str, dry: bool) -> None:
    """Four nodes of eight with 100 GB/s of interfaces each, taken to be A100 on NVSwitch."""
    rows = collectives.four_nodes(folder)
    fleet = Fleet(each=8, up=300e9, out=12.5e9)
    model = lambda v: collectives.among_nodes(rows, fleet, inside, v)  # noqa: E731
    start = Across(efficiency=0.93, latency=2.6, handling=10)
    fit = collectives.fit(model, rows, start, ["efficiency", "handling"])
    before = errors(model(Across()), rows)
    print_errors("4 x 8", rows, before, errors(model(fit.values), rows))
    print(f"4 x 8        {collectives.as_texts(fit.values)}\n")
    if dry:
        return
    why = (f"fitted to all-reduces on 4 nodes of 8, of a kind not named with a latency taken as "
           f"{start.latency} us: {fit.text()}; NCCL's tuner counts 14 us a hop for large messages, "
           f"recalled: {mark}")  # fmt: skip
    for path in sorted(NODES.glob("*.json")):
        if path.stem.startswith(("dojo", "tpu")):
            continue
        new = facts(fit.values, ["handling"], "secondary", why)
        latency = number(node_files.values(path.read_text(), "nic")["latency"])
        write(path.stem, "nic", new if latency < SOFTWARE else {"handling": None})


def check(program: Path) -> int:
    """Largest differences of closed forms from exchanges played, by node, inside and across."""
    worst = 0.0
    sizes = [4096, 1 << 20, 1 << 26, 1 << 29]
    for kind in KINDS:
        text = (NODES / f"{kind.node}.json").read_text()
        inside, nic = present(text), node_files.values(text, "nic")
        few = pd.DataFrame([(o, n, n, s) for o in collectives.OPERATIONS.values() for n in (2, 4, 8)
                            for s in sizes], columns=["operation", "members", "each", "bytes"])  # fmt: skip
        many = pd.DataFrame([(o, 8 * k, 8, s) for o in ("all_reduce", "all_gather") for k in (2, 4, 16)
                             for s in sizes], columns=few.columns)  # fmt: skip
        across = Across(efficiency=number(nic["efficiency"]), handling=number(nic.get("handling", 0)),
                        latency=number(nic["latency"]) + SWITCH)  # fmt: skip
        fleet = Fleet(8, kind.bandwidth, rate(nic["bandwidth"]))
        for name, rows, closed in (
            ("inside", few, collectives.in_node(few, kind.bandwidth, inside)),
            ("across", many, collectives.among_nodes(many, fleet, inside, across)),
        ):
            ratio = closed / played.seconds(program, ROOT / "platforms", kind.node, rows)
            print(f"{kind.node:12} {name}: closed form / played {ratio.min():.3f} to {ratio.max():.3f}")
            if name == "inside":
                worst = max(worst, float(np.max(np.abs(np.log(ratio)))))
    return 0 if worst < 1e-3 else 1


def main() -> int:
    chosen = options()
    if chosen.check:
        return check(chosen.check)
    folder = chosen.data / "calibration"
    mark = ("analysis/calibrate_collectives.py, data sha256 "
            + tables.digest(folder, collectives.TABLES))  # fmt: skip
    print(f"{'':12} {'|ln(modelled / measured)|, %':34}{'rows':>5}  before: median, p90; after")
    found = fit_inside(folder, mark, chosen.dry)
    fit_across(folder, found["dgx_a100"], mark, chosen.dry)
    if not chosen.dry:
        spread(found, {kind.node: kind.bandwidth for kind in KINDS})
    return 0


if __name__ == "__main__":
    sys.exit(main())
