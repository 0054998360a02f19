"""All that programs may ask, one line each; routes, documents and tests are made from it."""

from __future__ import annotations

from callbacks.api import answers, evidence, predict, questions, work
from callbacks.api.endpoint import Endpoint, Paged
from callbacks.predict import batch
from core.accounts.permissions import Action

TABLE = (
    Endpoint("POST", "/predict", "api-predict", Action.PREDICT, predict.answer, answers.Predictions,
             "The segment of one customer or many.", body=predict.described),
    Endpoint("POST", "/score", "api-score", Action.PREDICT, work.score, answers.Job,
             "Score a file of customers; the job's result holds the id of what was scored.",
             most_mb=batch.most_mb, status=202),
    Endpoint("GET", "/scored/<id>", "api-scored", Action.PREDICT, work.scored, answers.Scored,
             "A file that you had scored, row by row; kept for an hour.", query=Paged),
    Endpoint("GET", "/scored/<id>.csv", "api-scored-csv", Action.PREDICT, work.scored_as_csv, None,
             "The same as a file."),
    Endpoint("GET", "/datasets", "api-datasets", Action.ENTER, questions.datasets, answers.Datasets,
             "The datasets that you may see.", query=Paged),
    Endpoint("POST", "/datasets", "api-add-dataset", Action.ADD_DATASETS, work.add_dataset, answers.Job,
             "Make a dataset of a file, as its columns are guessed.",
             form=work.Titled, most_mb=work.largest, status=202),
    Endpoint("GET", "/dataset", "api-dataset", Action.VIEW, questions.dataset, answers.WholeDataset,
             "The dataset that the address is below, with its fields."),
    Endpoint("GET", "/versions", "api-versions", Action.VIEW, questions.versions, answers.Versions,
             "Its versions, the latest first.", query=Paged),
    Endpoint("POST", "/versions", "api-add-version", Action.UPDATE_DATASET, work.add_version, answers.Job,
             "Make a file its next version, and live.",
             form=work.Updating, most_mb=work.largest, status=202),
    Endpoint("GET", "/versions/<int:number>", "api-version", Action.VIEW, questions.version, answers.Version,
             "One of its versions."),
    Endpoint("GET", "/segments", "api-segments", Action.VIEW, questions.segments, answers.Segments,
             "The segments with their profiles."),
    Endpoint("GET", "/segments/<int:number>", "api-segment", Action.VIEW, questions.segment,
             answers.SegmentProfile, "The profile of a segment."),
    Endpoint("GET", "/counts", "api-counts", Action.VIEW, questions.counts, answers.Counts,
             "How many customers pass filters, also by the fields that “by” names.", clauses=True),
    Endpoint("GET", "/evidence", "api_evidence", Action.VIEW, evidence.answer, answers.Evidence,
             "What speaks for which number of segments."),
    Endpoint("GET", "/campaigns", "api-campaigns", Action.VIEW, questions.every_campaign, answers.Campaigns,
             "The campaigns, and who accepted."),
    Endpoint("GET", "/campaigns/<name>", "api-campaign", Action.VIEW, questions.campaign, answers.Board,
             "Whether a campaign pays, for customers who pass filters.", clauses=True),
    Endpoint("GET", "/models", "api-models", Action.VIEW, questions.models, answers.Models,
             "Models that were live and are kept, the latest first.", query=Paged),
    Endpoint("GET", "/models/<key>", "api-model", Action.VIEW, questions.model, answers.Model,
             "One of them."),
    Endpoint("GET", "/jobs", "api-jobs", Action.VIEW, work.jobs, answers.Jobs,
             "Long work that you may see, the newest first.", query=Paged),
    Endpoint("GET", "/jobs/<id>", "job", Action.VIEW, work.job, answers.Job, "How far a job is, and its result."),
    Endpoint("POST", "/jobs/<id>/cancel", "job-cancel", Action.VIEW, work.cancel, answers.Job, "Stop a job."),
    Endpoint("POST", "/jobs/<id>/again", "job-again", Action.VIEW, work.again, answers.Job,
             "Start a job anew that ended without a result."),
)  # fmt: skip
