// Typed indices: a rank can not be passed where a link is meant. `Id<Tag>` is an index into the
// array that holds the things of that kind.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace trainyard {

template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::int64_t index) : index_(index) {}
  [[nodiscard]] constexpr std::int64_t value() const { return index_; }
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(index_); }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  std::int64_t index_ = 0;
};

using RankId = Id<struct RankTag>;
using LinkId = Id<struct LinkTag>;
using GroupId = Id<struct GroupTag>;
using PlayerId = Id<struct PlayerTag>;

}  // namespace trainyard
