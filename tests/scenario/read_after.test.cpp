#include "scenario/read_after.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

std::string timed(const std::string& name, const std::string& more = "") {
  return "\"" + name + R"(": {"duration": "5 h", "owner": "tesla", "sites": ["west"], "chips": 8)" +
         more + "}";
}

std::string fleet_of(const std::string& jobs) {
  return TwoSites{.job = "", .jobs = jobs}.text();
}

}  // namespace

TEST_CASE("a job waits for others, named before or after it", "[scenario]") {
  const auto world =
      world_of(fleet_of(timed("a", R"(, "after": {"c": {"carries": "800 GB"}, "b": {}})") + ",\n" +
                        timed("b") + ",\n" + timed("c", R"(, "after": {"b": {}})")));
  REQUIRE(world.jobs[0].after.size() == 2);
  CHECK(world.jobs[0].after[0].job == 1);
  CHECK(world.jobs[0].after[0].carries == Bytes(0));
  CHECK(world.jobs[0].after[1].job == 2);
  CHECK(world.jobs[0].after[1].carries == Bytes(800e9));
  CHECK(world.jobs[1].after.empty());
  CHECK(world.jobs[2].after.at(0).job == 1);
}

TEST_CASE("a job waits for jobs that there are, and not for itself", "[scenario]") {
  CHECK(complaints(fleet_of(timed("first", R"(, "after": {"frist": {}, "first": {}})"))) ==
        "/jobs/first/after/frist: unknown job \"frist\"; did you mean \"first\"?\n"
        "/jobs/first/after/first: a job cannot wait for itself; name another one");
  CHECK(complaints(
            fleet_of(timed("a", R"(, "after": {"b": {"carries": "-1 B"}})") + ", " + timed("b"))) ==
        "/jobs/a/after/b/carries: -1 B is below the least allowed, 0 B");
}

TEST_CASE("jobs do not wait for each other", "[scenario]") {
  CHECK(
      complaints(fleet_of(timed("a", R"(, "after": {"b": {}})") + ", " +
                          timed("b", R"(, "after": {"c": {}})") + ", " +
                          timed("c", R"(, "after": {"a": {}})"))) ==
      "/jobs/a/after/b: jobs wait for each other: \"a\" after \"b\" after \"c\" after \"a\"; take "
      "one of these out");
}

TEST_CASE("a job waits for jobs that end", "[scenario]") {
  const auto with = [](const std::string& until) {
    return TwoSites{.job = TwoSites().job + until, .jobs = timed("b", R"(, "after": {"j": {}})")}
        .text();
  };
  CHECK(complaints(with("")) ==
        "/jobs/b/after/j: \"j\" runs to the end of the horizon; give it an "
        "\"until\", or leave it out here");
  CHECK(complaints(with(R"(, "until": "1 d")")).empty());
  CHECK(complaints(with(R"(, "until": "1 dd")")).find("/jobs/b") == std::string::npos);
}
