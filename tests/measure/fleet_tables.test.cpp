#include "measure/fleet_tables.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "base/check.hpp"
#include "fleet/play.hpp"
#include "support/random_worlds.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using fleet::ChipState;
using fleet::History;
using fleet::World;
using support::counts;
using support::reals;
using support::texts;
using worlds::day;
using worlds::days;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double whole_day = 86400;

History play(const World& world) {
  const auto tasks = worlds::random_tasks();
  worlds::SteadyRates rates(tasks);
  return fleet::play(world, tasks, rates);
}

Dataset tables(const std::vector<World>& worlds) {
  std::vector<History> histories;
  for (const World& world : worlds) histories.push_back(play(world));
  return fleet_tables(worlds, histories);
}

// Ten servers in Austin (PUE 1.5) and five in Memphis from day 1, one job on each site from day 2,
// over 4.5 days: the last bin is half a day.
World two_sites() {
  World world = worlds::world(4.5);
  world.sites = {worlds::site("austin", {}, 1.5),
                 worlds::site("memphis", {worlds::phase(0, Watts(1e6))})};
  world.sites[0].place.energy_price = UsdPerJoule(2e-8);
  world.sites[0].place.carbon = KilogramsPerJoule(1e-7);
  world.deliveries = {worlds::delivery(1, 10), worlds::delivery(1, 5)};
  world.deliveries[1].site = 1;
  world.deliveries[1].owner = 1;
  world.jobs = {worlds::job("fsd"), worlds::job("grok")};
  for (fleet::Job& job : world.jobs) job.from = day(2);
  world.jobs[1].options.front().site = 1;
  world.jobs[1].owner = 1;
  return world;
}

// Sum over bins of mean times length, of the values that stand at `offset` in each bin's row.
double integral(const Dataset& dataset, const std::string& name, std::size_t offset = 0) {
  const Reals& values = reals(dataset, name);
  const Reals& lengths = reals(dataset, "bin_length");
  const std::size_t row = values.size() / lengths.size();
  double sum = 0;
  for (std::size_t bin = 0; bin < lengths.size(); ++bin) {
    sum += values[bin * row + offset] * lengths[bin];
  }
  return sum;
}

// The same, of a whole row.
double total(const Dataset& dataset, const std::string& name) {
  const std::size_t row = reals(dataset, name).size() / reals(dataset, "bin_length").size();
  double sum = 0;
  for (std::size_t i = 0; i < row; ++i) sum += integral(dataset, name, i);
  return sum;
}

