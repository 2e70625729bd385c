-- Orleans reads the statements that it is to run from this table: the contract is their keys, their parameters and the columns that they return.
create table OrleansQuery (
    QueryKey  varchar(64) primary key,
    QueryText varchar(8000) not null
);

-- One row a cluster; every change of its members takes the next version.
create table OrleansMembershipVersionTable (
    DeploymentId varchar(150) primary key,
    Timestamp    timestamptz(3) not null default now(),
    Version      integer not null default 0
);

-- One row a silo and start.
create table OrleansMembershipTable (
    DeploymentId varchar(150) not null references OrleansMembershipVersionTable (DeploymentId),
    Address      varchar(45) not null,
    Port         integer not null,
    Generation   integer not null,
    SiloName     varchar(150) not null,
    HostName     varchar(150) not null,
    Status       integer not null,
    ProxyPort    integer,
    SuspectTimes varchar(8000),
    StartTime    timestamptz(3) not null,
    IAmAliveTime timestamptz(3) not null,
    primary key (DeploymentId, Address, Port, Generation)
);

-- A member is written only together with the version that its writer has seen: the row of the version is locked first, and who comes second finds
-- another version and writes nothing.
create function eip_insert_member(
    deployment varchar, member_address varchar, member_port integer, member_generation integer, silo varchar, host varchar,
    member_status integer, proxy integer, started timestamptz, alive timestamptz, expected integer)
returns integer language plpgsql as $$
declare
    affected integer;
begin
    perform 1 from OrleansMembershipVersionTable v where v.DeploymentId = deployment and v.Version = expected for update;
    if not found then
        return 0;
    end if;

    insert into OrleansMembershipTable
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    values (deployment, member_address, member_port, member_generation, silo, host, member_status, proxy, started, alive)
    on conflict do nothing;
    get diagnostics affected = row_count;
    if affected > 0 then
        update OrleansMembershipVersionTable v set Timestamp = now(), Version = v.Version + 1 where v.DeploymentId = deployment;
    end if;

    return affected;
end
$$;

create function eip_update_member(
    deployment varchar, member_address varchar, member_port integer, member_generation integer,
    member_status integer, suspects varchar, alive timestamptz, expected integer)
returns integer language plpgsql as $$
declare
    affected integer;
begin
    perform 1 from OrleansMembershipVersionTable v where v.DeploymentId = deployment and v.Version = expected for update;
    if not found then
        return 0;
    end if;

    update OrleansMembershipTable m set Status = member_status, SuspectTimes = suspects, IAmAliveTime = alive
    where m.DeploymentId = deployment and m.Address = member_address and m.Port = member_port and m.Generation = member_generation;
    get diagnostics affected = row_count;
    if affected > 0 then
        update OrleansMembershipVersionTable v set Timestamp = now(), Version = v.Version + 1 where v.DeploymentId = deployment;
    end if;

    return affected;
end
$$;

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', '
    with added as (
        insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*)::integer from added'),
('InsertMembershipKey', '
    select eip_insert_member(
        @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime, @Version)'),
('UpdateMembershipKey', '
    select eip_update_member(@DeploymentId, @Address, @Port, @Generation, @Status, @SuspectTimes, @IAmAliveTime, @Version)'),
('UpdateIAmAlivetimeKey', '
    update OrleansMembershipTable set IAmAliveTime = @IAmAliveTime
    where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation'),
('MembershipReadRowKey', '
    select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
        m.IAmAliveTime, v.Version
    from OrleansMembershipVersionTable v
    left join OrleansMembershipTable m
        on m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
    where v.DeploymentId = @DeploymentId'),
('MembershipReadAllKey', '
    select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
        m.IAmAliveTime, v.Version
    from OrleansMembershipVersionTable v
    left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
    where v.DeploymentId = @DeploymentId'),
('GatewaysQueryKey', '
    select Address, ProxyPort, Generation from OrleansMembershipTable
    where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0'),
('DeleteMembershipTableEntriesKey', '
    with members as (delete from OrleansMembershipTable where DeploymentId = @DeploymentId)
    delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId'),
-- Status 3 is active: a silo that is or claims to be is never taken away.
('CleanupDefunctSiloEntriesKey', '
    delete from OrleansMembershipTable where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status <> 3');
