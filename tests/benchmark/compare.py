#!/usr/bin/python3
"""Compares two runs of the benchmark: processor seconds and peak memory, new over old.

usage: compare.py OLD.json NEW.json
"""

import json
import sys


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old, new = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    print(f"{'case':48} {'old s':>8} {'new s':>8} {'ratio':>6} {'old MB':>7} {'new MB':>7}")
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            print(f"{name:48} only in {sys.argv[1] if name in old else sys.argv[2]}")
            continue
        before, after = old[name], new[name]
        ratio = after["cpu_seconds"] / max(1e-9, before["cpu_seconds"])
        print(f"{name:48} {before['cpu_seconds']:8.4f} {after['cpu_seconds']:8.4f} {ratio:6.2f} "
              f"{before['peak_megabytes']:7.0f} {after['peak_megabytes']:7.0f}")


if __name__ == "__main__":
    main()
