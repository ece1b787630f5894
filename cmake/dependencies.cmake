# Finds every dependency, then names all that are missing in one message: whoever has no root and
# builds them by hand wants the whole list at once. packages.txt has their names.

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(simgrid QUIET IMPORTED_TARGET simgrid>=3.32)
  pkg_check_modules(nettle QUIET IMPORTED_TARGET nettle>=3.8)
endif()
find_package(Boost 1.74 QUIET COMPONENTS program_options)
find_package(nlohmann_json 3.11 QUIET)
find_package(HDF5 1.10 QUIET COMPONENTS C HL)
find_package(fmt 9 QUIET)
# GLPK comes with neither a CMake package nor a .pc file.
find_path(GLPK_INCLUDE_DIR glpk.h)
find_library(GLPK_LIBRARY glpk)
mark_as_advanced(GLPK_INCLUDE_DIR GLPK_LIBRARY)
set(glpk_FOUND FALSE)
if(GLPK_INCLUDE_DIR AND GLPK_LIBRARY)
  set(glpk_FOUND TRUE)
  add_library(glpk::glpk UNKNOWN IMPORTED)
  set_target_properties(glpk::glpk PROPERTIES
    IMPORTED_LOCATION ${GLPK_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${GLPK_INCLUDE_DIR})
endif()

# Older GCC lacks parts of C++20 that we use; other compilers may try.
set(compiler_FOUND TRUE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  set(compiler_FOUND FALSE)
endif()

set(stages build)
if(TRAINYARD_TESTS)
  list(APPEND stages test)
  find_package(Catch2 2.13 QUIET)
  find_package(valijson QUIET)

  # The distribution's own Python has the distribution's modules; another one earlier on PATH
  # (pyenv, conda) does not. -DPython3_EXECUTABLE=... chooses another.
  if(NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
  endif()
  find_package(Python3 3.11 QUIET COMPONENTS Interpreter)
  if(Python3_FOUND)
    # Looked up, not imported: importing them all takes seconds.
    execute_process(
      COMMAND ${Python3_EXECUTABLE} -I -c
        "import sys; from importlib.util import find_spec; print(*filter(find_spec, sys.argv[1:]))"
        numpy h5py h5netcdf xarray matplotlib jsonschema
      OUTPUT_VARIABLE modules OUTPUT_STRIP_TRAILING_WHITESPACE)
    separate_arguments(modules)
    foreach(module ${modules})
      set(python3_${module}_FOUND TRUE)
    endforeach()
  endif()
endif()

set(missing "")
set(packages "")
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/packages.txt rows REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS cmake/packages.txt)
foreach(row ${rows})
  if(NOT row MATCHES "^([a-z]+) +([^ ]+) +([^ ]+) +(.+)$")
    message(FATAL_ERROR "cmake/packages.txt: cannot read the line \"${row}\"")
  endif()
  set(when "${CMAKE_MATCH_1}")
  set(package "${CMAKE_MATCH_2}")
  set(found "${CMAKE_MATCH_3}")
  set(what "${CMAKE_MATCH_4}")
  if(when IN_LIST stages AND NOT found STREQUAL "-" AND NOT ${found})
    string(APPEND missing "\n  ${what} (Debian 12: ${package})")
    string(APPEND packages " ${package}")
  endif()
endforeach()
if(missing)
  message(FATAL_ERROR "Not found:${missing}\n"
    "On Debian 12, as root:\n  apt-get install${packages}\n"
    "Elsewhere: put the prefixes where they are installed into CMAKE_PREFIX_PATH, and the folders "
    "of their .pc files into PKG_CONFIG_PATH, then run this again.")
endif()
