#include <catch2/catch.hpp>
#include <map>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {
namespace {

constexpr Layout layouts[] = {Layout::straight, Layout::looped, Layout::vee, Layout::two_way};

// `stages` up to 5, `asked` up to 3.
template <class Check>
void for_every_spot(const Check& check) {
  for (const Layout layout : layouts) {
    for (std::int64_t i = 0; i < 15; ++i) {
      const std::int64_t stages = 1 + i % 5;
      const std::int64_t asked = 1 + i / 5;
      for (std::int64_t stage = 0; stage < stages; ++stage) {
        for (std::int64_t chunk = 0; chunk < chunks(layout, asked); ++chunk) {
          CAPTURE(static_cast<int>(layout), stages, asked, stage, chunk);
          check(layout, Spot{stage, chunk}, stages, asked);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("the next piece is numbered one higher, and the piece before it is this one",
          "[pipeline]") {
  for_every_spot([](Layout layout, Spot spot, std::int64_t stages, std::int64_t asked) {
    const std::int64_t piece = piece_at(layout, spot, stages);
    const auto after = next(layout, spot, stages, asked);
    REQUIRE(after.has_value() == (piece + 1 < pieces(layout, stages, asked)));
    REQUIRE(previous(layout, spot, stages, asked).has_value() == (piece > 0));
    if (!after) return;
    REQUIRE(piece_at(layout, *after, stages) == piece + 1);
    REQUIRE(previous(layout, *after, stages, asked) == spot);
  });
}

TEST_CASE("every piece lies in one place, in two-way layouts in two", "[pipeline]") {
  std::map<std::tuple<Layout, std::int64_t, std::int64_t>, std::map<std::int64_t, int>> places;
  for_every_spot([&](Layout layout, Spot spot, std::int64_t stages, std::int64_t asked) {
    ++places[{layout, stages, asked}][piece_at(layout, spot, stages)];
  });
  for (const auto& [shape, found] : places) {
    const auto [layout, stages, asked] = shape;
    REQUIRE(std::ssize(found) == pieces(layout, stages, asked));
    for (const auto& [piece, times] : found) REQUIRE(times == (layout == Layout::two_way ? 2 : 1));
  }
}

TEST_CASE("looped pieces go round the stages", "[pipeline]") {
  CHECK(pieces(Layout::looped, 4, 2) == 8);
  CHECK(piece_at(Layout::looped, {1, 1}, 4) == 5);
  CHECK(next(Layout::looped, {3, 0}, 4, 2) == Spot{0, 1});
  CHECK(next(Layout::looped, {0, 0}, 1, 2) == Spot{0, 1});
}

TEST_CASE("pieces in a vee turn round on the last stage", "[pipeline]") {
  CHECK(pieces(Layout::vee, 4, 1) == 8);
  CHECK(piece_at(Layout::vee, {0, 1}, 4) == 7);
  CHECK(next(Layout::vee, {3, 0}, 4, 1) == Spot{3, 1});
  CHECK(next(Layout::vee, {3, 1}, 4, 1) == Spot{2, 1});
  CHECK(next(Layout::vee, {0, 1}, 4, 1) == std::nullopt);
}

TEST_CASE("two-way pieces never change their direction", "[pipeline]") {
  CHECK(pieces(Layout::two_way, 4, 1) == 4);
  CHECK(next(Layout::two_way, {2, 0}, 4, 1) == Spot{3, 0});
  CHECK(next(Layout::two_way, {2, 1}, 4, 1) == Spot{1, 1});
  CHECK(next(Layout::two_way, {3, 0}, 4, 1) == std::nullopt);
  CHECK(next(Layout::two_way, {0, 1}, 4, 1) == std::nullopt);
}

}  // namespace trainyard::pipeline
