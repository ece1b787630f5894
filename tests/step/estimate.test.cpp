// Estimates against the same steps played. The margins are what was measured, and a little more.
#include "step/estimate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>

#include "pipeline/schedule.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using parallelism::Recompute;
using parallelism::Request;
using parallelism::Sharding;
using support::StepCase;

Estimate estimate_of(const StepCase& one) {
  const auto plan = plan_on(one.task, one.nodes);
  REQUIRE(plan);
  return estimate(one.task, *plan);
}

// Cases whose plan is possible and fits memory.
class Grid {
 public:
  Grid(model::Model model, std::int64_t nodes) : model_(std::move(model)), nodes_(nodes) {}
  void add(const Request& request) {
    const Task task = examples::task(model_, examples::dgx_h100(), request);
    if (!objections(task).empty() || !plan_on(task, nodes_)) return;
    cases_.push_back({.task = task, .nodes = nodes_});
  }
  [[nodiscard]] const std::vector<StepCase>& cases() const { return cases_; }
  // Estimated over played, from the least to the largest.
  [[nodiscard]] std::vector<double> ratios() const {
    std::vector<double> ratios;
    const auto answers = support::in_children(cases_);
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      ratios.push_back(estimate_of(cases_[i]).duration / answers[i].duration);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios;
  }

 private:
  model::Model model_;
  std::int64_t nodes_;
  std::vector<StepCase> cases_;
};

double share_within(const std::vector<double>& ratios, double margin) {
  const auto near = std::count_if(ratios.begin(), ratios.end(),
                                  [&](double ratio) { return std::abs(ratio - 1) <= margin; });
  return static_cast<double>(near) / static_cast<double>(ratios.size());
}

enum class Parameters { whole, sharded };

std::vector<Sharding> shardings(Parameters parameters) {
  if (parameters == Parameters::sharded) return {Sharding::parameters};
  return {Sharding::none, Sharding::optimizer};
}

Grid dense(model::Model model, std::int64_t nodes, Parameters parameters) {
  Grid grid(std::move(model), nodes);
  for (const std::int64_t tensor : {1, 2, 8}) {
    for (const std::int64_t pipeline : {1, 2, 4}) {
      for (const std::int64_t micro_batches : {4, 16}) {
        for (const Recompute recompute : {Recompute::none, Recompute::full}) {
          Request request = examples::request(tensor, pipeline, micro_batches);
          request.recompute = recompute;
          for (const Sharding sharding : shardings(parameters)) {
            request.sharding = sharding;
            grid.add(request);
          }
        }
      }
    }
  }
  return grid;
}

enum class Copies { one, two };

Grid scheduled(model::Model model, std::int64_t nodes, Copies copies) {
  Grid grid(std::move(model), nodes);
  for (const pipeline::ScheduleRow& schedule : pipeline::schedules()) {
    const bool two = schedule.layout == pipeline::Layout::two_way;
    if (two != (copies == Copies::two)) continue;
    for (const std::int64_t tensor : {1, 2}) {
      for (const std::int64_t stages : {2, 4}) {
        for (const std::int64_t micro_batches : {8, 32}) {
          Request request = examples::request(tensor, stages, micro_batches);
          request.schedule = schedule.name;
          if (schedule.layout == pipeline::Layout::looped) request.chunks = 2;
          grid.add(request);
        }
      }
    }
  }
  return grid;
}

Grid contexts() {
  Grid grid(examples::small_language(), 2);
  for (const auto kind : {parallelism::Context::ring, parallelism::Context::all_gather,
                          parallelism::Context::ulysses}) {
    for (const std::int64_t context : {2, 4}) {
      for (const std::int64_t tensor : {1, 2}) {
        for (const std::int64_t pipeline : {1, 2}) {
          Request request = examples::request(tensor, pipeline, 8);
          request.context = context;
          request.context_kind = kind;
          grid.add(request);
        }
      }
    }
  }
  return grid;
}

Grid experts(Parameters parameters) {
  Grid grid(examples::small_mixture(), 2);
  for (const std::int64_t expert : {1, 2, 4}) {
    for (const std::int64_t tensor : {1, 2}) {
      for (const std::int64_t pipeline : {1, 2}) {
        Request request = examples::request(tensor, pipeline, 8);
        request.expert = expert;
        for (const Sharding sharding : shardings(parameters)) {
          request.sharding = sharding;
          grid.add(request);
        }
      }
    }
  }
  return grid;
}

}  // namespace

// Measured: 0.987 to 1.022, 95 % within 2 %.
TEST_CASE("estimates of an 8 B model are within 3 %, most within 2 %", "[step]") {
  const auto ratios = dense(examples::llama3_8b(), 4, Parameters::whole).ratios();
  CHECK(ratios.size() == 56);
  CHECK(share_within(ratios, 0.03) == 1);
  CHECK(share_within(ratios, 0.02) > 0.9);
}

// Measured: 0.949 to 1.101, 73 % within 5 %. With 168 M parameters a layer takes below 1 ms and
// messages count; what is sent between stages is taken to be seen more often than it is.
TEST_CASE("estimates of a very small model are within 12 %, most within 5 %", "[step]") {
  const auto ratios = dense(examples::small_language(), 2, Parameters::whole).ratios();
  CHECK(ratios.size() == 64);
  CHECK(share_within(ratios, 0.12) == 1);
  CHECK(share_within(ratios, 0.05) > 0.65);
}

