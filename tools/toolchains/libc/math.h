#ifndef LIBC_MATH_H
#define LIBC_MATH_H

#define INFINITY    __builtin_inff()
#define NAN         __builtin_nanf("")
#define HUGE_VAL    __builtin_huge_val()
#define isnan(x)    __builtin_isnan(x)
#define isinf(x)    __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x)  __builtin_signbit(x)

double fabs(double x);
double floor(double x);
double ldexp(double x, int exponent);
double trunc(double x);

#endif
