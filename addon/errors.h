/* errors.h - what C functions leave behind for the next: errno and, on Windows, what GetLastError() answers.
 * They are taken right after each call, before the JavaScript engine changes them, and given back right
 * before the next. */
#ifndef NB_ERRORS_H
#define NB_ERRORS_H

#include "ristretto.h"

typedef struct nb_errors {
  int number; /* errno */
#ifdef _WIN32
  uint32_t last; /* GetLastError() */
#endif
} nb_errors;

/* `number` is the address of the calling thread's errno. */
static inline nb_errors nb_errors_take(const int *number)
{
#ifdef _WIN32
  uint32_t last = rs_os_last_error();

  return (nb_errors){*number, last};
#else
  return (nb_errors){*number};
#endif
}

static inline void nb_errors_give(nb_errors errors, int *number)
{
  *number = errors.number;
#ifdef _WIN32
  rs_os_set_last_error(errors.last);
#endif
}

#endif
