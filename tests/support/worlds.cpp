#include "support/worlds.hpp"

namespace trainyard::worlds {

hardware::Node server() {
  hardware::Node node = examples::dgx_h100();
  node.power = {Watts(10e3), Watts(8e3), Watts(2e3)};
  return node;
}

fleet::Site site(const std::string& name, std::vector<fleet::PowerPhase> power, double pue) {
  fleet::Site site;
  site.place.name = name;
  site.place.pue = pue;
  site.power = std::move(power);
  return site;
}

fleet::PowerPhase phase(double from_day, Watts limit) {
  return {"phase", day(from_day), limit};
}

fleet::Delivery delivery(double arrives_day, std::int64_t nodes, double install_days) {
  fleet::Delivery delivery;
  delivery.name = "delivery";
  delivery.arrives = day(arrives_day);
  delivery.install = days(install_days);
  delivery.nodes = nodes;
  return delivery;
}

fleet::Job job(const std::string& name) {
  fleet::Job job;
  job.name = name;
  job.model = "small_language";
  job.options = {{.site = 0, .node = 0, .task = 0}};
  job.chip_owners = {0, 1};
  job.from = new_year;
  job.tokens_per_sample = 2048;
  job.checkpoint.every = hours(1);
  job.restart = Seconds(600);
  return job;
}

fleet::Job timed_job(const std::string& name, std::int64_t accelerators, Seconds duration) {
  fleet::Job job = worlds::job(name);
  job.model = "";
  job.options = {{.site = 0, .node = 0, .task = fleet::none}};
  job.gangs = {accelerators};
  job.duration = duration;
  job.tokens_per_sample = 0;
  job.restart = Seconds(0);
  return job;
}

fleet::World world(double horizon_days) {
  fleet::World world;
  world.from = new_year;
  world.to = day(horizon_days);
  world.bin = days(1);
  world.sites = {site("austin")};
  world.nodes = {server()};
  world.owners = {"tesla", "xai"};
  return world;
}

step::Task task(std::int64_t tensor, std::int64_t pipeline) {
  return examples::task(examples::small_language(), server(),
                        examples::request(tensor, pipeline, 1));
}

std::int64_t chips(const fleet::History& history, fleet::ChipState state, Instant at,
                   std::size_t site, std::size_t node) {
  std::vector<const fleet::ChipChange*> last;  // by owner
  for (const fleet::ChipChange& change : history.chips) {
    if (change.time > at || change.site != site || change.node != node) continue;
    last.resize(std::max(last.size(), change.owner + 1));
    last[change.owner] = &change;
  }
  std::int64_t sum = 0;
  for (const fleet::ChipChange* change : last) {
    if (change != nullptr) sum += change->chips[static_cast<std::size_t>(state)];
  }
  return sum;
}

std::vector<std::int64_t> chips(const fleet::History& history, Instant at, std::size_t site,
                                std::size_t node) {
  std::vector<std::int64_t> counts;
  for (const fleet::ChipState state : plain_states) {
    counts.push_back(chips(history, state, at, site, node));
  }
  return counts;
}

std::vector<std::int64_t> all_chips(const fleet::History& history, Instant at, std::size_t site,
                                    std::size_t node) {
  std::vector<std::int64_t> counts;
  for (std::size_t state = 0; state < fleet::chip_states; ++state) {
    counts.push_back(chips(history, static_cast<fleet::ChipState>(state), at, site, node));
  }
  return counts;
}

fleet::PowerChange power(const fleet::History& history, Instant at, std::size_t site) {
  fleet::PowerChange last;
  for (const fleet::PowerChange& change : history.power) {
    if (change.time <= at && change.site == site) last = change;
  }
  return last;
}

std::vector<double> numbers(const fleet::History& history) {
  Numbers numbers;
  numbers.add_states(history);
  numbers.add_jobs(history);
  numbers.add_events(history);
  return numbers.all;
}

}  // namespace trainyard::worlds
