/* program.c - runs a program for macOS: macho-run PROGRAM [ARGUMENTS...] */
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"

int main(int argc, char **argv)
{
  char text[512];
  image *m;
  int (*start)(int argc, char **argv);

  if (argc < 2) {
    fprintf(stderr, "macho-run PROGRAM [ARGUMENTS...]\n");
    return EXIT_FAILURE;
  }
  if (!(m = loader_open(argv[1], text, sizeof text)) || !(start = (int (*)(int, char **))image_main(m))) {
    fprintf(stderr, "%s\n", m ? "it has no beginning" : text);
    return EXIT_FAILURE;
  }
  exit(start(argc - 1, argv + 1));
}
