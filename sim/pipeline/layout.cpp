#include "base/check.hpp"
#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {
namespace {

// Inverse of `piece_at`. `way` matters to two_way alone, where each piece lies on two stages.
Spot spot_at(Layout layout, std::int64_t piece, std::int64_t stages, std::int64_t way) {
  switch (layout) {
    case Layout::straight:
      return {piece, 0};
    case Layout::looped:
      return {piece % stages, piece / stages};
    case Layout::vee:
      return piece < stages ? Spot{piece, 0} : Spot{2 * stages - 1 - piece, 1};
    case Layout::two_way:
      return {way == 0 ? piece : stages - 1 - piece, way};
  }
  contract_broken("EXPECT", "a known layout", __FILE__, __LINE__);
}

}  // namespace

std::int64_t chunks(Layout layout, std::int64_t asked) {
  switch (layout) {
    case Layout::straight:
      return 1;
    case Layout::looped:
      return asked;
    case Layout::vee:
    case Layout::two_way:
      return 2;
  }
  contract_broken("EXPECT", "a known layout", __FILE__, __LINE__);
}

std::int64_t pieces(Layout layout, std::int64_t stages, std::int64_t asked) {
  return layout == Layout::two_way ? stages : stages * chunks(layout, asked);
}

std::int64_t piece_at(Layout layout, Spot spot, std::int64_t stages) {
  switch (layout) {
    case Layout::straight:
      return spot.stage;
    case Layout::looped:
      return spot.chunk * stages + spot.stage;
    case Layout::vee:
      return spot.chunk == 0 ? spot.stage : 2 * stages - 1 - spot.stage;
    case Layout::two_way:
      return spot.chunk == 0 ? spot.stage : stages - 1 - spot.stage;
  }
  contract_broken("EXPECT", "a known layout", __FILE__, __LINE__);
}

std::optional<Spot> next(Layout layout, Spot spot, std::int64_t stages, std::int64_t asked) {
  const std::int64_t piece = piece_at(layout, spot, stages) + 1;
  if (piece == pieces(layout, stages, asked)) return std::nullopt;
  return spot_at(layout, piece, stages, spot.chunk);
}

std::optional<Spot> previous(Layout layout, Spot spot, std::int64_t stages, std::int64_t asked) {
  EXPECT(spot.chunk < chunks(layout, asked));
  const std::int64_t piece = piece_at(layout, spot, stages) - 1;
  if (piece < 0) return std::nullopt;
  return spot_at(layout, piece, stages, spot.chunk);
}

}  // namespace trainyard::pipeline
