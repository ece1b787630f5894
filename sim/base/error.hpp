// What can go wrong by the user's doing, in one message grammar:
//   file:line:column: /json/pointer: problem; remedy
// Problems are collected and thrown together, before anything is simulated or written.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace trainyard {

// Where a value stands in a text; line and column count from 1, 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Problem {
  Place place;
  std::string pointer;  // JSON pointer of the value, "" for the whole document
  std::string message;  // problem (why)
  std::string remedy;   // what to do, "" when the problem says it

  [[nodiscard]] std::string text() const;
};

// The scenario is wrong (exit code 65). `what()` has one line per problem.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  explicit InputError(Problem problem) : InputError(std::vector{std::move(problem)}) {}
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// A file that is not there or cannot be read (exit code 66).
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A result that cannot be written (exit code 73).
struct WriteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The command line is wrong (exit code 2).
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace trainyard
