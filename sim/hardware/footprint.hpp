// Where one job stands: clusters of equal nodes, each at a site, and the wide-area network that
// joins them. Accelerators and links of all clusters in one numbering, cluster after cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/cluster.hpp"
#include "hardware/site.hpp"
#include "hardware/wan_routes.hpp"

namespace trainyard::hardware {

// The network between sites, as all jobs share it.
struct WideArea {
  std::vector<std::string> sites;
  std::vector<BytesPerSecond> ports;  // of each site, each way; 0: no limit of its own
  std::vector<WanLink> links;
};

struct Part {
  const Cluster* cluster = nullptr;
  std::size_t site = 0;
};

class Footprint {
 public:
  // A single cluster: its accelerators and links keep their numbers.
  explicit Footprint(const Cluster& only) : Footprint({{&only, 0}}, {}, 1) {}
  // `streams`: TCP streams that an accelerator opens to another site.
  Footprint(std::vector<Part> parts, WideArea wide, std::int64_t streams);

  [[nodiscard]] std::size_t parts() const { return parts_.size(); }
  [[nodiscard]] const Cluster& cluster(std::size_t part) const { return *parts_[part].cluster; }
  [[nodiscard]] std::int64_t first_link(std::size_t part) const { return first_link_[part]; }
  [[nodiscard]] std::int64_t first_accelerator(std::size_t part) const { return first_[part]; }

  [[nodiscard]] Link link(LinkId link) const;
  // As Cluster::kind_of, and "site port", "wan link", "wan streams", "border out", "border in".
  [[nodiscard]] std::string_view kind_of(LinkId link) const;

  // From an accelerator of one part to one of another. The transfer leaves through the
  // accelerator's own interface and its fabric's top; where parts stand at one site nothing else is
  // crossed, else its streams, the sites' ports and the links between.
  struct Way {
    std::vector<LinkId> path;
    Seconds propagation;  // of the long haul, besides the latencies of the links
  };
  struct End {
    std::size_t part = 0;
    std::int64_t accelerator = 0;  // of the part
  };
  [[nodiscard]] Way way(End from, End to) const;

 private:
  void leave(End from, std::vector<LinkId>& path) const;
  void enter(End to, std::vector<LinkId>& path) const;
  [[nodiscard]] LinkId border(End at, bool out) const;
  void long_haul(End from, std::size_t to, Way& way) const;
  [[nodiscard]] std::optional<BytesPerSecond> streams(std::int64_t connection) const;
  [[nodiscard]] std::size_t part_of_border(std::int64_t link) const;

  std::vector<Part> parts_;
  WideArea wide_;
  WanRoutes routes_;
  std::int64_t streams_;
  std::vector<std::int64_t> first_;         // accelerator, by part
  std::vector<std::int64_t> first_link_;    // by part
  std::vector<std::int64_t> first_border_;  // by part: of fabrics without a top, 2 each interface
  std::int64_t first_port_ = 0;             // 2 each site: out, in
  std::int64_t first_lane_ = 0;             // as WanLane
  std::int64_t first_streams_ = 0;          // one of each accelerator to each site
};

}  // namespace trainyard::hardware
