#include "fleet/without.hpp"

#include <algorithm>
#include <utility>

#include "fleet/yard.hpp"

namespace trainyard::fleet {
namespace {

class Rebuilt {
 public:
  Rebuilt(const World& world, std::size_t owner) : old_(world), owner_(owner) {}

  void add(std::size_t index) {
    const Delivery& delivery = old_.deliveries[index];
    Delivery kept = delivery;
    const bool gone = delivery.owner == owner_;
    std::vector<Move> staying;
    for (const Move& move : old_.moves) {
      if (move.delivery != index) continue;
      const std::int64_t nodes = std::min(move.nodes, kept.nodes);
      if (!gone && move.owner != owner_) {
        staying.push_back(move);
      } else if (gone && move.owner != owner_) {
        add_arrival(delivery, move, nodes);
        kept.nodes -= nodes;
      } else if (!gone) {
        add_departure(delivery, move, nodes);
        kept.nodes -= nodes;
      }
    }
    if (gone || kept.nodes == 0) return;
    for (Move& move : staying) {
      move.delivery = deliveries.size();
      moves.push_back(std::move(move));
    }
    deliveries.push_back(std::move(kept));
  }

  std::vector<Delivery> deliveries;
  std::vector<Move> moves;

 private:
  // As another delivery whose slips have already happened.
  [[nodiscard]] Delivery part_of(const Delivery& delivery, const Move& move,
                                 std::int64_t nodes) const {
    Delivery part = delivery;
    part.name = move.name;
    part.nodes = nodes;
    part.arrives = arrival(old_, delivery);
    part.slip = {};
    part.install = installation(old_, delivery);
    part.install_slip = {};
    part.retires.reset();
    return part;
  }

  void add_arrival(const Delivery& delivery, const Move& move, std::int64_t nodes) {
    Delivery part = part_of(delivery, move, nodes);
    part.site = move.site;
    part.owner = move.owner;
    part.ordered.reset();
    part.shipping = move.transit;
    part.arrives = std::max(part.arrives, move.at) + move.transit;
    part.install = move.install;
    deliveries.push_back(std::move(part));
  }

  void add_departure(const Delivery& delivery, const Move& move, std::int64_t nodes) {
    Delivery part = part_of(delivery, move, nodes);
    part.retires = std::max(part.arrives, move.at);
    deliveries.push_back(std::move(part));
  }

  const World& old_;
  std::size_t owner_;
};

}  // namespace

World without(const World& world, std::size_t owner) {
  Rebuilt rebuilt(world, owner);
  for (std::size_t d = 0; d < world.deliveries.size(); ++d) rebuilt.add(d);
  World less = world;
  less.deliveries = std::move(rebuilt.deliveries);
  less.moves = std::move(rebuilt.moves);
  return less;
}

}  // namespace trainyard::fleet
