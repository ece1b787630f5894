#include "parallelism/plan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>

#include "base/check.hpp"
#include "support/examples.hpp"

namespace trainyard::parallelism {
namespace {

Request with_global_batch(std::int64_t tensor, std::int64_t samples, std::int64_t micro_batch) {
  Request request;
  request.tensor = tensor;
  request.batch.micro_batch = micro_batch;
  request.batch.global_batch = samples;
  return request;
}

}  // namespace

TEST_CASE("filling takes as many replicas as fit and counts what is left over", "[parallelism]") {
  const auto plan = fill(examples::request(8, 3, 16), 80);
  REQUIRE(plan);
  CHECK(plan->data == 3);
  CHECK(plan->left_over == 80 - 72);
  CHECK(plan->ranks() == 72);
  CHECK(plan->micro_batches == 16);
  CHECK(plan->samples() == 48);
}

TEST_CASE("a replica that does not fit has no plan", "[parallelism]") {
  CHECK_FALSE(fill(examples::request(8, 3, 16), 23));
  CHECK(fill(examples::request(8, 3, 16), 24)->left_over == 0);
}

TEST_CASE("replicas that are asked for are neither more nor fewer", "[parallelism]") {
  Request request = examples::request(8, 1, 4);
  request.data = 3;
  CHECK_FALSE(fill(request, 23));
  const auto plan = fill(request, 64);
  REQUIRE(plan);
  CHECK(plan->data == 3);
  CHECK(plan->left_over == 40);
}

TEST_CASE("with micro-batches fixed the global batch grows with the replicas", "[parallelism]") {
  Request request = examples::request(1, 1, 6);
  request.batch.micro_batch = 2;
  CHECK(fill(request, 4)->samples() == 48);
  CHECK(fill(request, 8)->samples() == 96);
}

TEST_CASE("with the global batch fixed the micro-batches shrink as replicas grow",
          "[parallelism]") {
  const Request request = with_global_batch(1, 48, 2);
  CHECK(fill(request, 4)->micro_batches == 6);
  CHECK(fill(request, 8)->micro_batches == 3);
  for (const std::int64_t chips : {1, 2, 5, 8, 13, 24, 100}) {
    CHECK(fill(request, chips)->samples() == 48);
  }
}

TEST_CASE("replicas divide the global batch, the others are left over", "[parallelism]") {
  const auto plan = fill(with_global_batch(1, 48, 2), 7);
  REQUIRE(plan);
  CHECK(plan->data == 6);  // 24 micro-batches do not divide over 7
  CHECK(plan->left_over == 1);
}

TEST_CASE("there are never more replicas than micro-batches", "[parallelism]") {
  const auto plan = fill(with_global_batch(1, 8, 2), 1000);
  REQUIRE(plan);
  CHECK(plan->data == 4);
  CHECK(plan->micro_batches == 1);
  CHECK(plan->left_over == 996);
}

TEST_CASE("a global batch that does not divide has no plan", "[parallelism]") {
  CHECK_FALSE(fill(with_global_batch(1, 7, 2), 8));
  Request request = with_global_batch(1, 48, 2);
  request.data = 5;
  CHECK_FALSE(fill(request, 8));
}

TEST_CASE("filling never takes a plan that a smaller one beats in replicas", "[parallelism]") {
  const Request request = with_global_batch(2, 360, 1);
  std::int64_t before = 0;
  for (std::int64_t chips = 2; chips < 200; ++chips) {
    const auto plan = fill(request, chips);
    REQUIRE(plan);
    CHECK(plan->data >= before);
    CHECK(plan->ranks() + plan->left_over == chips);
    CHECK(360 % plan->data == 0);
    before = plan->data;
  }
}

TEST_CASE("ranks along a sequence are of one replica", "[parallelism]") {
  Request request = examples::request(2, 3, 4);
  request.context = 4;
  CHECK(replica(request) == 24);
  CHECK_FALSE(fill(request, 23));
  const auto plan = fill(request, 64);
  REQUIRE(plan);
  CHECK(plan->data == 2);
  CHECK(plan->peers() == 8);
  CHECK(plan->ranks() == 48);
  CHECK(plan->samples() == 8);  // a sample is shared, not multiplied
}

TEST_CASE("replicas make whole expert groups, the others are left over", "[parallelism]") {
  Request request = examples::request(1, 1, 4);
  request.context = 2;
  request.expert = 4;
  const auto plan = fill(request, 11);
  REQUIRE(plan);
  CHECK(plan->data == 4);  // 10 peers are no groups of 4
  CHECK(plan->left_over == 3);
  CHECK_FALSE(fill(request, 3));
  request.data = 5;
  CHECK_FALSE(fill(request, 100));
  request.data = 6;
  CHECK(fill(request, 100)->data == 6);
}

TEST_CASE("experts and a global batch have to divide at once", "[parallelism]") {
  Request request = with_global_batch(1, 12, 1);
  request.expert = 4;
  CHECK(fill(request, 11)->data == 4);  // 6 divides the batch, 8 holds whole groups
  CHECK(fill(request, 12)->data == 12);
  request.expert = 8;
  CHECK_FALSE(fill(request, 100));
}

TEST_CASE("hybrid sharding takes replicas by whole shard groups", "[parallelism]") {
  Request request = examples::request(1, 1, 4);
  request.sharding = Sharding::parameters;
  request.shard_over = 8;
  const auto plan = fill(request, 39);
  REQUIRE(plan);
  CHECK(plan->data == 32);
  CHECK(plan->shards() == 8);
  CHECK_FALSE(fill(request, 7));
}

TEST_CASE("states are shared by all peers unless said otherwise", "[parallelism]") {
  Request request = examples::request(2, 1, 4);
  request.context = 2;
  CHECK(fill(request, 32)->shards() == 1);
  for (const Sharding sharding : {Sharding::optimizer, Sharding::gradients, Sharding::parameters}) {
    request.sharding = sharding;
    CHECK(fill(request, 32)->shards() == 16);
  }
}

TEST_CASE("experts are shared by the peers that hold the same ones", "[parallelism]") {
  Request request = examples::request(1, 1, 4);
  request.expert = 4;
  CHECK(fill(request, 32)->expert_shards() == 1);
  request.sharding = Sharding::optimizer;
  CHECK(fill(request, 32)->expert_shards() == 8);
  request.expert = 32;
  CHECK(fill(request, 32)->expert_shards() == 1);
}

TEST_CASE("ranks and coordinates are one to one in both orders", "[parallelism]") {
  for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
    for (const std::int64_t tensor : {1, 4}) {
      for (const std::int64_t context : {1, 2, 3}) {
        for (const std::int64_t pipeline : {1, 3}) {
          Request request = examples::request(tensor, pipeline, 1);
          request.context = context;
          request.order = order;
          const Plan plan = *fill(request, 5 * replica(request));
          std::set<std::int64_t> seen;
          for (std::int64_t rank = 0; rank < plan.ranks(); ++rank) {
            const Coordinate at = coordinate_of(plan, rank);
            CHECK((at.tensor >= 0 && at.tensor < tensor));
            CHECK((at.peer >= 0 && at.peer < 5 * context));
            CHECK((at.stage >= 0 && at.stage < pipeline));
            CHECK(rank_of(plan, at) == rank);
            seen.insert((at.tensor * plan.peers() + at.peer) * pipeline + at.stage);
          }
          CHECK(static_cast<std::int64_t>(seen.size()) == 5 * replica(request));
        }
      }
    }
  }
}

