#!/usr/bin/python3
"""Tests of analysis/accuracy: how published rows become jobs, and how errors are summed up.

usage: accuracy_test.py ANALYSIS_FOLDER
"""

import math
import sys
import types
import unittest
from pathlib import Path

ANALYSIS = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(ANALYSIS))

from accuracy import (bands, degrees, machines, models, page, plans, simulator,  # noqa: E402
                      software, statistics, tables, tpu)

DATA = ANALYSIS.parent.parent / "shared" / "validation"
NO_DATA = f"no published step times at {DATA}"


def row(source="simumax_b200_dense", file="simumax_b200", identity="r1", **cells):
    return tables.Row(identity, file, {"id": identity, "source": source, **cells})


def gpt(**cells):
    shape = {"layers": "96", "hidden": "12288", "heads": "96", "kv_heads": "96", "ffn": "49152",
             "gated_ffn": "0", "vocab": "51200", "seq": "2048", "family": "gpt",
             "model": "GPT-3 175B", "accelerator": "H100-SXM5-80GB", "accel_per_node": "8",
             "n_accel": "512", "global_batch_seqs": "2048", "precision": "bf16"}
    return row(**{**shape, **cells})


def job(published, others=()):
    everything = [published, *others]
    return simulator.job(published, everything, software.Releases(everything))


class Rows(unittest.TestCase):
    def test_the_split_depends_on_the_id_alone(self):
        halves = [tables.fit_half(f"r{i:04}") for i in range(2000)]
        self.assertEqual(halves[:12], [True, True, False, False, True, False, True, True, False,
                                       False, False, False])
        self.assertAlmostEqual(sum(halves) / len(halves), 0.5, delta=0.03)

    def test_tables_that_only_test_and_held_out_runs_are_never_fitted(self):
        identity = next(f"r{i}" for i in range(99) if tables.fit_half(f"r{i}"))
        self.assertTrue(tables.fitted(row(file="torchtitan", identity=identity)))
        for file in [*tables.NEVER_FITTED, tables.HELD_OUT]:
            self.assertFalse(tables.fitted(row(file=file, identity=identity)))

    def test_time_comes_from_tokens_a_second_where_it_is_not_printed(self):
        # 16 sequences of 1,024 tokens on 8 accelerators at 512 tokens/s each: 4 s.
        cells = {"global_batch_seqs": "16", "seq": "1024", "n_accel": "8"}
        self.assertEqual(tables.measured_seconds(row(tokens_per_s_per_accel="512", **cells)), 4.0)
        self.assertEqual(tables.measured_seconds(row(iter_time_s="3", **cells)), 3.0)
        self.assertIsNone(tables.measured_seconds(row(**cells)))

    def test_time_comes_from_rates_with_the_simulators_model_flop(self):
        self.assertEqual(tables.measured_from_rates(
            row(n_accel="10", tflops_per_accel="100"), 2e15, 1e15), 2.0)
        self.assertEqual(tables.measured_from_rates(
            row(n_accel="10", mfu_pct="20"), 2e15, 1e15), 1.0)


