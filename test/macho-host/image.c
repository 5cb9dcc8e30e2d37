#define _GNU_SOURCE
#include "image.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  MAGIC = (int32_t)0xfeedfacf,
#if defined(__x86_64__)
  THIS_CPU = 0x01000007,
#else
  THIS_CPU = 0x0100000c,
#endif
  MOST_SEGMENTS = 16
};

/* Load commands. */
enum {
  LC_SYMTAB = 0x2,
  LC_SEGMENT_64 = 0x19,
  LC_DYLD_INFO_ONLY = (int32_t)0x80000022,
  LC_MAIN = (int32_t)0x80000028,
  LC_DYLD_CHAINED_FIXUPS = (int32_t)0x80000034
};

typedef struct header {
  int32_t magic, cpu, subtype, type;
  uint32_t commands, commands_size, flags, reserved;
} header;

typedef struct command {
  int32_t kind;
  uint32_t size;
} command;

typedef struct segment {
  command c;
  char name[16];
  uint64_t address, memory_size, offset, file_size;
  int32_t most_protection, protection;
  uint32_t sections, flags;
} segment;

enum { READ_ONLY_AFTER_FIXUPS = 0x10 }; /* in segment.flags */

typedef struct section {
  char name[16], segment[16];
  uint64_t address, size;
  uint32_t offset, align, relocations, relocation_count, flags, reserved[3];
} section;

typedef struct symbol_table {
  command c;
  uint32_t symbols, count, strings, strings_size;
} symbol_table;

typedef struct symbol {
  uint32_t name;
  uint8_t type, section;
  uint16_t description;
  uint64_t value;
} symbol;

typedef struct dyld_info {
  command c;
  uint32_t rebase, rebase_size, bind, bind_size, weak, weak_size, lazy, lazy_size, exports, exports_size;
} dyld_info;

typedef struct entry_point {
  command c;
  uint64_t offset, stack;
} entry_point;

struct image {
  unsigned char *base; /* of its memory: the lowest address of the file */
  uint64_t low, span;
  segment segments[MOST_SEGMENTS];
  unsigned segment_count;
  const symbol *symbols;
  uint32_t symbol_count;
  const char *strings;
  uint64_t main; /* offset in the file; 0: none */
  uint64_t initializers, initializer_count;
};

static unsigned char *at_address(const image *m, uint64_t address)
{
  return m->base + (address - m->low);
}

/* Tables of the loader are in a segment, too. */
static unsigned char *at_offset(const image *m, uint64_t offset)
{
  for (unsigned i = 0; i < m->segment_count; i++) {
    const segment *s = &m->segments[i];

    if (offset >= s->offset && offset < s->offset + s->file_size)
      return at_address(m, s->address) + (offset - s->offset);
  }
  return NULL;
}

static bool read_all(int file, void *out, uint64_t size, uint64_t offset)
{
  return pread(file, out, size, (off_t)offset) == (ssize_t)size;
}

static bool read_header(int file, header *h)
{
  return file >= 0 && read_all(file, h, sizeof *h, 0) && h->magic == MAGIC && h->cpu == THIS_CPU;
}

bool image_is(const char *path)
{
  header h;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  bool is = read_header(file, &h);

  if (file >= 0)
    (void)close(file);
  return is;
}

/* Addresses of functions that run first: in section.flags. */
enum { SECTION_TYPE = 0xff, INITIALIZERS = 0x9 };

/* Of sections that this loader does not know: thread-local variables, offsets of functions that run first. */
static bool is_known(const section *s)
{
  unsigned type = s->flags & SECTION_TYPE;

  return type < 0x11 || type > 0x16;
}

static const char *add_segment(image *m, const segment *s)
{
  const section *sections = (const section *)(s + 1);

  if (s->protection == 0) /* the addresses from 0 on, which a program leaves out */
    return NULL;
  if (m->segment_count == MOST_SEGMENTS)
    return "it has too many segments";
  for (uint32_t i = 0; i < s->sections; i++) {
    if (!is_known(&sections[i]))
      return "it has thread-local variables";
    if ((sections[i].flags & SECTION_TYPE) == INITIALIZERS) {
      m->initializers = sections[i].address;
      m->initializer_count = sections[i].size / sizeof(void *);
    }
  }
  m->segments[m->segment_count++] = *s;
  return NULL;
}

/* Reads the commands; returns what is wrong with them. */
static const char *read_commands(image *m, const char *commands, const header *h, symbol_table *table,
                                 dyld_info *info)
{
  const char *wrong = NULL;

  for (uint32_t i = 0; i < h->commands && !wrong; i++, commands += ((const command *)commands)->size) {
    switch (((const command *)commands)->kind) {
    case LC_SEGMENT_64: wrong = add_segment(m, (const segment *)commands); break;
    case LC_SYMTAB: memcpy(table, commands, sizeof *table); break;
    case LC_DYLD_INFO_ONLY: memcpy(info, commands, sizeof *info); break;
    case LC_MAIN: m->main = ((const entry_point *)commands)->offset; break;
    case LC_DYLD_CHAINED_FIXUPS: wrong = "it has chained fixups"; break;
    default: break;
    }
  }
  return wrong                                                           ? wrong
         : m->segment_count == 0 || table->count == 0 || info->bind == 0 ? "it lacks tables"
                                                                         : NULL;
}