double sum(const Reals& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST_CASE("bins start at the horizon's days, the last one is what is left", "[measure]") {
  const Dataset dataset = tables({two_sites()});
  CHECK(support::size(dataset, "time") == 5);
  CHECK(counts(dataset, "time") ==
        std::vector<std::int64_t>{1704067200, 1704153600, 1704240000, 1704326400, 1704412800});
  CHECK(reals(dataset, "bin_length") == Reals{86400, 86400, 86400, 86400, 43200});
}

TEST_CASE("throughput is rate times the computing share of each bin", "[measure]") {
  const Dataset dataset = tables({two_sites()});
  const double share = (whole_day - 600) / whole_day;  // the restart takes ten minutes of day 2
  CHECK(reals(dataset, "samples_per_second") ==
        Reals{0, 0, 0, 0, 80 * share, 40 * share, 80, 40, 80, 40});
  CHECK(reals(dataset, "job_samples_per_second") == reals(dataset, "samples_per_second"));
  CHECK(reals(dataset, "owner_samples_per_second") == reals(dataset, "samples_per_second"));
  const double seconds = 2.5 * whole_day - 600;
  CHECK(integral(dataset, "samples_per_second", 0) == Approx(80 * seconds).epsilon(1e-12));
  CHECK(integral(dataset, "model_flop_rate", 1) == Approx(40e12 * seconds).epsilon(1e-12));
  CHECK(integral(dataset, "tokens_per_second", 0) == Approx(2048 * 80 * seconds).epsilon(1e-12));
}

TEST_CASE("energy is power times time, and costs and emits by the site's figures", "[measure]") {
  const Dataset dataset = tables({two_sites()});
  // Ten servers: idle 20 kW on day 1, training 80 kW from day 2 (start-up included), at PUE 1.5.
  const double idle = 20e3 * 1.5;
  const double training = 80e3 * 1.5;
  const Reals& power = reals(dataset, "power");
  const Reals& energy = reals(dataset, "energy");
  for (std::size_t bin = 0; bin < 5; ++bin) {
    const double expected = bin == 0 ? 0 : bin == 1 ? idle : training;
    CHECK(power[2 * bin] == Approx(expected).epsilon(1e-12));
    CHECK(energy[2 * bin] == Approx(expected * reals(dataset, "bin_length")[bin]).epsilon(1e-12));
    CHECK(reals(dataset, "energy_cost")[2 * bin] == Approx(2e-8 * energy[2 * bin]).epsilon(1e-12));
    CHECK(reals(dataset, "carbon")[2 * bin] == Approx(1e-7 * energy[2 * bin]).epsilon(1e-12));
  }
  CHECK(
      sum(energy) ==
      Approx((idle + 2.5 * training) * whole_day + (10e3 + 2.5 * 40e3) * whole_day).epsilon(1e-12));
}

TEST_CASE("planned power and its limit stand by site; no limit is infinite from the first bin",
          "[measure]") {
  const Dataset dataset = tables({two_sites()});
  for (std::size_t bin = 0; bin < 5; ++bin) {
    CHECK(std::isinf(reals(dataset, "power_limit")[2 * bin]));
    CHECK(reals(dataset, "power_limit")[2 * bin + 1] == 1e6);
    CHECK(reals(dataset, "power_planned")[2 * bin] == (bin == 0 ? 0 : 120e3));
  }
}

TEST_CASE("chips are means over the bin, by state, owner and place", "[measure]") {
  World world = two_sites();
  world.deliveries[0].arrives = day(1.25);
  const Dataset dataset = tables({world});
  // Shape [time, site or owner, state]: Austin in bin 1 and 2, and xai's in Memphis.
  const auto at = [&](const char* name, std::size_t bin, std::size_t second, ChipState state) {
    const std::size_t row = (bin * 2 + second) * fleet::chip_states;
    return reals(dataset, name)[row + static_cast<std::size_t>(state)];
  };
  CHECK(at("chips", 1, 0, ChipState::powered) == 60);  // 80 chips for three quarters of the day
  CHECK(at("chips", 2, 0, ChipState::powered) == 0);
  CHECK(at("chips", 2, 0, ChipState::busy) == 80);
  CHECK(at("chips", 4, 0, ChipState::busy) == 80);
  CHECK(at("owner_chips", 1, 1, ChipState::powered) == 40);
  CHECK(at("owner_chips", 2, 1, ChipState::busy) == 40);
}

TEST_CASE("chips by state add up to those delivered", "[measure]") {
  World world = two_sites();
  world.sites[0].power = {worlds::phase(2, Watts(60e3)), worlds::phase(3, Watts(24e3))};
  world.deliveries[0].install = days(0.4);
  const Dataset dataset = tables({world});
  for (const char* name : {"chips", "owner_chips"}) {
    const Reals& chips = reals(dataset, name);
    constexpr std::ptrdiff_t row = 2 * fleet::chip_states;
    for (std::ptrdiff_t bin = 1; bin < 5; ++bin) {
      const auto begin = chips.begin() + bin * row;
      CHECK(std::accumulate(begin, begin + row, 0.0) == Approx(120).epsilon(1e-12));
    }
  }
}

TEST_CASE("utilisation is busy over powered and busy, and none where no chip has power",
          "[measure]") {
  World world = two_sites();
  world.jobs[0].from = day(2.5);
  const Dataset dataset = tables({world});
  const Reals& used = reals(dataset, "utilisation");
  CHECK(std::isnan(used[0]));
  CHECK(used[2 * 1] == 0);
  CHECK(used[2 * 2] == 0.5);
  CHECK(used[2 * 3] == 1);
}

TEST_CASE("jobs tell when they started, finished, what they did and lost", "[measure]") {
  World world = two_sites();
  world.jobs[0].target_samples = 80 * whole_day;
  const Dataset dataset = tables({world});
  CHECK(texts(dataset, "job") == Texts{"fsd", "grok"});
  CHECK(texts(dataset, "job_owner") == Texts{"tesla", "xai"});
  CHECK(texts(dataset, "job_model") == Texts{"small_language", "small_language"});
  CHECK(texts(dataset, "job_site") == Texts{"austin", "memphis"});
  CHECK(texts(dataset, "job_node") == Texts{"dgx_h100", "dgx_h100"});
  CHECK(reals(dataset, "job_started") == Reals{day(2).value(), day(2).value()});
  CHECK(reals(dataset, "job_finished")[0] == day(3).value() + 600);
  CHECK(std::isnan(reals(dataset, "job_finished")[1]));
  CHECK(reals(dataset, "job_target_samples")[0] == 80 * whole_day);
  CHECK(std::isnan(reals(dataset, "job_target_samples")[1]));
  CHECK(reals(dataset, "job_samples")[0] == 80 * whole_day);
  CHECK(reals(dataset, "job_tokens_per_sample")[0] == 2048);
}

TEST_CASE("a job that never starts has no moments and no samples", "[measure]") {
  World world = two_sites();
  world.jobs[0].gangs = {1000};
  const Dataset dataset = tables({world});
  CHECK(std::isnan(reals(dataset, "job_started")[0]));
  CHECK(reals(dataset, "job_samples")[0] == 0);
}

TEST_CASE("allocations are a long table, a row for every set of chips a job had", "[measure]") {
  World world = two_sites();
  world.jobs[0].options.front().task = 2;  // a replica takes 24 chips
  const Dataset dataset = tables({world});
  REQUIRE(support::size(dataset, "allocation") == 2);
  CHECK(texts(dataset, "allocation_job") == Texts{"fsd", "grok"});
  CHECK(texts(dataset, "allocation_site") == Texts{"austin", "memphis"});
  CHECK(texts(dataset, "allocation_accelerator") == Texts{"h100_sxm", "h100_sxm"});
  CHECK(reals(dataset, "allocation_start")[0] == day(2).value());
  CHECK(reals(dataset, "allocation_computing")[0] == day(2).value() + 600);
  CHECK(reals(dataset, "allocation_end")[0] == day(4.5).value());
  CHECK(counts(dataset, "allocation_chips") == std::vector<std::int64_t>{80, 40});
  CHECK(counts(dataset, "allocation_left_over") == std::vector<std::int64_t>{8, 0});
  CHECK(reals(dataset, "allocation_step_duration") == Reals{1, 1});
  CHECK(reals(dataset, "allocation_model_flop_rate") == Reals{72e12, 40e12});
}

TEST_CASE("the steps that a fleet's rates come from stand in the step table", "[measure]") {
  const Dataset dataset = tables({two_sites()});
  CHECK(texts(dataset, "step_job") == Texts{"fsd", "grok"});
  CHECK(counts(dataset, "step_chips") == std::vector<std::int64_t>{80, 40});
  CHECK(reals(dataset, "step_duration") == Reals{1, 1});
  CHECK(reals(dataset, "step_clock") == Reals{1, 1});
  CHECK(reals(dataset, "step_slowest") == Reals{1, 1});
}

TEST_CASE("without variants nothing has a variant axis", "[measure]") {
  const Dataset dataset = tables({two_sites()});
  for (const Axis& axis : dataset.axes) CHECK(axis.name != "variant");
  for (const Variable& one : dataset.variables) {
    CHECK(one.name.find("variant") == std::string::npos);
    for (const std::string& dimension : one.dimensions) CHECK(dimension != "variant");
  }
}

TEST_CASE("one variant with a name keeps the axis", "[measure]") {
  World world = two_sites();
  world.variant = "keep";
  const Dataset dataset = tables({world});
  CHECK(support::size(dataset, "variant") == 1);
  CHECK(support::variable(dataset, "power").dimensions == Texts{"variant", "time", "site"});
  CHECK(texts(dataset, "allocation_variant") == Texts{"keep", "keep"});
}

TEST_CASE("variants are the outermost axis, over the names of them all", "[measure]") {
  World keep = two_sites();
  keep.variant = "keep";
  World send = keep;
  send.variant = "send";
  send.sites.push_back(worlds::site("buffalo"));
  send.jobs.erase(send.jobs.begin());
  send.jobs.push_back(worlds::job("optimus"));
  const Dataset dataset = tables({keep, send});
  CHECK(texts(dataset, "variant") == Texts{"keep", "send"});
  CHECK(texts(dataset, "site") == Texts{"austin", "memphis", "buffalo"});
  CHECK(texts(dataset, "job") == Texts{"fsd", "grok", "optimus"});
  CHECK(texts(dataset, "job_site") == Texts{"austin", "memphis", "", "", "memphis", "austin"});
  CHECK(std::isnan(reals(dataset, "job_samples")[2]));  // a job of the other variant
  CHECK(std::isnan(reals(dataset, "job_samples")[3]));
  CHECK(reals(dataset, "power").size() == 2 * 5 * 3);
  CHECK(texts(dataset, "step_variant") == Texts{"keep", "keep", "send", "send"});
}

TEST_CASE("equal variants have equal values", "[measure]") {
  World first = two_sites();
  first.variant = "first";
  World second = first;
  second.variant = "second";
  const Dataset dataset = tables({first, second});
  for (const char* name : {"model_flop_rate", "chips", "energy", "job_samples"}) {
    const Reals& values = reals(dataset, name);
    const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
    CHECK(Reals(values.begin(), values.begin() + half) ==
          Reals(values.begin() + half, values.end()));
  }
}

TEST_CASE("every variable has as many values as its axes ask for, its unit and its description",
          "[measure]") {
  World keep = worlds::random_world(5);
  keep.variant = "keep";
  World send = worlds::random_world(5);
  send.variant = "send";
  for (const Dataset& dataset : {tables({two_sites()}), tables({keep, send})}) {
    std::set<std::string> names;
    for (const Variable& one : dataset.variables) {
      CAPTURE(one.name);
      CHECK(names.insert(one.name).second);
      CHECK(!one.description.empty());
      std::size_t expected = 1;
      for (const std::string& axis : one.dimensions) expected *= support::size(dataset, axis);
      std::visit([&](const auto& values) { CHECK(values.size() == expected); }, one.values);
      CHECK(one.unit.empty() == std::holds_alternative<Texts>(one.values));
    }
  }
}

TEST_CASE("throughput of sites, of owners and of jobs is the same in sum", "[measure][law]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Dataset dataset = tables({worlds::random_world(seed)});
    CAPTURE(seed);
    for (const char* name : {"model_flop_rate", "tokens_per_second", "samples_per_second"}) {
      const double sites = total(dataset, name);
      CHECK(total(dataset, std::string("owner_") + name) == Approx(sites).epsilon(1e-12));
      CHECK(total(dataset, std::string("job_") + name) == Approx(sites).epsilon(1e-12));
    }
    CHECK(total(dataset, "samples_per_second") ==
          Approx(sum(reals(dataset, "job_samples")) + sum(reals(dataset, "job_lost_samples")))
              .epsilon(1e-9)
              .margin(0.1));
  }
}

