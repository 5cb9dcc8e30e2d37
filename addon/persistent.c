#include "persistent.h"

#include <stdlib.h>
#include <string.h>

#include "value.h"

/* A copy: a node of a treap ordered by slot address, so that all slots in a range are found at once, whether
 * the range is a buffer, a block that is freed, or another copy that holds slots itself. */
typedef struct copy {
  uintptr_t slot;
  size_t size; /* bytes of `memory` */
  uint32_t priority;
  struct copy *left, *right;
  struct copy **owned_by, *next_owned; /* the owner's list: where we hang, what follows */
  max_align_t memory[];
} copy;

/* A JavaScript buffer's copies, behind the External that lives as long as the buffer. */
typedef struct owner {
  struct nb_persistent *store; /* NULL once the environment released everything */
  copy *copies;
  struct owner **listed_by, *next;
} owner;

struct nb_persistent {
  copy *root;
  copy *unowned; /* slots at bare addresses */
  owner *owners;
  owner *current; /* NULL: a bare address */
  uint32_t random;
};

static struct nb_persistent *store_of(nb_env *nb, rs_error *err)
{
  if (!nb->persistent) {
    nb->persistent = rs_zalloc(sizeof *nb->persistent, err);
    if (nb->persistent)
      nb->persistent->random = 0x9e3779b9u;
  }
  return nb->persistent;
}

/* xorshift32 (G. Marsaglia, 2003): any spread will do, addresses need not be unpredictable. */
static uint32_t next_random(struct nb_persistent *store)
{
  uint32_t x = store->random;

  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return store->random = x;
}

/* Slots below `slot` go left, the others right. */
static void split(copy *tree, uintptr_t slot, copy **left, copy **right)
{
  while (tree) {
    if (tree->slot < slot) {
      *left = tree;
      left = &tree->right;
      tree = tree->right;
    } else {
      *right = tree;
      right = &tree->left;
      tree = tree->left;
    }
  }
  *left = *right = NULL;
}

/* All slots of `left` are below those of `right`. */
static copy *merge(copy *left, copy *right)
{
  copy *root, **end = &root;

  while (left && right) {
    if (left->priority > right->priority) {
      *end = left;
      end = &left->right;
      left = left->right;
    } else {
      *end = right;
      end = &right->left;
      right = right->left;
    }
  }
  *end = left ? left : right;
  return root;
}

/* Takes the slots in [from, from + size) out of the tree. */
static copy *take(struct nb_persistent *store, uintptr_t from, size_t size)
{
  copy *left, *middle, *right;
  uintptr_t end = from + size < from ? UINTPTR_MAX : from + size;

  split(store->root, from, &left, &middle);
  split(middle, end, &middle, &right);
  store->root = merge(left, right);
  return middle;
}

static void insert(struct nb_persistent *store, copy *one)
{
  copy *left, *right;

  split(store->root, one->slot, &left, &right);
  one->left = one->right = NULL;
  store->root = merge(merge(left, one), right);
}

static void own(struct nb_persistent *store, copy *one, owner *by)
{
  copy **list = by ? &by->copies : &store->unowned;

  one->owned_by = list;
  one->next_owned = *list;
  if (*list)
    (*list)->owned_by = &one->next_owned;
  *list = one;
}

static void disown(copy *one)
{
  *one->owned_by = one->next_owned;
  if (one->next_owned)
    one->next_owned->owned_by = one->owned_by;
}

/* Releases a tree that is no part of the store any more, and the copies that its copies lead to. A list
 * instead of recursion: a chain of structs may be long. Pending trees hang on each other by their leftmost
 * `left`. */
static void release(struct nb_persistent *store, copy *tree)
{
  while (tree) {
    copy *one = tree, *inner;

    if (one->left) { /* rotate right until the top has no left side: constant space, linear time in all */
      tree = one->left;
      one->left = tree->right;
      tree->right = one;
      continue;
    }
    tree = one->right;
    inner = store->root ? take(store, (uintptr_t)one->memory, one->size) : NULL;
    disown(one);
    free(one);
    if (inner) {
      copy *last = inner;

      while (last->right)
        last = last->right;
      last->right = tree;
      tree = inner;
    }
  }
}

static void drop(struct nb_persistent *store, uintptr_t from, size_t size)
{
  if (store && store->root)
    release(store, take(store, from, size));
}

