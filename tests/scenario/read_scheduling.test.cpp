#include <catch2/catch.hpp>

#include "scenario/reading.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/policy.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;
using Prefer = fleet::Scheduling::Prefer;

namespace {

std::string with(const std::string& scheduling) {
  return Fleet{.more = R"("scheduling": {)" + scheduling + "}"}.text();
}

fleet::Scheduling scheduled(const std::string& members) {
  return read_text(with(members)).worlds.at(0).scheduling;
}

std::string wrong(const std::string& members) {
  return complaints(with(members));
}

}  // namespace

TEST_CASE("jobs get chips by priority unless it is said otherwise", "[scenario]") {
  for (const fleet::Scheduling& usual :
       {read_text(Fleet().text()).worlds.at(0).scheduling, scheduled("")}) {
    CHECK(usual.policy == "priority");
    CHECK(usual.placement == "consolidate");
    CHECK(usual.prefer == Prefer::order);
  }
}

TEST_CASE("policies, placements and preferences are known by name", "[scenario]") {
  for (const scheduling::PolicyRow& row : scheduling::policies()) {
    std::string members = R"("policy": ")" + std::string(row.name) + "\"";
    if (row.name == "fair_share") members += R"(, "shares": {"tesla": 1})";
    if (row.name.starts_with("max_")) members += R"(, "round": "6 min")";
    CHECK(scheduled(members).policy == row.name);
  }
  for (const scheduling::PlacementRow& row : scheduling::placements()) {
    CHECK(scheduled(R"("placement": ")" + std::string(row.name) + "\"").placement == row.name);
  }
  CHECK(scheduled(R"("prefer": "order")").prefer == Prefer::order);
  CHECK(scheduled(R"("prefer": "speed")").prefer == Prefer::speed);
  CHECK(scheduled(R"("prefer": "cost")").prefer == Prefer::cost);
  CHECK(scheduled(R"("prefer": "power")").prefer == Prefer::power);
  CHECK(scheduled(R"("prefer": "carbon")").prefer == Prefer::carbon);
  CHECK(wrong(R"("policy": "fiffo", "placement": "sprad", "prefer": "sped")") ==
        "/scheduling/policy: \"fiffo\" is not known; did you mean \"fifo\"?\n"
        "/scheduling/placement: \"sprad\" is not known; did you mean \"spread\"?\n"
        "/scheduling/prefer: \"sped\" is not known; did you mean \"speed\"?");
}

TEST_CASE("fair shares are of owners, by index", "[scenario]") {
  const Scenario read = read_text(replaced(
      with(R"("policy": "fair_share", "half_life": "1 d", "shares": {"xai": 3, "tesla": 1})"),
      R"("jobs": {)",
      R"("jobs": {"k": {)" + replaced(a_job, "tesla", "xai") +
          R"(, "chips_of": ["tesla"], "plan": {"tensor": 8, "micro_batches": 4}}, )"));
  const fleet::World& world = read.worlds.at(0);
  CHECK(world.scheduling.settings.half_life == Seconds(86400));
  REQUIRE(world.scheduling.settings.shares.size() == world.owners.size());
  for (std::size_t i = 0; i < world.owners.size(); ++i) {
    CHECK(world.scheduling.settings.shares[i] == (world.owners[i] == "xai" ? 3 : 1));
  }
}

TEST_CASE("a policy that needs settings asks for them", "[scenario]") {
  CHECK(wrong(R"("policy": "fair_share")") ==
        "/scheduling: the policy fair_share needs \"shares\" of all owners of jobs; add "
        "\"shares\": {\"tesla\": 1}");
  CHECK(wrong(R"("policy": "fair_share", "shares": {})") ==
        "/scheduling/shares: the policy fair_share needs \"shares\" of all owners of jobs; add "
        "\"shares\": {\"tesla\": 1}");
  CHECK(wrong(R"("policy": "fair_share", "shares": {"tesla": 1, "telsa": 1})") ==
        "/scheduling/shares: unknown owner \"telsa\"; did you mean \"tesla\"?");
  CHECK(wrong(R"("policy": "fair_share", "shares": {"tesla": 0})") ==
        "/scheduling/shares/tesla: 0 is not above 0");
  CHECK(wrong(R"("policy": "max_min")") ==
        "/scheduling: the policy max_min needs \"round\"; add how long a round is, such as "
        "\"round\": \"6 min\"");
  CHECK(wrong(R"("policy": "max_throughput", "round": "0 s")") ==
        "/scheduling/round: 0 s is below the least allowed, 1 s");
  CHECK(scheduled(R"("policy": "max_throughput", "round": "10 min")").settings.round ==
        Seconds(600));
}

TEST_CASE("settings that the policy does not use are errors", "[scenario]") {
  CHECK(wrong(R"("round": "6 min", "half_life": "1 d", "shares": {"tesla": 1})") ==
        "/scheduling/round: the policy priority does not use it; choose another policy, or leave "
        "it out\n"
        "/scheduling/half_life: the policy priority does not use it; choose another policy, or "
        "leave it out\n"
        "/scheduling/shares: the policy priority does not use it; choose another policy, or leave "
        "it out");
}
