#include "pipeline/one_forward_one_backward.hpp"

#include <catch2/catch.hpp>

#include "base/catalog.hpp"
#include "pipeline/gantt.hpp"

namespace trainyard::pipeline {
namespace {

std::string order(std::int64_t stage, std::int64_t stages, std::int64_t micro_batches) {
  std::string text;
  for (const Block& block : one_forward_one_backward({stage, stages, micro_batches})) {
    text += static_cast<char>((block.pass == Pass::forward ? '0' : 'a') + block.micro_batch);
  }
  return text;
}

}  // namespace

// Narayanan et al., arXiv 2104.04473, figure 4 (top), with passes of equal length.
TEST_CASE("1F1B of 4 stages and 8 micro-batches is the published picture", "[pipeline]") {
  CHECK(order(0, 4, 8) == "0123a4b5c6d7efgh");
  CHECK(order(1, 4, 8) == "012a3b4c5d6e7fgh");
  CHECK(order(2, 4, 8) == "01a2b3c4d5e6f7gh");
  CHECK(order(3, 4, 8) == "0a1b2c3d4e5f6g7h");
  const Gantt gantt(*find_row(schedules(), "1f1b"), 4, 8);
  CHECK(gantt.lines() == std::vector<std::string>{
                             "0123...a4b5c6d7e.f.g.h",  //
                             ".012..a3b4c5d6e7f.g.h",   //
                             "..01.a2b3c4d5e6f7g.h",    //
                             "...0a1b2c3d4e5f6g7h",     //
                         });
}

TEST_CASE("1F1B keeps as many micro-batches as stages follow, itself included", "[pipeline]") {
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    CHECK(one_forward_one_backward_in_flight({stage, 4, 8}) == 4 - stage);
  }
}

TEST_CASE("1F1B keeps no more micro-batches than there are", "[pipeline]") {
  CHECK(one_forward_one_backward_in_flight({0, 16, 3}) == 3);
  CHECK(order(0, 16, 3) == "012abc");
}

TEST_CASE("1F1B of one stage alternates", "[pipeline]") {
  CHECK(order(0, 1, 3) == "0a1b2c");
}

}  // namespace trainyard::pipeline
