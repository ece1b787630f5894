#include "measure/horizon_totals.hpp"

#include <catch2/catch.hpp>

#include "support/tables.hpp"

using namespace trainyard;
using namespace trainyard::measure;
using Reals = std::vector<double>;

TEST_CASE("totals sum means by the length of their bins, and sums as they are", "[measure]") {
  Dataset dataset{.axes = {{"variant", 2}, {"time", 2}, {"site", 2}}};
  const auto add = [&](const char* name, std::vector<std::string> axes, Reals values) {
    dataset.variables.push_back(
        {.name = name, .dimensions = std::move(axes), .values = std::move(values)});
  };
  add("bin_length", {"time"}, {10, 1});
  add("goodput_model_flop_rate", {"variant", "time", "site"}, {1, 2, 3, 4, 0, 0, 5, 0});
  add("energy", {"variant", "time", "site"}, {1, 2, 3, 4, 0, 0, 5, 0});
  add("cost", {"variant", "time"}, {1, 2, 3, 4});
  add("carbon", {"variant", "time", "site"}, Reals(8, 0));
  add_horizon_totals(dataset);
  CHECK(support::reals(dataset, "fleet_work") == Reals{37, 5});
  CHECK(support::reals(dataset, "fleet_energy") == Reals{10, 5});
  CHECK(support::reals(dataset, "fleet_cost") == Reals{3, 7});
  CHECK(support::reals(dataset, "fleet_carbon") == Reals{0, 0});
}
