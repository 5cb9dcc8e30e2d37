/* target.h - the data model of a platform: sizes, alignments and byte order that C leaves open.
 * Pure data, so every platform's layouts can be computed and tested on any host. Knows no registers. */
#ifndef RS_CORE_TARGET_H
#define RS_CORE_TARGET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_target {
  const char *name;          /* "linux-x64"; also what error messages print */
  const char *abi;           /* its calling convention (abi_list.def); on 32-bit x86 the family of them */
  uint8_t pointer_size;      /* bytes, as every size here */
  uint8_t long_size;         /* 8 on LP64, 4 on LLP64 and on 32-bit systems */
  uint8_t wchar_size;        /* 2 on Windows, else 4 */
  uint8_t int64_align;       /* inside records: 4 on 32-bit x86 outside Windows */
  uint8_t double_align;      /* likewise */
  uint8_t long_double_size;  /* 8: same as double; 12 or 16: x87, binary128 or two doubles */
  uint8_t long_double_align; /* bytes */
  bool char_signed;          /* plain `char`, as the platform's compilers have it */
  bool big_endian;
} rs_target;

/* The platform that this library was compiled for. */
const rs_target *rs_target_host(void);

/* A platform by name, NULL when unknown; the rows of targets[] in target.c. */
const rs_target *rs_target_find(const char *name);

#endif
