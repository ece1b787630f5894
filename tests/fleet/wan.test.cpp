#include "fleet/wan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "base/check.hpp"
#include "base/random.hpp"

namespace trainyard::fleet {
namespace {

using Numbers = std::vector<std::size_t>;

constexpr Instant start{1.7e9};
constexpr double latency = 0.01;

Instant after(double seconds) {
  return start + Seconds(seconds);
}

hardware::WanLink link(const std::string& from, const std::string& to, double bandwidth,
                       double latency_of_it = latency) {
  hardware::WanLink link;
  link.name = from + "-" + to;
  link.from = from;
  link.to = to;
  link.latency = Seconds(latency_of_it);
  link.bandwidth = BytesPerSecond(bandwidth);
  return link;
}

World world(const std::vector<std::string>& names, std::vector<hardware::WanLink> links) {
  World world;
  world.from = start;
  for (const std::string& name : names) world.sites.emplace_back().place.name = name;
  world.wan = std::move(links);
  return world;
}

// a - b - c, 100 B/s each.
World line() {
  return world({"a", "b", "c"}, {link("a", "b", 100), link("b", "c", 100)});
}

Transfer transfer(std::size_t from, std::size_t to, double bytes) {
  Transfer transfer;
  transfer.from = from;
  transfer.to = to;
  transfer.size = Bytes(bytes);
  return transfer;
}

// Plays on until `end`.
void play(Wan& wan, Instant end) {
  while (wan.next() <= end) wan.end_due(wan.next());
}

double end_of(const Wan& wan, std::size_t number) {
  CHECK(wan.transfer(number).complete);
  return (wan.transfer(number).end - start).value();
}

// Instants are that fine.
Approx seconds(double value) {
  return Approx(value).epsilon(1e-9).margin(1e-6);
}

// Bytes over the link between its changes, until `end`.
double bytes_over(const std::vector<LinkChange>& changes, std::size_t link, Instant end) {
  double bytes = 0;
  double rate = 0;
  Instant since = start;
  for (const LinkChange& change : changes) {
    if (change.link != link) continue;
    bytes += rate * (change.time - since).value();
    rate = change.used.value();
    since = change.time;
  }
  return bytes + rate * (end - since).value();
}

}  // namespace

TEST_CASE("a transfer takes its bytes over the bandwidth and the latency once", "[fleet]") {
  Wan wan(line());
  const std::size_t number = wan.begin(after(5), transfer(0, 2, 1000));
  CHECK((wan.next() - start).value() == seconds(15));  // has left
  CHECK(wan.end_due(wan.next()).empty());
  CHECK((wan.next() - start).value() == seconds(15 + 2 * latency));
  CHECK(!wan.transfer(number).complete);
  CHECK(wan.end_due(wan.next()) == Numbers{number});
  CHECK(wan.transfer(number).start == after(5));
  CHECK(end_of(wan, number) == seconds(15 + 2 * latency));
  CHECK(wan.next() == never);
}

TEST_CASE("two transfers share a link evenly, and the longer one gets all of it at last",
          "[fleet]") {
  Wan wan(line());
  wan.begin(start, transfer(0, 1, 1000));
  wan.begin(after(4), transfer(0, 1, 300));
  play(wan, after(100));
  // 400 B alone, then 50 B/s each for 6 s, then the last 300 B alone.
  CHECK(end_of(wan, 1) == seconds(10 + latency));
  CHECK(end_of(wan, 0) == seconds(13 + latency));
}

TEST_CASE("a link carries its bandwidth both ways at once", "[fleet]") {
  Wan wan(line());
  wan.begin(start, transfer(0, 1, 1000));
  wan.begin(start, transfer(1, 0, 1000));
  const std::vector<LinkChange> changes = wan.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].used == BytesPerSecond(200));
  play(wan, after(100));
  CHECK(end_of(wan, 0) == seconds(10 + latency));
  CHECK(end_of(wan, 1) == seconds(10 + latency));
}

TEST_CASE("three sites with a shared link share by max-min fairness", "[fleet]") {
  // a - b has 100 B/s, b - c 30 B/s: a to c gets 15 beside b to c, and a to b the 85 it leaves.
  Wan wan(world({"a", "b", "c"}, {link("a", "b", 100), link("b", "c", 30)}));
  wan.begin(start, transfer(0, 2, 150));
  wan.begin(start, transfer(1, 2, 300));
  wan.begin(start, transfer(0, 1, 1000));
  const std::vector<LinkChange> changes = wan.take_changes();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].used.value() == Approx(100));
  CHECK(changes[1].used.value() == Approx(30));
  play(wan, after(100));
  // At 10 s the first has left: 150 B at 30 B/s, and 1000 - 850 B at 100 B/s.
  CHECK(end_of(wan, 0) == seconds(10 + 2 * latency));
  CHECK(end_of(wan, 1) == seconds(15 + latency));
  CHECK(end_of(wan, 2) == seconds(11.5 + latency));
}

