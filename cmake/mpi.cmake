# Debian's OpenMPI, compiled in where it is; where not, the transport `mpi` stays in the list with what to
# install.

# pcbench_add_mpi(TARGET ASKS... CALLS...): links MPI to TARGET, tells the sources after ASKS that it is
# there, and adds those after CALLS, which alone include its header.
function(pcbench_add_mpi target)
  cmake_parse_arguments(PARSE_ARGV 1 mpi "" "" "ASKS;CALLS")
  pkg_check_modules(ompi QUIET IMPORTED_TARGET ompi-c)
  if(NOT TARGET PkgConfig::ompi)
    return()
  endif()
  target_link_libraries(${target} PRIVATE PkgConfig::ompi)
  target_sources(${target} PRIVATE ${mpi_CALLS})
  set_source_files_properties(${mpi_CALLS} TARGET_DIRECTORY ${target} PROPERTIES  # C's interface is enough
                              COMPILE_DEFINITIONS "OMPI_SKIP_MPICXX")
  set_source_files_properties(${mpi_ASKS} TARGET_DIRECTORY ${target} PROPERTIES
                              COMPILE_DEFINITIONS PCBENCH_HAS_MPI)
endfunction()
