#include "program/braid.hpp"

#include <array>

namespace trainyard::program {
namespace {

struct Strand {
  const std::vector<Instruction>* instructions = nullptr;
  std::size_t at = 0;
  std::int64_t offered = 0;  // which exchange of the channel it offered last, both strands counted

  [[nodiscard]] bool done() const { return at == instructions->size(); }
};

class Braid {
 public:
  Braid(std::int32_t channel, const std::vector<Pattern>& patterns)
      : channel_(channel), patterns_(patterns) {}

  std::vector<Instruction> run(Strand first, Strand second);

 private:
  void advance(Strand& strand);
  [[nodiscard]] bool joins(const Instruction& instruction) const {
    return instruction.verb == Verb::join && instruction.index == channel_;
  }
  [[nodiscard]] bool offers(const Instruction& instruction) const {
    return instruction.verb == Verb::exchange &&
           patterns_[static_cast<std::size_t>(instruction.index)].channel == channel_;
  }

  std::int32_t channel_;
  const std::vector<Pattern>& patterns_;
  std::int64_t offered_ = 0;
  std::vector<Instruction> order_;
};

// From a join (what was offered after the strand's own exchange may stay open) up to the next one.
void Braid::advance(Strand& strand) {
  if (!strand.done() && joins((*strand.instructions)[strand.at])) {
    order_.push_back((*strand.instructions)[strand.at++]);
    order_.back().amount = static_cast<double>(offered_ - strand.offered);
  }
  for (; !strand.done(); ++strand.at) {
    const Instruction& instruction = (*strand.instructions)[strand.at];
    if (joins(instruction)) return;
    if (offers(instruction)) strand.offered = ++offered_;
    order_.push_back(instruction);
  }
}

std::vector<Instruction> Braid::run(Strand first, Strand second) {
  while (!first.done() || !second.done()) {
    advance(first);
    advance(second);
  }
  return std::move(order_);
}

}  // namespace

std::vector<Instruction> braided(const std::vector<Instruction>& first,
                                 const std::vector<Instruction>& second, std::int32_t channel,
                                 const std::vector<Pattern>& patterns) {
  return Braid(channel, patterns).run({&first}, {&second});
}

}  // namespace trainyard::program
