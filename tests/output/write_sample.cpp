// Writes the sample dataset to the path it is given, for read_result.py.
#include <cstdio>
#include <exception>

#include "output/result_file.hpp"
#include "output/sample.hpp"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: write_sample PATH\n", stderr);
    return 2;
  }
  try {
    trainyard::output::write(arguments[1], trainyard::output::sample());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
