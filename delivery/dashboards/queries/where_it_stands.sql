-- The last day with a mark in each school, and how many marks there are
-- In a published file the table published says at which entry of the ledger it stands.
SELECT s.school, s.name, MIN(f.date) AS first_day, MAX(f.date) AS last_day,
       COUNT(DISTINCT f.pupil) AS pupils, SUM(f.possible) AS possible
FROM v1_fact_rate_daily f
JOIN v1_dim_school s ON s.school = f.school
GROUP BY s.school, s.name
ORDER BY s.school
