-- What is known of a metric's points without reading them: a row a series, and for long ones a pyramid of buckets, so that a
-- curve of any length is drawn from about as many rows as it has pixels. Points are never changed or removed alone, so
-- everything here only grows. The rows are written with the points; the buckets follow a thousand points at a time.

create table metric_series (
  trial_id     uuid not null references trials (id) on delete cascade,
  attempt      integer not null,
  name_id      integer not null references metric_names (id),
  points       integer not null check (points >= 1),
  first_step   double precision not null,
  last_step    double precision not null,
  -- At the last step; then the smallest and the largest. NaN counts as larger than any number.
  last         double precision not null,
  low          double precision not null,
  high         double precision not null,
  -- Steps in a bucket of level 0, a power of two; null while the series is short and has no buckets.
  bucket_width double precision check (bucket_width > 0),
  -- Every point up to this step is in the buckets; those beyond wait for the next thousand. And how many points there were then.
  bucketed_to  double precision,
  bucketed     integer not null default 0,
  primary key (trial_id, attempt, name_id),
  check ((bucket_width is null) = (bucketed_to is null))
) with (fillfactor = 70);

create table metric_buckets (
  trial_id uuid not null,
  attempt  integer not null,
  name_id  integer not null,
  level    smallint not null,
  -- metric_bucket() of its steps.
  bucket   double precision not null,
  points   integer not null,
  -- The smallest and the largest value, each with its step: [value, step]. Of several the first or the last step.
  low      double precision[] not null,
  high     double precision[] not null,
  primary key (trial_id, attempt, name_id, level, bucket),
  foreign key (trial_id, attempt, name_id) references metric_series on delete cascade
) with (fillfactor = 70);

-- The bucket of a step: a bucket of a level is 32 of the level below. Steps absurdly far out share the outermost bucket, and
-- those next to zero are not divided, for a quotient past the range of a double would be an error.
create function metric_bucket(step double precision, width double precision, level integer) returns double precision
language sql immutable parallel safe as
$$
  select case when step >= 0 and step < width then 0
              when step < 0 and step > -width then -1
              else floor(greatest(least(step, width * 4503599627370496), width * -4503599627370496) / width / 32 ^ level) end
$$;

-- Puts the points beyond bucketed_to, at first all, into buckets, of which those of level 0 hold about 16. The caller holds the
-- lock of the series' row, so that points in transactions under way find the new bucketed_to and go into the buckets themselves.
create function bucket_metric_points(trial uuid, number integer, name integer) returns void language sql as
$$
  update metric_series set bucketed_to = first_step, bucket_width = (
    -- By the median gap, which a step far off does not move; never so far that a level overflows.
    select 2 ^ coalesce(greatest(-900, least(900, ceil(ln(16 * percentile_disc(0.5) within group (order by gap)) / ln(2)))), 0)
    from (select held - lag(held) over (order by held) as gap
          from (select greatest(least(step, 1e300), -1e300) as held
                from metric_points where trial_id = trial and attempt = number and name_id = name) steps) gaps
    where gap > 0)
  where trial_id = trial and attempt = number and name_id = name and bucket_width is null;

  insert into metric_buckets as b (trial_id, attempt, name_id, level, bucket, points, low, high)
  select trial, number, name, l.level, metric_bucket(p.step, s.bucket_width, l.level) as bucket, count(*),
         min(array[p.value, p.step]), max(array[p.value, p.step])
  from metric_series s join metric_points p using (trial_id, attempt, name_id) cross join (values (0), (1), (2)) l (level)
  where s.trial_id = trial and s.attempt = number and s.name_id = name and (s.bucketed = 0 or p.step > s.bucketed_to)
  group by l.level, bucket order by l.level, bucket
  on conflict (trial_id, attempt, name_id, level, bucket) do update set
    points = b.points + excluded.points, low = least(b.low, excluded.low), high = greatest(b.high, excluded.high);

  update metric_series set bucketed_to = last_step, bucketed = points
  where trial_id = trial and attempt = number and name_id = name;
$$;

insert into metric_series (trial_id, attempt, name_id, points, first_step, last_step, last, low, high)
select s.trial_id, s.attempt, s.name_id, s.points, s.first_step, s.last_step, p.value, s.low, s.high
from (
  select trial_id, attempt, name_id, count(*) as points, min(step) as first_step, max(step) as last_step, min(value) as low, max(value) as high
  from metric_points group by trial_id, attempt, name_id
) s
join metric_points p on p.trial_id = s.trial_id and p.attempt = s.attempt and p.name_id = s.name_id and p.step = s.last_step;

select bucket_metric_points(trial_id, attempt, name_id) from metric_series where points > 2048;
