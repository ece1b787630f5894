#include "cli/command_line.hpp"

int main(int argc, char** argv) {
  return trainyard::cli::main(argc, argv);
}
