// Steps asked for in the middle of a fleet run. Every case works in a process of its own, forked
// from one that never holds an Engine, as `trainyard` does.
#include <catch2/catch.hpp>
#include <cstring>

#include "engine/simgrid.hpp"
#include "fleet/play.hpp"
#include "support/in_child.hpp"
#include "support/step_in_child.hpp"
#include "support/worlds.hpp"

namespace trainyard::fleet {
namespace {

using worlds::days;
using worlds::hours;

// Looks around whenever the fleet asks, and asks the step server.
class Watching final : public step::Rates {
 public:
  explicit Watching(step::RateTable& table) : table_(table) {}

  step::Answer ask(step::Question question) override {
    engine_held = engine_held && engine::sg::Engine::is_initialized();
    const auto* before = engine::sg::Engine::get_instance();
    const double clock = engine::sg::Engine::get_clock();
    const step::Answer answer = table_.ask(question);
    same_engine = same_engine && engine::sg::Engine::get_instance() == before &&
                  engine::sg::Engine::get_clock() == clock;
    clocks.push_back(clock);
    questions.push_back(question);
    answers.push_back(answer);
    return answer;
  }

  bool engine_held = true;  // the fleet's own, at every question
  bool same_engine = true;  // and it stood still meanwhile
  std::vector<double> clocks;
  std::vector<step::Question> questions;
  std::vector<step::Answer> answers;

 private:
  step::RateTable& table_;
};

// Two servers at first, three more after a day, power for only four after two.
World world() {
  World world = worlds::world(10);
  world.sites = {
      worlds::site("austin", {worlds::phase(0, Watts(40e3)), worlds::phase(2, Watts(32e3))})};
  world.deliveries = {worlds::delivery(0, 2), worlds::delivery(1, 3)};
  world.jobs = {worlds::job("language"), worlds::job("video")};
  world.jobs[0].target_samples = 1e7;
  world.jobs[1].options[0].task = 1;
  return world;
}

std::vector<step::Task> tasks() {
  return {worlds::task(2, 2),
          examples::task(examples::small_video(), worlds::server(), examples::request(8, 1, 4))};
}

// An answer's bytes; all its members are eight bytes wide.
support::Numbers bits(const step::Answer& answer) {
  static_assert(sizeof answer % sizeof(double) == 0);
  support::Numbers numbers(sizeof answer / sizeof(double));
  std::memcpy(numbers.data(), &answer, sizeof answer);
  return numbers;
}

bool same(const support::Numbers& a, const support::Numbers& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

TEST_CASE("a step asked for in the middle of a fleet run is the step played directly, bit for bit",
          "[fleet][step]") {
  const auto told = support::in_child([]() -> support::Numbers {
    step::RateTable table(tasks(), 2);
    Watching rates(table);
    fleet::play(world(), tasks(), rates);
    support::Numbers numbers{static_cast<double>(rates.questions.size())};
    for (std::size_t i = 0; i < rates.questions.size(); ++i) {
      numbers.push_back(static_cast<double>(rates.questions[i].task));
      numbers.push_back(static_cast<double>(rates.questions[i].nodes));
      numbers.push_back(rates.clocks[i]);
      const auto answer = bits(rates.answers[i]);
      numbers.insert(numbers.end(), answer.begin(), answer.end());
    }
    return numbers;
  });
  const auto count = static_cast<std::size_t>(told.at(0));
  REQUIRE(count >= 4);
  const std::size_t size = (told.size() - 1) / count;
  std::vector<support::StepCase> cases;
  for (std::size_t i = 0; i < count; ++i) {
    const double* row = told.data() + 1 + i * size;
    cases.push_back({tasks()[static_cast<std::size_t>(row[0])], static_cast<std::int64_t>(row[1])});
  }
  CHECK(told[1 + (count - 1) * size + 2] > days(1).value());  // in the middle indeed
  const auto direct = support::in_children(cases);
  for (std::size_t i = 0; i < count; ++i) {
    const double* row = told.data() + 1 + i * size;
    CAPTURE(i);
    CHECK(same(bits(direct[i]), support::Numbers(row + 3, row + size)));
    CHECK(direct[i].duration > Seconds(0));
  }
}

TEST_CASE(
    "steps are never played in the fleet's process: its own Engine is the only one, and waits",
    "[fleet][step]") {
  const auto told = support::in_child([]() -> support::Numbers {
    const bool before = engine::sg::Engine::is_initialized();
    step::RateTable table(tasks(), 2);
    Watching rates(table);
    fleet::play(world(), tasks(), rates);
    return {before ? 1. : 0., rates.engine_held ? 1. : 0., rates.same_engine ? 1. : 0.,
            static_cast<double>(rates.questions.size())};
  });
  CHECK(told.at(0) == 0);
  CHECK(told.at(1) == 1);
  CHECK(told.at(2) == 1);
  CHECK(told.at(3) >= 4);
}

TEST_CASE("a fleet does the same with steps known ahead and with steps asked for as it goes",
          "[fleet][step]") {
  const auto told = support::in_children(2, [](std::size_t ahead) {
    step::RateTable table(tasks(), 2);
    if (ahead == 1) {
      const auto all = tasks();
      step::Survey survey(all);
      fleet::play(world(), all, survey);
      table.ask_ahead(survey.asked());
    }
    return worlds::numbers(fleet::play(world(), tasks(), table));
  });
  CHECK(same(told[0], told[1]));
  CHECK(told[0].size() > 50);
}

TEST_CASE("fleets one after the other ask the same server", "[fleet][step]") {
  const auto told = support::in_child([]() -> support::Numbers {
    step::RateTable table(tasks(), 2);
    const auto first = worlds::numbers(fleet::play(world(), tasks(), table));
    const auto played = static_cast<double>(table.played());
    const auto second = worlds::numbers(fleet::play(world(), tasks(), table));
    World larger = world();
    larger.deliveries[1].nodes = 2;
    fleet::play(larger, tasks(), table);
    return {played, static_cast<double>(table.played()), same(first, second) ? 1. : 0.};
  });
  CHECK(told.at(0) >= 4);
  CHECK(told.at(1) >= told.at(0));
  CHECK(told.at(2) == 1);
}

}  // namespace trainyard::fleet
