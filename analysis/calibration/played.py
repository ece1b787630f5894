"""Plays exchanges with the simulator, to compare them with the closed forms used in fitting."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

ALGORITHMS = {"all_to_all": ["direct"], "all_reduce": ["ring", "in_switch"]}


def seconds(program: Path, platforms: Path, node: str, rows: pd.DataFrame) -> np.ndarray:
    """Times of exchanges among `members` accelerators of one node or, where `members` is more than
    `each`, of whole nodes of `each`; rows: operation, members, each, bytes. The fastest of the
    algorithms that the closed forms consider."""
    jobs: dict[str, dict[str, object]] = {}
    owner: dict[str, int] = {}
    for at, row in enumerate(rows.itertuples()):
        across = row.members > row.each
        for way in ["auto"] if across else ALGORITHMS.get(row.operation, ["ring"]):
            name = f"x{at}_{way}"
            owner[name] = at
            jobs[name] = {"collective": row.operation, "algorithm": way,
                          "bytes": f"{int(row.bytes)} B", "node": f"of_{row.each}",
                          "chips": int(row.members)}  # fmt: skip
    nodes = {f"of_{each}": {"use": node, "accelerators": int(each), "nics": int(each)}
             for each in rows.each.unique()}  # fmt: skip
    scenario = {"format": 1, "title": "Exchanges", "platforms": {"nodes": nodes}, "jobs": jobs}
    with tempfile.TemporaryDirectory(prefix="trainyard-calibration-") as folder:
        path = Path(folder) / "scenario.json"
        path.write_text(json.dumps(scenario))
        done = subprocess.run([program, "step", path, "--json", "--platforms", platforms],
                              check=False, capture_output=True, text=True)  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    best = np.full(len(rows), np.inf)
    for step in json.loads(done.stdout)["steps"]:
        at = owner[step["job"]]
        best[at] = min(best[at], step["step_seconds"])
    return best
