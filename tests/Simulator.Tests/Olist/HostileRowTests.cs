using System.Text;
using Eip.Domain;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

/// <summary>Rows are written by spreadsheets, exports and hands: whatever their bytes, events come of them or the rows are set aside as they are.</summary>
public sealed class HostileRowTests
{
    private const int Rows = 100_000, RowsOfAFile = 20_000;

    private static readonly byte[][] Troubles =
    [
        .. new[] { "\"", "\"\"", ",", "\r", "\0", "\t", " ", "é", "😀", "\uFEFF", "\u2028", "9999-12-31 23:59:59", "0000-00-00 00:00:00", "2018-02-30 10:00:00", "canceled", "'" }.Select(Encoding.UTF8.GetBytes),
        [0xE3], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x1B, (byte)'[', (byte)'2', (byte)'J'],
    ];

    [Fact]
    public void Any_row_gives_events_that_can_be_written_and_read_or_is_set_aside_with_its_bytes()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        long read = 0, rejected = 0, events = 0;
        for (int done = 0; done < Rows; done += RowsOfAFile)
        {
            using var data = new DataSetFixture();
            data.Write();
            var lines = new List<byte[]> { Encoding.UTF8.GetBytes(DataSetFixture.OrdersHeader) };
            for (int i = 0; i < RowsOfAFile; i++)
                lines.Add(Row(random, done + i));
            using (var file = File.Create(data.PathOf(OlistFile.Orders)))
            {
                foreach (byte[] line in lines)
                    file.Write([.. line, (byte)'\n']);
            }

            var history = data.Read();
            var counts = history.Files.Single(static file => file.Name == OlistFile.Orders.Name);
            (read, rejected) = (read + counts.Rows, rejected + counts.Rejected);
            counts.Rejected.ShouldBe(data.Rejects.Rows.Count, $"seed {seed}");
            // A carriage return within a row ends it too.
            var pieces = lines.SelectMany(static line => Encoding.Latin1.GetString(line).Split('\r')).ToHashSet();
            foreach (var row in data.Rejects.Rows)
            {
                row.Reason.ShouldNotBeEmpty();
                pieces.Contains(Encoding.Latin1.GetString(row.Bytes ?? Encoding.UTF8.GetBytes(row.Content))).ShouldBeTrue($"seed {seed}, {row}");
            }

            foreach (var @event in history.Batches(null).SelectMany(static batch => batch.ToArray()))
            {
                events++;
                EventJson.TryRead(Encoding.UTF8.GetBytes(EventJson.ToJson(@event)), out var again, out var error).ShouldBeTrue($"seed {seed}, {@event}: {error}");
                again.ShouldBe(@event, $"seed {seed}");
            }
        }

        rejected.ShouldBeInRange(Rows / 20, Rows, $"seed {seed}: the rows prove little");
        events.ShouldBeGreaterThan(Rows / 4, $"seed {seed}: the rows prove little");
    }

    private static byte[] Row(Random random, int number)
    {
        string at = new EventTime(1_480_000_000 + random.NextInt64(80_000_000)).ToString()[..19].Replace('T', ' ');
        string row = $"o{number},c-mg,{(random.Next(9) == 0 ? "canceled" : "delivered")},{at},{(random.Next(3) == 0 ? "" : at)},,{(random.Next(3) == 0 ? "" : at)},2018-09-01 00:00:00";
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(random.Next(20) == 0 ? $"\"{row.Replace(",", "\",\"", StringComparison.Ordinal)}\"" : row));
        for (int edits = random.Next(3) == 0 ? random.Next(1, 4) : 0; edits > 0; edits--)
        {
            int place = random.Next(bytes.Count);
            if (random.Next(3) == 0)
                bytes.RemoveRange(place, random.Next(Math.Min(5, bytes.Count - place)));
            else
                bytes.InsertRange(place, Troubles[random.Next(Troubles.Length)]);
        }

        bytes.RemoveAll(static letter => letter == '\n');
        return [.. bytes];
    }
}
