// Architectures one by one, read without a scenario around them.
#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"
#include "document/node.hpp"
#include "document/reader.hpp"
#include "scenario/read_model.hpp"

namespace trainyard::scenario {
namespace {

model::Model read(const std::string& members) {
  const document::Node node = document::parse(R"({"summary": "s", )" + members + "}", "m.json");
  document::Report report;
  model::Model model = read_model("m", document::Object(node, "", report));
  report.throw_if_any();
  return model;
}

// What is wrong, without the places.
std::string problems(const std::string& members) {
  try {
    read(members);
  } catch (const InputError& error) {
    std::string text;
    const std::string what = error.what();
    for (std::size_t at = 0; at < what.size();) {
      const std::size_t end = std::min(what.find('\n', at), what.size());
      const std::string line = what.substr(at, end - at);
      text += (text.empty() ? "" : "\n") + line.substr(line.find(": ") + 2);
      at = end + 1;
    }
    return text;
  }
  return "";
}

const std::string widths = R"("layers": 4, "hidden": 64, "heads": 4, )";
const std::string grouped = R"("kv_heads": 2, "head_size": 16, "vocabulary": 100, "sequence": 8, )";
const std::string dense = R"("kind": "dense_transformer", "ffn": 256, )" + widths + grouped;
const std::string moe = R"("kind": "moe_transformer", )" + widths + grouped;
const std::string experts = R"("experts": 8, "experts_per_token": 2, "expert_ffn": 32)";
const std::string clip =
    R"("kind": "video_transformer", "cameras": 2, "frames": 4, "height": 320, "width": 480, "patch": 32,
    "temporal_stride": 2, "bytes_per_pixel": 1.5, "ffn": 256, "window": 150, "outputs": 16, )" +
    widths;
const std::string table =
    R"("kind": "operators", "layers": 96, "parameters": 1e9, "boundary": "1 MB", "operators": )";

std::string stage(const std::string& name, int positions, int in, int out) {
  return '"' + name + R"(": {"height": )" + std::to_string(positions) + R"(, "width": )" +
         std::to_string(positions) + R"(, "channels_in": )" + std::to_string(in) +
         R"(, "channels_out": )" + std::to_string(out) + R"(, "kernel": 3, "blocks": 1})";
}

}  // namespace

TEST_CASE("a dense model may be of 2021's software", "[scenario]") {
  const model::Model fused = read(dense + R"("positions": 8)");
  const model::Model unfused =
      read(dense + R"("positions": 8, "attention": "unfused", "dropout": true)");
  CHECK(unfused.block(0).operators.size() == fused.block(0).operators.size() + 2);
  CHECK(fused.entry.parameters == 64 * (100 + 8));
  CHECK(problems(dense + R"("attention": "flash")") ==
        "/attention: \"flash\" is not known; known: fused, unfused");
}

TEST_CASE("latent attention takes the place of key and value heads", "[scenario]") {
  const std::string latent =
      R"("kind": "dense_transformer", "attention_kind": "mla", "ffn": 256, "vocabulary": 100, "sequence": 8, )" +
      widths;
  const model::Model model =
      read(latent + R"("q_lora_rank": 32, "kv_lora_rank": 16, "qk_nope_head_size": 8,
                       "qk_rope_head_size": 4, "v_head_size": 8)");
  CHECK(model.kv_heads == 4);
  CHECK(problems(latent + R"("q_lora_rank": 32, "kv_lora_rank": 16, "qk_nope_head_size": 8)") ==
        "missing \"qk_rope_head_size\"; add it: Columns of a head's keys with position; mla\n"
        "missing \"v_head_size\"; add it: Columns of a head's values; mla");
}

TEST_CASE("a mixture says how many experts see a token and in which layers", "[scenario]") {
  const model::Model all = read(moe + experts);
  CHECK(all.experts == 8);
  CHECK(all.active_share == 0.25);
  CHECK(all.block(0).expert_parameters == 8 * 2 * 64 * 32);
  const model::Model some = read(moe + experts + R"(, "ffn": 256, "dense_layers": 2)");
  CHECK(some.block(1).expert_parameters == 0);
  CHECK(some.block(2).expert_parameters > 0);
  CHECK(problems(moe + experts + R"(, "moe_every": 2)") ==
        "missing \"ffn\"; add it: Inner width of the feed-forward; of moe_transformer where it has "
        "no experts");
  CHECK(problems(moe + experts + R"(, "ffn": 256, "dense_layers": 4)") ==
        "/dense_layers: none of 4 layers has experts; lower it, or use dense_transformer");
  CHECK(problems(moe + R"("experts": 8, "experts_per_token": 9, "expert_ffn": 32)") ==
        "/experts_per_token: 9 is more than 8 experts; use at most 8");
}

