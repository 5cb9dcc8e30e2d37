/* runner.c - finds out where each byte of each argument and result travels, by experiment. Compiled callers
 * call the probe with random values, which looks for them in registers and on the stack; compiled callees get
 * random registers and stack words, and tell what they read. Knows no calling convention.
 *
 * Prints a line per signature and side: its number, "caller" or "callee", then for each scalar of the
 * arguments, then of the result, its pieces (it is cut where words are) joined by '/', of each the places
 * joined by '|'; "-" for none. A place is a number, see `place_at`, then z or s for what is extended with
 * zeros or its sign. A caller's line goes on with the first byte of each integer register, a callee's with
 * how many bytes it removes from the stack, then which integer registers (as bits) it leaves with an address
 * that it got. "sizes" lines: size and alignment of each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

enum {
  WORD = sizeof(void *),
  INTEGERS = (STATE_FLOATS - STATE_INTEGERS) / WORD,
  SLOTS = INTEGERS + STACK_BYTES / WORD, /* what can hold an address: integer registers, stack words */
  POINTED = STATE_END + STACK_BYTES,     /* places from here on: in the memory that slot n points to */
  PLACES = POINTED + SLOTS,
  ROUNDS = 40,
  BUFFER = 1024,
  BUFFERS = 512, /* at least SLOTS, a power of two */
  MAX_PIECES = 2048,
  MAX_VALUES = 64,
  ZERO = 1, /* every time the rest of the word was zeros, was the sign */
  SIGN = 2,
};

extern unsigned char probe_state[STATE_BYTES];
void probe(void);              /* stores the registers, calls probe_captured, leaves probe_enter */
void probe_enter(probe_fn fn); /* calls fn, which calls the probe */
/* Calls fn with the state's registers and STACK_BYTES of words, stores the registers. */
void probe_invoke(probe_fn fn, const void *stack);
void probe_captured(void);

probe_fn volatile probe_target = probe;

typedef struct piece {
  const probe_value *value;
  unsigned from, size; /* in the value */
  unsigned is_bool, is_start, count;
  uint16_t places[PLACES];
  uint8_t extended[PLACES]; /* of each: ZERO, SIGN */
} piece;

static piece *pieces;
static unsigned piece_count, result_pieces; /* the result's come last */
static const probe_signature *current;

/* What a callee got; places are in it or in memory, of a caller in the state and on the stack. */
static unsigned char given_state[STATE_END], given_stack[STACK_BYTES];
static unsigned char buffers[BUFFERS][BUFFER] __attribute__((aligned(64)));
static unsigned char is_address[SLOTS];

