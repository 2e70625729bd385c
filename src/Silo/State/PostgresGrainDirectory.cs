using Eip.Grains;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.GrainDirectory;

namespace Eip.Silo.State;

/// <summary>
/// Where grains live, in PostgreSQL. With a silo that leaves go the grains that lived on it and no others; Orleans' own directory lives in the silos, and
/// whatever was registered with the one that leaves begins anew, wherever it lived. What
/// lived on a silo that is <see cref="LeavingSilos.IsLeaving"/> is taken for gone.
/// </summary>
/// <param name="database">Where the table is.</param>
/// <param name="cluster">Whose grains these are.</param>
/// <param name="silos">Which silos leave.</param>
public sealed class PostgresGrainDirectory(NpgsqlDataSource database, IOptions<ClusterOptions> cluster, ISiloStatusOracle silos) : IGrainDirectory
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
    private readonly string cluster = cluster.Value.ClusterId;

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null);

    /// <inheritdoc/>
    public async Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        while (true)
        {
            await using var command = Command(
                RegisterStatement,
                address.GrainId.ToString(),
                address.SiloAddress!.ToParsableString(),
                address.ActivationId.ToParsableString(),
                address.MembershipVersion.Value,
                previousAddress?.ActivationId.ToParsableString() ?? "",
                Leaving());
            if (await ReadAsync(command, address.GrainId) is { } registered)
                return registered;
        }
    }

    /// <inheritdoc/>
    public async Task<GrainAddress?> Lookup(GrainId grainId)
    {
        await using var command = Command(LookUpStatement, grainId.ToString());
        return await ReadAsync(command, grainId) is { } address && !silos.IsLeaving(address.SiloAddress) ? address : null;
    }

    /// <inheritdoc/>
    public async Task Unregister(GrainAddress address)
    {
        await using var command = Command(UnregisterStatement, address.GrainId.ToString(), address.ActivationId.ToParsableString());
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        await using var command = Command(UnregisterSilosStatement, siloAddresses.ConvertAll(static silo => silo.ToParsableString()));
        await command.ExecuteNonQueryAsync();
    }

    private string[] Leaving() =>
        [.. silos.GetApproximateSiloStatuses().Keys.Where(silos.IsLeaving).Select(static silo => silo.ToParsableString())];

    private NpgsqlCommand Command(string statement, params ReadOnlySpan<object> values)
    {
        var command = database.CreateCommand(statement);
        command.Parameters.Add(new NpgsqlParameter { Value = cluster });
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static async Task<GrainAddress?> ReadAsync(NpgsqlCommand command, GrainId grain)
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
    }
}
