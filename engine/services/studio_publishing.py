"""公開する: checking a draft, and putting it into service."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.domain import model_draft
from engine.domain.access import Actor
from engine.domain.errors import ConflictError, FieldErrors, Finding, RefusedError
from engine.domain.model_draft import DECISIONS, ModelDraft
from engine.domain.records import Deployed
from engine.domain.sentence import Sentence
from engine.services import deployments, studio_import
from engine.services.studio import get_draft
from engine.services.unit import Unit
from engine.storage import definitions
from engine.storage import model_drafts as rows

MAX_REASON = 1_000


class DraftChangedError(ConflictError):
    """The draft, or what is in service, is another one than was looked at before publishing."""

    code = "draft_changed"


class UnchangedError(ConflictError):
    """There is nothing to put into service."""

    code = "draft_unchanged"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`errors` refuse the deployment, `warnings` do not."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """What was looked at when somebody decided: the draft's mark and the newest version."""

    mark: str
    newest_version: int
    reason: str


def findings(unit: Unit, key: str, actor: Actor) -> Checked:
    """What would be refused and what is worth a look, of the draft as it is saved.

    File names are those inside the draft.

    Raises:
        NotFoundError: no draft.
    """
    return check(unit, get_draft(unit, key, actor))


def check(unit: Unit, draft: ModelDraft) -> Checked:
    asked = studio_import.open_questions(draft)
    try:
        read = deployments.read(unit, draft.folders())
    except RefusedError as error:
        return Checked(errors=(*(_in_draft(draft, one) for one in error.findings), *asked))
    warnings = [one for bundle in read.bundles.values() for one in bundle.warnings]
    return Checked(errors=asked, warnings=tuple(_in_draft(draft, one) for one in warnings))


def _in_draft(draft: ModelDraft, finding: Finding) -> Finding:
    return replace(finding, file=finding.file.removeprefix(f"{draft.key}/"))


def newest_version(unit: Unit, key: str) -> int:
    """The version in service, 0 if there is none."""
    if key.startswith(f"{DECISIONS}/"):
        found = definitions.newest_decisions(unit).get(key.removeprefix(f"{DECISIONS}/"))
        return found[1] if found else 0
    return next((head.version for head in definitions.versions(unit, key)), 0)


def publish(unit: Unit, key: str, wanted: Publishing, actor: Actor) -> list[Deployed]:
    """Put the draft into service and take it off the desk.

    Running instances stay on their version.

    Raises:
        NotFoundError: no draft.  DraftHeldError: somebody else is editing it.
        DraftChangedError: it was changed, or another version went into service, meanwhile.
        FieldErrors: no reason.  RefusedError: findings; nothing has changed.
        UnchangedError: it is the same as what is in service.
    """
    draft = get_draft(unit, key, actor)
    model_draft.check_free(draft, actor, unit.now)
    if (draft.mark, newest_version(unit, key)) != (wanted.mark, wanted.newest_version):
        raise DraftChangedError(f"the draft of {key} is not the one that was looked at")
    reason = wanted.reason.strip()
    if not reason:
        raise FieldErrors({"reason": Sentence("変更の理由を入力してください。")})
    if len(reason) > MAX_REASON:
        raise FieldErrors(
            {"reason": Sentence("理由は%(most)s文字以内で入力してください。", most=MAX_REASON)}
        )
    asked = studio_import.open_questions(draft)
    if asked:
        raise RefusedError(asked)
    done = deployments.deploy(unit, draft.folders(), actor, reason)
    if not any(one.changed for one in done):
        raise UnchangedError(f"the draft of {key} is what is in service")
    rows.drop(unit, draft.id)
    return done


def base_moved_on(unit: Unit, draft: ModelDraft) -> int | None:
    """The newer version that went into service since the draft was made; None: there is none."""
    version = newest_version(unit, draft.key)
    return version if version > draft.base_version else None
