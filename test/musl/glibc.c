/* glibc.c - what Debian's libgcc and libstdc++, which are built for glibc, ask for and musl lacks. */
#define _GNU_SOURCE
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/random.h>

unsigned long __getauxval(unsigned long type);
uint32_t arc4random(void);
int _dl_find_object(void *address, void *result);

char __libc_single_threaded; /* false: locks are taken */

unsigned long __getauxval(unsigned long type)
{
  return getauxval(type);
}

uint32_t arc4random(void)
{
  uint32_t value = 0;

  (void)getrandom(&value, sizeof value, 0);
  return value;
}

/* glibc's <dlfcn.h>: the object that holds an address, and where its unwind tables are. */
typedef struct found_object {
  unsigned long long flags;
  void *start, *end, *link_map, *tables;
  unsigned long long reserved[7];
} found_object;

typedef struct search {
  uintptr_t address;
  found_object *found;
} search;

static int look_into(struct dl_phdr_info *info, size_t size, void *data)
{
  const search *s = data;
  bool holds = false;
  found_object found = {0};

  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + header->p_vaddr;

    if (header->p_type == PT_GNU_EH_FRAME)
      found.tables = (void *)start;
    if (header->p_type != PT_LOAD || s->address - start >= header->p_memsz)
      continue;
    holds = true;
    found.start = (void *)start;
    found.end = (void *)(start + header->p_memsz);
  }
  if (holds)
    *s->found = found;
  return holds;
}

int _dl_find_object(void *address, void *result)
{
  search s = {(uintptr_t)address, result};

  return dl_iterate_phdr(look_into, &s) ? 0 : -1;
}
