-- Which key the store's secrets are sealed with, null before they are; and whether the file may still hold traces of
-- what they were before.
alter table store_state add column sealed_with varchar(64);
alter table store_state add column traces boolean default false not null;
