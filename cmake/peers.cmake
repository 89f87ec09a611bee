# Other people's queues and brokers, each compiled in where its package is. A missing one stays in the list of
# transports, with what to install.

# Not looked at: where it changes scripts/ configure again, and so peers are looked for again.
set(PCBENCH_PEERS_MISSING "" CACHE STRING "Packages of peers that scripts/ found missing, with commas")

# pcbench_find_parts(TARGET SOURCE PART…): tells TARGET's SOURCE which parts there are, and links what they
# need. A part is "NAME header" or "NAME header library".
function(pcbench_find_parts target source)
  foreach(part ${ARGN})
    separate_arguments(part)
    list(POP_FRONT part name header library)
    find_path(PCBENCH_${name}_INCLUDE ${header})
    mark_as_advanced(PCBENCH_${name}_INCLUDE)
    if(NOT PCBENCH_${name}_INCLUDE)
      continue()
    endif()
    if(library)
      find_library(PCBENCH_${name}_LIBRARY ${library})
      mark_as_advanced(PCBENCH_${name}_LIBRARY)
      if(NOT PCBENCH_${name}_LIBRARY)
        continue()
      endif()
      target_link_libraries(${target} PRIVATE ${PCBENCH_${name}_LIBRARY})
    endif()
    target_include_directories(${target} SYSTEM PRIVATE ${PCBENCH_${name}_INCLUDE})
    pcbench_has(${target} ${source} ${name})
  endforeach()
endfunction()

function(pcbench_has target source name)
  set_property(SOURCE ${source} TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_DEFINITIONS
               PCBENCH_HAS_${name})
endfunction()

pcbench_find_parts(pcbench src/transport/peers/rows.cpp
  "ATOMIC_QUEUE atomic_queue/atomic_queue.h"
  "CK ck_ring.h"
  "CONCURRENTQUEUE concurrentqueue/concurrentqueue.h"
  "LIBCDS cds/container/vyukov_mpmc_cycle_queue.h"
  "READERWRITERQUEUE readerwriterqueue/readerwriterqueue.h")
find_package(TBB QUIET CONFIG)
if(TARGET TBB::tbb)
  target_link_libraries(pcbench PRIVATE TBB::tbb)
  pcbench_has(pcbench src/transport/peers/rows.cpp TBB)
endif()
pcbench_find_parts(pcbench src/transport/brokers/rows.cpp "HIREDIS hiredis/hiredis.h hiredis")
