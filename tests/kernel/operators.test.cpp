#include "kernel/operators.hpp"

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
constexpr model::AttentionShape attention_shape{
    .queries = 8192, .context = 8192, .width = 4096, .kv_width = 1024, .heads = 32};
const Operator large_attention = model::attention(attention_shape);
const Operator large_stream = model::memory_bound("norm", 1e9, 2, Split::tokens);

// Memory that never bounds.
hardware::Accelerator wide() {
  hardware::Accelerator chip = examples::h100();
  chip.memory.front().bandwidth = BytesPerSecond(1e24);
  return chip;
}

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
    CHECK(time.backward() == time.input_gradient + time.weight_gradient);
  }
  const Duration large = duration(large_product, {}, examples::h100());
  CHECK(large.weight_gradient == large.forward);
}

// Eight bytes an element: fp32 sums are read and written; four where they are kept in bf16.
TEST_CASE("the product for weights' gradients adds them to their sums", "[kernel]") {
  const auto bytes = [](const Share& share) {
    const Duration time = duration(thin_product, share, examples::h100());
    return (time.weight_gradient.value() - launch) * bandwidth;
  };
  const double inputs = 2 * (8192.0 + 8192);
  CHECK(bytes({}) == Approx(inputs + 8 * 8192.0 * 8192).epsilon(1e-12));
  CHECK(bytes({.gradient_bytes = 2}) == Approx(inputs + 4 * 8192.0 * 8192).epsilon(1e-12));
}

// A bf16 gradient is written, then read beside its sum, which is written: one kernel more.
TEST_CASE("sums that are not fused are a pass over memory of their own", "[kernel]") {
  for (const double sum : {4.0, 2.0}) {
    const Share fused{.gradient_bytes = sum};
    const Share separate{.accumulation = Accumulation::separate, .gradient_bytes = sum};
    const Duration plain = duration(large_product, fused, examples::h100());
    const Duration passes = duration(large_product, separate, examples::h100());
    CHECK(passes.forward == plain.forward);
    CHECK(passes.input_gradient == plain.input_gradient);
    CHECK((passes.weight_gradient - plain.weight_gradient).value() ==
          Approx(8192.0 * 8192 * (2 + 2 * sum) / bandwidth + launch).epsilon(1e-9));
    const Duration thin = duration(thin_product, separate, examples::h100());
    CHECK(thin.weight_gradient.value() ==
          Approx((2 * (8192.0 + 8192) + 8192.0 * 8192 * (2 + 2 + 2 * sum)) / bandwidth + 2 * launch)
              .epsilon(1e-12));
  }
}

TEST_CASE("a chip may have another rate for the gradients of weights", "[kernel]") {
  hardware::Accelerator chip = examples::h100();
  chip.kernel.weight_gradient = 0.8;
  const Duration time = duration(large_product, {}, chip);
  CHECK(time.forward == duration(large_product, {}, examples::h100()).forward);
  CHECK(time.input_gradient == time.forward);
  CHECK((time.weight_gradient.value() - launch) * 0.8 ==
        Approx(time.forward.value() - launch).epsilon(1e-12));
}

TEST_CASE("software has a share of what the chip reaches, of products and of attention",
          "[kernel]") {
  const auto body = [](const Operator& op, const Share& share) {
    return duration(op, share, examples::h100()).forward.value() - launch;
  };
  const Share slow{.gemm_quality = 0.8, .attention_quality = 0.5};
  CHECK(body(large_product, slow) * 0.8 == Approx(body(large_product, {})).epsilon(1e-12));
  CHECK(body(large_attention, slow) * 0.5 == Approx(body(large_attention, {})).epsilon(1e-12));
  CHECK(body(large_stream, slow) == body(large_stream, {}));
}

