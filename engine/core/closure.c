/* closure.c - the pool of closures; see closure.h. One lock guards it: making and releasing are short. */
#include "core/closure.h"

#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"
#include "os/os.h"
#include "os/thread.h"

enum {
  /* Released closures are left alone until as many others have been released. */
  QUARANTINE = 1024
};

/* A run of trampolines with their slots and closures. */
typedef struct block {
  struct block *next;
  const unsigned char *code;
  size_t count;
  rs_closure closures[];
} block;

typedef struct queue {
  rs_closure *first, **last;
  size_t count;
} queue;

static struct {
  rs_mutex lock;
  block *blocks;
  size_t total;          /* closures of all blocks */
  queue fresh, released; /* what can be taken: never used, and tombstones, oldest first */
  bool table_used;       /* the table's block exists */
  bool table_only;       /* rs_closure_use_table */
  bool no_pages;         /* the system refused executable pages */
} pool = {.lock = RS_MUTEX_INIT, .fresh.last = &pool.fresh.first, .released.last = &pool.released.first};

static void push(queue *q, rs_closure *closure)
{
  closure->next = NULL;
  *q->last = closure;
  q->last = &closure->next;
  q->count++;
}

static rs_closure *pop(queue *q)
{
  rs_closure *closure = q->first;

  if (!closure)
    return NULL;
  if (!(q->first = closure->next))
    q->last = &q->first;
  q->count--;
  return closure;
}

static bool add_block(const unsigned char *code, rs_trampoline_slot *slots, size_t count)
{
  block *b = calloc(1, sizeof *b + count * sizeof *b->closures);

  if (!b)
    return false;
  b->code = code;
  b->count = count;
  for (size_t i = 0; i < count; i++) {
    const void *at = code + i * RS_TRAMPOLINE_BYTES;
    rs_closure *closure = &b->closures[i];

    memcpy(&closure->fn, &at, sizeof at); /* ISO C has no cast from data to functions */
    closure->slot = &slots[i];
    slots[i].closure = closure;
    push(&pool.fresh, closure);
  }
  b->next = pool.blocks;
  pool.blocks = b;
  pool.total += count;
  return true;
}

/* A page of trampolines and behind it one of slots. */
static bool add_pages(void)
{
  size_t page = rs_os_page_size(), count = page / RS_TRAMPOLINE_BYTES;
  unsigned char *pages = rs_os_pages_new(page, page);

  if (!pages)
    return false;
  for (size_t i = 0; i < count; i++) {
    unsigned char *at = pages + i * RS_TRAMPOLINE_BYTES;

    if (!rs_emit_trampoline(at, at, (int32_t)page))
      goto refused;
  }
  if (!rs_os_pages_seal(pages, page))
    goto refused;
  if (add_block(pages, (rs_trampoline_slot *)(void *)(pages + page), count))
    return true;
  rs_os_pages_free(pages, 2 * page);
  return false;

refused:
  pool.no_pages = true;
  rs_os_pages_free(pages, 2 * page);
  return false;
}

static bool add_table(void)
{
  if (pool.table_used)
    return false;
  return pool.table_used =
             add_block(rs_trampoline_table, rs_trampoline_table_slots, RS_TRAMPOLINE_TABLE_COUNT);
}

static bool grow(void)
{
  return (!pool.table_only && !pool.no_pages && add_pages()) || add_table();
}

/* A tombstone is taken before its time only when nothing else can be had. */
static rs_closure *take(rs_error *err)
{
  rs_closure *closure = NULL;
  size_t total;

  rs_mutex_lock(&pool.lock);
  if (pool.released.count <= QUARANTINE && (pool.fresh.count || grow()))
    closure = pop(&pool.fresh);
  if (!closure)
    closure = pop(&pool.released);
  total = pool.total;
  rs_mutex_unlock(&pool.lock);
  if (!closure)
    rs_fail(err, RS_E_LIMIT,
            "no more callbacks can be made: all %zu are in use, and the system allows no more", total);
  return closure;
}

rs_closure *rs_closure_new(const rs_plan *plan, rs_closure_run run, void *data, void *owner, rs_error *err)
{
  const rs_place *result = &plan->result;
  rs_closure *closure;

  if (!plan->abi->entry) {
    rs_fail(err, RS_E_UNSUPPORTED, "callbacks of the convention %s cannot run here", plan->abi->name);
    return NULL;
  }
  if (!(closure = take(err)))
    return NULL;
  closure->data = data;
  closure->plan = plan;
  closure->abi = plan->abi;
  closure->result_pointer = plan->result_pointer;
  closure->result_echo = plan->result_echo;
  closure->result_bytes = result->by_reference ? result->type->size : 0;
  memcpy(closure->header, plan->header, sizeof closure->header);
  closure->slot->entry = plan->abi->entry;
  atomic_fetch_add_explicit(&closure->generation, 1, memory_order_relaxed);
  atomic_store_explicit(&closure->owner, owner, memory_order_release);
  atomic_store_explicit(&closure->run, run, memory_order_release);
  return closure;
}

void rs_closure_free(rs_closure *closure, rs_closure_run stale)
{
  atomic_store_explicit(&closure->run, stale, memory_order_release);
  atomic_store_explicit(&closure->owner, NULL, memory_order_release);
  rs_mutex_lock(&pool.lock);
  push(&pool.released, closure);
  rs_mutex_unlock(&pool.lock);
}

rs_closure *rs_closure_find(const void *address)
{
  uintptr_t at = (uintptr_t)address;
  rs_closure *found = NULL;

  rs_mutex_lock(&pool.lock);
  for (block *b = pool.blocks; b && !found; b = b->next) {
    size_t offset = at - (uintptr_t)b->code;

    if (at >= (uintptr_t)b->code && offset < b->count * RS_TRAMPOLINE_BYTES
        && offset % RS_TRAMPOLINE_BYTES == 0)
      found = &b->closures[offset / RS_TRAMPOLINE_BYTES];
  }
  rs_mutex_unlock(&pool.lock);
  return found && atomic_load_explicit(&found->generation, memory_order_relaxed) ? found : NULL;
}

void rs_closure_receive(const rs_closure *closure, void *frame)
{
  memcpy(frame, closure->header, sizeof closure->header);
  if (closure->abi->receive)
    closure->abi->receive(frame);
}

void rs_closure_zero(const rs_closure *closure, void *frame)
{
  void *memory;

  memcpy(frame, closure->header, sizeof closure->header);
  memset((char *)frame + closure->abi->results_at, 0, closure->abi->results_bytes);
  if (!closure->result_pointer)
    return;
  memcpy(&memory, (char *)frame + closure->result_pointer, sizeof memory);
  memset(memory, 0, closure->result_bytes);
  if (closure->result_echo)
    memcpy((char *)frame + closure->result_echo, &memory, sizeof memory);
}

void rs_closure_use_table(bool table)
{
  rs_mutex_lock(&pool.lock);
  pool.table_only = table;
  rs_mutex_unlock(&pool.lock);
}
