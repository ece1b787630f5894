// Reads numbers out of a result Dataset by name: what the summaries are made from. The variant axis
// is always there; a result without one counts as one variant "".
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::report {

class View {
 public:
  explicit View(const Dataset& dataset);

  [[nodiscard]] const std::vector<std::string>& variants() const { return variants_; }
  // Coordinates of an axis of names.
  [[nodiscard]] const std::vector<std::string>& names(const std::string& axis) const;
  [[nodiscard]] std::vector<double> times() const;         // seconds since 1970
  [[nodiscard]] double bin_length(std::size_t bin) const;  // seconds
  [[nodiscard]] bool has(const std::string& variable) const;
  // Indices along the variable's axes, the variant first.
  [[nodiscard]] double at(const std::string& variable,
                          std::initializer_list<std::size_t> indices) const;
  [[nodiscard]] const std::string& text(const std::string& variable,
                                        std::initializer_list<std::size_t> indices) const;

 private:
  [[nodiscard]] const Variable& find(const std::string& name) const;
  [[nodiscard]] std::size_t offset(const Variable& variable,
                                   std::initializer_list<std::size_t> indices) const;
  [[nodiscard]] std::size_t size(const std::string& axis) const;

  const Dataset& dataset_;
  std::vector<std::string> variants_;
  bool with_variants_;
};

}  // namespace trainyard::report
