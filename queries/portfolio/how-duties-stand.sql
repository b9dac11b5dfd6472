--+ title@en: How do the duties stand: how many findings of each status?
--+ title@fr: Où en sont les obligations : combien de constats de chaque statut ?
--+ description@en: What was written of each duty; summary.json counts also what was not.
--+ description@fr: Ce qui a été écrit de chaque obligation ; summary.json compte aussi ce qui ne l’a pas été.
--+ parameter: day first-day
--+ parameter@en: day the day asked about
--+ parameter@fr: day la date demandée

SELECT rules.citation AS provision, findings.rule AS rule,
    count(*) FILTER (WHERE status = 'applies') AS applies,
    count(*) FILTER (WHERE status IN ('transitional', 'conditional', 'upcoming')) AS later,
    count(*) FILTER (WHERE status = 'undetermined') AS undetermined,
    count(*) FILTER (WHERE status = 'lifted') AS lifted,
    count(DISTINCT (project, place)) AS projects, any_value(rules.label) AS duty
FROM findings
JOIN rules ON rules.rule = findings.rule
WHERE day = $day
GROUP BY rules.citation, findings.rule
ORDER BY projects DESC, rule
