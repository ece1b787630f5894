// Objections that several schedules share: see ScheduleRow::objection.
#pragma once

#include <string>

#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {

// Schedules with one piece on each stage.
std::string object_to_chunks(Stage stage);
// Schedules with two pieces on each stage, asked for or not.
std::string object_to_other_than_two_chunks(Stage stage);

}  // namespace trainyard::pipeline
