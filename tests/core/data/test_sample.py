"""The sample: made by a seeded model, like the real file in its figures and its dirt, and nobody's data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.metrics import silhouette_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data.sample.customers import COLUMNS, make_sample, to_csv
from tests.support.personality import BASIS, CAMPAIGNS, PRODUCTS, clean, engineer, inspect, read_customers

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "customers.csv"


@pytest.fixture(scope="module")
def sample():
    return make_sample()


@pytest.fixture(scope="module")
def people(sample):
    return engineer(clean(sample).frame)


@pytest.fixture(scope="module")
def scaled(people):
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit_transform(
        people[list(BASIS)]
    )


@pytest.fixture(scope="module")
def segments(people, scaled):
    labels = KMeans(6, n_init=20, random_state=0).fit_predict(scaled)
    means = people.groupby(labels)[[*BASIS, "Share_Web"]].mean()
    return means.assign(size=np.bincount(labels)).sort_values("Total_Spending")


def test_the_file_is_what_the_script_makes(sample):
    assert SAMPLE.read_bytes() == to_csv(sample)


def test_reading_the_file_gives_the_frame_that_was_written(sample):
    frame = read_customers(SAMPLE).frame
    pd.testing.assert_frame_equal(frame, sample[list(frame)])


def test_it_has_the_real_files_columns_in_its_order(sample, real_file):
    assert tuple(sample) == COLUMNS
    assert ",".join(COLUMNS) == real_file.read_text().splitlines()[0]


def test_no_row_is_a_row_of_the_real_file(sample, real_file):
    real = read_customers(real_file).frame
    columns = [column for column in COLUMNS if column != "ID"]
    both = pd.concat([real[columns].drop_duplicates(), sample[columns].drop_duplicates()])
    assert not both.duplicated().any()


def test_another_seed_makes_other_customers(sample):
    assert not make_sample(seed=1).equals(sample)


def test_the_dirt_is_the_real_files():
    found = {(one.name, one.column): one.count for one in inspect(read_customers(SAMPLE))}
    assert found.pop(("outside", "Income")) == pytest.approx(8, abs=2)
    assert found.pop(("outside", "Total_Spending")) <= 5
    assert found.pop(("far_out", "NumWebPurchases")) == pytest.approx(4, abs=2)
    assert found.pop(("far_out", "NumWebVisitsMonth")) == pytest.approx(3, abs=2)
    assert found.pop(("ambiguous_dates", "Dt_Customer")) == pytest.approx(916, abs=50)
    assert found == {
        ("gaps", "Income"): 24,
        ("impossible_age", "Year_Birth"): 3,
        ("far_out", "Income"): 1,
        ("rare_category", "Marital_Status"): 7,
        ("constant", "Z_CostContact"): 2240,
        ("constant", "Z_Revenue"): 2240,
        ("repeated_rows", ""): 182,
        ("bought_nothing", ""): 6,
    }


@pytest.mark.parametrize(
    ("column", "published"),
    [
        ("Education", {"Graduation": 1127, "PhD": 486, "Master": 370, "2n Cycle": 203, "Basic": 54}),
        ("Marital_Status", {"Married": 864, "Together": 580, "Single": 480, "Divorced": 232, "Widow": 77}),
    ],
)
def test_categories_are_near_the_published_counts(sample, column, published):
    counts = sample[column].value_counts()
    assert counts[list(published)].to_dict() == pytest.approx(published, abs=15)


def test_spending_is_near_the_published_figures(people):
    spending = people["Total_Spending"]
    assert spending.mean() == pytest.approx(605.8, rel=0.02)
    assert spending.median() == pytest.approx(396, rel=0.03)
    assert (spending.min(), spending.max()) == (5, 2525)
    shares = people[list(PRODUCTS.values())].sum() / spending.sum()
    assert shares.tolist() == pytest.approx([0.502, 0.043, 0.276, 0.062, 0.045, 0.073], abs=0.01)


def test_campaigns_are_near_the_published_rates(people):
    published = [0.0643, 0.0134, 0.0728, 0.0746, 0.0728, 0.1491]
    assert people[list(CAMPAIGNS)].mean().tolist() == pytest.approx(published, abs=0.004)
    assert (people["Campaign_Acceptance"] == 0).sum() == pytest.approx(1631, abs=50)
    assert people["Complain"].sum() == pytest.approx(21, abs=2)


def test_income_goes_with_spending_and_recency_with_nothing(people):
    assert people["Income"].corr(people["Total_Spending"]) == pytest.approx(0.79, abs=0.03)
    assert abs(people["Recency"].corr(people["Total_Spending"])) < 0.05
    assert people["Recency"].value_counts().reindex(range(100), fill_value=0).between(10, 40).all()


def test_age_and_income_have_the_published_medians(people):
    assert people["Age"].median() == 44
    assert people["Income"].median() == pytest.approx(51_381.5, rel=0.02)
    assert people["Dt_Customer"].agg(["min", "max"]).astype(str).tolist() == ["2012-07-30", "2014-06-29"]


def test_six_segments_of_like_sizes_come_out(segments):
    assert segments["size"].between(224, 560).all()


def test_two_segments_are_premium_and_differ_in_age(segments):
    premium = segments.tail(2)
    assert (premium["Total_Spending"] > 1100).all()
    assert premium["Age"].max() - premium["Age"].min() > 15


def test_one_middle_segment_buys_most_on_the_web(segments):
    middle = segments.iloc[3]
    assert 700 < middle["Total_Spending"] < 1050
    assert middle["NumWebPurchases"] > 1.4 * segments["NumWebPurchases"].drop(middle.name).max()


def test_one_budget_segment_is_older_and_two_young_ones_differ_in_recency(segments):
    young, older = segments.head(2), segments.iloc[2]
    assert older["Total_Spending"] < 300
    assert older["Age"] > young["Age"].max() + 10
    assert young["Total_Spending"].max() < 160
    assert young["Recency"].max() - young["Recency"].min() > 40


def test_two_segments_are_firmer_than_six(scaled):
    labels = {k: KMeans(k, n_init=5, random_state=0).fit_predict(scaled) for k in (2, 6)}
    assert silhouette_score(scaled, labels[2]) > silhouette_score(scaled, labels[6]) + 0.1


@pytest.mark.parametrize("n", [1, 10, 300])
def test_a_sample_has_as_many_customers_as_asked_for(n):
    frame = make_sample(n)
    assert len(frame) == n
    assert frame["ID"].is_unique


def test_a_larger_sample_keeps_the_figures():
    people = engineer(clean(make_sample(50_000)).frame)
    assert people["Total_Spending"].mean() == pytest.approx(605.8, rel=0.02)
    assert people["Income"].isna().mean() == pytest.approx(25 / 2240, rel=0.02)
    assert people["Income"].corr(people["Total_Spending"]) == pytest.approx(0.79, abs=0.03)
