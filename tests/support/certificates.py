# SPDX-License-Identifier: Apache-2.0
"""Certificates for servers on loopback, made by openssl."""
import os
import subprocess


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def authority(folder):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
            "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE")


def certificate(folder, name, host, *validity):
    """A PEM with key and certificate, signed by the authority."""
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
            "-out", name + ".csr", "-subj", "/CN=" + host)
    with open(os.path.join(folder, name + ".ext"), "w", encoding="utf-8") as f:
        f.write(f"subjectAltName=DNS:{host}\n")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            name + ".crt", "-extfile", name + ".ext", *(validity or ("-days", "1")))
    with open(os.path.join(folder, name + ".pem"), "wb") as out:
        for part in (name + ".key", name + ".crt"):
            with open(os.path.join(folder, part), "rb") as f:
                out.write(f.read())
    return os.path.join(folder, name + ".pem")


def expired(folder, name):
    """As certificate(), but its last day is over: `openssl ca` can set dates."""
    with open(os.path.join(folder, "ca.cnf"), "w", encoding="utf-8") as f:
        f.write("[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\n"
                "private_key=ca.key\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n"
                "[e]\nsubjectAltName=DNS:localhost\n")
    with open(os.path.join(folder, "index"), "wb"):
        pass
    with open(os.path.join(folder, "serial"), "w", encoding="utf-8") as f:
        f.write("1000\n")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out",
            name + ".csr", "-subj", "/CN=localhost")
    openssl(folder, "ca", "-batch", "-config", "ca.cnf", "-in", name + ".csr", "-out", name + ".crt", "-notext",
            "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
    with open(os.path.join(folder, name + ".pem"), "wb") as out:
        for part in (name + ".key", name + ".crt"):
            with open(os.path.join(folder, part), "rb") as f:
                out.write(f.read())
    return os.path.join(folder, name + ".pem")
