-- Every figure of a month's report, from the rows, in plain SQL for PostgreSQL. `reports.py` holds the report against it.
-- Answers (key, filter, value). For a house with the usual opening week and "rounded down, per day"; %(first)s, %(last)s
-- and %(zone)s are given. Hundredths are rounded half up in whole numbers: (200 * amount + by) / (2 * by) / 100.

-- the work-ordered day, and what stands beside it
WITH days AS (
    SELECT d::date AS day FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') d
    LEFT JOIN activities_openday e ON e.day = d::date
    WHERE COALESCE(e.is_open, extract(isodow FROM d) < 6)
), month AS MATERIALIZED (
    SELECT v.*, floor(extract(epoch FROM left_at - arrived_at) / 60)::int AS minutes, d.day IS NOT NULL AS on_open_day
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
        SELECT DISTINCT member_id, day, extract(hour FROM h)::int AS hour
        FROM wod, generate_series(
            date_trunc('hour', arrived_at AT TIME ZONE %(zone)s),
            GREATEST(COALESCE(left_at, arrived_at) - interval '1 microsecond', arrived_at) AT TIME ZONE %(zone)s,
            interval '1 hour') h
    ) x GROUP BY hour
), beside AS (
    SELECT kind, COUNT(DISTINCT day) AS days, COUNT(day) AS member_days, COUNT(DISTINCT member_id) AS members
    FROM (VALUES ('social'), ('virtual'), ('offsite')) k (kind)
    LEFT JOIN (SELECT DISTINCT kind, day, member_id FROM month) x USING (kind) GROUP BY kind
), units AS (
    SELECT u.name, COUNT(*) AS times
    FROM (SELECT DISTINCT unit_id, member_id, day FROM wod) x JOIN activities_unit u ON u.id = x.unit_id GROUP BY u.name
), guests AS (
    SELECT kind, SUM(count) AS people FROM attendance_guestcount WHERE day BETWEEN %(first)s AND %(last)s GROUP BY kind
)
SELECT 'attendance.open_wod_days', '', open_days FROM n
UNION ALL SELECT 'attendance.member_days', '', member_days FROM n
UNION ALL SELECT 'attendance.ada_wod', '', (200 * member_days + open_days)::bigint / (2 * open_days) / 100.0 FROM n
UNION ALL SELECT 'attendance.median', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY members)::numeric FROM here
UNION ALL SELECT 'attendance.min', '', MIN(members) FROM here
UNION ALL SELECT 'attendance.max', '', MAX(members) FROM here
UNION ALL SELECT 'attendance.by_day', 'day=' || day, members FROM here
UNION ALL SELECT 'attendance.by_weekday', 'weekday=' || to_char(day, 'FMDay'),
    (200 * SUM(members) + COUNT(*))::bigint / (2 * COUNT(*)) / 100.0 FROM here GROUP BY to_char(day, 'FMDay')
UNION ALL SELECT 'attendance.distinct_members', '', COUNT(DISTINCT member_id) FROM wod
UNION ALL SELECT 'attendance.minutes', '', SUM(minutes) FROM timed
UNION ALL SELECT 'attendance.hours', '', (200 * SUM(minutes) + 60) / 120 / 100.0 FROM timed
UNION ALL SELECT 'attendance.minutes_per_visit', '', (200 * SUM(minutes) + COUNT(*)) / (2 * COUNT(*)) / 100.0 FROM timed
UNION ALL SELECT 'attendance.missing_sign_outs', '', COUNT(*) FROM wod WHERE left_at IS NULL
UNION ALL SELECT 'attendance.estimated_sign_outs', '', COUNT(*) FROM wod WHERE ending = 'assumed'
UNION ALL SELECT 'attendance.estimated_minutes', '', SUM(minutes) FROM wod WHERE ending = 'assumed'
UNION ALL SELECT 'attendance.by_hour', 'hour=' || to_char(hour, 'FM00'),
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
UNION ALL SELECT 'staff.ada_per_staff', '', (200 * SUM(members)::bigint + SUM(count)) / (2 * SUM(count)) / 100.0
    FROM here JOIN attendance_daycount c USING (day) WHERE c.kind = 'staff'
