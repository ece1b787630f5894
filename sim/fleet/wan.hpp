// Bytes on their way between sites. Transfers take the route of least latency, up or not, and share
// links by max-min fairness with everything else on them; rates change only when something begins,
// has left, or a link goes down. Links carry their bandwidth each way at once.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "fleet/hazard.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "hardware/wan_routes.hpp"

namespace trainyard::fleet {

class Wan {
 public:
  explicit Wan(const World& world);

  // Whether bytes can ever get from one site to the other.
  [[nodiscard]] bool joined(std::size_t from, std::size_t to) const;
  // Begins a transfer between two joined, different sites, with a size above 0; returns its number.
  // Ends when the last byte has arrived: bytes over rate, and the route's latency once.
  std::size_t begin(Instant now, const Transfer& transfer);
  // What a running job sends on average, as part of the sharing until it is set to 0: a ceiling,
  // it takes no more.
  void set_stream(Instant now, std::size_t job, std::size_t from, std::size_t to,
                  BytesPerSecond wanted);
  // Bytes a second that the job's stream gets now.
  [[nodiscard]] BytesPerSecond stream(std::size_t job) const;
  // Of what the links of the way carry, the part that a stream of the job could have: what others
  // leave, or its own share where that is more; of the narrowest, 1 where nothing else is there.
  // 0: the way is down.
  [[nodiscard]] double open_share(std::size_t job, std::size_t from, std::size_t to) const;
  // Traffic over a link that is down stands still.
  void set_link(Instant now, std::size_t link, bool up);

  // When something next happens of itself: a transfer ends, or its last byte leaves and others get
  // what it had. `never` where none is on its way or all stand still. The functions above and below
  // take no later `now`.
  [[nodiscard]] Instant next() const;
  // Ends those due at `now`; returns their numbers, ascending. There may be none. Afterwards next()
  // is later than `now`.
  std::vector<std::size_t> end_due(Instant now);
  [[nodiscard]] const Transfer& transfer(std::size_t number) const { return transfers_[number]; }

  // What changed since the last call, for the history. In the beginning links are up and idle.
  std::vector<LinkChange> take_changes();
  // All transfers that were ever begun; those under way are not complete.
  [[nodiscard]] const std::vector<Transfer>& transfers() const { return transfers_; }

 private:
  using Lane = hardware::WanLane;
  struct Flow {
    std::size_t route = 0;
    BytesPerSecond ceiling;
    BytesPerSecond rate = BytesPerSecond(0);
    std::size_t transfer = none;
    Bytes left = Bytes(0);   // of a transfer
    Instant leaves = never;  // its last byte, at this rate
  };
  struct Arrival {
    Instant at;
    std::size_t transfer = 0;
  };

  [[nodiscard]] std::size_t route(std::size_t from, std::size_t to) const;
  [[nodiscard]] const hardware::WanRoute& at(std::size_t route) const {
    return routes_.between(route / sites_, route % sites_);
  }
  // Transfers under way by number, then streams by job.
  [[nodiscard]] std::vector<Flow*> flows();
  [[nodiscard]] bool stands(const Flow& flow) const;
  void share();
  void set_rate(Flow& flow, BytesPerSecond rate) const;
  // Brings everything to `now`.
  void advance(Instant now);
  bool release();
  void note();

  std::size_t sites_;
  std::vector<BytesPerSecond> bandwidth_;  // [links]
  std::vector<bool> up_;                   // [links]
  hardware::WanRoutes routes_;
  Instant now_;
  std::vector<Flow> sending_;            // by number
  std::map<std::size_t, Flow> streams_;  // by job
  std::vector<Arrival> arriving_;
  std::vector<LinkChange> noted_;  // [links] as last told
  std::vector<LinkChange> changes_;
  std::vector<Transfer> transfers_;
};

}  // namespace trainyard::fleet
