#include "fleet/storage.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"

namespace trainyard::fleet {
namespace {

using Interval = Checkpoint::Interval;
using Mode = Checkpoint::Mode;
using Tier = Checkpoint::Tier;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr Store store{BytesPerSecond(100e9), BytesPerSecond(0)};

// Of 10 nodes. 1 TB takes the store of 100 GB/s 10 s, and the nodes' copies to host memory 2 s.
Writer writer(double bytes, double every) {
  Writer writer;
  writer.checkpoint.every = Seconds(every);
  writer.checkpoint.size = Bytes(bytes);
  writer.nodes = 10;
  writer.between_interruptions = Seconds(infinite);
  writer.host_copy = BytesPerSecond(50e9);
  writer.local_disk = BytesPerSecond(5e9);
  return writer;
}

Writer beside(Writer writer) {
  writer.checkpoint.mode = Mode::asynchronous;
  return writer;
}

Writing alone(const Writer& writer, const Store& at = store) {
  return share_store(at, std::vector{writer}).writers[0];
}

// The time in which the bytes of a checkpoint go to the store.
double write_time(const Writing& writing) {
  return (writing.lag.value() > 0 ? writing.lag : writing.pause).value();
}

// Processor sharing event by event, begun at random phases: writers compute for their interval and
// write, or begin to write an interval after they began, the last write allowing. Those that write
// share the store by max-min fairness, none above its own path.
class Desks {
 public:
  Desks(const std::vector<Writer>& writers, BytesPerSecond path, std::uint64_t seed)
      : desks_(writers.size()) {
    for (std::size_t i = 0; i < writers.size(); ++i) {
      const Writer& writer = writers[i];
      desks_[i].size = writer.checkpoint.size.value();
      desks_[i].path = path.value() > 0 ? path.value() : infinite;
      desks_[i].beside = writer.checkpoint.mode == Mode::asynchronous;
      desks_[i].wait = writer.checkpoint.every.value() + (desks_[i].beside ? 2 : 0);
      desks_[i].begins = desks_[i].wait * uniform(seed, 1, i);
    }
  }

  void play(double until) {
    while (now_ < until) {
      share();
      double next = until;
      for (const Desk& desk : desks_) {
        next = std::min(next, desk.left > 0 ? now_ + desk.left / desk.rate : desk.begins);
      }
      pass(next);
    }
  }

  // Sums over all writers.
  double busy = 0;
  double writes = 0;
  double bytes = 0;

 private:
  struct Desk {
    double size = 0;
    double path = 0;
    bool beside = false;
    double wait = 0;
    double begins = 0;
    double began = 0;
    double left = 0;  // of the write in course
    double rate = 0;
  };

  // All paths are equal.
  void share() {
    const auto writing =
        std::count_if(desks_.begin(), desks_.end(), [](const Desk& desk) { return desk.left > 0; });
    for (Desk& desk : desks_) {
      desk.rate = std::min(desk.path, store.bandwidth.value() / static_cast<double>(writing));
    }
  }

  void pass(double next) {
    for (Desk& desk : desks_) {
      if (desk.left > 0) {
        desk.left -= desk.rate * (next - now_);
        if (desk.left < desk.size * 1e-9) finish(desk, next);
      } else if (desk.begins <= next) {
        desk.left = desk.size;
        desk.began = next;
      }
    }
    now_ = next;
  }

  void finish(Desk& desk, double time) {
    desk.left = 0;
    busy += (time - desk.began) / desk.size;
    writes += 1;
    bytes += desk.size;
    desk.begins = desk.beside ? std::max(time, desk.began + desk.wait) : time + desk.wait;
  }

  std::vector<Desk> desks_;
  double now_ = 0;
};

// `n` writers that would load the store about so much if none met another: of equal sizes, or of a
// wide lognormal distribution. Intervals differ by up to a tenth, so that phases mix.
enum class Sizes : std::uint8_t { equal, mixed };

std::vector<Writer> crowd(std::size_t n, double load, Sizes sizes) {
  std::vector<Writer> writers;
  for (std::size_t i = 0; i < n; ++i) {
    const double spread = sizes == Sizes::mixed ? normal_quantile(uniform(5, 5, i)) : 0;
    const double size = 1e12 * std::exp(spread);
    const double time = size / store.bandwidth.value();
    const double interval = time * static_cast<double>(n) / load - (load < 1 ? time : 0);
    writers.push_back(writer(size, interval * (0.9 + 0.2 * uniform(5, 6, i))));
  }
  return writers;
}

struct Rates {
  double time = 0;  // that a write takes, over that alone
  double load = 0;
};

constexpr BytesPerSecond no_limit{0};

// `path`: of all nodes of a writer together.
Rates modelled(const std::vector<Writer>& writers, BytesPerSecond path) {
  const StoreUse use = share_store({store.bandwidth, path / 10}, writers);
  double busy = 0;
  double often = 0;
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const Writing& writing = use.writers[i];
    const double cycle = (writing.interval + writing.pause).value();
    busy += write_time(writing) / writers[i].checkpoint.size.value() / cycle;
    often += 1 / cycle;
  }
  return {busy / often * store.bandwidth.value(), use.load};
}

Rates played(const std::vector<Writer>& writers, BytesPerSecond path) {
  constexpr std::uint64_t seeds = 16;
  const double until = 400 * static_cast<double>(writers.size());
  double busy = 0;
  double writes = 0;
  double bytes = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Desks desks(writers, path, seed);
    desks.play(until);
    busy += desks.busy;
    writes += desks.writes;
    bytes += desks.bytes;
  }
  return {busy / writes * store.bandwidth.value(), bytes / until / seeds / store.bandwidth.value()};
}

