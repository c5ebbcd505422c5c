-- Pupils with most unauthorised sessions in the last half-term that has any
-- By number or pseudonym; whoever may see names joins v1_dim_pupil_named. Who stands at a threshold
-- for a penalty notice, with its clause, only attendance penalty list says.
SELECT s.name AS school, l.half_term, f.pupil, MAX(f.class) AS class,
       SUM(f.unauthorised) AS unauthorised, SUM(f.possible) AS possible
FROM v1_fact_rate_daily f
JOIN v1_dim_date d ON d.school = f.school AND d.date = f.date
JOIN (
  SELECT d.school, d.half_term, MAX(d.date) AS ends
  FROM v1_dim_date d
  JOIN (SELECT school, MAX(date) AS last_day FROM v1_fact_rate_daily GROUP BY school) x
    ON x.school = d.school AND d.date <= x.last_day
  WHERE d.half_term IS NOT NULL
  GROUP BY d.school, d.half_term
) l ON l.school = d.school AND l.half_term = d.half_term
JOIN (
  SELECT d.school, MAX(d.date) AS ends
  FROM v1_dim_date d
  JOIN (SELECT school, MAX(date) AS last_day FROM v1_fact_rate_daily GROUP BY school) x
    ON x.school = d.school AND d.date <= x.last_day
  WHERE d.half_term IS NOT NULL
  GROUP BY d.school
) e ON e.school = l.school AND e.ends = l.ends
JOIN v1_dim_school s ON s.school = f.school
GROUP BY s.name, l.half_term, f.pupil
HAVING SUM(f.unauthorised) > 0
ORDER BY s.name, unauthorised DESC, f.pupil
