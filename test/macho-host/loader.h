/* loader.h - the images of this process, by their paths, and what programs for macOS find in <dlfcn.h>: files
 * that are not for macOS are left to Linux. */
#ifndef TEST_MACHO_LOADER_H
#define TEST_MACHO_LOADER_H

#include "image.h"

/* Opens an image, or one more time that which is open. NULL with a sentence in `text`. */
image *loader_open(const char *path, char *text, size_t size);

/* <dlfcn.h>, with the numbers that macOS gives to flags. */
void *mac_dlopen(const char *path, int mode);
void *mac_dlsym(void *handle, const char *name);
int mac_dlclose(void *handle);
char *mac_dlerror(void);

typedef struct mac_dl_info {
  const char *file;
  void *base;
  const char *name;
  void *address;
} mac_dl_info;
int mac_dladdr(const void *address, mac_dl_info *info);

#endif