TEST_CASE("a shared expert is as wide as a routed one unless it says otherwise", "[scenario]") {
  const double none = parameters(read(moe + experts));
  CHECK(parameters(read(moe + experts + R"(, "shared_experts": 2)")) - none ==
        4 * 2 * 64 * (2 * 32));
  CHECK(parameters(read(moe + experts + R"(, "shared_experts": 2, "shared_ffn": 100)")) - none ==
        4 * 2 * 64 * (2 * 100));
}

TEST_CASE("adapters name products of the model", "[scenario]") {
  const model::Model model =
      read(dense + R"("lora": {"rank": 2, "on": ["attention output", "feed-forward up"]})");
  CHECK(model.block(0).parameters - model.block(0).frozen_parameters == 2 * (64 + 64 + 64 + 256));
  CHECK(problems(dense + R"("lora": {"rank": 2, "on": ["query"]})") ==
        "/lora/on: no product is called \"query\"; known: query key value, attention output, "
        "feed-forward up, feed-forward down, head");
}

TEST_CASE("an image is whole patches", "[scenario]") {
  const std::string vision =
      R"("kind": "vision_transformer", "ffn": 256, "patch": 16, "classes": 10, )" + widths;
  CHECK(read(vision + R"("image": 224)").block(0).tokens == 197);
  CHECK(problems(vision + R"("image": 225)") == "/image: 225 is no multiple of patch 16; use 224?");
}

TEST_CASE("stages of a trunk fit each other and the patches", "[scenario]") {
  CHECK(read(clip + R"("trunk": {)" + stage("one", 60, 3, 8) + ", " + stage("two", 30, 8, 16) + "}")
            .entry.parameters == 9 * (3 * 8 + 8 * 16) + 2 * 6 * 16 * 64);
  CHECK(problems(clip + R"("trunk": {)" + stage("one", 60, 3, 8) + ", " + stage("two", 30, 4, 16) +
                 "}") ==
        "/trunk: \"two\" takes 4 channels, the stage before it gives 8; make them equal");
  CHECK(problems(clip + R"("trunk": {)" + stage("one", 31, 3, 8) + "}") ==
        "/trunk: 31 x 31 positions of \"one\" are no multiple of 10 x 15 patches; change the last "
        "stage or the patch");
}

TEST_CASE("a table sums what stands since the last sum", "[scenario]") {
  const model::Model model = read(table + R"({
      "attention": {"kind": "fixed", "forward": "1192 us", "backward": "2384 us"},
      "sum": {"kind": "tensor_sum", "bytes": "50331648 B"}}, "heads": 96, "tokens": 2048)");
  REQUIRE(model.block(0).operators.size() == 3);
  CHECK(model.block(0).operators[0].point == model::Point::tensor_enter);
  CHECK(model.block(0).operators[1].fixed_backward == Seconds(2384e-6));
  CHECK(model.block(0).operators[2].traffic == Bytes(50331648));
  CHECK(model.tokens_per_sample == 2048);
}

TEST_CASE("operators of a table have the members of their kind", "[scenario]") {
  CHECK(problems(table + R"({"a": {"kind": "gemm", "tokens": 3, "inner": 4}})") ==
        "/operators/a: missing \"columns\"; add it: Columns of the output; gemm");
  CHECK(problems(table + R"({"a": {"kind": "fixd", "forward": "1 us"}})") ==
        "/operators/a/kind: \"fixd\" is not known; did you mean \"fixed\"?");
  CHECK(problems(table + R"({"a": {"kind": "memory_bound", "bytes": "1 B", "work": "1 FLOP"}})") ==
        "/operators/a/work: unknown key \"work\"; known: kind, bytes, split, stored");
  CHECK(problems(table + "{}") == "/operators: no operator; give at least one");
}

TEST_CASE("an operator of a table may say how it is divided and what it keeps", "[scenario]") {
  const model::Model model = read(table + R"({
      "a": {"kind": "gemm", "tokens": 2, "inner": 3, "columns": 4, "split": "rows"},
      "b": {"kind": "attention", "work": "1 MFLOP", "bytes": "2 kB", "stored": "3 kB"}})");
  CHECK(model.block(0).operators[0].split == model::Split::rows);
  CHECK(model.block(0).operators[0].stored == Bytes(2 * 2 * 3));
  CHECK(model.block(0).operators[1].split == model::Split::heads);
  CHECK(model.block(0).operators[1].stored == Bytes(3000));
  CHECK(model.progress == model::Progress::samples);
}

}  // namespace trainyard::scenario
