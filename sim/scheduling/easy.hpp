// First in, first out with backfill (Lifka, "The ANL/IBM SP scheduling system", 1995; Mu'alem and
// Feitelson, IEEE TPDS 12(6), 2001): the first job that does not fit reserves chips for the moment
// when, by the estimates, enough will have come free; later ones may start if that does not put it
// off. Each group has one reservation.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> easy(const Settings& settings);

}  // namespace trainyard::scheduling
