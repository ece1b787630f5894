// What a token is worth in local training against data-parallel training: published laws of the
// loss of language models after 20 tokens a parameter (Charles et al., Scaling Laws for DiLoCo,
// arXiv 2503.09799). They come from models of up to 10e9 parameters, 30 inner steps between
// exchanges, a whole copy of the model in every branch and no branch late; beyond that they are
// extrapolated.
#pragma once

#include <cstdint>

namespace trainyard::step {

// One branch trains data parallel; more train locally. The laws are published for 1, 2, 4 and 8
// branches. Between these, and above 8 by the line through 4 and 8, the logarithms of loss and
// batch are linear in the logarithm of the number of branches.

// Cross-entropy per token of a model of so many parameters: A N^-a.
double loss(std::int64_t branches, double parameters);

// Tokens of a step of all branches together with which that loss is least: A N^a. Of 8 branches it
// grows more slowly with the model than of 4, and is the smaller from 7e9 parameters on: scatter of
// the fits.
double optimal_batch(std::int64_t branches, double parameters);

// Compute of data-parallel training over that of local training with the same loss:
//   worth = (N_data / N)^2  where  loss(1, N_data) = loss(branches, N),
// since 20 N tokens of N parameters take compute as N^2. The laws cross: from 2.5e9 parameters for
// 2 branches, 4.0e9 for 4 and 9.6e9 for 8 local training is worth more than 1. No model behind the
// laws is much larger than that, so how far above 1 it goes is extrapolated.
double worth(std::int64_t branches, double parameters);

}  // namespace trainyard::step
