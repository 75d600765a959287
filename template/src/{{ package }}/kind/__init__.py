"""What the type of the problem means: each type has all of this, and nothing else asks for it.

- `labels`: what an outcome must be, for the data checks. `BROKEN`, SQL that is true of a wrong
  `{label}`; `WHAT` and `REMEDY`, words on it; `TYPES`, what its column may be beside a number, and
  `TYPE_REMEDY`.
- `decision`: what is done about scores, with numpy alone, because servers import it. `ANSWERS`,
  the names of what is decided with their JSON schemas; `DecisionRule`, a frozen dataclass of floats
  that stand in the manifest, with `decide(score)`, which gives each of `ANSWERS` as [n];
  `for_fallback(model, constants)`, the rule for the fallback's scores; `value(outcomes)`, what each
  decision was worth, [n].
- `calibration`: `decision_rule(tested)` and `fallback_constants(features, label)`, which training
  takes from outcomes; `constant(label)`, the best score that is the same for everyone;
  `calibration_look(matured, false_alarm)`, whether scores still say what they say, called `NAME`.
- `reliability`: `measure(tested)`, how well calibrated a model was, in plain values for the model
  card; `draw` makes a figure of them, and `blocks` paragraphs.
- `scores`: `append_score(graph, output)`, which reduces what a converter makes of a model, with
  `OPTIONS`, to one output; `disagreement(expected, found)` of two ways of scoring, 0 of the same
  scores, its `TOLERANCE`, and the `margin(scores)` that it leaves; `standard_error(rows, metric)`,
  how far chance moves a metric, how much further a worse one (`widened`), and on how many
  independent `witnesses(rows)` that rests.
- `comparison`, where there is an A/B test: `Tally.of(outcomes)` of an arm, with `rows` and `mean`;
  `compare(champion, challenger, alpha)`, a `Comparison`; `sample_size(assumed, effect, ...)`, and
  `assumed_of_champion`, of the metrics of training that `ASSUMED_FROM` names; `SHARE_LIMITS`,
  shares of decisions that a challenger may not exceed.
- `words`: what a page calls things, where one is drawn.

A score is float64 [n], or [n, c] where a type scores c things of a row; `contracts.Scored` has
scores with their outcomes, and whose each row is. What types have in common stands beside them:
`sight`, what a number of rows shows, and `arms` of an A/B test.
"""
