#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t random_state;

void random_seed(uint32_t seed)
{
  random_state = seed | 1;
}

uint32_t random32(void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

/* Bytes of a scalar that mean something: an x87 number has 80 bits. */
static size_t meaning(const rs_type *type)
{
#if defined(__x86_64__) || defined(__i386__)
  if (type->flags & RS_T_LONG_DOUBLE && type->size > 10)
    return 10;
#endif
  return type->size;
}

/* One scalar with a random value, in C's representation. A bool is 0 or 1, a long double a number. */
static void random_scalar(const rs_type *type, void *at)
{
  unsigned char bytes[16] = {0};

  if (type->flags & RS_T_LONG_DOUBLE && type->size == sizeof(long double)) {
    long double number = (long double)(int32_t)random32() / 3;

    memcpy(bytes, &number, meaning(type));
  } else if (type->kind == RS_FLOAT && type->size == 8) {
    double number = (double)(int32_t)random32() / 3;

    memcpy(bytes, &number, sizeof number);
  } else if (type->kind == RS_FLOAT) {
    float number = (float)(int32_t)random32() / 3;

    memcpy(bytes, &number, sizeof number);
  } else {
    for (size_t i = 0; i < sizeof bytes; i++)
      bytes[i] = (unsigned char)(random32() >> 8);
    if (type->kind == RS_BOOL)
      bytes[0] &= 1;
  }
  memcpy(at, bytes, meaning(type));
}

void fill_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct value *v = context;

  (void)path;
  random_scalar(type, v->bytes + offset);
}

void stream_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct value *v = context;

  (void)path;
  memcpy(v->stream + v->used, v->bytes + offset, meaning(type));
  v->used += meaning(type);
}

void fill_and_stream_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  fill_scalar(context, path, type, offset);
  stream_scalar(context, path, type, offset);
}

bool is_wide(const rs_type *type)
{
  return rs_is_integer(type) || type->kind == RS_BOOL;
}

void stream_wide(const rs_target *target, struct value *v, const rs_type *type)
{
  bool is_signed = type->prim == RS_P_CHAR ? target->char_signed : type->kind == RS_INT;
  bool big = target->big_endian;
  unsigned char sign = is_signed && v->bytes[big ? 0 : type->size - 1] & 0x80 ? 0xff : 0;

  memset(v->stream + v->used, sign, 8);
  memcpy(v->stream + v->used + (big ? 8 - type->size : 0), v->bytes, type->size);
  v->used += 8;
}

void compare_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct comparison *c = context;

  (void)path;
  c->different += memcmp(c->got + offset, c->wanted + offset, meaning(type)) != 0;
}

void *allocate(size_t bytes, size_t align)
{
  size_t most = align < 16 ? 16 : align;
  void *memory = aligned_new(most, rs_round_up(bytes + 1, most));

  if (!memory)
    abort();
  memset(memory, 0xaa, bytes);
  return memory;
}

void mismatch(world *w, const test_function *row, const char *what, size_t where)
{
  w->mismatches++;
  if (w->mismatches <= 20)
    fprintf(stderr, "%s %zu: %s\n", what, where, row->text);
}
