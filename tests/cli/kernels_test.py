#!/usr/bin/python3
"""`trainyard kernels`: times of single kernels on a chip of round numbers, and bad lists."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import Test, main  # noqa: E402

USAGE, BAD_SCENARIO, FILE_MISSING = 2, 65, 66
RATE, BANDWIDTH, LAUNCH = 1e12 * 0.5, 1e12 * 0.5, 1e-6
CHIP = {
    "summary": "One unit of 1 TFLOP/s",
    "peak": {"bf16": "1 TFLOP/s", "fp8": "2 TFLOP/s"},
    "memory": {"hbm": {"capacity": "80 GB", "bandwidth": "1 TB/s"}},
    "kernel": {"units": 1, "gemm_efficiency": {"bf16": 1, "fp8": 1}, "sustained": 0.5,
               "weight_gradient": 0.5, "attention_efficiency": 1, "attention_backward": 0.5,
               "memory_efficiency": 0.5, "tile": "0 s", "attention_block": "0 s",
               "launch": "1 us"},
    "power": {"max": "100 W", "idle": "10 W"},
    "price": "1 USD",
}


class Kernels(Test):
    def setUp(self):
        super().setUp()
        (self.folder / "own" / "accelerators").mkdir(parents=True)
        (self.folder / "own" / "accelerators" / "round.json").write_text(json.dumps(CHIP))

    def arguments(self, text, chip="round"):
        self.write("list.csv", text)
        return ["kernels", "list.csv", "--accelerator", chip, "--platforms", "own"]

    def seconds(self, text, chip="round"):
        head, *lines = self.succeed(*self.arguments(text, chip)).splitlines()
        self.assertEqual(head, "seconds")
        return [float(line) for line in lines]

    def check(self, text, expected):
        found = self.seconds(text)
        self.assertEqual(len(found), len(expected))
        for one, other in zip(found, expected):
            self.assertAlmostEqual(one / other, 1, delta=1e-7)


class Times(Kernels):
    def test_a_product_takes_its_work_over_the_rate(self):
        work = 2 * 256 * 512 * 1024
        self.check("kind,precision,pass,m,n,k,groups\n"
                   "gemm,bf16,forward,256,512,1024,1\n"
                   "gemm,fp8,forward,256,512,1024,1\n"
                   "gemm,bf16,input_gradient,256,512,1024,3\n"
                   "gemm,bf16,weight_gradient,256,512,1024,1\n",
                   [work / RATE + LAUNCH, work / RATE / 2 + LAUNCH,
                    3 * work / RATE + LAUNCH, work / RATE / 0.5 + LAUNCH])

    def test_what_is_left_out_is_one_or_the_first_word(self):
        self.check("m,n,k\n4096,4096,4096\n", [2 * 4096**3 / RATE + LAUNCH])
        self.check("kind,m,n,k,groups\n,4096,4096,4096\n", [2 * 4096**3 / RATE + LAUNCH])

    def test_attention_takes_its_work_over_the_rate(self):
        work = 4 * 2 * 8 * 1024**2 * 128
        self.check("kind,pass,batch,heads,kv_heads,head_size,sequence,causal\n"
                   "attention,forward,2,8,2,128,1024,no\n"
                   "attention,forward,2,8,2,128,1024,yes\n"
                   "attention,input_gradient,2,8,2,128,1024,yes\n",
                   [work / RATE + LAUNCH, work / 2 / RATE + LAUNCH,
                    2.5 * work / 2 / (RATE / 2) + LAUNCH])

    def test_a_stream_takes_its_bytes_over_the_bandwidth(self):
        self.check("kind,bytes\nstream,1e9\n", [1e9 / BANDWIDTH + LAUNCH])

    def test_lines_may_end_as_spreadsheets_end_them(self):
        (self.folder / "list.csv").write_bytes(b"kind,bytes\r\nstream,1e9\r\n")
        out = self.succeed("kernels", "list.csv", "--accelerator", "round", "--platforms", "own")
        self.assertAlmostEqual(float(out.split()[1]), 1e9 / BANDWIDTH + LAUNCH, delta=1e-9)

    def test_a_list_without_lines_has_no_times(self):
        self.assertEqual(self.seconds("kind,m\n"), [])

    def test_every_shipped_chip_has_a_time_for_a_large_product(self):
        names = json.loads(self.succeed("list", "--kind", "accelerators", "--json"))
        for name in names["accelerators"]:
            time, = self.seconds("m,n,k\n8192,8192,8192\n", name)
            self.assertTrue(1e-5 < time < 1, (name, time))


class Refused(Kernels):
    def test_cells_have_place_problem_and_remedy(self):
        for line, message in [
                ("gemm,bf16,x", 'list.csv:3: m: "x" is no number above 0; write one such as 4096'),
                ("gemm,bf16,nan", 'list.csv:3: m: "nan" is no number above 0'),
                ("gemm,bf16,inf", 'list.csv:3: m: "inf" is no number above 0'),
                ("gemm,bf16,-1", 'list.csv:3: m: "-1" is no number above 0'),
                ("gemm,bf16,0", 'list.csv:3: m: "0" is no number above 0'),
                ("gemm,bf16,8 rows", 'list.csv:3: m: "8 rows" is no number above 0'),
                ("gemm,bf16,1,2", "list.csv:3: more than 3 cells"),
                ("gem,bf16,1",
                 'list.csv:3: kind: unknown "gem"; use gemm or attention or stream'),
                ("gemm,int8,1", 'list.csv:3: precision: unknown "int8"; use bf16 or fp8 or fp4'),
                ("gemm,fp4,1", "list.csv:3: round has no fp4; use bf16 or fp8"),
        ]:
            text = "kind,precision,m\ngemm,bf16,1\n" + line + "\n"
            self.assertIn(message, self.refused(USAGE, *self.arguments(text)))

    def test_no_kernel_takes_a_time_that_is_no_number(self):
        for column in ["batch", "heads", "kv_heads", "head_size", "sequence"]:
            self.assertIn(f'list.csv:2: {column}: "0" is no number above 0', self.refused(
                USAGE, *self.arguments(f"kind,{column}\nattention,0\n")))

    def test_columns_are_known(self):
        self.assertIn('list.csv:1: unknown column "sequenc"; did you mean "sequence"?',
                      self.refused(USAGE, *self.arguments("kind,sequenc\nattention,128\n")))

    def test_the_chip_is_known_and_named(self):
        self.assertIn('unknown accelerator "h100_smx"; did you mean "h100_sxm"?',
                      self.refused(USAGE, *self.arguments("m\n1\n", "h100_smx")))
        self.assertIn("'--accelerator' is required",
                      self.refused(USAGE, "kernels", "list.csv"))

    def test_the_chips_file_is_checked(self):
        (self.folder / "own" / "accelerators" / "round.json").write_text(
            json.dumps({**CHIP, "price": "-1 USD"}))
        self.assertIn("/price", self.refused(BAD_SCENARIO, *self.arguments("m\n1\n")))

    def test_the_list_is_there_and_one(self):
        self.write("empty.csv", "")
        for name in ["nothing.csv", "empty.csv", "own"]:
            self.assertIn(f"{name}: cannot be read, or is empty",
                          self.refused(FILE_MISSING, "kernels", name, "--accelerator", "h100_sxm"))
        self.assertIn("give one list file",
                      self.refused(USAGE, "kernels", "--accelerator", "h100_sxm"))


main()
