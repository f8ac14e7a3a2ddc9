-- Every figure of a month's report, from the rows, in plain SQL for SQLite: month.sql again, because days, clocks and
-- elapsed time have no SQL in common. It knows no time zones: %(offset)s from UTC holds for the whole month, and visits
-- end on their day. Answers (key, filter, value). Hundredths are rounded half up in whole numbers: (200 * amount + by) / (2 * by) / 100.

-- the work-ordered day, and what stands beside it
WITH RECURSIVE day_of (day) AS (
    SELECT %(first)s UNION ALL SELECT date(day, '+1 day') FROM day_of WHERE day < %(last)s
), days AS MATERIALIZED (
    SELECT d.day FROM day_of d LEFT JOIN activities_openday e ON e.day = d.day
    WHERE COALESCE(e.is_open, strftime('%%w', d.day) BETWEEN '1' AND '5')
), hour_of (hour) AS (
    SELECT 0 UNION ALL SELECT hour + 1 FROM hour_of WHERE hour < 23
), month AS MATERIALIZED (
    SELECT v.*, (CAST(strftime('%%s', left_at) AS INTEGER) - CAST(strftime('%%s', arrived_at) AS INTEGER)) / 60 AS minutes,
        CAST(strftime('%%H', arrived_at, %(offset)s) AS INTEGER) AS first_hour,
        CAST(strftime('%%H', left_at, %(offset)s, '+3599 seconds') AS INTEGER) AS end_hour,
        d.day IS NOT NULL AS on_open_day
    FROM attendance_visit v LEFT JOIN days d USING (day) WHERE v.day BETWEEN %(first)s AND %(last)s
), wod AS MATERIALIZED (
    SELECT * FROM month WHERE kind = 'wod' AND on_open_day
), here AS MATERIALIZED (
    SELECT d.day, COUNT(DISTINCT w.member_id) AS members FROM days d LEFT JOIN wod w USING (day) GROUP BY d.day
), timed AS MATERIALIZED (
    SELECT member_id, day, minutes FROM wod WHERE ending = 'known'
), per_day AS MATERIALIZED (
    SELECT SUM(minutes) AS minutes FROM timed GROUP BY member_id, day
), n AS MATERIALIZED (
    SELECT COUNT(*) AS open_days, SUM(members) AS member_days FROM here
), hours AS (
    SELECT hour, COUNT(*) AS times FROM (
        SELECT DISTINCT member_id, day, hour FROM wod
        JOIN hour_of ON hour >= first_hour AND (hour = first_hour OR hour < end_hour)
    ) x GROUP BY hour
), beside AS (
    SELECT kind, COUNT(DISTINCT day) AS days, COUNT(day) AS member_days, COUNT(DISTINCT member_id) AS members
    FROM (SELECT 'social' AS kind UNION ALL SELECT 'virtual' UNION ALL SELECT 'offsite') k
    LEFT JOIN (SELECT DISTINCT kind, day, member_id FROM month) x USING (kind) GROUP BY kind
), units AS (
    SELECT u.name, COUNT(*) AS times
    FROM (SELECT DISTINCT unit_id, member_id, day FROM wod) x JOIN activities_unit u ON u.id = x.unit_id GROUP BY u.name
), guests AS (
    SELECT kind, SUM(count) AS people FROM attendance_guestcount WHERE day BETWEEN %(first)s AND %(last)s GROUP BY kind
)
SELECT 'attendance.open_wod_days', '', open_days FROM n
UNION ALL SELECT 'attendance.member_days', '', member_days FROM n
UNION ALL SELECT 'attendance.ada_wod', '', (200 * member_days + open_days) / (2 * open_days) / 100.0 FROM n
UNION ALL SELECT 'attendance.median', '', AVG(members) FROM (
        SELECT members, ROW_NUMBER() OVER (ORDER BY members) AS place, COUNT(*) OVER () AS days FROM here
    ) x WHERE place IN ((days + 1) / 2, (days + 2) / 2)
UNION ALL SELECT 'attendance.min', '', MIN(members) FROM here
UNION ALL SELECT 'attendance.max', '', MAX(members) FROM here
UNION ALL SELECT 'attendance.by_day', 'day=' || day, members FROM here
UNION ALL SELECT 'attendance.by_weekday', 'weekday=' || CASE strftime('%%w', day) WHEN '1' THEN 'Monday'
        WHEN '2' THEN 'Tuesday' WHEN '3' THEN 'Wednesday' WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' END,
    (200 * SUM(members) + COUNT(*)) / (2 * COUNT(*)) / 100.0 FROM here GROUP BY strftime('%%w', day)
