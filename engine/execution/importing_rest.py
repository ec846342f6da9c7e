"""What other tools wrote and nobody has translated: is it gone without a loss, or asked for?"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.execution.importing_work import Work
from engine.execution.xml import BPMN, DIAGRAM, local, namespace

# How things look and which template or editor they came from.
_DRAWING: Final = frozenset(
    {
        *("bgcolor", "bordercolor", "stroke", "fill", "diagramRelationId", "elementname"),
        *("executionPlatform", "executionPlatformVersion", "modelerTemplate", "icon"),
        *("modelerTemplateVersion", "modelerTemplateIcon", "signavioId", "signavioLabel"),
        *("signavioType", "exporter", "exporterVersion", "dtype"),
        *("packageName", "msgref", "version", "selectable", "signavioDiagramMetaData"),
        *("stencilid", "stencilsuperid", "resourceId", "designerProperties"),
        *("conditiontype", "in_documentation", "taskType", "editor-resource-id"),
        *("iconImportance", "modelVersion", "iosp_ref", "validated", "zeebeVersion"),
    }
)
# How an engine stores and schedules its work: ours keeps every step by itself.
_TECHNICAL: Final = frozenset(
    {
        *("async", "asyncBefore", "asyncAfter", "asyncLeave", "exclusive", "jobPriority"),
        *("historyTimeToLive", "versionTag", "customAsync", "isEagerExecutionFetching"),
        *("isStartableInTasklist", "initiator", "customAutoStart", "structureRef"),
        *("adHoc", "userTask", "customTags"),
        *(
            "useLocalScopeForResultVariable",
            "storeResultVariableAsTransient",
            "formFieldValidation",
        ),
    }
)
_MEANT: Final = ("isStartableInTasklist = false", "adHoc = true")
_BIZAGI_LOOKS: Final = frozenset({"bgColor", "textColor", "borderColor", "isMainParticipant"})
_METADATA: Final = frozenset(
    {
        *("signavioMetaData", "metaData", "metadata", "BizagiExtensions"),
    }
)
_LISTENERS: Final = frozenset(
    {
        *("executionListener", "taskListener", "onEntry-script", "onExit-script"),
        *("executionListeners", "taskListeners", "eventListener"),
    }
)


def drop_the_rest(work: Work) -> None:
    """Nothing foreign stays; each thing has a line of its own."""
    for element in list(work.root.iter()):
        if namespace(element) != BPMN:
            continue
        foreign = work.at(element)
        for name, told in foreign.rest():
            _tell(work, element, name, told)
        foreign.close()
    for element in list(work.root.iter(f"{{{DIAGRAM}}}*")):
        for block in list(element):
            if local(block) in ("extension", "extensionElements"):
                element.remove(block)


def _tell(work: Work, element: etree._Element, name: str, told: str) -> None:
    if name in _DRAWING or _is_looks(name, told):
        work.notes.repair(element, "drawing", told)
    elif told.endswith(_MEANT):
        work.notes.ask(element, "foreign", told)
    elif name in _TECHNICAL:
        work.notes.repair(element, "technical", told)
    elif name in _LISTENERS:
        work.notes.ask(element, "listener", told)
    else:
        work.notes.ask(element, "foreign", told)


def _is_looks(name: str, told: str) -> bool:
    """Whether free metadata only tells a colour or repeats the name."""
    if name not in _METADATA:
        return False
    if name == "BizagiExtensions":
        told_names = set(re.findall(r"\bname=(\S+)", told))
        return told_names <= _BIZAGI_LOOKS
    looks = ("bgcolor", "bordercolor", "elementname", "customAutoStart", "customAsync")
    return any(f"={word}" in told for word in looks) or "metaValue= " in f"{told} "
