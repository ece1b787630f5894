#include "program/passes.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "collective/collective.hpp"
#include "model/low_rank.hpp"
#include "program/stage.hpp"
#include "support/examples.hpp"

namespace trainyard::program {
namespace {

using collective::Operation;
using parallelism::Context;
using parallelism::Plan;
using parallelism::Recompute;

// Of the small language model: 2048 tokens of 1024 columns, two bytes each.
constexpr double boundary = 2048.0 * 1024 * 2;

Plan plan_of(std::int64_t tensor, std::int64_t context = 1, std::int64_t expert = 1) {
  Plan plan{.request = {}, .data = 4};
  plan.request.tensor = tensor;
  plan.request.context = context;
  plan.request.expert = expert;
  return plan;
}

// Passes point into their layer.
const model::Layer& block() {
  static const model::Model model = examples::small_language();
  return model.block(0);
}

Passes of(const model::Layer& layer, const Plan& plan) {
  return passes(layer, plan, examples::h100());
}

std::vector<Item> waits(const Items& items) {
  std::vector<Item> waits;
  for (const Item& item : items) {
    if (item.kind != Item::Kind::compute) waits.push_back(item);
  }
  return waits;
}

std::vector<Operation> operations(const Items& items) {
  std::vector<Operation> all;
  for (const Item& item : waits(items)) all.push_back(item.operation);
  return all;
}

Seconds computing(const Items& items, Activity activity) {
  Seconds sum;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::compute && item.activity == activity) sum += item.time;
  }
  return sum;
}

// Names of what is computed, in order.
std::vector<std::string> names(const Items& items, Activity activity) {
  std::vector<std::string> all;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::compute && item.activity == activity) all.push_back(*item.name);
  }
  return all;
}

}  // namespace

TEST_CASE("a rank on its own exchanges nothing", "[program]") {
  const Passes alone = of(block(), plan_of(1));
  for (const Items* items :
       {&alone.forward, &alone.backward, &alone.input_gradient, &alone.weight_gradient}) {
    CHECK(waits(*items).empty());
  }
}

// Korthikanti et al., arXiv 2205.05198, section 4.2.2.
TEST_CASE("with sequence parallelism a divided product gathers its inputs and scatters its outputs",
          "[program]") {
  using enum Operation;
  const Passes divided = of(block(), plan_of(4));
  CHECK(operations(divided.forward) ==
        std::vector{all_gather, reduce_scatter, all_gather, reduce_scatter});
  CHECK(operations(divided.backward) ==
        std::vector{all_gather, reduce_scatter, all_gather, reduce_scatter});
  CHECK(operations(divided.input_gradient) == operations(divided.backward));
  for (const Item& item : waits(divided.forward)) {
    CHECK(item.channel == Channel::tensor);
    CHECK(item.activity == Activity::tensor_exchange);
    CHECK(item.buffer == Bytes(boundary));
  }
}

// Shoeybi et al., arXiv 1909.08053, section 3.
TEST_CASE("without sequence parallelism a block is summed twice forward and twice backward",
          "[program]") {
  Plan plan = plan_of(4);
  plan.request.sequence_parallel = false;
  const Passes whole = of(block(), plan);
  CHECK(operations(whole.forward) == std::vector(2, Operation::all_reduce));
  CHECK(operations(whole.backward) == std::vector(2, Operation::all_reduce));
}

TEST_CASE("the ranks of a sequence share out what a tensor group exchanges", "[program]") {
  Plan plan = plan_of(2, 2);
  plan.request.batch.micro_batch = 3;
  for (const Item& item : waits(of(block(), plan).forward)) {
    if (item.channel == Channel::tensor) CHECK(item.buffer == Bytes(3 * boundary / 2));
  }
}

TEST_CASE("gradients of weights need no exchange", "[program]") {
  for (const Context kind : {Context::ring, Context::all_gather, Context::ulysses}) {
    Plan plan = plan_of(2, 2, 2);
    plan.request.context_kind = kind;
    const model::Model mixture = examples::small_mixture();
    for (const model::Layer& layer : mixture.kinds) {
      CHECK(waits(of(layer, plan).weight_gradient).empty());
    }
  }
}

