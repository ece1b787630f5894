#include "pipeline/objection.hpp"

#include <fmt/format.h>

namespace trainyard::pipeline {

std::string object_to_chunks(Stage stage) {
  if (stage.chunks == 1) return "";
  return fmt::format("this schedule puts one chunk on each stage, not {}; use interleaved or 1",
                     stage.chunks);
}

std::string object_to_other_than_two_chunks(Stage stage) {
  if (stage.chunks == 1 || stage.chunks == 2) return "";
  return fmt::format("this schedule puts two chunks on each stage, not {}; use interleaved or 2",
                     stage.chunks);
}

}  // namespace trainyard::pipeline
