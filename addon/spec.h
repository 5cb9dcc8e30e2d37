/* spec.h - from what users write as a type to the engine's types, and back to TypeObject instances. */
#ifndef NB_SPEC_H
#define NB_SPEC_H

#include "environment.h"

/* What the addon keeps of a type (rs_type.state->user). */
typedef struct nb_type {
  nb_env *nb;
  napi_ref object;  /* weak: the TypeObject; NULL when there is none at present */
  napi_ref keys;    /* record, union: Array of member names (padding left out), made on first use */
  napi_ref factory; /* record: makes the object from the members' values; made when the type proves hot */
  napi_ref dispose; /* disposable: function to call instead of free */
  napi_ref values;  /* enum: the frozen `values` object */
  unsigned decoded; /* how often a record was decoded, until it has a factory */
} nb_type;

/* The addon's data of a type, made on first use; NULL with `err` set. */
nb_type *nb_type_of(nb_env *nb, const rs_type *type, rs_error *err);

/* A record's or union's Array of member names, made on first use. */
bool nb_type_keys(nb_env *nb, nb_type *info, const rs_type *type, napi_value *keys, rs_error *err);

/* Resolves a type spec: a string, a TypeObject, or a direction marker (whose direction is ignored).
 * NULL with `err` set: RS_E_ARGUMENT for other kinds, else the parser's error. `what` names the place for the
 * message: "sizeof(): type". */
const rs_type *nb_spec(nb_env *nb, napi_value value, const char *what, rs_error *err);
/* As nb_spec, for parameters: markers set the direction, strings may start with a qualifier. */
bool nb_spec_param(nb_env *nb, napi_value value, const char *what, rs_param *out, rs_error *err);
/* The type of a TypeObject; NULL when `value` is none. Never fails. */
const rs_type *nb_spec_object(nb_env *nb, napi_value value);

/* The TypeObject of a type: the same one as long as somebody holds it. NULL with `err` set. */
napi_value nb_type_object(nb_env *nb, const rs_type *type, rs_error *err);
/* After an opaque type was completed: brings its TypeObject up to date and freezes it. One that its user
 * froze before stays as it is, and the type gets a new one. */
bool nb_type_object_update(nb_env *nb, const rs_type *type, rs_error *err);

/* What a function takes and returns, as the frozen object { name, arguments, result }: `proto` of a
 * TypeObject and `info` of a function, which also has its `path`. NULL with `err` set. */
napi_value nb_signature_object(nb_env *nb, const char *name, const rs_signature *signature, napi_value path,
                               rs_error *err);

/* Forgets resolved type strings: after reset(), before a collection and when a definition failed. */
void nb_spec_forget(nb_env *nb);
void nb_spec_free(nb_env *nb);

/* rs_type_release: drops what nb_type holds. */
void nb_type_release(rs_type *type, void *context);

#endif
