/* cost_libffi.c - what libffi's ffi_call takes for the function of cost.c.
 *   abi_cost_libffi direct|call COUNT */
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS = 8 };

static void callee(void)
{
}

int main(int argc, char **argv)
{
  ffi_type *types[ARGUMENTS];
  void *values[ARGUMENTS];
  void (*volatile function)(void) = callee;
  int integer = 1;
  double real = 1;
  ffi_cif cif;

  for (size_t i = 0; i < ARGUMENTS; i++) {
    types[i] = i % 2 ? &ffi_type_double : &ffi_type_sint;
    values[i] = i % 2 ? (void *)&real : (void *)&integer;
  }
  if (argc != 3 || ffi_prep_cif(&cif, FFI_DEFAULT_ABI, ARGUMENTS, &ffi_type_void, types) != FFI_OK) {
    fputs("usage: abi_cost_libffi direct|call COUNT\n", stderr);
    return 2;
  }
  unsigned count = (unsigned)strtoul(argv[2], NULL, 10);

  if (strcmp(argv[1], "direct") == 0)
    for (unsigned i = 0; i < count; i++)
      function();
  else
    for (unsigned i = 0; i < count; i++)
      ffi_call(&cif, function, NULL, values);
  return 0;
}