bool nb_persistent_begin(nb_env *nb, napi_value buffer, rs_error *err)
{
  struct nb_persistent *store = store_of(nb, err);
  napi_value whole = buffer, external;
  bool yes = false;
  void *data = NULL;

  if (!store)
    return false;
  store->current = NULL;
  if (!buffer)
    return true;
  if (napi_is_typedarray(nb->env, buffer, &yes) == napi_ok && yes) {
    if (!nb_check(nb, napi_get_typedarray_info(nb->env, buffer, NULL, NULL, NULL, &whole, NULL), err))
      return false;
  } else if (napi_is_dataview(nb->env, buffer, &yes) == napi_ok && yes) {
    if (!nb_check(nb, napi_get_dataview_info(nb->env, buffer, NULL, NULL, &whole, NULL), err))
      return false;
  }
  external = nb_call_hook(nb, NB_HOOK_BUFFER_OWNER, 1, &whole, err);
  if (!external || !nb_check(nb, napi_get_value_external(nb->env, external, &data), err))
    return false;
  store->current = data;
  return true;
}

void *nb_persistent_alloc(nb_env *nb, const void *slot, size_t bytes, rs_error *err)
{
  struct nb_persistent *store = store_of(nb, err);
  copy *one;

  if (!store)
    return NULL;
  if (bytes > SIZE_MAX - sizeof *one) {
    rs_fail(err, RS_E_MEMORY, "out of memory (%zu bytes)", bytes);
    return NULL;
  }
  one = rs_zalloc(sizeof *one + bytes, err);
  if (!one)
    return NULL;
  drop(store, (uintptr_t)slot, 1);
  one->slot = (uintptr_t)slot;
  one->size = bytes;
  one->priority = next_random(store);
  insert(store, one);
  own(store, one, store->current);
  return one->memory;
}

void nb_persistent_drop_range(nb_env *nb, const void *address, size_t size)
{
  drop(nb->persistent, (uintptr_t)address, size);
}

/* True when the pointer at `offset` of the new bytes leads into the copy. */
static bool leads_to(const copy *one, const unsigned char *bytes, size_t offset, size_t size)
{
  uintptr_t pointer;

  if (size - offset < sizeof pointer)
    return false;
  memcpy(&pointer, bytes + offset, sizeof pointer);
  return pointer - (uintptr_t)one->memory < (one->size ? one->size : 1);
}

void nb_persistent_replace(nb_env *nb, const void *address, const void *bytes, size_t size)
{
  struct nb_persistent *store = nb->persistent;
  copy *rest, *kept = NULL, *stale = NULL;

  if (!store || !store->root)
    return;
  rest = take(store, (uintptr_t)address, size);
  while (rest) {
    copy *one = rest;

    if (one->left) {
      rest = one->left;
      one->left = rest->right;
      rest->right = one;
      continue;
    }
    rest = one->right;
    if (leads_to(one, bytes, one->slot - (uintptr_t)address, size)) {
      one->right = kept;
      kept = one;
    } else {
      one->right = stale;
      stale = one;
    }
  }
  while (kept) {
    copy *one = kept;

    kept = one->right;
    insert(store, one);
  }
  release(store, stale);
}

bool nb_persistent_any(const nb_env *nb)
{
  return nb->persistent && nb->persistent->root;
}

static void release_list(struct nb_persistent *store, copy **list)
{
  while (*list)
    drop(store, (*list)->slot, 1);
}

static void finalize_owner(napi_env env, void *data, void *hint)
{
  owner *gone = data;

  (void)env;
  (void)hint;
  if (gone->store) {
    release_list(gone->store, &gone->copies);
    if (gone->store->current == gone)
      gone->store->current = NULL;
    *gone->listed_by = gone->next;
    if (gone->next)
      gone->next->listed_by = gone->listed_by;
  }
  free(gone);
}

void nb_persistent_free_all(nb_env *nb)
{
  struct nb_persistent *store = nb->persistent;

  if (!store)
    return;
  for (owner *one = store->owners; one; one = one->next) {
    release_list(store, &one->copies);
    one->store = NULL; /* its External is finalized later */
  }
  release_list(store, &store->unowned);
  free(store);
  nb->persistent = NULL;
}

napi_value js_make_buffer_owner(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  struct nb_persistent *store;
  owner *made;
  napi_value external = NULL;

  if (!nb_args_read(env, info, &args))
    return NULL;
  store = store_of(args.nb, &err);
  made = store ? rs_zalloc(sizeof *made, &err) : NULL;
  if (!made)
    return nb_throw(args.nb, &err);
  if (!nb_check(args.nb, napi_create_external(env, made, finalize_owner, NULL, &external), &err)) {
    free(made);
    return nb_throw(args.nb, &err);
  }
  made->store = store;
  made->listed_by = &store->owners;
  made->next = store->owners;
  if (made->next)
    made->next->listed_by = &made->next;
  store->owners = made;
  return external;
}
