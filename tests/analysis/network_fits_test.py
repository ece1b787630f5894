"""Bandwidths by size become a bandwidth, an overhead and a latency."""

import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(sys.argv.pop(1)).resolve()))

import network_fits as fits  # noqa: E402


class NetworkFits(unittest.TestCase):
    def test_a_link_of_the_form_that_is_fitted_comes_back(self):
        link = fits.Link(bandwidth=20e9, overhead=2.0**20, latency=5e-6, residual=0, worst=0)
        found = fits.fitted(fits.SIZES, link.seconds(fits.SIZES))
        self.assertAlmostEqual(found.bandwidth / 20e9, 1, places=9)
        self.assertAlmostEqual(found.latency / 5e-6, 1, places=6)
        self.assertEqual(found.overhead, 2.0**20)
        self.assertLess(found.worst, 1e-9)

    def test_messages_of_the_overhead_reach_half_of_the_bandwidth(self):
        link = fits.Link(bandwidth=1e9, overhead=1e6, latency=0, residual=0, worst=0)
        rates = np.array([1e3, 1e6, 1e9]) / link.seconds(np.array([1e3, 1e6, 1e9]))
        np.testing.assert_allclose(rates / 1e9, [0.5, 0.5, 1], rtol=2e-3)

    def test_a_polynomial_is_in_gigabytes_by_doublings_of_a_mebibyte(self):
        sizes, seconds = fits.polynomial_seconds((0, 1, 2), np.array([2.0**17, 2.0**20, 2.0**22]))
        np.testing.assert_array_equal(sizes, [2.0**20, 2.0**22])  # at 2^17 it is below zero
        np.testing.assert_allclose(seconds, [2.0**20 / 2e9, 2.0**22 / 4e9])

    def test_no_link_is_given_more_bandwidth_than_it_shows(self):
        sizes, seconds = fits.polynomial_seconds((0, 0, 3), fits.SIZES)
        self.assertAlmostEqual(fits.fitted(sizes, seconds).bandwidth / 3e9, 1, places=6)

    def test_latencies_are_never_below_zero(self):
        self.assertGreaterEqual(
            fits.fitted(fits.SIZES, fits.SIZES / 1e9 - 1e-5 * (fits.SIZES / 2.0**16)**0.5).latency,
            0)


if __name__ == "__main__":
    unittest.main()
