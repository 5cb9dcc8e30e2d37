/* parse.c - the declaration parser: C's grammar (C17 6.7) for types, parameters and function declarations,
 * with koffi's dialect on top. docs/declarations.md has the grammar for users.
 *
 * A declarator reads from the inside out, but its text comes from the left: it is collected as steps
 * ("pointer to", "array of", "function returning") and applied to the base type once it is complete. */
#include "core/parse.h"

#include <stdlib.h>
#include <string.h>

#include "core/parse_impl.h"

#define BLOCK_SIZE      960 /* bytes: what most declarations need */
#define MAX_PARENTHESES 64  /* one inside the other; C17 5.2.4.1 asks for 63 */

/* All memory of one parse, released at once. */
typedef struct block {
  struct block *next;
  size_t used, size; /* of `bytes` */
  max_align_t bytes[];
} block;

typedef struct param {
  rs_param value;
  rs_token name; /* RS_TOKEN_END when there is none */
  struct param *next;
} param;

typedef struct keyword {
  rs_convention convention;
  rs_token token; /* RS_TOKEN_END: none was written */
} keyword;

typedef enum step_kind { POINTER_TO, ARRAY_OF, FUNCTION } step_kind;

typedef struct step {
  step_kind kind;
  size_t offset;
  size_t length;   /* ARRAY_OF; 0 for `[]` */
  param *params;   /* FUNCTION */
  size_t count;    /* FUNCTION: of `params` */
  bool variadic;   /* FUNCTION */
  keyword keyword; /* FUNCTION */
  struct step *next;
} step;

/* Steps in the order in which they apply to the base type. */
typedef struct steps {
  step *first, **last; /* `last` NULL: empty */
} steps;

typedef struct declarator {
  rs_token name; /* RS_TOKEN_END: abstract */
  steps steps;
} declarator;

static bool parse_declarator(rs_parser *p, declarator *out, keyword *outer);
static bool parse_parameters(rs_parser *p, step *function);

/* Helpers */

static bool expect_mark(rs_parser *p, char mark, const char *what)
{
  return is_mark(&p->token, mark) ? rs_parser_next(p) : rs_fail_expected(p, what);
}

static bool expect_end(rs_parser *p)
{
  return p->token.kind == RS_TOKEN_END ? p->err->code == RS_OK : rs_fail_expected(p, "the end of the text");
}

/* Zeroed memory. */
static void *allocate(rs_parser *p, size_t bytes)
{
  block *b = p->memory;
  void *made;

  bytes = (bytes + sizeof *b->bytes - 1) / sizeof *b->bytes * sizeof *b->bytes;
  if (!b || bytes > b->size - b->used) {
    size_t size = bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE;

    if (!(b = rs_zalloc(sizeof *b + size, p->err)))
      return NULL;
    b->size = size;
    b->next = p->memory;
    p->memory = b;
  }
  made = (char *)b->bytes + b->used;
  b->used += bytes;
  return made;
}

/* Suffixes of a type, left to right */

/* length = "[" digits "]" */
static bool parse_length(rs_parser *p, bool may_be_open, size_t *out)
{
  size_t offset = p->token.offset, length = 0;
  const char *digits;

  if (!rs_parser_next(p))
    return false;
  *out = 0;
  if (may_be_open && is_mark(&p->token, ']'))
    return rs_parser_next(p);
  if (p->token.kind != RS_TOKEN_NUMBER)
    return rs_fail_expected(p, "an array length");
  digits = p->lexer.text + p->token.offset;
  for (size_t i = 0; i < p->token.length; i++) {
    size_t digit = (size_t)(digits[i] - '0');

    if (length > (SIZE_MAX - digit) / 10) {
      rs_fail_at(p->err, RS_E_TOO_LARGE, p->token.offset, "array length %.*s is too large",
                 rs_quote_length(digits, p->token.length), digits);
      rs_error_reclass(p->err, RS_CLASS_TYPE);
      return false;
    }
    length = length * 10 + digit;
  }
  if (!length)
    return rs_fail_at(p->err, RS_E_BAD_LENGTH, offset, "an array needs at least one element");
  *out = length;
  return rs_parser_next(p) && expect_mark(p, ']', "']'");
}

static const rs_type *make_disposable(rs_parser *p, const rs_type *base)
{
  const rs_type *type = rs_type_disposable(p->reg, NULL, base, true, p->err);

  if (!type)
    rs_error_reclass(p->err, RS_CLASS_ERROR); /* in text it is a matter of form: `int!` */
  return type;
}

