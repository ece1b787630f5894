"""Reads and rewrites single blocks of the JSON files under platforms/, comments kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fact:
    """A value as platform files write it: a number, or a text with its unit."""

    value: float | str
    status: str
    source: str

    def text(self) -> str:
        rounded = self.value if isinstance(self.value, (str, int)) else float(f"{self.value:.4g}")
        value = json.dumps(rounded)
        return (
            f'{{"value": {value}, "status": "{self.status}", '
            f'"source": {json.dumps(self.source, ensure_ascii=False)}}}'
        )


Block = dict[str, "Fact | Block"]

_KERNEL = re.compile(r'(  "kernel": \{\n)(.*?)(\n  \},\n)', re.DOTALL)


def _lines(block: Block, indent: str) -> str:
    lines = []
    for key, value in block.items():
        if isinstance(value, Fact):
            lines.append(f'{indent}"{key}": {value.text()}')
        else:
            inner = _lines(value, indent + "  ")
            lines.append(f'{indent}"{key}": {{\n{inner}\n{indent}}}')
    return ",\n".join(lines)


def with_kernel(text: str, block: Block) -> str:
    """The text of an accelerator's file with another "kernel" block."""
    if not _KERNEL.search(text):
        raise ValueError('no "kernel" block')
    return _KERNEL.sub(lambda m: m.group(1) + _lines(block, "    ") + m.group(3), text, count=1)


def kernel_values(text: str) -> dict[str, float | str]:
    """Values of a "kernel" block by key, "gemm_efficiency/bf16" for nested ones."""
    found = _KERNEL.search(text)
    if not found:
        raise ValueError('no "kernel" block')
    data = json.loads("{" + found.group(2) + "}")
    values: dict[str, float | str] = {}
    for key, item in data.items():
        if "value" in item:
            values[key] = item["value"]
        else:
            values.update({f"{key}/{inner}": fact["value"] for inner, fact in item.items()})
    return values


def fact_under(text: str, key: str) -> Fact | None:
    """The first one-line fact under `key`."""
    found = re.search(rf'"{re.escape(key)}": (\{{"value":[^{{}}]*\}})', text)
    if not found:
        return None
    data = json.loads(found.group(1))
    return Fact(data["value"], data["status"], data["source"])


def with_value(text: str, key: str, fact: Fact) -> str:
    """The text with the one-line fact under `key` (of any block, first found) replaced."""
    pattern = re.compile(rf'"{re.escape(key)}": \{{"value":[^{{}}]*\}}')
    if not pattern.search(text):
        raise ValueError(f"no fact under {key}")
    return pattern.sub(lambda _: f'"{key}": {fact.text()}', text, count=1)


def accelerator_file(platforms: Path, name: str) -> Path:
    """Where the file of an accelerator lies."""
    return platforms / "accelerators" / f"{name}.json"
