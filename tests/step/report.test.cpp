#include "step/report.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>

#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using program::Activity;

std::vector<Task> tasks() {
  const hardware::Node node = examples::dgx_h100(2, 4);
  auto moe = examples::many_dimensions();
  auto zero_bubble = examples::request(2, 4, 8);
  zero_bubble.schedule = "zb-v";
  auto fsdp = examples::request(1, 1, 2);
  fsdp.sharding = parallelism::Sharding::parameters;
  auto flows = examples::request(4, 2, 4);
  flows.detail = parallelism::Detail::flows;
  return {examples::task(examples::small_language(), node, examples::request(2, 2, 4)),
          examples::task(examples::small_mixture(), node, moe),
          examples::task(examples::small_language(), node, zero_bubble),
          examples::task(examples::small_language(), node, fsdp),
          examples::task(examples::small_video(), node, flows)};
}

constexpr std::int64_t nodes = 3;

std::vector<Report> reports(const std::vector<Task>& tasks, program::Folding folding,
                            Tracing tracing = Tracing::off) {
  Reports server(tasks, 2, {.folding = folding}, tracing);
  std::vector<Question> questions;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    questions.push_back({static_cast<std::int64_t>(i), nodes});
  }
  return server.ask(questions);
}

double total(const std::array<Seconds, program::activities>& spent) {
  return std::accumulate(spent.begin(), spent.end(), Seconds(0)).value();
}

constexpr auto both = {program::Folding::classes, program::Folding::off};

}  // namespace

TEST_CASE("a report's answer is the step's", "[step]") {
  const auto all = tasks();
  const auto found = reports(all, program::Folding::classes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Answer answer = support::in_child(all[i], nodes);
    CHECK(found[i].answer.duration == answer.duration);
    CHECK(found[i].answer.spent == answer.spent);
    CHECK(found[i].answer.energy == answer.energy);
    CHECK(found[i].trace.empty());
  }
}

TEST_CASE("stages sum to the answer, and each to the step's duration", "[step]") {
  const auto all = tasks();
  for (const program::Folding folding : both) {
    const auto found = reports(all, folding);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Report& report = found[i];
      CAPTURE(i);
      REQUIRE(static_cast<std::int64_t>(report.stages.size()) == report.answer.pipeline);
      std::array<double, program::activities> sum{};
      double ranks = 0;
      Bytes fullest;
      for (std::size_t s = 0; s < report.stages.size(); ++s) {
        const StageReport& stage = report.stages[s];
        CHECK(stage.stage == static_cast<std::int64_t>(s));
        CHECK(total(stage.spent) == Approx(report.answer.duration.value()).epsilon(1e-12));
        ranks += stage.ranks;
        fullest = std::max(fullest, stage.memory.total());
        for (std::size_t a = 0; a < program::activities; ++a) {
          sum[a] += stage.spent[a].value() * stage.ranks;
        }
      }
      CHECK(ranks == static_cast<double>(report.answer.ranks));
      CHECK(fullest == report.answer.memory.total());
      for (std::size_t a = 0; a < program::activities; ++a) {
        CHECK(sum[a] / ranks == Approx(report.answer.spent[a].value()).epsilon(1e-9).margin(1e-15));
      }
    }
  }
}

TEST_CASE("no link carries more than it can", "[step]") {
  for (const program::Folding folding : both) {
    for (const Report& report : reports(tasks(), folding)) {
      REQUIRE_FALSE(report.links.empty());
      for (const LinkReport& link : report.links) {
        CAPTURE(link.kind);
        CHECK(link.links > 0);
        CHECK(link.bytes > Bytes(0));
        CHECK(link.mean <= link.busiest * (1 + 1e-12));
        CHECK(link.busiest <= 1 + 1e-9);
      }
    }
  }
}

// Folded, links that can never hold anything back are left out (program/prune.hpp).
TEST_CASE("each kind of link is reported once, and what leaves nodes is the answer's", "[step]") {
  for (const Report& report : reports(tasks(), program::Folding::off)) {
    std::map<std::string, const LinkReport*> kinds;
    for (const LinkReport& link : report.links) CHECK(kinds.emplace(link.kind, &link).second);
    REQUIRE(kinds.count("nic out") == 1);
    REQUIRE(kinds.count("nic in") == 1);
    for (const char* kind : {"nic out", "nic in"}) {
      CHECK(kinds[kind]->bytes.value() == Approx(report.answer.scale_out.value()).epsilon(1e-9));
    }
  }
}

TEST_CASE("folded and full agree on the busiest link of every kind", "[step]") {
  const auto few = reports(tasks(), program::Folding::classes);
  const auto all = reports(tasks(), program::Folding::off);
  for (std::size_t i = 0; i < few.size(); ++i) {
    std::map<std::string, const LinkReport*> kinds;
    for (const LinkReport& link : all[i].links) kinds.emplace(link.kind, &link);
    for (const LinkReport& link : few[i].links) {
      CAPTURE(i, link.kind);
      REQUIRE(kinds.count(link.kind) == 1);
      const LinkReport& full = *kinds[link.kind];
      CHECK(link.busiest == Approx(full.busiest).epsilon(1e-9));
    }
  }
}