/* suffix = "*" | "!" | "[" digits "]" | qualifier
 * Arrays bind left to right, as everything in koffi's suffixes: `int[2][3]` has 3 elements `int[2]`. */
static const rs_type *parse_suffixes(rs_parser *p, const rs_type *type)
{
  for (;;) {
    size_t offset = p->token.offset, length;

    if (is_mark(&p->token, '*')) {
      type = rs_type_pointer(p->reg, type, p->err);
    } else if (is_mark(&p->token, '!')) {
      type = make_disposable(p, type);
    } else if (is_mark(&p->token, '[')) {
      if (p->in_prototype) {
        rs_fail_at(p->err, RS_E_BAD_TYPE, offset,
                   "an array type cannot stand here, it decays to a pointer: write '%.60s *'", type->name);
        return NULL;
      }
      if (!parse_length(p, false, &length))
        return NULL;
      if (!(type = rs_type_array(p->reg, type, length, RS_HINT_DEFAULT, NULL, p->err))) {
        rs_error_at(p->err, offset);
        return NULL;
      }
      continue;
    } else if (!is_word(&p->token, RS_WORD_QUALIFIER, RS_WORD_QUALIFIER)) {
      return type;
    }
    if (!type) {
      rs_error_at(p->err, offset);
      return NULL;
    }
    if (!rs_parser_next(p))
      return NULL;
  }
}

/* type = specifiers { suffix } */
static const rs_type *parse_type(rs_parser *p)
{
  const rs_type *base = rs_parse_specifiers(p);

  return base ? parse_suffixes(p, base) : NULL;
}

/* Declarators */

static step *new_step(rs_parser *p, step_kind kind)
{
  step *made;

  if (++p->step_count > RS_MAX_DEPTH) {
    rs_fail_at(p->err, RS_E_TOO_DEEP, p->token.offset, "the type nests deeper than %d levels", RS_MAX_DEPTH);
    return NULL;
  }
  if ((made = allocate(p, sizeof *made))) {
    made->kind = kind;
    made->offset = p->token.offset;
  }
  return made;
}

static void append(steps *to, step *first, step **last)
{
  if (!first)
    return;
  *(to->last ? to->last : &to->first) = first;
  to->last = last;
}

static void prepend(steps *to, step *made)
{
  made->next = to->first;
  if (!to->first)
    to->last = &made->next;
  to->first = made;
}

/* [ "__cdecl" | "__stdcall" | "__fastcall" | "__thiscall" ] */
static bool parse_convention(rs_parser *p, keyword *out)
{
  if (!is_convention(&p->token))
    return true;
  out->token = p->token;
  out->convention = (rs_convention)(p->token.word - RS_WORD_CDECL);
  return rs_parser_next(p);
}

static bool fail_convention(rs_parser *p, const keyword *k)
{
  return rs_fail_at(p->err, RS_E_SYNTAX, k->token.offset,
                    "'%.*s' must stand directly before a function's name", (int)k->token.length,
                    p->lexer.text + k->token.offset);
}

/* Whether the parenthesis at the current token encloses a declarator; else it encloses parameters.
 * A name that is a type's starts a parameter (C17 6.7.6.3, paragraph 11). */
static bool opens_declarator(const rs_parser *p)
{
  rs_lexer ahead = p->lexer;
  rs_error ignored = {0};
  rs_token first = rs_lex(&ahead, &ignored), second = rs_lex(&ahead, &ignored);

  if (is_mark(&first, '*') || is_mark(&first, '(') || is_convention(&first))
    return true;
  return is_plain_name(&first) && !rs_find_type(p, &first)
         && (is_mark(&second, ')') || is_mark(&second, '(') || is_mark(&second, '['));
}

static bool open_parenthesis(rs_parser *p)
{
  if (++p->parentheses > MAX_PARENTHESES)
    return rs_fail_at(p->err, RS_E_TOO_DEEP, p->token.offset, "parentheses nest deeper than %d levels",
                      MAX_PARENTHESES);
  return rs_parser_next(p);
}

static bool close_parenthesis(rs_parser *p)
{
  p->parentheses--;
  return expect_mark(p, ')', "')'");
}

