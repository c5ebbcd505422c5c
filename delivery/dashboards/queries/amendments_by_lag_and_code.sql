-- Amendments: what became of what, and how long after the session
-- Each row counts amendments of one code to another. Which of them stand out, and how often that is
-- a false alarm, only attendance audit amendments says.
SELECT s.name AS school, h.lag, h.original, h.amended, COUNT(*) AS amendments
FROM v1_fact_mark_history h
JOIN v1_dim_school s ON s.school = h.school
WHERE h.step = 'amended'
GROUP BY s.name, h.lag, h.original, h.amended
ORDER BY s.name, amendments DESC, h.lag, h.original, h.amended