// Keys and values of 8 heads of 64 columns each.
TEST_CASE("context parallelism gathers keys and values and scatters their gradients", "[program]") {
  Plan plan = plan_of(2, 4);
  plan.request.context_kind = Context::all_gather;
  const Passes both = of(block(), plan);
  const auto context = [](const Items& items) {
    std::vector<Item> all = waits(items);
    std::erase_if(all, [](const Item& item) { return item.channel != Channel::context; });
    return all;
  };
  const auto forward = context(both.forward);
  const auto backward = context(both.backward);
  REQUIRE(forward.size() == 1);
  REQUIRE(backward.size() == 1);
  CHECK(forward[0].operation == Operation::all_gather);
  CHECK(backward[0].operation == Operation::reduce_scatter);
  for (const Item& item : {forward[0], backward[0]}) {
    CHECK(item.activity == Activity::context_exchange);
    CHECK(item.buffer == Bytes(2048.0 * 2 * 8 * 64 * 2 / 2));
  }
}

TEST_CASE("Ulysses exchanges tokens for heads before attention and back after it", "[program]") {
  Plan plan = plan_of(1, 4);
  plan.request.context_kind = Context::ulysses;
  const Passes both = of(block(), plan);
  const double queries = 2048.0 * 16 * 64 * 2;
  const double inputs = queries + 2048.0 * 2 * 8 * 64 * 2;
  for (const Items* items : {&both.forward, &both.backward}) {
    const auto all = waits(*items);
    REQUIRE(all.size() == 2);
    CHECK(all[0].operation == Operation::all_to_all);
    CHECK(all[0].buffer + all[1].buffer == Bytes((inputs + queries) / 4));
  }
  CHECK(waits(both.forward)[0].buffer == Bytes(inputs / 4));
  CHECK(waits(both.backward)[0].buffer == Bytes(queries / 4));
}

// Liu et al., arXiv 2310.01889.
TEST_CASE("ring attention sends keys on beside attention, twice as much backward", "[program]") {
  const Passes both = of(block(), plan_of(1, 4));
  const auto travels = [](const Items& items) {
    const auto offer = std::find_if(items.begin(), items.end(), [](const Item& item) {
      return item.kind == Item::Kind::offer;
    });
    REQUIRE(std::distance(offer, items.end()) > 2);
    CHECK((offer + 1)->activity == Activity::attention);
    CHECK((offer + 2)->kind == Item::Kind::join);
    CHECK(offer->operation == Operation::all_gather);
    CHECK(waits(items).size() == 2);
    return offer->buffer;
  };
  CHECK(travels(both.forward) == Bytes(2048.0 * 2 * 8 * 64 * 2));
  CHECK(travels(both.backward) == travels(both.forward) * 2);
}

TEST_CASE("tokens go to their experts and back, busier ones get more", "[program]") {
  Plan plan = plan_of(2, 1, 2);
  plan.request.expert_load = 1.5;
  const model::Model mixture = examples::small_mixture();
  REQUIRE(mixture.block(1).expert_parameters > 0);
  const Passes both = of(mixture.block(1), plan);
  for (const Items* items : {&both.forward, &both.backward}) {
    auto all = waits(*items);
    std::erase_if(all, [](const Item& item) { return item.channel != Channel::expert; });
    REQUIRE(all.size() == 2);
    for (const Item& item : all) {
      CHECK(item.operation == Operation::all_to_all);
      CHECK(item.activity == Activity::expert_exchange);
      // Two experts a token, tokens divided over the tensor group.
      CHECK(item.buffer == Bytes(2 * boundary / 2 * 1.5));
    }
  }
}

TEST_CASE("experts of one rank need no exchange", "[program]") {
  const model::Model mixture = examples::small_mixture();
  CHECK(waits(of(mixture.block(1), plan_of(1)).forward).empty());
}

TEST_CASE("both halves of a backward pass take as long as the whole", "[program]") {
  for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
    for (const std::int64_t tensor : {1, 4}) {
      Plan plan = plan_of(tensor, 2, 2);
      plan.request.recompute = recompute;
      for (const auto& model :
           {examples::small_language(), examples::small_mixture(), examples::small_video()}) {
        for (const model::Layer& layer : model.kinds) {
          const Passes all = of(layer, plan);
          const Seconds halves = computing(all.input_gradient) + computing(all.weight_gradient);
          CHECK(halves.value() == Approx(computing(all.backward).value()).epsilon(1e-14));
        }
      }
    }
  }
}

