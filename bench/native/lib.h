/* lib.h - the C functions that the benchmark calls.
 * They do as little as a call can that still depends on all it was given, so that what is timed is the way in
 * and out. Results depend on arguments and wrap inside their masks: callers feed each result into the next
 * call. All memory that is returned is static and lives as long as the library. */
#ifndef BENCH_LIB_H
#define BENCH_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_RECORDS 1000 /* elements of the array that bench_records returns */

struct bench_pair {
  double x;
  double y;
};

/* One field per primitive width, in an order that needs padding. */
struct bench_record {
  int32_t id;
  uint8_t kind;
  int8_t level;
  bool active;
  double x;
  float ratio;
  uint16_t port;
  int16_t delta;
  uint32_t flags;
  int64_t size;
};

void bench_nop(void);           /* counts its calls */
uint32_t bench_nop_count(void); /* number of bench_nop calls so far, modulo 2^32 */

int bench_two_ints(int a, int b);
double bench_two_doubles(double a, double b);
int64_t bench_two_int64(int64_t a, int64_t b); /* result below 2^48 */

double bench_mixed8(int a, double b, int c, double d, int e, double f, int g, double h);
double bench_mixed20(int a, double b, int c, double d, int e, double f, int g, double h, int i, double j,
                     int k, double l, int m, double n, int o, double p, int q, double r, int s, double t);

int bench_text_in(const char *text);      /* length + first byte + last byte; 0 for "" */
const char *bench_text_out(int index);    /* one of four strings of 30 characters, by index & 3 */
int bench_bytes(const uint8_t *p, int n); /* first + last byte + n; n is at least 1 */

bool bench_is_odd(const void *p);          /* whether bit 3 of the address is set; p is not followed */

struct bench_pair bench_pair_turn(struct bench_pair p);
void bench_pair_turn_in_place(struct bench_pair *p);
const struct bench_record *bench_records(void);

int bench_sum(const int *values, int count);
int bench_out(int key, int *value); /* stores 3 * key + 1, returns 0 */

typedef int bench_step(int value);
typedef int bench_compare(const void *a, const void *b); /* two elements, as in qsort */

int bench_repeat(bench_step *step, int value,
                 int times); /* value = step(value), `times` times; the last value */
void bench_sort(int *values, int count, bench_compare *compare); /* qsort */

/* Does what bench_repeat does on a thread of its own and returns at once: 0, or -1 when there is no thread to
 * be had. bench_thread_join waits for it and returns the last value. One thread at a time. */
int bench_thread_start(bench_step *step, int value, int times);
int bench_thread_join(void);

int bench_sleep(int ms); /* returns ms after that time */

#endif
