#include "program/braid.hpp"

#include <catch2/catch.hpp>

namespace trainyard::program {
namespace {

constexpr std::int32_t experts = 2;
constexpr std::int32_t others = 3;
// Pattern 0 is of the channel that is braided, pattern 1 of another.
const std::vector<Pattern> patterns{{.channel = experts}, {.channel = others}};

Instruction compute(double seconds) {
  return {.amount = seconds, .verb = Verb::compute};
}
Instruction offer(std::int32_t pattern) {
  return {.amount = 8, .index = pattern, .verb = Verb::exchange};
}
Instruction join(std::int32_t channel) {
  return {.index = channel, .verb = Verb::join};
}

// "c1 x0 j2:1": computes 1 s, offers pattern 0, joins channel 2 with 1 still open.
std::string text(const std::vector<Instruction>& instructions) {
  std::string text;
  for (const Instruction& one : instructions) {
    if (!text.empty()) text += " ";
    if (one.verb == Verb::compute) text += "c" + std::to_string(static_cast<int>(one.amount));
    if (one.verb == Verb::exchange) text += "x" + std::to_string(one.index);
    if (one.verb == Verb::join) {
      text += "j" + std::to_string(one.index) + ":" + std::to_string(static_cast<int>(one.amount));
    }
  }
  return text;
}

std::string braid(const std::vector<Instruction>& first, const std::vector<Instruction>& second) {
  return text(braided(first, second, experts, patterns));
}

}  // namespace

TEST_CASE("each strand of a braid computes while the other's exchange is under way", "[program]") {
  const std::vector<Instruction> first{compute(1), offer(0), join(experts), compute(2)};
  const std::vector<Instruction> second{compute(5), offer(0), join(experts), compute(6)};
  // The first join leaves the second strand's exchange open.
  CHECK(braid(first, second) == "c1 x0 c5 x0 j2:1 c2 j2:0 c6");
}

TEST_CASE("strands of a braid may be of different length", "[program]") {
  const std::vector<Instruction> first{offer(0), join(experts), compute(1),
                                       offer(0), join(experts), compute(2)};
  CHECK(braid(first, {compute(9)}) == "x0 c9 j2:0 c1 x0 j2:0 c2");
  CHECK(braid({}, first) == "x0 j2:0 c1 x0 j2:0 c2");
  CHECK(braid({}, {}).empty());
}

TEST_CASE("exchanges of other channels stay in their strand", "[program]") {
  const std::vector<Instruction> first{offer(1), join(others), compute(1)};
  const std::vector<Instruction> second{compute(2)};
  CHECK(braid(first, second) == "x1 j3:0 c1 c2");
}

}  // namespace trainyard::program
