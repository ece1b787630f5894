#include "report/step_text.hpp"
#include "report/summary.hpp"

namespace trainyard::report {

std::string step_summary(const std::vector<measure::StepRow>& steps) {
  std::string text;
  for (const measure::StepRow& row : steps) {
    if (!text.empty()) text += "\n";
    text += heading(row);
    if (!row.exchange) text += breakdown(row.answer, {});
  }
  return text;
}

}  // namespace trainyard::report
