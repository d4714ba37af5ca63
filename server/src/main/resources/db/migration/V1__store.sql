-- Plain SQL that H2 and PostgreSQL read alike. Times are epoch milliseconds.

-- The configuration in force: one JSON text per object.
create table objects (
    kind varchar(40) not null,
    name varchar(200) not null,
    body varchar not null,
    primary key (kind, name)
);

-- The history: each revision with the whole document, JSON compressed with gzip.
create table revisions (
    number bigint not null primary key,
    author varchar(200) not null,
    comment varchar not null,
    created bigint not null,
    document bytea not null
);

create table users (
    name varchar(200) not null primary key,
    password varchar(200) not null,
    password_version bigint not null,
    must_change boolean not null,
    created bigint not null
);

-- Tokens by the SHA-256 of their text, in hexadecimal; the text itself is not kept.
create table tokens (
    name varchar(200) not null primary key,
    hash varchar(64) not null unique,
    author varchar(200) not null,
    created bigint not null
);

-- One row that counts every committed change, so that a store file which has lost some is noticed.
create table store_state (
    id integer not null primary key,
    changes bigint not null
);
insert into store_state (id, changes) values (1, 0);
