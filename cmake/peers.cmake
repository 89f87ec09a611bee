# Other people's queues, each compiled in where its package is. A missing one stays in the list of transports,
# with what to install.

# Not looked at: where it changes scripts/ configure again, and so peers are looked for again.
set(PCBENCH_PEERS_MISSING "" CACHE STRING "Packages of peers that scripts/ found missing, with commas")

# pcbench_add_peers(TARGET SOURCE): tells TARGET's SOURCE which peers there are, and links what they need.
function(pcbench_add_peers target source)
  foreach(peer "ATOMIC_QUEUE atomic_queue/atomic_queue.h"
               "CK ck_ring.h"
               "CONCURRENTQUEUE concurrentqueue/concurrentqueue.h"
               "LIBCDS cds/container/vyukov_mpmc_cycle_queue.h"
               "READERWRITERQUEUE readerwriterqueue/readerwriterqueue.h")
    separate_arguments(peer)
    list(GET peer 0 name)
    list(GET peer 1 header)
    find_path(PCBENCH_${name}_INCLUDE ${header})
    mark_as_advanced(PCBENCH_${name}_INCLUDE)
    if(PCBENCH_${name}_INCLUDE)
      target_include_directories(${target} SYSTEM PRIVATE ${PCBENCH_${name}_INCLUDE})
      list(APPEND found PCBENCH_HAS_${name})
    endif()
  endforeach()
  find_package(TBB QUIET CONFIG)
  if(TARGET TBB::tbb)
    target_link_libraries(${target} PRIVATE TBB::tbb)
    list(APPEND found PCBENCH_HAS_TBB)
  endif()
  set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES COMPILE_DEFINITIONS "${found}")
endfunction()
