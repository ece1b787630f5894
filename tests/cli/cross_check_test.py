#!/usr/bin/python3
"""Shipped scenarios against closed forms: GPT-3's step with every kernel given, and a ring."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import Test, main  # noqa: E402

# (m + 7)(F + B) + k t_send + ring(dp): scenarios/gpt3-175b-1k.json says with which numbers.
GPT3 = {
    "64 ranks": 1_497_413_875e-9,
    "256 ranks": 1_649_300_875e-9,
    "1,024 ranks": 1_687_317_625e-9,
    "64 ranks, 16 micro-batches": 2_296_050_500e-9,
    "64 ranks, 32 micro-batches": 3_893_323_750e-9,
}


class Gpt3(Test):
    def seconds(self, variant, *arguments):
        step, = self.steps("scenarios/gpt3-175b-1k.json", "--variant", variant, *arguments)
        return step["step_seconds"]

    def test_without_contention_it_takes_what_the_sum_by_hand_says(self):
        for variant, expected in GPT3.items():
            with self.subTest(variant):
                seconds = self.seconds(variant, "--contention", "off")
                self.assertAlmostEqual(seconds / expected, 1, delta=1e-6)

    def test_contention_makes_nothing_faster(self):
        for variant in GPT3:
            with self.subTest(variant):
                self.assertGreaterEqual(self.seconds(variant) * (1 + 1e-12),
                                        self.seconds(variant, "--contention", "off"))

    def test_every_rank_played_gives_what_folding_gives(self):
        for variant in ["64 ranks", "256 ranks"]:
            for contention in ["on", "off"]:
                with self.subTest(variant, contention=contention):
                    asked = variant, "--contention", contention
                    self.assertAlmostEqual(self.seconds(*asked, "--full") / self.seconds(*asked),
                                           1, delta=1e-12)


class Ring(Test):
    """Thakur, Rabenseifner and Gropp, doi 10.1177/1094342005051521: 2 (n - 1)(l + S / (n b))."""

    def check(self, n, *arguments):
        expected = 2 * (n - 1) * (2e-6 + 2**30 / (n * 50e9))
        for folding in [[], ["--full"]]:
            with self.subTest(n, folding=folding):
                step, = self.steps("scenarios/ring-all-reduce.json", "--set",
                                   f"/jobs/ring/chips={n}", *arguments, *folding)
                self.assertAlmostEqual(step["step_seconds"] / expected, 1, delta=1e-6)

    def test_every_message_a_flow(self):
        for n in [2, 8, 64, 512]:
            self.check(n, "--set", "/jobs/ring/every_message=true")

    def test_a_flow_for_each_edge(self):
        self.check(4096)


main()
