#include "scenario/read_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "hardware/fabric/custom.hpp"
#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// Next hops are kept for every destination and vertex: 67 MB at this size.
constexpr std::int64_t most_nodes = 4096;

// The number in "node 12", or nothing.
std::optional<std::int64_t> node_number(const std::string& name) {
  constexpr std::string_view prefix = "node ";
  if (!name.starts_with(prefix)) return std::nullopt;
  const char* const end = name.data() + name.size();
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, number);
  const bool whole = error == std::errc() && rest == end && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

// An end of an edge before the number of nodes is known: a node, or a switch by its place.
struct End {
  bool is_switch = false;
  std::int64_t number = 0;
  friend bool operator==(const End&, const End&) = default;
};

class GraphReader {
 public:
  explicit GraphReader(Object& object) : object_(object) {}

  hardware::Graph read(Presence presence) {
    const std::size_t before = object_.problem_count();
    read_switches();
    object_.each("edges",
                 {.doc = "Edges by name, used each way; of equally short paths the edge named "
                         "first wins; custom only",
                  .presence = presence},
                 [&](const std::string&, Object edge) { read_edge(std::move(edge)); });
    for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
      graph_.edges[i].from = vertex(ends_[i].first);
      graph_.edges[i].to = vertex(ends_[i].second);
    }
    if (presence == Presence::required && object_.problem_count() == before) check();
    return std::move(graph_);
  }

 private:
  void read_switches() {
    switches_ = object_.texts("switches", {.doc = "Names of switches; custom only, default none",
                                           .presence = Presence::optional});
    graph_.switches = static_cast<std::int64_t>(switches_.size());
    for (std::size_t i = 0; i < switches_.size(); ++i) {
      const std::string& name = switches_[i];
      if (std::count(switches_.begin(), switches_.begin() + static_cast<std::ptrdiff_t>(i), name) >
          0) {
        object_.problem("switches", fmt::format("\"{}\" stands twice", name), "remove one");
      } else if (node_number(name)) {
        object_.problem("switches", fmt::format("\"{}\" is the name of a node", name),
                        "choose another name");
      }
    }
  }

  void read_edge(Object edge) {
    const auto from = read_end(edge, "from", "Where it leads from: \"node 0\" or a switch");
    const auto to = read_end(edge, "to", "Where it leads to: \"node 0\" or a switch");
    hardware::Graph::Edge read;
    read.bandwidth = edge.quantity<BytesPerSecond>("bandwidth", positive("One direction"));
    read.latency = edge.quantity<Seconds>(
        "latency",
        {.doc = "Of the cable alone: interfaces and switches at its ends add half of theirs",
         .minimum = 0,
         .maximum = 10});
    read.one_way = edge.boolean("one_way", {.doc = "Whether nothing goes back on it; default false",
                                            .presence = Presence::optional})
                       .value_or(false);
    if (!from || !to) return;
    if (*from == *to) edge.problem("to", "an edge joins two ends", "name another than \"from\"");
    graph_.edges.push_back(read);
    ends_.emplace_back(*from, *to);
  }

  std::optional<End> read_end(Object& edge, const char* key, const char* doc) {
    const auto name = edge.text(key, {.doc = doc});
    if (!name) return std::nullopt;
    const auto found = std::find(switches_.begin(), switches_.end(), *name);
    if (found != switches_.end()) return End{true, found - switches_.begin()};
    const auto number = node_number(*name);
    if (number && *number < most_nodes) {
      graph_.nodes = std::max(graph_.nodes, *number + 1);
      return End{false, *number};
    }
    std::vector<std::string> known{"node 0"};
    known.insert(known.end(), switches_.begin(), switches_.end());
    if (number) {
      edge.problem(key, fmt::format("a custom network has at most {} nodes", most_nodes),
                   fmt::format("number them from 0 to {}", most_nodes - 1));
    } else {
      edge.problem(key, fmt::format("unknown node or switch \"{}\"", *name),
                   suggestion(*name, known));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::int64_t vertex(End end) const {
    return end.is_switch ? graph_.nodes + end.number : end.number;
  }

  void check() {
    if (graph_.nodes == 0) return object_.problem("edges", "no node", "join at least \"node 0\"");
    const auto apart = hardware::unreachable(graph_);
    if (!apart) return;
    object_.problem(
        "edges",
        fmt::format("no path leads from \"node {}\" to \"node {}\"", apart->from, apart->to),
        "add an edge");
  }

  Object& object_;
  std::vector<std::string> switches_;
  hardware::Graph graph_;
  std::vector<std::pair<End, End>> ends_;  // of the edges
};

}  // namespace

void read_graph(Object& object, hardware::ScaleOut& fabric) {
  const bool custom = fabric.kind == "custom";
  hardware::Graph graph =
      GraphReader(object).read(custom ? Presence::required : Presence::optional);
  if (custom) fabric.graph = std::move(graph);
}

}  // namespace trainyard::scenario
