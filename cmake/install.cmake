# What `cmake --install` adds to the program, and what `cpack -G DEB` makes of it: the library for
# find_package(pcbench), as a program of one's own uses it (tests/install/example).
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/pcbench)

install(TARGETS pcbench pcbench_run pcbench_transports pcbench_core EXPORT pcbench
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT pcbench NAMESPACE pcbench:: DESTINATION ${package_folder})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/pcbench
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/pcbench-config.cmake.in
                              ${PROJECT_BINARY_DIR}/pcbench-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pcbench-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pcbench-config.cmake ${PROJECT_BINARY_DIR}/pcbench-config-version.cmake
        DESTINATION ${package_folder})
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "pcbench <pcbench@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip) # a tenth of the time of xz
# What find_package(pcbench) needs beside; bench itself needs none of it.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "libboost-dev, libcli11-dev, libfmt-dev, libhwloc-dev, libsqlite3-dev, nlohmann-json3-dev")
include(CPack)
