/* text.h - bytes of text by the word: is it ASCII, up to where? */
#ifndef NB_TEXT_H
#define NB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NB_HIGH_BITS 0x8080808080808080u

static inline uint64_t nb_word(const unsigned char *p)
{
  uint64_t word;

  memcpy(&word, p, sizeof word);
  return word;
}

/* As wide as the vector registers that every CPU of a kind has; any alignment. */
typedef uint64_t nb_lanes __attribute__((vector_size(16), aligned(1), may_alias));

enum { NB_LANES = 4, NB_BLOCK = NB_LANES * sizeof(nb_lanes) }; /* bytes looked at in one go */

static inline bool nb_lanes_are_ascii(nb_lanes all)
{
  return !((all[0] | all[1]) & NB_HIGH_BITS);
}

static inline bool nb_is_ascii(const unsigned char *p, size_t count)
{
  uint64_t all = 0;
  size_t i = 0;

  for (; i + NB_BLOCK <= count; i += NB_BLOCK) {
    const nb_lanes *from = (const void *)(p + i);

    if (!nb_lanes_are_ascii(from[0] | from[1] | from[2] | from[3]))
      return false;
  }
  for (; i + 8 <= count; i += 8)
    all |= nb_word(p + i);
  for (; i < count; i++)
    all |= p[i];
  return !(all & NB_HIGH_BITS);
}

/* Copies until the first block, word, or one of the last bytes, that is not all ASCII; returns how many. */
static inline size_t nb_copy_ascii(unsigned char *to, const unsigned char *from, size_t count)
{
  size_t i = 0;

  for (; i + NB_BLOCK <= count; i += NB_BLOCK) {
    const nb_lanes *block = (const void *)(from + i);
    nb_lanes *copy = (void *)(to + i);
    nb_lanes a = block[0], b = block[1], c = block[2], d = block[3];

    if (!nb_lanes_are_ascii(a | b | c | d))
      break;
    copy[0] = a;
    copy[1] = b;
    copy[2] = c;
    copy[3] = d;
  }
  for (; i + 8 <= count && !(nb_word(from + i) & NB_HIGH_BITS); i += 8)
    memcpy(to + i, from + i, 8);
  for (; i < count && from[i] < 0x80; i++)
    to[i] = from[i];
  return i;
}

#endif
