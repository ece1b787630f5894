#include "support/random_worlds.hpp"

namespace trainyard::worlds {

std::vector<hardware::Node> random_nodes() {
  hardware::Node half = server();
  half.name = "half_server";
  half.accelerator.name = "half_chip";
  half.accelerators = 4;
  half.power = {Watts(5.3e3), Watts(4.7e3), Watts(0.9e3)};
  return {server(), half};
}

std::vector<step::Task> random_tasks() {
  const std::vector<hardware::Node> nodes = random_nodes();
  const auto on = [&](std::size_t node, std::int64_t tensor, std::int64_t pipeline) {
    return examples::task(examples::small_language(), nodes[node],
                          examples::request(tensor, pipeline, 1));
  };
  return {on(0, 1, 1), on(1, 1, 1), on(0, 8, 3), on(1, 4, 2)};
}

fleet::Site random_site(const std::string& name, const fleet::World& world, Draw& draw) {
  const std::int64_t pue_percent = draw.any<std::int64_t>({100, 110, 111, 120, 125, 158});
  fleet::Site made = site(name, {}, static_cast<double>(pue_percent) / 100);
  if (draw.once_in(2)) made.basis = fleet::PowerBasis::rated;
  made.place.energy_price = UsdPerJoule(1e-8 * static_cast<double>(draw.whole(1, 9)));
  made.place.carbon = KilogramsPerJoule(1e-7 * static_cast<double>(draw.whole(1, 9)));
  double at = static_cast<double>(draw.whole(-10, 15));
  for (std::int64_t left = draw.whole(0, 5); left > 0; --left) {
    const hardware::NodePower& power = draw.any(world.nodes).power;
    const Watts each = made.basis == fleet::PowerBasis::rated ? power.rated : power.measured;
    const auto count = static_cast<double>(draw.whole(0, 40));
    const Watts whole = each * (count * static_cast<double>(pue_percent)) / 100;
    made.power.push_back(phase(at, draw.once_in(3) ? Watts(1e4 * count) : whole));
    at += 0.25 * static_cast<double>(draw.whole(1, 60));
  }
  return made;
}

fleet::Delivery random_delivery(const fleet::World& world, Draw& draw) {
  fleet::Delivery made = delivery(0.5 * static_cast<double>(draw.whole(-20, 120)),
                                  draw.whole(1, 20), draw.any<double>({0, 0, 0.25, 3, 19}));
  made.site = draw.below(world.sites.size());
  made.node = draw.below(world.nodes.size());
  made.owner = draw.below(world.owners.size());
  return made;
}

fleet::Job random_job(const std::string& name, const fleet::World& world, Draw& draw) {
  fleet::Job made = job(name);
  made.owner = draw.below(world.owners.size());
  fleet::Option& option = made.options.front();
  option.site = draw.below(world.sites.size());
  option.node = draw.below(world.nodes.size());
  option.task = option.node + 2 * draw.below(2);
  made.chip_owners = draw.any<std::vector<std::size_t>>({{0}, {1}, {0, 1}, {0, 1}});
  made.priority = draw.whole(-1, 1);
  made.from = day(0.25 * static_cast<double>(draw.whole(-20, 120)));
  made.checkpoint.every = draw.any<Seconds>({hours(1), hours(7), Seconds(1000.1), days(2)});
  made.restart = draw.any<Seconds>({Seconds(0), Seconds(600), days(1)});
  if (!draw.once_in(3)) made.gangs = {draw.whole(1, 100)};
  if (!draw.once_in(3)) made.target_samples = 1e4 * static_cast<double>(draw.whole(1, 9999));
  return made;
}

fleet::World random_world(std::uint64_t seed) {
  Draw draw(seed);
  fleet::World made = world(60);
  made.to = made.to + hours(static_cast<double>(draw.whole(0, 30)));
  made.nodes = random_nodes();
  made.sites.clear();
  for (std::int64_t i = draw.whole(1, 3); i > 0; --i) {
    made.sites.push_back(random_site("site " + std::to_string(i), made, draw));
  }
  for (std::int64_t i = draw.whole(0, 10); i > 0; --i) {
    made.deliveries.push_back(random_delivery(made, draw));
  }
  for (std::int64_t i = draw.whole(0, 8); i > 0; --i) {
    made.jobs.push_back(random_job("job " + std::to_string(i), made, draw));
  }
  return made;
}

std::vector<fleet::Cause> random_causes(Draw& draw) {
  using Effect = fleet::Cause::Effect;
  std::vector<fleet::Cause> causes;
  const auto add = [&](const char* name, Effect effect, double per_day) {
    fleet::Cause cause{.name = name, .component = name, .effect = effect};
    cause.rate = PerSecond(per_day / 86400 / static_cast<double>(draw.whole(1, 50)));
    cause.detect = {Distribution::Kind::exponential,
                    1000.0 * static_cast<double>(draw.whole(0, 9))};
    cause.repair = {Distribution::Kind::uniform, 0,
                    3600.0 * static_cast<double>(draw.whole(1, 99))};
    causes.push_back(cause);
  };
  add("GPU", Effect::crash, 0.01);
  add("software", Effect::crash, 0.01);
  causes.back().takes_nodes = false;
  add("bit flip", Effect::silent, 0.002);
  add("fan", Effect::straggler, 0.002);
  causes.back().slow = 0.8;
  add("firmware", Effect::planned, 0.01);
  return causes;
}

void trouble(fleet::Job& job, const fleet::World& world, Draw& draw) {
  using Interval = fleet::Checkpoint::Interval;
  job.checkpoint.write = Seconds(static_cast<double>(draw.whole(0, 600)));
  job.checkpoint.interval = draw.any<Interval>({Interval::fixed, Interval::young, Interval::daly});
  if (draw.once_in(2)) job.checkpoint.mode = fleet::Checkpoint::Mode::asynchronous;
  if (!job.gangs.empty()) job.spares = draw.whole(0, 2);
  const fleet::Option first = job.options.front();
  const fleet::Option other{draw.below(world.sites.size()), draw.below(world.nodes.size())};
  if (other.site == first.site && other.node == first.node) return;
  job.options.push_back({other.site, other.node, other.node});
}

fleet::World troubled_world(std::uint64_t seed) {
  fleet::World made = random_world(seed);
  Draw draw(seed + 1000);
  made.seed = seed;
  made.failures.causes = random_causes(draw);
  made.failures.crews = draw.whole(0, 2);
  for (fleet::Site& site : made.sites) {
    if (draw.once_in(2)) site.shortage = fleet::Shortage::slow;
    if (draw.once_in(2)) {
      site.outages = {{"storm", day(static_cast<double>(draw.whole(1, 50))), hours(30)}};
    }
  }
  for (fleet::Job& job : made.jobs) trouble(job, made, draw);
  made.workloads = {{.name = "trace"}};
  for (std::int64_t i = draw.whole(0, 40); i > 0; --i) {
    fleet::Job job = timed_job("short " + std::to_string(i), draw.whole(1, 24),
                               hours(static_cast<double>(draw.whole(1, 200))));
    job.workload = 0;
    job.options.front().site = draw.below(made.sites.size());
    job.options.front().node = draw.below(made.nodes.size());
    job.from = day(0.1 * static_cast<double>(draw.whole(0, 550)));
    trouble(job, made, draw);
    for (fleet::Option& option : job.options) option.task = fleet::none;
    made.jobs.push_back(job);
  }
  return made;
}

}  // namespace trainyard::worlds
