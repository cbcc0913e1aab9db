"""Says which requests a service's model does not allow: what is required, lengths, ranges, patterns, words.

Reads lines of JSON {"service", "operation", "input"} and prints a line for each breach.
"""
import json
import re
import sys

import botocore.session

session = botocore.session.get_session()
names = {"CloudWatch Logs": "logs", "Service Quotas": "service-quotas"}
models = {}
# What models say more narrowly than services: EC2's reference lists six attributes of accounts, and Scheduler
# is in GovCloud, whose partition (aws-us-gov) has two dashes.
WORDS = {"AccountAttributeName": ["vpc-max-elastic-ips"]}
PARTITION = ("arn:aws(-[a-z]+)?:", "arn:aws(-[a-z]+)*:")


def breaches(shape, value, at):
    limits = shape.metadata
    kind = shape.type_name
    if kind == "structure":
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        for name in shape.required_members:
            if name.lower() not in {given.lower() for given in value}:
                yield f"{at}.{name} is missing"
        for given, inner in value.items():
            if given.lower() not in members:
                yield f"{at}.{given} is not in the model"
                continue
            name, member = members[given.lower()]
            yield from breaches(member, inner, f"{at}.{name}")
        return
    size = None
    if kind in ("list", "map", "string"):
        size = len(value)
    elif kind in ("integer", "long", "float", "double"):
        size = value
    if size is not None and not limits.get("min", size) <= size <= limits.get("max", size):
        yield f"{at} is {value!r}: want {limits.get('min')} to {limits.get('max')}"
    if kind == "list":
        for n, inner in enumerate(value):
            yield from breaches(shape.member, inner, f"{at}[{n}]")
    elif kind == "map":
        for key, inner in value.items():
            yield from breaches(shape.key, key, f"{at} key")
            yield from breaches(shape.value, inner, f"{at}[{key}]")
    elif kind == "string":
        pattern = limits.get("pattern", "").replace(*PARTITION)
        if pattern:
            # Patterns are Java's: properties of Unicode are left out.
            try:
                if not re.search(r"\A(?:" + pattern + r")\Z", value):
                    yield f"{at} is {value!r}: want {pattern}"
            except re.error:
                pass
        if shape.enum and value not in shape.enum + WORDS.get(shape.name, []):
            yield f"{at} is {value!r}: want one of {shape.enum}"


checked = 0
for line in sys.stdin:
    request = json.loads(line)
    service = names.get(request["service"], request["service"].lower())
    if service not in models:
        models[service] = session.get_service_model(service)
    operation = models[service].operation_model(request["operation"])
    checked += 1
    if operation.input_shape is None:
        continue
    for text in breaches(operation.input_shape, request["input"], request["operation"]):
        print(text)
print(f"{checked} requests", file=sys.stderr)
