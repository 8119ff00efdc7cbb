"""Random formats of struct and dtypes of numpy, and what Python says of them, as JSON: foreign.py struct|numpy SEED COUNT."""

import json
import random
import struct
import sys


def formats(rng, count):
    for _ in range(count):
        prefix = rng.choice(["", "@", "=", "<", ">", "!"])
        codes = "xcbB?hHiIlLqQefdsp" + ("nNP" if prefix in ("", "@") else "")
        text, items, size = prefix, [], 0
        for _ in range(rng.randint(1, 12)):
            code = rng.choice(codes)
            number = rng.choice(["", "", "", "0", "1", "2", "3", "7", "12"])
            offset = struct.calcsize(text + "0" + code) if text != prefix else 0
            text += number + code
            size = struct.calcsize(text)
            if code == "s" or (code != "x" and size > offset):
                items.append([offset, size - offset])
            if rng.random() < 0.2:
                text += " "
        yield {"text": text, "size": struct.calcsize(text), "items": items}


def dtypes(rng, count):
    import numpy as np

    scalars = "? b B h H i I l L q Q e f d g F D G i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8 c8 c16 S0 S3 S8 U1 U4 V1 V5 V16".split()
    scalars += "M8[ns] m8[us] M8[D] m8 float64 int32 uint8 bool complex64".split()

    def scalar():
        name = rng.choice(scalars)
        order = rng.choice(["", "", "<", ">", "="]) if len(name) < 4 and name not in ("?",) else ""
        return np.dtype(order + name)

    def shape():
        return rng.choice([(), (), (), (2,), (3, 2), (1,), (2, 1, 3)])

    def make(depth, align):
        fields = []
        for i in range(rng.randint(1, 7)):
            inner = make(depth - 1, rng.choice([align, not align])) if depth > 0 and rng.random() < 0.25 else scalar()
            name = rng.choice(["f", "price", "a b", "é", "it's", 'q"'])
            name = name + str(i)
            label = ("title %d" % i, name) if rng.random() < 0.1 else name
            size = shape() if inner.itemsize else ()
            fields.append((label, inner, size) if size else (label, inner))
        made = np.dtype(fields, align=align)
        if rng.random() < 0.2:
            names = [n for n in made.names if rng.random() < 0.7] or [made.names[0]]
            made = np.dtype(
                {
                    "names": names,
                    "formats": [made.fields[n][0] for n in names],
                    "offsets": [made.fields[n][1] for n in names],
                    "itemsize": made.itemsize,
                }
            )
        return made

    def list_places(dtype, path, base, into):
        if dtype.subdtype:
            dtype = dtype.subdtype[0]
        for name in dtype.names or ():
            field, offset = dtype.fields[name][:2]
            into.append([path + name, base + offset, field.itemsize])
            list_places(field, path + name + ".", base + offset, into)
        return into

    def told(text):
        # What numpy makes of it: the repr of an aligned struct within another loses that it was aligned.
        made = np.dtype(eval(text, {"np": np, "numpy": np, "dtype": np.dtype}))
        places = list_places(made, "", 0, [])
        return {"text": text, "size": made.itemsize, "alignment": made.alignment, "places": places}

    for _ in range(count):
        made = make(2, rng.random() < 0.5)
        for text in (repr(made), "np." + repr(made), str(made)):
            try:
                yield told(text)
            except ValueError:
                pass  # numpy refuses what it wrote itself: the parts of an aligned struct were not aligned
        try:
            # numpy itself takes the padding of descr for fields.
            descr = {"text": repr(made.descr), "size": made.itemsize, "alignment": 1}
        except ValueError:
            continue  # overlapping or unordered fields have none
        yield {**descr, "places": list_places(made, "", 0, [])}


what, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
print(json.dumps(list((formats if what == "struct" else dtypes)(random.Random(seed), count))))
