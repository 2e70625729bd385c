-- Grain state of Orleans. Two keys may share both hashes, so the index is not unique and the statements compare the keys themselves.
create table OrleansStorage (
    GrainIdHash            integer not null,
    GrainIdN0              bigint not null,
    GrainIdN1              bigint not null,
    GrainTypeHash          integer not null,
    GrainTypeString        varchar(512) not null,
    GrainIdExtensionString varchar(512),
    ServiceId              varchar(150) not null,
    PayloadBinary          bytea,
    ModifiedOn             timestamp not null,
    Version                integer
);

create index OrleansStorage_Key on OrleansStorage (GrainIdHash, GrainTypeHash);

-- Returns the version that is stored afterwards; Orleans takes one that did not change for a write that lost. A first write locks its key, for there
-- is no row yet that could be locked.
create function eip_write_state(
    id_hash integer, n0 bigint, n1 bigint, type_hash integer, type_name varchar, extension varchar, service varchar, expected integer, payload bytea)
returns integer language plpgsql as $$
begin
    if expected is null then
        perform pg_advisory_xact_lock(id_hash, type_hash);
        insert into OrleansStorage
        select id_hash, n0, n1, type_hash, type_name, extension, service, payload, now() at time zone 'utc', 1
        where not exists (
            select 1 from OrleansStorage s
            where s.GrainIdHash = id_hash and s.GrainTypeHash = type_hash and s.GrainIdN0 = n0 and s.GrainIdN1 = n1
                and s.GrainTypeString = type_name and s.GrainIdExtensionString is not distinct from extension and s.ServiceId = service);
        return case when found then 1 end;
    end if;

    update OrleansStorage s set PayloadBinary = payload, ModifiedOn = now() at time zone 'utc', Version = s.Version + 1
    where s.GrainIdHash = id_hash and s.GrainTypeHash = type_hash and s.GrainIdN0 = n0 and s.GrainIdN1 = n1
        and s.GrainTypeString = type_name and s.GrainIdExtensionString is not distinct from extension and s.ServiceId = service
        and s.Version = expected;
    return case when found then expected + 1 else expected end;
end
$$;

insert into OrleansQuery (QueryKey, QueryText) values
('WriteToStorageKey', '
    select eip_write_state(
        @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @GrainStateVersion,
        @PayloadBinary) as NewGrainStateVersion'),
('ReadFromStorageKey', '
    select PayloadBinary, now() at time zone ''utc'', Version from OrleansStorage
    where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
        and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
        and ServiceId = @ServiceId'),
('ClearStorageKey', '
    update OrleansStorage set PayloadBinary = null, ModifiedOn = now() at time zone ''utc'', Version = Version + 1
    where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
        and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
        and ServiceId = @ServiceId and Version = @GrainStateVersion
    returning Version as NewGrainStateVersion'),
('DeleteStorageKey', '
    delete from OrleansStorage
    where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
        and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
        and ServiceId = @ServiceId and Version = @GrainStateVersion
    returning Version + 1 as NewGrainStateVersion');
