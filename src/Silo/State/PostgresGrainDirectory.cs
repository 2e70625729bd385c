using Eip.Grains;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.GrainDirectory;

namespace Eip.Silo.State;

/// <summary>
/// Where grains live, in PostgreSQL. With a silo that leaves go the grains that lived on it and no others; Orleans' own directory lives in the silos, and
/// whatever was registered with the one that leaves begins anew, wherever it lived. What lived on a silo that is leaving (<see cref="LeavingSilos"/>) is
/// taken for gone: such a grain must not accept anything any more that its next life would have to know.
/// </summary>
/// <param name="database">Where the table is.</param>
/// <param name="cluster">Whose grains these are.</param>
/// <param name="silos">Which silos leave.</param>
public sealed class PostgresGrainDirectory(NpgsqlDataSource database, IOptions<ClusterOptions> cluster, ISiloStatusOracle silos)
    : IGrainDirectory, IDisposable
{
    // The row that stands afterwards: the new one, unless another life than the previous one is registered on a silo that stays. None when that one came
    // or went meanwhile.
    private const string RegisterStatement =
        """
        with registered as (
            insert into eip_grain_directory as known (cluster, grain, silo, activation, membership_version) values ($1, $2, $3, $4, $5)
            on conflict (cluster, grain) do update
            set silo = excluded.silo, activation = excluded.activation, membership_version = excluded.membership_version
            where known.activation in (excluded.activation, $6) or known.silo = any($7)
            returning silo, activation, membership_version)
        select silo, activation, membership_version from registered
        union all
        select silo, activation, membership_version from eip_grain_directory
        where cluster = $1 and grain = $2 and not exists (select from registered)
        """;

    private const string LookUpStatement = "select silo, activation, membership_version from eip_grain_directory where cluster = $1 and grain = $2";
    private const string UnregisterStatement = "delete from eip_grain_directory where cluster = $1 and grain = $2 and activation = $3";
    private const string UnregisterSilosStatement = "delete from eip_grain_directory where cluster = $1 and silo = any($2)";

    // When a silo leaves, hundreds of lanes come at once; what counts then is that the batches' own statements come through.
    private const int AtOnce = 2;
    private readonly SemaphoreSlim gate = new(AtOnce);
    private readonly string cluster = cluster.Value.ClusterId;

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null);

    /// <inheritdoc/>
    public async Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        GrainAddress? registered;
        do
        {
            registered = await ReadAsync(
                address.GrainId,
                RegisterStatement,
                address.GrainId.ToString(),
                address.SiloAddress!.ToParsableString(),
                address.ActivationId.ToParsableString(),
                address.MembershipVersion.Value,
                previousAddress?.ActivationId.ToParsableString() ?? "",
                Leaving());
        }
        while (registered is null);
        return registered;
    }

    /// <inheritdoc/>
    public async Task<GrainAddress?> Lookup(GrainId grainId) =>
        await ReadAsync(grainId, LookUpStatement, grainId.ToString()) is { } address && !silos.IsLeaving(address.SiloAddress) ? address : null;

    /// <inheritdoc/>
    public async Task Unregister(GrainAddress address)
    {
        // Its row counts for nothing any more, and goes with those of all its silo.
        if (!silos.IsLeaving(address.SiloAddress))
        {
            await RunAsync(
                UnregisterStatement, static command => command.ExecuteNonQueryAsync(), address.GrainId.ToString(), address.ActivationId.ToParsableString());
        }
    }

    /// <inheritdoc/>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) =>
        RunAsync(UnregisterSilosStatement, static command => command.ExecuteNonQueryAsync(), siloAddresses.ConvertAll(static silo => silo.ToParsableString()));

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private string[] Leaving() =>
        [.. silos.GetApproximateSiloStatuses().Keys.Where(silos.IsLeaving).Select(static silo => silo.ToParsableString())];

    private Task<GrainAddress?> ReadAsync(GrainId grain, string statement, params object[] values) => RunAsync(
        statement,
        async command =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            if (!await reader.ReadAsync())
                return null;
            return new GrainAddress
            {
                GrainId = grain,
                SiloAddress = SiloAddress.FromParsableString(reader.GetString(0)),
                ActivationId = ActivationId.FromParsableString(reader.GetString(1)),
                MembershipVersion = new MembershipVersion(reader.GetInt64(2)),
            };
        },
        values);

    private async Task<T> RunAsync<T>(string statement, Func<NpgsqlCommand, Task<T>> run, params object[] values)
    {
        await gate.WaitAsync();
        try
        {
            await using var command = database.CreateCommand(statement);
            command.Parameters.Add(new NpgsqlParameter { Value = cluster });
            foreach (object value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await run(command);
        }
        finally
        {
            gate.Release();
        }
    }
}
