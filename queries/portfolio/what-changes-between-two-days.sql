--+ title@en: Which duties change their status between two days, and for how many projects?
--+ title@fr: Quelles obligations changent de statut entre deux dates, et pour combien de projets ?
--+ description@en: Both days have to be of the run (--on, twice). A finding that was not written on a day counts as not applicable there.
--+ description@fr: Les deux dates doivent être de l’exécution (--on, deux fois). Un constat non écrit à une date y compte comme sans objet.
--+ parameter: day first-day
--+ parameter@en: day the earlier day
--+ parameter@fr: day la première date
--+ parameter: other last-day
--+ parameter@en: other the later day
--+ parameter@fr: other la seconde date

WITH before AS (SELECT * FROM findings WHERE day = $day), after AS (SELECT * FROM findings WHERE day = $other),
pairs AS (
    SELECT coalesce(before.project, after.project) AS project, coalesce(before.place, after.place) AS place,
        coalesce(before.rule, after.rule) AS rule,
        coalesce(before.status, 'not_applicable') AS was, coalesce(after.status, 'not_applicable') AS becomes
    FROM before
    FULL OUTER JOIN after ON before.project = after.project AND before.place = after.place AND before.rule = after.rule
        AND before.role = after.role AND before.entity = after.entity AND before.bearer IS NOT DISTINCT FROM after.bearer
)
SELECT rules.citation AS provision, pairs.rule AS rule, was, becomes,
    count(DISTINCT (project, place)) AS projects, count(*) AS findings, any_value(rules.label) AS duty
FROM pairs
JOIN rules ON rules.rule = pairs.rule
WHERE was <> becomes
GROUP BY rules.citation, pairs.rule, was, becomes
ORDER BY findings DESC, rule, was, becomes
