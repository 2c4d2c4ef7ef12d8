-- Run once, when the volume is empty.
create schema shop authorization shop;
alter database shop set timezone to 'UTC';