TEST_CASE("full recomputation runs forward again before backward, exchanges included",
          "[program]") {
  Plan plan = plan_of(4, 2);
  const Passes kept = of(block(), plan);
  plan.request.recompute = Recompute::full;
  const Passes again = of(block(), plan);
  CHECK(computing(kept.backward, Activity::recompute) == Seconds(0));
  CHECK(computing(again.backward, Activity::recompute) == computing(kept.forward));
  CHECK(computing(again.weight_gradient) == computing(kept.weight_gradient));
  for (const auto pass : {&Passes::backward, &Passes::input_gradient}) {
    auto expected = operations(kept.forward);
    for (const Operation operation : operations(kept.*pass)) expected.push_back(operation);
    CHECK(operations(again.*pass) == expected);
  }
}

// Korthikanti et al., section 5. Fused attention keeps no scores: norms and activations are left.
TEST_CASE(
    "selective recomputation runs the inner part of unfused attention again, else what is cheap",
    "[program]") {
  const auto layer = build(model::DenseTransformer{.layers = 1,
                                                   .hidden = 1024,
                                                   .heads = 16,
                                                   .kv_heads = 8,
                                                   .head_size = 64,
                                                   .ffn = 4096,
                                                   .vocabulary = 32000,
                                                   .sequence = 2048,
                                                   .attention = model::AttentionKernel::unfused})
                         .block(0);
  Plan plan = plan_of(4);
  const Passes kept = of(layer, plan);
  plan.request.recompute = Recompute::selective;
  const Passes some = of(layer, plan);
  CHECK(names(some.backward, Activity::recompute) ==
        std::vector<std::string>{"softmax", "attention scores"});
  CHECK(operations(some.backward) == operations(kept.backward));
  CHECK(names(of(block(), plan).backward, Activity::recompute) ==
        std::vector<std::string>{"activation", "feed-forward norm", "attention norm"});
}

TEST_CASE("frozen weights have no gradient", "[program]") {
  const model::Model adapted = with_adapters(
      examples::small_language(), {.rank = 8, .on = {"query key value", "attention output"}});
  const Plan plan = plan_of(1);
  const auto gradients = names(of(adapted.block(0), plan).weight_gradient, Activity::gemm);
  CHECK(std::ranges::count(gradients, "query key value") == 0);
  CHECK(std::ranges::count(gradients, "feed-forward up") == 0);
  CHECK(gradients.size() == 4);  // two narrow products for each adapter
}

constexpr auto all_passes = {&Passes::forward, &Passes::backward, &Passes::input_gradient,
                             &Passes::weight_gradient};

// A start for each operator and exchange; of a product's whole backward pass, one for each
// gradient.
static double started(const Items& items, double of_a_product) {
  double sum = 0;
  for (const Item& item : items) sum += item.activity == Activity::gemm ? of_a_product : 1;
  return sum;
}

// Hosts run ahead of chips: only the sum over a pass counts.
TEST_CASE("a pass takes at least what its host takes to start it", "[program]") {
  Plan plan = plan_of(4);
  const Passes free = of(block(), plan);
  plan.request.software.host = Seconds(1);
  const Passes slow = of(block(), plan);
  for (const auto pass : all_passes) {
    const double starts = started(free.*pass, pass == &Passes::backward ? 2 : 1);
    CHECK(computing(free.*pass, Activity::host_wait) == Seconds(0));
    CHECK(computing(slow.*pass).value() == Approx(starts).epsilon(1e-14));
    CHECK(computing(slow.*pass, Activity::host_wait).value() ==
          Approx(starts - computing(free.*pass).value()).epsilon(1e-14));
    CHECK((slow.*pass).back().activity == Activity::host_wait);
    CHECK((slow.*pass).size() == (free.*pass).size() + 1);
  }
}