static const char *map_segments(image *m, int file)
{
  uint64_t high = 0;

  m->low = UINT64_MAX;
  for (unsigned i = 0; i < m->segment_count; i++) {
    const segment *s = &m->segments[i];

    if (s->address < m->low)
      m->low = s->address;
    if (s->address + s->memory_size > high)
      high = s->address + s->memory_size;
  }
  m->span = high - m->low;
  m->base = mmap(NULL, m->span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (m->base == MAP_FAILED)
    return "there is no memory for it";
  for (unsigned i = 0; i < m->segment_count; i++) {
    const segment *s = &m->segments[i];

    if (!read_all(file, at_address(m, s->address), s->file_size, s->offset))
      return "it is too short";
  }
  return NULL;
}

/* Fixups: small programs in byte code (<mach-o/loader.h>, REBASE_OPCODE_* and BIND_OPCODE_*). */

static uint64_t read_unsigned(const unsigned char **at)
{
  uint64_t value = 0;
  unsigned char byte;

  for (unsigned shift = 0;; shift += 7) {
    byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return value;
  }
}

static int64_t read_signed(const unsigned char **at)
{
  const unsigned char *start = *at;
  uint64_t value = read_unsigned(at);
  unsigned bits = 7 * (unsigned)(*at - start);

  return (int64_t)(bits < 64 && (*at)[-1] & 0x40 ? value | ~(uint64_t)0 << bits : value);
}

/* Adds to `count` addresses, `skip` bytes apart, where the image lies. Returns the address behind them. */
static uint64_t slide(image *m, uint64_t address, uint64_t count, uint64_t skip)
{
  uint64_t by = (uint64_t)(uintptr_t)m->base - m->low, value;

  for (; count > 0; count--, address += sizeof value + skip) {
    memcpy(&value, at_address(m, address), sizeof value);
    value += by;
    memcpy(at_address(m, address), &value, sizeof value);
  }
  return address;
}

static bool rebase(image *m, const unsigned char *at, uint32_t size)
{
  const unsigned char *end = at + size;
  uint64_t address = 0, count;

  while (at < end) {
    unsigned low = *at & 0x0f;

    switch (*at++ & 0xf0) {
    case 0x00: return true;
    case 0x10: break; /* the type: always an address */
    case 0x20: address = m->segments[low].address + read_unsigned(&at); break;
    case 0x30: address += read_unsigned(&at); break;
    case 0x40: address += low * sizeof(uint64_t); break;
    case 0x50: address = slide(m, address, low, 0); break;
    case 0x60: address = slide(m, address, read_unsigned(&at), 0); break;
    case 0x70: address = slide(m, address, 1, 0) + read_unsigned(&at); break;
    case 0x80:
      count = read_unsigned(&at);
      address = slide(m, address, count, read_unsigned(&at));
      break;
    default: return false;
    }
  }
  return true;
}

static void call_missing(void)
{
  fprintf(stderr, "a Mach-O image called a function that is not there\n");
  abort();
}

typedef struct binding {
  image *m;
  image_find *find;
  bool lazy; /* functions may be missing */
  const char *missing, *name;
  bool weak;
  int64_t addend;
} binding;

static uint64_t put_import(binding *b, uint64_t address, uint64_t count, uint64_t skip)
{
  void *found = b->find(b->name), *own;
  uint64_t value;

  if (!found && (own = image_symbol(b->m, b->name)))
    found = own;
  if (!found && !b->weak && b->lazy)
    found = (void *)call_missing;
  else if (!found && !b->weak)
    b->missing = b->name;
  value = found ? (uint64_t)(uintptr_t)found + (uint64_t)b->addend : 0;
  for (; count > 0; count--, address += sizeof value + skip)
    memcpy(at_address(b->m, address), &value, sizeof value);
  return address;
}

static const char *read_name(const unsigned char **at)
{
  const char *name = (const char *)*at;

  *at += strlen(name) + 1;
  return *name == '_' ? name + 1 : name;
}

static bool bind(binding *b, const unsigned char *at, uint32_t size, bool stops)
{
  const unsigned char *end = at + size;
  uint64_t address = 0, count;

  while (at < end) {
    unsigned low = *at & 0x0f;

    switch (*at++ & 0xf0) {
    case 0x00: /* the end; lazy ones are separated by it */
      if (stops)
        return true;
      break;
    case 0x10: /* which library: all are searched */
    case 0x30:
    case 0x50: /* the type: always an address */ break;
    case 0x20: (void)read_unsigned(&at); break;
    case 0x40:
      b->weak = low & 1;
      b->name = read_name(&at);
      break;
    case 0x60: b->addend = read_signed(&at); break;
    case 0x70: address = b->m->segments[low].address + read_unsigned(&at); break;
    case 0x80: address += read_unsigned(&at); break;
    case 0x90: address = put_import(b, address, 1, 0); break;
    case 0xa0: address = put_import(b, address, 1, 0) + read_unsigned(&at); break;
    case 0xb0: address = put_import(b, address, 1, 0) + low * sizeof(uint64_t); break;
    case 0xc0:
      count = read_unsigned(&at);
      address = put_import(b, address, count, read_unsigned(&at));
      break;
    default: return false;
    }
  }
  return true;
}

static void protect(const image *m)
{
  for (unsigned i = 0; i < m->segment_count; i++) {
    const segment *s = &m->segments[i]; /* protections are numbered alike */
    int protection = s->flags & READ_ONLY_AFTER_FIXUPS ? PROT_READ : s->protection;

    __builtin___clear_cache((char *)at_address(m, s->address),
                            (char *)at_address(m, s->address + s->memory_size));
    (void)mprotect(at_address(m, s->address), s->memory_size, protection);
  }
}

/* Segments are numbered in fixups as in the file, with the one that a program leaves out. */
static void number_segments(image *m, const header *h)
{
  enum { PROGRAM = 2 };

  if (h->type != PROGRAM || m->segment_count == MOST_SEGMENTS)
    return;
  memmove(&m->segments[1], &m->segments[0], m->segment_count * sizeof m->segments[0]);
  m->segments[0].memory_size = m->segments[0].file_size = 0;
  m->segment_count++;
}

static const char *load(image *m, int file, const char *commands, const header *h, binding *b)
{
  symbol_table table = {0};
  dyld_info info = {0};
  const char *wrong = read_commands(m, commands, h, &table, &info);

  if (wrong || (wrong = map_segments(m, file)))
    return wrong;
  number_segments(m, h);
  m->symbols = (const symbol *)at_offset(m, table.symbols);
  m->symbol_count = table.count;
  m->strings = (const char *)at_offset(m, table.strings);
  if (!m->symbols || !m->strings)
    return "its symbols are not in a segment";
  if (!rebase(m, at_offset(m, info.rebase), info.rebase_size)
      || !bind(b, at_offset(m, info.bind), info.bind_size, true)
      || !bind(b, at_offset(m, info.lazy), info.lazy_size, false))
    return "its fixups are unknown";
  if (b->missing)
    return b->missing;
  protect(m);
  return NULL;
}

image *image_open(const char *path, bool lazy, image_find *find, char *text, size_t size)
{
  image *m = calloc(1, sizeof *m);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  char *commands = NULL;
  header h;
  binding b = {.m = m, .find = find, .lazy = lazy};
  const char *wrong = "it is not a Mach-O file of this CPU";

  if (m && read_header(file, &h) && (commands = malloc(h.commands_size)))
    wrong = read_all(file, commands, h.commands_size, sizeof h) ? load(m, file, commands, &h, &b)
                                                                : "it is too short";
  free(commands);
  if (file >= 0)
    (void)close(file);
  if (!wrong)
    return m;
  (void)snprintf(text, size, wrong == b.missing ? "%s: symbol not found: _%s" : "%s: %s", path, wrong);
  image_close(m);
  return NULL;
}

bool image_initialize(const image *m)
{
  void (**functions)(void) = (void (**)(void))(void *)at_address(m, m->initializers);

  for (uint64_t i = 0; i < m->initializer_count; i++)
    functions[i]();
  return m->initializer_count > 0;
}

void image_close(image *m)
{
  if (m && m->base && m->base != MAP_FAILED)
    (void)munmap(m->base, m->span);
  free(m);
}

void *image_symbol(const image *m, const char *name)
{
  enum { STAB = 0xe0, PRIVATE = 0x10, KIND = 0x0e, EXTERNAL = 0x01, IN_SECTION = 0x0e };

  for (uint32_t i = 0; i < m->symbol_count; i++) {
    const symbol *s = &m->symbols[i];
    const char *spelled = m->strings + s->name;

    if ((s->type & (STAB | PRIVATE | KIND | EXTERNAL)) == (IN_SECTION | EXTERNAL) && *spelled == '_'
        && strcmp(spelled + 1, name) == 0)
      return at_address(m, s->value);
  }
  return NULL;
}

void *image_main(const image *m)
{
  return m->main ? at_offset(m, m->main) : NULL;
}

bool image_contains(const image *m, const void *address)
{
  return (uintptr_t)address >= (uintptr_t)m->base && (uintptr_t)address - (uintptr_t)m->base < m->span;
}
