#ifndef LIBC_DLFCN_H
#define LIBC_DLFCN_H

typedef struct dl_info {
  const char *dli_fname;
  void *dli_fbase;
  const char *dli_sname;
  void *dli_saddr;
} Dl_info;

#define RTLD_LOCAL  0
#define RTLD_LAZY   1
#define RTLD_NOW    2
#define RTLD_GLOBAL 0x100
#if defined(__ANDROID__)
#define RTLD_NOLOAD   4
#define RTLD_NODELETE 0x1000
#define RTLD_DEFAULT  ((void *)0)
#else
#define RTLD_DEFAULT ((void *)-2)
#endif
#if defined(__FreeBSD__)
#define RTLD_NODELETE 0x1000
#define RTLD_NOLOAD   0x2000
#endif

void *dlopen(const char *path, int mode);
void *dlsym(void *handle, const char *name);
int dlclose(void *handle);
char *dlerror(void);
int dladdr(const void *address, Dl_info *info);

#endif
