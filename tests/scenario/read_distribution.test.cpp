#include "scenario/read_distribution.hpp"

#include <catch2/catch.hpp>

#include "document/node.hpp"

using namespace trainyard;
using namespace trainyard::scenario;

namespace {

struct Read {
  Distribution distribution;
  std::string problems;  // without places
};

Read read(const std::string& value) {
  const document::Node node = document::parse("{\"t\": " + value + "}", "a.json");
  document::Report report;
  Read read;
  {
    document::Object object(node, "", report);
    read.distribution = read_distribution(object, "t", delay_rule("A time"));
  }
  for (const Problem& problem : report.problems()) {
    read.problems += (read.problems.empty() ? "" : "\n") + problem.pointer + ": " +
                     problem.message + (problem.remedy.empty() ? "" : "; " + problem.remedy);
  }
  return read;
}

Distribution distribution(const std::string& value) {
  const Read all = read(value);
  CHECK(all.problems == "");
  return all.distribution;
}

using Kind = Distribution::Kind;

}  // namespace

TEST_CASE("a time alone is always that time", "[scenario]") {
  const Distribution fixed = distribution(R"("30 min")");
  CHECK(fixed.kind == Kind::fixed);
  CHECK(fixed.first == 1800);
  CHECK(distribution(R"({"value": "1 h", "status": "assumed"})").first == 3600);
}

TEST_CASE("a time may be spread in four ways", "[scenario]") {
  const Distribution uniform = distribution(R"({"kind": "uniform", "from": "0 s", "to": "2 s"})");
  CHECK(uniform.kind == Kind::uniform);
  CHECK(uniform.first == 0);
  CHECK(uniform.second == 2);
  const Distribution exponential = distribution(R"({"kind": "exponential", "mean": "1 h"})");
  CHECK(exponential.kind == Kind::exponential);
  CHECK(exponential.mean() == 3600);
  const Distribution lognormal = distribution(
      R"({"kind": "lognormal", "median": {"value": "1 h", "status": "assumed"}, "sigma": 0.5})");
  CHECK(lognormal.kind == Kind::lognormal);
  CHECK(lognormal.quantile(0.5) == Approx(3600));
  CHECK(lognormal.second == 0.5);
  const Distribution weibull = distribution(R"({"kind": "weibull", "scale": "1 d", "shape": 2})");
  CHECK(weibull.kind == Kind::weibull);
  CHECK(weibull.first == 86400);
  CHECK(weibull.second == 2);
}

TEST_CASE("what is left out is no time", "[scenario]") {
  const document::Node node = document::parse("{}", "a.json");
  document::Report report;
  document::Object object(node, "", report);
  const Distribution none = read_distribution(object, "t", delay_rule("A time"));
  CHECK(none.kind == Kind::fixed);
  CHECK(none.mean() == 0);
  CHECK(report.problems().empty());
}

TEST_CASE("each kind has its own members", "[scenario]") {
  CHECK(read("5").problems == "/t: 5 has no unit; write a duration such as \"1.5 us\" or \"19 d\"");
  CHECK(read(R"("-1 s")").problems == "/t: -1 s is below the least allowed, 0 s");
  CHECK(read("{}").problems == "/t: missing \"kind\"; add it: How the times are spread");
  CHECK(read(R"({"kind": "normal", "mean": "1 s"})").problems ==
        "/t/kind: \"normal\" is not known; did you mean \"lognormal\"?");
  CHECK(read(R"({"kind": "uniform", "from": "2 s", "to": "1 s"})").problems ==
        "/t/to: the longest time is shorter than \"from\"; exchange the two");
  CHECK(read(R"({"kind": "exponential", "mean": "0 s"})").problems ==
        "/t/mean: 0 s is not above 0 s");
  CHECK(read(R"({"kind": "lognormal", "median": "1 s"})").problems ==
        "/t: missing \"sigma\"; add it: Deviation of the natural logarithm: two in three times lie "
        "within a factor e^sigma of the median; lognormal only");
  CHECK(read(R"({"kind": "lognormal", "median": "1 s", "sigma": 6})").problems ==
        "/t/sigma: 6 is above the most allowed, 5");
  CHECK(read(R"({"kind": "weibull", "scale": "1 s", "shape": 0})").problems ==
        "/t/shape: 0 is below the least allowed, 0.1");
  CHECK(read(R"({"kind": "exponential", "mean": "1 s", "sigma": 1})").problems ==
        "/t/sigma: unknown key \"sigma\"; known: kind, mean");
}
