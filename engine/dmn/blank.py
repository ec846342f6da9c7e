"""A new decision, to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_FILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_definitions" \
name={name} namespace="urn:unei:{id}">
  <inputData id="{id}_data_1" name={input}>
    <variable name={input} typeRef="string" />
  </inputData>
  <decision id="{id}" name={name}>
    <variable name={output} />
    <informationRequirement id="{id}_requirement_1">
      <requiredInput href="#{id}_data_1" />
    </informationRequirement>
    <decisionTable id="{id}_table" hitPolicy="FIRST">
      <input id="{id}_input_1" label={input}>
        <inputExpression id="{id}_expression_1" typeRef="string">
          <text>{expression}</text>
        </inputExpression>
      </input>
      <output id="{id}_output_1" label={output} name={output} typeRef="string" />
      <annotation name="理由" />
      <rule id="{id}_rule_1">
        <inputEntry id="{id}_rule_1_in_1">
          <text>-</text>
        </inputEntry>
        <outputEntry id="{id}_rule_1_out_1">
          <text>"未定"</text>
        </outputEntry>
        <annotationEntry>
          <text>ほかのどの規則にも当てはまりません。</text>
        </annotationEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


@dataclass(frozen=True, kw_only=True)
class Heads:
    """What a new decision is called, what it asks for and what it answers."""

    name: str
    input: str
    output: str


def blank_decision(decision_id: str, heads: Heads) -> bytes:
    """The file of a table with one input, one output and a rule that always applies."""
    text = _FILE.format(
        id=decision_id,
        name=quoteattr(heads.name),
        input=quoteattr(heads.input),
        output=quoteattr(heads.output),
        expression=escape(heads.input),
    )
    return text.encode()
