"""Calls that publish: containers, their status, media_publish, the quota."""

from typing import Any

from sandbox.accounts import DAY
from sandbox.clock import parse_instant
from sandbox.container_rules import ContainerSpec, read_container
from sandbox.errors import invalid, publishing, required
from sandbox.publish import QUOTA_WINDOW_S, publish_container, quota_usage
from sandbox.web.call import Call
from sandbox.web.fields import OMIT, Field, render
from sandbox.web.nodes import CONTAINER_FIELDS, origin, wanted_fields

UPLOAD_VERSION = "v25.0"


def create_container(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/media`: check the parameters at once; fetch and examine the bytes afterwards."""
    world, user_id = call.world, call.account.user_id
    spec = read_container(call.params, world.settings)
    if world.containers.count_since(user_id, world.clock.now() - DAY) >= world.settings.containers_total:
        raise publishing(2207042)  # which error answers number 401 is stated nowhere
    _check_children(call, spec)
    container = world.containers.add(user_id, spec, processing_s=world.settings.processing_s)
    if "image_url" in spec.params and world.settings.image_errors == "at_once":
        subcode = world.processing.examine_now(container.id)
        if subcode is not None:
            raise publishing(subcode)
    elif container.state == "fetching":
        world.processing.enqueue(container.id)
    if not spec.is_resumable:
        return {"id": container.id}
    return {"id": container.id, "uri": f"{origin()}/ig-api-upload/{UPLOAD_VERSION}/{container.id}"}


def _check_children(call: Call, spec: ContainerSpec) -> None:
    for child_id in spec.children:
        child = call.world.containers.find(child_id)
        if child is None or child.user_id != call.account.user_id:
            raise publishing(2207006)
        if call.world.clock.now() >= child.created_at + DAY:
            raise publishing(2207008)
        if not child.is_item or child.media_id is not None:
            raise invalid(f"Container {child_id} is not a carousel item.")


def get_container(call: Call) -> dict[str, Any]:
    """`GET /{ig-container-id}`: its status."""
    if "late_status" in call.plan.effects:
        until = call.world.clock.now() + call.plan.delay_of("late_status")
        call.world.containers.show_published_from(call.container.id, until)
    container = call.world.containers.get(call.container.id)
    return render(container, CONTAINER_FIELDS, wanted_fields(call.params, "id"))


def publish(call: Call) -> dict[str, Any]:
    """`POST /{ig-user-id}/media_publish`: put a container live and answer the media's id."""
    container_id = call.params.get("creation_id")
    if not container_id:
        raise required("creation_id")
    media = publish_container(call.world, call.account, str(container_id), late_s=call.plan.delay_of("late_list"))
    if "late_status" in call.plan.effects:
        until = call.world.clock.now() + call.plan.delay_of("late_status")
        call.world.containers.show_published_from(str(container_id), until)
    return {"id": media.id}


def get_limit(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/content_publishing_limit`: how much of the rolling day's quota is used."""
    since = call.params.get("since")
    try:
        start = parse_instant(since) if since else None
    except ValueError:
        raise invalid("Param since must be a UNIX timestamp") from None
    if start is not None and start < call.world.clock.now() - DAY:
        raise invalid("Param since must be within the last 24 hours")
    shown = {
        "id": lambda _, __: OMIT,
        "quota_usage": lambda _, __: quota_usage(call.world, call.account.user_id, since=start),
        "config": lambda _, __: {"quota_total": call.world.settings.quota_total, "quota_duration": QUOTA_WINDOW_S},
    }
    row = render(call.account, shown, (*wanted_fields(call.params, "quota_usage"), Field("id")))
    return {"data": [{name: value for name, value in row.items() if name != "id"}]}
