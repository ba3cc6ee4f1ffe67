"""The same work done by the library `lifetimes`, in a Python of its own that holds it. Run by bg_nbd.py.

Reads x, t_x, T from the .npz file named, prints seconds of fit and score and the parameters as one JSON object.
"""

import json
import sys
import time

import numpy as np
from lifetimes import BetaGeoFitter


def main(file: str) -> None:
    data = np.load(file)
    start = time.perf_counter()
    model = BetaGeoFitter().fit(data["x"], data["t_x"], data["T"])
    fitted = time.perf_counter()
    for days in (90, 365):
        model.conditional_expected_number_of_purchases_up_to_time(days / 7, data["x"], data["t_x"], data["T"])
    model.conditional_probability_alive(data["x"], data["t_x"], data["T"])
    scored = time.perf_counter()
    print(
        json.dumps({"fit": fitted - start, "score": scored - fitted, **{k: float(v) for k, v in model.params_.items()}})
    )


if __name__ == "__main__":
    main(sys.argv[1])
