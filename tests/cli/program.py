"""What the tests of the command line share: the program, small scenarios, a folder for each test.

usage of every test here: TEST.py TRAINYARD PROJECT   (the program; the project's folder)
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TRAINYARD, PROJECT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()

STEP = {
    "format": 1,
    "title": "One step",
    "jobs": {"a": {"model": "llama3_8b", "node": "dgx_h100", "chips": 16,
                   "plan": {"tensor": 8, "micro_batches": 4}}},
}

FLEET = {
    "format": 1,
    "title": "A small fleet",
    "seed": 3,
    "horizon": {"from": "2024-01-01", "to": "2024-02-01", "bin": "1 d"},
    "sites": {"austin": {"use": "giga_texas", "power": {
        "house": {"from": "2024-01-01", "limit": "400 kW"}}}},
    "deliveries": {"d": {"node": "dgx_h100", "accelerators": 512, "owner": "tesla",
                         "site": "austin", "arrives": "2024-01-02", "install": "3 d"}},
    "jobs": {
        "fsd": {"model": "fsd_video", "owner": "tesla", "sites": ["austin"], "chips": "all",
                "plan": {"tensor": 8, "micro_batches": 4}},
        "voice": {"model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "chips": 64,
                  "priority": 1, "plan": {"tensor": 8, "micro_batches": 4},
                  "until": "1e10 tokens"}},
}


def varied(scenario, variants, baseline):
    return {**scenario, "variants": variants, "baseline": baseline}


class Test(unittest.TestCase):
    """Each test has a folder of its own, which is the current folder of the program."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # The examples of --help name the shipped scenarios so.
        (self.folder / "scenarios").symlink_to(PROJECT / "scenarios")
        self.write("step.json", STEP)
        self.write("fleet.json", FLEET)

    def write(self, name, scenario):
        path = self.folder / name
        if isinstance(scenario, bytes):
            path.write_bytes(scenario)
        else:
            text = scenario if isinstance(scenario, str) else json.dumps(scenario, indent=1)
            path.write_text(text)
        return path

    def run_program(self, *arguments, **options):
        options = {"cwd": self.folder, "capture_output": True, "text": True, **options}
        return subprocess.run([TRAINYARD, *arguments], timeout=100, **options)

    def succeed(self, *arguments, **options):
        """What the program prints to stdout."""
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, code, *arguments, **options):
        """What the program prints to stderr, and nothing to stdout."""
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertNotIn("this is a bug", done.stderr)
        return done.stderr

    def steps(self, *arguments):
        return json.loads(self.succeed("step", *arguments, "--json"))["steps"]

    def names(self):
        return sorted(path.name for path in self.folder.iterdir() if path.name != "scenarios")

    def unprivileged(self):
        """Options that run the program as someone whom file modes bind, where we are not."""
        if os.geteuid() != 0:
            return {}
        nobody = 65534
        os.chown(self.folder, nobody, nobody)
        options = {"user": nobody, "group": nobody, "extra_groups": []}
        if self.run_program("--version", **options).returncode != 0:
            self.skipTest("the program cannot be run by nobody")
        return options


def main():
    unittest.main(argv=sys.argv[:1])
