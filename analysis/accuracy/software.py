"""Which software a published run used: the name of a software profile, and what it implies."""

from __future__ import annotations

import re
from .tables import Row

# By the beginning of the source, tried in order.
PROFILES = [
    ("megatron_", "megatron_lm_2021"), ("korthikanti", "megatron_lm_2022"),
    ("mtnlg", "megatron_lm_2021"),
    ("vtrain", "megatron_deepspeed_2022"), ("bloom", "megatron_deepspeed_2022"),
    ("bigscience", "megatron_deepspeed_2022"),
    ("simumax", "megatron_core_2024"), ("mcore", "megatron_core_2024"),
    ("moezoo", "megatron_core_2024"), ("megascale", "megatron_core_2024"),
    ("deepseek_v3", "megatron_core_2024"),
    ("mlperf", "mlperf_nemo"),
    ("llmfoundry", "fsdp_2023"),
    ("torchtitan", "torchtitan_2024"), ("llama3_herd", "torchtitan_2024"),
    ("llama1", "fsdp_2023"),
    ("mleng", "deepspeed_2025"),
    ("internevo", "internevo_2024"), ("nanotron", "nanotron_2024"),
    ("gcp_maxtext", "maxtext_2024"), ("aws_trn1", "neuron_2023"),
]

# Megatron-Bridge: the first release of each profile.
BRIDGE = [("26.06", "megatron_bridge_2026"), ("26.02", "megatron_bridge_2026_02"),
          ("25.09", "megatron_bridge_2025")]


class Releases:
    """Release of each Megatron-Bridge row: printed in open rows, else that of the nearest id."""

    def __init__(self, rows: list[Row]) -> None:
        self.known = sorted((number(row.id), release) for row in rows
                            if row.source.startswith("mbridge") and (release := printed(row)))

    def of(self, row: Row) -> tuple[str, list[str]]:
        """(release such as "26.04", assumptions)."""
        release = printed(row)
        if release:
            return release, []
        if not self.known:
            return "25.11", ["release: 25.11, no open row to compare with"]
        place = number(row.id)
        _, release = min(self.known, key=lambda entry: (abs(entry[0] - place), entry[0]))
        return release, [f"release: {release}, that of the nearest published row"]


def number(row_id: str) -> int:
    return int(re.sub(r"\D", "", row_id) or 0)


def printed(row: Row) -> str:
    """Release that a row names, such as "26.04", or nothing."""
    found = re.match(r"(\d\d\.\d\d)", row.text("table"))
    return found.group(1) if found else ""


def profile(row: Row, releases: Releases) -> tuple[str, list[str]]:
    """(name of the software profile, assumptions)."""
    if row.source.startswith("mbridge"):
        release, assumptions = releases.of(row)
        name = next((name for first, name in BRIDGE if release >= first), BRIDGE[-1][1])
        return name, assumptions
    if row.source.startswith("mlperf") and row.text("accelerator").startswith("TPU"):
        return "maxtext_2024", []
    if row.source.startswith("mlperf") and row.text("accelerator").startswith("AMD"):
        return "mlperf_rocm", []
    for start, name in PROFILES:
        if row.source.startswith(start):
            return name, []
    return "megatron_core_2024", [f"software: megatron_core_2024, nothing known of {row.source}"]


def names() -> list[str]:
    """All profiles that rows may have."""
    return sorted({name for _, name in [*PROFILES, *BRIDGE]} | {"maxtext_2024", "mlperf_rocm"})
