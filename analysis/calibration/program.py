"""Asks the simulator how long kernels take under parameters that are being fitted."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from . import platform_files as files


class Pricer:
    """Prices lists of kernels on one chip; `values` go into its "kernel" block."""

    def __init__(self, program: Path, platforms: Path, chip: str, rows: pd.DataFrame) -> None:
        self._program = program
        self._chip = chip
        self._text = files.accelerator_file(platforms, chip).read_text()
        self._folder = tempfile.TemporaryDirectory(prefix="trainyard-calibration-")
        self._root = Path(self._folder.name)
        (self._root / "accelerators").mkdir()
        self._list = self._root / "list.csv"
        rows.drop(columns=["seconds"]).to_csv(self._list, index=False)

    def seconds(self, block: files.Block) -> np.ndarray:
        """Times of all rows, seconds."""
        target = self._root / "accelerators" / f"{self._chip}.json"
        target.write_text(files.with_kernel(self._text, block))
        done = subprocess.run(
            [self._program, "kernels", self._list, "--accelerator", self._chip,
             "--platforms", self._root],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return np.array([float(line) for line in done.stdout.split()[1:]])
