using System.IO.Pipelines;
using Eip.Api.Http;
using Eip.Api.Ingest;
using Eip.Domain;
using Eip.Pipeline.Ports;
using Eip.Tests;

namespace Eip.Api.Tests;

/// <summary>Bodies from a seed: each line becomes an event or a letter with its bytes, however the body is cut into pieces.</summary>
public sealed class HostileBodyTests
{
    private const int Bodies = 250, LinesOfABody = 400;
    private static readonly EipApiOptions Options = new() { MaxSetAsideBytes = 1L << 30 };

    [Fact]
    public async Task Each_line_of_any_body_is_an_event_or_a_letter_that_holds_its_bytes()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var hostile = new HostileEvents(seed);
        for (int i = 0; i < Bodies; i++)
        {
            byte[][] lines = [.. Enumerable.Range(0, LinesOfABody).Select(_ => Line(hostile))];
            using var read = new EventBody(Options, "test", DateTimeOffset.UnixEpoch);
            await ReadAsync(read, [.. lines.SelectMany(static line => line.Append((byte)'\n'))], random);
            var (events, contents) = Expected(lines);
            read.Events.ToArray().AsEnumerable().ShouldBe(events, $"seed {seed}, body {i}");
            read.Letters.Select(static letter => letter.Content).ShouldBe(contents, $"seed {seed}, body {i}");
            read.Received.ShouldBe(events.Count + contents.Count, $"seed {seed}, body {i}");
        }
    }

    [Fact]
    public async Task Any_array_is_taken_element_by_element_or_refused_as_a_whole()
    {
        int seed = Environment.TickCount, refused = 0;
        var random = new Random(seed);
        var hostile = new HostileEvents(seed);
        for (int i = 0; i < Bodies; i++)
        {
            byte[][] elements = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => hostile.Next())];
            byte[] body = [(byte)'[', .. elements.SelectMany(static element => element.Append((byte)',')).SkipLast(1), (byte)']'];
            using var read = new EventBody(Options, "test", DateTimeOffset.UnixEpoch);
            try
            {
                await ReadAsync(read, body, random);
            }
            catch (ApiProblemException problem)
            {
                problem.Status.ShouldBe(400, $"seed {seed}, array {i}");
                refused++;
            }

            foreach (var letter in read.Letters)
                body.AsSpan().IndexOf(letter.Content.Bytes.Span).ShouldBeGreaterThan(0, $"seed {seed}, array {i}");
        }

        refused.ShouldBeInRange(1, Bodies - 1, $"seed {seed}: the arrays prove little");
    }

    private static byte[] Line(HostileEvents hostile) => [.. hostile.Next().Select(static letter => letter is (byte)'\n' ? (byte)' ' : letter)];

    private static (List<FulfillmentEvent> Events, List<RawContent> Contents) Expected(byte[][] lines)
    {
        var events = new List<FulfillmentEvent>();
        var contents = new List<RawContent>();
        foreach (byte[] line in lines)
        {
            byte[] text = line.AsSpan().Trim(BodyLines.Blanks).ToArray();
            if (text.Length > 0 && EventJson.TryRead(text, out var @event, out _))
                events.Add(@event);
            else if (text.Length > 0)
                contents.Add(new RawContent(text));
        }

        return (events, contents);
    }

    private static async Task ReadAsync(EventBody read, byte[] body, Random random)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 512, useSynchronizationContext: false));
        var reading = read.ReadAsync(pipe.Reader, CancellationToken.None).AsTask();
        int most = random.Next(1, 20_000);
        for (int at = 0; at < body.Length && !reading.IsCompleted;)
        {
            int length = Math.Min(body.Length - at, random.Next(1, most + 1));
            await pipe.Writer.WriteAsync(body.AsMemory(at, length));
            at += length;
        }

        await pipe.Writer.CompleteAsync();
        await reading;
    }
}
