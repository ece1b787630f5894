#!/usr/bin/python3
"""`trainyard run`: what it prints, what it writes, and what it leaves alone when it fails."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent))
from program import FLEET, PROJECT, STEP, TRAINYARD, Test, main, varied  # noqa: E402

BAD_SCENARIO, CANNOT_WRITE, INTERRUPTED = 65, 73, 130
LEFT = ["fleet.json", "step.json"]


class Output(Test):
    def test_summary_on_stdout_and_time_on_stderr(self):
        done = self.run_program("run", "fleet.json", "-o", "x.h5")
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.startswith("A small fleet\n"))
        self.assertTrue(done.stdout.endswith("Result: x.h5\n"))
        # Progress is for terminals.
        self.assertRegex(done.stderr, r"\A[0-9.]+ s of processor time\n\Z")

    def test_quiet_prints_nothing(self):
        done = self.run_program("run", "fleet.json", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_the_result_is_named_after_the_scenario(self):
        self.succeed("run", "fleet.json")
        self.assertEqual(self.names(), sorted([*LEFT, "fleet.h5"]))

    def test_replicas_give_the_same_bytes_on_any_number_of_processes(self):
        self.write("broken.json", {**FLEET, "failures": {"use": "llama3_405b", "factor": 100}})
        for processes in ("1", "2", "5"):
            self.succeed("run", "broken.json", "-o", f"{processes}.h5", "--replicas", "4",
                         "--processes", processes)
        one = Path(self.folder, "1.h5").read_bytes()
        self.assertEqual(one, Path(self.folder, "2.h5").read_bytes())
        self.assertEqual(one, Path(self.folder, "5.h5").read_bytes())
        with h5py.File(Path(self.folder, "1.h5")) as result:
            self.assertEqual(list(result["replica"]), [3, 4, 5, 6])
            names = [name.decode() for name in result["quantity"]]
            ettr = result["replica_value"][:, names.index("fleet_ettr")]
            self.assertEqual(len(set(ettr)), 4)
            self.assertEqual(ettr[0], result["fleet_ettr"][()])
            mean = result["quantity_mean"][names.index("fleet_ettr")]
            self.assertAlmostEqual(mean, sum(ettr) / 4, places=12)
        # A replica is the run with its seed.
        self.succeed("run", "broken.json", "-o", "third.h5", "--seed", "5")
        with h5py.File(Path(self.folder, "third.h5")) as result:
            self.assertEqual(ettr[2], result["fleet_ettr"][()])

    def test_the_number_of_replicas_is_checked(self):
        done = self.run_program("run", "fleet.json", "--replicas", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--replicas: a number from 1 to 100000 is needed", done.stderr)

    def test_the_schedule_says_when_every_job_ran(self):
        self.succeed("run", "fleet.json", "-o", "x.h5", "--schedule", "x.csv")
        lines = Path(self.folder, "x.csv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(lines[0], "job,owner,workload,submit_s,start_s,end_s,gpus,site,accelerator,"
                                   "queued_s,interruptions")
        self.assertEqual(len(lines), 3)
        with h5py.File(Path(self.folder, "x.h5")) as result:
            start = result["job_started"][0] - result["time"][0]
            self.assertEqual(float(lines[1].split(",")[4]), start)

    def test_json_says_what_the_table_says(self):
        table = self.succeed("run", "fleet.json", "-o", "x.h5")
        summary = json.loads(self.succeed("run", "fleet.json", "-o", "x.h5", "--json"))
        self.assertEqual(summary["result"], "x.h5")
        self.assertGreater(summary["cpu_seconds"], 0)
        self.assertEqual(list(summary["variants"]), [""])
        site = summary["variants"][""]["sites"]["austin"]
        chips = site["accelerators"]["h100_sxm"]
        row = re.search(r"(?m)^austin +h100_sxm +([0-9,]+) +([0-9,]+)", table)
        self.assertEqual(row.group(1), f"{chips['chips_at_end']:,.0f}")
        self.assertEqual(row.group(2), f"{chips['in_storage_at_end']:,.0f}")
        self.assertIn(f"{chips['stored_chip_days']:,.0f}", table)
        row = re.search(r"(?m)^austin +([0-9.]+) +[0-9.]+ +([0-9.]+) +([0-9.]+)$", table)
        self.assertEqual(row.group(1), f"{site['power_peak_watts'] / 1e6:.1f}")
        self.assertEqual(row.group(2), f"{site['energy_joules'] / 3.6e12:.1f}")
        self.assertEqual(row.group(3), f"{site['energy_cost_usd'] / 1e6:.1f}")
        jobs = summary["variants"][""]["jobs"]
        self.assertIsNotNone(jobs["voice"]["finished_unix_seconds"])
        self.assertIsNone(jobs["fsd"]["finished_unix_seconds"])
        self.assertAlmostEqual(jobs["voice"]["samples"], 1e10 / 8192, places=3)

    def test_json_of_steps_says_what_the_table_says(self):
        table = self.succeed("run", "step.json", "-o", "x.h5")
        step, = json.loads(self.succeed("run", "step.json", "-o", "x.h5", "--json"))["steps"]
        self.assertIn(f"a: {step['chips']} h100_sxm\n", table)
        self.assertIn(f"tensor {step['tensor']} x pipeline {step['pipeline']} x data "
                      f"{step['data']}, {step['micro_batches']} micro-batches\n", table)
        self.assertIn(f"MFU {100 * step['mfu']:.1f} %", table)
        self.assertAlmostEqual(sum(step["spent"].values()), step["step_seconds"], places=9)

    def test_differences_from_the_baseline_are_printed(self):
        self.write("varied.json", varied(
            FLEET, {"now": {}, "late": {"/deliveries/d/arrives": "+10 d"}}, "now"))
        text = self.succeed("run", "varied.json")
        self.assertIn("== differences", text)
        self.assertRegex(text, r"(?m)^now .*base")
        self.assertRegex(text, r"(?m)^late +[0-9,.]+ +-\d+\.\d %")


class Inputs(Test):
    def attributes(self, *arguments):
        self.succeed("run", *arguments, "-o", "x.h5", "--quiet")
        with h5py.File(self.folder / "x.h5") as file:
            return dict(file.attrs)

    def test_the_seed_of_the_command_line_lands_in_the_file(self):
        self.assertEqual(self.attributes("fleet.json")["seed"], 3)
        self.assertEqual(self.attributes("fleet.json", "--seed", "7")["seed"], 7)
        self.assertEqual(self.attributes("step.json")["seed"], 0)

    def test_overrides_land_in_the_file(self):
        pointer = "/platforms/accelerators/h100_sxm/peak/bf16"
        found = self.attributes("step.json", "--set", f"{pointer}=x0.5", "--set", "/title=Other")
        self.assertEqual(found["overrides"], f"{pointer}=x0.5\n/title=Other")
        self.assertEqual(found["title"], "Other")
        resolved = json.loads(found["scenario_json"])
        self.assertEqual(resolved["platforms"]["accelerators"]["h100_sxm"]["peak"]["bf16"]["value"],
                         "494700000000000 FLOP/s")

    def test_an_override_of_a_platform_number_changes_the_answer(self):
        def duration(*arguments):
            step, = self.steps("step.json", *arguments)
            return step["step_seconds"]

        self.assertGreater(
            duration("--set", "/platforms/accelerators/h100_sxm/peak/bf16=x0.5"), 1.3 * duration())
        self.assertGreater(
            duration("--set", "/platforms/nodes/dgx_h100/scale_up/bandwidth=100 GB/s"), duration())


class SameBytes(Test):
    RUNS = [("1", "."), ("2", "elsewhere"), ("1", "."), ("7", "elsewhere")]

    def check(self, path, runs):
        (self.folder / "elsewhere").mkdir()
        results = []
        for i, (processes, cwd) in enumerate(runs):
            result = self.folder / ("a-longer-" * i + "name.h5")
            self.succeed("run", path, "-o", result, "--processes", processes, "-q",
                         cwd=self.folder / cwd)
            results.append(result.read_bytes())
        self.assertTrue(all(result == results[0] for result in results))

    def test_runs_elsewhere_otherwise_named_and_in_parallel(self):
        self.check(self.write("varied.json", varied(
            FLEET, {"a": {}, "b": {"/jobs/fsd/plan/tensor": 4}}, "a")), self.RUNS)

    def test_the_three_sites(self):
        self.check(PROJECT / "scenarios" / "three-sites.json", self.RUNS[:2])


class Untouched(Test):
    """A result that is there stays as it was, and nothing is left beside it."""

    def setUp(self):
        super().setUp()
        self.old = self.write("old.h5", b"an old result")

    def check_untouched(self):
        self.assertEqual(self.old.read_bytes(), b"an old result")
        self.assertEqual([name for name in self.names() if "old" in name or "part" in name],
                         ["old.h5"])


class Failures(Untouched):
    def test_bad_scenario(self):
        self.write("bad.json", {**STEP, "titel": 1})
        self.refused(BAD_SCENARIO, "run", "bad.json", "-o", "old.h5")
        self.check_untouched()

    def test_full_disk(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        message = self.refused(CANNOT_WRITE, "run", "fleet.json", "-o", "old.h5", preexec_fn=limit)
        self.assertEqual(message, "old.h5: cannot write the result (File too large); raise the "
                                  "limit on file sizes (ulimit -f), or write to another disk\n")
        self.check_untouched()

    def test_success_replaces_it(self):
        self.succeed("run", "step.json", "-o", "old.h5")
        self.assertTrue(h5py.is_hdf5(self.old))
        self.assertEqual(self.names(), sorted([*LEFT, "old.h5"]))


class Interrupt(Untouched):
    def setUp(self):
        super().setUp()
        # Seconds of work, in many steps.
        self.write("long.json", {
            "format": 1, "title": "Long", "jobs": {
                f"{pipeline} x {data}": {
                    "model": "llama3_405b", "node": "dgx_h100", "chips": 8 * pipeline * data,
                    "plan": {"tensor": 8, "pipeline": pipeline, "data": data,
                             "micro_batches": 128, "recompute": "full"}}
                for pipeline in range(21, 127, 3) for data in (8, 16, 24)}})

    def interrupted(self, number, group):
        process = subprocess.Popen(
            [TRAINYARD, "run", "long.json", "-o", "old.h5"], cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(process.wait)
        time.sleep(0.5)
        self.assertIsNone(process.poll(), "the run was over before it was interrupted")
        (os.killpg if group else os.kill)(process.pid, number)
        out, _ = process.communicate(timeout=20)
        self.assertEqual(out, "")
        return process

    def check_nobody_left(self, process):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        raise AssertionError("processes of the run are still there")

    def test_control_c_ends_it_with_130(self):
        for group in [True, False]:  # as a terminal does; the process alone
            process = self.interrupted(signal.SIGINT, group)
            self.assertEqual(process.returncode, INTERRUPTED)
            self.check_untouched()
            self.check_nobody_left(process)

    def test_a_kill_leaves_the_old_result(self):
        process = self.interrupted(signal.SIGKILL, False)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.check_untouched()
        self.check_nobody_left(process)


main()
