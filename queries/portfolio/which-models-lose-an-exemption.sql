--+ title@en: Which models and systems lose an exemption, and on which conditions?
--+ title@fr: Quels modèles et systèmes perdent une exemption, et sur quelles conditions ?
--+ description@en: One row an entity and exemption: the conditions that fail, or the exceptions that hold, and how many duties are owed for it.
--+ description@fr: Une ligne par entité et exemption : les conditions non remplies, ou les exceptions qui s’appliquent, et combien d’obligations sont dues de ce fait.
--+ parameter: day first-day
--+ parameter@en: day the day asked about
--+ parameter@fr: day la date demandée
--+ parameter: rule %
--+ parameter@en: rule the exemption or exception, as a pattern of SQL (LIKE)
--+ parameter@fr: rule l’exemption ou l’exception, comme motif de SQL (LIKE)

WITH reasons AS (
    SELECT project, place, entity, rule AS duty, unnest(because) AS reason
    FROM findings
    WHERE day = $day AND status IN ('applies', 'transitional', 'conditional', 'upcoming')
), codes AS (
    SELECT project, place, entity, duty,
        reason.condition AS condition, reason.truth AS truth
    FROM reasons
)
SELECT codes.project AS project, codes.entity AS entity, rules.rule AS rule, rules.citation AS provision,
    string_agg(DISTINCT codes.condition || '=' || codes.truth, ', ' ORDER BY codes.condition || '=' || codes.truth) AS conditions,
    count(DISTINCT duty) AS duties, codes.place AS place
FROM codes
JOIN rules ON rules.rule = split_part(codes.condition, '.', 1)
WHERE ((rules.kind = 'exemption' AND codes.truth = 'fails') OR (rules.kind = 'exception' AND codes.truth = 'holds'))
    AND rules.rule LIKE $rule
GROUP BY codes.project, codes.place, codes.entity, rules.rule, rules.citation
ORDER BY project, place, entity, rule
