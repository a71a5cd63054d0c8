/* SPDX-License-Identifier: Apache-2.0 */
/* The least that a scan can cost: `floor THREADS BLOB…` inflates gzip blobs with ISA-L (zstd ones with libzstd) and
 * hashes the stored and the inflated bytes with OpenSSL's SHA-256, and does nothing else. Blobs are shared among the
 * threads as layers are among a scan's jobs. Prints "BLOB-DIGEST DIFF-ID BYTES" for each, so that it can be seen to
 * have done the work. Needs no part of drydock: it is what drydock is measured against. */
#include <errno.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum { BLOCK_BYTES = 256 << 10, DIGEST_BYTES = 32, THREADS_MAX = 64, BLOBS_MAX = 512 };

struct blob {
	const char *path;
	unsigned char stored[DIGEST_BYTES], inflated[DIGEST_BYTES];
	unsigned long long bytes;
};

static struct blob blobs[BLOBS_MAX];
static size_t n_blobs;
static atomic_size_t next_blob;

static _Noreturn void die(const char *path, const char *what)
{
	(void)fprintf(stderr, "floor: %s: %s\n", path, what);
	exit(EXIT_FAILURE);
}

/* Where a blob's bytes go through. */
struct pass {
	struct blob *blob;
	int fd;
	EVP_MD_CTX *stored, *inflated;
	unsigned char in[BLOCK_BYTES], out[BLOCK_BYTES];
};

static size_t refill(struct pass *p)
{
	ssize_t n;
	do
		n = read(p->fd, p->in, sizeof p->in);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		die(p->blob->path, strerror(errno));
	if (EVP_DigestUpdate(p->stored, p->in, (size_t)n) != 1)
		die(p->blob->path, "cannot hash");
	return (size_t)n;
}

static void take(struct pass *p, size_t n)
{
	if (EVP_DigestUpdate(p->inflated, p->out, n) != 1)
		die(p->blob->path, "cannot hash");
	p->blob->bytes += n;
}

static void inflate_gzip(struct pass *p, size_t n)
{
	struct inflate_state s;
	isal_inflate_init(&s);
	s.crc_flag = ISAL_GZIP;
	for (; n; n = refill(p)) {
		s.next_in = p->in;
		s.avail_in = (uint32_t)n;
		do {
			s.next_out = p->out;
			s.avail_out = sizeof p->out;
			if (isal_inflate(&s) != ISAL_DECOMP_OK)
				die(p->blob->path, "bad gzip data");
			take(p, sizeof p->out - s.avail_out);
		} while (s.avail_in || s.avail_out == 0);
	}
}

static void inflate_zstd(struct pass *p, size_t n)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	if (!z)
		die(p->blob->path, "out of memory");
	for (; n; n = refill(p)) {
		ZSTD_inBuffer in = { p->in, n, 0 };
		ZSTD_outBuffer out;
		do {
			out = (ZSTD_outBuffer){ p->out, sizeof p->out, 0 };
			if (ZSTD_isError(ZSTD_decompressStream(z, &out, &in)))
				die(p->blob->path, "bad zstd data");
			take(p, out.pos);
		} while (in.pos < in.size || out.pos == out.size);
	}
	(void)ZSTD_freeDStream(z);
}

static void run_pass(struct pass *p)
{
	p->fd = open(p->blob->path, O_RDONLY | O_CLOEXEC);
	if (p->fd < 0)
		die(p->blob->path, strerror(errno));
	if (EVP_DigestInit_ex(p->stored, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestInit_ex(p->inflated, EVP_sha256(), NULL) != 1)
		die(p->blob->path, "cannot hash");
	size_t n = refill(p);
	bool gzip = n > 2 && p->in[0] == 0x1f && p->in[1] == 0x8b;
	if (gzip)
		inflate_gzip(p, n);
	else
		inflate_zstd(p, n);
	if (EVP_DigestFinal_ex(p->stored, p->blob->stored, NULL) != 1 ||
	    EVP_DigestFinal_ex(p->inflated, p->blob->inflated, NULL) != 1)
		die(p->blob->path, "cannot hash");
	(void)close(p->fd);
}

static void *work(void *unused)
{
	struct pass *p = aligned_alloc(64, sizeof *p);
	(void)unused;
	if (!p)
		die("-", "out of memory");
	p->stored = EVP_MD_CTX_new();
	p->inflated = EVP_MD_CTX_new();
	if (!p->stored || !p->inflated)
		die("-", "out of memory");
	for (size_t i; (i = atomic_fetch_add(&next_blob, 1)) < n_blobs;) {
		p->blob = &blobs[i];
		run_pass(p);
	}
	EVP_MD_CTX_free(p->stored);
	EVP_MD_CTX_free(p->inflated);
	free(p);
	return NULL;
}

static void print_digest(const unsigned char *d)
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		(void)printf("%02x", d[i]);
	(void)putchar(' ');
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	long n = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	if (n < 1 || n > THREADS_MAX || argc - 2 > BLOBS_MAX)
		die("usage", "floor THREADS BLOB…");
	for (int i = 2; i < argc; i++)
		blobs[n_blobs++].path = argv[i];
	for (long i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			die("-", "cannot start a thread");
	for (long i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	for (size_t i = 0; i < n_blobs; i++) {
		print_digest(blobs[i].stored);
		print_digest(blobs[i].inflated);
		(void)printf("%llu\n", blobs[i].bytes);
	}
	return EXIT_SUCCESS;
}
