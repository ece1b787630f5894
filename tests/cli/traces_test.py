#!/usr/bin/python3
"""Start times of every job of published traces against schedules of other simulators.

The files lie beside the project (traces/README.md there says where each is from and what its
schedulers do); without them the tests are skipped. Excerpts that are always there are tested in
tests/scheduling.
"""

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import PROJECT, Test, main  # noqa: E402

TRACES = PROJECT.parent / "shared" / "traces"


class Schedules(Test):
    def setUp(self):
        super().setUp()
        if not TRACES.is_dir():
            print("skipped: no traces beside the project", file=sys.stderr)
            self.skipTest("no traces beside the project")

    def rows(self, file, policy, nodes, each, **trace):
        """What became of each job of the trace, and of the golden file, which may be the same."""
        self.write("trace.json", {
            "format": 1, "title": "A trace",
            "horizon": {"from": "2017-01-01", "to": "2019-01-01", "bin": "7 d"},
            "platforms": {"nodes": {"server": {"use": "dgx_h100", "accelerators": each}}},
            "sites": {"lab": {"use": "giga_texas"}},
            "deliveries": {"all": {"node": "server", "accelerators": nodes * each, "owner": "lab",
                                   "site": "lab", "arrives": "2016-01-01", "install": "0 s"}},
            "workloads": {"w": {"trace": {"file": str(TRACES / file), **trace}, "owner": "lab",
                                "sites": ["lab"], "chips_of": ["lab"]}},
            "scheduling": {"policy": policy}})
        self.succeed("run", "trace.json", "-o", "trace.h5", "--schedule", "trace.csv", "--quiet")
        with open(self.folder / "trace.csv", encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    def equal_starts(self, rows, golden, column):
        with open(TRACES / golden, encoding="utf-8", newline="") as table:
            expected = list(csv.DictReader(table))
        self.assertEqual(len(rows), len(expected))
        return sum(float(row["start_s"]) == float(one[column])
                   for row, one in zip(rows, expected))

    def test_philly_starts_are_all_equal(self):
        for file, nodes, jobs in (("philly_2869ce_16nodes_helios_golden.csv", 16, 315),
                                  ("philly_11cb48_8nodes_helios_golden.csv", 8, 11897)):
            for policy in ("fifo", "sjf"):
                with self.subTest(file=file, policy=policy):
                    rows = self.rows(file, policy, nodes, 8)
                    self.assertEqual(self.equal_starts(rows, file, f"{policy}_start_s"), jobs)

    def test_hpc2n_starts_differ_where_the_golden_loop_has_jobs_of_minus_one_second(self):
        file, golden = "hpc2n_first3170.swf", "hpc2n_accasim_golden.csv"
        for policy, least in (("fifo", 3157), ("sjf", 3164)):
            with self.subTest(policy=policy):
                rows = self.rows(file, policy, 240, 1, invalid="zero")
                self.assertGreaterEqual(self.equal_starts(rows, golden, f"{policy}_start_s"), least)

    def test_hpc2n_waits_as_long_under_backfill_as_the_textbook_says(self):
        rows = self.rows("hpc2n_first3170.swf", "easy", 240, 1, invalid="zero")
        waits = [float(row["start_s"]) - float(row["submit_s"]) for row in rows]
        self.assertAlmostEqual(sum(waits) / len(waits), 3485.52, places=1)


if __name__ == "__main__":
    main()
