-- What certificates by ACME leave behind. Accounts at authorities, found by a digest of directory, e-mail address and key
-- id of the external account; private keys are sealed.
create table acme_accounts (
    id varchar(64) not null primary key,
    location varchar not null,
    public_key varchar not null,
    private_key varchar not null
);

-- The certificates themselves, by name of their object, with a digest of what they were ordered for.
create table acme_certificates (
    name varchar(200) not null primary key,
    ordered varchar(64) not null,
    chain varchar not null,
    private_key varchar not null,
    obtained bigint not null
);

-- The stories of the last orders, as JSON.
create table acme_orders (
    name varchar(200) not null,
    number bigint not null,
    story varchar not null,
    primary key (name, number)
);
