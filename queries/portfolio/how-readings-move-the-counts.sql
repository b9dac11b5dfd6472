--+ title@en: How many findings would another reading of the law change, and how?
--+ title@fr: Combien de constats une autre lecture du droit changerait-elle, et comment ?
--+ description@en: The status now, and that under the reading, wherever the two differ.
--+ description@fr: Le statut actuel et celui selon la lecture, partout où ils diffèrent.
--+ parameter: day first-day
--+ parameter@en: day the day asked about
--+ parameter@fr: day la date demandée

WITH outcomes AS (
    SELECT project, place, status, unnest(readings) AS outcome FROM findings WHERE day = $day
)
SELECT outcome.reading AS reading, status, outcome.status AS becomes,
    count(*) AS findings, count(DISTINCT (project, place)) AS projects
FROM outcomes
WHERE outcome.status <> status
GROUP BY outcome.reading, status, outcome.status
ORDER BY findings DESC, reading, status, becomes
