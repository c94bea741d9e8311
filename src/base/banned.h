/*
 * banned -- functions that must not compile here, with what to use instead. Forced into
 * every file of src/.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* Third-party headers that use these names in inline code come first. */

#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof gets localtime   \
    gmtime ctime asctime strerror_l

#endif