class Jobs(unittest.TestCase):
    def test_a_megatron_row_keeps_its_plan(self):
        made = job(gpt(source="korthikanti_table5", file="megatron_a100", tp="8", pp="8", vp="3",
                       dp="1", cp="1", ep="1", sp="0", zero="0", recompute="full", micro_batch="1",
                       accelerator="A100-SXM-80GB", n_accel="64", global_batch_seqs="64",
                       precision="fp16"))
        self.assertEqual(made.plan, {
            "tensor": 8, "pipeline": 8, "schedule": "interleaved", "chunks": 3, "data": 1,
            "micro_batch": 1, "global_batch": 64, "precision": "bf16", "recompute": "full",
            "sequence_parallel": False, })
        self.assertEqual((made.machine.name, made.chips, made.software, made.scale),
                         ("dgx_a100", 64, "megatron_lm_2022", 1.0))
        self.assertTrue(made.model["dropout"])

    def test_expert_ranks_count_tensor_ranks_which_the_plan_does_not(self):
        made = job(gpt(source="mbridge_h100", table="26.02 NeMo", tp="2", pp="8", vp="4", dp="16",
                       cp="1", ep="32", sp="1", zero="1", micro_batch="1", n_accel="256",
                       layers="94", experts="128", topk="8", moe_ffn="1536", family="qwen3-moe",
                       gated_ffn="1", precision="FP8", accelerator="H100"))
        self.assertEqual(made.plan["expert"], 16)
        self.assertEqual(made.plan["precision"], "fp8")
        self.assertTrue(made.plan["count_ends"])  # 94 + 2 layers in 32 pieces
        self.assertEqual(made.software, "megatron_bridge_2026_02")

    def test_precisions_are_read_by_their_width(self):
        for text, expected in {"NVFP4": "fp4", "fp4 (NVFP4)": "fp4", "MXFP8": "fp8",
                               "fp8 hybrid": "fp8", "FP8-CS": "fp8", "amp_fp8": "fp8",
                               "amp_bf16": "bf16", "fp16": "bf16", "": "bf16"}.items():
            self.assertEqual(plans.precision(text), expected)

    def test_a_batch_that_does_not_divide_is_played_in_proportion(self):
        made = job(gpt(tp="8", pp="1", dp="8", cp="1", zero="1", micro_batch="3", n_accel="64",
                       global_batch_seqs="250", recompute="none"))
        self.assertEqual(made.plan["global_batch"], 240)
        self.assertAlmostEqual(made.scale, 250 / 240)

    def test_a_blank_plan_is_that_of_the_most_similar_run_of_the_benchmark(self):
        near = gpt(source="mlperf_v4.1_gpt3", identity="near", tp="4", pp="8", vp="6", dp="8",
                   n_accel="256", zero="1", micro_batch="1", precision="fp8 hybrid")
        far = gpt(source="mlperf_v4.1_gpt3", identity="far", tp="4", pp="8", vp="4", dp="128",
                  n_accel="4096", micro_batch="1")
        found = degrees.degrees(gpt(source="mlperf_v4.1_gpt3", identity="blank"), [far, near])
        self.assertEqual((found.tensor, found.pipeline, found.chunks, found.data), (4, 8, 6, 16))
        self.assertIn("plan: of near", found.assumptions[0])

    def test_a_run_on_part_of_a_node_has_a_node_of_its_own(self):
        part = machines.machine(gpt(accelerator="GB200", accel_per_node="4"), 1, 256)
        self.assertEqual((part.name, part.definition["accelerators"]), ("gb200_nvl72-64", 64))
        small = machines.machine(gpt(source="vtrain_single", accelerator="A100-SXM"), 1, 2)
        self.assertEqual(small.definition, {"use": "a100_vtrain", "accelerators": 2, "nics": 1})
        wide = machines.machine(gpt(source="vtrain_multi", accelerator="A100-SXM"), 16, 64)
        self.assertEqual(wide.accelerators, 16)

    def test_a_tpu_slice_has_a_torus_for_its_chips(self):
        self.assertEqual(tpu.shape(512, 3), "8x8x8")
        self.assertEqual(tpu.shape(768, 3), "8x8x12")
        self.assertEqual(tpu.shape(384, 2), "16x24")
        made = machines.machine(gpt(accelerator="TPU-v5p", accel_per_node="4"), 8, 6144)
        self.assertEqual((made.accelerators, made.definition["fabric"]), (8, "torus 8x8x12"))

    def test_an_unknown_accelerator_is_a_reason_and_not_an_error(self):
        self.assertIn("no such accelerator", job(gpt(accelerator="Abacus", tp="1")))

    def test_objections_name_the_jobs_that_they_are_about(self):
        first, second = (job(gpt(identity=name, tp="8", pp="1", dp="64", micro_batch="1"))
                         for name in ("r1", "r2"))
        line = "a.json:1:2: /jobs/r2/plan: does not fit memory (why); remedy\n"
        self.assertEqual(simulator.objections(line, [first, second]),
                         {"r2": "does not fit memory (why); remedy"})
        file = "a.json:1:2: /platforms/nodes/a/nic: unknown key\n"
        self.assertEqual(simulator.objections(line + file, [first, second]), {})

    def test_a_release_that_is_not_printed_is_that_of_the_nearest_id(self):
        known = [row(source="mbridge_b200", identity="r10", table="26.04.01 NeMo"),
                 row(source="mbridge_b200", identity="r20", table="25.09 NeMo")]
        name, notes = software.profile(row(source="mbridge_b300", identity="r18"),
                                       software.Releases(known))
        self.assertEqual(name, "megatron_bridge_2025")
        self.assertIn("release: 25.09", notes[0])


