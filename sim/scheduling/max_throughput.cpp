#include "scheduling/max_throughput.hpp"

#include "scheduling/rounds.hpp"
#include "scheduling/shares.hpp"

namespace trainyard::scheduling {
namespace {

Shares most(std::span<const Kind> kinds, std::span<const std::int64_t> ready) {
  SharesProgram shares(kinds, ready);
  shares.maximise_sum();
  return shares.shares(shares.best());
}

}  // namespace

std::unique_ptr<Policy> max_throughput(const Settings& settings) {
  return std::make_unique<Rounds>(settings.round, most);
}

}  // namespace trainyard::scheduling
