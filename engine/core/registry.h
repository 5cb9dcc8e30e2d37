/* registry.h - makes, names, finds and releases C types. All engine state hangs off a registry; it belongs to
 * one thread at a time. Makes no calls and knows no JavaScript.
 *
 * Lifetime: a type is alive while it has a name, is pinned (rs_type_ref), or is reachable from such a type or
 * from a pinned signature. rs_registry_collect releases the others: structs that refer to each other are
 * handled too. Until the next collection every returned pointer is valid without being pinned. */
#ifndef RS_CORE_REGISTRY_H
#define RS_CORE_REGISTRY_H

#include "core/signature.h"
#include "core/target.h"
#include "core/type.h"

typedef struct rs_registry rs_registry;

/* Called for a type that is about to be released, when its `user` data is set. */
typedef void rs_type_release(rs_type *type, void *context);

/* Free with rs_registry_free. `target` must live as long as the registry. */
rs_registry *rs_registry_new(const rs_target *target, rs_error *err);
void rs_registry_free(rs_registry *reg); /* takes NULL */
void rs_registry_on_release(rs_registry *reg, rs_type_release *release, void *context);

const rs_target *rs_registry_target(const rs_registry *reg);
size_t rs_registry_type_count(const rs_registry *reg);
size_t rs_registry_max_type_size(const rs_registry *reg); /* bytes; 64 MiB unless set */
void rs_registry_set_max_type_size(rs_registry *reg, size_t bytes);

/* Names. A name is an identifier: Unicode XID (UAX #31) start or `_` or `$`, then XID continue or `$`, in
 * UTF-8; not a keyword of the declaration grammar. */
bool rs_name_check(const char *name, size_t length, rs_error *err);
const rs_type *rs_registry_find(const rs_registry *reg, const char *name, size_t length); /* NULL: unknown */
/* Gives `type` another name. Fails with RS_E_BAD_NAME or RS_E_DUPLICATE. */
bool rs_registry_alias(rs_registry *reg, const char *name, const rs_type *type, rs_error *err);
/* Forgets every name but the built-in ones. Types that are referenced stay valid. */
void rs_registry_reset(rs_registry *reg);

/* Pins. */
void rs_type_ref(const rs_type *type);
void rs_type_unref(const rs_type *type);
void rs_signature_ref(const rs_signature *signature);
void rs_signature_unref(const rs_signature *signature);
/* Releases what is unreachable. Call it only when nobody holds an unpinned type. */
void rs_registry_collect(rs_registry *reg);
/* True when enough types were made since the last collection to make one worthwhile. */
bool rs_registry_should_collect(const rs_registry *reg);

/* Types. `name` may be NULL for an anonymous type (its name is then `<anonymous_N>`); a given name is checked
 * and registered, failing with RS_E_BAD_NAME or RS_E_DUPLICATE. Every constructor returns NULL with `err` set
 * on failure. Components must belong to the same registry. */
const rs_type *rs_prim_type(const rs_registry *reg, rs_prim prim);
/* The code unit's string type, for char, char16_t, char32_t and wchar_t; else `ref *`. One object per `ref`.
 */
const rs_type *rs_type_pointer(rs_registry *reg, const rs_type *ref, rs_error *err);
/* A pointer type of its own identity; `counted_by` names the member that counts its elements, or NULL. */
const rs_type *rs_type_pointer_named(rs_registry *reg, const char *name, const rs_type *ref,
                                     const char *counted_by, rs_error *err);
/* `ref[length]`. With RS_HINT_DEFAULT and no `counted_by` there is one object per (ref, length), whose hint
 * is rs_default_hint(ref); else each call makes one. */
const rs_type *rs_type_array(rs_registry *reg, const rs_type *ref, size_t length, rs_hint hint,
                             const char *counted_by, rs_error *err);
rs_hint rs_default_hint(const rs_type *element);
const rs_type *rs_type_enum(rs_registry *reg, const char *name, const rs_type *storage, rs_error *err);
const rs_type *rs_type_opaque(rs_registry *reg, const char *name, rs_error *err);
/* `base` whose values are disposed of after they came from C. With `shared` there is one object per base
 * (`T!`). */
const rs_type *rs_type_disposable(rs_registry *reg, const char *name, const rs_type *base, bool shared,
                                  rs_error *err);
const rs_type *rs_type_function(rs_registry *reg, const char *name, const rs_signature *signature,
                                rs_error *err);

/* The unnamed function type of inline function pointers, `int (*)(int)`: one object per signature. */
const rs_type *rs_type_function_of(rs_registry *reg, const rs_signature *signature, rs_error *err);

/* Records and unions are built in steps, so that a member may point to the record itself by name. Between
 * begin and end the type is opaque. Exactly one of rs_record_end and rs_record_cancel must follow. */
typedef struct rs_record_spec {
  const char *name;        /* NULL: anonymous */
  const rs_type *complete; /* an opaque type to complete in place instead, or NULL */
  rs_kind kind;            /* RS_RECORD or RS_UNION */
  bool packed;
} rs_record_spec;

typedef struct rs_record_builder rs_record_builder;

rs_record_builder *rs_record_begin(rs_registry *reg, const rs_record_spec *spec, rs_error *err);
/* `align` overrides the member's alignment (power of two, at most 64), 0 keeps it. A member named `_` is
 * padding. */
bool rs_record_add(rs_record_builder *builder, const char *name, const rs_type *type, size_t align,
                   rs_error *err);
const rs_type *rs_record_end(rs_record_builder *builder,
                             rs_error *err);       /* consumes the builder, also on failure */
void rs_record_cancel(rs_record_builder *builder); /* takes NULL */

/* Whether a type can be a parameter or result; the failures are those of rs_signature_intern. */
bool rs_param_check(const rs_param *param, rs_error *err);
bool rs_result_check(const rs_type *result, rs_error *err);

/* Signatures. `fixed` == `count` unless arguments follow the `...`. One object per content.
 * Fails when a type cannot be a parameter or result (RS_E_BAD_TYPE, RS_E_INCOMPLETE) or on too many
 * parameters. */
const rs_signature *rs_signature_intern(rs_registry *reg, rs_convention convention, const rs_type *result,
                                        const rs_param *params, size_t count, size_t fixed, bool variadic,
                                        rs_error *err);

#endif
