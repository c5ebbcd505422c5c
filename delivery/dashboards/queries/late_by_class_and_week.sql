-- Late arrivals of each class, week by week
-- L and U. They are counted again within attended and unauthorised: never add them to those.
SELECT s.name AS school, f.class, d.week, SUM(f.late) AS late, SUM(f.possible) AS possible
FROM v1_fact_rate_daily f
JOIN v1_dim_date d ON d.school = f.school AND d.date = f.date
JOIN v1_dim_school s ON s.school = f.school
WHERE d.week IS NOT NULL
GROUP BY s.name, f.class, d.week
HAVING SUM(f.late) > 0
ORDER BY s.name, d.week, f.class
