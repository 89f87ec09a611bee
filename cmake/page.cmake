# The page of `bench report --html` is one HTML file, put together here and carried inside the program. uPlot
# draws its charts: npm fetches it, by web/package-lock.json. Where that is not possible the page is built
# without it and shows each chart's table.

# pcbench_fetch_uplot(RESULT): sets RESULT to uPlot's folder, or to nothing.
function(pcbench_fetch_uplot result)
  set(folder ${PROJECT_BINARY_DIR}/web)
  set(dist ${folder}/node_modules/uplot/dist)
  foreach(name package.json package-lock.json)
    configure_file(${PROJECT_SOURCE_DIR}/web/${name} ${folder}/${name} COPYONLY)
  endforeach()
  find_program(PCBENCH_NPM npm)
  set(lock ${folder}/node_modules/.package-lock.json)
  if(PCBENCH_NPM AND (NOT EXISTS ${dist}/uPlot.iife.min.js OR
                      ${folder}/package-lock.json IS_NEWER_THAN ${lock}))
    execute_process(COMMAND ${PCBENCH_NPM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=0
                    WORKING_DIRECTORY ${folder} TIMEOUT 60 OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(EXISTS ${dist}/uPlot.iife.min.js)
    set(${result} ${dist} PARENT_SCOPE)
  else()
    message(STATUS "no uPlot (npm, or its registry, is not there): pages will show tables instead of charts")
    set(${result} "" PARENT_SCOPE)
  endif()
endfunction()

# pcbench_add_page(TARGET): puts the page together and compiles it into TARGET.
function(pcbench_add_page target)
  set(web ${PROJECT_SOURCE_DIR}/web)
  pcbench_fetch_uplot(uplot)
  set(PAGE_CHARTS "")
  set(PAGE_STYLE "")
  if(uplot)
    file(READ ${uplot}/../LICENSE license)
    file(READ ${uplot}/uPlot.iife.min.js code)
    file(READ ${uplot}/uPlot.min.css PAGE_STYLE)
    set(PAGE_CHARTS "/*\n${license}*/\n${code}")
  endif()
  file(READ ${web}/page.css style)
  string(APPEND PAGE_STYLE "${style}")
  set(PAGE_SCRIPT "")
  foreach(name ${ARGN})
    file(READ ${web}/${name} code)
    string(APPEND PAGE_SCRIPT "${code}\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web}/${name})
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web}/page.css ${web}/package-lock.json)
  set(PAGE_DATA "@PAGE_DATA@") # filled in by the program
  configure_file(${web}/page.html ${PROJECT_BINARY_DIR}/web/page.html @ONLY)
  file(READ ${PROJECT_BINARY_DIR}/web/page.html PAGE)
  configure_file(${PROJECT_SOURCE_DIR}/src/report/page.cpp.in page.cpp @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/page.cpp)
endfunction()
