// The exchanges of a step: gradients and parameters over peers, copies of weights over stages.
#include "program/bodies.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "model/low_rank.hpp"
#include "parallelism/memory.hpp"
#include "program/offers.hpp"

namespace trainyard::program {
namespace {

using collective::Operation;
using parallelism::Request;
using parallelism::Sharding;

Built step_of_language(const Request& request, std::int64_t nodes = 1) {
  return built(examples::small_language(), request, nodes);
}

// Parameters and gradients in bf16, eight peers.
Request sharded(Sharding sharding, std::int64_t micro_batches) {
  Request request = examples::request(1, 1, micro_batches);
  request.sharding = sharding;
  request.gradient_precision = hardware::Precision::bf16;
  return request;
}

double parameters() {
  return model::parameters(examples::small_language());
}

// Parameters of a rank of the stage that other peers hold too.
parallelism::Parameters parameters(const model::Model& model, const Built& step,
                                   std::int64_t stage) {
  return parallelism::parameters(model, step.plan.request, held(step.plan, stage));
}

double interference(const Built& step) {
  double sum = 0;
  for (const Instruction& instruction : program::step_of(step.role(0))) {
    if (instruction.activity == Activity::interference) sum += instruction.amount;
  }
  return sum;
}

model::Model tied_language() {
  return build(model::DenseTransformer{.layers = 8,
                                       .hidden = 1024,
                                       .heads = 16,
                                       .kv_heads = 8,
                                       .head_size = 64,
                                       .ffn = 4096,
                                       .vocabulary = 32000,
                                       .tied_head = true,
                                       .sequence = 2048});
}

}  // namespace

// Rajbhandari et al., arXiv 1910.02054, section 7: 2 Psi for data parallelism and for sharded
// gradients, 3 Psi for sharded parameters; an all-reduce is a reduce-scatter and an all-gather.
TEST_CASE("ZeRO moves twice the parameters, and three times where these are sharded", "[program]") {
  const auto volume = [](Sharding sharding) {
    const Built step = step_of_language(sharded(sharding, 1));
    double sum = 0;
    for (const Channel channel : {Channel::gradients, Channel::parameters}) {
      const auto offers = step.offers(0, channel);
      sum += bytes(offers) + bytes(offers, Operation::all_reduce);
    }
    return sum / (2 * parameters());
  };
  CHECK(volume(Sharding::none) == Approx(2).epsilon(1e-14));
  CHECK(volume(Sharding::optimizer) == Approx(2).epsilon(1e-14));
  CHECK(volume(Sharding::gradients) == Approx(2).epsilon(1e-14));
  CHECK(volume(Sharding::parameters) == Approx(3).epsilon(1e-14));
}

TEST_CASE("peers that keep everything sum their gradients once a step", "[program]") {
  const Built step = step_of_language(sharded(Sharding::none, 4));
  const auto offers = step.offers(0, Channel::gradients);
  CHECK(bytes(offers, Operation::all_reduce) == Approx(2 * parameters()).epsilon(1e-14));
  CHECK(bytes(offers, Operation::all_reduce) == bytes(offers));
  CHECK(step.offers(0, Channel::parameters).empty());
}

TEST_CASE("sharded optimizer states scatter gradients and gather parameters once a step",
          "[program]") {
  for (const bool overlap : {true, false}) {
    Request request = sharded(Sharding::optimizer, 4);
    request.overlap_parameters = overlap;
    const Built step = step_of_language(request);
    const auto gradients = step.offers(0, Channel::gradients);
    const auto gathered = step.offers(0, Channel::parameters);
    CHECK(bytes(gradients, Operation::reduce_scatter) == Approx(2 * parameters()).epsilon(1e-14));
    CHECK(bytes(gradients, Operation::all_reduce) == 0);
    CHECK(bytes(gathered, Operation::all_gather) == Approx(2 * parameters()).epsilon(1e-14));
    // Layer by layer beside computing (embedding, eight blocks, head), or all at once.
    CHECK(gathered.size() == (overlap ? 10 : 1));
  }
}

TEST_CASE("sharded gradients are scattered after every micro-batch", "[program]") {
  const Built step = step_of_language(sharded(Sharding::gradients, 4));
  CHECK(bytes(step.offers(0, Channel::gradients), Operation::reduce_scatter) ==
        Approx(4 * 2 * parameters()).epsilon(1e-14));
  CHECK(bytes(step.offers(0, Channel::parameters)) == Approx(2 * parameters()).epsilon(1e-14));
}

// Zhao et al., PyTorch FSDP, arXiv 2304.11277, section 4.2.
TEST_CASE("sharded parameters are gathered for each pass, or once a step where they are kept",
          "[program]") {
  Request request = sharded(Sharding::parameters, 4);
  CHECK(bytes(step_of_language(request).offers(0, Channel::parameters)) ==
        Approx(2 * 4 * 2 * parameters()).epsilon(1e-14));
  request.reshard = false;
  CHECK(bytes(step_of_language(request).offers(0, Channel::parameters)) ==
        Approx(2 * parameters()).epsilon(1e-14));
}

TEST_CASE("parameters of the next layer come while one computes, unless asked not to",
          "[program]") {
  for (const bool overlap : {true, false}) {
    Request request = sharded(Sharding::parameters, 1);
    request.overlap_parameters = overlap;
    const Built step = step_of_language(request);
    std::int64_t offered = 0;
    std::int64_t joined = 0;
    bool beside = false;
    for (const Instruction& instruction : program::step_of(step.role(0))) {
      if (instruction.verb == Verb::exchange &&
          step.program.patterns[static_cast<std::size_t>(instruction.index)].channel ==
              static_cast<std::int32_t>(Channel::parameters)) {
        ++offered;
      }
      if (instruction.verb == Verb::join &&
          instruction.index == static_cast<std::int32_t>(Channel::parameters)) {
        CHECK(instruction.amount <= (overlap ? 1 : 0));
        joined = offered - static_cast<std::int64_t>(instruction.amount);
      }
      if (instruction.verb == Verb::compute) beside = beside || joined < offered;
    }
    CHECK(offered == 20);
    CHECK(joined == offered);
    CHECK(beside == overlap);
  }
}

TEST_CASE("every layer's parameters are there before it computes", "[program]") {
  // A tied head has none: its stage waits for nothing more.
  Request request = sharded(Sharding::parameters, 2);
  const Built step = built(tied_language(), request);
  const auto gathered = step.offers(0, Channel::parameters);
  CHECK(gathered.size() == 2 * 2 * 9);
  CHECK(bytes(gathered) == Approx(4 * 2 * model::parameters(tied_language())).epsilon(1e-14));
}

// A ring of eight in a node, for each layer's gradients. Those of the last block have only the
// embedding's backward pass to run beside, and the embedding's nothing.
TEST_CASE("computing loses a share of the time of what is exchanged beside it", "[program]") {
  Request request = examples::request(1, 1, 1);
  request.batch.micro_batch = 8;
  request.bucket = Bytes(1);
  request.algorithms.gradients = "ring";
  CHECK(interference(step_of_language(request)) == 0);
  request.software.interference = 0.25;
  const Built step = step_of_language(request);
  auto offers = step.offers(0, Channel::gradients);
  REQUIRE(offers.size() == 10);
  offers.resize(8);
  // Three passes over 2,048 tokens of 1,024 columns each, backward.
  double beside = 3 * 8 * 2048 * 1024 * 2 / (3350e9 * 0.85) + 3e-6;
  for (const Offer& offer : offers) {
    beside += 2 * 7.0 / 8 * offer.bytes / (0.8 * 450e9) + 2 * 7 * 1.5e-6;
  }
  CHECK(interference(step) == Approx(0.25 * beside).epsilon(1e-12));
}

TEST_CASE("what computing loses to exchanges is at most its share of itself", "[program]") {
  Request request = sharded(Sharding::parameters, 2);
  request.software.interference = 0.25;
  const Built step = step_of_language(request);
  double computed = 0;
  for (const Instruction& instruction : program::step_of(step.role(0))) {
    const bool computes =
        instruction.verb == Verb::compute && instruction.activity < Activity::interference;
    if (computes) computed += instruction.amount;
  }
  CHECK(interference(step) > 0);
  CHECK(interference(step) <= 0.25 * computed * (1 + 1e-12));
}

TEST_CASE("exchanges that are waited for at once cost computing nothing", "[program]") {
  for (const Sharding sharding :
       {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::parameters}) {
    Request request = sharded(sharding, 2);
    request.bucket = Bytes(1);
    request.software.interference = 0.25;
    CHECK(interference(step_of_language(request)) > 0);
    request.overlap_gradients = request.overlap_parameters = false;
    CHECK(interference(step_of_language(request)) == 0);
  }
}

TEST_CASE("gradients are handed over in buckets, all of them together once", "[program]") {
  Request request = examples::request(2, 2, 6);
  for (const double bucket : {1.0, 60e6, 1e12}) {
    request.bucket = Bytes(bucket);
    const Built step = step_of_language(request);
    for (std::int64_t s = 0; s < 2; ++s) {
      const auto offers = step.offers(static_cast<std::size_t>(s), Channel::gradients);
      const double all = 4 * parameters(examples::small_language(), step, s).trained;
      CHECK(bytes(offers) == Approx(all).epsilon(1e-14));
      for (std::size_t i = 0; i + 1 < offers.size(); ++i) CHECK(offers[i].bytes >= bucket);
      if (bucket == 1) CHECK(offers.size() == 5);
      if (bucket == 60e6) CHECK(offers.size() > 1);
      if (bucket == 1e12) CHECK(offers.size() == 1);
    }
  }
}

TEST_CASE("gradients that are not overlapped are summed in one piece after the last pass",
          "[program]") {
  for (const Sharding sharding : {Sharding::none, Sharding::optimizer}) {
    Request request = sharded(sharding, 3);
    request.overlap_gradients = false;
    const Built step = step_of_language(request);
    const auto offers = step.offers(0, Channel::gradients);
    REQUIRE(offers.size() == 1);
    CHECK(offers[0].bytes == Approx(2 * parameters()).epsilon(1e-14));
    const Body& update = step.role(0).bodies.back();
    const auto& all = step.role(0).instructions;
    CHECK(std::count_if(
              all.begin() + update.begin, all.begin() + update.end, [](const Instruction& one) {
                return one.verb == Verb::exchange && one.activity == Activity::gradient_wait;
              }) == 1);
  }
}

TEST_CASE("sharded gradients are summed after every micro-batch, overlapped or not", "[program]") {
  for (const Sharding sharding : {Sharding::gradients, Sharding::parameters}) {
    for (const bool overlap : {true, false}) {
      Request request = sharded(sharding, 3);
      request.overlap_gradients = overlap;
      const Built step = step_of_language(request);
      CHECK(bytes(step.offers(0, Channel::gradients)) ==
            Approx(3 * 2 * parameters()).epsilon(1e-14));
    }
  }
}

TEST_CASE("a tied head is summed over data peers, overlapped or not", "[program]") {
  const model::Model model = tied_language();
  for (const bool overlap : {true, false}) {
    Request request = examples::request(1, 2, 2);
    request.overlap_gradients = overlap;
    const Built step = built(model, request);
    for (std::int64_t s = 0; s < 2; ++s) {
      CHECK(bytes(step.offers(static_cast<std::size_t>(s), Channel::gradients)) ==
            Approx(4 * parameters(model, step, s).trained).epsilon(1e-14));
    }
  }
}

TEST_CASE("a single replica exchanges neither gradients nor parameters", "[program]") {
  for (const Sharding sharding :
       {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::parameters}) {
    Request request = examples::request(8, 1, 6);
    request.sharding = sharding;
    const Built step = step_of_language(request);
    for (const Instruction& instruction : program::step_of(step.role(0))) {
      CHECK(instruction.verb != Verb::exchange);
      CHECK(instruction.verb != Verb::join);
    }
  }
}

TEST_CASE("all that a step offers is joined before it ends", "[program]") {
  for (const Sharding sharding :
       {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::parameters}) {
    Request request = examples::many_dimensions();
    request.sharding = sharding;
    const Built step = built(examples::small_mixture(), request, 2);
    for (const Role& role : step.program.roles) {
      std::vector<std::int64_t> open(channels, 0);
      for (const Instruction& instruction : program::step_of(role)) {
        if (instruction.verb == Verb::exchange) {
          const Pattern& pattern =
              step.program.patterns[static_cast<std::size_t>(instruction.index)];
          ++open[static_cast<std::size_t>(pattern.channel)];
        }
        if (instruction.verb == Verb::join) {
          auto& channel = open[static_cast<std::size_t>(instruction.index)];
          channel = std::min(channel, static_cast<std::int64_t>(instruction.amount));
        }
      }
      CHECK(std::accumulate(open.begin(), open.end(), std::int64_t{0}) == 0);
    }
  }
}

TEST_CASE("experts sum gradients over the peers that hold the same ones", "[program]") {
  const model::Model model = examples::small_mixture();
  Request request = examples::many_dimensions();
  request.sharding = Sharding::none;
  const Built step = built(model, request, 2);
  for (std::int64_t s = 0; s < 2; ++s) {
    const auto count = parameters(model, step, s);
    REQUIRE(count.experts > 0);
    const auto stage = static_cast<std::size_t>(s);
    CHECK(bytes(step.offers(stage, Channel::gradients)) ==
          Approx(4 * count.trained).epsilon(1e-14));
    CHECK(bytes(step.offers(stage, Channel::expert_gradients)) ==
          Approx(4 * count.experts).epsilon(1e-14));
  }
}

TEST_CASE("hybrid sharding sums each shard over its replicas", "[program]") {
  Request request = sharded(Sharding::parameters, 2);
  request.shard_over = 4;
  const Built step = step_of_language(request);
  const auto offers = step.offers(0, Channel::replicas);
  REQUIRE(offers.size() == 1);
  CHECK(offers[0].operation == Operation::all_reduce);
  CHECK(offers[0].bytes == Approx(2 * parameters() / 4).epsilon(1e-14));
}

TEST_CASE("both copies of a tied embedding sum their gradients", "[program]") {
  const double embedding = 4 * 32000.0 * 1024 / 2;
  for (const char* schedule : {"1f1b", "gpipe", "interleaved", "zb-h1"}) {
    CAPTURE(schedule);
    Request request = examples::request(2, 4, 8);
    request.schedule = schedule;
    request.chunks = request.schedule == "interleaved" ? 2 : 1;
    const Built step = built(tied_language(), request);
    for (const std::size_t s : {0U, 3U}) {
      const auto offers = step.offers(s, Channel::embedding);
      REQUIRE(offers.size() == 1);
      CHECK(offers[0].operation == Operation::all_reduce);
      CHECK(offers[0].bytes == embedding);
    }
    for (const std::size_t s : {1U, 2U}) CHECK(step.offers(s, Channel::embedding).empty());
    CHECK(step_of_language(request).offers(0, Channel::embedding).empty());
  }
}

TEST_CASE("a stage with both embedding and tied head has one copy", "[program]") {
  CHECK(built(tied_language(), examples::request(2, 1, 8)).offers(0, Channel::embedding).empty());
  Request request = examples::request(2, 4, 8);
  request.schedule = "zb-v";
  CHECK(built(tied_language(), request).offers(0, Channel::embedding).empty());
}

// DeepSeek-V3, arXiv 2412.19437, section 3.2.1: two copies of the parameters.
TEST_CASE("in a two-way pipeline stages sum gradients with the one that mirrors them",
          "[program]") {
  Request request = examples::request(2, 4, 8);
  request.schedule = "dualpipe";
  const Built step = step_of_language(request);
  for (std::int64_t s = 0; s < 4; ++s) {
    const auto offers = step.offers(static_cast<std::size_t>(s), Channel::mirror);
    REQUIRE(offers.size() == 1);
    CHECK(offers[0].bytes ==
          Approx(4 * parameters(examples::small_language(), step, s).trained).epsilon(1e-14));
  }
  request.schedule = "1f1b";
  CHECK(step_of_language(request).offers(0, Channel::mirror).empty());
}

TEST_CASE("frozen parameters are gathered where they are sharded and never summed", "[program]") {
  const model::Model adapted =
      with_adapters(examples::small_language(), {.rank = 8, .on = {"query key value"}});
  const Built step = built(adapted, sharded(Sharding::parameters, 1));
  const auto count = parameters(adapted, step, 0);
  REQUIRE(count.frozen > 0);
  CHECK(bytes(step.offers(0, Channel::gradients)) == Approx(2 * count.trained).epsilon(1e-14));
  CHECK(bytes(step.offers(0, Channel::parameters)) ==
        Approx(2 * 2 * (count.trained + count.frozen)).epsilon(1e-14));
}

// Only what the optimizer has changed is out of date.
TEST_CASE("sharded optimizer states gather trained parameters only", "[program]") {
  const model::Model adapted =
      with_adapters(examples::small_language(), {.rank = 8, .on = {"query key value"}});
  for (const bool overlap : {false, true}) {
    Request request = sharded(Sharding::optimizer, 1);
    request.overlap_parameters = overlap;
    const Built step = built(adapted, request);
    CHECK(bytes(step.offers(0, Channel::parameters)) ==
          Approx(2 * parameters(adapted, step, 0).trained).epsilon(1e-14));
  }
}

TEST_CASE("labels are numbered once, the empty one first", "[program]") {
  std::vector<std::string> texts;
  Labels labels(texts);
  CHECK(labels("") == 0);
  CHECK(labels("a") == 1);
  CHECK(labels("b") == 2);
  CHECK(labels("a") == 1);
  CHECK(texts == std::vector<std::string>{"", "a", "b"});
}

}  // namespace trainyard::program
