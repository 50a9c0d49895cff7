"""How stimuli were shown: what the source states, and no more."""

from dataclasses import dataclass, fields

NOT_STATED = "not stated"


@dataclass(frozen=True)
class StimulusGeometry:
    """The display of an experiment. What a source does not state stays None and is printed as 'not stated'.

    Parameters
    ----------
    visual_degrees : float, optional
        Width of the whole image, in degrees of visual angle.
    background : int, optional
        Grey value around the image, 0 to 255.
    background_luminance : float, optional
        cd/m^2.
    gamma : float, optional
        Of the display, after correction.
    colour_space : str, optional
        As ``"sRGB"``.
    aperture : str, optional
        As ``"circular, raised cosine edge"``.
    position : (float, float), optional
        Centre of the image relative to fixation, (x, y) in degrees, y upwards.
    """

    visual_degrees: float | None = None
    background: int | None = None
    background_luminance: float | None = None
    gamma: float | None = None
    colour_space: str | None = None
    aperture: str | None = None
    position: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, object]:
        """Field names to values, 'not stated' where the source says nothing."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: NOT_STATED if value is None else value for name, value in values.items()}
