#include "report/bandwidth.hpp"

#include <array>

namespace trainyard::report {
namespace {

struct OperationRow {
  std::string_view name;
  double crossings;  // how often a byte of the buffer crosses a rank's link where ranks are many
};

// By Operation.
constexpr std::array<OperationRow, 5> operations{{
    {"all_reduce", 2},
    {"reduce_scatter", 1},
    {"all_gather", 1},
    {"all_to_all", 1},
    {"broadcast", 1},
}};

const OperationRow& row(collective::Operation operation) {
  return operations[static_cast<std::size_t>(operation)];
}

}  // namespace

std::string_view operation_name(collective::Operation operation) {
  return row(operation).name;
}

std::optional<Bandwidth> bandwidth(const step::Exchange& exchange, std::int64_t ranks,
                                   Seconds duration) {
  if (duration <= Seconds(0)) return std::nullopt;
  const double n = static_cast<double>(ranks);
  const double others = exchange.operation == collective::Operation::broadcast ? 1 : (n - 1) / n;
  const BytesPerSecond algorithm = exchange.buffer / duration;
  return Bandwidth{algorithm, algorithm * (row(exchange.operation).crossings * others)};
}

}  // namespace trainyard::report
