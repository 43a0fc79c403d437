-- null: attendance, and completions kept before; of those the latest of a programme is taken back first
alter table evidence add column enrolment_id uuid;
