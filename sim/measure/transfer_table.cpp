#include <limits>

#include "measure/column.hpp"
#include "measure/long_tables.hpp"

namespace trainyard::measure {
namespace {

constexpr const char* axis = "transfer";
constexpr const char* moment = "seconds since 1970-01-01 00:00:00";
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Row {
  const fleet::World* world;
  const fleet::Transfer* transfer;
};

}  // namespace

void add_transfers(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                   Dataset& dataset) {
  std::vector<Row> rows;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const fleet::Transfer& one : histories[v].transfers) rows.push_back({&worlds[v], &one});
  }
  dataset.axes.push_back({axis, rows.size()});
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const Row&)) {
    dataset.variables.push_back(column<std::string>(axis, name, description, "", rows, value));
  };
  const auto real = [&](const char* name, const char* description, const char* unit,
                        double (*value)(const Row&)) {
    dataset.variables.push_back(column<double>(axis, name, description, unit, rows, value));
  };
  text("transfer_variant", "variant", [](const Row& row) { return row.world->variant; });
  text("transfer_kind", "what is moved", [](const Row& row) {
    return std::string(fleet::transfer_names[static_cast<std::size_t>(row.transfer->kind)]);
  });
  text("transfer_job", "job whose it is; empty: no job's", [](const Row& row) {
    const std::size_t job = row.transfer->job;
    return job == fleet::none ? std::string() : row.world->jobs[job].name;
  });
  text("transfer_from", "site",
       [](const Row& row) { return row.world->sites[row.transfer->from].place.name; });
  text("transfer_to", "site",
       [](const Row& row) { return row.world->sites[row.transfer->to].place.name; });
  real("transfer_size", "bytes to move", "byte",
       [](const Row& row) { return row.transfer->size.value(); });
  real("transfer_start", "begun", moment,
       [](const Row& row) { return row.transfer->start.value(); });
  real("transfer_end", "last byte arrived; none: not within the horizon", moment,
       [](const Row& row) { return row.transfer->complete ? row.transfer->end.value() : nothing; });
}

}  // namespace trainyard::measure
