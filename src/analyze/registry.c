/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/registry.h"
