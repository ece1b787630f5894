# With sanitizers, optimising test cases takes four times as long as running them plain, and what
# they check is the library, which has all of them.
function(trainyard_test_flags TARGET)
  trainyard_flags(${TARGET})
  separate_arguments(flags UNIX_COMMAND "${TRAINYARD_TEST_FLAGS}")
  target_compile_options(${TARGET} PRIVATE ${flags})
endfunction()

# trainyard_test_support(NAME SOURCES file... USES folder...)
# What the test programs of many folders share, named in their USES like a folder of sim/.
function(trainyard_test_support NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(trainyard_${NAME} STATIC ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND trainyard_)
  target_link_libraries(trainyard_${NAME} PUBLIC ${ARG_USES} PRIVATE fmt::fmt)
  target_include_directories(trainyard_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  trainyard_test_flags(trainyard_${NAME})
endfunction()

# trainyard_tests(FOLDER SOURCES file... USES folder...)
# One Catch2 program per folder of tests/, every test case known to ctest by its sentence.
function(trainyard_tests NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;THIRD_PARTY" ${ARGN})
  add_executable(test_${NAME} ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND trainyard_)
  target_link_libraries(test_${NAME} PRIVATE catch_main ${ARG_USES} ${ARG_THIRD_PARTY} fmt::fmt)
  target_include_directories(test_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${NAME} PRIVATE PROJECT_DIR="${PROJECT_SOURCE_DIR}")
  trainyard_test_flags(test_${NAME})
  # Half of the time of compiling test cases from nothing; not where ccache keeps them.
  if(TRAINYARD_PRECOMPILE)
    target_precompile_headers(test_${NAME} PRIVATE <catch2/catch.hpp>)
  endif()
  catch_discover_tests(test_${NAME} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
