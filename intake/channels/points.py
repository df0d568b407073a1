"""Coordinates that cannot be meant, told apart from those that are merely far away."""

from __future__ import annotations

from intake.errors import FieldFault
from intake.model import GivenPoint

_CHINA_LON = (73.0, 136.0)
_CHINA_LAT = (3.0, 54.0)


def point_faults(point: GivenPoint, prefix: str) -> list[FieldFault]:
    """Impossible or swapped coordinates, at `prefix` + `/lon` or `/lat`. A point outside the county is no fault."""
    if not _in_china(point.lon, point.lat) and _in_china(point.lat, point.lon):
        return [
            FieldFault(
                f"{prefix}/lat",
                f"经度和纬度好像填反了：请把 lon 填为 {point.lat:g}，lat 填为 {point.lon:g}。",
                f"Longitude and latitude look swapped: send lon {point.lat:g} and lat {point.lon:g}.",
            )
        ]
    faults = []
    if not -180 <= point.lon <= 180:
        faults.append(
            FieldFault(f"{prefix}/lon", "经度应在 -180 到 180 之间。", "Longitude lies between -180 and 180.")
        )
    if not -90 <= point.lat <= 90:
        faults.append(
            FieldFault(
                f"{prefix}/lat",
                "纬度应在 -90 到 90 之间，请检查经纬度是否填反。",
                "Latitude lies between -90 and 90: check whether longitude and latitude are swapped.",
            )
        )
    return faults


def _in_china(lon: float, lat: float) -> bool:
    return _CHINA_LON[0] <= lon <= _CHINA_LON[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1]