UNION ALL SELECT 'meetings.unit_meetings', '',
    (COUNT(morning_meeting_at) + COUNT(afternoon_meeting_at)) * (SELECT open_days FROM n) FROM activities_unit;

-- thirteen months, and the times beside this one
WITH days AS MATERIALIZED (
    SELECT d::date AS day FROM generate_series(%(year_ago)s::date, %(last)s::date, interval '1 day') d
    LEFT JOIN activities_openday e ON e.day = d::date
    WHERE COALESCE(e.is_open, extract(isodow FROM d) < 6)
), came AS MATERIALIZED (
    SELECT DISTINCT v.day, v.member_id FROM attendance_visit v JOIN days USING (day) WHERE v.kind = 'wod'
), here AS MATERIALIZED (
    SELECT d.day, COUNT(c.member_id) AS members FROM days d LEFT JOIN came c USING (day) GROUP BY d.day
), times (name, first, until) AS (
    VALUES ('last_month', (%(first)s::date - interval '1 month')::date, %(first)s::date - 1),
        ('same_month_last_year', %(year_ago)s::date,
            (%(year_ago)s::date + interval '1 month - 1 day')::date),
        ('rolling_12', (%(year_ago)s::date + interval '1 month')::date, %(last)s::date),
        ('year_to_date', date_trunc('year', %(first)s::date)::date, %(last)s::date),
        ('fiscal_july', (date_trunc('year', %(first)s::date - interval '6 months') + interval '6 months')::date,
            %(last)s::date),
        ('fiscal_october', (date_trunc('year', %(first)s::date - interval '9 months') + interval '9 months')::date,
            %(last)s::date)
), stretch AS MATERIALIZED (
    SELECT 'comparisons.' || name AS key, 'from=' || first || '; until=' || until || '; count=' AS part,
        (SELECT COUNT(*) FROM here WHERE day BETWEEN first AND until) AS open_days,
        (SELECT SUM(members) FROM here WHERE day BETWEEN first AND until)::bigint AS member_days,
        (SELECT COUNT(*) FROM (SELECT DISTINCT member_id FROM came WHERE day BETWEEN first AND until) x) AS members
    FROM times
), trend AS MATERIALIZED (
    SELECT 'month=' || to_char(day, 'YYYY-MM') || '; count=' AS part, COUNT(*) AS open_days,
        SUM(members)::bigint AS member_days
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
    WHERE kind IN ('wod', 'social', 'virtual') AND day BETWEEN %(last)s::date - 364 AND %(last)s
), new AS MATERIALIZED (
    SELECT id FROM members_member WHERE merged_into_id IS NULL AND enrolled_on BETWEEN %(first)s AND %(last)s
), came AS (
    SELECT member_id, MIN(day) AS day FROM served WHERE day >= %(first)s GROUP BY member_id
)
SELECT 'membership.roll', '', COUNT(*) FROM members_member
    WHERE merged_into_id IS NULL AND enrolled_on <= %(last)s
    AND COALESCE(withdrawn_on > %(last)s, TRUE) AND COALESCE(deceased_on > %(last)s, TRUE)
UNION ALL SELECT 'membership.active_30', '', COUNT(DISTINCT member_id) FROM served WHERE day > %(last)s::date - 30
UNION ALL SELECT 'membership.active_90', '', COUNT(DISTINCT member_id) FROM served WHERE day > %(last)s::date - 90
UNION ALL SELECT 'membership.active_365', '', COUNT(DISTINCT member_id) FROM served
UNION ALL SELECT 'membership.new', '', COUNT(*) FROM new
UNION ALL SELECT 'membership.returned', '', COUNT(*) FROM came
    WHERE member_id NOT IN (SELECT id FROM new) AND day - (
        SELECT MAX(b.day) FROM attendance_visit b
        WHERE b.member_id = came.member_id AND b.kind IN ('wod', 'social', 'virtual') AND b.day < %(first)s
    ) >= 90;

