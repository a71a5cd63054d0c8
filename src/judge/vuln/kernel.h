/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel headers are not the kernel: linux-libc-dev carries the version of the kernel source, and with it thousands of
 * advisories for code that is not in the image. */
#ifndef DD_KERNEL_H
#define DD_KERNEL_H

#include "model/inventory.h"

/* Does the package hold header files of the kernel and no kernel code? */
bool dd_kernel_is_headers(const struct dd_package *p);
/* Is any package with a kernel in it installed? Then the headers are judged like everything else. */
bool dd_kernel_image_installed(const struct dd_inventory *inv);

#endif
