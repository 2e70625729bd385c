using System.Text;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Simulator.Replay;

namespace Eip.Simulator.Sinks;

/// <summary>
/// Contract JSON lines in a file, or in one file for each owner in a folder: <c>oms-events.jsonl</c>, <c>wms-events.jsonl</c>, <c>tms-events.jsonl</c>.
/// A resumed replay cuts the files back to where its checkpoint stands, so that they hold everything exactly once.
/// </summary>
public sealed class JsonLinesSink : IReplaySink
{
    private readonly TopicLayout layout;
    private readonly string[] paths;
    private readonly FileStream?[] files;

    /// <summary>A sink to a file, or to a folder for <see cref="TopicLayout.PerOwner"/>.</summary>
    public JsonLinesSink(string path, TopicLayout layout)
    {
        this.layout = layout;
        Name = Path.GetFullPath(path);
        paths = layout == TopicLayout.One ? [Name] : [.. Owners.Select(owner => Path.Combine(Name, owner.Topic() + ".jsonl"))];
        files = new FileStream?[paths.Length];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    private static IEnumerable<EventSource> Owners => [EventSource.Oms, EventSource.Wms, EventSource.Tms];

    /// <inheritdoc/>
    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<EventTime?>(null);

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default)
    {
        long[] lengths = mark is null ? new long[paths.Length] : [.. mark.Split(',').Select(long.Parse)];
        for (int i = 0; i < paths.Length; i++)
        {
            if (lengths.Length != paths.Length || (lengths[i] > 0 && (!File.Exists(paths[i]) || new FileInfo(paths[i]).Length < lengths[i])))
                return ValueTask.FromResult(false);
        }

        for (int i = 0; i < paths.Length; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(paths[i])!);
            files[i] ??= new FileStream(paths[i], FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 64 * 1024);
            files[i]!.SetLength(lengths[i]);
            files[i]!.Position = lengths[i];
        }

        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public string? Mark() => string.Join(',', files.Select(static file => file?.Length ?? 0));

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        foreach (var part in layout.Split(batch))
        {
            int index = layout == TopicLayout.One ? 0 : (int)part.Span[0].Event.Source - (int)EventSource.Oms;
            var text = new StringBuilder();
            foreach (var emission in part.Span)
                text.Append(emission.ToLine()).Append('\n');
            var file = files[index] ?? throw new InvalidOperationException("The sink was not opened.");
            await file.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            await file.FlushAsync(cancellationToken);
        }

        Taken += new AppendResult(batch.Length, 0);
    }

    /// <summary>All of it: opening cut off what the file held of it.</summary>
    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var file in files)
        {
            if (file is not null)
                await file.DisposeAsync();
        }
    }
}

/// <summary>Contract JSON lines to a writer such as standard output or a pipe. It cannot tell what a run before it wrote, so a replay to it begins anew.</summary>
/// <param name="output">The writer; the sink disposes of it, unless it is standard output.</param>
public sealed class TextSink(TextWriter output) : IReplaySink
{
    /// <inheritdoc/>
    public string Name => "-";

    /// <inheritdoc/>
    public AppendResult Taken { get; private set; }

    /// <inheritdoc/>
    public ValueTask<EventTime?> WatermarkAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<EventTime?>(null);

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(string? mark, CancellationToken cancellationToken = default) => ValueTask.FromResult(mark is null);

    /// <inheritdoc/>
    public string? Mark() => null;

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<Emission> batch, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < batch.Length; i++)
            await output.WriteAsync(batch.Span[i].ToLine() + "\n");
        await output.FlushAsync(cancellationToken);
        Taken += new AppendResult(batch.Length, 0);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<Emission>> MissingAsync(
        ReadOnlyMemory<Emission> batch, string? mark, int attempts, CancellationToken cancellationToken = default) => ValueTask.FromResult(batch);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ReferenceEquals(output, Console.Out) ? ValueTask.CompletedTask : output.DisposeAsync();
}
