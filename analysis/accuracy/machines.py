"""The node that a published run stood on, and what had to be changed of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import platforms, tpu
from .tables import Row

# How an accelerator is printed -> node. Tried in order, on the beginning of the cell.
NODES = [
    ("A100-SXM-40GB", "a100_40_roce1600"),
    ("A100-SXM-80GB (Ampere)", "dgx_a100"),
    ("A100", "dgx_a100"),
    ("V100", "jeanzay_v100"),
    ("H100-SXM-96GB", "h100_96_torchtitan"),
    ("H100", "dgx_h100"),
    ("H800", "hgx_h800"),
    ("H200-NVL", "h200_nvl"),
    ("H200", "dgx_h200"),
    ("GB200", "gb200_nvl72"),
    ("GB300", "gb300_nvl72"),
    ("B200", "dgx_b200"),
    ("B300", "hgx_b300"),
    ("L40S", "l40s_8"),
    ("Intel Gaudi3", "gaudi3_8"),
    ("Intel", "gaudi2_8"),
    ("AMD Instinct MI300X", "mi300x_8"),
    ("AMD Instinct MI325X", "mi325x_8"),
    ("AMD Instinct MI350X", "mi350x_8"),
    ("AMD Instinct MI355X", "mi355x_8"),
    ("TPU-v5p", "tpu_v5p_chip"),
    ("TPU-v5e", "tpu_v5e_chip"),
    ("TPU-trillium", "tpu_v6e_chip"),
    ("Trainium1", "trn1_32"),
]

# Where the same accelerator stands in other machines: by the beginning of the source.
BY_SOURCE = [
    ("vtrain", "a100_vtrain"),
    ("bloom", "jeanzay_a100"),
    ("internevo", "a100_80_roce400"),
    ("nanotron", "h100_efa"),
]
LLM_FOUNDRY = {"dgx_a100": "a100_80_roce1600"}

DOMAIN = {"gb200_nvl72", "gb300_nvl72"}  # joined by NVLink over a whole rack

# What a pair of nodes carries between its halves, for tensor groups wider than a node: all
# interfaces of a node, since a ring through two whole nodes crosses each way once.
BETWEEN_NODES = {"a100_vtrain": "100 GB/s", "h100_efa": "400 GB/s"}


@dataclass
class Machine:
    """A kind of node: the name of a file, or a definition that builds on one."""

    name: str
    base: str
    accelerators: int
    definition: dict[str, Any] | None = None
    others: dict[str, dict[str, Any]] = field(default_factory=dict)  # accelerators, fabrics
    assumptions: list[str] = field(default_factory=list)


def base_node(row: Row) -> str | None:
    """Name of the platform file, or None for an accelerator that nothing is known of."""
    for start, node in BY_SOURCE:
        if row.source.startswith(start):
            return node
    if row.text("accelerator") == "L40S" and row.count("accel_per_node") == 4:
        return "l40s_4"
    for start, node in NODES:
        if row.text("accelerator").startswith(start):
            return LLM_FOUNDRY.get(node, node) if row.source.startswith("llmfoundry") else node
    return None


def machine(row: Row, tensor: int, ranks: int) -> Machine | None:
    """The node for a run with so many ranks and such tensor groups."""
    base = base_node(row)
    file = platforms.node(base) if base else None
    if file is None:
        return None
    if base in tpu.CHIPS:
        return tpu_slice(base, tensor, ranks)
    if base in DOMAIN:
        return cut(base, file, domain_size(ranks, tensor))
    if tensor > file.accelerators:
        return pair(base, file, tensor)
    size = min(file.accelerators, row.count("accel_per_node") or file.accelerators, ranks)
    while ranks % size:
        size -= 1
    return cut(base, file, size)


def domain_size(ranks: int, tensor: int) -> int:
    """Accelerators of a rack that are used: 64 of 72, fewer in small runs, 72 where it is even."""
    if ranks <= 64:
        return ranks
    for size in (64, 72, 60, 56, 48, 36, 32):
        if ranks % size == 0 and size % tensor == 0:
            return size
    return 4


def cut(base: str, file: platforms.NodeFile, size: int) -> Machine:
    """A node of which only the first accelerators are used, with their share of interfaces."""
    if size == file.accelerators:
        return Machine(base, base, size)
    interfaces = max(1, file.interfaces * size // file.accelerators)
    while size % interfaces:
        interfaces -= 1
    definition = {"use": base, "accelerators": size, "nics": interfaces}
    note = f"node: {size} accelerators of {base}"
    return Machine(f"{base}-{size}", base, size, definition, assumptions=[note])


def tpu_slice(base: str, tensor: int, ranks: int) -> Machine:
    made = tpu.slice_of(base, tensor, ranks)
    others = {kind: made[kind] for kind in ("accelerators", "fabrics")}
    return Machine(f"{base}-{tensor}-{ranks}", base, made["size"], made["node"], others,
                   made["notes"])


def pair(base: str, file: platforms.NodeFile, tensor: int) -> Machine:
    """Nodes joined into one, as wide as a tensor group, slowed to what passes between nodes."""
    nodes = tensor // file.accelerators
    definition = {"use": base, "accelerators": tensor, "nics": file.interfaces * nodes,
                  "scale_up": {"bandwidth": BETWEEN_NODES.get(base, "50 GB/s"),
                               "latency": "5 us"}}
    note = f"node: {nodes} nodes as one for tensor {tensor}, at the rate between nodes"
    return Machine(f"{base}-x{nodes}", base, tensor, definition, assumptions=[note])
