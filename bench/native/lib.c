/* lib.c - see lib.h. Compiled as a shared library of its own, so that every implementation crosses the same
 * border. */
#include "lib.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t nop_calls;

void bench_nop(void)
{
  nop_calls++;
}

uint32_t bench_nop_count(void)
{
  return nop_calls;
}

int bench_two_ints(int a, int b)
{
  return (a ^ b) & 0xffffff;
}

double bench_two_doubles(double a, double b)
{
  return a * 0.5 + b;
}

int64_t bench_two_int64(int64_t a, int64_t b)
{
  return (a ^ b) & 0xffffffffffff;
}

double bench_mixed8(int a, double b, int c, double d, int e, double f, int g, double h)
{
  return (double)(a - c + e - g) + b - d + f - h;
}

double bench_mixed20(int a, double b, int c, double d, int e, double f, int g, double h, int i, double j,
                     int k, double l, int m, double n, int o, double p, int q, double r, int s, double t)
{
  return (double)(a - c + e - g + i - k + m - o + q - s) + b - d + f - h + j - l + n - p + r - t;
}

int bench_text_in(const char *text)
{
  size_t length = strlen(text);

  return length ? (int)length + text[0] + text[length - 1] : 0;
}

const char *bench_text_out(int index)
{
  static const char *const texts[4] = {
      "the quick brown fox jumps over",
      "a lazy dog sleeps in the shade",
      "pack my box with five dozen of",
      "sphinx of black quartz judge m",
  };

  return texts[index & 3];
}

int bench_bytes(const uint8_t *p, int n)
{
  return p[0] + p[n - 1] + n;
}

bool bench_is_odd(const void *p)
{
  return ((uintptr_t)p >> 3 & 1) != 0;
}

struct bench_pair bench_pair_turn(struct bench_pair p)
{
  return (struct bench_pair){p.y * 0.5 + 0.1, p.x * 0.5 + 0.2};
}

void bench_pair_turn_in_place(struct bench_pair *p)
{
  *p = bench_pair_turn(*p);
}

const struct bench_record *bench_records(void)
{
  static struct bench_record records[BENCH_RECORDS];
  static bool filled;

  for (int i = 0; i < BENCH_RECORDS && !filled; i++) {
    records[i] = (struct bench_record){
        .id = i,
        .kind = (uint8_t)i,
        .level = (int8_t)(i % 100 - 50),
        .active = i % 2 == 1,
        .x = i + 0.25,
        .ratio = (float)i * 0.5f + 0.25f,
        .port = (uint16_t)(60000 + i),
        .delta = (int16_t)-i,
        .flags = UINT32_C(4000000000) + (uint32_t)i,
        .size = INT64_C(5000000000) + i,
    };
  }
  filled = true;
  return records;
}

int bench_sum(const int *values, int count)
{
  unsigned sum = 0;

  for (int i = 0; i < count; i++)
    sum += (unsigned)values[i];
  return (int)(sum & 0xffffff);
}

int bench_out(int key, int *value)
{
  *value = key * 3 + 1;
  return 0;
}

int bench_repeat(bench_step *step, int value, int times)
{
  for (int i = 0; i < times; i++)
    value = step(value);
  return value;
}

void bench_sort(int *values, int count, bench_compare *compare)
{
  qsort(values, (size_t)count, sizeof *values, compare);
}

static struct {
  pthread_t thread;
  bench_step *step;
  int value;
  int times;
} job;

static void *run_job(void *unused)
{
  (void)unused;
  job.value = bench_repeat(job.step, job.value, job.times);
  return NULL;
}

int bench_thread_start(bench_step *step, int value, int times)
{
  job.step = step;
  job.value = value;
  job.times = times;
  return pthread_create(&job.thread, NULL, run_job, NULL) == 0 ? 0 : -1;
}

int bench_thread_join(void)
{
  pthread_join(job.thread, NULL);
  return job.value;
}

int bench_sleep(int ms)
{
  struct timespec rest = {ms / 1000, ms % 1000 * 1000000L};

  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
  return ms;
}
