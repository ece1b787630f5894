// What is wrong with rows of a file, gathered by kind: a file with a thousand bad rows is one
// problem, or one note.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/trace_rows.hpp"

namespace trainyard::scenario {

// Name of the row's job within its workload.
std::string job_text(const TraceRow& row);

class RowFaults {
 public:
  // `kind` as in "job 16 has no run time"; what stands in the row; what to do. The last two are
  // kept of the first row of a kind.
  void add(const TraceRow& row, std::string_view kind, std::string_view remedy = {},
           std::string_view detail = {});
  // The same of a row that is no job: "the row has no time".
  void add(std::int64_t line, std::string_view subject, std::string_view kind,
           std::string_view remedy, std::string_view detail);
  // Each kind as one problem of the member that names the file.
  void report(document::Object& object, const std::string& path,
              const std::string& member = "file") const;
  // Each kind as one note: those rows are left out.
  void note(fleet::Workload& workload) const;

 private:
  struct Fault {
    std::string kind;
    std::string first;
    std::string remedy;
    std::int64_t rows = 0;
    std::vector<std::int64_t> lines;  // of the first few
  };
  static std::string lines_text(const Fault& fault);

  std::vector<Fault> all_;
};

}  // namespace trainyard::scenario
