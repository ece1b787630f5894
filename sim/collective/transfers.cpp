#include "collective/transfers.hpp"

namespace trainyard::collective {

Transfer idle(std::int64_t members, double share, double messages) {
  Transfer transfer{.share = share, .messages = messages};
  transfer.to.assign(static_cast<std::size_t>(members), nobody);
  return transfer;
}

Transfer shift(std::int64_t members, std::int64_t by, double share, double messages) {
  Transfer transfer = idle(members, share, messages);
  for (std::int64_t i = 0; i < members; ++i) {
    transfer.to[static_cast<std::size_t>(i)] = (i + by) % members;
  }
  return transfer;
}

}  // namespace trainyard::collective
