/* uv.h - the few functions of libuv 1.x that poll.c needs, declared here because node-api-headers has no
 * uv.h. Layouts stay libuv's own. */
#ifndef NB_UV_H
#define NB_UV_H

#include <stdbool.h>
#include <stddef.h>

/* In a runtime without libuv the functions' addresses are NULL, or nb_has_uv is false. */
#ifdef _WIN32
#define NB_UV_API __declspec(dllimport)
extern bool nb_has_uv;
#else
#define NB_UV_API __attribute__((weak))
#endif

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_poll_s uv_poll_t;       /* is a uv_handle_t */
typedef struct uv_prepare_s uv_prepare_t; /* is a uv_handle_t */
typedef void (*uv_close_cb)(uv_handle_t *handle);
typedef void (*uv_poll_cb)(uv_poll_t *handle, int status, int events);
typedef void (*uv_prepare_cb)(uv_prepare_t *handle);

/* Values of libuv's enumerations, which are part of its binary interface. */
enum { UV_POLL = 8, UV_PREPARE = 9 };                         /* uv_handle_type */
enum { UV_READABLE = 1, UV_WRITABLE = 2, UV_DISCONNECT = 4 }; /* uv_poll_event */

/* Results are 0, or a negative error for uv_err_name and uv_strerror. */
NB_UV_API size_t uv_handle_size(int type); /* bytes */
NB_UV_API int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
NB_UV_API int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb callback);
NB_UV_API int uv_poll_stop(uv_poll_t *handle);
NB_UV_API int uv_prepare_init(uv_loop_t *loop, uv_prepare_t *handle);
NB_UV_API int uv_prepare_start(uv_prepare_t *handle, uv_prepare_cb callback);
NB_UV_API int uv_prepare_stop(uv_prepare_t *handle);
NB_UV_API void uv_close(uv_handle_t *handle, uv_close_cb callback); /* memory must live until the callback */
NB_UV_API void uv_ref(uv_handle_t *handle);
NB_UV_API void uv_unref(uv_handle_t *handle);
NB_UV_API int uv_is_active(const uv_handle_t *handle);
NB_UV_API void *uv_handle_get_data(const uv_handle_t *handle);
NB_UV_API void uv_handle_set_data(uv_handle_t *handle, void *data);
NB_UV_API const char *uv_err_name(int error);
NB_UV_API const char *uv_strerror(int error);

#endif