TEST_CASE("of troubled fleets, goodput is what jobs kept, and throughput that and what they lost",
          "[measure][law]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Dataset dataset = tables({worlds::troubled_world(seed)});
    CAPTURE(seed);
    const double kept = sum(reals(dataset, "job_samples"));
    const double lost = sum(reals(dataset, "job_lost_samples"));
    CHECK(total(dataset, "goodput_samples_per_second") == Approx(kept).epsilon(1e-6).margin(1));
    CHECK(total(dataset, "job_samples_per_second") == Approx(kept + lost).epsilon(1e-6).margin(1));
    CHECK(total(dataset, "interruptions") <= total(dataset, "breakdowns"));
    const Reals& chip_time = reals(dataset, "chip_time");
    CHECK(sum(chip_time) == Approx(reals(dataset, "fleet_chip_time").front()).epsilon(1e-12));
  }
}

TEST_CASE("chips and power integrate to the sums over the history's changes", "[measure][law]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const World world = worlds::random_world(seed);
    const History history = play(world);
    const Dataset dataset = fleet_tables(std::vector<World>{world}, std::vector<History>{history});
    CAPTURE(seed);
    CHECK(total(dataset, "chips") == Approx(total(dataset, "owner_chips")).epsilon(1e-12));
    double delivered = 0;
    for (const fleet::Delivery& one : world.deliveries) {
      const Seconds there = world.to - std::max(world.from, one.arrives);
      delivered += std::max(0.0, there.value()) *
                   static_cast<double>(one.nodes * world.nodes[one.node].accelerators);
    }
    CHECK(total(dataset, "chips") == Approx(delivered).epsilon(1e-9));
    double used = 0;
    for (std::size_t site = 0; site < world.sites.size(); ++site) {
      const fleet::PowerChange* last = nullptr;
      for (const fleet::PowerChange& change : history.power) {
        if (change.site != site) continue;
        if (last != nullptr) used += (last->drawn * (change.time - last->time)).value();
        last = &change;
      }
      if (last != nullptr) used += (last->drawn * (world.to - last->time)).value();
    }
    CHECK(sum(reals(dataset, "energy")) == Approx(used).epsilon(1e-9));
    CHECK(total(dataset, "power") == Approx(used).epsilon(1e-9));
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("tables need a world, and a history for each", "[measure]") {
  CHECK_THROWS_AS(fleet_tables({}, {}), ContractError);
  CHECK_THROWS_AS(fleet_tables(std::vector<World>{two_sites()}, {}), ContractError);
}
#endif

}  // namespace trainyard::measure
