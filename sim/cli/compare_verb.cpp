#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "output/read_file.hpp"
#include "provenance.hpp"
#include "report/comparison.hpp"
#include "report/view.hpp"

namespace trainyard::cli {
namespace {

using document::Kind;
using document::Node;
using report::Comparison;
using report::Side;

struct File {
  std::string path;
  Dataset result;
  std::vector<std::string> variants;
  std::string baseline;
};

template <class T>
T attribute(const Dataset& result, const std::string& name, T otherwise) {
  const auto found = std::ranges::find(result.attributes, name, &Attribute::name);
  if (found == result.attributes.end()) return otherwise;
  const T* value = std::get_if<T>(&found->value);
  return value == nullptr ? otherwise : *value;
}

File open(const std::string& path) {
  File file{.path = path, .result = output::read_file(path)};
  const auto format = attribute(file.result, "result_format", std::int64_t{0});
  if (format != result_format) {
    throw FileError(
        fmt::format("{}: cannot read the result (its format is {}, this program reads "
                    "{}); run its scenario again",
                    path, format, result_format));
  }
  file.variants = report::View(file.result).variants();
  file.baseline = attribute(file.result, "baseline", std::string());
  return file;
}

// Its other variants, each with the baseline; the first variant where none is named.
std::vector<Comparison> within(const File& file) {
  if (file.variants.size() < 2) {
    throw UsageError(file.path + ": it has one variant; give a second file to compare it with");
  }
  const auto found = std::ranges::find(file.variants, file.baseline);
  const auto base =
      static_cast<std::size_t>(found == file.variants.end() ? 0 : found - file.variants.begin());
  const auto side = [&](std::size_t v) { return Side{&file.result, v, file.variants[v]}; };
  std::vector<Comparison> all;
  for (std::size_t v = 0; v < file.variants.size(); ++v) {
    if (v != base) all.push_back(report::compare(side(base), side(v)));
  }
  return all;
}

// Variants of the same name; the only ones of both files, whatever they are called.
std::vector<Comparison> between(const File& a, const File& b) {
  const auto side = [](const File& file, std::size_t v) {
    const std::string& variant = file.variants[v];
    return Side{&file.result, v, variant.empty() ? file.path : file.path + ": " + variant};
  };
  if (a.variants.size() == 1 && b.variants.size() == 1) {
    return {report::compare(side(a, 0), side(b, 0))};
  }
  std::vector<Comparison> all;
  for (std::size_t v = 0; v < a.variants.size(); ++v) {
    const auto found = std::ranges::find(b.variants, a.variants[v]);
    if (found == b.variants.end()) continue;
    all.push_back(
        report::compare(side(a, v), side(b, static_cast<std::size_t>(found - b.variants.begin()))));
  }
  if (all.empty()) {
    throw UsageError(
        fmt::format("{} has the variants {}, {} has {}; compare files with variants "
                    "of the same names",
                    a.path, fmt::join(a.variants, ", "), b.path, fmt::join(b.variants, ", ")));
  }
  return all;
}

Node json_of(const report::Difference& one) {
  return json_object(
      {{"quantity", json(one.quantity)},
       {"label", json(one.label)},
       {"unit", json(one.unit)},
       {"first", json(one.first)},
       {"second", json(one.second)},
       {"low", json(one.low)},
       {"high", json(one.high)},
       {"verdict",
        json(std::string(report::verdict_names[static_cast<std::size_t>(one.verdict)]))}});
}

std::string json_text(const std::vector<Comparison>& comparisons) {
  Node list;
  list.kind = Kind::array;
  for (const Comparison& one : comparisons) {
    Node differences;
    differences.kind = Kind::array;
    for (const report::Difference& difference : one.differences) {
      differences.items.push_back(json_of(difference));
    }
    list.items.push_back(json_object({{"first", json(one.first)},
                                      {"second", json(one.second)},
                                      {"differences", differences},
                                      {"equal", json(static_cast<std::int64_t>(one.equal))}}));
  }
  return document::canonical_text(json_object({{"comparisons", list}}));
}

}  // namespace

int compare_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard compare RESULT.h5 [OTHER.h5] [--json]\n"
      "Compares the variants of a result with its baseline, or two results. What differs by less\n"
      "than is known of it is undecided.",
      "trainyard compare three-sites.h5");
  options.add_results();
  options.add()("json", "print JSON");
  if (!options.parse(arguments)) return 0;
  const std::vector<std::string> paths = options.files();
  const File first = open(paths.front());
  std::vector<Comparison> comparisons;
  if (paths.size() == 1) {
    comparisons = within(first);
  } else {
    comparisons = between(first, open(paths.back()));
  }
  if (options.has("json")) {
    fmt::print("{}\n", json_text(comparisons));
    return 0;
  }
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    fmt::print("{}{}", i > 0 ? "\n" : "", report::comparison_text(comparisons[i]));
  }
  return 0;
}

}  // namespace trainyard::cli
