/* uv.h - the few functions of libuv 1.x that poll.c needs, declared here because node-api-headers has no
 * uv.h. Layouts stay libuv's own. The functions are weak: their addresses are NULL in a runtime without
 * libuv. */
#ifndef NB_UV_H
#define NB_UV_H

#include <stddef.h>

#define NB_WEAK __attribute__((weak))

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
NB_WEAK size_t uv_handle_size(int type); /* bytes */
NB_WEAK int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
NB_WEAK int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb callback);
NB_WEAK int uv_poll_stop(uv_poll_t *handle);
NB_WEAK int uv_prepare_init(uv_loop_t *loop, uv_prepare_t *handle);
NB_WEAK int uv_prepare_start(uv_prepare_t *handle, uv_prepare_cb callback);
NB_WEAK int uv_prepare_stop(uv_prepare_t *handle);
NB_WEAK void uv_close(uv_handle_t *handle, uv_close_cb callback); /* memory must live until the callback */
NB_WEAK void uv_ref(uv_handle_t *handle);
NB_WEAK void uv_unref(uv_handle_t *handle);
NB_WEAK int uv_is_active(const uv_handle_t *handle);
NB_WEAK void *uv_handle_get_data(const uv_handle_t *handle);
NB_WEAK void uv_handle_set_data(uv_handle_t *handle, void *data);
NB_WEAK const char *uv_err_name(int error);
NB_WEAK const char *uv_strerror(int error);

#endif
