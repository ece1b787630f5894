#include "fleet/storage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace trainyard::fleet {
namespace {

using Tier = Checkpoint::Tier;

constexpr double infinite = std::numeric_limits<double>::infinity();

BytesPerSecond limit(BytesPerSecond bandwidth) {
  return bandwidth.value() > 0 ? bandwidth : BytesPerSecond(infinite);
}

double nodes(const Writer& writer) {
  return static_cast<double>(writer.nodes);
}

// What the writer's nodes carry to the tier.
BytesPerSecond path(const Store& store, const Writer& writer) {
  switch (writer.checkpoint.tier) {
    case Tier::store:
      return nodes(writer) * limit(store.per_node);
    case Tier::local_disk:
      return nodes(writer) * limit(writer.local_disk);
    case Tier::host_memory:
      break;
  }
  return nodes(writer) * limit(writer.host_copy);
}

// Of a writer whose bytes go to the tier at `rate`.
Writing writing_at(const Writer& writer, BytesPerSecond rate) {
  const Checkpoint& checkpoint = writer.checkpoint;
  const Seconds copy = checkpoint.size / (nodes(writer) * limit(writer.host_copy));
  const Seconds write = checkpoint.size / rate;
  const bool beside = checkpoint.mode == Checkpoint::Mode::asynchronous;
  Writing writing;
  writing.pause = checkpoint.write.value_or(beside ? copy : write);
  // From the host memory it is read where it was copied to.
  writing.lag = beside && checkpoint.tier != Tier::host_memory ? write : Seconds(0);
  writing.interval = interval_of(checkpoint, writing.pause, writer.between_interruptions);
  // Overloaded stores are shared evenly only if writers leave them alone for some time.
  constexpr double gap = 1.001;
  writing.interval = std::max(writing.interval, gap * writing.lag);
  writing.load = checkpoint.size / (writing.interval + writing.pause);
  return writing;
}

// Where a function that never falls passes 0, or the end of the bracket next to it: the Illinois
// method (Dowell and Jarratt 1971, doi 10.1007/BF01934364). Values are shares, of the order of 1.
template <class Function>
double root(const Function& function, double low, double high) {
  constexpr double rounding = 1e-15;
  constexpr int most = 200;
  double below = function(low);
  if (below >= 0) return low;
  double above = function(high);
  if (above <= 0) return high;
  double x = high;
  for (int i = 0, side = 0; i < most && high - low > rounding * high; ++i) {
    x = std::clamp((low * above - high * below) / (above - below), low, high);
    const double y = function(x);
    if (std::abs(y) <= rounding) break;
    double& moved = y < 0 ? low : high;
    double& other = y < 0 ? above : below;
    (y < 0 ? below : above) = y;
    moved = x;
    const int now = y < 0 ? -1 : 1;
    if (side == now) other /= 2;
    side = now;
  }
  return x;
}

// A store with a limit. Shares are of its bandwidth.
class Shared {
 public:
  Shared(const Store& store, std::span<const Writer> writers) : store_(store), writers_(writers) {}

  [[nodiscard]] Writing writing(const Writer& writer, double share) const {
    return writing_at(writer, std::min(path(store_, writer), store_.bandwidth * share));
  }

  // That the writer finds where `free` is free of everybody's load, its own included. With a larger
  // share its load grows, but by less than the share did: there is one answer.
  [[nodiscard]] double share(const Writer& writer, double free) const {
    return root([&](double share) { return share - load(writer, share) - free; }, free, 1);
  }

  // What is free of everybody's load: with it loads grow, so there is one answer.
  [[nodiscard]] double free() const {
    constexpr double least = 0.01;
    double given = 0;
    for (const Writer& writer : writers_) given += fixed(writer) ? load(writer, 1) : 0;
    const auto excess = [&](double free) {
      double sum = std::min(given, 1 - least) + free;
      for (const Writer& writer : writers_) {
        if (!fixed(writer)) sum += load(writer, share(writer, free));
      }
      return sum - 1;
    };
    constexpr double nothing = 1e-15;
    return root(excess, nothing, 1);
  }

 private:
  // Writes as it was told, whatever the store does.
  [[nodiscard]] static bool fixed(const Writer& writer) {
    return writer.checkpoint.write && writer.checkpoint.mode == Checkpoint::Mode::blocking;
  }

  [[nodiscard]] double load(const Writer& writer, double share) const {
    return writing(writer, share).load / store_.bandwidth;
  }

  const Store& store_;
  std::span<const Writer> writers_;
};

}  // namespace

Seconds interval_of(const Checkpoint& checkpoint, Seconds pause, Seconds between_interruptions) {
  if (checkpoint.interval == Checkpoint::Interval::fixed) return checkpoint.every;
  if (std::isinf(between_interruptions.value())) return between_interruptions;
  const Seconds young(std::sqrt(2 * pause.value() * between_interruptions.value()));
  const bool daly = checkpoint.interval == Checkpoint::Interval::daly;
  constexpr Seconds shortest{1};
  return std::max({daly ? young - pause : young, pause, shortest});
}

StoreUse share_store(const Store& store, std::span<const Writer> writers) {
  std::vector<Writer> sharing;
  for (const Writer& writer : writers) {
    EXPECT(writer.nodes > 0 && writer.checkpoint.size.value() >= 0);
    const bool here = writer.checkpoint.tier == Tier::store;
    if (here && writer.checkpoint.size.value() > 0) sharing.push_back(writer);
  }
  const bool limited = store.bandwidth.value() > 0 && !sharing.empty();
  const Shared shared(store, sharing);
  const double free = limited ? shared.free() : 1;
  StoreUse use;
  for (const Writer& writer : writers) {
    const bool here = writer.checkpoint.tier == Tier::store;
    const BytesPerSecond alone =
        std::min(path(store, writer), limit(here ? store.bandwidth : BytesPerSecond(0)));
    const bool meets = limited && here && writer.checkpoint.size.value() > 0;
    Writing writing =
        meets ? shared.writing(writer, shared.share(writer, free)) : writing_at(writer, alone);
    if (!here) writing.load = BytesPerSecond(0);
    writing.read = writer.checkpoint.size / alone;
    use.written += writing.load;
    use.writers.push_back(writing);
  }
  if (limited) use.load = use.written / store.bandwidth;
  return use;
}

}  // namespace trainyard::fleet
