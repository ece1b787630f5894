#include "optimize/linear.hpp"

#include <glpk.h>

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>

#include "base/check.hpp"

namespace trainyard::optimize {
namespace {

// GLPK counts from 1, and keeps memory of its own besides the problems.
class Problem {
 public:
  Problem() { glp_term_out(GLP_OFF); }
  ~Problem() {
    glp_delete_prob(problem_);
    glp_free_env();
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  void add_variable(double factor, double upper);
  void add_row(const Row& row);
  // Whether it found an optimum.
  bool solve();
  [[nodiscard]] Solution solution(const LinearProgram& program) const;

 private:
  glp_prob* problem_ = glp_create_prob();
};

int kind(double lower, double upper) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (lower == -infinity) return upper == infinity ? GLP_FR : GLP_UP;
  if (upper == infinity) return GLP_LO;
  return lower == upper ? GLP_FX : GLP_DB;
}

void Problem::add_variable(double factor, double upper) {
  const int column = glp_add_cols(problem_, 1);
  glp_set_col_bnds(problem_, column, kind(0, upper), 0, upper);
  glp_set_obj_coef(problem_, column, factor);
}

void Problem::add_row(const Row& row) {
  std::map<int, double> factors;  // GLPK wants each variable once
  for (const Term& term : row.terms) {
    factors[static_cast<int>(term.variable) + 1] += term.factor;
  }
  std::vector<int> columns{0};
  std::vector<double> values{0};
  for (const auto& [column, factor] : factors) {
    columns.push_back(column);
    values.push_back(factor);
  }
  const int number = glp_add_rows(problem_, 1);
  glp_set_row_bnds(problem_, number, kind(row.lower, row.upper), row.lower, row.upper);
  glp_set_mat_row(problem_, number, static_cast<int>(factors.size()), columns.data(),
                  values.data());
}

// The primal simplex from the basis of all slacks: no clock and no chance has a part in it.
bool Problem::solve() {
  glp_set_obj_dir(problem_, GLP_MAX);
  glp_smcp settings;
  glp_init_smcp(&settings);
  settings.msg_lev = GLP_MSG_OFF;
  settings.meth = GLP_PRIMAL;
  settings.presolve = GLP_OFF;
  if (glp_simplex(problem_, &settings) != 0) {
    throw std::runtime_error("a linear program that the solver cannot handle");
  }
  return glp_get_status(problem_) == GLP_OPT;
}

// The solver is exact to a tolerance only: values may be beyond their bounds by that much.
Solution Problem::solution(const LinearProgram& program) const {
  Solution solution{.objective = glp_get_obj_val(problem_)};
  for (std::size_t i = 0; i < program.objective.size(); ++i) {
    const double value = glp_get_col_prim(problem_, static_cast<int>(i) + 1);
    solution.values.push_back(std::clamp(value, 0.0, program.upper[i]));
  }
  return solution;
}

bool has_room(const LinearProgram& program) {
  return std::all_of(program.upper.begin(), program.upper.end(),
                     [](double upper) { return upper >= 0; }) &&
         std::all_of(program.rows.begin(), program.rows.end(),
                     [](const Row& row) { return row.lower <= row.upper; });
}

}  // namespace

std::optional<Solution> maximise(const LinearProgram& program) {
  EXPECT(program.objective.size() == program.upper.size());
  if (!has_room(program)) return std::nullopt;
  Problem problem;
  for (std::size_t i = 0; i < program.objective.size(); ++i) {
    problem.add_variable(program.objective[i], program.upper[i]);
  }
  for (const Row& row : program.rows) {
    for (const Term& term : row.terms) EXPECT(term.variable < program.objective.size());
    problem.add_row(row);
  }
  if (!problem.solve()) return std::nullopt;
  return problem.solution(program);
}

}  // namespace trainyard::optimize