TEST_CASE("streaming kernels that are not fused move more bytes", "[kernel]") {
  const Duration fused = duration(large_stream, {}, examples::h100());
  const Duration more = duration(large_stream, {.stream_traffic = 2.5}, examples::h100());
  CHECK(more.forward.value() - launch ==
        Approx(2.5 * (fused.forward.value() - launch)).epsilon(1e-12));
  CHECK(more.backward().value() - launch ==
        Approx(2.5 * (fused.backward().value() - launch)).epsilon(1e-12));
  CHECK(duration(large_product, {.stream_traffic = 2.5}, examples::h100()).forward ==
        duration(large_product, {}, examples::h100()).forward);
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

// A product for each head, of queries and keys or of scores and values.
TEST_CASE("unfused attention is two batches of products", "[kernel]") {
  model::AttentionShape shape = attention_shape;
  shape.kernel = model::AttentionKernel::unfused;
  std::vector<Operator> products;
  for (const Operator& op : model::attention_core(shape)) {
    if (op.kind == model::OperatorKind::attention) products.push_back(op);
  }
  REQUIRE(products.size() == 2);
  for (const Operator& op : products) {
    const Duration time = duration(op, {}, wide());
    CHECK(time.forward.value() ==
          Approx(32 * 2 * 8192.0 * 8192 * 128 / gemm_rate + launch).epsilon(1e-12));
    // Scores are kept: a product for either gradient, and none again.
    CHECK(time.input_gradient == time.forward * 2);
    CHECK(time.weight_gradient == Seconds(0));
    const Duration part = duration(op, {.tensor = 4, .context = 2}, wide());
    CHECK(part.forward.value() - launch ==
          Approx((time.forward.value() - launch) / 8).epsilon(1e-12));
  }
  CHECK(products[0].columns == 8192);
  CHECK(products[0].inner == 128);
  CHECK(products[1].columns == 128);
  CHECK(products[1].inner == 8192);
  // Every score is written, so that slow memory bounds them.
  hardware::Accelerator narrow = examples::h100();
  narrow.memory.front().bandwidth = BytesPerSecond(1e9);
  for (const Operator& op : products) {
    CHECK(duration(op, {}, narrow).forward.value() - launch ==
          Approx(32 * 2 * (2 * 8192.0 * 128 + 8192.0 * 8192) / (1e9 * 0.85)).epsilon(1e-12));
  }
}

// BLOOM, bigscience tr11-176B-ml: heads of 112 columns where 108 were slow.
TEST_CASE("heads whose rows are not whole 16 bytes run on the vector units where unfused",
          "[kernel]") {
  const auto scores = [](double size, model::AttentionKernel kernel) {
    const auto core = model::attention_core({.queries = 2048,
                                             .context = 2048,
                                             .width = 32 * size,
                                             .kv_width = 32 * size,
                                             .heads = 32,
                                             .kernel = kernel});
    for (const Operator& op : core) {
      if (op.kind == model::OperatorKind::attention) {
        return duration(op, {}, wide()).forward.value() - launch;
      }
    }
    return 0.0;
  };
  const auto work = [](double size) { return 32 * 2 * 2048.0 * 2048 * size; };
  using enum model::AttentionKernel;
  CHECK(scores(112, unfused) == Approx(work(112) / gemm_rate).epsilon(1e-12));
  CHECK(scores(108, unfused) == Approx(work(108) / (66.9e12 * 0.7)).epsilon(1e-12));
  CHECK(scores(108, fused) < scores(112, fused));
}

TEST_CASE("a causal mask halves fused attention, not what is written out", "[kernel]") {
  const auto body = [](model::AttentionShape shape) {
    double sum = 0;
    for (const Operator& op : model::attention_core(shape)) {
      if (op.kind != model::OperatorKind::attention) continue;
      sum += duration(op, {}, examples::h100()).forward.value() - launch;
    }
    return sum;
  };
  model::AttentionShape causal = attention_shape;
  causal.causal = true;
  CHECK(body(causal) == Approx(body(attention_shape) / 2).epsilon(1e-12));
  model::AttentionShape written = attention_shape;
  written.kernel = model::AttentionKernel::unfused;
  causal.kernel = model::AttentionKernel::unfused;
  CHECK(body(causal) == body(written));
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

// A cast reads bf16 (gradients of weights: what was cast before) and writes fp8, in one kernel.
TEST_CASE("fp8 doubles the rate of products, whose inputs are cast before", "[kernel]") {
  const Share fp8{.precision = Precision::fp8};
  const Operator op = model::gemm("up", 8192, 4096, 16384, Split::columns);
  const Duration time = duration(op, fp8, examples::h100());
  const double product = 2 * 8192.0 * 4096 * 16384 / (1978.9e12 * 0.7) + launch;
  const auto cast = [](double elements, double bytes) {
    return elements * bytes / bandwidth + launch;
  };
  CHECK(time.forward.value() == Approx(product + cast(8192.0 * 4096, 2 + 1)).epsilon(1e-14));
  CHECK(time.input_gradient.value() ==
        Approx(product + cast(8192.0 * 16384, 2 + 1)).epsilon(1e-14));
  CHECK(time.weight_gradient.value() ==
        Approx(product + cast(8192.0 * (4096 + 16384), 1 + 1)).epsilon(1e-14));
}

TEST_CASE("attention stays in bf16 beside narrower products", "[kernel]") {
  for (const Precision narrow : {Precision::fp8, Precision::fp4}) {
    CHECK(duration(large_attention, {.precision = narrow}, examples::h100()).forward ==
          duration(large_attention, {}, examples::h100()).forward);
  }
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

// 72 grouped products forward measured on B200 show 0.8 of it (SimuMax). One unit and tiles without
// a cost of their own: products of whole tiles take their work.
TEST_CASE("an expert's weights are read before its tokens can be multiplied", "[kernel]") {
  Operator many = model::gemm("expert up", 16 * 4096, 4096, 8192, Split::tokens);
  many.expert = true;
  many.groups = 16;
  const double product = 2 * 4096.0 * 4096 * 8192 / gemm_rate;
  const double weights = 2 * 4096.0 * 8192 / bandwidth;
  const Duration grouped = duration(many, {}, examples::h100());
  CHECK(grouped.forward.value() - launch == Approx(16 * (product + 0.8 * weights)).epsilon(1e-12));
  CHECK(grouped.input_gradient == grouped.forward);
  // Its gradient reads tokens on both sides, and no weights.
  CHECK(grouped.weight_gradient.value() - launch == Approx(16 * product).epsilon(1e-12));
  // A rank's only expert is a product like any other.
  const Duration alone = duration(many, {.expert = 16}, examples::h100());
  CHECK(alone.forward.value() - launch == Approx(16 * product).epsilon(1e-12));
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
  CHECK(optimizer_duration(0, Bytes(30), examples::h100()) == Seconds(0));
}

TEST_CASE("an optimizer streams so many bytes a parameter", "[kernel]") {
  for (const double each : {30.0, 60.0}) {
    CHECK(optimizer_duration(1e9, Bytes(each), examples::h100()).value() ==
          Approx(each * 1e9 / bandwidth + launch).epsilon(1e-14));
  }
}

}  // namespace trainyard::kernel
