"""`/{ig-media-id}/insights`, and the same numbers as a field of media.

Source: reference/instagram-media/insights (v25, 2026-06-18).
"""

from typing import Any

from flask import g

from sandbox.container_rules import as_list
from sandbox.errors import IG, GraphError, invalid, missing_scope, required
from sandbox.insights import metrics as known
from sandbox.insights.media_numbers import PARTS, breakdown, numbers
from sandbox.records import INSIGHTS, Media
from sandbox.web.call import Call
from sandbox.web.fields import Field
from sandbox.web.params import the_world

KEPT_S = 2 * 365 * 86_400
MIN_VIEWERS = 5
NOT_ON_FACEBOOK, BEFORE_BUSINESS = 2207086, 2108006


def get_insights(call: Call) -> dict[str, Any]:
    """Answer some metrics of a media; one that is wrong fails all of them."""
    return media_insights(call.media, call.params)


def insights_field(media: Media, wanted: Field) -> Any:
    """Answer `insights.metric(reach,views)` as a field."""
    if not g.token.has(INSIGHTS):
        raise missing_scope()
    return media_insights(media, dict(wanted.arguments))


def media_insights(media: Media, params: dict[str, Any]) -> dict[str, Any]:
    """Return the metrics that are asked for; raises GraphError."""
    names = _names(params)
    _check_media(media)
    _check_product(media, names)
    _check_facebook(names)
    _check_type(names, params)
    dimension = params.get("breakdown")
    if dimension and any(name not in PARTS or PARTS[name][0] != dimension for name in names):
        raise invalid(f"The breakdown {dimension} is not supported by these metrics")
    if params.get("period") and params["period"] not in known.PERIODS:
        raise invalid(f"period must be one of the following values: {', '.join(known.PERIODS)}")
    world = the_world()
    at = world.clock.now() - world.settings.insights_delay_s
    if at - media.published_at > KEPT_S:
        return {"data": []}
    found = numbers(media, at)
    if media.product_type == "STORY" and found["reach"] < MIN_VIEWERS:
        raise GraphError(10, "(#10) Not enough viewers for the media to show insights")
    is_total = params.get("metric_type") == "total_value"
    return {
        "data": [
            _frame(media, name, found[name], dimension=str(dimension) if dimension else None, is_total=is_total)
            for name in names
        ]
    }


def _names(params: dict[str, Any]) -> list[str]:
    if not params.get("metric"):
        raise required("metric")
    names = [str(name) for name in as_list(params["metric"], "metric")]
    for position, name in enumerate(names):
        if name not in known.MEDIA_NAMES:
            listed = ", ".join(known.MEDIA_NAMES)
            raise invalid(f"metric[{position}] must be one of the following values: {listed}")
    return names


def _check_media(media: Media) -> None:
    if media.parent_id:
        raise invalid("Insights are not available for media inside of an album.")  # no page states the code
    if media.details.get("is_before_business"):
        message = "Media was posted before the most recent time the account was converted to a business account"
        raise GraphError(100, message, subcode=BEFORE_BUSINESS, kind=IG)


def _check_product(media: Media, names: list[str]) -> None:
    product = media.product_type if media.product_type in known.EVERYWHERE else known.FEED
    wrong = [name for name in names if name not in known.MEDIA or product not in known.MEDIA[name][2]]
    is_photo = product == known.FEED and media.media_type in ("IMAGE", "CAROUSEL_ALBUM")
    if is_photo and the_world().settings.photo_views == "reject":
        wrong += [name for name in names if name == "views"]
    if wrong:
        listed = ", ".join(wrong)
        raise invalid(f"The Media Insights API does not support the {listed} metric for this media product type.")


def _check_facebook(names: list[str]) -> None:
    if set(names) & set(known.ON_FACEBOOK) and not the_world().settings.facebook_shared:
        message = "The media is not shared to Facebook, so these metrics are not available."
        raise GraphError(100, message, subcode=NOT_ON_FACEBOOK, kind=IG)


def _check_type(names: list[str], params: dict[str, Any]) -> None:
    is_needed = the_world().settings.media_views_type and "views" in names
    if is_needed and params.get("metric_type") != "total_value":
        raise invalid("The following metrics (views) should be specified with parameter metric_type=total_value")


def _frame(media: Media, name: str, value: float, *, dimension: str | None, is_total: bool) -> dict[str, Any]:
    title, description, _ = known.MEDIA[name]
    frame: dict[str, Any] = {"name": name, "period": "lifetime"}
    if not is_total:
        frame["values"] = [{"value": value}]
    frame |= {"title": title, "description": description}
    if is_total or dimension:
        frame["total_value"] = {"value": value}
    if dimension:
        results = [
            {"dimension_values": [part], "value": amount} for part, amount in breakdown(name, int(value)).items()
        ]
        frame["total_value"]["breakdowns"] = [{"dimension_keys": [dimension], "results": results}]
    return frame | {"id": f"{media.id}/insights/{name}/lifetime"}
