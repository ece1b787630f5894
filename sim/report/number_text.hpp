// Numbers as people read them in tables.
#pragma once

#include <string>

namespace trainyard::report {

std::string grouped(double number);      // "12,000"
std::string whole_percent(double part);  // "37 %"; "-" where there is none
std::string time_text(double seconds);   // "3.5 h"; "-" where there is none

}  // namespace trainyard::report
