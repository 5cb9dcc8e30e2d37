/* homogeneous.h - homogeneous floating-point aggregates, which several conventions pass member by member. */
#ifndef RS_ABI_HOMOGENEOUS_H
#define RS_ABI_HOMOGENEOUS_H

#include "core/type.h"

/* The size in bytes of a member of `type`, when it is one to `most` members of one floating-point type,
 * however they are nested, and no padding: a union needs as many as its largest member. A float alone is one
 * member. 0 for other types. (AAPCS64 5.9.5.1; AAPCS32 5.3.5; 64-Bit ELF V2 ABI, "Parameter Passing in
 * Registers") */
size_t rs_homogeneous_member(const rs_type *type, size_t most);

#endif
