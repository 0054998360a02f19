"""The tables of the database. What hangs on a dataset has its slug; the default one has none."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Named, Table, TypedColumns

METADATA = MetaData()


class _Takeovers(TypedColumns):
    what: Named[str] = Column(primary_key=True)
    at: Named[str]


class _Deployments(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    settings: Named[str]
    model: Named[str]
    parameters: Named[str]
    who: Named[str]
    at: Named[str]


class _Marks(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    model: Named[str]
    note: Named[str]
    retired: Named[int]
    who: Named[str]
    at: Named[str]


class _SegmentNames(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    model: Named[str]
    segment: Named[int]
    members: Named[str]
    name: Named[str | None]
    name_by: Named[str | None]
    name_at: Named[str | None]
    note: Named[str | None]
    note_by: Named[str | None]
    note_at: Named[str | None]


class _SavedViews(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    dataset: Named[str]
    owner: Named[str]
    name: Named[str]
    address: Named[str]
    saved: Named[str]


class _Accounts(TypedColumns):
    number = Column(Integer, primary_key=True)
    key: Named[str] = Column(unique=True)
    username: Named[str]
    password_hash: Named[str]
    role: Named[str]
    created: Named[str]
    last_sign_in: Named[str]
    active: Named[str]
    session_version: Named[str]


class _Sessions(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    account: Named[str]
    version: Named[str]
    device: Named[str]
    began: Named[float] = Column(Double)
    seen: Named[float] = Column(Double)
    ended: Named[int]


class _SecondFactors(TypedColumns):
    account: Named[str] = Column(primary_key=True)
    secret: Named[str]
    step: Named[int] = Column(BigInteger)
    is_on: Named[int]


class _RecoveryCodes(TypedColumns):
    account: Named[str] = Column(primary_key=True)
    digest: Named[str] = Column(primary_key=True)


class _ResetLinks(TypedColumns):
    digest: Named[str] = Column(primary_key=True)
    account: Named[str]
    password: Named[str]
    expires: Named[float] = Column(Double)


class _Invites(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    digest: Named[str] = Column(unique=True)
    whom: Named[str]
    role: Named[str]
    who: Named[str]
    created: Named[float] = Column(Double)
    expires: Named[float] = Column(Double)


class _InviteStandings(TypedColumns):
    invite: Named[str] = Column(primary_key=True)
    dataset: Named[str] = Column(primary_key=True)
    role: Named[str]


class _HouseChoices(TypedColumns):
    name: Named[str] = Column(primary_key=True)
    value: Named[str]
    who: Named[str]
    at: Named[str]


class _AccountEmails(TypedColumns):
    account: Named[str] = Column(primary_key=True)
    email: Named[str]


class _Identities(TypedColumns):
    issuer: Named[str] = Column(primary_key=True)
    subject: Named[str] = Column(primary_key=True)
    account: Named[str]


class _Attempts(TypedColumns):
    id = Column(Integer, primary_key=True)
    key: Named[str]
    moment: Named[float] = Column(Double)
    expires: Named[float] = Column(Double)


class _Findings(TypedColumns):
    dataset: Named[str] = Column(primary_key=True)
    model: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(primary_key=True)
    content: Named[str]


class _AuditEntries(TypedColumns):
    number: Named[int] = Column(primary_key=True, autoincrement=False)
    at: Named[str]
    event: Named[str]
    outcome: Named[str]
    who: Named[str]
    address: Named[str]
    told: Named[str]
    hash: Named[str]


class _Datasets(TypedColumns):
    slug: Named[str] = Column(primary_key=True)
    title: Named[str]
    folder: Named[str]
    file: Named[str]
    at: Named[str]


class _Writing(TypedColumns):
    dataset: Named[str] = Column(primary_key=True)
    currency: Named[str | None]
    locale: Named[str]


class _Members(TypedColumns):
    dataset: Named[str] = Column(primary_key=True)
    username: Named[str] = Column(primary_key=True)
    role: Named[str]
    who: Named[str]
    at: Named[str]


class _PersonalColumns(TypedColumns):
    dataset: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(primary_key=True)
    personal: Named[int]


class _Versions(TypedColumns):
    dataset: Named[str] = Column(primary_key=True)
    number: Named[int] = Column(primary_key=True, autoincrement=False)
    folder: Named[str]
    file: Named[str]
    way: Named[str]
    rows: Named[int | None]
    segments: Named[int | None]
    who: Named[str]
    at: Named[str]
    changes: Named[str]


class _VersionChoices(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    version: Named[int]
    who: Named[str]
    at: Named[str]


class _Erasures(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    customer: Named[str]
    salt: Named[str]
    hash: Named[str]
    state: Named[str]
    who: Named[str]
    at: Named[str]
    told: Named[str]


class _Tokens(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    hash: Named[str] = Column(unique=True)
    owner: Named[str]
    name: Named[str]
    role: Named[str]
    dataset: Named[str]
    created: Named[float] = Column(Double)
    expires: Named[float] = Column(Double)
    revoked: Named[float] = Column(Double, default=0.0)
    used: Named[float] = Column(Double, default=0.0)
    minute: Named[int] = Column(BigInteger, default=0)
    asked: Named[int] = Column(default=0)


class _Repeats(TypedColumns):
    key: Named[str] = Column(primary_key=True)
    asked: Named[str]
    status: Named[int] = Column(default=0)
    answer: Named[str] = Column(default="")
    at: Named[float] = Column(Double)


class _PageNotes(TypedColumns):
    id = Column(Integer, primary_key=True)
    dataset: Named[str]
    page: Named[str]
    state: Named[str]
    text: Named[str]
    who: Named[str]
    at: Named[str]
    answers: Named[str]
    resolved_by: Named[str]
    resolved_at: Named[str]
    about: Named[str]


class _WeeklyReports(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    dataset: Named[str]
    owner: Named[str]
    email: Named[str]
    page: Named[str]
    address: Named[str]
    form: Named[str]
    locale: Named[str]
    site: Named[str]
    zone: Named[str]
    told: Named[str]
    whole: Named[int]
    due: Named[float] = Column(Double)
    confirmed: Named[int] = Column(default=0)
    model: Named[str] = Column(default="")


class _StagedFiles(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    owner: Named[str]
    name: Named[str]
    size: Named[int] = Column(BigInteger)
    digest: Named[str]
    at: Named[float] = Column(Double)
    look: Named[str | None]
    mapping: Named[str] = Column(default="{}")
    looking: Named[str] = Column(default="")
    making: Named[str] = Column(default="")
    made: Named[str] = Column(default="")


class _Mappings(TypedColumns):
    shape: Named[str] = Column(primary_key=True)
    content: Named[str]
    who: Named[str]
    at: Named[str]


class _Jobs(TypedColumns):
    number = Column(Integer, primary_key=True)
    id: Named[str] = Column(unique=True)
    dataset: Named[str]
    kind: Named[str]
    arguments: Named[str]
    model: Named[str]
    owner: Named[str]
    owner_key: Named[str]
    created: Named[float] = Column(Double)
    equal: Named[str]
    signature: Named[str]
    again_by: Named[str] = Column(default="")
    state: Named[str]
    words: Named[str] = Column(default="")
    share: Named[float] = Column(Double, default=0.0)
    error: Named[str] = Column(default="")
    started: Named[float] = Column(Double, default=0.0)
    ended: Named[float] = Column(Double, default=0.0)
    cancelled_by: Named[str] = Column(default="")
    claim: Named[str | None]
    worker: Named[str] = Column(default="")
    beat: Named[float] = Column(Double, default=0.0)
    deaths: Named[int] = Column(default=0)
    result: Named[str | None]
    request: Named[str] = Column(default="")


class _Workers(TypedColumns):
    token: Named[str] = Column(primary_key=True)
    host: Named[str]
    pid: Named[int]
    beat: Named[float] = Column(Double)


takeovers = Table("takeovers", METADATA, _Takeovers)
# With autoincrement, SQLite never gives the id of a row that is gone again.
deployments = Table("deployments", METADATA, _Deployments, sqlite_autoincrement=True)
marks = Table("marks", METADATA, _Marks, sqlite_autoincrement=True)
Index("marks_of_dataset", marks.c.dataset, marks.c.id)
datasets = Table("datasets", METADATA, _Datasets)
members = Table("members", METADATA, _Members)
personal_columns = Table("personal_columns", METADATA, _PersonalColumns)
mappings = Table("mappings", METADATA, _Mappings)
staged_files = Table("staged_files", METADATA, _StagedFiles)
Index("staged_files_of_owner", staged_files.c.owner, staged_files.c.at)
versions = Table("versions", METADATA, _Versions)
writing = Table("writing", METADATA, _Writing)
version_choices = Table("version_choices", METADATA, _VersionChoices, sqlite_autoincrement=True)
Index("version_choices_of_dataset", version_choices.c.dataset, version_choices.c.id)
erasures = Table("erasures", METADATA, _Erasures, sqlite_autoincrement=True)
Index("erasures_of_dataset", erasures.c.dataset, erasures.c.id)
Index("deployments_of_dataset", deployments.c.dataset, deployments.c.id)
segment_names = Table("segment_names", METADATA, _SegmentNames, sqlite_autoincrement=True)
Index("segment_names_of_dataset", segment_names.c.dataset, segment_names.c.id)
Index(
    "segment_names_of_model",
    segment_names.c.dataset,
    segment_names.c.model,
    segment_names.c.segment,
    unique=True,
)
saved_views = Table("saved_views", METADATA, _SavedViews)
Index("saved_views_of_owner", saved_views.c.dataset, saved_views.c.owner)
accounts = Table("accounts", METADATA, _Accounts, sqlite_autoincrement=True)
second_factors = Table("second_factors", METADATA, _SecondFactors)
recovery_codes = Table("recovery_codes", METADATA, _RecoveryCodes)
reset_links = Table("reset_links", METADATA, _ResetLinks)
invites = Table("invites", METADATA, _Invites)
invite_standings = Table("invite_standings", METADATA, _InviteStandings)
house_choices = Table("house_choices", METADATA, _HouseChoices)
account_emails = Table("account_emails", METADATA, _AccountEmails)
identities = Table("identities", METADATA, _Identities)
sessions = Table("sessions", METADATA, _Sessions)
Index("sessions_of_account", sessions.c.account)
attempts = Table("attempts", METADATA, _Attempts)
Index("attempts_by_key", attempts.c.key, attempts.c.moment)
Index("attempts_by_end", attempts.c.expires)
findings = Table("findings", METADATA, _Findings)
audit_entries = Table("audit_entries", METADATA, _AuditEntries)
Index("audit_entries_of_event", audit_entries.c.event, audit_entries.c.at)
Index("audit_entries_by_time", audit_entries.c.at)
jobs = Table("jobs", METADATA, _Jobs, sqlite_autoincrement=True)
_UNDER_WAY = jobs.c.state.in_(["waiting", "running"])
Index("jobs_one_under_way", jobs.c.equal, unique=True, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
Index("jobs_by_state", jobs.c.state, jobs.c.number)
Index("jobs_equal", jobs.c.equal, jobs.c.number)
Index("jobs_claimed", jobs.c.claim)
page_notes = Table("page_notes", METADATA, _PageNotes, sqlite_autoincrement=True)
Index("page_notes_of_state", page_notes.c.dataset, page_notes.c.page, page_notes.c.state)
weekly_reports = Table("weekly_reports", METADATA, _WeeklyReports)
Index("weekly_reports_due", weekly_reports.c.due)
workers = Table("workers", METADATA, _Workers)
repeats = Table("repeats", METADATA, _Repeats)
tokens = Table("tokens", METADATA, _Tokens)
Index("tokens_of_owner", tokens.c.owner)
SAID_OF_MODEL, FOUND_OF_MODEL = (segment_names, marks), (findings, jobs)  # by people, and by calculations
