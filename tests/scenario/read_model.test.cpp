#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("a model says what it lacks", "[scenario]") {
  CHECK(
      problems(platform("models", "m", R"("summary": "s", "kind": "dense_transformer")")) ==
      "a.json:4:33: /platforms/models/m: missing \"layers\"; add it: Transformer layers\n"
      "a.json:4:33: /platforms/models/m: missing \"hidden\"; add it: Width of the residual stream\n"
      "a.json:4:33: /platforms/models/m: missing \"heads\"; add it: Attention heads\n"
      "a.json:4:33: /platforms/models/m: missing \"ffn\"; add it: Inner width of the feed-forward\n"
      "a.json:4:33: /platforms/models/m: missing \"kv_heads\"; add it: Key and value heads; "
      "language models\n"
      "a.json:4:33: /platforms/models/m: missing \"head_size\"; add it: Columns of one head; "
      "language models\n"
      "a.json:4:33: /platforms/models/m: missing \"vocabulary\"; add it: Rows of the embedding, "
      "padding included; language models\n"
      "a.json:4:33: /platforms/models/m: missing \"sequence\"; add it: Tokens of a training "
      "sequence; language models");
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
      "patch; models that see\n"
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
        "summary, source, use, kind, layers, hidden, heads, ffn, attention_kind, kv_heads, "
        "head_size, vocabulary, sequence, gated_ffn, tied_head, positions, attention, dropout, "
        "lora");
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

TEST_CASE("query heads share key and value heads evenly", "[scenario]") {
  CHECK(problems(platform("models", "llama3_8b", R"("use": "llama3_8b", "kv_heads": 5)")) ==
        "a.json:4:74: /platforms/models/llama3_8b/kv_heads: 5 does not divide 32 heads; share each "
        "key and value among equally many heads");
}
