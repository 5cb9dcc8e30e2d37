/* ristretto.h - the engine's public C API: everything that a binding includes.
 *
 * A call, from text to result:
 *   rs_registry_new            types live here
 *   rs_parse_prototype         "int add(int a, int b)" -> signature
 *   rs_signature_plan          signature -> plan: where each byte of each argument goes
 *   rs_lib_open, _symbol       the function's address
 *   rs_frame_init, _put        fill a frame
 *   rs_frame_call              load registers, call
 *   rs_frame_result            read the answer
 *
 * And back, from C to us:
 *   rs_closure_new             plan -> C function pointer; a call of it makes a frame and runs our function
 *   rs_frame_get, _answer      read the arguments, write the result
 *
 * Every function that can fail takes `rs_error *err` last. Nothing here is a mutable global but the pool of
 * closures, which locks itself; a registry and what belongs to it may be used by one thread at a time. */
#ifndef RS_RISTRETTO_H
#define RS_RISTRETTO_H

#include "abi/abi.h"
#include "core/closure.h"
#include "core/error.h"
#include "core/layout.h"
#include "core/library.h"
#include "core/parse.h"
#include "core/plan.h"
#include "core/registry.h"
#include "core/signature.h"
#include "core/target.h"
#include "core/type.h"
#include "os/os.h"
#include "os/thread.h"

#endif
