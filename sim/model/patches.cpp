#include "model/patches.hpp"

#include "model/operators.hpp"

namespace trainyard::model {

Part patch_embedding(const Stream& stream, double patches, double inner) {
  const Operator product = gemm("patch embedding", patches, inner, stream.hidden, Split::rows);
  return {.operators = {memory_bound("decode pixels", patches * inner, 2, Split::tokens), product,
                        exchange(Point::tensor_leave, stream.elements())},
          .parameters = weights(product)};
}

}  // namespace trainyard::model