/* A `[...]` or `(...)` after a declarator. */
static step *parse_declarator_suffix(rs_parser *p)
{
  bool array = is_mark(&p->token, '[');
  step *made = new_step(p, array ? ARRAY_OF : FUNCTION);

  if (made && (array ? parse_length(p, true, &made->length) : parse_parameters(p, made)))
    return made;
  return NULL;
}

/* declarator = [convention] { "*" { qualifier } } [convention] [ name | "(" declarator ")" ]
 *              { "[" [digits] "]" | "(" parameters ")" }
 * A convention that finds no function here belongs to the one around the parentheses, which `outer` is for:
 * `int (__stdcall *f)(int)`. */
static bool parse_declarator(rs_parser *p, declarator *out, keyword *outer)
{
  keyword before = {0}, own = {0}, inner_keyword = {0};
  declarator inner = {0};
  steps suffixes = {0};

  if (!parse_convention(p, &own))
    return false;
  while (is_mark(&p->token, '*')) {
    step *made = new_step(p, POINTER_TO);

    if (!made || !rs_parser_next(p) || !rs_skip_qualifiers(p))
      return false;
    append(&out->steps, made, &made->next);
  }
  if (out->steps.first) {
    before = own;
    own = (keyword){0};
    if (!parse_convention(p, &own))
      return false;
  }
  if (is_plain_name(&p->token)) {
    out->name = p->token;
    if (!rs_parser_next(p))
      return false;
  } else if (is_mark(&p->token, '(') && opens_declarator(p)) {
    if (!open_parenthesis(p) || !parse_declarator(p, &inner, &inner_keyword) || !close_parenthesis(p))
      return false;
    out->name = inner.name;
  }
  if (own.token.length && inner_keyword.token.length)
    return fail_convention(p, &inner_keyword);
  if (!own.token.length)
    own = inner_keyword;
  while (is_mark(&p->token, '[') || is_mark(&p->token, '(')) {
    step *made = parse_declarator_suffix(p);

    if (!made)
      return false;
    if (made->kind == FUNCTION) {
      made->keyword = own;
      own = (keyword){0};
    }
    prepend(&suffixes, made);
  }
  append(&out->steps, suffixes.first, suffixes.last);
  append(&out->steps, inner.steps.first, inner.steps.last);
  if (before.token.length && own.token.length)
    return fail_convention(p, &own);
  *outer = before.token.length ? before : own;
  return true;
}

/* A declarator with nothing around it that could use its convention. */
static bool parse_whole_declarator(rs_parser *p, declarator *out)
{
  keyword unused = {0};

  if (!parse_declarator(p, out, &unused))
    return false;
  return !unused.token.length || fail_convention(p, &unused);
}

/* From declarators to types */

static const rs_signature *make_signature(rs_parser *p, const step *function, const rs_type *result,
                                          rs_convention convention)
{
  rs_param *params = allocate(p, function->count * sizeof *params);
  const rs_signature *signature;
  size_t i = 0;

  if (!params)
    return NULL;
  for (const param *from = function->params; from; from = from->next)
    params[i++] = from->value;
  signature =
      rs_signature_intern(p->reg, function->keyword.token.length ? function->keyword.convention : convention,
                          result, params, function->count, function->count, function->variadic, p->err);
  if (!signature)
    rs_error_at(p->err, function->offset);
  return signature;
}

static const rs_type *apply_step(rs_parser *p, const rs_type *type, const step *s)
{
  const rs_type *made = NULL;

  switch (s->kind) {
  case POINTER_TO: made = rs_type_pointer(p->reg, type, p->err); break;
  case ARRAY_OF:
    if (s->length)
      made = rs_type_array(p->reg, type, s->length, RS_HINT_DEFAULT, NULL, p->err);
    else
      rs_fail(p->err, RS_E_SYNTAX, "expected an array length");
    break;
  case FUNCTION: {
    const rs_signature *signature = make_signature(p, s, type, RS_CDECL);

    made = signature ? rs_type_function_of(p->reg, signature, p->err) : NULL;
    break;
  }
  }
  if (!made)
    rs_error_at(p->err, s->offset);
  return made;
}

/* "array of T" and "function" become pointers as parameters (C17 6.7.6.3, paragraphs 7 and 8). */
static const rs_type *apply_to_param(rs_parser *p, const rs_type *type, const step *s)
{
  for (; s && s->next; s = s->next)
    if (!(type = apply_step(p, type, s)))
      return NULL;
  if (s && s->kind == ARRAY_OF) {
    if (!rs_is_complete(type)) {
      rs_fail_at(p->err, RS_E_INCOMPLETE, s->offset, "elements of type '%.60s' have no size", type->name);
      return NULL;
    }
  } else if (s && (!(type = apply_step(p, type, s)) || s->kind == POINTER_TO)) {
    return type;
  }
  if (s && !(type = rs_type_pointer(p->reg, type, p->err)))
    rs_error_at(p->err, s->offset);
  return type;
}

