// A model given as a plain list of operators, the same in each layer: for measured layer times, and
// for architectures that no other member describes.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"

namespace trainyard::model {

struct OperatorTable {
  std::int64_t layers = 0;
  std::int64_t heads = 1;  // a tensor-parallel degree must divide them
  double parameters = 0;   // of the whole model, spread evenly over its layers
  double tokens = 0;       // of a sample; 0 for models that count samples
  Bytes boundary;          // what a layer hands on, a sample
  Bytes sample_input;      // bytes that one sample brings from the host
  // In the order of a forward pass. A point `tensor_leave` closes a group: what stands since the
  // last one is entered by a point of as many bytes, so that a tensor-parallel group sums once
  // forward and once backward.
  std::vector<Operator> operators;
};

// Entry and exit have no operators. Name and summary are left to the caller.
Model build(const OperatorTable& table);

}  // namespace trainyard::model
