#include "engine/s4u.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace trainyard::engine {
namespace {

// Hosts 2i and 2i + 1 are the ends of flow class i; the route between them is its links.
class FlowZone final : public sg::NetZoneImpl {
 public:
  FlowZone() : NetZoneImpl("flows") {}
  void get_local_route(const sg::NetPoint* src, const sg::NetPoint* /*dst*/, sg::Route* into,
                       double* latency) override {
    for (const sg::Link* link : routes_.at(src->id() / 2)) {
      into->link_list_.push_back(link->get_impl());
      if (latency != nullptr) *latency += link->get_latency();
    }
  }
  void add(std::vector<sg::Link*> route) { routes_.push_back(std::move(route)); }

 private:
  std::vector<std::vector<sg::Link*>> routes_;
};

}  // namespace

S4uNetwork::S4uNetwork(sg::Engine& /*engine*/, const std::vector<program::FlowClass>& flows,
                       const std::vector<BytesPerSecond>& links, Arrivals& arrivals)
    : arrivals_(arrivals) {
  auto* zone = new FlowZone;  // NOLINT(*-owning-memory): SimGrid owns the root zone
  std::vector<sg::Link*> built;
  for (std::size_t i = 0; i < links.size(); ++i) {
    built.push_back(
        zone->get_iface()->create_link(fmt::format("l{}", i), links[i].value())->seal());
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    std::vector<sg::Link*> route;
    for (const program::Use& use : flows[i].uses) {
      EXPECT(use.weight == 1);
      route.push_back(built[static_cast<std::size_t>(use.link)]);
    }
    zone->add(std::move(route));
    const auto host = [&](const char* end) {
      return zone->get_iface()->create_host(fmt::format("{}{}", end, i), 1.0)->seal();
    };
    ends_.push_back({host("s"), host("d")});
  }
  zone->get_iface()->seal();
  sg::Activity::on_completion_cb([self = self_](const sg::Activity& activity) {
    if (*self != nullptr) (*self)->completed(activity);
  });
  sg::Engine::on_time_advance_cb([self = self_](double) {
    if (*self != nullptr) (*self)->done_.clear();
  });
}

S4uNetwork::~S4uNetwork() {
  *self_ = nullptr;
}

void S4uNetwork::start(std::int32_t flow, Bytes bytes, std::int64_t token) {
  const Ends ends = ends_[static_cast<std::size_t>(flow)];
  const sg::CommPtr comm = sg::Comm::sendto_init();
  // SimGrid counts whole bytes and never starts an empty transfer.
  comm->set_payload_size(static_cast<std::uint64_t>(std::max(1.0, std::round(bytes.value()))));
  live_[comm.get()] = {comm, token};
  comm->set_source(ends.src);
  comm->set_destination(ends.dst);
}

void S4uNetwork::completed(const sg::Activity& activity) {
  const auto entry = live_.find(&activity);
  if (entry == live_.end()) return;
  ENSURE(activity.get_state() == sg::Activity::State::FINISHED);
  const std::int64_t token = entry->second.second;
  done_.push_back(std::move(entry->second.first));
  live_.erase(entry);
  arrivals_.arrived(token);
}

}  // namespace trainyard::engine
