#include "engine/timeline.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

#include "base/check.hpp"
#include "support/in_child.hpp"

namespace trainyard::engine {
namespace {

constexpr Instant year_2024(1704067200);
constexpr double day = 86400;

// Every batch as its time, its size and its events' kinds and ids.
class Record final : public Listener {
 public:
  void happened(Instant time, std::span<const Event> events, Timeline& timeline) override {
    heard.push_back(time.value());
    heard.push_back(static_cast<double>(events.size()));
    for (const Event& event : events) {
      heard.push_back(event.kind);
      heard.push_back(static_cast<double>(event.id));
      if (event.time != time || timeline.now() != time) heard.push_back(-1);
    }
  }
  support::Numbers heard;
};

support::Numbers heard(const std::vector<Event>& events, Instant start, Instant until) {
  return support::in_child([&] {
    Timeline timeline(start);
    for (const Event& event : events) timeline.add(event);
    Record record;
    timeline.run(until, record);
    return record.heard;
  });
}

// Adds an event a fixed time after each that it hears.
class Chain final : public Listener {
 public:
  Chain(Seconds step, std::int64_t count) : step_(step), left_(count) {}
  void happened(Instant time, std::span<const Event> /*events*/, Timeline& timeline) override {
    last = time;
    ++batches;
    if (--left_ > 0) timeline.add({time + step_});
  }
  Instant last;
  std::int64_t batches = 0;

 private:
  Seconds step_;
  std::int64_t left_;
};

}  // namespace

TEST_CASE("events come in order of time, whatever the order in which they were added", "[engine]") {
  CHECK(heard({{Instant(30), 0, 3}, {Instant(10), 0, 1}, {Instant(20), 0, 2}}, Instant(0),
              Instant(100)) == support::Numbers{10, 1, 0, 1,  //
                                                20, 1, 0, 2,  //
                                                30, 1, 0, 3});
}

TEST_CASE("equal times come as one batch, by kind, then id", "[engine]") {
  const Instant noon = year_2024 + Seconds(day / 2);
  CHECK(heard({{noon, 2, 1}, {noon, 1, 7}, {noon, 1, 5}, {noon, 0, 9}}, year_2024,
              year_2024 + Seconds(day)) ==
        support::Numbers{noon.value(), 4, 0, 9, 1, 5, 1, 7, 2, 1});
}

TEST_CASE("events after the end are not played, those at the end are", "[engine]") {
  CHECK(heard({{Instant(10), 0, 1}, {Instant(20), 0, 2}, {Instant(21), 0, 3}}, Instant(0),
              Instant(20)) == support::Numbers{10, 1, 0, 1, 20, 1, 0, 2});
}

TEST_CASE("an event at the start is played", "[engine]") {
  CHECK(heard({{year_2024, 0, 1}}, year_2024, year_2024) ==
        support::Numbers{year_2024.value(), 1, 0, 1});
}

TEST_CASE("times a microsecond apart are two batches, years after the start", "[engine]") {
  const Instant late = year_2024 + Seconds(20 * 365 * day);
  const Instant next(std::nextafter(late.value(), 1e300));
  CHECK(heard({{next, 0, 2}, {late, 0, 1}}, year_2024, year_2024 + Seconds(21 * 365 * day)) ==
        support::Numbers{late.value(), 1, 0, 1, next.value(), 1, 0, 2});
}

TEST_CASE("years of steps lose no time", "[engine]") {
  const auto told = support::in_child([]() -> support::Numbers {
    // A day and a quarter of a second, exact in binary, over 20 years.
    Chain chain(Seconds(day + 0.25), 7305);
    Timeline timeline(year_2024);
    timeline.add({year_2024 + Seconds(day + 0.25)});
    timeline.run(year_2024 + Seconds(30 * 365 * day), chain);
    return {chain.last.value(), static_cast<double>(chain.batches)};
  });
  CHECK(told == support::Numbers{year_2024.value() + 7305 * (day + 0.25), 7305});
}

TEST_CASE("an event added for the moment being handled is a batch of its own", "[engine]") {
  class Again final : public Listener {
   public:
    void happened(Instant time, std::span<const Event> events, Timeline& timeline) override {
      heard.push_back(time.value());
      for (const Event& event : events) heard.push_back(static_cast<double>(event.id));
      if (events.front().id == 1) timeline.add({time, 0, 2});
    }
    support::Numbers heard;
  };
  const auto told = support::in_child([] {
    Timeline timeline(Instant(0));
    timeline.add({Instant(5), 0, 1});
    timeline.add({Instant(6), 0, 3});
    Again again;
    timeline.run(Instant(10), again);
    return again.heard;
  });
  CHECK(told == support::Numbers{5, 1, 5, 2, 6, 3});
}

TEST_CASE("a second timeline of a process plays its own absolute times", "[engine]") {
  const auto told = support::in_child([] {
    support::Numbers all;
    for (int variant = 0; variant < 3; ++variant) {
      Timeline timeline(year_2024);
      for (const double days : {0.5, 1.0, 700.0}) {
        timeline.add({year_2024 + Seconds(days * day), 0, variant});
      }
      Record record;
      timeline.run(year_2024 + Seconds(1000 * day), record);
      all.insert(all.end(), record.heard.begin(), record.heard.end());
    }
    return all;
  });
  support::Numbers expected;
  for (const double variant : {0.0, 1.0, 2.0}) {
    for (const double days : {0.5, 1.0, 700.0}) {
      expected.insert(expected.end(), {year_2024.value() + days * day, 1, 0, variant});
    }
  }
  CHECK(told == expected);
}

TEST_CASE("a timeline goes on where it stopped", "[engine]") {
  const auto told = support::in_child([] {
    Timeline timeline(Instant(0));
    timeline.add({Instant(10), 0, 1});
    timeline.add({Instant(20), 0, 2});
    Record record;
    timeline.run(Instant(15), record);
    record.heard.push_back(-7);
    timeline.run(Instant(30), record);
    return record.heard;
  });
  CHECK(told == support::Numbers{10, 1, 0, 1, -7, 20, 1, 0, 2});
}

TEST_CASE("what a listener throws ends the run and reaches the caller", "[engine]") {
  class Refuses final : public Listener {
   public:
    void happened(Instant /*time*/, std::span<const Event> /*events*/,
                  Timeline& /*timeline*/) override {
      throw std::runtime_error("no such event");
    }
  };
  CHECK_THROWS_WITH(support::in_child([]() -> support::Numbers {
                      Timeline timeline(Instant(0));
                      timeline.add({Instant(10)});
                      Refuses refuses;
                      timeline.run(Instant(15), refuses);
                      return {};
                    }),
                    "no such event");
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("an event in the past is a broken contract", "[engine]") {
  Timeline timeline(Instant(10));
  CHECK_THROWS_AS(timeline.add({Instant(9)}), ContractError);
}
#endif

}  // namespace trainyard::engine
