#include "program/symmetry.hpp"

#include <algorithm>
#include <initializer_list>
#include <numeric>

namespace trainyard::program {
namespace {

using parallelism::Order;
using parallelism::Plan;

// Accelerators of one stage (of all, where a replica's stages stand together) lie one after the
// other; rotating the peers by `turn` moves them by `turn` x `stride` in cycles of `cycle`.
struct Lie {
  std::int64_t stride;
  std::int64_t cycle;
  std::int64_t unit;  // peers must turn by multiples of this
};

Lie lie(const Plan& plan) {
  if (plan.request.order == Order::tensor_data_pipeline) {
    return {plan.tensor(), plan.tensor() * plan.peers(), 1};
  }
  return {plan.tensor() * plan.pipeline(), plan.ranks(), plan.context()};
}

// Peers to turn by so that whole blocks move and no group is torn; 0 where there is no such turn.
std::int64_t turn(const Plan& plan, const hardware::Cluster& cluster, const Exchanges& exchanges) {
  const std::int64_t block = cluster.block() * cluster.node().accelerators;
  const auto [stride, cycle, unit] = lie(plan);
  if (block == 0 || cycle % block != 0) return 0;
  for (const Channel channel : {Channel::gradients, Channel::parameters, Channel::replicas,
                                Channel::expert_gradients, Channel::expert_parameters}) {
    if (!exchanges.rotates(channel)) return 0;
  }
  std::int64_t peers = std::lcm(block, stride) / stride;
  peers = std::lcm(peers, unit);
  for (const std::int64_t group :
       {plan.context(), plan.expert(), std::max<std::int64_t>(1, plan.request.shard_over)}) {
    peers = std::lcm(peers, group);
  }
  return plan.peers() % peers == 0 ? peers : 0;
}

std::vector<std::int64_t> same(std::int64_t count) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

void fold_peers(const Plan& plan, const hardware::Cluster& cluster, std::int64_t peers,
                Symmetry& symmetry) {
  const auto [stride, cycle, unit] = lie(plan);
  const std::int64_t each = cluster.node().accelerators;
  const std::int64_t period = peers * stride;
  for (std::int64_t node = 0; node * each < plan.ranks(); ++node) {
    const std::int64_t at = node * each;
    const std::int64_t begin = at / cycle * cycle;
    const auto index = static_cast<std::size_t>(node);
    symmetry.kept_node[index] = (begin + (at - begin) % period) / each;
    symmetry.next_node[index] = (begin + (at - begin + period) % cycle) / each;
  }
  symmetry.copies *= static_cast<double>(plan.peers() / peers);
  symmetry.peers = peers;
}

void fold_tensor(const Plan& plan, Symmetry& symmetry) {
  const std::int64_t tensor = plan.tensor();
  for (std::size_t port = 0; port < symmetry.same_port.size(); ++port) {
    const auto at = static_cast<std::int64_t>(port);
    symmetry.next_port[port] = at / tensor * tensor + (at + 1) % tensor;
  }
  symmetry.copies *= static_cast<double>(tensor);
  symmetry.tensors = 1;
  symmetry.turns = tensor;
}

}  // namespace

LinkId Symmetry::kept(const hardware::Cluster& cluster, LinkId link) const {
  if (same_node.empty()) return link;
  // Turning the tensor places maps a link between two ports to others between two: the first of
  // them stands for all.
  LinkId at = cluster.moved(link, kept_node, same_port);
  LinkId first = at;
  for (std::int64_t i = 1; i < turns; ++i) {
    at = cluster.moved(at, same_node, next_port);
    first = std::min(first, at);
  }
  return first;
}

double Symmetry::copies_of(const hardware::Cluster& cluster, LinkId link) const {
  if (same_node.empty()) return 1;
  double count = 1;
  if (cluster.moved(link, next_node, same_port) != link) {
    // Turning the peers again and again visits every copy before it comes back.
    LinkId at = link;
    count = 0;
    do {
      at = cluster.moved(at, next_node, same_port);
      ++count;
    } while (at != link);
  }
  LinkId at = link;
  double ports = 0;
  do {
    at = cluster.moved(at, same_node, next_port);
    ++ports;
  } while (at != link);
  return count * ports;
}

Symmetry no_symmetry(const Plan& plan) {
  return {.tensors = plan.tensor(), .peers = plan.peers()};
}

Symmetry symmetry(const Plan& plan, const hardware::Cluster& cluster, const Exchanges& exchanges) {
  Symmetry symmetry = no_symmetry(plan);
  if (cluster.block() == 0) return symmetry;
  symmetry.same_node = same(cluster.nodes());
  symmetry.same_port = same(cluster.node().accelerators);
  symmetry.kept_node = symmetry.next_node = symmetry.same_node;
  symmetry.next_port = symmetry.same_port;
  if (const std::int64_t peers = turn(plan, cluster, exchanges); peers > 0) {
    fold_peers(plan, cluster, peers, symmetry);
  }
  const bool whole = cluster.node().accelerators % plan.tensor() == 0;
  if (whole && cluster.ports_alike() && exchanges.rotates(Channel::tensor) &&
      exchanges.rotates(Channel::expert)) {
    fold_tensor(plan, symmetry);
  }
  return symmetry;
}

}  // namespace trainyard::program
