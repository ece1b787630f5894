// The bodies of a stage's role: one for each way in which a pass through a chunk can go (with or
// without input, gathering or reducing), built when first called.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parallelism/memory.hpp"
#include "program/exchanges.hpp"
#include "program/labels.hpp"
#include "program/program.hpp"
#include "program/stage.hpp"

namespace trainyard::program {

// What the bodies of all stages are built from.
struct StageContext {
  const model::Model& model;
  const parallelism::Plan& plan;
  const hardware::Node& node;
  const pipeline::ScheduleRow& schedule;
  const ModelPasses& passes;
  Exchanges& exchanges;
  Labels& labels;
  Notes notes = Notes::off;
};

struct BodyKey {
  pipeline::Pass pass = pipeline::Pass::forward;
  std::int64_t chunk = 0;
  bool receives_input = false;
  bool gathers = false;         // parameters, layer by layer
  bool reduces = false;         // gradients, bucket by bucket
  bool notes = false;           // when each layer's gradients are made
  std::int32_t settles = none;  // lane of what was sent before, to be seen off (rendezvous)
  friend auto operator<=>(const BodyKey&, const BodyKey&) = default;
};

class BodyBuilder {
 public:
  BodyBuilder(const StageContext& context, std::int64_t stage, Role& role);

  std::int32_t body(const BodyKey& key);
  // A forward and a backward pass of different chunks as one body, each computing while the other
  // exchanges with experts.
  std::int32_t pair(const BodyKey& forward, const BodyKey& backward);
  // Whether there is anything to hide in a pair.
  [[nodiscard]] bool pairs() const;
  // Asks for the input of one micro-batch.
  std::int32_t input();
  // Offers the gathers of all parameters, chunk by chunk in the order first needed, for the passes
  // to wait for: where parameters are whole between steps, nothing keeps them from starting at
  // once.
  std::int32_t gather_ahead(const std::vector<std::int64_t>& order);
  // After the last pass: what is left of the gradient exchange, then the optimizer.
  std::int32_t update(std::int32_t settles);
  // The lane on which a pass hands on what it made, or none.
  [[nodiscard]] std::int32_t sends_on(pipeline::Pass pass, std::int64_t chunk) const;

  [[nodiscard]] std::int64_t chunks() const { return static_cast<std::int64_t>(chunks_.size()); }
  [[nodiscard]] const Chunk& chunk(std::int64_t index) const {
    return chunks_[static_cast<std::size_t>(index)];
  }
  // Whether weights have peers to sum their gradients with.
  [[nodiscard]] bool reduces() const;
  // Whether parameters come in pieces from peers beside computing: they are sharded, or the
  // optimizer's states are and the next forward pass does not wait for all of them.
  [[nodiscard]] bool gathers() const;

 private:
  struct Bucket {
    double dense = 0;  // gradients
    double experts = 0;
  };
  std::int32_t begin(std::string_view label);
  std::int32_t end();
  void add(Verb verb, Activity activity, std::int32_t index, double amount);
  void compute(Activity activity, Seconds time, std::string_view name = "");
  void exchange(Channel channel, collective::Operation operation, Bytes buffer, Activity activity);
  void join(Channel channel, Activity activity, double open = 0);
  void items(const Items& items);
  void layers(const BodyKey& key);
  [[nodiscard]] double gathered(const StageLayer& layer) const;
  void gather(const StageLayer& layer);
  void gather_alone(const StageLayer& layer);
  void await_gathered(const StageLayer& layer, const StageLayer* ahead);
  void bucket(const StageLayer& layer, bool last, Bucket& bucket);
  void reduce(const Bucket& bucket);
  void join_gradients();
  std::vector<Instruction> strand(const BodyKey& key);
  void receive(const BodyKey& key);
  void send(const BodyKey& key);
  void settle(std::int32_t lane);
  void note(std::int64_t layer);
  void stream(const BodyKey& key);
  void pair_up(Channel channel, double parameters);
  void finish_gradients();
  void optimize();
  void gather_all();
  Seconds beside_ahead(std::int64_t chunk);
  void await_ahead(std::int64_t chunk, std::size_t layer);
  void offer(Channel channel, collective::Operation operation, Bytes buffer, Activity activity);
  void slow_down(const Items& items);
  [[nodiscard]] const Items& items_of(const StageLayer& layer, pipeline::Pass pass) const;
  [[nodiscard]] bool peers(Channel channel) const { return used(plan_, channel); }
  [[nodiscard]] bool keeps_embedding_equal() const;
  [[nodiscard]] std::int32_t receives_on(pipeline::Pass pass, std::int64_t chunk) const;

  const StageContext& context_;
  const parallelism::Plan& plan_;
  std::int64_t stage_;
  Role& role_;
  std::vector<parallelism::Held> held_;
  std::vector<Chunk> chunks_;
  parallelism::Parameters parameters_;
  parallelism::Memory memory_;
  parallelism::Streaming streaming_;
  std::map<BodyKey, std::int32_t> known_;
  std::map<std::pair<BodyKey, BodyKey>, std::int32_t> known_pairs_;
  // Of each layer, how many exchanges are offered ahead after its own; empty where none are.
  struct Later {
    double dense = 0;
    double experts = 0;
  };
  std::map<std::pair<std::int64_t, std::size_t>, Later> later_;  // by chunk and layer
  Seconds beside_;  // of exchanges offered to run beside computing, what has not yet run
  std::int32_t input_ = none;
};

}  // namespace trainyard::program
