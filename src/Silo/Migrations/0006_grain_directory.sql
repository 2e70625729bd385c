-- Where the grains live that keep their place when another silo leaves. What a silo left behind that died unseen is replaced by the next life of its grains.
create table eip_grain_directory (
    cluster            text collate "C",
    grain              text collate "C",
    silo               text not null,
    activation         text not null,
    membership_version bigint not null,
    primary key (cluster, grain)
);

comment on column eip_grain_directory.activation is 'The life of the grain.';
comment on column eip_grain_directory.membership_version is 'The version of the membership that the silo was seen in.';
