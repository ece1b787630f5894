#include "scenario/read_process.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string usual = R"("every": "2 h", "gpus": {"8": 0.75, "32": 0.25}, "duration": "5 h")";

std::string with(const std::string& process,
                 const std::string& members = R"("owner": "lab", "sites": ["austin"])",
                 const std::string& name = "w") {
  return TwoSites{.job = "",
                  .more = "\"workloads\": {\"" + name + "\": {" + members + R"(, "process": {)" +
                          process + "}}}"}
      .text();
}

std::string wrong(const std::string& from, const std::string& to) {
  return complaints(with(replaced(usual, from, to)));
}

std::vector<double> arrivals(const fleet::World& world) {
  std::vector<double> times;
  for (const fleet::Job& job : world.jobs) times.push_back((job.from - new_year).value());
  return times;
}

}  // namespace

TEST_CASE("jobs arrive at random over the horizon", "[scenario]") {
  const auto world = world_of(with(usual));
  // 60 days of a job every two hours: 720, with a deviation of 27.
  CHECK(world.jobs.size() > 620);
  CHECK(world.jobs.size() < 820);
  double large = 0;
  for (std::size_t i = 0; i < world.jobs.size(); ++i) {
    const fleet::Job& job = world.jobs[i];
    CHECK(job.name == "w/" + std::to_string(i));
    CHECK(job.duration == Seconds(5 * 3600));
    CHECK(job.from < world.to);
    CHECK((i == 0 || job.from > world.jobs[i - 1].from));
    CHECK(world.owners.at(job.owner) == "lab");
    if (job.gangs == std::vector<std::int64_t>{32}) ++large;
  }
  CHECK(large / static_cast<double>(world.jobs.size()) == Approx(0.25).margin(0.07));
  CHECK(world.workloads.at(0).source ==
        "process: a job every 2.0 h on average, for 5.0 h on average");
}

TEST_CASE("arrivals are those of the seed and of the workload's name", "[scenario]") {
  const auto first = arrivals(world_of(with(usual)));
  CHECK(first == arrivals(world_of(with(usual))));
  CHECK(first != arrivals(world_of(with(usual, R"("owner": "lab", "sites": ["austin"])", "v"))));
  Library files = library();
  const std::string path = write(with(usual));
  const Scenario seeded = read({.path = path, .seed = 7}, files);
  CHECK(first != arrivals(seeded.worlds.at(0)));
  CHECK(seeded.worlds.at(0).seed == 7);
  CHECK(seeded.seed == 7);
}

TEST_CASE("a process ends at a count or a date", "[scenario]") {
  CHECK(world_of(with(usual + R"(, "count": 10)")).jobs.size() == 10);
  const auto early = world_of(with(usual + R"(, "until": "2024-01-11")"));
  CHECK(early.jobs.size() > 80);
  CHECK(early.jobs.back().from < new_year + Seconds(10 * 86400));
  // The same jobs as far as they go.
  const auto all = arrivals(world_of(with(usual)));
  CHECK(arrivals(early) ==
        std::vector<double>(all.begin(), all.begin() + static_cast<long>(early.jobs.size())));
}

TEST_CASE("intervals and durations may be spread in other ways", "[scenario]") {
  const auto world = world_of(with(
      R"("every": {"kind": "uniform", "from": "1 h", "to": "3 h"}, "gpus": {"8": 1},
         "duration": {"kind": "lognormal", "median": "1 h", "sigma": 1})"));
  double last = 0;
  for (const double at : arrivals(world)) {
    CHECK(at - last >= 3600);
    CHECK(at - last <= 3 * 3600);
    last = at;
  }
  CHECK(world.jobs.at(0).duration != world.jobs.at(1).duration);
}

TEST_CASE("sizes are whole numbers whose shares sum to one", "[scenario]") {
  CHECK(wrong("\"32\"", "\"many\"") ==
        "/workloads/w/process/gpus/many: \"many\" is no number of accelerators; write a whole "
        "number above zero");
  CHECK(wrong("\"32\"", "\"0\"") ==
        "/workloads/w/process/gpus/0: \"0\" is no number of accelerators; write a whole number "
        "above zero");
  CHECK(wrong("\"32\"", "\"128\"") ==
        "/workloads/w/process/gpus/128: 128 accelerators, but only 64 are ever delivered for it; "
        "use at most 64");
  CHECK(wrong("0.25", "0.5") ==
        "/workloads/w/process/gpus: the shares sum to 1.25; let them sum to 1");
  CHECK(wrong(R"("8": 0.75, "32": 0.25)", "") ==
        "/workloads/w/process/gpus: the shares sum to 0; let them sum to 1");
}

TEST_CASE("a process has an owner and does not run away", "[scenario]") {
  CHECK(complaints(with(usual, R"("sites": ["austin"])")) ==
        "/workloads/w/process: nobody owns the jobs; give the workload an \"owner\"");
  CHECK(wrong("\"2 h\"", "\"1 s\"") ==
        "/workloads/w/process/every: more than 1000000 jobs arrive; let fewer arrive, or give a "
        "\"count\"");
  CHECK(wrong("\"2 h\"", "\"0 s\"") ==
        "/workloads/w/process/every: 0 s is below the least allowed, 1 ms");
}
