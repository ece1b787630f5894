#include "scenario/read_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/date.hpp"
#include "base/distribution.hpp"
#include "base/quantity.hpp"
#include "base/random.hpp"
#include "document/pointer.hpp"
#include "fleet/streams.hpp"
#include "scenario/read_distribution.hpp"
#include "scenario/read_task.hpp"
#include "scenario/read_world.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

constexpr std::size_t most_jobs = 1000000;

struct Share {
  std::int64_t accelerators = 0;
  double share = 0;
};

struct Process {
  Distribution every;
  std::vector<Share> sizes;
  Distribution duration;
  std::optional<std::int64_t> count;
  Instant until;
};

std::optional<std::int64_t> count_of(const std::string& text) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || rest != end || count < 1) return std::nullopt;
  if (static_cast<double>(count) > most_accelerators) return std::nullopt;
  return count;
}

std::vector<Share> read_sizes(Object& object, std::int64_t most) {
  std::vector<Share> sizes;
  double sum = 0;
  const std::size_t before = object.problem_count();
  object.each_number(
      "gpus",
      {.doc = "Shares of the jobs by their accelerators: {\"8\": 0.5, \"64\": 0.5}",
       .minimum = 0,
       .maximum = 1},
      [&](const std::string& name, double share) {
        const auto count = object.describing() ? 1 : count_of(name);
        if (!count) {
          object.problem_at("/gpus/" + document::escaped(name),
                            fmt::format("\"{}\" is no number of accelerators", name),
                            "write a whole number above zero");
        } else if (most > 0 && *count > most) {
          object.problem_at(
              "/gpus/" + document::escaped(name),
              fmt::format("{} accelerators, but only {} are ever delivered for it", *count, most),
              fmt::format("use at most {}", most));
        }
        sum += share;
        sizes.push_back({count.value_or(1), share});
      });
  constexpr double tolerance = 1e-6;
  if (object.has("gpus") && object.problem_count() == before && std::abs(sum - 1) > tolerance) {
    object.problem("gpus", fmt::format("the shares sum to {:.6g}", sum), "let them sum to 1");
  }
  return sizes;
}

Process read(Object& object, std::int64_t most, const fleet::World& world) {
  Process process;
  constexpr double shortest = 1e-3;
  process.every = read_distribution(
      object, "every",
      {.doc = "Between two arrivals; a time alone is the mean of an exponential one",
       .minimum = shortest,
       .maximum = longest_horizon});
  if (process.every.kind == Distribution::Kind::fixed) {
    process.every.kind = Distribution::Kind::exponential;
  }
  process.sizes = read_sizes(object, most);
  process.duration = read_distribution(
      object, "duration",
      {.doc = "Computing time of a job", .minimum = 0, .maximum = longest_horizon});
  process.count =
      object.integer("count", {.doc = "Jobs at most; default: all that arrive within the horizon",
                               .presence = Presence::optional,
                               .minimum = 1,
                               .maximum = static_cast<double>(most_jobs)});
  const auto until = object.date("until", {.doc = "No job arrives then or later; default: the "
                                                  "horizon's end",
                                           .presence = Presence::optional});
  process.until = until ? std::min(*until, world.to) : world.to;
  return process;
}

std::int64_t size_at(const std::vector<Share>& sizes, double p) {
  double sum = 0;
  for (const Share& size : sizes) {
    sum += size.share;
    if (p < sum) return size.accelerators;
  }
  return sizes.back().accelerators;
}

// Uniform ones, of a stream of the workload's own: three for each job.
class Draws {
 public:
  enum What : std::uint8_t { interval, size, duration, whats };

  Draws(std::uint64_t seed, const std::string& workload)
      : seed_(seed), stream_(fleet::stream("workload", workload)) {}
  [[nodiscard]] double of(std::size_t job, What what) const {
    return uniform(seed_, stream_, whats * static_cast<std::uint64_t>(job) + what);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
};

// One more than there may be, where there are more.
std::vector<Instant> arrivals_of(const Process& process, const Draws& draws, Instant from) {
  std::vector<Instant> arrivals;
  Instant at = from;
  while (arrivals.size() <= most_jobs) {
    if (process.count && arrivals.size() == static_cast<std::size_t>(*process.count)) break;
    at = at + Seconds(process.every.quantile(draws.of(arrivals.size(), Draws::interval)));
    if (at >= process.until) break;
    arrivals.push_back(at);
  }
  return arrivals;
}

}  // namespace

void read_process(Object object, const WorkloadJobs& jobs, fleet::World& world,
                  fleet::Workload& workload) {
  const std::size_t before = object.problem_count();
  const Process process = read(object, jobs.most(), world);
  if (object.absent() || object.problem_count() > before || world.to >= after_all_dates) return;
  if (!jobs.owner) {
    object.problem("", "nobody owns the jobs", "give the workload an \"owner\"");
    return;
  }
  const Draws draws(world.seed, workload.name);
  const std::vector<Instant> arrivals = arrivals_of(process, draws, world.from);
  if (arrivals.size() > most_jobs) {
    object.problem("every", fmt::format("more than {} jobs arrive", most_jobs),
                   "let fewer arrive, or give a \"count\"");
    return;
  }
  world.jobs.reserve(world.jobs.size() + arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    fleet::Job job = jobs.job(size_at(process.sizes, draws.of(i, Draws::size)));
    job.name = fmt::format("{}/{}", workload.name, i);
    job.owner = *jobs.owner;
    job.from = arrivals[i];
    job.duration = Seconds(process.duration.quantile(draws.of(i, Draws::duration)));
    world.jobs.push_back(std::move(job));
  }
  workload.source =
      fmt::format("process: a job every {} on average, for {} on average",
                  human(Seconds(process.every.mean())), human(Seconds(process.duration.mean())));
}

}  // namespace trainyard::scenario
