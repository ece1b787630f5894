#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/options.hpp"
#include "document/pointer.hpp"
#include "kernel/attention.hpp"
#include "kernel/gemm.hpp"
#include "kernel/stream.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/resolve.hpp"

namespace trainyard::cli {

namespace po = boost::program_options;

namespace {

hardware::Accelerator accelerator(const std::string& name, scenario::Library& library) {
  if (library.find("accelerators", name) == nullptr) {
    throw UsageError(fmt::format("unknown accelerator \"{}\"; {}", name,
                                 suggestion(name, library.names("accelerators"))));
  }
  document::Node root = document::parse(
      fmt::format(R"({{"platforms": {{"accelerators": {{"{}": {{"use": "{}"}}}}}}}})", name, name),
      "accelerators/" + name + ".json");
  document::Report report;
  scenario::resolve(root, library, report);
  const std::string pointer = "/platforms/accelerators/" + name;
  const document::Node* found = document::find(root, pointer);
  auto chip = scenario::read_accelerator(name, document::Object(*found, pointer, report));
  report.throw_if_any();
  return chip;
}

// A spreadsheet may end its lines with a carriage return too.
std::vector<std::string> cells(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

// One line of the list: cells by the name of their column.
class Row {
 public:
  Row(const std::vector<std::string>& columns, const std::vector<std::string>& cells,
      std::string place)
      : place_(std::move(place)) {
    if (cells.size() > columns.size()) fail(fmt::format("more than {} cells", columns.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) cells_[columns[i]] = cells[i];
  }

  // 1 where the column is not there or its cell is empty.
  [[nodiscard]] double number(const std::string& column) const {
    const auto found = cells_.find(column);
    if (found == cells_.end() || found->second.empty()) return 1;
    char* end = nullptr;
    const double value = std::strtod(found->second.c_str(), &end);
    if (*end != '\0' || !(value > 0) || value > 1e18) {
      fail(fmt::format("{}: \"{}\" is no number above 0; write one such as 4096", column,
                       found->second));
    }
    return value;
  }
  // The index of the cell among `words`; the first where there is none.
  template <class Words>
  [[nodiscard]] std::size_t word(const std::string& column, const Words& words) const {
    const auto found = cells_.find(column);
    if (found == cells_.end() || found->second.empty()) return 0;
    std::size_t at = 0;
    for (const auto& word : words) {
      if (word == found->second) return at;
      ++at;
    }
    fail(
        fmt::format("{}: unknown \"{}\"; use {}", column, found->second, fmt::join(words, " or ")));
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw UsageError(place_ + ": " + problem);
  }

 private:
  std::map<std::string, std::string> cells_;
  std::string place_;
};

constexpr std::array<std::string_view, 14> known{
    "kind",  "precision", "pass",     "m",         "n",        "k",      "groups",
    "batch", "heads",     "kv_heads", "head_size", "sequence", "causal", "bytes"};
constexpr std::array<std::string_view, 3> kinds{"gemm", "attention", "stream"};
constexpr std::array<std::string_view, 3> passes{"forward", "input_gradient", "weight_gradient"};
constexpr std::array<std::string_view, 2> masks{"no", "yes"};

Seconds product(const Row& row, const hardware::Accelerator& chip) {
  const auto precision =
      static_cast<hardware::Precision>(row.word("precision", hardware::precision_names));
  if (chip.peak_at(precision) <= FlopsPerSecond(0)) {
    std::vector<std::string_view> others;
    for (std::size_t i = 0; i < chip.peak.size(); ++i) {
      if (chip.peak[i] > FlopsPerSecond(0)) others.push_back(hardware::precision_names[i]);
    }
    row.fail(fmt::format("{} has no {}; use {}", chip.name,
                         hardware::precision_names[static_cast<std::size_t>(precision)],
                         fmt::join(others, " or ")));
  }
  const bool weights = row.word("pass", passes) == 2;
  return kernel::duration(kernel::Product{.m = row.number("m"),
                                          .n = row.number("n"),
                                          .k = row.number("k"),
                                          .groups = row.number("groups")},
                          precision, weights ? 8 : 2, weights ? chip.kernel.weight_gradient : 1,
                          chip);
}

Seconds attention(const Row& row, const hardware::Accelerator& chip) {
  const double heads = row.number("batch") * row.number("heads");
  const double keys = row.number("batch") * row.number("kv_heads");
  const double sequence = row.number("sequence");
  const double size = row.number("head_size");
  const bool causal = row.word("causal", masks) == 1;
  return kernel::duration(
      kernel::Attention{.heads = heads,
                        .queries = sequence,
                        .head_size = size,
                        .work = Flops(4 * heads * sequence * sequence * size * (causal ? 0.5 : 1)),
                        .traffic = Bytes(2 * sequence * size * 2 * (heads + keys))},
      row.word("pass", passes) == 0 ? kernel::Direction::forward : kernel::Direction::backward,
      hardware::Precision::bf16, 1, chip);
}

Seconds duration(const Row& row, const hardware::Accelerator& chip) {
  switch (row.word("kind", kinds)) {
    case 0:
      return product(row, chip);
    case 1:
      return attention(row, chip);
    default:
      return kernel::streaming(Bytes(row.number("bytes")), chip) + chip.kernel.launch;
  }
}

// The names of the columns, all of them known.
std::vector<std::string> header(const std::string& line, const std::string& path) {
  std::vector<std::string> columns = cells(line);
  for (const std::string& column : columns) {
    if (std::find(known.begin(), known.end(), column) != known.end()) continue;
    throw UsageError(fmt::format("{}:1: unknown column \"{}\"; {}", path, column,
                                 suggestion(column, {known.begin(), known.end()})));
  }
  return columns;
}

}  // namespace

int kernels_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard kernels LIST.csv --accelerator NAME [options]\n"
      "Prints how long each kernel of a list takes, in seconds. Columns by name, 1 where left "
      "out:\n"
      "kind (gemm, attention, stream), precision, pass (forward, input_gradient,\n"
      "weight_gradient), m, n, k, groups; batch, heads, kv_heads, head_size, sequence, causal\n"
      "(no, yes); bytes.",
      "trainyard kernels products.csv --accelerator h100_sxm");
  options.add_list();
  options.add()("accelerator", po::value<std::string>()->required()->value_name("NAME"),
                "a name among platforms/accelerators");
  if (!options.parse(arguments)) return 0;
  scenario::Library library(options.platforms());
  const auto chip = accelerator(options.get<std::string>("accelerator"), library);
  const std::string path = options.file();
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw FileError(path + ": cannot be read, or is empty");
  const auto columns = header(line, path);
  std::string text = "seconds\n";
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    const Row row(columns, cells(line), fmt::format("{}:{}", path, number));
    text += fmt::format("{:.9g}\n", duration(row, chip).value());
  }
  fmt::print("{}", text);
  return 0;
}

}  // namespace trainyard::cli
