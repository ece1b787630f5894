#include "measure/book.hpp"

#include <algorithm>

#include "fleet/yard.hpp"

namespace trainyard::measure {
namespace {

class Book {
 public:
  explicit Book(const fleet::World& world) : world_(world) {}

  void add(const fleet::Delivery& delivery, std::size_t index) {
    const Instant arrives = fleet::arrival(world_, delivery);
    const BookChange at{.site = delivery.site, .node = delivery.node, .owner = delivery.owner};
    std::int64_t left = delivery.nodes;
    paid_off_ = arrives + world_.money.amortisation;
    enter(at, arrives, left);
    for (const fleet::Move& move : world_.moves) {
      if (move.delivery != index) continue;
      const std::int64_t moved = std::min(move.nodes, left);
      const Instant leaves = std::max(move.at, arrives);
      if (delivery.retires && *delivery.retires <= leaves) continue;
      left -= moved;
      enter(at, leaves, -moved);
      const BookChange there{.site = move.site, .node = delivery.node, .owner = move.owner};
      enter(there, leaves, moved);
      travel(there, leaves, moved);
      travel(there, leaves + move.transit, -moved);
    }
    if (delivery.retires) enter(at, std::max(*delivery.retires, arrives), -left);
  }

  std::vector<BookChange> changes;

 private:
  void enter(BookChange change, Instant time, std::int64_t nodes) {
    change.time = time;
    change.nodes = nodes;
    change.paying = time < paid_off_ ? nodes : 0;
    changes.push_back(change);
    if (time >= paid_off_) return;
    change.time = paid_off_;
    change.nodes = 0;
    change.paying = -nodes;
    changes.push_back(change);
  }
  void travel(BookChange change, Instant time, std::int64_t nodes) {
    change.time = time;
    change.travelling = nodes;
    changes.push_back(change);
  }

  const fleet::World& world_;
  Instant paid_off_;
};

}  // namespace

std::vector<BookChange> book(const fleet::World& world) {
  Book book(world);
  for (std::size_t d = 0; d < world.deliveries.size(); ++d) book.add(world.deliveries[d], d);
  std::ranges::stable_sort(book.changes, {}, &BookChange::time);
  return std::move(book.changes);
}

}  // namespace trainyard::measure
