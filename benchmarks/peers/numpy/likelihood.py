"""Times the log marginal likelihood and its gradient of a Matern-5/2 Gaussian process in NumPy and OpenBLAS.

Reads one JSON object from standard input: {"n", "d", "x" (n*d), "y" (n), "theta" (d + 2), "candidates" (m*d), "repeats"}.
Writes one: {"value", "gradient", "likelihood_ms": [...], "predict_ms": [...], "mean": first, "variance": first, "versions"}.
Set OPENBLAS_NUM_THREADS=1 for one thread. Times are processor time of this process, so that other work on the machine
counts as little as possible.
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy.linalg import lapack
from scipy.linalg.blas import dtrsm


def covariance(a, b, signal):
    """Matern-5/2 between scaled points, and its derivative with respect to the squared distance."""
    t = a @ b.T
    t *= -2.0
    t += np.einsum("ij,ij->i", a, a)[:, None]
    t += np.einsum("ij,ij->i", b, b)[None, :]
    np.maximum(t, 0.0, out=t)
    t *= 5.0
    np.sqrt(t, out=t)
    decay = np.exp(-t)
    decay *= signal
    slope = t + 1.0
    slope *= decay
    t *= t
    t /= 3.0
    t *= decay
    t += slope
    slope *= -5.0 / 6.0
    return t, slope


def likelihood(x, y, theta):
    n, d = x.shape
    z = x * np.exp(0.5 * theta[:d])
    signal, noise = np.exp(theta[d]), np.exp(theta[d + 1])
    k, slope = covariance(z, z, signal)
    k[np.diag_indices(n)] = signal + noise
    # The matrix is symmetric, so its transpose is the Fortran order that LAPACK works on in place.
    factor, info = lapack.dpotrf(k.T, lower=1, overwrite_a=1, clean=0)
    if info != 0:
        return -np.inf, np.zeros(d + 2)
    alpha, _ = lapack.dpotrs(factor, y, lower=1)
    value = -0.5 * (y @ alpha + n * np.log(2 * np.pi)) - np.log(np.diag(factor)).sum()
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    trace = alpha @ alpha - np.trace(inverse)
    # Only the lower triangle of the inverse is filled; the slopes are symmetric.
    inverse -= np.outer(alpha, alpha)
    inverse *= slope
    weights = np.tril(inverse, -1)
    sums = weights.sum(axis=0) + weights.sum(axis=1)
    product = weights @ z
    gradient = np.empty(d + 2)
    gradient[:d] = 2.0 * np.einsum("ij,ij->j", z, product) - sums @ (z * z)
    gradient[d] = 0.5 * (y @ alpha - n - noise * trace)
    gradient[d + 1] = 0.5 * noise * trace
    return value, gradient


def predictor(x, y, theta):
    n, d = x.shape
    scale = np.exp(0.5 * theta[:d])
    z = x * scale
    signal, noise = np.exp(theta[d]), np.exp(theta[d + 1])
    k, _ = covariance(z, z, signal)
    k[np.diag_indices(n)] = signal + noise
    factor, _ = lapack.dpotrf(k.T, lower=1, overwrite_a=1, clean=0)
    alpha, _ = lapack.dpotrs(factor, y, lower=1)

    def predict(points):
        cross, _ = covariance(points * scale, z, signal)
        mean = cross @ alpha
        whitened = dtrsm(1.0, factor, cross.T, lower=1, overwrite_b=1)
        return mean, signal - np.einsum("ij,ij->j", whitened, whitened)

    return predict


def timed(repeats, run):
    run()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(1000 * (time.process_time() - start))
    return times


def main():
    task = json.load(sys.stdin)
    n, d = task["n"], task["d"]
    x = np.array(task["x"]).reshape(n, d)
    y = np.array(task["y"])
    theta = np.array(task["theta"])
    points = np.array(task["candidates"]).reshape(-1, d)
    value, gradient = likelihood(x, y, theta)
    predict = predictor(x, y, theta)
    mean, variance = predict(points)
    report = {
        "value": float(value),
        "gradient": gradient.tolist(),
        "mean": float(mean[0]),
        "variance": float(variance[0]),
        "likelihood_ms": timed(task["repeats"], lambda: likelihood(x, y, theta)),
        "predict_ms": timed(task["repeats"], lambda: predict(points)),
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    }
    json.dump(report, sys.stdout)


main()
