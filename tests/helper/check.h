/*
 * check -- cmocka with what its header wants first, in the order it wants it.
 */
#ifndef HELPER_CHECK_H
#define HELPER_CHECK_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
