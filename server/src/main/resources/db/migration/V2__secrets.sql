-- Random bytes made once and shared by all who use the store, as base64.
create table secrets (
    name varchar(100) not null primary key,
    content varchar(200) not null
);
