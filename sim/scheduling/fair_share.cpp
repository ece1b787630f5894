#include "scheduling/fair_share.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scheduling/queue.hpp"

namespace trainyard::scheduling {
namespace {

class FairShare final : public Policy {
 public:
  explicit FairShare(const Settings& settings)
      : half_life_(settings.half_life), shares_(settings.shares) {}
  void arrived(const Candidate& candidate) override {
    owners_[candidate.owner].queue.add(candidate, 0);
  }
  void withdrawn(std::size_t job) override {
    for (auto& [number, owner] : owners_) owner.queue.remove(job);
  }
  void stopped(const Candidate& candidate, const Choice& choice, Seconds used) override;
  void serve(Floor& floor) override;
  [[nodiscard]] std::size_t waiting() const override;

 private:
  struct Owner {
    Queue queue;
    double used = 0;  // accelerator-seconds, as of `as_of`
    Instant as_of;
  };
  // An owner in one call of `serve`. Both count for its share; who holds less breaks ties, such as
  // between owners who have had nothing yet.
  struct Claim {
    double used = 0;
    double held = 0;  // accelerators
    double share = 1;
    Queue* queue = nullptr;
    Scan scan;
  };
  [[nodiscard]] double share(std::size_t owner) const {
    // An owner without a share goes after all others.
    return std::max(owner < shares_.size() ? shares_[owner] : 1, 1e-9);
  }
  [[nodiscard]] double faded(double amount, Seconds since) const {
    return amount * std::exp2(-(since / half_life_));
  }
  [[nodiscard]] double run(std::int64_t accelerators, Seconds time) const;
  [[nodiscard]] std::vector<Claim> claims(const Floor& floor);
  [[nodiscard]] static Claim* first(std::vector<Claim>& claims);

  Seconds half_life_;
  std::vector<double> shares_;
  std::map<std::size_t, Owner> owners_;
  std::unordered_map<std::size_t, Instant> started_;  // by job
};

// Of a run that ends now: the integral of accelerators x 2^(-age / half_life) over its time.
double FairShare::run(std::int64_t accelerators, Seconds time) const {
  const double whole = half_life_.value() / std::numbers::ln2;
  return static_cast<double>(accelerators) * whole *
         -std::expm1(-std::numbers::ln2 * (time / half_life_));
}

void FairShare::stopped(const Candidate& candidate, const Choice& choice, Seconds used) {
  const auto started = started_.find(candidate.job);
  if (started == started_.end()) return;
  const Instant end = started->second + used;
  Owner& owner = owners_[candidate.owner];
  const Instant as_of = std::max(end, owner.as_of);
  owner.used =
      faded(owner.used, as_of - owner.as_of) + faded(run(choice.accelerators, used), as_of - end);
  owner.as_of = as_of;
  started_.erase(started);
}

std::size_t FairShare::waiting() const {
  std::size_t sum = 0;
  for (const auto& [number, owner] : owners_) sum += owner.queue.size();
  return sum;
}

std::vector<FairShare::Claim> FairShare::claims(const Floor& floor) {
  std::map<std::size_t, Claim> by_owner;
  for (auto& [number, owner] : owners_) {
    if (owner.queue.size() == 0) continue;
    const double used = faded(owner.used, floor.now() - owner.as_of);
    by_owner.emplace(number, Claim{used, 0, share(number), &owner.queue, Scan(owner.queue)});
  }
  for (const Running& running : floor.running()) {
    const auto claim = by_owner.find(running.candidate->owner);
    if (claim == by_owner.end()) continue;
    claim->second.used += run(running.choice.accelerators, floor.now() - running.started);
    claim->second.held += static_cast<double>(running.choice.accelerators);
  }
  std::vector<Claim> claims;
  for (auto& [number, claim] : by_owner) claims.push_back(std::move(claim));
  return claims;
}

// The claim whose next job starts next; nullptr: no group is open to any.
FairShare::Claim* FairShare::first(std::vector<Claim>& claims) {
  Claim* least = nullptr;
  const auto rank = [](Claim& claim) {
    return std::tuple(claim.used / claim.share, claim.held / claim.share, *claim.scan.peek());
  };
  for (Claim& claim : claims) {
    if (claim.scan.peek() == nullptr) continue;
    if (least == nullptr || rank(claim) < rank(*least)) least = &claim;
  }
  return least;
}

void FairShare::serve(Floor& floor) {
  if (waiting() == 0) return;
  std::vector<Claim> all = claims(floor);
  while (Claim* claim = first(all)) {
    const Candidate& candidate = *claim->scan.next();
    if (const Choice* choice = start_any(floor, candidate, candidate.choices, claim->scan)) {
      claim->held += static_cast<double>(choice->accelerators);
      started_[candidate.job] = floor.now();
      claim->queue->remove(candidate.job);
      continue;
    }
    for (const Choice& choice : candidate.choices) {
      for (Claim& each : all) each.scan.close(choice.group);
    }
  }
}

}  // namespace

std::unique_ptr<Policy> fair_share(const Settings& settings) {
  return std::make_unique<FairShare>(settings);
}

}  // namespace trainyard::scheduling
