namespace Eip.Streams.Kafka.Tests.Support;

/// <summary>Appends events all the time, until the test has seen enough.</summary>
internal sealed class Feed : IAsyncDisposable
{
    private readonly TestKafka kafka;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private Feed(TestKafka kafka)
    {
        this.kafka = kafka;
        running = RunAsync();
    }

    public int Sent { get; private set; }

    public static Feed Start(TestKafka kafka) => new(kafka);

    /// <summary>Stops, and waits until all that was appended has arrived and is committed.</summary>
    public async Task ShouldArriveAsync(Recorder recorder)
    {
        await stop.CancelAsync();
        await running;
        await Wait.Until(() => recorder.Distinct >= Sent, "all that was appended has arrived");
        recorder.ShouldHaveAll(Events.Of(Sent));
        await Wait.Until(async () => (await kafka.CommittedAsync()).SequenceEqual(kafka.EndOffsets()), "all is committed");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        await kafka.Log.PrepareAsync();
        while (!stop.IsCancellationRequested)
        {
            await kafka.Log.AppendAsync(Events.Of(50, Sent));
            Sent += 50;
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