TEST_CASE("a pass that takes longer than its host waits for nothing", "[program]") {
  Plan plan = plan_of(1);
  const Passes free = of(block(), plan);
  for (const auto pass : all_passes) {
    const double starts = started(free.*pass, pass == &Passes::backward ? 2 : 1);
    plan.request.software.host = computing(free.*pass) * (0.999 / starts);
    const Passes with = of(block(), plan);
    CHECK(names(with.*pass, Activity::host_wait).empty());
    CHECK((with.*pass).size() == (free.*pass).size());
    plan.request.software.host = computing(free.*pass) * (1.5 / starts);
    const Passes late = of(block(), plan);
    CHECK(computing(late.*pass).value() ==
          Approx(1.5 * computing(free.*pass).value()).epsilon(1e-12));
  }
}

// The cast of what a narrow product reads is a kernel of its own.
TEST_CASE("hosts start casts and, unless they are grouped, the products of each expert",
          "[program]") {
  Plan plan = plan_of(1);
  plan.request.software.host = Seconds(1);
  const auto forward = [&](const model::Layer& layer) {
    return computing(of(layer, plan).forward).value();
  };
  const auto products = [&](const model::Layer& layer) {
    return static_cast<double>(names(of(layer, plan).forward, Activity::gemm).size());
  };
  const double bf16 = forward(block());
  plan.request.precision = hardware::Precision::fp8;
  CHECK(forward(block()) == Approx(bf16 + products(block())).epsilon(1e-12));
  plan.request.precision = hardware::Precision::bf16;

  const model::Model mixture = examples::small_mixture();
  const model::Layer& layer = mixture.block(1);
  const double grouped = forward(layer);
  const auto experts =
      static_cast<double>(std::ranges::count_if(layer.operators, [](const model::Operator& op) {
        return op.expert && op.kind == model::OperatorKind::gemm;
      }));
  REQUIRE(experts > 0);
  plan.request.software.grouped_experts = false;
  CHECK(forward(layer) == Approx(grouped + (8 - 1) * experts).epsilon(1e-12));
  plan.request.expert = 4;  // two experts a rank
  plan.data = 4;
  const double exchanges = static_cast<double>(waits(of(layer, plan).forward).size());
  CHECK(forward(layer) == Approx(grouped + (2 - 1) * experts + exchanges).epsilon(1e-12));
}

// A norm, an activation or a residual is as many kernels as it moves bytes beyond fused ones.
TEST_CASE("streaming operators that are not fused are more kernels to start", "[program]") {
  Plan plan = plan_of(1);
  plan.request.software.host = Seconds(1);
  plan.request.software.stream_traffic = 3;
  const Passes passes = of(block(), plan);
  const auto streams = static_cast<double>(names(passes.forward, Activity::memory_bound).size());
  const auto items = static_cast<double>(passes.forward.size() - 1);
  REQUIRE(streams > 0);
  CHECK(computing(passes.forward).value() == Approx(items + 2 * streams).epsilon(1e-12));
}

// What the whole of software does to kernels is in operators.test.cpp.
TEST_CASE("passes take the times that their software has", "[program]") {
  Plan plan = plan_of(1);
  const Passes plain = of(block(), plan);
  const auto gemm = [](const Passes& passes) {
    return computing(passes.backward, Activity::gemm).value();
  };
  plan.request.software.gemm_quality = 0.5;
  CHECK(gemm(of(block(), plan)) > 1.5 * gemm(plain));
  plan.request.software = {.fused_updates = false};
  CHECK(gemm(of(block(), plan)) > gemm(plain));
  plan.request.software = {.attention_quality = 0.5};
  CHECK(computing(of(block(), plan).forward, Activity::attention) >
        computing(plain.forward, Activity::attention) * 1.5);
  // Kernels of older chips reach the share that this one's file says.
  plan.request.software = {.attention = parallelism::AttentionKind::portable};
  hardware::Accelerator chip = examples::h100();
  CHECK(computing(of(block(), plan).forward, Activity::attention) ==
        computing(plain.forward, Activity::attention));
  chip.kernel.attention_portable = 0.5;
  CHECK(computing(passes(block(), plan, chip).forward, Activity::attention) >
        computing(plain.forward, Activity::attention) * 1.5);
  plan.request.software = {.stream_traffic = 2};
  CHECK(computing(of(block(), plan).forward, Activity::memory_bound) >
        computing(plain.forward, Activity::memory_bound) * 1.5);
}

}  // namespace trainyard::program
