--+ title@en: Which facts, if they were known, would decide most?
--+ title@fr: Quels faits, s’ils étaient connus, trancheraient le plus ?
--+ description@en: For each fact the findings that wait for it, those that it would decide by itself, and the projects.
--+ description@fr: Pour chaque fait, les constats qui l’attendent, ceux qu’il trancherait à lui seul, et les projets.
--+ parameter: day first-day
--+ parameter@en: day the day asked about
--+ parameter@fr: day la date demandée

WITH sets AS (
    SELECT row_number() OVER () AS finding, project, place, missing FROM findings WHERE day = $day AND len(missing) > 0
), alternatives AS (
    SELECT finding, project, place, unnest(missing) AS together FROM sets
), gaps AS (
    SELECT finding, project, place, len(together) AS size, unnest(together) AS gap FROM alternatives
), keyed AS (
    SELECT finding, project, place, min(size) AS size, gap.fact AS fact
    FROM gaps GROUP BY finding, project, place, gap.fact
)
SELECT keyed.fact AS fact, count(*) AS findings, count(*) FILTER (WHERE size = 1) AS alone,
    count(DISTINCT (project, place)) AS projects, any_value(facts.question) AS question
FROM keyed
LEFT JOIN facts ON facts.fact = keyed.fact
GROUP BY keyed.fact
ORDER BY findings DESC, fact
