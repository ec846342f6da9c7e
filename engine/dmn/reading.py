"""Which elements of a decision file mean what: XML -> tree.

Unknown hit policies, aggregations and expression languages are findings; the rest of the file is
read all the same, so that a person sees every fault at once.
"""

from __future__ import annotations

from lxml import etree

from engine.dmn import tree
from engine.dmn.expressions import Reader
from engine.dmn.xml import child, children, local, parse
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence

_DEFAULT_ID = "_anonymous"


def read_tree(content: bytes, file: str) -> tuple[tree.Definitions, list[Finding]]:
    """The file as a tree, and what is wrong with its shape.

    Raises:
        RefusedError: the file is no decision model at all.
    """
    root = parse(content, file)
    reader = Reader(file)
    definitions = tree.Definitions(
        file=file,
        name=root.get("name", ""),
        namespace=root.get("namespace", ""),
        imports=tuple(
            tree.Import(name=one.get("name", ""), namespace=one.get("namespace", ""))
            for one in children(root, "import")
        ),
        items=tuple(_item(one, reader) for one in children(root, "itemDefinition")),
        inputs=tuple(_input_data(one, reader) for one in children(root, "inputData")),
        decisions=tuple(_decision(one, reader) for one in children(root, "decision")),
        knowledge=tuple(
            _knowledge(one, reader) for one in children(root, "businessKnowledgeModel")
        ),
        services=tuple(_service(one, reader) for one in children(root, "decisionService")),
    )
    return definitions, reader.findings + _same_ids(definitions)


def _same_ids(definitions: tree.Definitions) -> list[Finding]:
    seen: set[str] = set()
    findings = []
    groups = (
        definitions.inputs,
        definitions.decisions,
        definitions.knowledge,
        definitions.services,
    )
    for element in (one for group in groups for one in group):
        if element.id in seen:
            findings.append(
                Finding(
                    code="duplicate_id",
                    message=Sentence("ID「%(id)s」が二つ以上の要素に付いています。", id=element.id),
                    element_id=element.id,
                    element_name=element.name,
                    file=definitions.file,
                )
            )
        seen.add(element.id)
    return findings


def _identity(element: etree._Element, reader: Reader) -> tuple[str, str, tree.Variable]:
    """Id, name and variable.  Ids are optional in DMN; the name stands in for a missing one."""
    name = reader.name(element.get("name", ""))
    made = child(element, "variable")
    variable = tree.Variable(name=name) if made is None else reader.variable(made, name)
    return element.get("id") or f"{_DEFAULT_ID}:{local(element)}:{name}", name, variable


def _input_data(element: etree._Element, reader: Reader) -> tree.InputData:
    id_, name, variable = _identity(element, reader)
    return tree.InputData(id=id_, name=name, variable=variable)


def _decision(element: etree._Element, reader: Reader) -> tree.Decision:
    id_, name, variable = _identity(element, reader)
    return tree.Decision(
        id=id_,
        name=name,
        variable=variable,
        requires=_hrefs(element, "informationRequirement", "requiredDecision", "requiredInput"),
        knowledge=_hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
        logic=reader.logic(element),
    )


def _knowledge(element: etree._Element, reader: Reader) -> tree.Knowledge:
    id_, name, variable = _identity(element, reader)
    logic = child(element, "encapsulatedLogic")
    return tree.Knowledge(
        id=id_,
        name=name,
        variable=variable,
        knowledge=_hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
        logic=None if logic is None else reader.function(logic),
    )


def _service(element: etree._Element, reader: Reader) -> tree.Service:
    id_, name, variable = _identity(element, reader)
    return tree.Service(
        id=id_,
        name=name,
        variable=variable,
        outputs=_own_hrefs(element, "outputDecision"),
        encapsulated=_own_hrefs(element, "encapsulatedDecision"),
        input_decisions=_own_hrefs(element, "inputDecision"),
        input_data=_own_hrefs(element, "inputData"),
    )


def _hrefs(element: etree._Element, requirement: str, *names: str) -> tuple[str, ...]:
    return tuple(href for one in children(element, requirement) for href in _own_hrefs(one, *names))


def _own_hrefs(element: etree._Element, *names: str) -> tuple[str, ...]:
    return tuple(one.get("href", "") for one in children(element, *names))


def _item(element: etree._Element, reader: Reader) -> tree.Item:
    typed = child(element, "typeRef")
    return tree.Item(
        name=reader.name(element.get("name", "")),
        type_ref="" if typed is None else (typed.text or "").strip(),
        is_collection=element.get("isCollection") in ("true", "1"),
        allowed=reader.tests(child(element, "allowedValues")),
        constraint=reader.tests(child(element, "typeConstraint")),
        components=tuple(_item(one, reader) for one in children(element, "itemComponent")),
        function=_function_item(child(element, "functionItem"), reader),
    )


def _function_item(
    element: etree._Element | None, reader: Reader
) -> tuple[tuple[tree.Variable, ...], str] | None:
    if element is None:
        return None
    parameters = tuple(reader.variable(one) for one in children(element, "parameters"))
    return parameters, element.get("outputTypeRef", "")
