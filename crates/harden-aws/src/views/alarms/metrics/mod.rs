//! What a metric alarm compares with its threshold: the metrics, and how they are combined.
//!
//! Expression syntax: "Using math expressions with CloudWatch metrics" in the CloudWatch user guide.
//! Only sums are understood completely, because a sum keeps the unit of its metrics. Every other
//! expression still yields the metrics in it.

use crate::resources::{Metric, MetricAlarm, MetricQuery};

/// One metric of what an alarm compares.
#[derive(Debug, Clone)]
pub(crate) struct Series<'a> {
    pub(crate) metric: &'a Metric,
    /// `Average`, `Sum`, `p95`, …
    pub(crate) statistic: Option<&'a str>,
    /// The period in seconds.
    pub(crate) period: Option<i64>,
    pub(crate) unit: Option<&'a str>,
    /// The account of the metric, where it is not the alarm's account.
    pub(crate) account: Option<&'a str>,
    /// Whether the expression replaces missing data by a number (`FILL(m1, 0)`).
    pub(crate) filled: bool,
}

/// How an alarm combines its metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One metric, or a sum of metrics. The unit is that of the metrics.
    Sum,
    /// Any other expression. Its unit can differ from that of the metrics.
    Other,
    /// An anomaly detection band takes the place of the threshold.
    Band,
}

/// What an alarm compares with its threshold.
#[derive(Debug)]
pub(crate) struct AlarmMetrics<'a> {
    pub(crate) series: Vec<Series<'a>>,
    pub(crate) form: Form,
    /// Metrics Insights queries (`SELECT …`), which are not parsed.
    pub(crate) insights: Vec<&'a str>,
}

impl AlarmMetrics<'_> {
    /// The longest period in seconds: the alarm has to wait for it.
    pub(crate) fn period(&self) -> Option<i64> {
        self.series.iter().filter_map(|s| s.period).max()
    }
}

/// The metrics of an alarm.
pub(crate) fn alarm_metrics(alarm: &MetricAlarm) -> AlarmMetrics<'_> {
    if let Some(metric) = &alarm.metric {
        let statistic = alarm.statistic.as_deref();
        let series = Series {
            metric,
            statistic: statistic.or(alarm.extended_statistic.as_deref()),
            period: alarm.period,
            unit: alarm.unit.as_deref(),
            account: None,
            filled: false,
        };
        return AlarmMetrics {
            series: vec![series],
            form: if alarm.threshold_metric_id.is_some() {
                Form::Band
            } else {
                Form::Sum
            },
            insights: Vec::new(),
        };
    }
    let band = alarm.threshold_metric_id.as_deref();
    let mut compared = alarm
        .queries
        .iter()
        // MetricDataQuery: "If you omit this, the default of true is used" for ReturnData
        .filter(|q| q.returns_data != Some(false) && Some(&*q.id) != band);
    let mut reader = Reader {
        queries: &alarm.queries,
        open: Vec::new(),
        insights: Vec::new(),
    };
    let value = compared
        .clone()
        .find(|q| q.returns_data == Some(true))
        .or_else(|| compared.next())
        .map(|query| reader.query(query));
    let (series, is_sum) = value.map_or((Vec::new(), false), |v| (v.series, v.is_sum));
    AlarmMetrics {
        form: match (band, is_sum) {
            (Some(_), _) => Form::Band,
            (None, true) => Form::Sum,
            (None, false) => Form::Other,
        },
        series,
        insights: reader.insights,
    }
}

/// The metrics of a part of an expression, and whether the part is their sum.
#[derive(Default)]
struct Value<'a> {
    series: Vec<Series<'a>>,
    is_sum: bool,
}