void compare(const std::vector<Writer>& writers, Rates tolerance, BytesPerSecond path = no_limit) {
  const Rates model = modelled(writers, path);
  const Rates play = played(writers, path);
  CAPTURE(writers.size(), model.load);
  CHECK(model.time == Approx(play.time).epsilon(tolerance.time));
  CHECK(model.load == Approx(play.load).epsilon(tolerance.load));
}

std::vector<Writer> beside(std::vector<Writer> writers) {
  for (Writer& each : writers) each = beside(each);
  return writers;
}

}  // namespace

TEST_CASE("a writer alone pauses for size over bandwidth, of the store or of its nodes' paths",
          "[fleet]") {
  const Writing writing = alone(writer(1e12, 3600));
  CHECK(writing.interval == Seconds(3600));
  CHECK(writing.pause.value() == Approx(10));
  CHECK(writing.lag == Seconds(0));
  CHECK(writing.load.value() == Approx(1e12 / 3610));
  CHECK(writing.read.value() == Approx(10));
  const Store paths{store.bandwidth, BytesPerSecond(2e9)};
  CHECK(alone(writer(1e12, 3600), paths).pause.value() == Approx(50));
  CHECK(alone(writer(1e12, 3600), paths).read.value() == Approx(50));
  const Store only_paths{no_limit, BytesPerSecond(2e9)};
  CHECK(alone(writer(1e12, 3600), only_paths).pause.value() == Approx(50));
}

TEST_CASE("an asynchronous writer pauses for the copy and has saved when it is written",
          "[fleet]") {
  const Writing writing = alone(beside(writer(1e12, 3600)));
  CHECK(writing.pause.value() == Approx(2));
  CHECK(writing.lag.value() == Approx(10));
  CHECK(writing.load.value() == Approx(1e12 / 3602));
  // It never begins one before the last is written.
  CHECK(alone(beside(writer(1e12, 3))).interval.value() == Approx(10).epsilon(2e-3));
}

TEST_CASE("local disks and host memory do not load the store", "[fleet]") {
  Writer disk = writer(1e12, 3600);
  disk.checkpoint.tier = Tier::local_disk;
  CHECK(alone(disk).pause.value() == Approx(20));
  CHECK(alone(beside(disk)).pause.value() == Approx(2));
  CHECK(alone(beside(disk)).lag.value() == Approx(20));
  CHECK(alone(disk).read.value() == Approx(20));
  Writer memory = writer(1e12, 3600);
  memory.checkpoint.tier = Tier::host_memory;
  CHECK(alone(memory).pause.value() == Approx(2));
  CHECK(alone(beside(memory)).pause.value() == Approx(2));
  CHECK(alone(beside(memory)).lag == Seconds(0));
  const StoreUse use = share_store(store, std::vector{disk, memory, writer(1e12, 3600)});
  CHECK(use.written.value() == Approx(1e12 / 3610));
  CHECK(use.load == Approx(10 / 3610.0));
  CHECK(use.writers[2].pause.value() == Approx(10));
}

TEST_CASE("a given time is the pause, and the bytes still load the store", "[fleet]") {
  Writer given = writer(1e12, 3600);
  given.checkpoint.write = Seconds(40);
  CHECK(alone(given).pause == Seconds(40));
  CHECK(alone(given).load.value() == Approx(1e12 / 3640));
  CHECK(alone(beside(given)).pause == Seconds(40));
  CHECK(alone(beside(given)).lag.value() == Approx(10));
  const StoreUse use = share_store(store, std::vector{given, writer(1e12, 3600)});
  CHECK(use.writers[1].pause.value() == Approx(10 / (1 - 10 / 3640.0)));
  given.checkpoint.size = Bytes(0);
  CHECK(alone(given).pause == Seconds(40));
  CHECK(alone(given).load == BytesPerSecond(0));
}

