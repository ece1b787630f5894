# Python3_EXECUTABLE: the interpreter that has the distribution's packages. Debian's own comes
# first; another python3 on the PATH (pyenv, conda) does not see what apt installed.
if(EXISTS /usr/bin/python3)
  set(Python3_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "Python with the packages of the tests")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# trainyard_python_test(NAME PACKAGES module... COMMAND script argument...)
# A Python script as a test. Isolated (-I), so that neither the user's environment nor the current
# folder decides which modules are found, and without leaving bytecode in the source (-B).
function(trainyard_python_test NAME)
  cmake_parse_arguments(ARG "" "" "PACKAGES;COMMAND" ${ARGN})
  list(JOIN ARG_PACKAGES ", " modules)
  execute_process(COMMAND ${Python3_EXECUTABLE} -I -c "import ${modules}"
    RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
  if(missing)
    list(TRANSFORM ARG_PACKAGES PREPEND python3- OUTPUT_VARIABLE debian)
    list(JOIN debian " " debian)
    message(FATAL_ERROR "${Python3_EXECUTABLE} cannot import ${modules}: "
      "apt install ${debian}, or choose another with -DPython3_EXECUTABLE=, "
      "or leave out the tests with -DTRAINYARD_TESTS=OFF")
  endif()
  add_test(NAME ${NAME} COMMAND ${Python3_EXECUTABLE} -I -B ${ARG_COMMAND})
  set_tests_properties(${NAME} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
