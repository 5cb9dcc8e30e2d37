/* type.h - C types as data. A descriptor is immutable for those who hold it as `const rs_type *`, stays at
 * its address while it is referenced, and belongs to the registry (registry.h) that made it. Knows sizes and
 * members; knows neither registers (abi/) nor JavaScript. */
#ifndef RS_CORE_TYPE_H
#define RS_CORE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

#define RS_MAX_PARAMS 127 /* parameters of a function: the minimum limit of C17 5.2.4.1 */
#define RS_MAX_DEPTH  512 /* how deeply types nest: pointers to pointers, arrays of arrays, ... */

typedef struct rs_type rs_type;
typedef struct rs_signature rs_signature; /* signature.h */

typedef enum rs_kind {
  RS_VOID,
  RS_BOOL,
  RS_INT,      /* signed integer of `size` bytes; an enumeration when RS_T_ENUM is set */
  RS_UINT,     /* unsigned integer, likewise */
  RS_FLOAT,    /* float, double; long double when RS_T_LONG_DOUBLE is set */
  RS_STRING,   /* pointer to NUL-terminated code units; `ref` is the unit type */
  RS_POINTER,  /* `ref` is what it points to; a callback when ref->kind is RS_FUNCTION */
  RS_RECORD,   /* struct */
  RS_UNION,    /* members all at offset 0 */
  RS_ARRAY,    /* `length` elements of `ref` */
  RS_FUNCTION, /* prototype; only its pointers are values */
  RS_OPAQUE,   /* size unknown; may become RS_RECORD or RS_UNION in place */
} rs_kind;

enum {                             /* rs_type.flags */
       RS_T_CHAR = 1 << 0,         /* code unit: `T *` is a string type */
       RS_T_LE = 1 << 1,           /* integer stored little-endian whatever the target */
       RS_T_BE = 1 << 2,           /* integer stored big-endian whatever the target */
       RS_T_SWAP = 1 << 3,         /* RS_T_LE or RS_T_BE and not the target's own order */
       RS_T_ENUM = 1 << 4,         /* RS_INT or RS_UINT made by rs_type_enum */
       RS_T_LONG_DOUBLE = 1 << 5,  /* RS_FLOAT: the target's long double */
       RS_T_DISPOSABLE = 1 << 6,   /* values coming from C are disposed of after conversion */
       RS_T_PACKED = 1 << 7,       /* record declared packed */
       RS_T_MISALIGNED = 1 << 8,   /* a member, at any depth, lies off its natural alignment */
       RS_T_BUILDING = 1 << 9,     /* RS_OPAQUE between rs_record_begin and rs_record_end */
       RS_T_COUNTED = 1 << 10,     /* array or pointer whose element count is another member: `counted_by` */
       RS_T_HAS_COUNTED = 1 << 11, /* record with such a member */
       RS_T_HAS_DISPOSABLE = 1 << 12 /* contains (by value, at any depth) a disposable */
};

typedef enum rs_prim {
#define RS_PRIM(id, kind, bytes, flags, ...) RS_P_##id,
#define RS_STR(id, unit, ...)                RS_P_##id,
#include "core/prims.def"
#undef RS_PRIM
#undef RS_STR
  RS_P_LDOUBLE, /* long double: known to the engine, without a name in JavaScript */
  RS_P_COUNT,
  RS_P_NONE = RS_P_COUNT
} rs_prim;

/* How an array comes back to the caller's language; the engine only stores it. */
typedef enum rs_hint {
  RS_HINT_DEFAULT,
  RS_HINT_ARRAY,
  RS_HINT_TYPED,
  RS_HINT_STRING,
  RS_HINT_BUFFER
} rs_hint;

typedef struct rs_member {
  const char *name; /* owned by the type */
  const rs_type *type;
  size_t offset; /* bytes from the start of the record */
  size_t align;  /* alignment override in bytes, 0 for none */
  bool padding;  /* named `_`: takes space, is neither read nor written */
  int counter;   /* index of the member that counts this one's elements, -1 for none */
} rs_member;

/* Bookkeeping that changes while the descriptor does not; see registry.h. */
typedef struct rs_type_state {
  rs_type *next;             /* all types of the registry */
  const rs_type *pointer;    /* cached `T *` */
  const rs_type *disposable; /* cached `T!` */
  const rs_type *sibling;    /* shared array types: chain of rs_registry.arrays */
  size_t refs;               /* pins by the binding; see rs_type_ref */
  rs_type *todo;             /* rs_registry_collect: types still to be followed */
  bool marked;
  void *user; /* the binding's own data */
} rs_type_state;

struct rs_type {
  rs_kind kind;
  rs_prim prim; /* which row of prims.def, RS_P_NONE for derived types */
  uint32_t flags;
  uint32_t depth; /* 1 + that of the deepest component */
  size_t size;    /* bytes; 0 while incomplete */
  size_t align;   /* bytes; 0 while incomplete */
  const char *name;
  const rs_type *ref;            /* pointer: pointee; string: unit; array: element; enum: storage */
  const rs_type *base;           /* disposable: what it was made from */
  size_t length;                 /* array: elements (the maximum for counted ones) */
  rs_hint hint;                  /* array */
  const char *counted_by;        /* array, pointer: name of the counting member, NULL for none */
  const rs_member *members;      /* record, union */
  size_t member_count;           /* record, union; padding members included */
  const rs_signature *signature; /* function */
  rs_type_state *state;
};

static inline bool rs_is_integer(const rs_type *t)
{
  return t->kind == RS_INT || t->kind == RS_UINT;
}

static inline bool rs_is_number(const rs_type *t)
{
  return rs_is_integer(t) || t->kind == RS_FLOAT;
}

static inline bool rs_is_callback(const rs_type *t)
{
  return t->kind == RS_POINTER && t->ref->kind == RS_FUNCTION;
}

static inline bool rs_is_aggregate(const rs_type *t)
{
  return t->kind == RS_RECORD || t->kind == RS_UNION || t->kind == RS_ARRAY;
}

/* Complete object types: those that have values with a size. (C17 6.2.5, paragraph 1.) */
static inline bool rs_is_complete(const rs_type *t)
{
  return t->kind != RS_VOID && t->kind != RS_OPAQUE && t->kind != RS_FUNCTION;
}

#endif
