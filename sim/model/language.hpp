// What language models have around their layers: an embedding of tokens in front, a head over the
// vocabulary behind.
#pragma once

#include "model/transformer_block.hpp"

namespace trainyard::model {

struct VocabularyShape {
  double vocabulary = 0;
  double positions = 0;  // rows of a learned position embedding; 0 for none
  bool tied_head = false;
};

// A language model without its layers in the middle and its heads.
Model language_model(const Stream& stream, const VocabularyShape& shape);

}  // namespace trainyard::model
