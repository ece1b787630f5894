#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("a horizon has a beginning, a later end and bins", "[scenario]") {
  CHECK(problems(Fleet{.horizon = R"("bin": "1 d")"}.text()) ==
        "a.json:3:14: /horizon: missing \"from\"; add it: Where the simulated time begins, UTC\n"
        "a.json:3:14: /horizon: missing \"to\"; add it: Where it ends");
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-03-01", "to": "2024-01-01", "bin": "1 d")"}.text()) ==
        "a.json:3:43: /horizon/to: 2024-01-01 is not after 2024-03-01; exchange the two, or "
        "correct one");
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-03-01", "to": "2024-03-01", "bin": "1 d")"}.text()) ==
        "a.json:3:43: /horizon/to: 2024-03-01 is not after 2024-03-01; exchange the two, or "
        "correct one");
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-03-01", "to": "2100-01-01", "bin": "1 d")"}.text()) ==
        "a.json:3:43: /horizon/to: more than 50 years; choose a shorter horizon");
  CHECK(
      problems(Fleet{.horizon = R"("from": "2024-13-01", "to": "2024-03-01", "bin": 1)"}.text()) ==
      "a.json:3:23: /horizon/from: \"2024-13-01\" is no date from 1970 to 2199; write a day such "
      "as \"2024-07-23\" or a moment such as \"2024-07-23T12:30:00\", in UTC\n"
      "a.json:3:64: /horizon/bin: 1 has no unit; write a duration such as \"1.5 us\" or \"19 d\"");
}

TEST_CASE("bins are neither too short nor too many", "[scenario]") {
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-01-01", "to": "2024-03-01", "bin": "1 s")"}.text()) ==
        "a.json:3:64: /horizon/bin: 1 s is below the least allowed, 60 s");
  CHECK(
      problems(
          Fleet{.horizon = R"("from": "2024-01-01", "to": "2040-03-01", "bin": "60 s")"}.text()) ==
      "a.json:3:64: /horizon/bin: gives more than 100000 bins; choose longer bins");
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-01-01", "to": "2024-03-01", "bin": "0 d")"}.text()) ==
        "a.json:3:64: /horizon/bin: 0 d is below the least allowed, 60 s");
  CHECK(
      problems(
          Fleet{.horizon = R"("from": "2024-01-01", "to": "2024-03-01", "bin": "-1 d")"}.text()) ==
      "a.json:3:64: /horizon/bin: -1 d is below the least allowed, 60 s");
  CHECK(problems(
            Fleet{.horizon = R"("from": "2024-01-01", "to": "2024-03-01", "bin": "1 W")"}.text()) ==
        "a.json:3:64: /horizon/bin: \"1 W\" is a power, not a duration; write a duration such as "
        "\"1.5 us\" or \"19 d\"");
}

TEST_CASE("a fleet has sites and deliveries", "[scenario]") {
  CHECK(
      problems(
          R"({"format": 1, "title": "t", "horizon": {"from": "2024-01-01", "to": "2024-02-01", "bin": "1 d"}, "jobs": {}})") ==
      "a.json:1:1: missing \"sites\"; add it: Sites by name; \"use\" takes one of platforms/sites "
      "and changes what is given\n"
      "a.json:1:1: missing \"deliveries\"; add it: Chips that arrive, by name");
}

TEST_CASE("deliveries belong to a horizon, sites do not", "[scenario]") {
  CHECK(problems(step_document(
            good_job, R"("sites": {"austin": {"use": "giga_texas"}}, "deliveries": {})")) ==
        "a.json:4:61: /deliveries: \"deliveries\" without a horizon; add \"horizon\": {\"from\": "
        "..., \"to\": ..., \"bin\": \"1 d\"}, or leave it out");
  CHECK(problems(step_document(good_job, R"("wan": {})")).empty());
  for (const std::string key : {"moves", "failures", "scheduling"}) {
    CHECK(complaints(step_document(good_job, "\"" + key + "\": {}")) ==
          "/" + key + ": \"" + key +
              "\" without a horizon; add \"horizon\": {\"from\": ..., \"to\": ..., \"bin\": \"1 "
              "d\"}, or leave it out");
  }
}

TEST_CASE("the document itself has a format and a title", "[scenario]") {
  CHECK(problems(R"({"jobs": {}, "format": 2})") ==
        "a.json:1:1: missing \"title\"; add it: What the scenario asks, in a line\n"
        "a.json:1:10: /jobs: no job is given, and a scenario without a horizon plays their steps; "
        "name at least one job\n"
        "a.json:1:24: /format: 2 is above the most allowed, 1");
  CHECK(problems(R"({})") ==
        "a.json:1:1: missing \"format\"; add it: Version of the scenario format: 1\n"
        "a.json:1:1: missing \"title\"; add it: What the scenario asks, in a line\n"
        "a.json:1:1: missing \"jobs\"; add it: Training jobs, or collectives, by name");
  CHECK(problems(R"([])") == "a.json:1:1: an array stands here, not an object; write {...}");
  CHECK(problems(R"(5)") == "a.json:1:1: 5 stands here, not an object; write {...}");
  CHECK(problems(R"({"format": "1", "title": 5, "jobs": {}, "notes": "n", "seed": -1})") ==
        "a.json:1:12: /format: \"1\" is a text, not a whole number\n"
        "a.json:1:26: /title: 5 is a number, not a text\n"
        "a.json:1:37: /jobs: no job is given, and a scenario without a horizon plays their steps; "
        "name at least one job\n"
        "a.json:1:50: /notes: \"n\" is no array of texts; write [\"...\", \"...\"]\n"
        "a.json:1:63: /seed: -1 is below the least allowed, 0");
}

TEST_CASE("names are short, without slashes, blanks around them or control characters",
          "[scenario]") {
  CHECK(problems(replaced(replaced(Fleet().text(), R"("j": {)", R"("": {)"), R"("d": {)",
                          R"(" d": {)")) ==
        "a.json:5:24: /deliveries/ d: a name begins or ends with a blank; choose another name\n"
        "a.json:6:16: /jobs/: a name is empty; choose another name");
  CHECK(
      problems(
          replaced(replaced(Fleet().text(), R"("j": {)", R"("a/b": {)"), R"("d": {)",
                   R"("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": {)")) ==
      "a.json:5:87: /deliveries/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: "
      "a name has more than 64 characters; choose another name\n"
      "a.json:6:19: /jobs/a~1b: a name holds \"/\"; choose another name");
}
