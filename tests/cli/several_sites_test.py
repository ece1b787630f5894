#!/usr/bin/python3
"""Scenarios of one model on unlike chips and at several sites say what their notes say."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import PROJECT, Test, main  # noqa: E402

LINKS = ("austin-memphis", "austin-buffalo", "buffalo-memphis")
AS_THEY_ARE = "links as they are"  # the variant that leaves them to --set


class SeveralSites(Test):
    def rates(self, name, *changes, variant=None):
        """Samples/s by variant and job."""
        asked = [argument for change in changes for argument in ("--set", change)]
        if variant is not None:
            asked += ["--variant", variant]
        steps = self.steps(PROJECT / "scenarios" / f"{name}.json", *asked)
        return {(step["variant"], step["job"]): step["samples_per_second"] for step in steps}


class TwoAndThreeSites(SeveralSites):
    def shares(self, bandwidth, of="one site"):
        """By job, of the samples/s of another one, with links of so many Gb/s."""
        rates = self.rates("two-and-three-sites",
                           *(f"/wan/{link}/bandwidth={bandwidth} Gb/s" for link in LINKS),
                           variant=AS_THEY_ARE)
        return {job: rate / rates[AS_THEY_ARE, of] for (_, job), rate in rates.items()}

    def test_each_way_to_train_keeps_95_percent_from_its_bandwidth_on(self):
        for job, bandwidth in {"two sites": 1340, "three sites": 2840, "two sites, DiLoCo": 39.4,
                               "three sites, DiLoCo": 59.8, "two sites, streaming": 1.53,
                               "three sites, streaming": 2.08}.items():
            with self.subTest(job):
                self.assertLess(self.shares(0.97 * bandwidth)[job], 0.95)
                self.assertGreater(self.shares(1.03 * bandwidth)[job], 0.95)

    def test_sites_together_do_more_than_one_with_half_of_the_chips(self):
        half = "half of them, at one site"
        for job, bandwidth in {"two sites": 229, "three sites": 326}.items():
            with self.subTest(job):
                self.assertLess(self.shares(0.97 * bandwidth, half)[job], 1)
                self.assertGreater(self.shares(1.03 * bandwidth, half)[job], 1)

    def test_small_pieces_never_keep_95_percent_at_three_sites(self):
        rates = self.rates("two-and-three-sites", '/jobs/three sites/sync={"chunk": "256 MB"}',
                           *(f"/wan/{link}/bandwidth=100 Tb/s" for link in LINKS),
                           variant=AS_THEY_ARE)
        self.assertLess(rates[AS_THEY_ARE, "three sites"], 0.95 * rates[AS_THEY_ARE, "one site"])

    def test_more_bandwidth_is_never_slower(self):
        rates = self.rates("two-and-three-sites")
        variants = ["100 Gb per s", "200 Gb per s", AS_THEY_ARE, "800 Gb per s",
                    "1600 Gb per s", "6400 Gb per s"]
        for job in {job for _, job in rates}:
            of_job = [rates[variant, job] for variant in variants]
            for less, more in zip(of_job, of_job[1:]):
                self.assertGreaterEqual(more, less * (1 - 1e-9), job)


class UnlikeChips(SeveralSites):
    def test_dojo_and_h100_together_do_nearly_the_mean_of_both(self):
        rates = self.rates("dojo-and-h100")
        mean = (rates["", "dojo"] + rates["", "h100"]) / 2
        self.assertAlmostEqual(rates["", "both"] / mean, 0.99, delta=0.02)
        self.assertLess(rates["", "both, apart"], rates["", "both"])

    def test_two_kinds_do_more_together_than_the_sum_of_both_alone(self):
        rates = self.rates("mixed-beats-parts")
        ratio = rates["", "80 and 40 GB"] / (rates["", "80 GB"] + rates["", "40 GB"])
        self.assertAlmostEqual(ratio, 1.10, delta=0.02)

    def test_with_half_of_the_batch_the_gain_is_smaller(self):
        changes = [f"/jobs/{job}/plan/global_batch=64"
                   for job in ("80 GB", "40 GB", "80 and 40 GB")]
        rates = self.rates("mixed-beats-parts", *changes)
        ratio = rates["", "80 and 40 GB"] / (rates["", "80 GB"] + rates["", "40 GB"])
        self.assertAlmostEqual(ratio, 1.06, delta=0.02)

    def test_slower_chips_hold_up_faster_ones_that_wait_for_them_every_step(self):
        rates = self.rates("mixed-beats-parts")
        self.assertLess(rates["", "h100 and titan rtx"], rates["", "h100"])
        self.assertGreater(rates["", "h100 and titan rtx, local"], rates["", "h100"])

    def test_slower_chips_hold_up_faster_ones_whatever_their_share_of_the_batch(self):
        plan = "/jobs/h100 and titan rtx/branches/titan rtx/plan"
        for micro_batches in (1, 2, 8, 16):
            rates = self.rates("mixed-beats-parts", f"{plan}/micro_batches={micro_batches}")
            self.assertLess(rates["", "h100 and titan rtx"], rates["", "h100"])


if __name__ == "__main__":
    main()
