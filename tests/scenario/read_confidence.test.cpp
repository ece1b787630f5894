#include "scenario/read_confidence.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// A folder of platform files with a confidence.json in it, or without.
std::string platforms(const std::string& name, const std::string& confidence) {
  const std::string path = folder() / ("confidence-" + name);
  std::filesystem::create_directories(path);
  if (!confidence.empty()) std::ofstream(path + "/confidence.json") << confidence;
  return path;
}

// One family in a line.
std::string family(const std::string& name, const std::string& members) {
  return R"({"families": {")" + name + R"(": {)" + members + "}}}";
}

const std::string good =
    R"("rows": 12, "low": 0.9, "middle": 1.02, "high": 1.2, "largest_accelerators": 512)";

step::Band band(const std::vector<std::string>& folders, std::int64_t accelerators = 8) {
  step::Task task;
  task.node.accelerator.name = "h100_sxm";
  task.request.software.name = "mlperf_nemo";
  return read_confidence(Library(folders)).band(task, accelerators);
}

std::string problems_of(const std::string& confidence) {
  const std::string path = platforms("wrong", confidence);
  try {
    read_confidence(Library({path}));
  } catch (const InputError& error) {
    return replaced(error.what(), path + "/", "");
  }
  return "";
}

}  // namespace

TEST_CASE("what predictions are worth stands beside the platforms, by chip and software",
          "[scenario]") {
  const std::string own = platforms("good", family("h100_sxm/mlperf_nemo", good));
  const step::Band found = band({own});
  CHECK(found.family == "h100_sxm/mlperf_nemo");
  CHECK(found.of.rows == 12);
  CHECK(found.of.low == 0.9);
  CHECK(found.of.middle == 1.02);
  CHECK(found.of.high == 1.2);
  CHECK(found.of.largest == 512);
  CHECK_FALSE(found.extrapolated);
  CHECK(band({own}, 1025).extrapolated);
}

TEST_CASE("of several folders the first that says what predictions are worth counts",
          "[scenario]") {
  const std::string none = platforms("none", "");
  const std::string one = platforms("one", family("all", good));
  const std::string other = platforms("other", family("h100_sxm/mlperf_nemo", good));
  CHECK(band({none, one, other}).family == "all");
  CHECK(band({other, one}).family == "h100_sxm/mlperf_nemo");
}

TEST_CASE("without a file, and without families in it, nothing is known", "[scenario]") {
  CHECK(band({platforms("none", "")}).family.empty());
  CHECK(band({platforms("empty", R"({"families": {}})")}).family.empty());
}

TEST_CASE("a confidence file without families is wrong", "[scenario]") {
  CHECK(problems_of("{}") ==
        "confidence.json:1:1: missing \"families\"; add it: By chip and software");
  CHECK(problems_of("[]") ==
        "confidence.json:1:1: an array stands here, not an object; write {...}");
  CHECK(problems_of(R"({"families": [1]})") ==
        "confidence.json:1:14: /families: an array stands here, not an object; write {...}");
  CHECK(problems_of(R"({"families": null})") ==
        "confidence.json:1:14: /families: null stands here, not an object; write {...}");
  CHECK(problems_of(R"({"families": {}, "more": 1})") ==
        "confidence.json:1:26: /more: unknown key \"more\"; known: families");
}

TEST_CASE("what is wrong with a family is told where it stands", "[scenario]") {
  CHECK(problems_of(R"({"families": {"all": 1}})") ==
        "confidence.json:1:22: /families/all: 1 stands here, not an object; write {...}");
  const auto changed = [](const std::string& from, const std::string& to) {
    return problems_of(family("a/b", replaced(good, from, to)));
  };
  CHECK(changed("\"low\": 0.9", "\"low\": \"0.9\"") ==
        "confidence.json:1:42: /families/a~1b/low: \"0.9\" is a text, not a number");
  CHECK(changed("\"low\": 0.9, ", "") ==
        "confidence.json:1:22: /families/a~1b: missing \"low\"; add it: Measured over predicted "
        "time, first decile");
  CHECK(changed("\"low\": 0.9", "\"low\": -1") ==
        "confidence.json:1:42: /families/a~1b/low: -1 is below the least allowed, 0");
  CHECK(changed("\"rows\": 12", "\"rows\": 0") ==
        "confidence.json:1:31: /families/a~1b/rows: 0 is below the least allowed, 1");
  CHECK(changed("\"rows\": 12", "\"rows\": 1.5") ==
        "confidence.json:1:31: /families/a~1b/rows: 1.5 is no whole number");
  CHECK(changed("\"largest_accelerators\"", "\"largest\"") ==
        "confidence.json:1:22: /families/a~1b: missing \"largest_accelerators\"; add it: "
        "Accelerators of the largest of them\n"
        "confidence.json:1:87: /families/a~1b/largest: unknown key \"largest\"; did you mean "
        "\"largest_accelerators\"?");
}
