// Catch2's main, in a file of its own since it compiles slowly.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
