#include <limits>

#include "measure/column.hpp"
#include "measure/held.hpp"
#include "measure/job_tables.hpp"

namespace trainyard::measure {
namespace {

constexpr const char* axis = "allocation";
constexpr const char* moment = "seconds since 1970-01-01 00:00:00";
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Row {
  Held held;
  std::int64_t first_step = 0;  // row of the variant's first answer

  [[nodiscard]] const fleet::Allocation& allocation() const { return *held.allocation; }
};

class Columns {
 public:
  Columns(const std::vector<Row>& rows, Dataset& dataset) : rows_(rows), dataset_(dataset) {}

  void text(const char* name, const char* description, std::string (*value)(const Row&)) const {
    dataset_.variables.push_back(column<std::string>(axis, name, description, "", rows_, value));
  }
  void real(const char* name, const char* description, const char* unit,
            double (*value)(const Row&)) const {
    dataset_.variables.push_back(column<double>(axis, name, description, unit, rows_, value));
  }
  void count(const char* name, const char* description, std::int64_t (*value)(const Row&)) const {
    dataset_.variables.push_back(column<std::int64_t>(axis, name, description, "1", rows_, value));
  }

 private:
  const std::vector<Row>& rows_;
  Dataset& dataset_;
};

void add_place(const Columns& columns) {
  columns.text("allocation_variant", "variant",
               [](const Row& row) { return row.held.world->variant; });
  columns.text("allocation_job", "job", [](const Row& row) { return row.held.job().name; });
  columns.text("allocation_site", "site", [](const Row& row) {
    return row.held.world->sites[row.held.option().site].place.name;
  });
  columns.text("allocation_accelerator", "kind of accelerator", [](const Row& row) {
    return row.held.world->nodes[row.held.option().node].accelerator.name;
  });
  columns.real("allocation_start", "chips given to the job", moment,
               [](const Row& row) { return row.allocation().start.value(); });
  columns.real("allocation_computing", "start-up done, steps begin", moment,
               [](const Row& row) { return row.allocation().computing.value(); });
  columns.real("allocation_end", "chips given back, or the rate changes, or end of the horizon",
               moment, [](const Row& row) { return row.allocation().end.value(); });
  columns.text("allocation_ending", "why it ended", [](const Row& row) {
    return std::string(fleet::ending_names[static_cast<std::size_t>(row.allocation().ending)]);
  });
  columns.text("allocation_cause", "cause of the failure that ended it; empty: none did",
               [](const Row& row) {
                 const std::size_t cause = row.allocation().cause;
                 return cause == fleet::none ? std::string()
                                             : row.held.world->failures.causes[cause].name;
               });
}

void add_chips_and_rate(const Columns& columns) {
  columns.count("allocation_chips", "accelerators given",
                [](const Row& row) { return row.allocation().chips; });
  columns.count("allocation_left_over", "of these, not usable by the plan",
                [](const Row& row) { return row.allocation().left_over; });
  columns.count("allocation_spares", "accelerators kept beside them",
                [](const Row& row) { return row.allocation().spares; });
  columns.real("allocation_clock", "clock of the chips, of the usual one", "1",
               [](const Row& row) { return row.allocation().clock; });
  columns.count("allocation_step", "row of its step; -1: a job of known duration",
                [](const Row& row) {
                  const std::size_t answer = row.allocation().answer;
                  return answer == fleet::none ? std::int64_t{-1}
                                               : row.first_step + static_cast<std::int64_t>(answer);
                });
  columns.real("allocation_step_duration", "time of one step", "s", [](const Row& row) {
    const step::Answer* answer = row.held.answer();
    return answer == nullptr ? nothing : answer->duration.value();
  });
  columns.real(
      "allocation_model_flop_rate", "model FLOP per second while computing", "s-1",
      [](const Row& row) {
        const step::Answer* answer = row.held.answer();
        return answer == nullptr ? 0 : answer->model_work / answer->duration / FlopsPerSecond(1);
      });
}

void add_times(const Columns& columns) {
  columns.real("allocation_productive", "time of training", "s",
               [](const Row& row) { return row.allocation().productive.value(); });
  columns.real("allocation_lost", "of the productive time: its work was lost later", "s",
               [](const Row& row) { return row.allocation().lost.value(); });
  columns.real("allocation_pauses", "time in which it stood still to save its state", "s",
               [](const Row& row) { return row.allocation().pauses.value(); });
  columns.real("allocation_unnoticed", "time at its end after a failure nobody had noticed", "s",
               [](const Row& row) { return row.allocation().unnoticed.value(); });
  columns.real("allocation_checkpoints", "checkpoints completed", "1",
               [](const Row& row) { return row.allocation().checkpoints; });
}

}  // namespace

void add_allocations(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, Dataset& dataset) {
  std::vector<Row> rows;
  std::int64_t first_step = 0;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const Held& one : held(worlds[v], histories[v])) {
      if (one.job().workload == fleet::none) rows.push_back({one, first_step});
    }
    first_step += static_cast<std::int64_t>(histories[v].answers.size());
  }
  dataset.axes.push_back({axis, rows.size()});
  const Columns columns(rows, dataset);
  add_place(columns);
  add_chips_and_rate(columns);
  add_times(columns);
}

}  // namespace trainyard::measure
