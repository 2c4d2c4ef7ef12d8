-- Run before each start of the API; every statement may be repeated.
set client_min_messages to warning;

create table if not exists shop.product (
  id    integer primary key,
  name  text    not null unique,
  cents integer not null check (cents > 0)
);

insert into shop.product values
  (1, 'Sourdough loaf', 480),
  (2, 'Jar of honey', 750),
  (3, 'Coffee beans', 1290),
  (4, 'Lemon tart', 390)
on conflict (id) do update set name = excluded.name, cents = excluded.cents;

create table if not exists shop.purchase (
  id         integer generated always as identity primary key,
  product_id integer     not null references shop.product,
  customer   text        not null,
  placed     timestamptz not null default now()
);

create or replace view shop.report as
  select product.name, count(*) as sold, round(sum(product.cents) / 100.0, 2) as revenue
  from shop.purchase join shop.product on product.id = purchase.product_id
  group by product.name
  order by sold desc;
