"""Kinds of sentences and of rows, and what has to be true of each; what no kind knows fails."""

from __future__ import annotations

import re

from tests.datasets.sentences import SPELLED, said
from tests.datasets.told import Told

CLAIMS = re.compile(
    rf"\d|\b({'|'.join(SPELLED)}|most|highest|lowest|largest|strongest|nearest|furthest)\b", re.I
)


def count(told: Told, word: str, number: int) -> bool:
    return SPELLED[number - 1] == word.lower() if number else word == "No"


# Sentences of one kind: {n} a number, {s} a segment, {f} a field; what has to be true of them.
KINDS = {
    # overview
    r"(\w+) segments": lambda t, k: count(t, k, len(t.names)),
    r"(?:Of those with 30 customers or more, )?{s} are {n} of customers and bring {n} of (.+?)(, the most)?": lambda t, s, p, m, money, most: (
        t.shares(p, m, money, t.of(s))
        and t.number(s) in t.large
        and t.sums()[t.number(s)] == max(t.sums().values())
    ),
    r"The largest, “{s}”, has {n} of customers": lambda t, s, p: (
        said(p, len(t.of(s)) / len(t.frame)) and len(t.of(s)) == t.segment.value_counts().max()
    ),
    r"(\w+) segments, none of 30 customers or more: too few to say who brings most": lambda t, k: not t.large,
    r"{n} of {n} customers match your filters: {n} of customers(?:, {n} of (.+))?": lambda t, n, all_, p, m, money: (
        said(n, t.mask.sum()) and said(all_, len(t.frame)) and t.shares(p, m, money, t.frame[t.mask])
    ),
    r"(Customers|(?:Mean )?{f}(?: per customer)?) \| {n} \| (.+)": lambda t, label, _, *told: t.figure(
        label, *told
    ),
    r"{n} of customers(?:, {n} of (.+))?": lambda t, p, m, money: t.shares(p, m, money, t.card),
    r"{n} of {n} selected: {n} of all customers(?:, {n} of (.+))?": lambda t, n, all_, p, m, money: (
        said(n, len(t.card))
        and said(all_, (t.segment == t.number(t.whose)).sum())
        and t.shares(p, m, money, t.card)
    ),
    r"{n} customers: {n} of all customers(?:, {n} of (.+))?": lambda t, n, p, m, money: (
        said(n, len(t.card)) and t.shares(p, m, money, t.card)
    ),
    r"{f} {n}(?: \w+)?, (.+)": lambda t, *words: (t.typical if t.page == "/predict" else t.phrase)(*words),
    r"As a whole the segment is furthest from everyone: {f} {n}(?: \w+)?, (.+)": lambda t, *words: (
        t.typical if t.page == "/predict" else t.phrase
    )(*words, *([t.of(t.portrayed or t.whose, t.segment > 0)] if t.page != "/predict" else [])),
    r"{n} customers?, {n} of all(?:, with {n} of (.+))?": lambda t, n, p, m, money: (
        said(n, len(t.card)) and t.shares(p, m, money, t.card)
    ),
    r"{f}: {n} on average, (.+)": lambda t, *words: t.phrase(*words),
    r"{f}: {n}": lambda t, f, p: said(p, t.mean(t.card, f)),
    r"See (?:these {n} customers|this customer)": lambda t, n: said(n or "1", len(t.card)),
    r"Most (?:common|from): (.+), {n}(?: each)?": Told.commonest,
    r"Without the filter on segments, so of {n} customers": lambda t, n: said(n, len(t.frame)),
    r"(?:Of the {n} selected: )?(?:(\w+) of (\w+) segments|{s}) (?:are|is) {n} of customers": lambda t, n, k, of, who, part: (
        (not n or said(n, t.others.sum())) and t.first(k, of, who, part)
    ),
    r"(?:Of the {n} selected: )?(?:(\w+) of (\w+) segments|{s}) brings? {n} of (.+), with {n} of customers": lambda t, n, k, of, who, part, m, p: (
        (not n or said(n, t.others.sum()))
        and (t.money(m) if t.others.all() else m == t.schema[t.schema.value].called)
        and t.first(k, of, who, p, part)
    ),
    r"Without its own filter, so of {n} customers": lambda t, n: said(n, len(t.frame)),
    # relations
    r"(?:Strongest: )?{f} and {f} are (\w+ related(?:, one falling as the other rises)?) \(r = {n}\)(?:, over {n} customers)?": lambda t, a, b, how, r, n: (
        t.related(a, b, how, r) and (not n or said(n, t.known_pairs))
    ),
    r"{f} and {f} are (\w+) related \(r = {n}\) by few customers far out: most show nothing of it": Told.related,
    r"[Ww]hether {f} and {f} are related could be chance \(r = {n}\)": lambda t, a, b, r: t.related(
        a, b, "chance", r
    ),
    r"The points are (?:{n} of )?the {n} selected customers(?: of whom both are known)?(?:, drawn at random)?(?:; {n} of these points lies? beyond the axes)?": lambda t, n, of, _far: (
        said(of, t.mask.sum()) or ((not n or said(n, 400)) and int(of.replace(",", "")) < t.mask.sum())
    ),
    r"{f}: the median is {n} (?:among|for) {s}": lambda t, f, n, s: t.medians(f, n, s, n, s),
    r"{n} customers are too few to say whether {f} and {f} are related": lambda t, n, *_: (
        said(n, t.mask.sum()) and t.mask.sum() < 10
    ),
    r"Half of (.+) comes from {n} of (?:customers|them)": lambda t, whose, p: (
        t.half(p) and ("selected" in whose or t.money(whose))
    ),
    r"{n} of {n} customers are shown as points": lambda t, n, all_: (
        said(all_, t.known_pairs) and said(n, min(t.known_pairs, 400))
    ),
    r"{f}: median {n} among {s}, {n} among {s}": Told.medians,
    r"Nothing stands out over {n} customers: the strongest of {n} pairs, {f} and {f} \(r = {n}\), could be chance": lambda t, n, of, a, b, r: (
        t.related(a, b, f"chance among {of}", r) and said(n, t.mask.sum())
    ),
    r"Fewer than two of those compared have 30 customers: too few to say how they differ": lambda t: (
        not {1, 2} <= {*t.large}
    ),
    r".*(?:[Ff]ewer than two|No segment).* 30 customers.*": lambda t: len(t.large) < 2,
    r"Only one segment has 30 customers here.*": lambda t: len(t.large) == 1,
    r"{n} customers are too few to say which fields are related": lambda t, n: (
        said(n, t.mask.sum()) and t.mask.sum() < 10
    ),
    r"(?:More about them |Campaign verdict |Suggested)?: {s}|{s} and {s}": lambda t, *names: all(
        map(t.number, filter(None, names))
    ),
    # rules are held to the table where they are made
    r"=FILTER.+|SELECT [^$]+|Columns are named as .+|Of those it finds, .+|On all customers together it finds .+|{s}: .+ (?:at least|at most|below|from) .+": lambda t, *_: (
        True
    ),
    r"Fewer than 30 customers: too few for averages to be told": lambda t: len(t.card) < 30,
    # quality
    r"From \w+.csv, {n} rows; cleaning rules touched none of them": lambda t, n: said(n, len(t.frame)),
    r"Most gaps: {f}, {n}": lambda t, f, n: (
        said(n, t.frame[t.field(f)].isna().sum())
        and t.frame.isna().sum().max() == t.frame[t.field(f)].isna().sum()
    ),
    # segments
    r"(?:Among the {n} customers that match your filters, |To compare them with the others, these charts show all segments: among the {n} customers that (?:there are|pass the other filters), )?[Ss]egments differ most in {f} \(averages from {n} to {n}(?: \w+)?\) and {f} \(averages from {n} to {n}(?: \w+)?\)(?:: they differ by design in (?:both|{f}))?": lambda t, match, all_, *told: (
        t.averages(*told[:6]) and said(match or all_ or str(len(t.frame)), t.others.sum())
    ),
    r"No customer of {n} matches your filters": lambda t, n: said(n, len(t.frame)) and not t.mask.any(),
    r"{n} customers match your filters": lambda t, n: said(n, t.mask.sum()),
    r"Furthest from everyone: {s} in {f}, {n} standard deviations": Told.extreme,
    r"Furthest from everyone(?: who matches)? in {f}: {n} against {n} on average": lambda t, f, *means: all(
        said(mean, t.mean(t.of(who), f)) for who, mean in zip((t.portrayed, "everyone"), means, strict=True)
    ),
    r"Highest: {f}, {n} against {n} of everyone who matches": lambda t, f, *rates: all(
        said(rate, t.of(who)[t.field(f)].mean())
        for who, rate in zip((t.portrayed, "everyone"), rates, strict=True)
    ),
    r"Hatched: fewer than 30 customers": lambda t: len(t.large) < len(t.names),
    r"(?:Of those compared, f|F)urthest apart in {f} \({s}: {n}, {s}: {n} on average\), where they differ by design": lambda t, f, *told: (
        t.apart(f, *told) and bool(t.schema.sources(t.field(f)) | {t.field(f)} & {*t.schema.basis})
    ),
    r"Of the fields they were not made from, in {f} \({s}: {n}, {s}: {n} on average\); (.+)": lambda t, f, *told: (
        t.apart(f, *told[:4]) and t.field(f) not in t.schema.basis
    ),
    r"{f}: the median is highest for {s} \({n}\), lowest for {s} \({n}\)": lambda t, f, most, high, least, low: (
        t.medians(f, high, most, low, least)
    ),
    r"Nearest: {s} and {s}, {n} apart": lambda t, a, b, d: t.apart_by(a, b, d, min),
    r"Furthest: {s} and {s}, {n}": lambda t, a, b, d: t.apart_by(a, b, d, max),
    r"The two directions hold {n} of the variance": Told.flat_picture,
    r"For viewing only: the segments were made in all {n} dimensions": lambda t, n: said(
        n, len(t.schema.basis)
    ),
    r"Arrows point to where a field is high; {n} customers are shown": lambda t, n: said(n, len(t.frame)),
    r"Fewer than 30 customers, so take with care: (.+)": lambda t, names: all(
        t.number(n) not in t.large for n in names.split(", ")
    ),
    # predict
    r"(Clearly|Most likely|Only just) (?:one of the|in) “?{s}”?": Told.is_firm,
    r"(?:The nearest border is that with|It could as well be)(?: one of| in)?(?: the)? “?{s}”?": lambda t, s: (
        t.number(s) == t.border()[1]
    ),
    r"{n} firm: made again from other customers like these, the segments kept this customer {n} times in {n}": lambda t, firm, kept, refits: (
        said(firm, int(kept) / int(refits)) and 0 < int(kept) <= int(refits)
    ),
    r"This customer is furthest from everyone in {f}: {n}, (above|below|at) the average of {n}": Told.furthest,
    r"Nearest: {s} at {n}, then {s} at {n}; the nearest border, that with {s}, is {n} away": Told.nearest,
    r"(\w+) figures place a customer in a segment, and say how firmly": lambda t, k: count(
        t, k, len(t.schema.basis)
    ),
    r"within half a standard deviation of everyone's average in all (\w+) figures": lambda t, k: (
        count(t, k, len(t.schema.basis)) and (t.typical_point.abs() < 0.5).all()
    ),
    # campaigns
    r"The last campaign would have (earned|lost) {n}(?: on the {n} customers who match your filters)?": lambda t, how, n, whom: (
        said(n, abs(t.profit()))
        and (t.profit() > 0) == (how == "earned")
        and (not whom or said(whom, t.mask.sum()))
    ),
    r"(\w+) segments? would have been (?:clearly )?worth contacting(?:; (\w+) needs? a larger test)?": lambda t, send, test: (
        count(t, send, t.verdicts("Send"))
        and (count(t, test, t.verdicts("Test")) if test else not t.verdicts("Test"))
    ),
    r"The {n} customers who had accepted (?:an earlier campaign|campaign 1) would have earned {n} on their own": lambda t, n, earned: (
        said(n, t.loyal.sum()) and said(earned, t.profit(t.loyal))
    ),
    r"Left out for fewer than 30 customers: (\w+)": lambda t, k: count(
        t, k, sum(n not in t.large for n in t.chosen)
    ),
    r"Contacted \| {n} \| (?:everyone; nobody was left out|{n} of {n})": lambda t, n, p, all_: (
        said(n, t.mask.sum()) and (not p or (said(p, t.mask.mean()) and said(all_, len(t.frame))))
    ),
    r"Profit \| {n} \| revenue {n}, cost {n}": lambda t, n, revenue, cost: (
        said(n, t.profit()) and said(revenue, t.profit(cost=0)) and said(cost, t.mask.sum())
    ),
    r"Break-even rate \| {n} \| a contact costs {n}, an acceptance brings {n}": lambda t, n, *money: (
        (n, *money) == ("10.0%", "1", "10")
    ),
    r"Segments worth contacting \| {n} of {n} \| {n} to test more, {n} to skip(?:, {n} too small to say)?(?: among the selected)?": lambda t, send, of, test, skip, small: (
        [int(send), int(test), int(skip)] == [t.verdicts(one) for one in ("Send", "Test", "Skip")]
        and int(of) == sum(n in t.large for n in t.chosen)
        and int(small or 0) == len(t.chosen) - int(of)
    ),
    r"For {s} it takes (about {n}|over 10,000,000) contacts more until there is a verdict in 80% of cases; they are {n} here, all contacted, so only a new campaign can tell": lambda t, who, _about, _n, here: (
        said(here, (t.without("Segment") & t.is_in(who)).sum())
        and t.frame[t.schema.targets[-1]].notna().all()
    ),
    r"The file holds an answer of all {n} customers: nobody was left uncontacted": lambda t, n: (
        said(n, len(t.frame)) and t.frame[t.schema.targets[-1]].notna().all()
    ),
    r"The first {n} of customers bring {n} of acceptances": lambda t, depth, reached: t.reached(
        depth, reached
    ),
    r"Best after {n} customers? \({n}\): {n}": lambda t, n, depth, best: (
        said(depth, float(n.replace(",", "")) / t.mask.sum())
        and best == max((row[4] for row in t.text.rows["Profit at each depth"]), key=Told.plain)
    ),
    r"Neither (?:earlier campaigns nor money|what they answered nor spent before) puts these customers in an order: here it is all of them, or nobody": lambda t: (
        len(t.text.rows["Cumulative gains"]) == 1
    ),
    "An order that says nothing would bring as much": lambda t: len(t.text.rows["Profit at each depth"]) == 1,
    r"{n} of {n} rates differ from everyone else's by more than chance explains: ▲ more often, ▼ less often": lambda t, n, of: (
        int(n) == t.marked() and int(of) == t.compared_rates
    ),
    r"Corrected for making {n} comparisons at once \(Benjamini-Hochberg\): of those marked, 5% at most are expected to be chance": lambda t, n: (
        int(n) == t.compared_rates
    ),
    r"None of {n} rates differs from everyone else's by more than chance explains": lambda t, n: (
        t.marked() == 0
    ),
    r"Highest at (.+?)(?: years| days)? \({n}\), lowest at (.+?)(?: years| days)? \({n}\)": Told.answered,
    r"Accepted \| {n} \| {n}, 95% interval {n} to {n}(?:; (.+))?": lambda t, n, rate, low, high, how: (
        said(n, t.accepted().sum())
        and said(rate, t.accepted().mean())
        and t.interval(low, high, t.schema.targets[-1])
    ),
}


