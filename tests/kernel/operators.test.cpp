#include "kernel/roofline.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "model/operators.hpp"
#include "support/examples.hpp"

namespace trainyard::kernel {
namespace {

using hardware::Precision;
using model::Operator;
using model::Split;

constexpr double launch = 3e-6;
constexpr double bandwidth = 3350e9 * 0.85;
constexpr double gemm_rate = 989.4e12 * 0.7;

const Operator large_product = model::gemm("large", 8192, 8192, 8192, Split::columns);
const Operator thin_product = model::gemm("thin", 1, 8192, 8192, Split::columns);
const Operator large_attention =
    model::attention({.queries = 8192, .context = 8192, .width = 4096, .kv_width = 1024});
const Operator large_stream = model::memory_bound("norm", 1e9, 2, Split::tokens);

std::vector<Operator> operators() {
  return {large_product, thin_product, large_attention, large_stream};
}

// Tokens of all experts together: 1,024 of a sample, each of them to 2.
Operator experts() {
  Operator op = model::gemm("expert up", 2 * 1024, 4096, 8192, Split::tokens);
  op.expert = true;
  op.groups = 16;
  return op;
}

}  // namespace

TEST_CASE("a large product takes 2 m n k over the reachable FLOP/s, and a launch", "[kernel]") {
  const Duration time = duration(large_product, {}, examples::h100());
  CHECK(time.forward.value() ==
        Approx(2 * 8192.0 * 8192 * 8192 / gemm_rate + launch).epsilon(1e-14));
}

TEST_CASE("a thin product takes its bytes over the reachable bandwidth, and a launch", "[kernel]") {
  const Duration time = duration(thin_product, {}, examples::h100());
  const double bytes = 2 * (8192.0 + 8192.0 * 8192 + 8192);
  CHECK(time.forward.value() == Approx(bytes / bandwidth + launch).epsilon(1e-14));
}

TEST_CASE("a streaming operator takes its bytes over the reachable bandwidth, and a launch",
          "[kernel]") {
  const Duration time = duration(large_stream, {}, examples::h100());
  CHECK(time.forward.value() == Approx(4e9 / bandwidth + launch).epsilon(1e-14));
}

TEST_CASE("an empty operator still costs its launch", "[kernel]") {
  const Operator nothing = model::memory_bound("nothing", 0, 2, Split::tokens);
  CHECK(duration(nothing, {}, examples::h100()).forward == Seconds(launch));
}

TEST_CASE("a product's backward pass is two products", "[kernel]") {
  for (const Operator& op : {large_product, thin_product}) {
    const Duration time = duration(op, {}, examples::h100());
    CHECK(time.input_gradient == time.forward);
    CHECK(time.weight_gradient == time.forward);
    CHECK(time.backward() == time.forward * 2);
  }
}

TEST_CASE("frozen weights need no product for a gradient of theirs", "[kernel]") {
  Operator frozen = large_product;
  frozen.frozen = true;
  const Duration time = duration(frozen, {}, examples::h100());
  CHECK(time.weight_gradient == Seconds(0));
  CHECK(time.backward() == time.forward);
}

TEST_CASE("what has no weights has no gradient of them", "[kernel]") {
  for (const Operator& op : {large_attention, large_stream}) {
    CHECK(duration(op, {}, examples::h100()).weight_gradient == Seconds(0));
  }
}

// Dao, arXiv 2307.08691, section 4.1: backward counts 2.5 times the forward's work.
TEST_CASE("fused attention recomputes its scores: five products backward against two", "[kernel]") {
  const Duration time = duration(large_attention, {}, examples::h100());
  const double forward = 4 * 8192.0 * 8192 * 4096 / (989.4e12 * 0.5);
  CHECK(time.forward.value() == Approx(forward + launch).epsilon(1e-14));
  CHECK(time.backward().value() == Approx(2.5 * forward + launch).epsilon(1e-14));
}

// Two products backward for each of the two forward: scores are there, nothing is done again.
TEST_CASE("unfused attention keeps its scores: four products backward against two", "[kernel]") {
  Operator unfused = large_attention;
  unfused.fused = false;
  const Duration time = duration(unfused, {}, examples::h100());
  const double forward = 4 * 8192.0 * 8192 * 4096 / (989.4e12 * 0.5);
  CHECK(time.backward().value() == Approx(2 * forward + launch).epsilon(1e-14));
}

TEST_CASE("a streaming operator reads the gradient besides its input", "[kernel]") {
  const Duration time = duration(large_stream, {}, examples::h100());
  CHECK((time.backward().value() - launch) == Approx(1.5 * (time.forward.value() - launch)));
}

TEST_CASE("a tensor-parallel group of two halves what it divides, not the launches", "[kernel]") {
  const auto body = [](const Operator& op, std::int64_t tensor) {
    return duration(op, {.tensor = tensor}, examples::h100()).forward.value() - launch;
  };
  for (const Operator& op : {large_product, large_attention, large_stream,
                             model::gemm("rows", 8192, 8192, 8192, Split::rows)}) {
    CHECK(body(op, 2) == Approx(body(op, 1) / 2).epsilon(1e-12));
  }
  const Operator whole = model::gemm("whole", 8192, 8192, 8192, Split::none);
  CHECK(body(whole, 2) == body(whole, 1));
}

TEST_CASE("norms are divided by sequence parallelism only", "[kernel]") {
  const Seconds whole = duration(large_stream, {}, examples::h100()).forward;
  CHECK(
      duration(large_stream, {.tensor = 8, .sequence_parallel = false}, examples::h100()).forward ==
      whole);
  CHECK(duration(large_stream, {.tensor = 8}, examples::h100()).forward < whole);
}

// A quarter of the tokens, all of the weights.
TEST_CASE("a product split by tokens has whole weights and a part of the tokens", "[kernel]") {
  const Operator product = model::gemm("router", 8192, 8192, 8192, Split::tokens);
  const double whole = 2 * 8192.0 * 8192 * 8192;
  CHECK(work(product, {.tensor = 4}) == Flops(whole / 4));
  CHECK(work(product, {.tensor = 4, .sequence_parallel = false}) == Flops(whole));
  const Operator thin = model::gemm("thin", 4, 8192, 8192, Split::tokens);
  const double bytes = 2 * (8192.0 + 8192.0 * 8192 + 8192);
  CHECK(duration(thin, {.tensor = 4}, examples::h100()).forward.value() ==
        Approx(bytes / bandwidth + launch).epsilon(1e-14));
}

TEST_CASE("ranks that divide the sequence divide tokens, attention and streams, not weights",
          "[kernel]") {
  for (const Operator& op : operators()) {
    CHECK(work(op, {.context = 4}).value() == Approx(work(op, {}).value() / 4).epsilon(1e-14));
  }
  const Operator thin = model::gemm("thin", 4, 8192, 8192, Split::columns);
  const double bytes = 2 * (8192.0 + 8192.0 * 8192 + 8192);
  CHECK(duration(thin, {.context = 4}, examples::h100()).forward.value() ==
        Approx(bytes / bandwidth + launch).epsilon(1e-14));
}

TEST_CASE("a sample over two ranks is as much as half of them on one", "[kernel]") {
  for (const Operator& op : operators()) {
    CHECK(duration(op, {.context = 4, .micro_batch = 2}, examples::h100()).forward.value() ==
          Approx(duration(op, {.context = 2}, examples::h100()).forward.value()).epsilon(1e-14));
  }
}

TEST_CASE("two samples take twice as long as one, but for a single launch", "[kernel]") {
  for (const Operator& op : {large_product, large_attention, large_stream}) {
    const double one = duration(op, {}, examples::h100()).forward.value();
    const double two = duration(op, {.micro_batch = 2}, examples::h100()).forward.value();
    CHECK(two - launch == Approx(2 * (one - launch)).epsilon(1e-12));
  }
}

TEST_CASE("fp8 doubles products and leaves attention in bf16", "[kernel]") {
  const Share fp8{.precision = Precision::fp8};
  const double product = duration(large_product, fp8, examples::h100()).forward.value();
  CHECK(product == Approx(2 * 8192.0 * 8192 * 8192 / (1978.9e12 * 0.7) + launch).epsilon(1e-14));
  CHECK(duration(large_attention, fp8, examples::h100()).forward ==
        duration(large_attention, {}, examples::h100()).forward);
}

TEST_CASE("no operator gets slower on a faster accelerator", "[kernel]") {
  for (const Operator& op : operators()) {
    for (const std::int64_t tensor : {1, 4}) {
      const Share share{.tensor = tensor};
      const Duration base = duration(op, share, examples::h100());
      for (const double factor : {1.1, 2.0, 50.0}) {
        hardware::Accelerator computes = examples::h100();
        for (FlopsPerSecond& peak : computes.peak) peak = peak * factor;
        hardware::Accelerator streams = examples::h100();
        streams.memory.front().bandwidth = streams.memory.front().bandwidth * factor;
        for (const auto& better : {computes, streams}) {
          CHECK(duration(op, share, better).forward <= base.forward);
          CHECK(duration(op, share, better).backward() <= base.backward());
        }
      }
    }
  }
}

TEST_CASE("no operator is faster than its launch and its roofs", "[kernel]") {
  for (const Operator& op : operators()) {
    const Duration time = duration(op, {}, examples::h100());
    CHECK(time.forward > Seconds(launch));
    CHECK(time.backward() > time.forward);
  }
}

TEST_CASE("experts work on every copy of a token and read the weights of all their groups",
          "[kernel]") {
  const double tokens = 2 * 1024;
  CHECK(work(experts(), {}) == Flops(2 * tokens * 4096 * 8192));
  hardware::Accelerator narrow = examples::h100();
  narrow.memory.front().bandwidth = BytesPerSecond(1e9);
  const double bytes = 2 * (tokens * 4096 + 16.0 * 4096 * 8192 + tokens * 8192);
  CHECK(duration(experts(), {}, narrow).forward.value() ==
        Approx(bytes / (1e9 * 0.85) + launch).epsilon(1e-14));
}

// A rank's tokens stay as many: what it gives to others it gets back from them.
TEST_CASE("expert ranks divide the weights and not the work", "[kernel]") {
  CHECK(work(experts(), {.expert = 8}) == work(experts(), {}));
  hardware::Accelerator narrow = examples::h100();
  narrow.memory.front().bandwidth = BytesPerSecond(1e9);
  const auto bytes = [&](const Share& share) {
    return (duration(experts(), share, narrow).forward.value() - launch) * 1e9 * 0.85;
  };
  CHECK(bytes({}) - bytes({.expert = 8}) == Approx(2 * (16.0 - 2) * 4096 * 8192).epsilon(1e-12));
  // Tensor ranks hold whole experts too, and a part of the tokens each.
  CHECK(bytes({.tensor = 2, .expert = 8}) ==
        Approx(2 * (1024.0 * 4096 + 4096.0 * 8192 + 1024.0 * 8192)).epsilon(1e-12));
}

TEST_CASE("the busiest rank of experts has so many more tokens, and nobody else", "[kernel]") {
  const Share uneven{.expert_load = 1.5};
  CHECK(work(experts(), uneven) == work(experts(), {}) * 1.5);
  CHECK(work(large_product, uneven) == work(large_product, {}));
}

TEST_CASE("work is what the forward pass is made of, part by part", "[kernel]") {
  CHECK(work(large_product, {}) == Flops(2 * 8192.0 * 8192 * 8192));
  CHECK(work(large_attention, {.tensor = 8}) == large_attention.work / 8);
  for (const std::int64_t tensor : {1, 2, 8}) {
    for (const Operator& op : operators()) {
      CHECK(work(op, {.tensor = tensor}).value() * static_cast<double>(tensor) ==
            Approx(model::forward_work(op).value()).epsilon(1e-14));
    }
  }
}

TEST_CASE("a measured operator takes its time whatever the share and the chip", "[kernel]") {
  Operator measured;
  measured.kind = model::OperatorKind::fixed;
  measured.fixed_forward = Seconds(3);
  measured.fixed_backward = Seconds(8);
  for (const Share& share : {Share{}, Share{.tensor = 8, .context = 2, .micro_batch = 5}}) {
    const Duration time = duration(measured, share, examples::h100());
    CHECK(time.forward == Seconds(3));
    CHECK(time.input_gradient == Seconds(4));
    CHECK(time.weight_gradient == Seconds(4));
  }
}

TEST_CASE("an exchange takes no kernel", "[kernel]") {
  const Duration time =
      duration(model::exchange(model::Point::tensor_enter, 1e9), {}, examples::h100());
  CHECK(time.forward == Seconds(0));
  CHECK(time.backward() == Seconds(0));
}

TEST_CASE("an optimizer without parameters takes no kernel", "[kernel]") {
  CHECK(optimizer_duration(0, examples::h100()) == Seconds(0));
}

TEST_CASE("Adam streams 30 bytes a parameter", "[kernel]") {
  CHECK(optimizer_duration(1e9, examples::h100()).value() ==
        Approx(30e9 / bandwidth + launch).epsilon(1e-14));
}

}  // namespace trainyard::kernel
