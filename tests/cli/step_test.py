#!/usr/bin/python3
"""`trainyard step`: the same steps as in a fleet's result, folded as in full; what it explains, and
its timeline."""

import itertools
import json
import sys
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent))
from program import FLEET, STEP, Test, main, varied  # noqa: E402

# Columns of the result file by key of the JSON.
COLUMNS = {
    "chips": "step_chips", "left_over": "step_left_over", "tensor": "step_tensor",
    "context": "step_context", "pipeline": "step_pipeline", "data": "step_data",
    "expert": "step_expert", "micro_batches": "step_micro_batches",
    "step_seconds": "step_duration", "samples": "step_samples", "tokens": "step_tokens",
    "model_flop": "step_model_flop", "hardware_flop": "step_hardware_flop", "mfu": "step_mfu",
    "hfu": "step_hfu", "energy_joules": "step_energy", "scale_out_bytes": "step_scale_out",
    "memory_capacity_bytes": "step_memory_capacity",
}

BAND = {
    "rows": "step_family_rows", "low_seconds": "step_duration_low",
    "high_seconds": "step_duration_high", "extrapolated": "step_extrapolated",
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


class Memory(Test):
    def test_a_step_that_does_not_fit_is_played_where_memory_is_ignored(self):
        whole = {**STEP["jobs"]["a"], "model": "llama3_70b"}
        self.write("x.json", {**STEP, "jobs": {"a": whole}})
        self.assertIn("memory", self.refused(65, "step", "x.json"))
        step, = self.steps("x.json", "--memory", "ignore")
        self.assertEqual(step["fits"], 0)
        self.assertGreater(step["memory_bytes"], step["memory_capacity_bytes"])
        self.assertGreater(step["step_seconds"], 0)
        self.assertIn("memory", self.refused(65, "step", "x.json", "--memory", "check"))

    def test_a_step_that_fits_is_the_same_either_way(self):
        checked, = self.steps("step.json")
        ignored, = self.steps("step.json", "--memory", "ignore")
        self.assertEqual(checked["fits"], 1)
        self.assertEqual(checked, ignored)


class Confidence(Test):
    """What predictions are worth, of a folder of our own before that of the program."""
    FAMILY = {"rows": 12, "low": 0.75, "middle": 1, "high": 1.5, "largest_accelerators": 16}

    def setUp(self):
        super().setUp()
        (self.folder / "own").mkdir()
        self.write("x.json", {**STEP, "jobs": {
            "a": {**STEP["jobs"]["a"], "software": "mlperf_nemo"}}})
        self.asked = ["x.json", "--platforms", "own"]

    def families(self, *names):
        self.write("own/confidence.json", {"families": dict.fromkeys(names, self.FAMILY)})

    def test_a_band_is_the_step_times_what_its_family_says(self):
        self.families("h100_sxm/mlperf_nemo")
        step, = self.steps(*self.asked)
        seconds = step["step_seconds"]
        self.assertEqual(step["confidence"], {
            "family": "h100_sxm/mlperf_nemo", "rows": 12, "low_seconds": seconds * 0.75,
            "middle_seconds": seconds, "high_seconds": seconds * 1.5, "extrapolated": 0})
        text = self.succeed("step", *self.asked)
        self.assertRegex(text, r"(?m)^  measured   .* by 8 of 10 steps measured:$")
        self.assertIn(f" 12 of h100_sxm/mlperf_nemo; weakest input {step['weakest_input']}\n", text)

    def test_the_file_has_the_band_and_the_weakest_input_of_the_json(self):
        for names in [["h100_sxm/mlperf_nemo"], []]:
            self.families(*names)
            step, = self.steps(*self.asked)
            self.succeed("run", *self.asked, "-o", "x.h5", "--quiet")
            seconds = step["step_seconds"]
            band = {"family": "", "rows": 0, "low_seconds": seconds, "high_seconds": seconds,
                    "extrapolated": 1, **(step["confidence"] or {})}
            with h5py.File(self.folder / "x.h5") as file:
                for key, column in BAND.items():
                    self.assertEqual(band[key], file[column][0], key)
                self.assertEqual(band["family"], file["step_family"][0].decode())
                self.assertEqual(step["weakest_input"], file["step_weakest_input"][0].decode())

    def test_more_than_twice_the_largest_and_another_family_are_extrapolated(self):
        self.families("h100_sxm/mlperf_nemo")
        for chips, far in [(32, 0), (40, 1)]:
            step, = self.steps(*self.asked, "--chips", str(chips))
            self.assertEqual(step["confidence"]["extrapolated"], far, chips)
        self.families("mlperf_nemo")
        step, = self.steps(*self.asked)
        self.assertEqual(step["confidence"]["extrapolated"], 1)
        self.assertIn("12 of mlperf_nemo, extrapolated", self.succeed("step", *self.asked))

    def test_where_nothing_was_measured_there_is_no_band(self):
        self.families()
        step, = self.steps(*self.asked)
        self.assertIsNone(step["confidence"])
        self.assertIn("  measured   nothing to compare with; weakest input ",
                      self.succeed("step", *self.asked))

    def test_a_collective_has_no_band(self):
        self.families("h100_sxm", "all")
        self.write("x.json", COLLECTIVE)
        step, = self.steps(*self.asked)
        self.assertIsNone(step["confidence"])
        self.assertNotIn("measured", self.succeed("step", *self.asked))

    def test_the_weakest_input_is_of_what_goes_into_the_step(self):
        marks = {"value": "1 us", "status": "verified", "source": "a test"}
        self.families()
        step, = self.steps(*self.asked)
        self.assertIn(step["weakest_input"], ("verified", "secondary", "assumed"))
        # A platform that the job does not use changes nothing, one that it uses does.
        verified = {"summary": "All known", "host": marks}
        self.write("x.json", {**STEP, "platforms": {"software": {"a": verified, "b": {
            "summary": "Guessed", "host": {**marks, "status": "assumed"}}}},
            "jobs": {"a": {**STEP["jobs"]["a"], "software": "a"}}})
        known, = self.steps("x.json")
        guessed, = self.steps("x.json", "--set", "/jobs/a/software=b")
        self.assertEqual(guessed["weakest_input"], "assumed")
        order = ["verified", "secondary", "assumed"]
        self.assertLessEqual(order.index(known["weakest_input"]),
                             order.index(guessed["weakest_input"]))

    def test_a_confidence_file_that_is_wrong_is_refused(self):
        self.write("own/confidence.json", {})
        self.assertIn('own/confidence.json:1:1: missing "families"',
                      self.refused(65, "step", *self.asked))


PIPELINE = {**STEP, "jobs": {"a": {**STEP["jobs"]["a"], "chips": 32, "plan": {
    "tensor": 2, "pipeline": 4, "micro_batches": 8, "recompute": "full"}}}}
COLLECTIVE = {"format": 1, "title": "A collective", "jobs": {"a": {
    "collective": "all_reduce", "bytes": "1 GB", "node": "dgx_h100", "chips": 16}}}
GROUPS = {
    "compute": ["gemm", "attention", "memory_bound", "measured", "host_wait", "interference",
                "recompute"],
    "exposed_communication": ["tensor_exchange", "context_exchange", "expert_exchange",
                              "parameter_wait", "gradient_wait"],
    "memory_stream": ["memory_stream"], "bubble": ["pipeline_wait", "finished"],
    "input": ["input_wait"], "optimizer": ["optimizer"],
}


class Detail(Test):
    def setUp(self):
        super().setUp()
        self.write("x.json", PIPELINE)
        self.write("c.json", COLLECTIVE)

    def test_times_of_stages_and_groups_sum_to_the_step(self):
        step, = self.steps("x.json")
        self.assertEqual([stage["stage"] for stage in step["stages"]], [0, 1, 2, 3])
        for part in [step, *step["stages"]]:
            self.assertAlmostEqual(sum(part["spent"].values()), step["step_seconds"], places=9)
            for group, activities in GROUPS.items():
                self.assertAlmostEqual(part["groups"][f"{group}_seconds"], sum(
                    part["spent"][f"{name}_seconds"] for name in activities), places=9)
            self.assertAlmostEqual(sum(part["memory"].values()) / part["memory_bytes"], 1)
        self.assertEqual(sum(stage["ranks"] for stage in step["stages"]), step["ranks"])

    def test_the_fullest_stage_and_the_one_that_bounds_are_named(self):
        step, = self.steps("x.json")
        stages = step["stages"]
        self.assertEqual(stages[step["fullest_stage"]]["memory_bytes"], step["memory_bytes"])
        self.assertEqual(step["memory_bytes"], max(stage["memory_bytes"] for stage in stages))
        bubbles = [stage["groups"]["bubble_seconds"] for stage in stages]
        self.assertEqual(bubbles[step["bounding_stage"]], min(bubbles))

    def test_links_are_used_at_most_wholly(self):
        step, = self.steps("x.json")
        links = {link["kind"]: link for link in step["links"]}
        self.assertIn("nic out", links)
        for link in links.values():
            self.assertLessEqual(0, link["utilisation_mean"])
            self.assertLessEqual(link["utilisation_mean"], link["utilisation_busiest"] * (1 + 1e-9))
            self.assertLessEqual(link["utilisation_busiest"], 1 + 1e-9)
        self.assertAlmostEqual(links["nic out"]["bytes"] / step["scale_out_bytes"], 1)

    def test_recomputation_is_what_parts_hfu_from_mfu(self):
        step, = self.steps("x.json")
        self.assertGreater(step["hfu"], 1.25 * step["mfu"])
        step, = self.steps("step.json")
        self.assertEqual(step["hfu"], step["mfu"])

    def test_the_text_says_what_the_json_says_in_80_columns(self):
        step, = self.steps("x.json")
        text = self.succeed("step", "x.json", "--explain")
        self.assertIn(f"MFU {100 * step['mfu']:.1f} %, HFU {100 * step['hfu']:.1f} %\n", text)
        self.assertIn(f" {step['tokens_per_second']:.0f} tokens/s\n", text)
        self.assertRegex(text, rf"(?m)^  time goes to .* stage {step['bounding_stage']} ")
        self.assertRegex(text, rf"(?m)^  {step['fullest_stage']}\* ")
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_a_collective_has_the_bandwidths_of_nccl_tests(self):
        step, = self.steps("c.json")
        collective = step["collective"]
        self.assertEqual(collective["operation"], "all_reduce")
        algorithm = collective["algorithm_bandwidth_bytes_per_second"]
        self.assertAlmostEqual(algorithm, 1e9 / step["step_seconds"], delta=1)
        self.assertAlmostEqual(collective["bus_bandwidth_bytes_per_second"] / algorithm,
                               2 * 15 / 16)
        for key in ["mfu", "hfu", "energy_joules_per_sample", "energy_joules_per_token"]:
            self.assertIsNone(step[key])
        text = self.succeed("step", "c.json", "--explain")
        self.assertIn("all_reduce of 1 GB by 16 ranks", text)
        self.assertIn("bottleneck: the exchange, 100.0 % of the step", text)
        for word in ["nan", "inf", "MFU", "samples"]:
            self.assertNotIn(word, text)

    def test_without_contention_nothing_takes_longer(self):
        for name in ["x.json", "step.json", "c.json"]:
            shared, = self.steps(name)
            alone, = self.steps(name, "--contention", "off")
            self.assertLessEqual(alone["step_seconds"], shared["step_seconds"] * (1 + 1e-9))


class Seed(Test):
    def seconds(self, *arguments):
        step, = self.steps("x.json", *arguments)
        return step["step_seconds"]

    def test_a_seed_draws_other_speeds_of_chips(self):
        dense = STEP["jobs"]["a"]
        self.write("x.json", {**STEP, "jobs": {"a": {
            **dense, "plan": {**dense["plan"], "jitter": 0.02}}}})
        self.assertEqual(self.seconds(), self.seconds("--seed", "0"))
        self.assertNotEqual(self.seconds(), self.seconds("--seed", "1"))
        self.succeed("run", "x.json", "-o", "x.h5", "-q", "--seed", "1")
        with h5py.File(self.folder / "x.h5") as file:
            self.assertEqual(file["step_duration"][0], self.seconds("--seed", "1"))


# On software that takes no time of its own, whatever is fitted to that of the library.
PLAIN = {**STEP, "platforms": {"software": {"plain": {"summary": "Nothing waits for a host"}}},
         "jobs": {"a": {**STEP["jobs"]["a"], "software": "plain"}}}


class Explain(Test):
    def explained(self, scenario, *arguments):
        self.write("x.json", scenario)
        step, = self.steps("x.json", "--explain", *arguments)
        return step

    def test_what_is_faster_never_makes_the_step_longer_nor_more_than_10_percent_shorter(self):
        for scenario in [STEP, PIPELINE, COLLECTIVE]:
            faster = self.explained(scenario)["ten_percent_faster"]
            self.assertEqual(set(faster), {"chip", "memory", "scale-up", "scale-out"})
            for part in faster.values():
                self.assertGreaterEqual(part["gain"], -1e-9)
                self.assertLessEqual(part["gain"], 0.1 + 1e-9)
            gains = [part["gain"] for part in faster.values()]
            self.assertEqual(gains, sorted(gains, reverse=True))

    def test_a_gain_is_that_of_the_scenario_with_the_faster_part(self):
        faster = self.explained(STEP)["ten_percent_faster"]
        for part, pointers in [
                ("chip", ["/platforms/accelerators/h100_sxm/peak/bf16"]),
                ("scale-out", ["/platforms/nodes/dgx_h100/nic/bandwidth"]),
                ("scale-up", ["/platforms/nodes/dgx_h100/scale_up/bandwidth"])]:
            changes = itertools.chain(*(["--set", f"{pointer}=x1.1"] for pointer in pointers))
            step, = self.steps("x.json", *changes)
            self.assertAlmostEqual(step["step_seconds"] / faster[part]["step_seconds"], 1, places=9)

    def test_the_bottleneck_is_the_largest_part(self):
        step = self.explained(PLAIN)
        self.assertEqual(step["bottleneck"]["name"], "gemm")
        self.assertAlmostEqual(step["bottleneck"]["share"],
                               step["spent"]["gemm_seconds"] / step["step_seconds"])
        self.assertIsNone(step["bottleneck"]["busiest_links"])
        self.assertEqual(list(step["ten_percent_faster"])[0], "chip")

    def test_slow_interfaces_are_told_from_slow_chips(self):
        slow = "/platforms/nodes/dgx_h100/nic/bandwidth=x0.01"
        step = self.explained(PLAIN, "--set", slow)
        self.assertEqual(step["bottleneck"]["name"], "gradient_wait")
        self.assertIn(step["bottleneck"]["busiest_links"], ("nic in", "nic out"))
        self.assertEqual(list(step["ten_percent_faster"])[0], "scale-out")
        text = self.succeed("step", "x.json", "--explain", "--set", slow)
        self.assertIn("bottleneck: the gradient exchange, ", text)
        self.assertRegex(text, 'of the links played the busiest are of the kind "nic (in|out)", ')
        self.assertRegex(text, r"(?m)^  scale-out .* \+9\.\d\d %$")

    def test_nothing_is_explained_unasked(self):
        self.assertNotIn("bottleneck", self.succeed("step", "step.json"))
        step, = self.steps("step.json")
        self.assertNotIn("ten_percent_faster", step)


class Trace(Test):
    def traced(self, scenario, *arguments):
        """The step, and what happened in it: (process, thread) -> [(name, start, end)], seconds."""
        self.write("x.json", scenario)
        step, = self.steps("x.json", "--trace", "t.json", *arguments)
        self.names_of, threads = {}, {}
        for event in json.loads((self.folder / "t.json").read_text())["traceEvents"]:
            place = event["pid"], event["tid"]
            if event["ph"] == "M":
                self.names_of[(event["name"], *place)] = event["args"].get("name")
                continue
            self.assertEqual(event["ph"], "X")
            self.assertGreaterEqual(event["ts"], 0)
            self.assertGreaterEqual(event["dur"], 0)
            start = event["ts"] * 1e-6
            threads.setdefault(place, []).append((event["name"], start, start + event["dur"] * 1e-6))
        return step, threads

    def name(self, thread):
        return self.names_of[("thread_name", *thread)]

    def check(self, step, threads):
        for thread, events in threads.items():
            self.assertIsNotNone(self.name(thread))
            for (_, _, end), (name, start, _) in itertools.pairwise(sorted(
                    events, key=lambda event: event[1:])):
                self.assertGreaterEqual(start, end - 1e-10, (thread, name))
        last = max(end for events in threads.values() for _, _, end in events)
        self.assertAlmostEqual(last, step["step_seconds"], delta=2e-9)
        for thread, events in threads.items():
            if self.name(thread) == "compute":
                busy = sum(end - start for _, start, end in events)
                self.assertAlmostEqual(busy, max(end for _, _, end in events), delta=1e-6)

    def test_it_covers_the_step_and_nothing_overlaps_on_a_thread(self):
        for scenario in [STEP, PIPELINE, COLLECTIVE]:
            self.check(*self.traced(scenario))

    def test_every_rank_is_a_process_and_every_stream_a_thread(self):
        _, threads = self.traced(PIPELINE, "--full")
        processes = {name for key, name in self.names_of.items() if key[0] == "process_name"}
        self.assertEqual(len(processes), 32)
        self.assertIn("stage 3, rank 31", processes)
        self.assertEqual(len({process for process, _ in threads}), 32)
        streams = {self.name(thread) for thread in threads}
        self.assertLessEqual({"compute", "activations", "activation gradients", "gradients"},
                             streams)

    def test_operators_say_their_micro_batch(self):
        self.traced(PIPELINE)
        events = json.loads((self.folder / "t.json").read_text())["traceEvents"]
        found = {event["args"]["micro_batch"] for event in events
                 if event["ph"] == "X" and event["name"].startswith("forward: ")}
        self.assertEqual(found, set(range(8)))

    def test_it_is_put_in_place_as_a_whole(self):
        self.succeed("step", "step.json", "--trace", "t.json")
        self.assertEqual(self.names(), ["fleet.json", "step.json", "t.json"])

    def test_one_job_of_several_is_chosen_by_name(self):
        self.succeed("step", "fleet.json", "--job", "voice", "--trace", "t.json")


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
