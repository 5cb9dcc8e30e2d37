#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
void abort(void) __attribute__((noreturn));
#define assert(condition) ((condition) ? (void)0 : abort())
#endif