/* param = [direction] type declarator */
static bool parse_param(rs_parser *p, param *out)
{
  size_t offset = p->token.offset;
  declarator d = {0};
  const rs_type *type;

  out->value.direction = RS_IN;
  if (is_direction(&p->token)) {
    out->value.direction = (rs_direction)(RS_IN + (p->token.word - RS_WORD_IN));
    if (!rs_parser_next(p))
      return false;
  }
  if (!(type = parse_type(p)) || !parse_whole_declarator(p, &d)
      || !(out->value.type = apply_to_param(p, type, d.steps.first)))
    return false;
  out->name = d.name;
  return rs_param_check(&out->value, p->err) || rs_error_at(p->err, offset);
}

/* `(void)`, under whatever name. */
static bool is_lone_void(const rs_parser *p)
{
  rs_lexer ahead = p->lexer;
  rs_error ignored = {0};
  rs_token after = rs_lex(&ahead, &ignored);
  const rs_type *type = is_mark(&after, ')') && is_plain_name(&p->token) ? rs_find_type(p, &p->token) : NULL;

  return type && type->kind == RS_VOID;
}

/* parameters = "(" [ "void" | "..." | param { "," param } [ "," "..." ] ] ")" */
static bool parse_parameters(rs_parser *p, step *function)
{
  param **last = &function->params;
  bool outside = p->in_prototype;

  if (!open_parenthesis(p))
    return false;
  p->in_prototype = true;
  if (is_lone_void(p)) {
    if (!rs_parser_next(p))
      return false;
  } else if (!is_mark(&p->token, ')')) {
    for (;;) {
      if (p->token.kind == RS_TOKEN_ELLIPSIS) {
        function->variadic = true;
        if (!rs_parser_next(p))
          return false;
        break;
      }
      if (function->count == RS_MAX_PARAMS) {
        rs_fail_at(p->err, RS_E_LIMIT, p->token.offset, "a function can have at most %d parameters",
                   RS_MAX_PARAMS);
        rs_error_reclass(p->err, RS_CLASS_TYPE);
        return false;
      }
      if (!(*last = allocate(p, sizeof **last)) || !parse_param(p, *last))
        return false;
      last = &(*last)->next;
      function->count++;
      if (!is_mark(&p->token, ','))
        break;
      if (!rs_parser_next(p))
        return false;
    }
  }
  p->in_prototype = outside;
  return close_parenthesis(p);
}

/* Entry points */

static bool start(rs_parser *p, rs_registry *reg, const char *text, size_t length, rs_error *err)
{
  *p = (rs_parser){.reg = reg, .err = err};
  return rs_lex_start(&p->lexer, text, length, err) && rs_parser_next(p);
}

static void finish(rs_parser *p)
{
  while (p->memory) {
    block *freed = p->memory;

    p->memory = freed->next;
    free(freed);
  }
}

/* Words after a complete type, where no name may follow, belong to the type's name: `int x *` is unknown.
 * Before anything but a suffix they are a name: `int x(int)` is a declaration. */
static bool refuse_words(rs_parser *p, size_t from)
{
  rs_token first = p->token;
  size_t to = first.offset;

  if (first.kind != RS_TOKEN_NAME)
    return true;
  while (p->token.kind == RS_TOKEN_NAME) {
    to = p->token.offset + p->token.length;
    if (!rs_parser_next(p))
      return false;
  }
  if (p->token.kind == RS_TOKEN_END || is_mark(&p->token, '*') || is_mark(&p->token, '!')
      || is_mark(&p->token, '['))
    return rs_fail_unknown(p, from, to);
  p->token = first;
  return rs_fail_expected(p, "a type without a name");
}

/* text = type declarator, without a name */
static const rs_type *parse_type_text(rs_parser *p)
{
  size_t from = p->token.offset;
  declarator d = {0};
  const rs_type *type;

  if (!(type = rs_parse_specifiers(p)) || !refuse_words(p, from) || !(type = parse_suffixes(p, type))
      || !parse_whole_declarator(p, &d))
    return NULL;
  if (d.name.length) {
    p->token = d.name;
    rs_fail_expected(p, "a type without a name");
    return NULL;
  }
  if (!expect_end(p))
    return NULL;
  for (const step *s = d.steps.first; s && type; s = s->next)
    type = apply_step(p, type, s);
  return type;
}