TEST_CASE("writing takes no time where nothing is written or nothing limits it", "[fleet]") {
  CHECK(alone(writer(0, 3600)).pause == Seconds(0));
  const Store free;
  CHECK(alone(writer(1e12, 3600), free).pause == Seconds(0));
  CHECK(alone(writer(1e12, 3600), free).read == Seconds(0));
  const StoreUse use = share_store(free, std::vector{writer(1e12, 3600), writer(1e12, 1000)});
  CHECK(use.written.value() == Approx(1e12 / 3600 + 1e12 / 1000));
  CHECK(use.load == 0);
  CHECK(share_store(store, {}).load == 0);
}

// Young 1974, doi 10.1145/361147.361115; Daly 2006, doi 10.1016/j.future.2004.11.016.
TEST_CASE("intervals follow Young's and Daly's closed forms", "[fleet]") {
  Checkpoint young;
  young.interval = Interval::young;
  Checkpoint daly;
  daly.interval = Interval::daly;
  const Seconds day(86400);
  CHECK(interval_of(young, Seconds(60), day).value() == Approx(std::sqrt(2 * 60 * 86400.0)));
  CHECK(interval_of(daly, Seconds(60), day).value() == Approx(std::sqrt(2 * 60 * 86400.0) - 60));
  CHECK(interval_of(Checkpoint{}, Seconds(60), day) == Seconds(3600));
  CHECK(interval_of(Checkpoint{}, Seconds(60), Seconds(infinite)) == Seconds(3600));
  for (const Checkpoint& policy : {young, daly}) {
    CHECK(interval_of(policy, Seconds(0), Seconds(infinite)).value() == infinite);
    CHECK(interval_of(policy, Seconds(60), Seconds(infinite)).value() == infinite);
    CHECK(interval_of(policy, Seconds(0), day) == Seconds(1));
    CHECK(interval_of(policy, Seconds(500), Seconds(100)) == Seconds(500));
  }
}

TEST_CASE("a run that is never interrupted writes nothing and leaves the store to others",
          "[fleet]") {
  Writer never_broken = writer(1e12, 3600);
  never_broken.checkpoint.interval = Interval::daly;
  const StoreUse use = share_store(store, std::vector{never_broken, writer(1e12, 3600)});
  CHECK(use.writers[0].interval.value() == infinite);
  CHECK(use.writers[0].load == BytesPerSecond(0));
  CHECK(use.writers[1].pause.value() == Approx(10));
}

// With w the time of one write over that alone, z the interval over the same, and n writers:
// w = 1 / (1 - (n - 1) / (z + w)).
TEST_CASE("equal writers slow each other down as the quadratic says", "[fleet]") {
  for (const double n : {1.0, 2.0, 10.0, 1000.0}) {
    for (const double z : {0.1, 1.0, 10.0, 1000.0, 1e5}) {
      const std::vector<Writer> writers(static_cast<std::size_t>(n), writer(1e12, 10 * z));
      const double half = (n - z) / 2;
      const double root = std::sqrt(half * half + z);
      const double w = half < 0 ? z / (root - half) : half + root;
      CAPTURE(n, z);
      CHECK(share_store(store, writers).writers[0].pause.value() == Approx(10 * w).epsilon(1e-9));
    }
  }
}

// Mean value analysis (Reiser and Lavenberg 1980, doi 10.1145/322186.322195) is exact where the
// intervals are random, of any distribution: a writer finds those that write without it.
TEST_CASE("equal writers are within 10 % of exact mean value analysis up to a load of 0.7",
          "[fleet]") {
  for (const int n : {2, 4, 16, 64}) {
    for (const double load : {0.1, 0.3, 0.5, 0.7}) {
      const double z = n / load - 1;
      double w = 1;
      double writing = 0;
      for (int i = 1; i <= n; ++i) {
        w = 1 + writing;
        writing = i * w / (z + w);
      }
      const std::vector<Writer> writers(static_cast<std::size_t>(n), writer(1e12, 10 * z));
      CAPTURE(n, load, w);
      CHECK(share_store(store, writers).writers[0].pause.value() == Approx(10 * w).epsilon(0.1));
    }
  }
}

TEST_CASE("writes take as long as when played, within 8 % to a load of 0.3 and 15 % to 0.5",
          "[fleet]") {
  for (const std::size_t n : {4, 16}) {
    for (const double load : {0.1, 0.3, 0.5}) {
      for (const Sizes sizes : {Sizes::equal, Sizes::mixed}) {
        const Rates tolerance{load < 0.4 ? 0.08 : 0.15, 0.05};
        compare(crowd(n, load, sizes), tolerance);
        compare(beside(crowd(n, load, sizes)), tolerance);
        compare(crowd(n, load, sizes), tolerance, BytesPerSecond(25e9));
      }
    }
  }
}

