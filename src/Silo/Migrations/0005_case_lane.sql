-- An order keeps its place in the index of lanes for life: a row whose lane changes cannot be updated within its page.
comment on column eip_case.lane is 'The lane that the order is in: both regions in one number; null while one is unknown.';
