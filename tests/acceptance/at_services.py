"""Playing a story through commands, one working day after the other."""

from __future__ import annotations

from io import BytesIO

from engine.domain.user_task import UserTask
from engine.forms.typed import typed_over, untouched
from engine.services import attachments, tasks
from engine.services.attachments import Upload
from engine.services.task_forms import may_act
from engine.storage.queries import testing as queries
from engine.testing import Case, TestOffice
from tests.acceptance.posting import Pairs, pairs, read
from tests.acceptance.story import Answer, File, Story, Task

MOST_DAYS = 60


class OfficePlayer:
    """Each working day everybody completes what is open and may be done."""

    def __init__(self, office: TestOffice, story: Story) -> None:
        self.office = office
        self.story = story

    def play(self) -> Case:
        """Until the process that was started has ended.

        Raises:
            AssertionError: there is work that nobody does.
        """
        case = self.office.start(self.story.key, by=self.story.starter)
        for _ in range(MOST_DAYS):
            if self._is_over(case):
                return case
            self._one_day()
            self.office.advance(working_days=1)
        raise AssertionError(f"not over after {MOST_DAYS} days: {self.office.open_tasks()}")

    def _is_over(self, case: Case) -> bool:
        return self.office.head(case.id).ended_at is not None

    def _one_day(self) -> None:
        for task in self.office.engine.ask(queries.open_tasks):
            seen = self._seen(task)
            answer = self.story.answer(seen, self._ended)
            if answer is not None and self._complete(task, answer):
                self.story.done(seen)
                self.office.run_jobs()

    def _seen(self, task: UserTask) -> Task:
        head = self.office.head(task.instance_id)
        return Task(
            process=head.key,
            element_id=task.element_id,
            subject=head.subject,
            assignee=task.assignee,
        )

    def _ended(self, key: str) -> bool:
        heads = (self.office.head(case.id) for case in self.office.cases(key))
        return any(head.ended_at is not None for head in heads)

    def _complete(self, task: UserTask, answer: Answer) -> bool:
        """False if none of these people may: it is the turn of somebody else's task."""
        people = answer.people or (task.assignee or "",)
        actors = [self.office.actor(person) for person in people if person]
        actor = next((one for one in actors if may_act(task, one)), None)
        if actor is None:
            return False
        engine = self.office.engine
        page = engine.ask(tasks.page, task.id, actor)
        self.story.saw[task.element_id] = read(page.shown)
        shown = untouched(page.shown) if page.shown else []
        post: dict[str, list[str]] = {}
        for name, text in self._stored(typed_over(shown, pairs(answer.values)), actor.user_id):
            post.setdefault(name, []).append(text)
        engine.run(tasks.submit, task.id, actor, post)
        return True

    def _stored(self, sent: Pairs, person: str) -> list[tuple[str, str]]:
        return [
            (name, self._file(text, person) if isinstance(text, File) else text)
            for name, text in sent
        ]

    def _file(self, file: File, person: str) -> str:
        stream = BytesIO(file.text.encode())
        upload = Upload(name=file.name, content_type="text/plain", stream=stream)
        engine = self.office.engine
        return engine.run(attachments.store, upload, self.office.actor(person)).id