// Intervals that hardly change queue less than random ones, which the model thinks of. Lags of
// asynchronous writers, whose load does not give way, are up to 1.6 times too long from 0.7 to 1.
TEST_CASE("beyond half load blocking writes are within 20 %, loads within 6 %", "[fleet]") {
  for (const std::size_t n : {4, 16}) {
    for (const double load : {0.7, 0.8, 1.5, 4.0}) {
      for (const Sizes sizes : {Sizes::equal, Sizes::mixed}) {
        compare(crowd(n, load, sizes), {0.2, 0.06});
        compare(crowd(n, load, sizes), {0.2, 0.06}, BytesPerSecond(25e9));
      }
    }
  }
}

TEST_CASE("asynchronous writers that ask more than there is get it all, and evenly", "[fleet]") {
  for (const std::size_t n : {4, 16}) {
    for (const double load : {1.5, 4.0}) {
      compare(beside(crowd(n, load, Sizes::equal)), {0.06, 0.04});
    }
  }
  // Without a pause between two writes: 10 writers of 1 TB, 100 s for all of them.
  std::vector<Writer> writers(10, beside(writer(1e12, 1)));
  for (Writer& each : writers) each.host_copy = no_limit;
  const StoreUse use = share_store(store, writers);
  CHECK(use.load == Approx(1).epsilon(2e-3));
  for (const Writing& each : use.writers) CHECK(each.lag.value() == Approx(100).epsilon(2e-3));
}

TEST_CASE("what is given beyond the store's bandwidth leaves the others a hundredth", "[fleet]") {
  Writer given = writer(1e12, 1);
  given.checkpoint.write = Seconds(1);
  const StoreUse use = share_store(store, std::vector{given, writer(1e12, 1e6)});
  CHECK(use.load > 5);
  CHECK(use.writers[1].pause.value() == Approx(1000).epsilon(1e-2));
}

Writer random_writer(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t which = 0;
  const auto draw = [&] { return uniform(seed, number, which++); };
  const auto spread = [&](double low, double high) { return low * std::pow(high / low, draw()); };
  Writer writer;
  Checkpoint& checkpoint = writer.checkpoint;
  checkpoint.interval = std::array{Interval::fixed, Interval::young,
                                   Interval::daly}[static_cast<std::size_t>(3 * draw())];
  checkpoint.every = Seconds(spread(1, 1e6));
  checkpoint.mode = draw() < 0.5 ? Mode::blocking : Mode::asynchronous;
  checkpoint.size = Bytes(spread(1e3, 1e15));
  writer.nodes = static_cast<std::int64_t>(spread(1, 1e5));
  writer.between_interruptions = Seconds(spread(10, 1e8));
  writer.host_copy = BytesPerSecond(draw() < 0.5 ? 0 : 50e9);
  return writer;
}

TEST_CASE("any crowd has an answer that satisfies its own equations", "[fleet]") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<Writer> writers;
    const auto n = static_cast<std::size_t>(1 + 60 * uniform(seed, 999, 0));
    for (std::size_t i = 0; i < n; ++i) writers.push_back(random_writer(seed, i));
    const Store at{store.bandwidth, BytesPerSecond(seed % 2 == 0 ? 0 : 1e9)};
    const StoreUse use = share_store(at, writers);
    CHECK(use.load > 0);
    CHECK(use.load < 1);
    for (std::size_t i = 0; i < n; ++i) {
      const Writing& writing = use.writers[i];
      const double others = use.load - writing.load / at.bandwidth;
      const double path = at.per_node.value() > 0
                              ? static_cast<double>(writers[i].nodes) * at.per_node.value()
                              : infinite;
      const double rate = std::min(path, at.bandwidth.value() * (1 - others));
      CAPTURE(seed, i, use.load);
      CHECK(write_time(writing) == Approx(writers[i].checkpoint.size.value() / rate).epsilon(1e-6));
      CHECK(writing.interval >= writing.lag);
      CHECK(writing.load.value() == Approx(writers[i].checkpoint.size /
                                           (writing.interval + writing.pause) / BytesPerSecond(1)));
    }
  }
}

TEST_CASE("a writer more slows all others down", "[fleet]") {
  std::vector<Writer> writers;
  std::vector<double> before;
  for (std::size_t i = 0; i < 20; ++i) {
    writers.push_back(writer(1e12, 100));
    const StoreUse use = share_store(store, writers);
    for (std::size_t j = 0; j < before.size(); ++j) {
      CHECK(use.writers[j].pause.value() > before[j]);
    }
    before.clear();
    for (const Writing& each : use.writers) before.push_back(each.pause.value());
  }
}

}  // namespace trainyard::fleet
