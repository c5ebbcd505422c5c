-- Sessions under each code, by school and term, with what the code means
-- The code that counts: a closure lies over the marks beneath it. The meaning is that in force on
-- the day, since codes changed on 19 August 2024.
SELECT s.name AS school, d.term, m.code, c.meaning, c.statistical, COUNT(*) AS sessions
FROM v1_fact_mark_current m
JOIN v1_dim_code c ON c.school = m.school AND c.code = m.code AND m.date BETWEEN c.begins AND c.ends
JOIN v1_dim_date d ON d.school = m.school AND d.date = m.date
JOIN v1_dim_school s ON s.school = m.school
GROUP BY s.name, d.term, m.code, c.meaning, c.statistical
ORDER BY s.name, d.term, sessions DESC, m.code, c.meaning
