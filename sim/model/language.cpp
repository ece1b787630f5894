#include "model/language.hpp"

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

// Token ids come from the host as four bytes each.
constexpr double bytes_per_token_id = 4;

// Every rank looks up the rows that it has; the sum makes the whole. Dropout keeps its mask, a byte
// an element.
Layer embedding(const Stream& stream, const VocabularyShape& shape) {
  const double elements = stream.elements();
  return joined("embedding", stream,
                {{.operators = {keeping(memory_bound("embedding", elements, 2, Split::tokens),
                                        Bytes(stream.dropout ? elements : 0)),
                                exchange(Point::tensor_leave, elements)},
                  .parameters = (shape.vocabulary + shape.positions) * stream.hidden}});
}

// The loss reads, writes and keeps the logits in fp32: counted as four passes of two bytes.
Layer head(const Stream& stream, const VocabularyShape& shape) {
  const double logits = stream.tokens * shape.vocabulary;
  const Operator product =
      gemm("head", stream.tokens, stream.hidden, shape.vocabulary, Split::columns);
  return joined("head", stream,
                {{.operators = {norm("final norm", stream.elements()),
                                exchange(Point::tensor_enter, stream.elements()), product,
                                keeping(memory_bound("loss", logits, 4, Split::heads),
                                        Bytes(2 * bytes_per_element * logits))},
                  .parameters = shape.tied_head ? 0 : weights(product)}});
}

}  // namespace

Model language_model(const Stream& stream, const VocabularyShape& shape) {
  Model model;
  model.progress = Progress::tokens;
  model.entry = embedding(stream, shape);
  model.exit = head(stream, shape);
  model.tied_head = shape.tied_head;
  model.tokens_per_sample = stream.tokens;
  model.sample_input = Bytes(bytes_per_token_id * stream.tokens);
  return model;
}

}  // namespace trainyard::model