static bool refuse_empty(rs_parser *p)
{
  return p->token.kind != RS_TOKEN_END
         || rs_fail_at(p->err, RS_E_UNKNOWN_TYPE, 0, "expected a type, got an empty text");
}

const rs_type *rs_parse_type(rs_registry *reg, const char *text, size_t length, rs_error *err)
{
  rs_parser p;
  const rs_type *type = NULL;

  if (start(&p, reg, text, length, err) && refuse_empty(&p))
    type = parse_type_text(&p);
  finish(&p);
  return type;
}

bool rs_parse_param(rs_registry *reg, const char *text, size_t length, rs_param *out, rs_error *err)
{
  rs_parser p;

  *out = (rs_param){.direction = RS_IN};
  if (start(&p, reg, text, length, err) && refuse_empty(&p)) {
    bool has_direction = is_direction(&p.token) && p.token.offset == 0;

    if (has_direction)
      out->direction = (rs_direction)(RS_IN + (p.token.word - RS_WORD_IN));
    if (!has_direction || rs_parser_next(&p))
      out->type = parse_type_text(&p);
  }
  finish(&p);
  return out->type != NULL;
}

static char *copy_name(const rs_parser *p, const rs_token *name)
{
  char *copy = rs_malloc(name->length + 1, p->err);

  if (copy) {
    memcpy(copy, p->lexer.text + name->offset, name->length);
    copy[name->length] = 0;
  }
  return copy;
}

static bool copy_names(const rs_parser *p, const declarator *d, const step *function, rs_prototype *out)
{
  size_t i = 0;

  if (d->name.length && !(out->name = copy_name(p, &d->name)))
    return false;
  if (!function->count)
    return true;
  if (!(out->param_names = rs_zalloc(function->count * sizeof *out->param_names, p->err)))
    return false;
  out->count = function->count;
  for (const param *from = function->params; from; from = from->next, i++)
    if (from->name.length && !(out->param_names[i] = copy_name(p, &from->name)))
      return false;
  return true;
}

/* prototype = type declarator [ ";" ], where the declarator is a function's */
static bool parse_prototype(rs_parser *p, bool anonymous, rs_convention convention, rs_prototype *out)
{
  size_t from = p->token.offset;
  declarator d = {0};
  const rs_type *type = parse_type(p);
  rs_token after = p->token;
  const step *s;

  if (!type || !parse_whole_declarator(p, &d))
    return false;
  if (!d.name.length && !anonymous) {
    p->token = after;
    return rs_fail_expected(p, "a function's name");
  }
  for (s = d.steps.first; s && s->next; s = s->next)
    if (!(type = apply_step(p, type, s)))
      return false;
  if (!s)
    return rs_fail_expected(p, "'(' and the parameters");
  if (s->kind != FUNCTION)
    return rs_fail_at(p->err, RS_E_SYNTAX, s->offset, "expected a function, got %s",
                      s->kind == ARRAY_OF ? "an array" : "a pointer");
  if ((is_mark(&p->token, ';') && !rs_parser_next(p)) || !expect_end(p))
    return false;
  if (!rs_result_check(type, p->err))
    return rs_error_at(p->err, from);
  out->has_convention = s->keyword.token.length > 0;
  out->signature = make_signature(p, s, type, convention);
  return out->signature && copy_names(p, &d, s, out);
}

bool rs_parse_prototype(rs_registry *reg, const char *text, size_t length, bool anonymous,
                        rs_convention convention, rs_prototype *out, rs_error *err)
{
  rs_parser p;
  bool done;

  *out = (rs_prototype){0};
  done = start(&p, reg, text, length, err);
  p.in_prototype = true;
  done = done && parse_prototype(&p, anonymous, convention, out);
  finish(&p);
  if (!done) {
    rs_prototype_clear(out);
    rs_error_reclass(err, RS_CLASS_ERROR);
  }
  return done;
}

void rs_prototype_clear(rs_prototype *prototype)
{
  for (size_t i = 0; prototype->param_names && i < prototype->count; i++)
    free(prototype->param_names[i]);
  free(prototype->param_names);
  free(prototype->name);
  *prototype = (rs_prototype){0};
}