UNION ALL SELECT 'attendance.distinct_members', '', COUNT(DISTINCT member_id) FROM wod
UNION ALL SELECT 'attendance.minutes', '', SUM(minutes) FROM timed
UNION ALL SELECT 'attendance.hours', '', (200 * SUM(minutes) + 60) / 120 / 100.0 FROM timed
UNION ALL SELECT 'attendance.minutes_per_visit', '', (200 * SUM(minutes) + COUNT(*)) / (2 * COUNT(*)) / 100.0 FROM timed
UNION ALL SELECT 'attendance.missing_sign_outs', '', COUNT(*) FROM wod WHERE left_at IS NULL
UNION ALL SELECT 'attendance.estimated_sign_outs', '', COUNT(*) FROM wod WHERE ending = 'assumed'
UNION ALL SELECT 'attendance.estimated_minutes', '', SUM(minutes) FROM wod WHERE ending = 'assumed'
UNION ALL SELECT 'attendance.by_hour', 'hour=' || printf('%%02d', hour),
    (200 * times + open_days) / (2 * open_days) / 100.0 FROM hours, n
UNION ALL SELECT 'attendance.by_unit', 'unit=' || name || '; count=member_days', times FROM units
UNION ALL SELECT 'attendance.by_unit', 'unit=' || name || '; count=ada',
    (200 * times + open_days) / (2 * open_days) / 100.0 FROM units, n
UNION ALL SELECT 'attendance.' || kind, 'count=days', days FROM beside
UNION ALL SELECT 'attendance.' || kind, 'count=member_days', member_days FROM beside
UNION ALL SELECT 'attendance.' || kind, 'count=distinct_members', members FROM beside
UNION ALL SELECT 'attendance.distinct_served', '', COUNT(DISTINCT member_id) FROM month
    WHERE kind IN ('social', 'virtual') OR kind = 'wod' AND on_open_day
UNION ALL SELECT 'attendance.guests', '', SUM(people) FROM guests
UNION ALL SELECT 'attendance.guests', 'kind=' || kind, people FROM guests
UNION ALL SELECT 'membership.tours', '', people FROM guests WHERE kind = 'tour'
UNION ALL SELECT 'attendance.visits_on_closed_days', '', COUNT(*) FROM month WHERE kind = 'wod' AND NOT on_open_day
UNION ALL SELECT 'attendance.visits_on_closed_days', 'day=' || day, COUNT(*) FROM month
    WHERE kind = 'wod' AND NOT on_open_day GROUP BY day
UNION ALL SELECT 'units_15.floor_per_day', '', SUM(minutes / 15) FROM per_day
UNION ALL SELECT 'units_15.eight_minute_per_day', '', SUM((minutes + 7) / 15) FROM per_day
UNION ALL SELECT 'units_15.up_to_per_day', '', SUM((minutes + 14) / 15) FROM per_day
UNION ALL SELECT 'units_15.floor_per_visit', '', SUM(minutes / 15) FROM timed
UNION ALL SELECT 'units_15.house_units', '', SUM(minutes / 15) FROM per_day
UNION ALL SELECT 'programme.attendances', '', member_days FROM beside WHERE kind = 'social'
UNION ALL SELECT 'programme.distinct_members', '', members FROM beside WHERE kind = 'social'
UNION ALL SELECT 'staff.days_counted', '', COUNT(*) FROM here JOIN attendance_daycount c USING (day) WHERE c.kind = 'staff'
UNION ALL SELECT 'staff.mean_on_duty', '', (200 * SUM(count) + COUNT(*)) / (2 * COUNT(*)) / 100.0
    FROM here JOIN attendance_daycount c USING (day) WHERE c.kind = 'staff'
UNION ALL SELECT 'staff.ada_per_staff', '', (200 * SUM(members) + SUM(count)) / (2 * SUM(count)) / 100.0
    FROM here JOIN attendance_daycount c USING (day) WHERE c.kind = 'staff'
UNION ALL SELECT 'meetings.unit_meetings', '',
    (COUNT(morning_meeting_at) + COUNT(afternoon_meeting_at)) * (SELECT open_days FROM n) FROM activities_unit;

