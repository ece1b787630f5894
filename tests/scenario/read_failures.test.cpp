#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;
using Effect = fleet::Cause::Effect;
using fleet::Scope;

namespace {

std::string with(const std::string& failures) {
  return Fleet{.more = R"("failures": {)" + failures + "}"}.text();
}

fleet::Failures failures(const std::string& members,
                         const std::vector<std::string>& overrides = {}) {
  return read_text(with(members), overrides).worlds.at(0).failures;
}

std::string cause(const std::string& members) {
  return R"("causes": {"c": {)" + members + "}}";
}

std::string wrong(const std::string& members) {
  return complaints(with(cause(members)));
}

const std::string some = R"("component": "GPU", "rate": "2e-5 1/h", "per": "accelerator",
                            "detect": "1 min")";

}  // namespace

TEST_CASE("without failures nothing breaks", "[scenario]") {
  CHECK(read_text(Fleet().text()).worlds.at(0).failures.empty());
}

TEST_CASE("a cause is read", "[scenario]") {
  const fleet::Failures read =
      failures(R"("rack_nodes": 8, "crews": 3, )" +
               cause(R"("component": "network", "rate": "0.1 1/year", "per": "leaf", "shape": 0.7,
               "effect": "straggler", "slow": 0.5, "takes": "node", "detect": "1 min",
               "repair": {"kind": "exponential", "mean": "1 h"})"));
  CHECK(read.rack_nodes == 8);
  CHECK(read.crews == 3);
  REQUIRE(read.causes.size() == 1);
  const fleet::Cause& c = read.causes.front();
  CHECK(c.name == "c");
  CHECK(c.component == "network");
  CHECK(c.rate.value() == Approx(0.1 / (365.25 * 86400)));
  CHECK(c.per == Scope::leaf);
  CHECK(c.shape == 0.7);
  CHECK(c.effect == Effect::straggler);
  CHECK(c.slow == 0.5);
  CHECK(c.takes_nodes);
  CHECK(c.detect.mean() == 60);
  CHECK(c.repair.kind == Distribution::Kind::exponential);
  CHECK(c.repair.mean() == 3600);
}

TEST_CASE("a cause crashes a job and takes its node unless it says otherwise", "[scenario]") {
  const fleet::Failures read = failures(cause(some + R"(, "repair": "1 d")"));
  CHECK(read.rack_nodes == 4);
  CHECK(read.crews == 0);
  CHECK(read.causes.at(0).shape == 1);
  CHECK(read.causes.at(0).effect == Effect::crash);
  CHECK(read.causes.at(0).takes_nodes);
  CHECK_FALSE(failures(cause(some + R"(, "takes": "nothing")")).causes.at(0).takes_nodes);
}

TEST_CASE("scopes and effects are known by name", "[scenario]") {
  const auto per = [](const std::string& scope) {
    return failures(cause(replaced(some, "\"accelerator\"", "\"" + scope + "\"") +
                          R"(, "repair": "1 d")"))
        .causes.at(0)
        .per;
  };
  CHECK(per("accelerator") == Scope::accelerator);
  CHECK(per("node") == Scope::node);
  CHECK(per("rack") == Scope::rack);
  CHECK(per("leaf") == Scope::leaf);
  CHECK(per("site") == Scope::site);
  const auto effect = [](const std::string& name) {
    return failures(cause(some + R"(, "repair": "1 d", "effect": ")" + name + "\""))
        .causes.at(0)
        .effect;
  };
  CHECK(effect("crash") == Effect::crash);
  CHECK(effect("planned") == Effect::planned);
  CHECK(effect("silent") == Effect::silent);
}

TEST_CASE("a factor multiplies all rates, and a rate may be 0", "[scenario]") {
  CHECK(failures(R"("factor": 2, )" + cause(some + R"(, "takes": "nothing")"))
            .causes.at(0)
            .rate.value() == Approx(4e-5 / 3600));
  CHECK(failures(R"("factor": 0, )" + cause(some + R"(, "takes": "nothing")"))
            .causes.at(0)
            .rate.value() == 0);
  CHECK(failures(cause(replaced(some, "2e-5", "0") + R"(, "takes": "nothing")"))
            .causes.at(0)
            .rate.value() == 0);
}

