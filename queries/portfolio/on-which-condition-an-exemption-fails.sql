--+ title@en: On which condition do duties escape the exemptions, and for how many projects?
--+ title@fr: Sur quelle condition les obligations échappent-elles aux exemptions, et pour combien de projets ?
--+ description@en: Conditions of exemptions that fail, and of exceptions to them that hold, where the duty is owed nevertheless.
--+ description@fr: Conditions d’exemptions qui ne sont pas remplies, et d’exceptions à celles-ci qui le sont, là où l’obligation est due malgré tout.
--+ parameter: day first-day
--+ parameter@en: day the day asked about
--+ parameter@fr: day la date demandée

WITH reasons AS (
    SELECT project, place, entity, finding.rule AS duty, unnest(because) AS reason
    FROM findings AS finding
    WHERE day = $day AND status IN ('applies', 'transitional', 'conditional', 'upcoming')
), codes AS (
    SELECT project, place, entity, duty,
        reason.condition AS condition, reason.truth AS truth
    FROM reasons
)
SELECT rules.citation AS provision, rules.rule AS rule, codes.condition AS condition, codes.truth AS truth,
    count(DISTINCT (codes.project, codes.place)) AS projects, count(DISTINCT (codes.project, codes.place, codes.entity)) AS entities,
    count(*) AS findings, any_value(conditions.says) AS says
FROM codes
JOIN rules ON rules.rule = split_part(codes.condition, '.', 1)
LEFT JOIN conditions ON conditions.condition = codes.condition
WHERE (rules.kind = 'exemption' AND codes.truth = 'fails') OR (rules.kind = 'exception' AND codes.truth = 'holds')
GROUP BY rules.citation, rules.rule, codes.condition, codes.truth
ORDER BY projects DESC, findings DESC, condition