# Tables behind charts, by their captions: what has to be true of a row.
ROWS = {
    r"How many they are": lambda t, row: t.in_parts(row) and t.schema.value is None,
    r"Who they are, and their {f}": lambda t, row, f: t.in_parts(row) and t.field(f) == t.schema.value,
    r"{f} against {f}": lambda t, row, x, y: all(
        said(
            number,
            t.frame.loc[t.mask & t.is_in(row[0]), [t.field(x), t.field(y)]].dropna()[t.field(one)].mean(),
        )
        for one, number in zip((x, y), row[2:], strict=True)
    ),
    r"Profile of every segment": lambda t, row: (
        row[0] == "Customers"
        or all(
            number == "not known" or said(number, t.mean(t.of(who), row[0]))
            for who, number in zip([*t.names.values(), "everyone"], row[1:], strict=True)
        )
    ),
    r"Answers to campaigns": lambda t, row: all(
        said(rate, t.of(who)[t.field(row[0])].mean())
        for who, rate in ((t.portrayed, row[1]), ("everyone", row[3]))
    ),
    r"Differences, largest first": lambda t, row: t.apart(
        row[0], *(part for cell in row[1:3] for part in cell.rsplit(": ", 1))
    ),
    r"Gaps after cleaning": lambda t, row: said(row[1].split()[0], t.frame[t.field(row[0])].isna().sum()),
    r"What was found in the file": lambda t, row: t.found_in_file(*row[:4]),
    r"(?:Spread b|B)y segment": lambda t, row: t.quantiles(row),
    r"Correlations": lambda t, row: t.related(
        *row[0].split(" and "),
        {"strong": "strongly", "moderate": "moderately", "weak": "weakly"}.get(
            row[2].split(",")[0], f"{row[2]} among {len(t.schema.measures) ** 2}"
        ),
        row[1],
    ),
    r"Cumulative gains|Profit at each depth": lambda t, row: (
        said(row[0], t.plain(row[1]) / t.mask.sum())
        and said(row[3], t.plain(row[2]) / t.accepted().sum())
        and said(row[4], 10 * t.plain(row[2]) - t.plain(row[1]))
    ),
    r"All campaigns by segment": lambda t, row: all(
        t.rate_of(row[0], *pair) for pair in zip(t.schema.outcomes, row[1:], strict=True)
    ),
    r"Distances between segments|Map of customers|How the file was cleaned|One field against another|This customer .+|Distance to .+": lambda t, row: (
        True
    ),
    r"{f}|(?:Campaigns accepted before)": lambda t, row, f: (
        t.against_everyone(row)
        if t.portrayed
        else not f or row[-1].endswith("%") or "%" in row[2] or t.bar(f, *row)
    ),
    r".+": lambda t, row: bool(t.portrayed) and t.against_everyone(row),
}
FIXED = (
    "dots: theirs, with a 95% interval; rings: everyone",
    "Up to three: add one by ID.+",
    "At most 50 MB",
    r"CSV or Excel \(XLSX\), one row per customer, .+",
    "Ask the administrator to start one",
    "Try two offers on small random groups and follow the better one",
    "box: the middle half; line: nine tenths",
    r"Up to (40|500) characters",
    r"Fewer than two groups have 30 customers or more: nothing to compare",
    "Maybe chance: one look in twenty shows as much where there is nothing",
    "Where nothing is said of chance, that is so in one of twenty visits of ten clicks at most",
    "Where few customers spend most, fewer than 95 of 100 intervals hold what they should",
    "from −1 to 1; click a cell to see the two fields below",
    "Compare two or more, in the two charts below",
    "standard deviations; lines: 95% intervals of a sample, in fields that segments were not made from",
    "acceptance rate, 95% interval",
    "No campaign was before campaign 1",
    "~ marks segments of fewer than 30 customers",
    "In the other fields lines are 95% intervals .+",
    "The file does not say what a contact costs or an acceptance brings; 1 and 10 stand in until you type yours",
    "From 95% the verdict is Send, up to 5% it is Skip, in between it is Test more",
    "Send and Skip are said only where its own counts alone say the same",
    "Everyone and the two plain rules are judged by their own counts alone",
    "Still needed: further contacts .+ with a chance of 80%, .+",
    "Each point is a group with its 95% interval; hollow points are groups of fewer than 30 customers; .+",
    r"Model [0-9a-f]{16}, \d{4}-\d\d-\d\d",
    "Contacted in the order of .+, (most|highest) first",
    r"The best depth of an order that says nothing would promise .+",
    r"\d|\d+%",
)
FIXED_KIND = re.compile("|".join(f"(?:{one})" for one in FIXED))
