// Where nodes stand and what joins the places.
#pragma once

#include <string>

#include "base/units.hpp"

namespace trainyard::hardware {

struct Site {
  std::string name;
  std::string summary;
  double latitude = 0;   // degrees north
  double longitude = 0;  // degrees east
  double pue = 1;        // facility power over computer power
  UsdPerJoule energy_price;
  KilogramsPerJoule carbon;  // CO2 of the local grid, average
  BytesPerSecond wan_port;   // to all other sites together, each way; 0: its links are the limit
};

// A long-haul link between two sites, the same in both directions.
struct WanLink {
  std::string name;
  std::string summary;
  std::string from;
  std::string to;
  Meters distance;            // great circle
  Seconds latency;            // one way
  BytesPerSecond bandwidth;   // each way
  BytesPerSecond background;  // of that, what other traffic takes, each way
  BytesPerSecond per_stream;  // what one TCP stream reaches; 0: no limit
};

}  // namespace trainyard::hardware
