#!/usr/bin/python3
"""Fits what is fitted in platforms/ to published measurements, and writes it there.

    analysis/calibrate.py kernels      products, attention: the "kernel" block of accelerators
    analysis/calibrate.py steps        sustained clocks and software profiles, on half of the steps

Collectives have analysis/calibrate_collectives.py. Each figure is written with the rows that it was
fitted to, the error on rows that were not, and the first digits of the tables' SHA-256.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from calibration import steps, writing  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("part", choices=["kernels", "steps"])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "validation")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "trainyard")
    parser.add_argument("--platforms", type=Path, default=ROOT / "platforms")
    parser.add_argument("--only", default="", help="steps: groups with this in their names")
    parser.add_argument("--check", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data}: no measurements here; say where they are with --data")
        return 66
    write = not options.check
    if options.part == "kernels":
        writing.run(options.program, options.platforms, options.data, write)
    else:
        steps.run(options.program, options.platforms, options.data, write, options.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
