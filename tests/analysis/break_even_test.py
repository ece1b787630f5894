"""What analysis/break_even.py finds, and scenarios/two-sites-340b.json by a closed form.

usage: break_even_test.py TRAINYARD PROJECT
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(sys.argv.pop(2)).resolve()
TRAINYARD = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(PROJECT / "analysis"))

import break_even  # noqa: E402

NEMOTRON = PROJECT / "scenarios" / "two-sites-340b.json"
LINK = "/wan/austin-memphis/bandwidth"
AS_THEY_COME = "as their gradients come"


def question(variant=AS_THEY_COME, changes=()):
    return break_even.Question(TRAINYARD, NEMOTRON, [LINK], "Gb/s", "two sites", "one site",
                               variant, changes)


def step(job):
    done = subprocess.run([TRAINYARD, "step", NEMOTRON, "--json", "--job", job, "--variant",
                           AS_THEY_COME], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["steps"][0]


class Bisection(unittest.TestCase):
    def test_the_lowest_value_with_the_share_is_found_from_above(self):
        found = break_even.lowest(lambda value: 1 - 30 / value, 0.9, 1, 1e6, 1e-4)
        self.assertGreaterEqual(found, 300)
        self.assertLess(found, 300 * 1.0001)

    def test_a_share_that_is_reached_nowhere_or_everywhere_has_no_lowest_value(self):
        with self.assertRaisesRegex(break_even.NotBetween, "0.9 is not reached up to 100: 0.700"):
            break_even.lowest(lambda value: 1 - 30 / value, 0.9, 1, 100)
        with self.assertRaisesRegex(break_even.NotBetween, "0.9 is reached at 400 already: 0.925"):
            break_even.lowest(lambda value: 1 - 30 / value, 0.9, 400, 1000)


class CommandLine(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run([sys.executable, PROJECT / "analysis" / "break_even.py", TRAINYARD,
                               NEMOTRON, *arguments], capture_output=True, text=True, check=False)

    def asked(self, least, most, *more):
        return self.run_script("--pointer", LINK, "--unit", "Gb/s", "--between", least, most,
                               "--job", "two sites", "--of", "one site", "--variant", AS_THEY_COME,
                               *more)

    def test_it_prints_the_value_and_what_is_reached(self):
        done = self.asked("2000", "4000", "--share", "0.94", "--within", "0.1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^[23]\d{3}(\.\d+)? Gb/s: 0\.9[45]\d\d of one site\n$")

    def test_what_cannot_be_found_is_said(self):
        done = self.asked("1", "2")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^0\.95 is not reached up to 2: 0\.00\d\n$")

    def test_what_trainyard_refuses_is_passed_on(self):
        done = self.asked("1", "2", "--set", "/jobs/one site/chips=7")
        self.assertEqual(done.returncode, 1)
        self.assertIn("7 is no multiple of the 8 accelerators of a dgx_h100", done.stderr)

    def test_ends_in_the_wrong_order_are_refused(self):
        self.assertEqual(self.asked("2", "1").returncode, 2)


class TwoSites(unittest.TestCase):
    """docs/several-sites.md, "By hand"."""

    @classmethod
    def setUpClass(cls):
        cls.found = break_even.lowest(question().share, 0.94, 1000, 10000, 2e-3)

    def by_hand(self):
        """Gb/s."""
        alone = step("one site")
        layers, micro_batches, stages = 96, alone["micro_batches"], alone["pipeline"]
        layer = 2 * 18432**2 * (1 + 8 / 96) + 2 * 18432 * 73728
        head = 256000 * 18432
        bits = 16 * (layers * layer + 2 * head)
        # Parts of 50 GB: the head and as many layers as it takes, then parts of layers alone.
        first = -(-(50e9 - 2 * head) // (2 * layer))
        each = -(-50e9 // (2 * layer))
        parts = 1 + -(-(layers - first) // each)
        self.assertEqual((first, each, parts), (6, 8, 13))
        middle = alone["stages"][5]
        passes = (middle["groups"]["compute_seconds"]
                  + middle["spent"]["tensor_exchange_seconds"])
        backward = 2 / 3 * passes / (micro_batches * layers / stages)
        allowed = alone["step_seconds"] * (1 / 0.94 - 1)
        hidden = (layers - first) * backward
        return bits / (allowed + hidden - parts * 2 * 10.5e-3) / 1e9

    def test_the_bandwidth_is_that_of_the_closed_form(self):
        self.assertAlmostEqual(self.by_hand() / self.found, 1, delta=0.1)
        self.assertAlmostEqual(self.found / 2873, 1, delta=0.02)

    def test_with_less_bandwidth_throughput_is_lower(self):
        self.assertGreaterEqual(question().share(self.found), 0.94)
        self.assertLess(question().share(self.found * 0.95), 0.94)

    def test_all_at_the_end_is_not_enough(self):
        share = question("all at the end").share(self.found)
        self.assertLess(share, 0.94)
        self.assertAlmostEqual(share, 0.85, delta=0.01)

    def test_small_pieces_wait_for_their_messages(self):
        self.assertLess(question("small pieces").share(self.found),
                        question("all at the end").share(self.found))


if __name__ == "__main__":
    unittest.main()