struct Reader<'a> {
    queries: &'a [MetricQuery],
    /// The ids of the expressions that are being read. It stops expressions that refer to each other
    /// in a cycle.
    open: Vec<&'a str>,
    insights: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn id(&mut self, id: &str) -> Option<Value<'a>> {
        let query = self.queries.iter().find(|q| q.id == id)?;
        Some(self.query(query))
    }

    fn query(&mut self, query: &'a MetricQuery) -> Value<'a> {
        if let Some(metric) = &query.metric {
            let series = Series {
                metric,
                statistic: query.statistic.as_deref(),
                period: query.period,
                unit: query.unit.as_deref(),
                account: query.account.as_deref(),
                filled: false,
            };
            return Value {
                series: vec![series],
                is_sum: true,
            };
        }
        let Some(expression) = query.expression.as_deref() else {
            return Value::default();
        };
        if is_insights(expression) {
            self.insights.push(expression);
            return Value::default();
        }
        if self.open.contains(&&*query.id) {
            return Value::default();
        }
        self.open.push(&query.id);
        let value = self.expression(&tokens(expression));
        self.open.pop();
        value
    }

    fn expression(&mut self, tokens: &[Token<'_>]) -> Value<'a> {
        let mut rest = tokens;
        if let Some(series) = self.sum(&mut rest)
            && rest.is_empty()
        {
            return Value {
                series,
                is_sum: true,
            };
        }
        // not a sum: only collect the metrics
        let mut series = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            match *token {
                Token::Word("METRICS") => {
                    series.extend(self.metrics(&mut tokens.get(i + 1..).unwrap_or_default()));
                }
                Token::Word(id) => series.extend(self.id(id).unwrap_or_default().series),
                Token::Number | Token::Text(_) | Token::Mark(_) => {}
            }
        }
        Value {
            series,
            is_sum: false,
        }
    }

    /// `term + term + …`
    fn sum(&mut self, rest: &mut &[Token<'_>]) -> Option<Vec<Series<'a>>> {
        let mut all = self.term(rest)?;
        while eat(rest, '+') {
            all.extend(self.term(rest)?);
        }
        Some(all)
    }

    /// An id, `(sum)`, `FILL(sum, …)`, `SUM([sum, …])` or `SUM(METRICS())`.
    fn term(&mut self, rest: &mut &[Token<'_>]) -> Option<Vec<Series<'a>>> {
        if eat(rest, '(') {
            let inner = self.sum(rest)?;
            return eat(rest, ')').then_some(inner);
        }
        let (Token::Word(word), after) = rest.split_first()? else {
            return None;
        };
        *rest = after;
        match *word {
            "FILL" if eat(rest, '(') => {
                let mut inner = self.sum(rest)?;
                let with_number = eat(rest, ',') && {
                    eat(rest, '-');
                    matches!(rest.first(), Some(Token::Number))
                };
                *rest = rest.get(1..)?;
                for series in &mut inner {
                    series.filled |= with_number;
                }
                eat(rest, ')').then_some(inner)
            }
            "SUM" if eat(rest, '(') => {
                let inner = if eat(rest, '[') {
                    let mut all = self.sum(rest)?;
                    while eat(rest, ',') {
                        all.extend(self.sum(rest)?);
                    }
                    eat(rest, ']').then_some(all)?
                } else if let [Token::Word("METRICS"), after @ ..] = *rest {
                    *rest = after;
                    self.metrics(rest)
                } else {
                    return None;
                };
                eat(rest, ')').then_some(inner)
            }
            id => self.id(id).filter(|v| v.is_sum).map(|v| v.series),
        }
    }

    /// The value of `METRICS()`: all metrics of the alarm. With a text, those whose id contains it.
    fn metrics(&mut self, rest: &mut &[Token<'_>]) -> Vec<Series<'a>> {
        let mut part = "";
        if eat(rest, '(') {
            if let [Token::Text(text), after @ ..] = *rest {
                part = text;
                *rest = after;
            }
            eat(rest, ')');
        }
        let queries = self.queries;
        queries
            .iter()
            .filter(|q| q.metric.is_some() && q.id.contains(part))
            .flat_map(|q| self.query(q).series)
            .collect()
    }
}

fn is_insights(expression: &str) -> bool {
    let first = expression.split_whitespace().next();
    first.is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Number,
    Text(&'t str),
    Mark(char),
}

fn eat(rest: &mut &[Token<'_>], mark: char) -> bool {
    match *rest {
        [Token::Mark(found), after @ ..] if *found == mark => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end_of = |inside: fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (token, len) = if first.is_alphabetic() || first == '_' {
            let len = end_of(|c| c.is_alphanumeric() || c == '_');
            (Token::Word(&rest[..len]), len)
        } else if first.is_ascii_digit() || first == '.' {
            (Token::Number, end_of(|c| c.is_ascii_digit() || c == '.'))
        } else if first == '"' || first == '\'' {
            let inner = &rest[1..];
            let len = inner.find(first).unwrap_or(inner.len());
            (Token::Text(&inner[..len]), (len + 2).min(rest.len()))
        } else {
            (Token::Mark(first), first.len_utf8())
        };
        all.push(token);
        rest = rest[len..].trim_start();
    }
    all
}

#[cfg(test)]
mod tests;