// Measured: 0.948 to 1.020, 89 % within 3 %, for 8 B parameters; 0.827 to 1.018, 69 % within 10 %,
// for 168 M. Estimates leave out what nothing can hide: the first layer's gather of every pass and
// the last one's sum.
TEST_CASE("steps that gather their parameters take up to a quarter longer than estimated",
          "[step]") {
  const auto large = dense(examples::llama3_8b(), 4, Parameters::sharded).ratios();
  CHECK(large.size() == 36);
  CHECK(share_within(large, 0.06) == 1);
  CHECK(share_within(large, 0.03) > 0.8);
  const auto small = dense(examples::small_language(), 2, Parameters::sharded).ratios();
  CHECK(small.size() == 32);
  CHECK(small.back() < 1.03);
  CHECK(small.front() > 0.8);
  CHECK(share_within(small, 0.1) > 0.65);
}

// Measured: 0.991 to 1.050 for 8 B parameters, 82 % within 2 %; 1.011 to 1.147 for 168 M, 75 %
// within 10 %. The largest are of zb-v and interleaved on four stages, which hide most sends.
TEST_CASE("schedules of one copy are estimated within 6 %, of a small model within 16 %",
          "[step]") {
  const auto large = scheduled(examples::llama3_8b(), 4, Copies::one).ratios();
  CHECK(large.size() == 17);
  CHECK(share_within(large, 0.06) == 1);
  CHECK(share_within(large, 0.02) > 0.75);
  const auto small = scheduled(examples::small_language(), 2, Copies::one).ratios();
  CHECK(small.size() == 40);
  CHECK(small.front() > 1);
  CHECK(share_within(small, 0.16) == 1);
  CHECK(share_within(small, 0.1) > 0.7);
}

// Measured: within 16 % for 8 B parameters, 1.055 to 1.194 for 168 M and few micro-batches, where
// the sum over the two stages with the same pieces is a large part and some of it is hidden by
// stages that end earlier.
TEST_CASE("dualpipe is estimated within 20 %", "[step]") {
  const auto large = scheduled(examples::llama3_8b(), 4, Copies::two).ratios();
  CHECK(large.size() == 2);
  CHECK(share_within(large, 0.16) == 1);
  const auto small = scheduled(examples::small_language(), 2, Copies::two).ratios();
  CHECK(small.size() == 8);
  CHECK(share_within(small, 0.2) == 1);
  CHECK(share_within(small, 0.1) >= 0.5);
}

// Measured: 0.967 to 1.005, all but one in eight 0.967 to 0.991.
TEST_CASE("ranks along the sequence are estimated within 4 %", "[step]") {
  const auto ratios = contexts().ratios();
  CHECK(ratios.size() == 24);
  CHECK(share_within(ratios, 0.04) == 1);
  CHECK(share_within(ratios, 0.03) > 0.9);
}

// Measured: 0.945 to 1.052, 92 % within 5 %; with sharded parameters 0.687 to 0.920, 50 % within
// 15 %: half of the parameters are in every second layer, so that gathering those takes longer than
// the layer before computes.
TEST_CASE("experts are estimated within 7 %, gathered ones within 33 %", "[step]") {
  const auto whole = experts(Parameters::whole).ratios();
  CHECK(whole.size() == 24);
  CHECK(share_within(whole, 0.07) == 1);
  CHECK(share_within(whole, 0.05) > 0.85);
  const auto sharded = experts(Parameters::sharded).ratios();
  CHECK(sharded.size() == 12);
  CHECK(share_within(sharded, 0.33) == 1);
  CHECK(share_within(sharded, 0.15) > 0.4);
}

// Nothing is shared or waited for there, so that both sum the same.
TEST_CASE("one replica on one stage is estimated as it is played", "[step]") {
  Grid grid(examples::llama3_8b(), 1);
  for (const std::int64_t tensor : {2, 4, 8}) {
    for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
      Request request = examples::request(tensor, 1, 3);
      request.data = 1;
      request.recompute = recompute;
      grid.add(request);
    }
  }
  const auto ratios = grid.ratios();
  CHECK(ratios.size() >= 6);
  CHECK(share_within(ratios, 1e-9) == 1);
}

TEST_CASE("the parts of an estimate sum to its duration, and none is negative", "[step]") {
  for (const Grid& grid : {dense(examples::small_language(), 2, Parameters::whole),
                           dense(examples::small_language(), 2, Parameters::sharded),
                           scheduled(examples::small_language(), 2, Copies::one),
                           scheduled(examples::small_language(), 2, Copies::two), contexts(),
                           experts(Parameters::whole)}) {
    for (const StepCase& one : grid.cases()) {
      const Estimate estimate = estimate_of(one);
      Seconds sum;
      for (const Seconds part : {estimate.computing, estimate.exchanging, estimate.bubble,
                                 estimate.sending, estimate.gradients, estimate.optimizer}) {
        CHECK(part >= Seconds(0));
        sum += part;
      }
      CHECK(estimate.duration.value() == Approx(sum.value()).epsilon(1e-12));
      CHECK(estimate.computing > Seconds(0));
      CHECK((estimate.bubble > Seconds(0) || one.task.request.pipeline <= 2));
    }
  }
}

// In this process, which has no SimGrid Engine and makes none.
TEST_CASE("an estimate is the same each time", "[step]") {
  const Grid grid = experts(Parameters::sharded);
  for (const StepCase& one : grid.cases()) {
    const Estimate first = estimate_of(one);
    const Estimate second = estimate_of(one);
    CHECK(first.duration == second.duration);
    CHECK(first.computing == second.computing);
    CHECK(first.exchanging == second.exchanging);
    CHECK(first.bubble == second.bubble);
    CHECK(first.sending == second.sending);
    CHECK(first.gradients == second.gradients);
    CHECK(first.optimizer == second.optimizer);
  }
}

}  // namespace trainyard::step
