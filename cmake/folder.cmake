# trainyard_folder(NAME SOURCES file... [USES folder...] [THIRD_PARTY target...])
# One static library per folder of sim/. USES lists the folders below it; third parties stay
# private, so that their headers are visible in that folder alone.
function(trainyard_folder NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;THIRD_PARTY" ${ARGN})
  add_library(trainyard_${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(trainyard_${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/sim)
  list(TRANSFORM ARG_USES PREPEND trainyard_)
  target_link_libraries(trainyard_${NAME} PUBLIC ${ARG_USES} PRIVATE fmt::fmt ${ARG_THIRD_PARTY})
  trainyard_flags(trainyard_${NAME})
endfunction()

# Warnings on our own targets only. Contraction is off because results are promised bit for bit.
# GCC 12 at -O3 warns falsely of -Wrestrict and -Wmaybe-uninitialized inside its own strings.
# Members left out of a designated initialiser take their defaults: that is what they are for.
function(trainyard_flags TARGET)
  target_compile_options(${TARGET} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wno-missing-field-initializers -Wno-restrict -Wno-maybe-uninitialized -ffp-contract=off $<$<BOOL:${TRAINYARD_WERROR}>:-Werror>)
  target_compile_definitions(${TARGET} PRIVATE $<$<BOOL:${TRAINYARD_CHECKS}>:TRAINYARD_CHECKS>)
endfunction()
option(TRAINYARD_WERROR "Warnings are errors" OFF)
option(TRAINYARD_CHECKS "Contracts (EXPECT, ENSURE) are checked" OFF)
