"""The contrast of colours by WCAG 2.2."""


def channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def luminance(colour: str) -> float:
    shares = [value / 255 for value in channels(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faded(colour: str, ground: str, strength: float = 0.6) -> str:
    """Streamlit writes captions in the text colour at 60 %."""
    mixed = [strength * a + (1 - strength) * b for a, b in zip(channels(colour), channels(ground), strict=True)]
    return "#" + "".join(f"{round(value):02X}" for value in mixed)


def brightness(colour: str) -> float:
    """The mean of red, green and blue, of `rgb(1, 2, 3)` or `#010203`."""
    if colour.startswith("#"):
        return sum(int(colour[place : place + 2], 16) for place in (1, 3, 5)) / 3
    return sum(float(part) for part in colour[colour.index("(") + 1 :].rstrip(")").split(",")[:3]) / 3
