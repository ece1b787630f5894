#include "measure/names.hpp"

#include <catch2/catch.hpp>

#include "support/worlds.hpp"

namespace trainyard::measure {

using Texts = std::vector<std::string>;

TEST_CASE("names are those of all variants, in the order first met", "[measure]") {
  fleet::World keep = worlds::world();
  keep.variant = "keep";
  keep.deliveries = {worlds::delivery(0, 1)};
  keep.jobs = {worlds::job("fsd")};
  fleet::World send = keep;
  send.variant = "send";
  send.sites = {worlds::site("memphis"), worlds::site("austin")};
  send.nodes = {examples::dojo_tray(), worlds::server()};
  send.owners = {"spacex", "tesla"};
  send.jobs = {worlds::job("grok"), worlds::job("fsd")};
  const Names both = names(std::vector<fleet::World>{keep, send});
  CHECK(both.variants.all() == Texts{"keep", "send"});
  CHECK(both.sites.all() == Texts{"austin", "memphis"});
  CHECK(both.accelerators.all() == Texts{"h100_sxm", "dojo_d1"});
  CHECK(both.owners.all() == Texts{"tesla", "xai", "spacex"});
  CHECK(both.jobs.all() == Texts{"fsd", "grok"});
  CHECK(both.jobs.index("grok") == 1);
}

TEST_CASE("a kind of chip that only a job asks for is named, one that nobody has is not",
          "[measure]") {
  fleet::World world = worlds::world();
  world.nodes = {worlds::server(), examples::dojo_tray()};
  world.jobs = {worlds::job("fsd")};
  const std::vector<fleet::World> worlds{world};
  CHECK(names(worlds).accelerators.all() == Texts{"h100_sxm"});
}

}  // namespace trainyard::measure
