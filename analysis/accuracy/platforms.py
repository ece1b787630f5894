"""What the comparison has to know of node files: accelerator, how many, and interfaces."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class NodeFile:
    accelerator: str
    accelerators: int
    interfaces: int


@functools.cache
def node(name: str) -> NodeFile | None:
    """A file of platforms/nodes, what it builds on included. None: no such file."""
    file = ROOT / "platforms" / "nodes" / f"{name}.json"
    if not file.exists():
        return None
    text = file.read_text(encoding="utf-8")
    base = re.search(r'^\s*"use":\s*"(\w+)"', text, re.M)
    below = node(base[1]) if base else None

    def found(pattern: str, default: str) -> str:
        match = re.search(pattern, text, re.M)
        return match[1] if match else default

    return NodeFile(
        found(r'^\s*"accelerator":\s*"(\w+)"', below.accelerator if below else ""),
        int(found(r'^\s*"accelerators":\s*(\d+)', str(below.accelerators if below else 0))),
        int(found(r'^\s*"nics":\s*(\d+)', str(below.interfaces if below else 0))))


def accelerator_of(name: str) -> str:
    """Accelerator of a node, or the node's own name where there is no such file."""
    found = node(name)
    return found.accelerator if found else name
