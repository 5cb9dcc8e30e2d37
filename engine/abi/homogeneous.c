#include "abi/homogeneous.h"

/* The number of members; more than `most` when `type` is none. Sets `size` to theirs. */
static size_t look(const rs_type *type, size_t most, size_t *size)
{
  size_t count = 0;

  if (type->kind == RS_FLOAT) {
    if (*size && *size != type->size)
      return most + 1;
    *size = type->size;
    return 1;
  }
  if (type->kind == RS_ARRAY) {
    count = look(type->ref, most, size);
    return count && type->length > most / count ? most + 1 : count * type->length;
  }
  if (type->kind != RS_RECORD && type->kind != RS_UNION)
    return most + 1;
  for (size_t i = 0; i < type->member_count; i++) {
    size_t more = look(type->members[i].type, most, size);

    if (more > most)
      return more;
    count = type->kind == RS_RECORD ? count + more : count > more ? count : more;
  }
  return count <= most ? count : most + 1;
}

size_t rs_homogeneous_member(const rs_type *type, size_t most)
{
  size_t size = 0, count = look(type, most, &size);

  return count && count <= most && count * size == type->size ? size : 0;
}