-- cohorts
WITH quarters AS (
    SELECT q::date AS first, (q + interval '3 months - 1 day')::date AS last
    FROM generate_series(
        date_trunc('quarter', %(last)s::date + 1) - interval '24 months',
        date_trunc('quarter', %(last)s::date + 1) - interval '3 months', interval '3 months') q
), joined AS MATERIALIZED (
    SELECT q.first, q.last, m.id, m.enrolled_on FROM quarters q
    JOIN members_member m ON m.enrolled_on BETWEEN q.first AND q.last AND m.merged_into_id IS NULL
), seen AS (
    SELECT j.id,
        bool_or(v.day - j.enrolled_on BETWEEN 31 AND 90) AS early,
        bool_or(v.day - j.enrolled_on BETWEEN 91 AND 180) AS middle,
        bool_or(v.day - j.enrolled_on BETWEEN 181 AND 365) AS late
    FROM joined j JOIN attendance_visit v ON v.member_id = j.id
        AND v.day BETWEEN j.enrolled_on + 31 AND LEAST(j.enrolled_on + 365, %(last)s)
    WHERE v.kind IN ('wod', 'social', 'virtual') GROUP BY j.id
), cohort AS MATERIALIZED (
    SELECT 'joined=' || first || '_' || last || '; ' AS part, last, COUNT(*) AS joined,
        COUNT(*) FILTER (WHERE early) AS early, COUNT(*) FILTER (WHERE middle) AS middle,
        COUNT(*) FILTER (WHERE late) AS late
    FROM joined LEFT JOIN seen USING (id) GROUP BY first, last
)
SELECT 'membership.retention', part || 'count=joined', joined FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=31-90',
    CASE WHEN joined >= 5 AND last + 90 <= %(last)s THEN (20000 * early + joined) / (2 * joined) / 100.0 END FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=91-180',
    CASE WHEN joined >= 5 AND last + 180 <= %(last)s THEN (20000 * middle + joined) / (2 * joined) / 100.0 END FROM cohort
UNION ALL SELECT 'membership.retention', part || 'days=181-365',
    CASE WHEN joined >= 5 AND last + 365 <= %(last)s THEN (20000 * late + joined) / (2 * joined) / 100.0 END FROM cohort;

-- reach-out
WITH tried AS MATERIALIZED (
    SELECT *, (at AT TIME ZONE %(zone)s)::date AS day FROM attendance_reachout
    WHERE at >= %(first)s::timestamp AT TIME ZONE %(zone)s AND at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
)
SELECT 'reach_out.attempts', '', COUNT(*) FROM tried
UNION ALL SELECT 'reach_out.replies', '', COUNT(*) FROM tried WHERE replied
UNION ALL SELECT 'reach_out.distinct_members', '', COUNT(DISTINCT member_id) FROM tried
UNION ALL SELECT 'reach_out.by_channel', 'channel=' || channel, COUNT(*) FROM tried GROUP BY channel
UNION ALL SELECT 'reach_out.back_within_14_days', '', COUNT(DISTINCT t.member_id) FROM tried t
    JOIN attendance_visit v ON v.member_id = t.member_id AND v.day BETWEEN t.day + 1 AND LEAST(t.day + 14, %(yesterday)s)
    WHERE v.kind IN ('wod', 'social', 'virtual') AND v.day BETWEEN %(first)s AND %(last)s::date + 14;

-- tasks, events, decisions, people who asked
WITH names AS (
    SELECT t.id, t.done_at, COUNT(s.id) AS names FROM activities_unittask t
    LEFT JOIN activities_signup s ON s.task_id = t.id
    WHERE t.called_off_at IS NULL AND t.day BETWEEN %(first)s AND %(last)s GROUP BY t.id
), events AS (
    SELECT * FROM activities_event WHERE called_off_at IS NULL AND day BETWEEN %(first)s AND %(last)s
), programme AS (
    SELECT p.day, extract(isodow FROM p.day) > 5 AS weekend, COALESCE(NOT e.is_open, FALSE) AS closed FROM (
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
