// In which order a pipeline stage handles the passes of its micro-batches, and which pieces of the
// model it holds. Members: one file pair each and a row in catalog.cpp.
//
// The model is cut into pieces, numbered from 0 in the order of a forward pass. A *stage* (the
// ranks at one place of the pipeline) holds one or several of them, its *chunks*. A block is one
// pass of one micro-batch through one chunk.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard::pipeline {

// `backward` computes both gradients; schedules that split it compute the gradient of the inputs
// first, which the previous piece waits for, and that of the weights when there is time.
enum class Pass { forward, backward, input_gradient, weight_gradient };

struct Block {
  Pass pass = Pass::forward;
  std::int64_t micro_batch = 0;
  std::int64_t chunk = 0;
  friend bool operator==(const Block&, const Block&) = default;
};

// A stage's place: `stage` of `stages`, with `micro_batches` to handle in a step. `chunks` is what
// the user asks for: pieces held by each stage; only interleaved schedules take another number
// than their own.
struct Stage {
  std::int64_t stage = 0;
  std::int64_t stages = 1;
  std::int64_t micro_batches = 1;
  std::int64_t chunks = 1;
};

// How pieces lie on stages.
enum class Layout {
  straight,  // piece k on stage k
  looped,    // piece k on stage k % stages, as its chunk k / stages
  vee,       // down the stages and up again: stage s holds pieces s and 2 stages - 1 - s
  two_way,   // two whole copies: chunk 0 of stage s is piece s, chunk 1 is piece stages - 1 - s;
             // the first half of the micro-batches runs down chunk 0, the other half up chunk 1
};

struct Spot {
  std::int64_t stage = 0;
  std::int64_t chunk = 0;
  friend bool operator==(const Spot&, const Spot&) = default;
};

struct ScheduleRow {
  std::string_view name;
  std::string_view summary;
  Layout layout = Layout::straight;
  std::vector<Block> (*blocks)(Stage stage);
  // Why the schedule does not exist for this shape, and what to use instead; empty where it does.
  // `stage.stage` does not matter.
  std::string (*objection)(Stage stage);
};

std::span<const ScheduleRow> schedules();

// Chunks of each stage: 1 (straight), `asked` (looped), 2 (vee, two_way).
std::int64_t chunks(Layout layout, std::int64_t asked);
// Pieces that the model is cut into: stages x chunks, or stages for two_way.
std::int64_t pieces(Layout layout, std::int64_t stages, std::int64_t asked);
// Which piece lies there.
std::int64_t piece_at(Layout layout, Spot spot, std::int64_t stages);
// Where the next (previous) piece of the same pass lies; none after the last (before the first).
// It may be another chunk of the same stage.
std::optional<Spot> next(Layout layout, Spot spot, std::int64_t stages, std::int64_t asked);
std::optional<Spot> previous(Layout layout, Spot spot, std::int64_t stages, std::int64_t asked);

// Micro-batches whose activations each chunk keeps at the moment when the stage keeps most (its
// chunks counted alike; at equal moments the first). Kept from the forward pass to the end of
// `backward` or `weight_gradient`. Shape [chunks].
std::vector<std::int64_t> in_flight(const ScheduleRow& row, Stage stage);

}  // namespace trainyard::pipeline
