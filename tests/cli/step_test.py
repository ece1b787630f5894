#!/usr/bin/python3
"""`trainyard step`: the same steps as in a fleet's result, folded as in full."""

import sys
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent))
from program import FLEET, STEP, Test, main, varied  # noqa: E402

# Columns of the result file by key of the JSON.
COLUMNS = {
    "chips": "step_chips", "left_over": "step_left_over", "tensor": "step_tensor",
    "pipeline": "step_pipeline", "data": "step_data", "micro_batches": "step_micro_batches",
    "step_seconds": "step_duration", "samples": "step_samples", "tokens": "step_tokens",
    "model_flop": "step_model_flop", "mfu": "step_mfu",
    "memory_capacity_bytes": "step_memory_capacity",
}


class Fleet(Test):
    def check(self, scenario, count):
        self.write("x.json", scenario)
        self.succeed("run", "x.json", "-o", "x.h5", "--quiet")
        with h5py.File(self.folder / "x.h5") as file:
            rows = file["step"].shape[0]
            self.assertGreaterEqual(rows, count)
            activities = [name.decode() for name in file["activity"][...]]
            for i in range(rows):
                asked = ["--job", file["step_job"][i].decode(),
                         "--chips", str(file["step_chips"][i])]
                if "step_variant" in file:
                    asked += ["--variant", file["step_variant"][i].decode()]
                step, = self.steps("x.json", *asked)
                for key, column in COLUMNS.items():
                    self.assertEqual(step[key], file[column][i], (asked, key))
                self.assertEqual(step["accelerator"], file["step_accelerator"][i].decode())
                self.assertEqual([step["spent"][f"{name}_seconds"] for name in activities],
                                 list(file["step_time"][i]))

    def test_a_step_alone_is_the_step_of_the_fleet(self):
        self.check(FLEET, 2)

    def test_a_step_of_a_variant_is_the_step_of_the_variant(self):
        slow = {"/platforms/nodes/dgx_h100/nic/bandwidth": "x0.5"}
        self.check(varied(FLEET, {"a": {}, "b": slow}, "a"), 4)

    def test_all_jobs_of_all_variants_are_played_on_all_their_chips(self):
        self.write("x.json", varied(FLEET, {"a": {}, "b": {}}, "a"))
        self.assertEqual([(step["variant"], step["job"], step["chips"])
                          for step in self.steps("x.json")],
                         [("a", "fsd", 512), ("a", "voice", 64),
                          ("b", "fsd", 512), ("b", "voice", 64)])


class Folding(Test):
    def test_every_rank_played_gives_what_folding_gives(self):
        dojo = {"model": "optimus_policy", "node": "dojo_tray", "chips": 150,
                "plan": {"tensor": 5, "pipeline": 6, "micro_batches": 12, "recompute": "full",
                         "order": "tensor-pipeline-data"}}
        dense = STEP["jobs"]["a"]
        self.write("x.json", {**STEP, "jobs": {
            "data": {**dense, "chips": 32},
            "pipeline": {**dense, "chips": 32,
                         "plan": {"tensor": 4, "pipeline": 4, "micro_batches": 8}},
            "gpipe": {**dense, "chips": 32, "plan": {"tensor": 2, "pipeline": 4, "micro_batches": 4,
                                                     "schedule": "gpipe", "recompute": "full"}},
            "dojo": dojo}})
        folded, full = self.steps("x.json"), self.steps("x.json", "--full")
        self.assertEqual(len(folded), 4)
        for one, other in zip(folded, full):
            self.assertAlmostEqual(one["step_seconds"] / other["step_seconds"], 1, delta=1e-9,
                                   msg=one["job"])
            self.assertEqual(one["data"], other["data"])
            self.assertEqual(one["memory_bytes"], other["memory_bytes"])

    def test_the_reference_network_is_near(self):
        fair, = self.steps("step.json", "--full")
        s4u, = self.steps("step.json", "--full", "--network", "s4u")
        self.assertAlmostEqual(s4u["step_seconds"] / fair["step_seconds"], 1, delta=0.02)


class Chips(Test):
    def test_chips_are_rounded_up_to_whole_nodes(self):
        step, = self.steps("step.json", "--chips", "17")
        self.assertEqual(step["chips"], 24)
        self.assertEqual((step["data"], step["left_over"]), (3, 0))

    def test_what_the_plan_cannot_use_is_left_over(self):
        step, = self.steps("step.json", "--chips", "24", "--set", "/jobs/a/plan/pipeline=2")
        self.assertEqual((step["data"], step["left_over"]), (1, 8))

    def test_it_writes_nothing(self):
        self.succeed("step", "step.json")
        self.assertEqual(self.names(), ["fleet.json", "step.json"])


main()
