// What SimGrid does that decides how we use it. Should one of these fail with a later SimGrid, a
// detour of ours may have become needless.
#include "engine/simgrid.hpp"

#include <catch2/catch.hpp>
#include <csignal>

#include "engine/playing.hpp"
#include "engine/timeline.hpp"

namespace trainyard::engine {
namespace {

class Nobody final : public Listener {
 public:
  void happened(Instant /*time*/, std::span<const Event> /*events*/,
                Timeline& /*timeline*/) override {}
};

}  // namespace

TEST_CASE("a second Engine of a process runs on the first one's clock", "[engine]") {
  const auto clocks = support::in_child([]() -> support::Numbers {
    Timeline timeline(Instant(0));
    timeline.add({Instant(1000)});
    Nobody nobody;
    timeline.run(Instant(2000), nobody);
    const double before = sg::Engine::get_clock();
    const auto second = sg::make_engine();
    return {before, sg::Engine::get_clock()};
  });
  CHECK(clocks == support::Numbers{1000, 1000});
}

TEST_CASE("an Engine leaves the handler of interrupts alone", "[engine]") {
  const auto same = support::in_child([]() -> support::Numbers {
    std::signal(SIGINT, SIG_IGN);
    const auto engine = sg::make_engine();
    return {std::signal(SIGINT, SIG_DFL) == SIG_IGN ? 1.0 : 0.0};
  });
  CHECK(same == support::Numbers{1});
}

TEST_CASE("a play in a process that has played before keeps its duration to rounding", "[engine]") {
  const auto durations = support::in_child([]() -> support::Numbers {
    const auto play = ring(4, BytesPerSecond(1e9), Seconds(1e-6), Bytes(1e8));
    const Outcome first = engine::play(play, Backend::fair);
    const Outcome second = engine::play(play, Backend::fair);
    return {first.duration.value(), second.duration.value()};
  });
  CHECK(durations[1] == Approx(durations[0]).epsilon(1e-9));
}

}  // namespace trainyard::engine
