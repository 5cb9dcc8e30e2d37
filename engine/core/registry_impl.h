/* registry_impl.h - the registry's inside, shared by registry.c (names, lifetime), type.c (constructors),
 * record.c (structs and unions) and signature.c. Nobody else includes it. */
#ifndef RS_CORE_REGISTRY_IMPL_H
#define RS_CORE_REGISTRY_IMPL_H

#include "core/registry.h"

#define RS_SIGNATURE_BUCKETS 256 /* power of two */
#define RS_ARRAY_BUCKETS     1024

typedef struct rs_name {
  char *text; /* owned; NULL for an empty slot */
  size_t length;
  uint32_t hash;
  const rs_type *type;
  bool builtin;
} rs_name;

struct rs_registry {
  const rs_target *target;
  rs_type *types; /* all of them, linked through state->next */
  size_t type_count;
  size_t signature_count;
  size_t made; /* types and signatures since the last collection */
  size_t kept; /* alive after the last collection */
  size_t max_type_size;
  unsigned anonymous; /* numbers <anonymous_N> */
  rs_name *names;     /* open addressing; `name_slots` is a power of two */
  size_t name_slots;
  size_t name_count;
  const rs_type *prims[RS_P_COUNT];
  rs_signature *signatures[RS_SIGNATURE_BUCKETS];
  const rs_type *arrays[RS_ARRAY_BUCKETS]; /* `T[n]` with the default hint, one object per (T, n) */
  rs_type_release *release;
  void *release_context;
};

/* Makes an empty descriptor of the registry. `name` NULL gives `<anonymous_N>`; it is copied, not registered.
 */
rs_type *rs_type_make(rs_registry *reg, rs_kind kind, const char *name, rs_error *err);

/* Checks a name that is to be registered: valid and free. True for NULL. */
bool rs_name_free(const rs_registry *reg, const char *name, rs_error *err);
/* Registers `name` (checked before) for `type`; true for NULL. Fails on memory only. */
bool rs_name_put(rs_registry *reg, const char *name, const rs_type *type, bool builtin, rs_error *err);
/* Takes a name back, e.g. that of a struct whose definition failed. */
void rs_name_drop(rs_registry *reg, const char *name);

/* FNV-1a over bytes, continuing from `hash`. */
uint32_t rs_hash(uint32_t hash, const void *bytes, size_t count);
#define RS_HASH_START 2166136261u

#endif
