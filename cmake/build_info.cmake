# build_info.h: what a report says of the build that made it. The git commit is looked up at each build, since
# a number must name the source it came from ("-dirty" where that was changed); where it is the same as before
# nothing is rebuilt.
function(pcbench_add_build_info target)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/generated)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}" flags)
  find_package(Git QUIET)
  add_custom_target(build_info
    COMMAND ${CMAKE_COMMAND} "-DGIT=${GIT_EXECUTABLE}" "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}"
            "-DOUT=${folder}/build_info.h" "-DVERSION=${PROJECT_VERSION}" "-DTYPE=${CMAKE_BUILD_TYPE}"
            "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" "-DFLAGS=${flags}"
            "-DSANITIZERS=${PCBENCH_SANITIZERS}"
            -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/write_build_info.cmake
    BYPRODUCTS ${folder}/build_info.h
    COMMENT "Looking up the git commit"
    VERBATIM)
  add_dependencies(${target} build_info)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${folder}>)
endfunction()
