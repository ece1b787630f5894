#include "model/convolution.hpp"

#include <fmt/format.h>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

// Inputs are kept as they are, not laid out for the product; the norm keeps the outputs.
void add_block(Part& part, const ConvolutionStage& stage, std::int64_t index, double images) {
  const double positions = images * static_cast<double>(stage.height * stage.width);
  const auto in = static_cast<double>(index == 0 ? stage.channels_in : stage.channels_out);
  const auto out = static_cast<double>(stage.channels_out);
  const auto window = static_cast<double>(stage.kernel * stage.kernel);
  const Operator product = keeping(
      gemm(fmt::format("{} {}", stage.name, index), positions, window * in, out, Split::tokens),
      Bytes(bytes_per_element * positions * in));
  part.operators.push_back(product);
  part.operators.push_back(norm(fmt::format("{} {} norm", stage.name, index), positions * out));
  part.parameters += weights(product);
}

}  // namespace

Part convolutions(const std::vector<ConvolutionStage>& stages, double images) {
  Part part;
  for (const ConvolutionStage& stage : stages) {
    for (std::int64_t i = 0; i < stage.blocks; ++i) add_block(part, stage, i, images);
  }
  return part;
}

}  // namespace trainyard::model
