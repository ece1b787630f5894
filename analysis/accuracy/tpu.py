"""TPU slices: blocks of chips as nodes of a torus, pods joined into one, integer arithmetic."""

from __future__ import annotations

import math
from typing import Any

BLOCK = 8  # chips of a node where a tensor group spans several: 2x2x2, or 2x4


class Chip:
    """What a node file of one chip does not say."""

    def __init__(self, accelerator: str, integer: str, dimensions: int, pod: int, fabric: str,
                 inside: str, face: str) -> None:
        self.accelerator = accelerator
        self.integer = integer  # dense peak of 8-bit integers
        self.dimensions = dimensions
        self.pod = pod  # chips
        self.fabric = fabric
        self.inside = inside  # of a chip to others of its block: 3 of 6 links, 2.5 of 4
        self.face = face  # links between two blocks: 4 of a cube, 3 of 2x4 on average


CHIPS = {
    "tpu_v5p_chip": Chip("tpu_v5p", "918 TFLOP/s", 3, 8960, "tpu_v5p_torus", "300 GB/s",
                         "400 GB/s"),
    "tpu_v5e_chip": Chip("tpu_v5e", "393 TFLOP/s", 2, 256, "tpu_v5e_torus", "125 GB/s",
                         "150 GB/s"),
    "tpu_v6e_chip": Chip("tpu_v6e", "1836 TFLOP/s", 2, 256, "tpu_v6e_torus", "250 GB/s",
                         "300 GB/s"),
}


def shape(nodes: int, dimensions: int) -> str:
    """A torus for so many nodes, powers of two along all dimensions but the last."""
    sides = []
    for left in range(dimensions, 1, -1):
        sides.append(2 ** max(0, math.floor(math.log2(nodes) / left)))
        nodes = math.ceil(nodes / sides[-1])
    return "x".join(str(side) for side in [*sides, nodes])


def slice_of(base: str, tensor: int, ranks: int) -> dict[str, Any]:
    """What a scenario defines for a slice: accelerators, nodes and fabrics, and the note on it."""
    chip = CHIPS[base]
    size = BLOCK if tensor > 1 else 1
    integer = f"{chip.accelerator} int8"
    torus = f"torus {shape(ranks // size, chip.dimensions)}"
    node: dict[str, Any] = {"use": base, "accelerator": integer, "fabric": torus}
    if size > 1:
        node.update({"accelerators": size, "nics": 1, "nic": {"bandwidth": chip.face},
                     "scale_up": {"bandwidth": chip.inside}})
    notes = ["precision: 8-bit integers"]
    if size > 1:
        notes.append(f"node: {size} neighbouring chips")
    if ranks > chip.pod:
        notes.append("fabric: all pods as one torus")
    return {"size": size, "node": node, "notes": notes,
            "accelerators": {integer: {"use": chip.accelerator, "peak": {"fp8": chip.integer}}},
            "fabrics": {torus: {"use": chip.fabric, "shape": torus.split()[1]}}}
