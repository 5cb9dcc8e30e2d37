/* system.h - functions of the C library that Linux spells, numbers or lays out differently from macOS, as
 * code for macOS expects them. All others are taken from Linux as they are. */
#ifndef TEST_MACHO_SYSTEM_H
#define TEST_MACHO_SYSTEM_H

/* The address of such a function or variable, or NULL. */
void *system_find(const char *name);

/* Those that take variable arguments, where the two systems disagree on these; else NULL (variadic.c). */
void *variadic_find(const char *name);

#endif