TEST_CASE("a trace lies within the step, in order of finishing", "[step]") {
  for (const program::Folding folding : both) {
    const auto all = reports(tasks(), folding, Tracing::on);
    for (const Report& report : all) {
      REQUIRE_FALSE(report.trace.empty());
      const double end = report.answer.duration.value() * (1 + 1e-12);
      double last = 0;
      for (const TraceEvent& event : report.trace) {
        const double finish = (event.start + event.duration).value();
        CHECK(event.start >= Seconds(0));
        CHECK(event.duration >= Seconds(0));
        CHECK(finish <= end);
        last = std::max(last, finish);
      }
      CHECK(last == Approx(report.answer.duration.value()).epsilon(1e-12));
    }
  }
}

TEST_CASE("a rank does one thing after the other, from start to end", "[step]") {
  for (const program::Folding folding : both) {
    for (const Report& report : reports(tasks(), folding, Tracing::on)) {
      std::map<std::int64_t, std::vector<const TraceEvent*>> by_rank;
      for (const TraceEvent& event : report.trace) {
        if (event.stream == "compute") by_rank[event.rank].push_back(&event);
      }
      CHECK(static_cast<std::int64_t>(by_rank.size()) == report.answer.players);
      for (auto& [rank, events] : by_rank) {
        std::stable_sort(events.begin(), events.end(),
                         [](const auto* a, const auto* b) { return a->start < b->start; });
        double at = 0;
        double busy = 0;
        bool apart = true;
        for (const TraceEvent* event : events) {
          apart = apart && event->start.value() >= at - 1e-9 * report.answer.duration.value();
          at = (event->start + event->duration).value();
          busy += event->duration.value();
        }
        CAPTURE(rank);
        CHECK(apart);
        CHECK(busy <= report.answer.duration.value() * (1 + 1e-9));
      }
    }
  }
}

TEST_CASE("a trace shows what time was spent on", "[step]") {
  const auto all = reports(tasks(), program::Folding::off, Tracing::on);
  for (const Report& report : all) {
    double waited = 0;
    const std::set<std::string> waits{"pipeline_wait", "gradient_wait", "parameter_wait",
                                      "input_wait"};
    double computed = 0;
    for (const TraceEvent& event : report.trace) {
      if (event.stream != "compute") continue;
      (waits.contains(event.name) ? waited : computed) += event.duration.value();
    }
    double expected = 0;
    for (const Activity activity : {Activity::pipeline_wait, Activity::gradient_wait,
                                    Activity::parameter_wait, Activity::input_wait}) {
      expected += report.answer.spent[static_cast<std::size_t>(activity)].value();
    }
    CHECK(waited / static_cast<double>(report.answer.ranks) == Approx(expected).epsilon(1e-9));
    CHECK(computed > 0);
  }
}

// A closed form in one node: everything is shown once.
TEST_CASE("a traced transfer takes its latency and its bytes over the bandwidth", "[step]") {
  auto request = examples::request(1, 2, 1);
  request.data = 1;
  const std::vector<Task> one{
      examples::task(examples::small_language(), examples::dgx_h100(), request)};
  Reports server(one, 1, {}, Tracing::on);
  const Report report = server.ask({{0, 1}}).front();
  int found = 0;
  for (const TraceEvent& event : report.trace) {
    if (event.stream != "activations" && event.stream != "activation gradients") continue;
    ++found;
    CHECK(event.duration.value() ==
          Approx(1.5e-6 + 2 * 2048.0 * 1024 / (0.8 * 450e9)).epsilon(1e-9));
    CHECK(event.name == event.stream + " 4.194 MB");
    CHECK(event.stage == (event.stream == "activations" ? "stage 0" : "stage 1"));
  }
  CHECK(found == 2);
}

TEST_CASE("reports do not depend on the processes that make them", "[step]") {
  const auto all = tasks();
  const std::vector<Question> questions{{0, 1}, {1, 2}, {3, 2}};
  Reports one(all, 1, {}, Tracing::on);
  Reports three(all, 3, {}, Tracing::on);
  const auto first = one.ask(questions);
  const auto second = three.ask(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    CHECK(first[i].answer.duration == second[i].answer.duration);
    REQUIRE(first[i].trace.size() == second[i].trace.size());
    REQUIRE(first[i].links.size() == second[i].links.size());
    bool same = true;
    for (std::size_t e = 0; e < first[i].trace.size(); ++e) {
      same = same && first[i].trace[e].start == second[i].trace[e].start &&
             first[i].trace[e].name == second[i].trace[e].name;
    }
    CHECK(same);
  }
}

}  // namespace trainyard::step
