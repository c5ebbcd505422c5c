-- Persistently and severely absent pupils of each year group and school year
-- A tenth or more, and half or more, of the pupil's own possible sessions, compared in whole
-- numbers. A pupil counts in the year group of their last session of that year.
SELECT p.school_name AS school, p.year, e.year_group, COUNT(*) AS pupils,
       SUM(CASE WHEN 10 * p.absent >= p.possible THEN 1 ELSE 0 END) AS persistent,
       SUM(CASE WHEN 2 * p.absent >= p.possible THEN 1 ELSE 0 END) AS severe
FROM (
  SELECT f.school, s.name AS school_name, d.year, f.pupil, MAX(f.date) AS last_day,
         SUM(f.authorised + f.unauthorised) AS absent, SUM(f.possible) AS possible
  FROM v1_fact_rate_daily f
  JOIN v1_dim_date d ON d.school = f.school AND d.date = f.date
  JOIN v1_dim_school s ON s.school = f.school
  WHERE f.possible > 0
  GROUP BY f.school, s.name, d.year, f.pupil
) p
JOIN v1_dim_enrolment e ON e.school = p.school AND e.pupil = p.pupil
  AND p.last_day BETWEEN e.starts AND e.ends
GROUP BY p.school_name, p.year, e.year_group
ORDER BY p.school_name, p.year, e.year_group
