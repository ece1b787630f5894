// The nodes of a pool that have power, by how many of their accelerators are idle. Nodes are
// numbers; runs of nodes are kept as intervals, so that giving 2,000 nodes to a job costs what
// giving two does.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace trainyard::scheduling {

// Disjoint intervals of numbers, neighbours merged.
class Intervals {
 public:
  // Requires that none of the numbers is in it, or all are, respectively.
  void add(std::int64_t first, std::int64_t count);
  void remove(std::int64_t first, std::int64_t count);
  [[nodiscard]] bool contains(std::int64_t number) const;
  // The least of its numbers that is not less; requires that there is one.
  [[nodiscard]] std::int64_t first_from(std::int64_t number) const;
  // One past the last of the interval that it lies in; itself where it lies in none.
  [[nodiscard]] std::int64_t end_of(std::int64_t number) const;
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const std::map<std::int64_t, std::int64_t>& by_first() const { return ends_; }

 private:
  std::map<std::int64_t, std::int64_t> ends_;  // first -> one past the last
  std::int64_t size_ = 0;
};

// The same number of accelerators on each of some nodes in a row.
struct Piece {
  std::int64_t first = 0;
  std::int64_t nodes = 0;
  std::int64_t each = 0;
  friend auto operator<=>(const Piece&, const Piece&) = default;
};

class Nodes {
 public:
  explicit Nodes(std::int64_t accelerators_each);

  // Nodes that get ready, all of their accelerators idle; and that leave, all of them idle.
  void add(std::int64_t first, std::int64_t count);
  void remove(std::int64_t first, std::int64_t count);
  // To a job and back. Requires that they are idle, or taken, respectively.
  void take(const Piece& piece);
  void give(const Piece& piece);

  [[nodiscard]] std::int64_t each() const { return each_; }
  [[nodiscard]] std::int64_t idle() const { return idle_; }  // accelerators
  [[nodiscard]] std::int64_t whole() const;                  // nodes that are idle altogether
  // Nodes with exactly so many idle accelerators, 1 to each().
  [[nodiscard]] const Intervals& with(std::int64_t idle) const;

 private:
  void change_idle(const Piece& piece, std::int64_t by);

  std::int64_t each_;
  std::int64_t idle_ = 0;
  std::vector<Intervals> by_idle_;  // [each + 1]
};

}  // namespace trainyard::scheduling
