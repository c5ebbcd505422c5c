-- Attendance of each school, day by day, mornings beside afternoons
-- A line chart of every day. Which weekday a day is, every tool can tell from its date.
SELECT s.name AS school, d.week, m.date, m.half,
       SUM(m.attended) AS attended, SUM(m.possible) AS possible,
       ROUND(100.0 * SUM(m.attended) / SUM(m.possible), 1) AS attendance
FROM v1_fact_mark_current m
JOIN v1_dim_date d ON d.school = m.school AND d.date = m.date
JOIN v1_dim_school s ON s.school = m.school
WHERE m.possible = 1
GROUP BY s.name, d.week, m.date, m.half
ORDER BY s.name, m.date, m.half
