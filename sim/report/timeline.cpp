#include "report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

namespace trainyard::report {
namespace {

using step::TraceEvent;

// Whole nanoseconds, so that what touches in the simulator touches in the file.
using Nanoseconds = std::int64_t;

struct Slice {
  const TraceEvent* event = nullptr;
  Nanoseconds start = 0;
  Nanoseconds end = 0;
  std::size_t row = 0;  // of its stream: 0 unless it overlaps others
};

Nanoseconds nanoseconds(Seconds time) {
  return std::llround(time.value() * 1e9);
}

std::string quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

// What a rank does beside computing, by stream; computing comes first.
using StreamKey = std::tuple<bool, std::string_view>;
using Streams = std::map<StreamKey, std::vector<Slice>>;

// Gives each slice a row in which nothing else goes on. Returns the number of rows. Rounding may
// make neighbours overlap by a nanosecond: those are pushed apart.
std::size_t lay_out(std::vector<Slice>& slices) {
  std::ranges::stable_sort(slices, {},
                           [](const Slice& slice) { return std::tuple(slice.start, slice.end); });
  std::vector<Nanoseconds> busy_until;
  for (Slice& slice : slices) {
    const auto free = std::ranges::find_if(
        busy_until, [&slice](Nanoseconds until) { return until <= slice.start + 1; });
    slice.row = static_cast<std::size_t>(free - busy_until.begin());
    if (free == busy_until.end()) {
      busy_until.push_back(slice.end);
      continue;
    }
    slice.start = std::max(slice.start, *free);
    slice.end = std::max(slice.end, slice.start);
    *free = slice.end;
  }
  return busy_until.size();
}

class Writer {
 public:
  Writer(std::string_view title, std::size_t processes)
      : text_(fmt::format("{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"title\":{}}},"
                          "\"traceEvents\":[",
                          quoted(title))),
        next_thread_(static_cast<std::int64_t>(processes) + 1) {}

  void add(std::int64_t process, Streams& streams);
  std::string take() &&;

 private:
  void name(const char* kind, std::int64_t process, std::int64_t thread, std::string_view name);
  void add(std::int64_t process, std::int64_t thread, const Slice& slice);
  // Events are put one on a line.
  [[nodiscard]] std::back_insert_iterator<std::string> next();

  std::string text_;
  const char* separator_ = "\n";
  // No process and no other thread has such a number: to Perfetto they are those of an operating
  // system, where the first thread of a process has the number of its process.
  std::int64_t next_thread_;
};

std::back_insert_iterator<std::string> Writer::next() {
  text_ += separator_;
  separator_ = ",\n";
  return std::back_inserter(text_);
}

void Writer::name(const char* kind, std::int64_t process, std::int64_t thread,
                  std::string_view name) {
  fmt::format_to(next(), R"({{"ph":"M","name":"{}_name","pid":{},"tid":{},"args":{{"name":{}}}}})",
                 kind, process, thread, quoted(name));
  fmt::format_to(
      next(), R"({{"ph":"M","name":"{}_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}}}})",
      kind, process, thread, std::string_view(kind) == "process" ? process : thread);
}

void Writer::add(std::int64_t process, std::int64_t thread, const Slice& slice) {
  const auto microseconds = [](Nanoseconds time) {
    return fmt::format("{}.{:03}", time / 1000, time % 1000);
  };
  fmt::format_to(next(), R"({{"ph":"X","name":{},"pid":{},"tid":{},"ts":{},"dur":{})",
                 quoted(slice.event->name), process, thread, microseconds(slice.start),
                 microseconds(slice.end - slice.start));
  if (slice.event->micro_batch >= 0) {
    text_ += fmt::format(R"(,"args":{{"micro_batch":{}}})", slice.event->micro_batch);
  }
  text_ += '}';
}

void Writer::add(std::int64_t process, Streams& streams) {
  const TraceEvent& any = *streams.begin()->second.front().event;
  name("process", process, next_thread_, fmt::format("{}, rank {}", any.stage, any.rank));
  for (auto& [key, slices] : streams) {
    const std::size_t rows = lay_out(slices);
    for (std::size_t row = 0; row < rows; ++row) {
      name("thread", process, next_thread_ + static_cast<std::int64_t>(row), std::get<1>(key));
    }
    for (const Slice& slice : slices) {
      add(process, next_thread_ + static_cast<std::int64_t>(slice.row), slice);
    }
    next_thread_ += static_cast<std::int64_t>(rows);
  }
}

std::string Writer::take() && {
  text_ += "\n]}\n";
  return std::move(text_);
}

}  // namespace

std::string timeline(const std::vector<TraceEvent>& trace, std::string_view title) {
  std::map<std::int64_t, Streams> ranks;
  for (const TraceEvent& event : trace) {
    const StreamKey key{event.stream != "compute", event.stream};
    ranks[event.rank][key].push_back(
        {&event, nanoseconds(event.start), nanoseconds(event.start + event.duration)});
  }
  Writer writer(title, ranks.size());
  std::int64_t process = 1;  // to Perfetto 0 is the idle process
  for (auto& [rank, streams] : ranks) writer.add(process++, streams);
  return std::move(writer).take();
}

}  // namespace trainyard::report
