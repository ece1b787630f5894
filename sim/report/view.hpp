// Reads numbers out of a result Dataset by name: what the summaries are made from. The variant axis
// is always there; a result without one counts as one variant "".
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::report {

class View {
 public:
  explicit View(const Dataset& dataset);

  [[nodiscard]] const std::vector<std::string>& variants() const { return variants_; }
  // Coordinates of an axis of names.
  [[nodiscard]] const std::vector<std::string>& names(const std::string& axis) const;
  [[nodiscard]] std::size_t bins() const { return size("time"); }
  [[nodiscard]] std::vector<double> times() const;         // seconds since 1970
  [[nodiscard]] double bin_length(std::size_t bin) const;  // seconds
  [[nodiscard]] bool has(const std::string& variable) const;
  // Indices along the variable's axes, the variant first.
  [[nodiscard]] double at(const std::string& variable,
                          std::initializer_list<std::size_t> indices) const;
  [[nodiscard]] const std::string& text(const std::string& variable,
                                        std::initializer_list<std::size_t> indices) const;
  // Whole columns of a long table, and the rows of it that are the variant's.
  [[nodiscard]] const std::vector<double>& reals(const std::string& variable) const;
  [[nodiscard]] const std::vector<std::string>& texts(const std::string& variable) const;
  [[nodiscard]] std::vector<std::size_t> rows(const std::string& table, std::size_t variant) const;

 private:
  [[nodiscard]] const Variable& find(const std::string& name) const;
  [[nodiscard]] std::size_t offset(const Variable& variable,
                                   std::initializer_list<std::size_t> indices) const;
  [[nodiscard]] std::size_t size(const std::string& axis) const;

  std::unordered_map<std::string_view, const Variable*> by_name_;  // for looking up only
  std::unordered_map<std::string_view, std::size_t> sizes_;        // of axes
  std::vector<std::string> variants_;
  bool with_variants_;
};

}  // namespace trainyard::report
