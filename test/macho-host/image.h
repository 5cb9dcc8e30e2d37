/* image.h - code built for macOS in a process of Linux on the same CPU: reads a Mach-O file into memory and
 * binds what it imports. Knows the format (Apple, "OS X ABI Mach-O File Format Reference", and
 * <mach-o/loader.h>), as far as this project's own tools write it: no chained fixups or
 * thread-local variables. */
#ifndef TEST_MACHO_IMAGE_H
#define TEST_MACHO_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct image image;

/* Gives the address of an imported symbol, named as in C, or NULL. */
typedef void *image_find(const char *name);

bool image_is(const char *path);
/* The caller closes it with image_close. NULL with a sentence in `text` when the file is not as expected or,
 * unless `lazy`, lacks a function: a lazy one ends the process when it is called. */
image *image_open(const char *path, bool lazy, image_find *find, char *text, size_t size);
/* Runs what runs first; false when there is nothing. Such code may have asked for a call at the end of the
 * process. */
bool image_initialize(const image *m);
void image_close(image *m); /* unmaps it */

/* The address of an exported symbol, named as in C, or NULL. */
void *image_symbol(const image *m, const char *name);
/* Where a program begins, or NULL. */
void *image_main(const image *m);
bool image_contains(const image *m, const void *address);

#endif
