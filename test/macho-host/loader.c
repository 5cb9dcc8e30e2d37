#define _GNU_SOURCE
#include "loader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

enum { MAC_LAZY = 0x1, MAC_NOW = 0x2, MAC_GLOBAL = 0x8, MAC_NOLOAD = 0x10, MAC_NODELETE = 0x80 };

typedef struct opened {
  image *m;
  char *path; /* absolute, without links */
  unsigned uses;
  bool global, pinned;
  struct opened *next;
} opened;

static opened *images;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static _Thread_local char failure[512];
static _Thread_local bool failed; /* dlerror() is to tell of `failure` */

static bool fail(const char *what, const char *name)
{
  (void)snprintf(failure, sizeof failure, "%s: %s", what, name);
  failed = true;
  return false;
}

/* What the whole process sees, as an image's imports do. */
static void *find(const char *name)
{
  void *found = system_find(name);

  for (const opened *o = images; o && !found; o = o->next)
    if (o->global)
      found = image_symbol(o->m, name);
  return found ? found : dlsym(RTLD_DEFAULT, name);
}

static opened *find_opened(const void *m)
{
  opened *o = images;

  while (o && o->m != m)
    o = o->next;
  return o;
}

static opened *find_path(const char *path)
{
  char *real = realpath(path, NULL);
  opened *o = images;

  while (o && (!real || strcmp(o->path, real) != 0))
    o = o->next;
  free(real);
  return o;
}

static opened *add(const char *path, int mode)
{
  opened *o = calloc(1, sizeof *o);

  if (!o || !(o->path = realpath(path, NULL))
      || !(o->m = image_open(path, mode & MAC_LAZY, find, failure, sizeof failure))) {
    if (o)
      free(o->path);
    free(o);
    return NULL;
  }
  o->next = images;
  images = o;
  o->pinned = image_initialize(o->m);
  return o;
}

static image *open_image(const char *path, int mode)
{
  opened *o;
  image *m = NULL;

  pthread_mutex_lock(&lock);
  o = find_path(path);
  if (!o && !(mode & MAC_NOLOAD))
    o = add(path, mode);
  if (o) {
    o->uses++;
    o->global |= (mode & MAC_GLOBAL) != 0;
    o->pinned |= (mode & MAC_NODELETE) != 0;
    m = o->m;
  }
  pthread_mutex_unlock(&lock);
  return m;
}

image *loader_open(const char *path, char *text, size_t size)
{
  image *m = open_image(path, MAC_NOW);

  if (!m)
    (void)snprintf(text, size, "%s", failure);
  return m;
}

static int linux_mode(int mode)
{
  return (mode & (MAC_LAZY | MAC_NOW)) | (mode & MAC_GLOBAL ? RTLD_GLOBAL : 0)
         | (mode & MAC_NOLOAD ? RTLD_NOLOAD : 0) | (mode & MAC_NODELETE ? RTLD_NODELETE : 0);
}

void *mac_dlopen(const char *path, int mode)
{
  void *handle;

  failed = false;
  if (!path || !strchr(path, '/') || !image_is(path))
    return dlopen(path, linux_mode(mode));
  if (!(handle = open_image(path, mode)))
    failed = true;
  return handle;
}

void *mac_dlsym(void *handle, const char *name)
{
  const opened *o;
  void *found;
  void *program = dlopen(NULL, RTLD_LAZY);

  failed = false;
  pthread_mutex_lock(&lock);
  o = find_opened(handle);
  found = o ? image_symbol(o->m, name) : handle == program || (intptr_t)handle == -2 ? find(name) : NULL;
  pthread_mutex_unlock(&lock);
  if (!found && !o)
    return dlsym(handle, name);
  if (!found)
    (void)fail("symbol not found", name);
  return found;
}

static void remove_image(opened *o)
{
  opened **at = &images;

  while (*at != o)
    at = &(*at)->next;
  *at = o->next;
  image_close(o->m);
  free(o->path);
  free(o);
}

int mac_dlclose(void *handle)
{
  opened *o;

  pthread_mutex_lock(&lock);
  if ((o = find_opened(handle)) && --o->uses == 0 && !o->pinned)
    remove_image(o);
  pthread_mutex_unlock(&lock);
  return o ? 0 : dlclose(handle);
}

char *mac_dlerror(void)
{
  if (!failed)
    return dlerror();
  failed = false;
  return failure;
}

int mac_dladdr(const void *address, mac_dl_info *info)
{
  const opened *o;

  pthread_mutex_lock(&lock);
  for (o = images; o && !image_contains(o->m, address);)
    o = o->next;
  if (o)
    *info = (mac_dl_info){.file = o->path, .base = o->m};
  pthread_mutex_unlock(&lock);
  return o ? 1 : dladdr(address, (Dl_info *)info);
}