def point(measured, predicted, model="m", fitted=False, identity="r1", accelerators="8"):
    published = row(identity=identity, model=model, global_batch_seqs="8", n_accel=accelerators)
    found = simulator.Prediction(identity, seconds=predicted, software="s", node="dgx_h100")
    return statistics.Point(published, found, measured, predicted, fitted)


class Statistics(unittest.TestCase):
    def test_errors_of_four_points(self):
        s = statistics.summary([point(1, 1.1), point(1, 0.8), point(1, 1.0), point(1, None)])
        self.assertAlmostEqual(s.mean, 0.1)
        self.assertAlmostEqual(s.median, 0.1)
        self.assertAlmostEqual(s.p90, 0.1 + 0.8 * 0.1)
        self.assertAlmostEqual(s.largest, 0.2)
        self.assertAlmostEqual(s.bias, -0.1 / 3)
        self.assertAlmostEqual(s.mean_with_failed, 1.3 / 4)
        self.assertEqual((s.rows, s.failed), (4, 1))

    def test_ranks_are_compared_within_a_model_only(self):
        # a: three runs, one of three pairs reversed; b alone in its model; ties do not count.
        runs = [point(1, 1), point(2, 3), point(3, 2), point(9, 0.1, model="b")]
        self.assertAlmostEqual(statistics.tau(runs), (2 - 1) / 3)
        self.assertAlmostEqual(statistics.tau([*runs, point(1, 1)]), (4 - 1) / 5)
        self.assertTrue(math.isnan(statistics.tau(runs[3:])))

    def test_bands_need_eight_points_that_nothing_was_fitted_to(self):
        runs = [point(1 + i / 10, 1.0, identity=f"r{i}", accelerators=str(8 * (i + 1)))
                for i in range(11)]
        made = bands.bands(runs + [point(99, 1, fitted=True)])
        self.assertEqual(sorted(made), ["all", "h100_sxm", "h100_sxm/s", "s"])
        self.assertEqual(made["h100_sxm/s"], {"rows": 11, "low": 1.1, "middle": 1.5, "high": 1.9,
                                              "largest_accelerators": 88})
        self.assertEqual(bands.bands(runs[:7]), {})

    def test_a_table_escapes_bars(self):
        self.assertEqual(page.markdown([["a"], ["b|c"]]), "| a |\n| --- |\n| b\\|c |\n")


@unittest.skipUnless((DATA / "heldout_inputs.csv").exists(), NO_DATA)
class Published(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = tables.read(DATA)
        cls.releases = software.Releases(cls.rows)

    def test_models_have_the_published_number_of_parameters(self):
        # r2271 has 10 layers and the name of the run with 6.
        for published in self.rows:
            billions = published.number("params_b")
            if not billions or published.id == "r2271":
                continue
            name, _ = software.profile(published, self.releases)
            model, _ = models.model(published, name)
            decimals = len(published.text("params_b").partition(".")[2])
            rounded = 0.5 * 10**-decimals if decimals else 0
            with self.subTest(published.id):
                self.assertAlmostEqual(models.parameters(model) / 1e9, billions,
                                       delta=0.03 * billions + rounded)

    def test_every_row_becomes_a_job(self):
        self.assertEqual(sum(published.held_out for published in self.rows), 605)
        context = types.SimpleNamespace(rows=self.rows, releases=self.releases)
        for published in self.rows:
            made = simulator.job(published, context.rows, context.releases)
            with self.subTest(published.id):
                self.assertIsInstance(made, simulator.Job)


if __name__ == "__main__":
    unittest.main()