static uint32_t random32(void)
{
  static uint32_t state = 20260101;

  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

static void fill_masked(unsigned char *at, size_t bytes, uint32_t mask)
{
  while (bytes) {
    uint32_t random = random32() & mask;
    size_t some = bytes < sizeof random ? bytes : sizeof random;

    memcpy(at, &random, some);
    at += some;
    bytes -= some;
  }
}

static void fill(unsigned char *at, size_t bytes)
{
  fill_masked(at, bytes, ~UINT32_C(0));
}

/* Bytes that are no NaN, wherever a float begins: the x87 unit changes some of those. */
static void fill_tame(unsigned char *at, size_t bytes)
{
  fill_masked(at, bytes, 0x3f3f3f3f);
}

static void fill_scalar(unsigned char *at, const probe_scalar *scalar)
{
  float single = (float)(int32_t)random32() / 3;
  double number[2] = {(double)(int32_t)random32() / 3 + (double)random32() / 1e13, 0};

  fill(at, scalar->size);
  switch (scalar->kind) {
  case BOOL: *at &= 1; break;
  case FLOAT: memcpy(at, &single, 4); break;
  case DOUBLE: memcpy(at, number, 8); break;
  case X87: /* 0x3fff: near 1, with the highest bit of the fraction set */
    at[7] |= 0x80;
    at[8] = (unsigned char)(at[8] | 1);
    at[9] = 0x3f;
    break;
  case TWO_DOUBLES:
    number[1] = number[0] / (1e17 + random32());
    memcpy(at, number, 16);
    break;
  default: break;
  }
}

static void fill_value(const probe_value *value)
{
  memset(value->given, 0, value->size);
  for (unsigned i = 0; i < value->count; i++)
    fill_scalar(value->given + value->scalars[i].offset, &value->scalars[i]);
}

static void cut(const probe_value *value)
{
  for (unsigned i = 0; i < value->count; i++) {
    unsigned from = value->scalars[i].offset, end = from + value->scalars[i].size;

    while (from < end) {
      unsigned next = from - from % WORD + WORD;
      piece *p = &pieces[piece_count++];

      if (piece_count == MAX_PIECES)
        abort();
      p->value = value;
      p->from = from;
      p->size = (next < end ? next : end) - from;
      p->is_start = from == value->scalars[i].offset;
      p->is_bool = value->scalars[i].kind == BOOL;
      p->count = PLACES;
      for (unsigned k = 0; k < PLACES; k++) {
        p->places[k] = (uint16_t)k;
        p->extended[k] = ZERO | SIGN;
      }
      from = next;
    }
  }
}

static void cut_all(const probe_signature *s)
{
  current = s;
  piece_count = 0;
  for (unsigned i = 0; i < s->count; i++)
    cut(&s->arguments[i]);
  result_pieces = piece_count;
  if (s->result)
    cut(s->result);
}

static int same(const piece *p, const unsigned char *a, const unsigned char *b)
{
  if (p->is_bool)
    return (*a & 1) == (*b & 1);
  return memcmp(a, b, p->size) == 0;
}

static unsigned char *word_at(const unsigned char *bytes)
{
  unsigned char *address;

  memcpy(&address, bytes, sizeof address);
  return address;
}

static unsigned char *slot(unsigned char *state, unsigned char *stack, unsigned n)
{
  return n < INTEGERS ? state + STATE_INTEGERS + n * WORD : stack + (n - INTEGERS) * WORD;
}

/* The bytes of place `place` for a piece; NULL where there is nothing to read. */
static const unsigned char *place_at(const piece *p, unsigned place, unsigned char *state,
                                     unsigned char *stack,
                                     int (*readable)(const unsigned char *, unsigned slot))
{
  const unsigned char *address;

  if (place < POINTED) {
    unsigned end = place < STATE_END ? STATE_END : POINTED;

    if (place + p->size > end)
      return NULL;
    return place < STATE_END ? state + place : stack + (place - STATE_END);
  }
  address = word_at(slot(state, stack, place - POINTED));
  return readable(address, place - POINTED) ? address + p->from : NULL;
}

/* How an integer at `at` fills the rest of its word. */
static unsigned extension(const piece *p, const unsigned char *at)
{
  const unsigned char *word = at - (uintptr_t)at % WORD;
  int big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  const unsigned char *from = big ? word : at + p->size, *end = big ? at : word + WORD;
  unsigned char sign = at[big ? 0 : p->size - 1] & 0x80 ? 0xff : 0;
  unsigned found = ZERO | SIGN;

  for (; from < end; from++)
    found &= (unsigned)((*from == 0 ? ZERO : 0) | (*from == sign ? SIGN : 0));
  return found;
}

/* `in`: where the piece is in C's memory; `state` and `pointers`: the registers, as they are and as they were
 * when they held addresses. */
static void keep_places(piece *p, const unsigned char *in, unsigned char *state, unsigned char *pointers,
                        unsigned char *stack, int (*readable)(const unsigned char *, unsigned))
{
  unsigned kept = 0;

  for (unsigned i = 0; i < p->count; i++) {
    unsigned place = p->places[i];
    const unsigned char *at = place_at(p, place, place < POINTED ? state : pointers, stack, readable);

    if (!at || !same(p, at, in + p->from))
      continue;
    p->extended[kept] = (uint8_t)(p->extended[i] & (place < POINTED ? extension(p, at) : 0));
    p->places[kept++] = (uint16_t)place;
  }
  p->count = kept;
}

/* Copies lie on the stack, or are the caller's own variables. */
static int readable_in_caller(const unsigned char *at, unsigned n)
{
  extern unsigned char __bss_start[], _end[];
  const unsigned char *sp = word_at(probe_state + STATE_SP), *saved = word_at(probe_state + STATE_SAVED);

  (void)n;
  return (at >= sp && at < saved) || (at >= __bss_start && at < _end);
}

static int readable_in_callee(const unsigned char *at, unsigned n)
{
  (void)at;
  return is_address[n];
}

/* The values are in the caller's hands until this returns. */
void probe_captured(void)
{
  for (unsigned i = 0; i < result_pieces; i++)
    keep_places(&pieces[i], pieces[i].value->given, probe_state, probe_state, word_at(probe_state + STATE_SP),
                readable_in_caller);
}

static void print_places(unsigned number, const char *side, unsigned from, unsigned to)
{
  printf("%u %s", number, side);
  for (unsigned i = from; i < to; i++) {
    const piece *p = &pieces[i];

    printf("%s", p->is_start ? " " : "/");
    for (unsigned k = 0; k < p->count; k++) {
      printf("%s%u", k ? "|" : "", p->places[k]);
      if (p->places[k] >= POINTED)
        printf("+%u", p->from);
      else if (p->extended[k])
        printf("%s", p->extended[k] & ZERO ? "z" : "s");
    }
    if (!p->count)
      printf("-");
  }
}

static void examine_caller(unsigned number)
{
  cut_all(current);
  for (int round = 0; round < ROUNDS; round++) {
    for (unsigned i = 0; i < current->count; i++)
      fill_value(&current->arguments[i]);
    probe_enter(current->caller);
  }
  print_places(number, "caller", 0, result_pieces);
  for (unsigned r = 0; r < INTEGERS; r++)
    printf("%s%u", r ? "," : " ", *slot(probe_state, NULL, r));
  printf("\n");
}

/* Registers hold a float as a double on some CPUs, so every one of them gets what both can be; on RISC-V they
 * hold one with ones before it. */
static void fill_floats(void)
{
  fill_tame(given_state + STATE_FLOATS, STATE_END - STATE_FLOATS);
#ifdef __powerpc64__
  for (unsigned i = 0; i < (STATE_END - STATE_SINGLES) / 8; i++) {
    float single = (float)(int32_t)random32() / 3;
    double number = (double)single;

    memcpy(given_state + STATE_FLOATS + 8 * i, &number, 8);
    memcpy(given_state + STATE_SINGLES + 8 * i, &single, 4);
  }
#elif defined(__riscv)
  for (unsigned at = STATE_FLOATS; at < STATE_SINGLES; at += 8)
    memset(given_state + at + 4, 0xff, 4);
#endif
}

/* Slots that hold addresses get those of buffers, another each round. */
static void give(void)
{
  unsigned first = random32() % BUFFERS;

  fill_tame(given_state, STATE_FLOATS);
  fill_tame(given_stack, sizeof given_stack);
  fill_floats();
  for (unsigned n = 0; n < SLOTS; n++) {
    unsigned char *buffer = buffers[(first + 5 * n) % BUFFERS];

    if (is_address[n])
      memcpy(slot(given_state, given_stack, n), &buffer, sizeof buffer);
  }
#ifdef __x86_64__
  if (!is_address[6])
    given_state[STATE_INTEGERS + 6 * WORD] = 8; /* al: how many vector registers hold variadic arguments */
#endif
  if (current->result)
    fill_value(current->result);
  memcpy(probe_state, given_state, STATE_END);
  probe_invoke(current->callee, given_stack);
}

static int is_pointed_to(const probe_value *value, const unsigned char *held, unsigned n)
{
  const unsigned char *buffer = word_at(slot(given_state, given_stack, n));

  for (unsigned i = 0; i < value->count; i++) {
    const probe_scalar *s = &value->scalars[i];
    int equal = s->kind == BOOL ? (buffer[s->offset] & 1) == (held[s->offset] & 1)
                                : memcmp(buffer + s->offset, held + s->offset, s->size) == 0;

    if (!equal)
      return 0;
  }
  return 1;
}

/* Which slots hold addresses: at first each, so that nothing can crash. */
static void find_addresses(void)
{
  static unsigned char holds[MAX_VALUES][SLOTS];

  memset(is_address, 1, sizeof is_address);
  memset(holds, 1, sizeof holds);
  for (int round = 0; round < ROUNDS; round++) {
    give();
    for (unsigned i = 0; i <= current->count; i++) {
      const probe_value *value = i < current->count ? &current->arguments[i] : current->result;

      for (unsigned n = 0; n < SLOTS; n++)
        holds[i][n] = holds[i][n] && value && value->count
                      && is_pointed_to(value, i < current->count ? value->got : value->given, n);
    }
  }
  memset(is_address, 0, sizeof is_address);
  for (unsigned i = 0; i <= current->count; i++)
    for (unsigned n = 0; n < SLOTS; n++)
      is_address[n] |= holds[i][n];
}

/* The integer registers, as bits, that hold an address that the callee got. */
static unsigned registers_with_addresses(void)
{
  unsigned found = 0;

  for (unsigned r = 0; r < INTEGERS; r++)
    for (unsigned n = 0; n < SLOTS; n++)
      if (is_address[n] && word_at(slot(probe_state, NULL, r)) == word_at(slot(given_state, given_stack, n)))
        found |= 1u << r;
  return found;
}

static void examine_callee(unsigned number)
{
  unsigned echo = ~0u;
  long removed = 0;

  find_addresses();
  cut_all(current);
  for (int round = 0; round < ROUNDS; round++) {
    give();
    removed = word_at(probe_state + STATE_SP) - (word_at(probe_state + STATE_SAVED) - STACK_BYTES);
    echo &= registers_with_addresses();
    for (unsigned i = 0; i < result_pieces; i++)
      keep_places(&pieces[i], pieces[i].value->got, given_state, given_state, given_stack,
                  readable_in_callee);
    for (unsigned i = result_pieces; i < piece_count; i++)
      keep_places(&pieces[i], pieces[i].value->given, probe_state, given_state, given_stack,
                  readable_in_callee);
  }
  print_places(number, "callee", 0, piece_count);
  printf(" %ld %u\n", removed, echo);
}

static void print_sizes(unsigned number)
{
  printf("%u sizes", number);
  for (unsigned i = 0; i < current->count; i++)
    printf(" %u,%u", current->arguments[i].size, current->arguments[i].align);
  if (current->result)
    printf(" %u,%u", current->result->size, current->result->align);
  printf("\n");
}

int main(void)
{
  fill_tame(buffers[0], sizeof buffers);
  pieces = malloc(MAX_PIECES * sizeof *pieces);
  if (!pieces)
    return 1;
  for (unsigned i = 0; i < probe_signature_count; i++) {
    cut_all(&probe_signatures[i]);
    print_sizes(i);
    examine_caller(i);
    examine_callee(i);
    (void)fflush(stdout);
  }
  free(pieces);
  return 0;
}
