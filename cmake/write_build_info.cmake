# Run by `cmake -P`: writes OUT from the template beside this file, only where its content changes.
set(COMMIT unknown)
if(GIT)
  execute_process(COMMAND ${GIT} -c safe.directory=${SOURCE} -C ${SOURCE}
                          describe --always --dirty --abbrev=40 --exclude=*
                  RESULT_VARIABLE failed ERROR_QUIET
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(COMMIT ${described})
  endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.h.in ${OUT} @ONLY)
