/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers on media: read and written byte by byte, so that neither alignment nor the host's byte order matters. The
 * caller has checked that the bytes are there. */
#ifndef DD_BYTES_H
#define DD_BYTES_H

#include <stdint.h>

static inline uint16_t dd_le16(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint16_t dd_be16(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t dd_le32(const char *p)
{
	return (uint32_t)dd_le16(p) | (uint32_t)dd_le16(p + 2) << 16;
}

static inline uint32_t dd_be32(const char *p)
{
	return (uint32_t)dd_be16(p) << 16 | (uint32_t)dd_be16(p + 2);
}

static inline uint64_t dd_le64(const char *p)
{
	return (uint64_t)dd_le32(p) | (uint64_t)dd_le32(p + 4) << 32;
}

static inline uint64_t dd_be64(const char *p)
{
	return (uint64_t)dd_be32(p) << 32 | (uint64_t)dd_be32(p + 4);
}

static inline void dd_put_be32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (24 - 8 * i));
}

static inline void dd_put_le32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

#endif