TEST_CASE("what is wrong with a cause is told", "[scenario]") {
  CHECK(complaints(with("")) == "/failures: missing \"causes\"; add it: What fails, by name");
  CHECK(wrong("") ==
        "/failures/causes/c: missing \"component\"; add it: Class for tables, such as \"GPU\" or "
        "\"network\"\n"
        "/failures/causes/c: missing \"rate\"; add it: How often it happens to one of \"per\" "
        "while that has power; 0 1/h: never\n"
        "/failures/causes/c: missing \"per\"; add it: What the rate counts\n"
        "/failures/causes/c: missing \"detect\"; add it: From the event to somebody acting; a "
        "time, or an object with a \"kind\" for a random one\n"
        "/failures/causes/c: missing \"repair\"; add it: From a crew's beginning to the nodes' "
        "return; not needed where it takes nothing; a time, or an object with a \"kind\" for a "
        "random one");
  CHECK(wrong(replaced(some, "\"2e-5 1/h\"", "2e-5") + R"(, "takes": "nothing")") ==
        "/failures/causes/c/rate: 2e-05 has no unit; write a frequency such as \"2e-5 1/h\" or "
        "\"0.04 1/year\"");
  CHECK(wrong(replaced(some, "2e-5 1/h", "2 1/s") + R"(, "takes": "nothing")") ==
        "/failures/causes/c/rate: 2 1/s is above the most allowed, 60 1/h");
  CHECK(wrong(replaced(some, "accelerator", "gpu") + R"(, "takes": "nothing")") ==
        "/failures/causes/c/per: \"gpu\" is not known; known: accelerator, node, rack, leaf, site");
  CHECK(wrong(some + R"(, "takes": "nothing", "repair": "1 h")") ==
        "/failures/causes/c/repair: it takes no node, so there is nothing to repair; write "
        "\"takes\": \"node\", or leave it out");
  CHECK(wrong(some + R"(, "takes": "nothing", "slow": 0.5)") ==
        "/failures/causes/c/slow: only a straggler is slow; write \"effect\": \"straggler\", or "
        "leave it out");
  CHECK(wrong(some + R"(, "takes": "nothing", "effect": "straggler")") ==
        "/failures/causes/c: missing \"slow\"; add it: Speed of the slow node over a healthy "
        "one's; straggler only");
  CHECK(wrong(some + R"(, "takes": "nothing", "effect": "crahs", "shape": 0)") ==
        "/failures/causes/c/effect: \"crahs\" is not known; did you mean \"crash\"?\n"
        "/failures/causes/c/shape: 0 is below the least allowed, 0.1");
  CHECK(complaints(with(R"("factor": -1, "rack_nodes": 0, "crews": 0, "causes": {})")) ==
        "/failures/factor: -1 is below the least allowed, 0\n"
        "/failures/rack_nodes: 0 is below the least allowed, 1\n"
        "/failures/crews: 0 is below the least allowed, 1");
}

TEST_CASE("failures of the library may be changed one by one", "[scenario]") {
  const fleet::Failures read = failures(
      R"("use": "llama3_405b", "causes": {"gpu": {"rate": "1e-5 1/h", "repair": "2 h"},
         "hbm": {"repair": {"kind": "uniform", "from": "1 h", "to": "3 h"}},
         "nic": {"repair": {"median": "6 h"}},
         "ssd": {"repair": {"value": "5 h", "status": "assumed"}},
         "flood": {)" +
      some + R"(, "repair": "1 d"}})");
  REQUIRE(read.causes.size() == 19);
  const auto find = [&](const std::string& name) {
    return *std::ranges::find(read.causes, name, &fleet::Cause::name);
  };
  CHECK(find("gpu").rate.value() == Approx(1e-5 / 3600));
  CHECK(find("gpu").repair.mean() == 7200);
  CHECK(find("hbm").repair.kind == Distribution::Kind::uniform);
  CHECK(find("nic").repair.quantile(0.5) == Approx(6 * 3600));
  CHECK(find("ssd").repair.mean() == 5 * 3600);
  CHECK(find("flood").repair.mean() == 86400);
  CHECK(complaints(with(R"("use": "lama3_405b")")) ==
        "/failures/use: unknown name \"lama3_405b\" among platforms/failures; did you mean "
        "\"llama3_405b\"?");
}

TEST_CASE("variants and overrides reach the failures of the library", "[scenario]") {
  const Scenario read =
      read_text(Fleet{.more = R"("failures": {"use": "meta_rsc1"}, "variants": {"as it is": {},
        "twice": {"/failures/causes/any/rate": "x2"}, "never": {"/failures/causes/any/rate": "0 1/d"},
        "even": {"/failures/causes/any/repair": {"kind": "uniform", "from": "1 h", "to": "3 h"}}})"}
                    .text(),
                {"/failures/causes/any/detect=0 s"});
  REQUIRE(read.worlds.size() == 4);
  const auto any = [&](std::size_t i) { return read.worlds[i].failures.causes.at(0); };
  CHECK(any(0).rate.value() == Approx(6.5e-3 / 86400));
  CHECK(any(1).rate.value() == Approx(13e-3 / 86400));
  CHECK(any(2).rate.value() == 0);
  CHECK(any(3).repair.mean() == 7200);
  CHECK(any(3).detect.mean() == 0);
}
