using Eip.Api.Health;
using Eip.Pipeline.Engine;

namespace Eip.Cli.Serving;

/// <summary>Ready while the log takes events: not on a full or read-only disk, nor after a disk failed.</summary>
internal sealed class LogTakesEvents(EmbeddedPipeline pipeline) : IReadinessCondition
{
    public string? Waiting() => pipeline.Log?.Trouble;
}
