#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("a model says what it lacks", "[scenario]") {
  CHECK(
      problems(platform("models", "m", R"("summary": "s", "kind": "dense_transformer")")) ==
      "a.json:4:33: /platforms/models/m: missing \"layers\"; add it: Equal transformer layers\n"
      "a.json:4:33: /platforms/models/m: missing \"hidden\"; add it: Width of the residual stream\n"
      "a.json:4:33: /platforms/models/m: missing \"heads\"; add it: Attention heads\n"
      "a.json:4:33: /platforms/models/m: missing \"ffn\"; add it: Inner width of the feed-forward\n"
      "a.json:4:33: /platforms/models/m: missing \"kv_heads\"; add it: Key and value heads; "
      "dense_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"head_size\"; add it: Columns of one head; "
      "dense_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"vocabulary\"; add it: Rows of the embedding, "
      "padding included; dense_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"sequence\"; add it: Tokens of a training "
      "sequence; dense_transformer");
  CHECK(
      problems(platform(
          "models", "m",
          R"("summary": "s", "kind": "video_transformer", "layers": 1, "hidden": 64, "heads": 1, "ffn": 64)")) ==
      "a.json:4:33: /platforms/models/m: missing \"cameras\"; add it: Cameras of a clip; "
      "video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"frames\"; add it: Frames of a clip, each "
      "camera; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"height\"; add it: Pixels; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"width\"; add it: Pixels; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"patch\"; add it: Pixels along each side of a "
      "patch; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"temporal_stride\"; add it: Frames merged into "
      "one; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"bytes_per_pixel\"; add it: Bytes of a pixel as "
      "it reaches the accelerator; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"window\"; add it: Positions that one position "
      "attends to; video_transformer\n"
      "a.json:4:33: /platforms/models/m: missing \"outputs\"; add it: Columns of the output head; "
      "video_transformer");
}

TEST_CASE("an unknown architecture is one problem and not one for each size", "[scenario]") {
  CHECK(problems(platform("models", "llama3_8b",
                          R"("use": "llama3_8b", "kind": "dense_transfromer")")) ==
        "a.json:4:70: /platforms/models/llama3_8b/kind: \"dense_transfromer\" is not known; did "
        "you mean \"dense_transformer\"?");
  CHECK(problems(platform("models", "m",
                          R"("summary": "s", "layers": 1, "hidden": 64, "heads": 1, "ffn": 64)")) ==
        "a.json:4:33: /platforms/models/m: missing \"kind\"; add it: Architecture");
}

TEST_CASE("sizes are whole numbers from 1 to what nobody builds", "[scenario]") {
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "layers": 0)")) ==
        "a.json:4:72: /platforms/models/llama3_8b/layers: 0 is below the least allowed, 1");
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "layers": 1e9)")) ==
        "a.json:4:72: /platforms/models/llama3_8b/layers: 1000000000 is above the most allowed, "
        "1000000");
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "hidden": 1.5)")) ==
        "a.json:4:72: /platforms/models/llama3_8b/hidden: 1.5 is no whole number");
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "heads": "32")")) ==
        "a.json:4:71: /platforms/models/llama3_8b/heads: \"32\" is a text, not a whole number");
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "vocabulary": -1)")) ==
        "a.json:4:76: /platforms/models/llama3_8b/vocabulary: -1 is below the least allowed, 1");
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "sequence": null)")) ==
        "a.json:4:74: /platforms/models/llama3_8b/sequence: this is null, not a whole number");
}

TEST_CASE("a key of another architecture is unknown", "[scenario]") {
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "cameras": 8)")) ==
        "a.json:4:73: /platforms/models/llama3_8b/cameras: unknown key \"cameras\"; known: "
        "summary, source, use, kind, layers, hidden, heads, ffn, kv_heads, head_size, vocabulary, "
        "sequence, gated_ffn, tied_head");
}

TEST_CASE("images are whole patches and clips whole strides", "[scenario]") {
  CHECK(problems(platform("models", "v", R"("use": "fsd_video", "height": 650)")) ==
        "a.json:4:64: /platforms/models/v/height: 650 is no multiple of patch 32; use 640?");
  CHECK(problems(platform("models", "v", R"("use": "fsd_video", "width": 20)")) ==
        "a.json:4:63: /platforms/models/v/width: 20 is no multiple of patch 32; use 32?");
  CHECK(problems(platform("models", "v", R"("use": "fsd_video", "frames": 9)")) ==
        "a.json:4:64: /platforms/models/v/frames: 9 is no multiple of temporal_stride 2; use 8?");
  CHECK(problems(platform("models", "v", R"("use": "fsd_video", "bytes_per_pixel": 0)")) ==
        "a.json:4:73: /platforms/models/v/bytes_per_pixel: 0 is not above 0");
}

TEST_CASE("a plan names what exists", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "schedule": "1f2b")")) ==
        "a.json:5:127: /jobs/a/plan/schedule: \"1f2b\" is not known; did you mean \"1f1b\"?");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "precision": "fp16")")) ==
        "a.json:5:128: /jobs/a/plan/precision: \"fp16\" is not known; did you mean \"bf16\" or "
        "\"fp8\" or \"fp32\"?");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "recompute": "some")")) ==
        "a.json:5:128: /jobs/a/plan/recompute: \"some\" is not known; did you mean \"none\"?");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "gradient_collective": "tree")")) ==
        "a.json:5:138: /jobs/a/plan/gradient_collective: \"tree\" is not known; known: auto, "
        "hierarchical, ring");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "order": "data-first")")) ==
        "a.json:5:124: /jobs/a/plan/order: \"data-first\" is not known; known: "
        "tensor-data-pipeline, tensor-pipeline-data");
  CHECK(problems(planned(R"("tensro": 8, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensro: unknown key \"tensro\"; did you mean \"tensor\"?");
}

TEST_CASE("degrees are whole numbers above zero", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 0, "pipeline": -1, "data": "some", "micro_batches": 2.5)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 0 is below the least allowed, 1\n"
        "a.json:5:107: /jobs/a/plan/pipeline: -1 is below the least allowed, 1\n"
        "a.json:5:119: /jobs/a/plan/data: \"some\" is not known; known: fill\n"
        "a.json:5:144: /jobs/a/plan/micro_batches: 2.5 is no whole number");
  CHECK(problems(planned(R"("tensor": 1e7, "micro_batches": 1)")) ==
        "a.json:5:92: /jobs/a/plan/tensor: 10000000 is above the most allowed, 1000000");
}

TEST_CASE("a plan has either micro-batches or a global batch", "[scenario]") {
  CHECK(problems(planned(R"("tensor": 8)")) ==
        "a.json:5:81: /jobs/a/plan: neither \"micro_batches\" nor \"global_batch\" is given; add "
        "one of the two");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 1, "global_batch": 8)")) ==
        "a.json:5:131: /jobs/a/plan/global_batch: both \"micro_batches\" and \"global_batch\" are "
        "given; keep one of the two");
  CHECK(problems(planned(R"("tensor": 8, "micro_batches": 0)")) ==
        "a.json:5:112: /jobs/a/plan/micro_batches: 0 is below the least allowed, 1");
  CHECK(problems(planned(R"("tensor": 8, "sequence_parallel": 1, "micro_batches": 1)")) ==
        "a.json:5:116: /jobs/a/plan/sequence_parallel: 1 is a number, not true or false");
}

TEST_CASE("query heads share key and value heads evenly", "[scenario]") {
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "kv_heads": 5)")) ==
        "a.json:4:74: /platforms/models/llama3_8b/kv_heads: 5 does not divide 32 heads; share each "
        "key and value among equally many heads");
}
