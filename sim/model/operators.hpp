// The operators that architectures are put together from, each with what it keeps for backward.
#pragma once

#include <string>

#include "model/attention.hpp"
#include "model/model.hpp"

namespace trainyard::model {

// Keeps its inputs.
Operator gemm(std::string name, double tokens, double inner, double columns, Split split);

// Streams `elements` activations `passes` times (reads and writes counted one by one); keeps
// nothing.
Operator memory_bound(std::string name, double elements, double passes, Split split);

// A norm over `elements` activations, which it keeps.
Operator norm(std::string name, double elements);

// A point where `elements` activations are exchanged.
Operator exchange(Point point, double elements);

// The same operator, keeping so much instead.
Operator keeping(Operator op, Bytes stored);

// Parameters of a product, one for each group.
double weights(const Operator& gemm);

}  // namespace trainyard::model
