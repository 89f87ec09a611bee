# Other people's queues, messaging libraries and brokers, each compiled in where its package is. A missing one
# stays in the list of transports, with what to install.

# Not looked at: where it changes scripts/ configure again, and so peers are looked for again.
set(PCBENCH_PEERS_MISSING "" CACHE STRING "Packages of peers that scripts/ found missing, with commas")

# pcbench_add_peers(TARGET SOURCE PEER...): tells TARGET's SOURCE which of the peers there are, and links what
# they need. A peer is "NAME header", or "NAME header library".
function(pcbench_add_peers target source)
  foreach(peer ${ARGN})
    separate_arguments(peer)
    list(POP_FRONT peer name header)
    find_path(PCBENCH_${name}_INCLUDE ${header} PATH_SUFFIXES iceoryx/v2.0.3)  # whose headers have a folder
    mark_as_advanced(PCBENCH_${name}_INCLUDE)
    if(NOT PCBENCH_${name}_INCLUDE)
      continue()
    endif()
    if(peer)
      find_library(PCBENCH_${name}_LIBRARY ${peer})
      mark_as_advanced(PCBENCH_${name}_LIBRARY)
      if(NOT PCBENCH_${name}_LIBRARY)
        continue()
      endif()
      target_link_libraries(${target} PRIVATE ${PCBENCH_${name}_LIBRARY})
    endif()
    target_include_directories(${target} SYSTEM PRIVATE ${PCBENCH_${name}_INCLUDE})
    list(APPEND found PCBENCH_HAS_${name})
  endforeach()
  set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES COMPILE_DEFINITIONS "${found}")
endfunction()