TEST_CASE("traffic over a link that is down stands still and leaves the rest to others",
          "[fleet]") {
  Wan wan(line());
  wan.begin(start, transfer(0, 2, 1000));
  wan.begin(start, transfer(0, 1, 1000));
  wan.set_link(after(2), 1, false);
  CHECK((wan.next() - start).value() == seconds(11));  // 900 B at 100 B/s
  wan.set_link(after(5), 1, true);
  play(wan, after(100));
  // 100 B, 300 B and then 50 B/s: 600 B more take 12 s; the other sends its last 300 B alone.
  CHECK(end_of(wan, 1) == seconds(17 + latency));
  CHECK(end_of(wan, 0) == seconds(20 + 2 * latency));
}

TEST_CASE("a transfer ends never while its link is down", "[fleet]") {
  Wan wan(line());
  wan.set_link(start, 0, false);
  wan.begin(start, transfer(0, 1, 1000));
  CHECK(wan.next() == never);
  wan.set_link(after(1e7), 0, true);
  CHECK((wan.next() - start).value() == seconds(1e7 + 10));
}

TEST_CASE("bytes that have left arrive even if the link goes down behind them", "[fleet]") {
  Wan wan(line());
  wan.begin(start, transfer(0, 1, 1000));
  wan.end_due(wan.next());
  wan.set_link(after(10.005), 0, false);
  play(wan, after(100));
  CHECK(end_of(wan, 0) == seconds(10 + latency));
}

TEST_CASE("a stream takes what it wants and no more, and shares evenly where that is not there",
          "[fleet]") {
  Wan wan(line());
  wan.set_stream(start, 7, 0, 1, BytesPerSecond(20));
  CHECK(wan.stream(7) == BytesPerSecond(20));
  CHECK(wan.next() == never);
  wan.begin(start, transfer(0, 1, 1000));
  CHECK(wan.stream(7) == BytesPerSecond(20));
  CHECK((wan.next() - start).value() == seconds(12.5));  // at 80 B/s
  wan.set_stream(after(5), 7, 0, 1, BytesPerSecond(1e6));
  CHECK(wan.stream(7) == BytesPerSecond(50));
  CHECK((wan.next() - start).value() == seconds(17));  // 600 B at 50 B/s
  wan.set_stream(after(7), 7, 0, 1, BytesPerSecond(0));
  CHECK(wan.stream(7) == BytesPerSecond(0));
  CHECK((wan.next() - start).value() == seconds(12));  // 500 B at 100 B/s
  wan.set_link(after(8), 0, false);
  wan.set_stream(after(8), 7, 0, 1, BytesPerSecond(20));
  CHECK(wan.stream(7) == BytesPerSecond(0));
}

TEST_CASE("a transfer takes the route of least latency, of equal ones that of fewest links",
          "[fleet]") {
  const auto time = [](double direct) {
    Wan wan(world({"a", "b", "c"}, {link("a", "c", 10, direct), link("a", "b", 100, 0.1),
                                    link("c", "b", 100, 0.1)}));
    wan.begin(start, transfer(0, 2, 1000));
    play(wan, after(1000));
    return end_of(wan, 0);
  };
  CHECK(time(0.3) == seconds(10.2));
  CHECK(time(0.2) == seconds(100.2));
  CHECK(time(0.1) == seconds(100.1));
}

TEST_CASE("routes may cross places that are not in the fleet", "[fleet]") {
  Wan wan(world({"a", "b"}, {link("a", "hub", 100), link("hub", "b", 50)}));
  CHECK(wan.joined(0, 1));
  wan.begin(start, transfer(0, 1, 1000));
  play(wan, after(1000));
  CHECK(end_of(wan, 0) == seconds(20 + 2 * latency));
}

TEST_CASE("sites are joined where links lead from one to the other, up or down", "[fleet]") {
  Wan wan(world({"a", "b", "c", "d"}, {link("a", "b", 100), link("d", "c", 100)}));
  CHECK(wan.joined(0, 1));
  CHECK(wan.joined(1, 0));
  CHECK(wan.joined(2, 3));
  CHECK(!wan.joined(0, 2));
  CHECK(!wan.joined(3, 1));
  wan.set_link(start, 0, false);
  CHECK(wan.joined(0, 1));
}

TEST_CASE("transfers that end together are given together, in order", "[fleet]") {
  Wan wan(line());
  wan.begin(start, transfer(1, 2, 500));
  wan.begin(start, transfer(0, 1, 1000));
  wan.begin(start, transfer(1, 2, 500));
  wan.end_due(wan.next());
  CHECK(wan.end_due(wan.next()) == Numbers{0, 1, 2});
}

TEST_CASE("one moment makes one change of a link", "[fleet]") {
  Wan wan(line());
  wan.begin(after(1), transfer(0, 1, 100));
  wan.set_stream(after(1), 1, 0, 1, BytesPerSecond(10));
  wan.set_link(after(1), 1, false);
  wan.set_stream(after(1), 1, 0, 1, BytesPerSecond(0));
  std::vector<LinkChange> changes = wan.take_changes();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].link == 0);
  CHECK(changes[0].used == BytesPerSecond(100));
  CHECK((changes[1].link == 1 && !changes[1].up));
  CHECK(wan.take_changes().empty());
  play(wan, after(10));
  changes = wan.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK((changes[0].time - start).value() == seconds(2));
  CHECK(changes[0].used == BytesPerSecond(0));
}

