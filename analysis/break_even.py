#!/usr/bin/python3
"""The lowest value of a quantity at which one job keeps a share of another job's throughput.

usage: break_even.py TRAINYARD SCENARIO --pointer POINTER --between LEAST MOST --job NAME --of NAME
                     [--unit UNIT] [--share SHARE] [--within RELATIVE] [--variant NAME]
                     [--set POINTER=VALUE]...

Plays both jobs of the scenario (`trainyard step --json`) with the quantity at POINTER set to values
between LEAST and MOST, by bisection of their logarithm; a POINTER given several times is set each
time. Throughput is samples/s, and is taken to grow with the quantity: where it does not, what is
found is one of the places at which it crosses the share. Prints the value, or why there is none.

    analysis/break_even.py build/release/trainyard scenarios/two-sites-340b.json \\
        --pointer /wan/austin-memphis/bandwidth --unit Gb/s --between 100 20000 \\
        --job "two sites" --of "one site" --share 0.94 --variant "as their gradients come"
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class NotBetween(Exception):
    """The share is reached everywhere between the ends, or nowhere."""


@dataclass(frozen=True)
class Question:
    trainyard: Path
    scenario: Path
    pointers: list[str]
    unit: str
    job: str
    of: str
    variant: str | None = None
    changes: tuple[str, ...] = ()

    def share(self, value: float) -> float:
        """Samples/s of the job over those of the other one."""
        quantity = f"{value:.12g} {self.unit}" if self.unit else f"{value:.12g}"
        changes = [*self.changes, *(f"{pointer}={quantity}" for pointer in self.pointers)]
        return self.rate(self.job, changes) / self.rate(self.of, changes)

    def rate(self, job: str, changes: list[str]) -> float:
        asked = [self.trainyard, "step", self.scenario, "--json", "--job", job]
        if self.variant is not None:
            asked += ["--variant", self.variant]
        for change in changes:
            asked += ["--set", change]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        steps = json.loads(done.stdout)["steps"]
        if len(steps) != 1:
            raise RuntimeError(f"job {job} has {len(steps)} steps; name one with --variant")
        return steps[0]["samples_per_second"]


def lowest(share: Callable[[float], float], wanted: float, least: float, most: float,
           within: float = 1e-3) -> float:
    """The lowest value with that share, too high by at most `within` of it."""
    if share(most) < wanted:
        raise NotBetween(f"{wanted:.3g} is not reached up to {most:g}: {share(most):.3f}")
    if share(least) >= wanted:
        raise NotBetween(f"{wanted:.3g} is reached at {least:g} already: {share(least):.3f}")
    while most / least > 1 + within:
        middle = math.sqrt(least * most)
        if share(middle) >= wanted:
            most = middle
        else:
            least = middle
    return most


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trainyard", type=Path)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--pointer", action="append", required=True, help="what is varied")
    parser.add_argument("--unit", default="", help="of the values, such as Gb/s")
    parser.add_argument("--between", nargs=2, type=float, required=True, metavar=("LEAST", "MOST"))
    parser.add_argument("--job", required=True, help="whose throughput")
    parser.add_argument("--of", required=True, help="over whose")
    parser.add_argument("--share", type=float, default=0.95, help="wanted; default 0.95")
    parser.add_argument("--within", type=float, default=1e-3, help="relative; default 0.001")
    parser.add_argument("--variant", help="of the scenario")
    parser.add_argument("--set", action="append", default=[], metavar="POINTER=VALUE",
                        dest="changes", help="as of trainyard; may be repeated")
    parsed = parser.parse_args(given)
    least, most = parsed.between
    if not 0 < least < most:
        parser.error("--between: two values above 0, the lower one first")
    if parsed.within <= 0:
        parser.error("--within: a number above 0")
    return parsed


def main(given: list[str]) -> int:
    parsed = arguments(given)
    question = Question(parsed.trainyard, parsed.scenario, parsed.pointer, parsed.unit, parsed.job,
                        parsed.of, parsed.variant, tuple(parsed.changes))
    try:
        value = lowest(question.share, parsed.share, *parsed.between, parsed.within)
        reached = question.share(value)
    except (NotBetween, RuntimeError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{value:.6g} {parsed.unit}".rstrip() + f": {reached:.4f} of {parsed.of}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
