using System.Security.Cryptography.X509Certificates;
using Eip.Storage.Elasticsearch.Indices;
using Elastic.Clients.Elasticsearch;
using Elastic.Transport;
using Microsoft.Extensions.Logging;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Eip.Storage.Elasticsearch.Client;

/// <summary>
/// Requests over the official client's transport, which knows nodes, authentication and TLS; and two ways to meet a server that is away: with patience,
/// until it is back, and briefly.
/// </summary>
internal sealed class ElasticsearchConnection : IDisposable
{
    private const int Unauthorized = 401, Forbidden = 403;
    private static readonly RequestConfiguration Json = new() { Accept = "application/json", ContentType = "application/json" };
    private static readonly RequestConfiguration Lines = new() { Accept = "application/json", ContentType = "application/x-ndjson" };
    private readonly ElasticsearchOptions options;
    private readonly ElasticsearchClientSettings settings;
    private readonly ITransport transport;
    private readonly Waiting requests;

    public ElasticsearchConnection(ElasticsearchOptions options, ElasticsearchInstruments instruments, ILogger logger)
    {
        this.options = options;
        requests = new Waiting("Requests", logger);
        Writing = new Waiting("Documents", logger);
        Instruments = instruments;
        settings = SettingsOf(options);
        transport = new ElasticsearchClient(settings).Transport;
    }

    public ElasticsearchInstruments Instruments { get; }

    /// <summary>What documents wait for.</summary>
    public Waiting Writing { get; }

    /// <summary>Whose the indices are.</summary>
    public IndexOwnership Ownership { get; } = new();

    /// <summary>Sends a request once.</summary>
    public async Task<ElasticsearchAnswer> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body = default, bool isLines = false, CancellationToken cancellationToken = default)
    {
        var post = body.IsEmpty ? null : PostData.ReadOnlyMemory(body);
        try
        {
            var response = await transport.RequestAsync<BytesResponse>(method, path, post, isLines ? Lines : Json, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var details = response.ApiCallDetails;
            // A status without a body that can be read whole is no answer.
            bool isBroken = details.HttpStatusCode is >= 200 and < 300 && details.OriginalException is not null;
            return new ElasticsearchAnswer(isBroken ? null : details.HttpStatusCode, response.Body ?? [], details.OriginalException);
        }
        catch (TransportException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new ElasticsearchAnswer(null, [], exception);
        }
    }

    /// <summary>Sends a request until the server takes it or refuses it for good.</summary>
    /// <exception cref="ElasticsearchRefusedException">The server refuses it; not for a missing thing, which is an answer.</exception>
    public Task<ElasticsearchAnswer> SendPatientlyAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body = default, CancellationToken cancellationToken = default) =>
        RetryAsync(method, path, body, patience: null, cancellationToken);

    /// <summary>Sends a request, and for a short while again when the server is away.</summary>
    /// <exception cref="ElasticsearchUnavailableException">The server stayed away, the index is closed or blocked, or the credentials are not accepted.</exception>
    /// <exception cref="ElasticsearchRefusedException">The server refuses it; not for a missing thing, which is an answer.</exception>
    public Task<ElasticsearchAnswer> SendBrieflyAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body = default, CancellationToken cancellationToken = default) =>
        RetryAsync(method, path, body, options.SearchPatience, cancellationToken);

    public Backoff StartBackoff() => new(options.Pause, options.MaxPause);

    public void Dispose() => ((IDisposable)settings).Dispose();

    private async Task<ElasticsearchAnswer> RetryAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, TimeSpan? patience, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        var backoff = StartBackoff();
        while (true)
        {
            var answer = await SendAsync(method, path, body, isLines: false, cancellationToken);
            if (answer.IsSuccess || answer.IsMissing)
            {
                requests.Ends();
                return answer;
            }

            if (patience is not null && answer.Status is Unauthorized or Forbidden && answer.Error?.IsOfTheIndex != true)
                throw new ElasticsearchUnavailableException($"Elasticsearch does not let this host search (status {answer.Status}): {answer.Reason}");
            if (!answer.IsTransient && answer.Error?.IsOfTheIndex != true)
                throw new ElasticsearchRefusedException(answer.Status!.Value, $"Elasticsearch refused {method} {path}: {answer.Reason}");
            if (patience is { } bound && TimeProvider.System.GetElapsedTime(started) >= bound)
                throw new ElasticsearchUnavailableException($"Elasticsearch cannot answer for now: {answer.Reason}", answer.Failure);
            requests.Goes(answer.Reason);
            Instruments.Retried();
            await backoff.WaitAsync(cancellationToken);
        }
    }

    private static ElasticsearchClientSettings SettingsOf(ElasticsearchOptions options)
    {
        NodePool nodes = options.Nodes.Count == 1 ? new SingleNodePool(options.Nodes[0]) : new StaticNodePool(options.Nodes);
        var built = new ElasticsearchClientSettings(nodes)
            .EnableHttpCompression(options.Compress)
            .RequestTimeout(options.RequestTimeout)
            .DeadTimeout(options.Pause)
            .MaxDeadTimeout(options.MaxPause)
            .DisablePing()
            // Bodies are megabytes: in fresh memory each time they would keep the collector busy.
            .MemoryStreamFactory(RecyclableMemoryStreamFactory.Default);
        if (options.ApiKey is { } key)
            built = built.Authentication(new ApiKey(key));
        else if (options.Username is { } user)
            built = built.Authentication(new BasicAuthentication(user, options.Password!));
        if (options.CertificateFingerprint is { } fingerprint)
            built = built.CertificateFingerprint(fingerprint);
        if (options.CertificateAuthorityFile is { } file)
            built = built.ServerCertificateValidationCallback(CertificateValidations.AuthorityIsRoot(X509CertificateLoader.LoadCertificateFromFile(file)));
        return built;
    }
}