// Peers count the sequence first: peer 1 is its second part, peer 2 the next replica.
TEST_CASE("tensor neighbours are next to each other, then context, data or pipeline neighbours",
          "[parallelism]") {
  Request request = examples::request(4, 3, 1);
  request.context = 2;
  Plan plan = *fill(request, 120);
  CHECK(rank_of(plan, {1, 0, 0}) == 1);
  CHECK(rank_of(plan, {0, 1, 0}) == 4);
  CHECK(rank_of(plan, {0, 2, 0}) == 8);
  CHECK(rank_of(plan, {0, 0, 1}) == 40);
  request.order = Order::tensor_pipeline_data;
  plan = *fill(request, 120);
  CHECK(rank_of(plan, {1, 0, 0}) == 1);
  CHECK(rank_of(plan, {0, 1, 0}) == 4);
  CHECK(rank_of(plan, {0, 0, 1}) == 8);
  CHECK(rank_of(plan, {0, 2, 0}) == 24);
}

TEST_CASE("layers divide over pieces as equally as possible, the first taking one more",
          "[parallelism]") {
  CHECK(layers_by_piece({}, 126, 16) ==
        std::vector<std::int64_t>{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7, 7});
  for (std::int64_t blocks = 1; blocks < 40; ++blocks) {
    for (std::int64_t pieces = 1; pieces <= blocks; ++pieces) {
      const auto layers = layers_by_piece({}, blocks, pieces);
      CHECK(static_cast<std::int64_t>(layers.size()) == pieces);
      CHECK(std::accumulate(layers.begin(), layers.end(), std::int64_t{0}) == blocks);
      CHECK(layers.front() - layers.back() <= 1);
      CHECK(layers.back() >= 1);
      CHECK(std::is_sorted(layers.rbegin(), layers.rend()));
    }
  }
}

// Llama 3 (arXiv 2407.21783, section 3.3.2): 126 layers and two ends over 16 stages.
TEST_CASE("ends that count leave the first and the last piece a layer less", "[parallelism]") {
  CHECK(layers_by_piece({.count_ends = true}, 126, 16) ==
        std::vector<std::int64_t>{7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7});
  for (std::int64_t blocks = 1; blocks < 40; ++blocks) {
    for (std::int64_t pieces = 1; pieces <= blocks + 2; ++pieces) {
      const auto layers = layers_by_piece({.count_ends = true}, blocks, pieces);
      CHECK(std::accumulate(layers.begin(), layers.end(), std::int64_t{0}) == blocks);
      CHECK(*std::min_element(layers.begin(), layers.end()) >= 0);
    }
  }
}

TEST_CASE("layers that are given are taken as they are", "[parallelism]") {
  CHECK(layers_by_piece({.layers = {1, 0, 5}}, 6, 3) == std::vector<std::int64_t>{1, 0, 5});
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a batch without or with two sizes is a broken contract", "[parallelism]") {
  Request request;
  CHECK_THROWS_AS(fill(request, 8), ContractError);
  request.batch.micro_batches = 4;
  request.batch.global_batch = 4;
  CHECK_THROWS_AS(fill(request, 8), ContractError);
}
TEST_CASE("layers for another number of pieces are a broken contract", "[parallelism]") {
  CHECK_THROWS_AS(layers_by_piece({.layers = {1, 2}}, 3, 3), ContractError);
  CHECK_THROWS_AS(layers_by_piece({}, 3, 0), ContractError);
}
#endif

}  // namespace trainyard::parallelism