// Transfers, streams and outages at random on four sites, as dates of ends and changes of links.
struct Played {
  std::vector<Transfer> transfers;
  std::vector<LinkChange> changes;
};

Played random_life(std::uint64_t seed) {
  std::uint64_t number = 0;
  const auto draw = [&](double high) { return high * uniform(seed, 0, number++); };
  const auto site = [&] { return static_cast<std::size_t>(draw(4)); };
  Wan wan(world({"a", "b", "c", "d"}, {link("a", "b", 100), link("b", "c", 70, 0.03),
                                       link("c", "d", 130), link("a", "c", 50, 0.02)}));
  Played played;
  Instant now = start;
  const auto collect = [&] {
    for (const LinkChange& change : wan.take_changes()) played.changes.push_back(change);
  };
  for (int i = 0; i < 200; ++i) {
    now = now + Seconds(draw(20));
    play(wan, now);
    const std::size_t from = site();
    const std::size_t to = (from + 1 + static_cast<std::size_t>(draw(3))) % 4;
    const double what = draw(1);
    if (what < 0.6) {
      wan.begin(now, transfer(from, to, 1 + draw(2000)));
    } else if (what < 0.8) {
      wan.set_stream(now, site(), from, to, BytesPerSecond(draw(40)));
    } else {
      wan.set_link(now, site(), draw(1) < 0.5);
    }
    if (draw(1) < 0.5) collect();
  }
  for (std::size_t i = 0; i < 4; ++i) {
    wan.set_link(now, i, true);
    wan.set_stream(now, i, 0, 1, BytesPerSecond(0));
  }
  play(wan, after(1e6));
  collect();
  played.transfers = wan.transfers();
  return played;
}

TEST_CASE("links carry no more than their bandwidth each way, and nothing while down", "[fleet]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<double> bandwidth{100, 70, 130, 50};
    const Played played = random_life(seed);
    for (const LinkChange& change : played.changes) {
      CHECK(change.used.value() <= 2 * bandwidth[change.link] * (1 + 1e-9));
      CHECK((change.up || change.used.value() == 0));
    }
    CHECK(std::is_sorted(played.changes.begin(), played.changes.end(),
                         [](const LinkChange& a, const LinkChange& b) { return a.time < b.time; }));
    for (const Transfer& each : played.transfers) CHECK(each.complete);
  }
}

TEST_CASE("links carry the bytes of their transfers, however rates change", "[fleet]") {
  Wan wan(line());
  std::vector<LinkChange> changes;
  double bytes_ab = 0;
  double bytes_bc = 0;
  Instant now = start;
  for (std::uint64_t i = 0; i < 200; ++i) {
    now = now + Seconds(20 * uniform(1, 1, i));
    play(wan, now);
    const double size = 1 + 2000 * uniform(1, 2, i);
    const std::size_t from = i % 2;
    wan.begin(now, transfer(from, 2, size));
    if (i % 7 == 0) wan.set_link(now, 1, i % 2 == 0);
    (from == 0 ? bytes_ab : bytes_bc) += size;
  }
  wan.set_link(now, 1, true);
  play(wan, after(1e6));
  changes = wan.take_changes();
  const Instant end = changes.back().time;
  CHECK(bytes_over(changes, 0, end) == Approx(bytes_ab).epsilon(1e-7));
  CHECK(bytes_over(changes, 1, end) == Approx(bytes_ab + bytes_bc).epsilon(1e-7));
}

TEST_CASE("the same life gives the same ends and changes, to the bit", "[fleet]") {
  const Played first = random_life(3);
  const Played second = random_life(3);
  REQUIRE(first.transfers.size() == second.transfers.size());
  for (std::size_t i = 0; i < first.transfers.size(); ++i) {
    CHECK(first.transfers[i].end == second.transfers[i].end);
  }
  REQUIRE(first.changes.size() == second.changes.size());
  for (std::size_t i = 0; i < first.changes.size(); ++i) {
    CHECK(first.changes[i].time == second.changes[i].time);
    CHECK(first.changes[i].used == second.changes[i].used);
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("transfers of nothing, to nowhere and out of time are broken contracts", "[fleet]") {
  Wan wan(world({"a", "b", "c"}, {link("a", "b", 100)}));
  CHECK_THROWS_AS(wan.begin(start, transfer(0, 1, 0)), ContractError);
  CHECK_THROWS_AS(wan.begin(start, transfer(0, 0, 1)), ContractError);
  CHECK_THROWS_AS(wan.begin(start, transfer(0, 2, 1)), ContractError);
  wan.begin(start, transfer(0, 1, 1000));
  CHECK_THROWS_AS(wan.set_link(after(11), 0, false), ContractError);
}
#endif

}  // namespace trainyard::fleet