-- thirteen months, and the times beside this one
WITH RECURSIVE day_of (day) AS (
    SELECT %(year_ago)s UNION ALL SELECT date(day, '+1 day') FROM day_of WHERE day < %(last)s
), days AS MATERIALIZED (
    SELECT d.day FROM day_of d LEFT JOIN activities_openday e ON e.day = d.day
    WHERE COALESCE(e.is_open, strftime('%%w', d.day) BETWEEN '1' AND '5')
), came AS MATERIALIZED (
    SELECT DISTINCT v.day, v.member_id FROM attendance_visit v JOIN days USING (day) WHERE v.kind = 'wod'
), here AS MATERIALIZED (
    SELECT d.day, COUNT(c.member_id) AS members FROM days d LEFT JOIN came c USING (day) GROUP BY d.day
), times (name, first, until) AS (
    VALUES ('last_month', date(%(first)s, '-1 month'), date(%(first)s, '-1 day')),
        ('same_month_last_year', %(year_ago)s, date(%(year_ago)s, '+1 month', '-1 day')),
        ('rolling_12', date(%(year_ago)s, '+1 month'), %(last)s),
        ('year_to_date', date(%(first)s, 'start of year'), %(last)s),
        ('fiscal_july', date(%(first)s, '-6 months', 'start of year', '+6 months'), %(last)s),
        ('fiscal_october', date(%(first)s, '-9 months', 'start of year', '+9 months'), %(last)s)
), stretch AS MATERIALIZED (
    SELECT 'comparisons.' || name AS key, 'from=' || first || '; until=' || until || '; count=' AS part,
        (SELECT COUNT(*) FROM here WHERE day BETWEEN first AND until) AS open_days,
        (SELECT SUM(members) FROM here WHERE day BETWEEN first AND until) AS member_days,
        (SELECT COUNT(*) FROM (SELECT DISTINCT member_id FROM came WHERE day BETWEEN first AND until) x) AS members
    FROM times
), trend AS MATERIALIZED (
    SELECT 'month=' || substr(day, 1, 7) || '; count=' AS part, COUNT(*) AS open_days,
        SUM(members) AS member_days
    FROM here GROUP BY 1
)
SELECT key, part || 'open_wod_days', open_days FROM stretch
UNION ALL SELECT key, part || 'member_days', member_days FROM stretch
UNION ALL SELECT key, part || 'ada_wod', (200 * member_days + open_days) / (2 * open_days) / 100.0 FROM stretch
UNION ALL SELECT key, part || 'distinct_members', members FROM stretch
UNION ALL SELECT 'trend.months', part || 'open_wod_days', open_days FROM trend
UNION ALL SELECT 'trend.months', part || 'member_days', member_days FROM trend
UNION ALL SELECT 'trend.months', part || 'ada_wod', (200 * member_days + open_days) / (2 * open_days) / 100.0 FROM trend;

-- the roll, who came lately, who is new, who came back
WITH served AS MATERIALIZED (
    SELECT member_id, day FROM attendance_visit
    WHERE kind IN ('wod', 'social', 'virtual') AND day BETWEEN date(%(last)s, '-364 days') AND %(last)s
), new AS MATERIALIZED (
    SELECT id FROM members_member WHERE merged_into_id IS NULL AND enrolled_on BETWEEN %(first)s AND %(last)s
), came AS (
    SELECT member_id, MIN(day) AS day FROM served WHERE day >= %(first)s GROUP BY member_id
)
SELECT 'membership.roll', '', COUNT(*) FROM members_member
    WHERE merged_into_id IS NULL AND enrolled_on <= %(last)s
    AND COALESCE(withdrawn_on > %(last)s, TRUE) AND COALESCE(deceased_on > %(last)s, TRUE)
UNION ALL SELECT 'membership.active_30', '', COUNT(DISTINCT member_id) FROM served WHERE day > date(%(last)s, '-30 days')
UNION ALL SELECT 'membership.active_90', '', COUNT(DISTINCT member_id) FROM served WHERE day > date(%(last)s, '-90 days')
UNION ALL SELECT 'membership.active_365', '', COUNT(DISTINCT member_id) FROM served
UNION ALL SELECT 'membership.new', '', COUNT(*) FROM new
UNION ALL SELECT 'membership.returned', '', COUNT(*) FROM came
    WHERE member_id NOT IN (SELECT id FROM new) AND julianday(day) - (
        SELECT julianday(MAX(b.day)) FROM attendance_visit b
        WHERE b.member_id = came.member_id AND b.kind IN ('wod', 'social', 'virtual') AND b.day < %(first)s
    ) >= 90;

