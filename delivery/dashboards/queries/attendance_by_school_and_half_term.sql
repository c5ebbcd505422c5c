-- Attendance of each school, half-term by half-term
-- Counts first, then one division: an average of percentages is wrong where schools differ in
-- size. The same figures as attendance rates --by school --period half-term.
SELECT s.name AS school, d.half_term, MIN(f.date) AS starts,
       SUM(f.attended) AS attended, SUM(f.possible) AS possible,
       ROUND(100.0 * SUM(f.attended) / SUM(f.possible), 1) AS attendance
FROM v1_fact_rate_daily f
JOIN v1_dim_date d ON d.school = f.school AND d.date = f.date
JOIN v1_dim_school s ON s.school = f.school
WHERE f.possible > 0 AND d.half_term IS NOT NULL
GROUP BY s.name, d.half_term
ORDER BY s.name, starts
