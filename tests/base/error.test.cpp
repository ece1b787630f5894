#include "base/error.hpp"

#include <catch2/catch.hpp>

using trainyard::InputError;
using trainyard::Problem;

TEST_CASE("a problem is told as place, pointer, message and remedy", "[base]") {
  Problem problem;
  problem.place = {"a.json", 14, 22};
  problem.pointer = "/jobs/fsd/plan/tensor";
  problem.message = "3 does not divide 8";
  problem.remedy = "use 4?";
  CHECK(problem.text() == "a.json:14:22: /jobs/fsd/plan/tensor: 3 does not divide 8; use 4?");
}

TEST_CASE("parts of a problem that are not known are left out", "[base]") {
  CHECK(Problem{{"a.json", 0, 0}, "/a", "wrong", ""}.text() == "a.json: /a: wrong");
  CHECK(Problem{{"a.json", 1, 2}, "", "wrong", ""}.text() == "a.json:1:2: wrong");
  CHECK(Problem{{}, "/a", "wrong", "mend it"}.text() == "/a: wrong; mend it");
  CHECK(Problem{{}, "", "wrong", ""}.text() == "wrong");
}

TEST_CASE("an input error has one line for each problem", "[base]") {
  const InputError error(std::vector{Problem{{"a", 1, 1}, "/x", "one", ""},
                                     Problem{{"a", 2, 1}, "/y", "two", "mend it"}});
  CHECK(std::string(error.what()) == "a:1:1: /x: one\na:2:1: /y: two; mend it");
  CHECK(error.problems().size() == 2);
}
