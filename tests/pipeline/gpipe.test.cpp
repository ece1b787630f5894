#include "pipeline/gpipe.hpp"

#include <catch2/catch.hpp>

#include "base/catalog.hpp"
#include "pipeline/gantt.hpp"

namespace trainyard::pipeline {

TEST_CASE("GPipe runs all forward passes, then all backward passes", "[pipeline]") {
  const Gantt gantt(*find_row(schedules(), "gpipe"), 3, 4);
  CHECK(gantt.lines() == std::vector<std::string>{
                             "0123....abcd",  //
                             ".0123..abcd",   //
                             "..0123abcd",    //
                         });
}

TEST_CASE("GPipe keeps every micro-batch on every stage", "[pipeline]") {
  for (std::int64_t stage = 0; stage < 4; ++stage) CHECK(gpipe_in_flight({stage, 4, 8}) == 8);
}

}  // namespace trainyard::pipeline
