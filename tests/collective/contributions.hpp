// An exchange played message by message in symbols: each member holds, for each piece of the
// buffer, how often each member's contribution is in its copy.
#pragma once

#include <map>
#include <vector>

#include "collective/collective.hpp"

namespace trainyard::collective {

class Contributions {
 public:
  // By contributor, how often it is in the copy. Empty: the member does not hold the piece.
  using Copy = std::map<std::int64_t, int>;

  Contributions(Operation operation, std::int64_t members, std::int64_t pieces)
      : operation_(operation),
        members_(members),
        pieces_(pieces),
        held_(static_cast<std::size_t>(members),
              std::vector<Copy>(static_cast<std::size_t>(pieces))) {
    for (std::int64_t member = 0; member < members; ++member) {
      for (std::int64_t piece = 0; piece < pieces; ++piece) {
        if (starts_with(member, piece)) copy(member, piece) = {{member, 1}};
      }
    }
  }

  void play(const Rounds& rounds) {
    for (std::size_t i = 0; i < rounds.rounds.size(); ++i) {
      play(rounds.rounds[i], i < rounds.first_copy);
    }
  }

  // Whether every member holds what the operation owes it, with every contribution exactly once.
  [[nodiscard]] bool complete() const {
    for (std::int64_t member = 0; member < members_; ++member) {
      for (std::int64_t piece = 0; piece < pieces_; ++piece) {
        if (owed(member, piece) && copy(member, piece) != whole(piece)) return false;
      }
    }
    return true;
  }
  // Whether nobody ever sent a piece that it did not hold.
  [[nodiscard]] bool honest() const { return honest_; }

 private:
  void play(const Round& round, bool adds) {
    std::vector<std::vector<Copy>> sent;
    for (const Message& message : round) {
      auto& copies = sent.emplace_back();
      for (const std::int64_t piece : message.pieces) {
        copies.push_back(copy(message.src, piece));
        if (copies.back().empty()) honest_ = false;
      }
    }
    for (std::size_t i = 0; i < round.size(); ++i) {
      for (std::size_t j = 0; j < round[i].pieces.size(); ++j) {
        Copy& received = copy(round[i].dst, round[i].pieces[j]);
        if (!adds) received.clear();
        for (const auto& [contributor, times] : sent[i][j]) received[contributor] += times;
      }
    }
  }

  [[nodiscard]] std::int64_t owner(std::int64_t piece) const { return piece * members_ / pieces_; }

  [[nodiscard]] bool starts_with(std::int64_t member, std::int64_t piece) const {
    switch (operation_) {
      case Operation::all_gather:
        return member == owner(piece);
      case Operation::broadcast:
        return member == 0;
      case Operation::all_to_all:
        return member == piece / members_;
      default:
        return true;
    }
  }
  [[nodiscard]] bool owed(std::int64_t member, std::int64_t piece) const {
    switch (operation_) {
      case Operation::reduce_scatter:
        return member == owner(piece);
      case Operation::all_to_all:
        return member == piece % members_;
      default:
        return true;
    }
  }
  [[nodiscard]] Copy whole(std::int64_t piece) const {
    Copy all;
    for (std::int64_t member = 0; member < members_; ++member) {
      if (starts_with(member, piece)) all[member] = 1;
    }
    return all;
  }

  [[nodiscard]] const Copy& copy(std::int64_t member, std::int64_t piece) const {
    return held_.at(static_cast<std::size_t>(member)).at(static_cast<std::size_t>(piece));
  }
  [[nodiscard]] Copy& copy(std::int64_t member, std::int64_t piece) {
    return held_.at(static_cast<std::size_t>(member)).at(static_cast<std::size_t>(piece));
  }

  Operation operation_;
  std::int64_t members_;
  std::int64_t pieces_;
  std::vector<std::vector<Copy>> held_;  // [members][pieces]
  bool honest_ = true;
};

}  // namespace trainyard::collective