-- cohorts
WITH RECURSIVE starts (day, number) AS (
    SELECT date(%(last)s, '+1 day', 'start of month', '-24 months',
            '-' || ((CAST(strftime('%%m', %(last)s, '+1 day') AS INTEGER) - 1) %% 3) || ' months'), 1
    UNION ALL SELECT date(day, '+3 months'), number + 1 FROM starts WHERE number < 8
), quarters AS (
    SELECT day AS first, date(day, '+3 months', '-1 day') AS last FROM starts
), joined AS MATERIALIZED (
    SELECT q.first, q.last, m.id, m.enrolled_on FROM quarters q
    JOIN members_member m ON m.enrolled_on BETWEEN q.first AND q.last AND m.merged_into_id IS NULL
), seen AS (
    SELECT j.id,
        MAX(julianday(v.day) - julianday(j.enrolled_on) BETWEEN 31 AND 90) AS early,
        MAX(julianday(v.day) - julianday(j.enrolled_on) BETWEEN 91 AND 180) AS middle,
        MAX(julianday(v.day) - julianday(j.enrolled_on) BETWEEN 181 AND 365) AS late
    FROM joined j JOIN attendance_visit v ON v.member_id = j.id
        AND v.day BETWEEN date(j.enrolled_on, '+31 days') AND MIN(date(j.enrolled_on, '+365 days'), %(last)s)
    WHERE v.kind IN ('wod', 'social', 'virtual') GROUP BY j.id
), cohort AS MATERIALIZED (
    SELECT 'joined=' || first || '_' || last || '; ' AS part, last, COUNT(*) AS joined,
        COUNT(*) FILTER (WHERE early) AS early, COUNT(*) FILTER (WHERE middle) AS middle,
        COUNT(*) FILTER (WHERE late) AS late
    FROM joined LEFT JOIN seen USING (id) GROUP BY first, last
)
SELECT 'membership.retention', part || 'count=joined', joined FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=31-90',
    CASE WHEN joined >= 5 AND date(last, '+90 days') <= %(last)s THEN (20000 * early + joined) / (2 * joined) / 100.0 END FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=91-180',
    CASE WHEN joined >= 5 AND date(last, '+180 days') <= %(last)s THEN (20000 * middle + joined) / (2 * joined) / 100.0 END FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=181-365',
    CASE WHEN joined >= 5 AND date(last, '+365 days') <= %(last)s THEN (20000 * late + joined) / (2 * joined) / 100.0 END FROM cohort;

-- reach-out
WITH tried AS MATERIALIZED (
    SELECT *, date(at, %(offset)s) AS day FROM attendance_reachout WHERE at >= %(begin)s AND at < %(end)s
)
SELECT 'reach_out.attempts', '', COUNT(*) FROM tried
UNION ALL SELECT 'reach_out.replies', '', COUNT(*) FROM tried WHERE replied
UNION ALL SELECT 'reach_out.distinct_members', '', COUNT(DISTINCT member_id) FROM tried
UNION ALL SELECT 'reach_out.by_channel', 'channel=' || channel, COUNT(*) FROM tried GROUP BY channel
UNION ALL SELECT 'reach_out.back_within_14_days', '', COUNT(DISTINCT t.member_id) FROM tried t
    JOIN attendance_visit v ON v.member_id = t.member_id AND v.day BETWEEN date(t.day, '+1 day') AND MIN(date(t.day, '+14 days'), %(yesterday)s)
    WHERE v.kind IN ('wod', 'social', 'virtual');

-- tasks, events, decisions, people who asked
WITH names AS (
    SELECT t.id, t.done_at, COUNT(s.id) AS names FROM activities_unittask t
    LEFT JOIN activities_signup s ON s.task_id = t.id
    WHERE t.called_off_at IS NULL AND t.day BETWEEN %(first)s AND %(last)s GROUP BY t.id
), events AS (
    SELECT * FROM activities_event WHERE called_off_at IS NULL AND day BETWEEN %(first)s AND %(last)s
), programme AS (
    SELECT p.day, strftime('%%w', p.day) IN ('0', '6') AS weekend, COALESCE(NOT e.is_open, FALSE) AS closed FROM (
        SELECT day FROM events WHERE join_link = '' OR meeting_point != ''
        UNION SELECT day FROM attendance_visit WHERE kind = 'social' AND day BETWEEN %(first)s AND %(last)s
    ) p LEFT JOIN activities_openday e USING (day)
)
SELECT 'tasks.posted', '', COUNT(*) FROM names
UNION ALL SELECT 'tasks.taken', '', COUNT(*) FROM names WHERE names > 0
UNION ALL SELECT 'tasks.done', '', COUNT(*) FROM names WHERE done_at IS NOT NULL
UNION ALL SELECT 'tasks.done_together', '', COUNT(*) FROM names WHERE done_at IS NOT NULL AND names > 1
UNION ALL SELECT 'tasks.carried_over', '', COUNT(*) FROM names
    JOIN activities_unittask rest ON rest.carried_from_id = names.id WHERE rest.called_off_at IS NULL
UNION ALL SELECT 'programme.events', '', COUNT(*) FROM events
UNION ALL SELECT 'programme.evenings', '', COUNT(*) FROM programme WHERE NOT weekend AND NOT closed
UNION ALL SELECT 'programme.weekend_days', '', COUNT(*) FROM programme WHERE weekend
UNION ALL SELECT 'programme.holidays', '', COUNT(*) FROM programme WHERE NOT weekend AND closed
UNION ALL SELECT 'meetings.house_decisions', '', COUNT(*) FROM attendance_housedecision
    WHERE taken_back_at IS NULL AND decided_on BETWEEN %(first)s AND %(last)s
UNION ALL SELECT 'membership.enquiries', '', SUM(count) FROM attendance_daycount
    WHERE kind = 'enquiry' AND day BETWEEN %(first)s AND %(last)s;
