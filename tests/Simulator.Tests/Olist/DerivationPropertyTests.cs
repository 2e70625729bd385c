using System.Globalization;
using Eip.Domain;
using Eip.Simulator.Olist;
using Eip.Simulator.Synthetic;

namespace Eip.Simulator.Tests.Olist;

public sealed class DerivationPropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_generated_data_set_gives_what_the_rules_say_in_the_order_they_say(ulong seed)
    {
        string folder = Directory.CreateTempSubdirectory("eip-property-").FullName;
        try
        {
            SyntheticDataSet.Generate(folder, 5_000, seed);
            var events = OlistReader.Read(folder, new RejectList()).Batches().SelectMany(static batch => batch.ToArray()).ToList();
            events.SequenceEqual(NaiveDerivation.Of(folder)).ShouldBeTrue($"seed {seed}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void So_does_any_data_set_however_its_times_coincide()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            using var data = Random(new Random(seed)).Write();
            var history = data.Read();
            FulfillmentEvent[] events = [.. history.Batches().SelectMany(static batch => batch.ToArray())];
            events.SequenceEqual(NaiveDerivation.Of(data.Folder)).ShouldBeTrue($"seed {seed}");
            data.Rejects.Rows.ShouldBeEmpty($"seed {seed}");

            var until = events[new Random(seed).Next(events.Length)].EventAt;
            history.Batches(until).SelectMany(static batch => batch.ToArray()).ShouldBe(events.Where(e => e.EventAt <= until), $"seed {seed} until {until}");
            var range = new FulfillmentEvent[events.Length / 2];
            history.CopyTo(events.Length / 4, range);
            range.ShouldBe(events.Skip(events.Length / 4).Take(range.Length), $"seed {seed}");
        }
    }

    // Few moments and ids of every form, so that ties of every kind come about.
    private static DataSetFixture Random(Random random)
    {
        var data = new DataSetFixture();
        int orders = random.Next(1, 60);
        for (int i = 0; i < orders; i++)
        {
            string id = random.Next(3) switch { 0 => $"{i:x32}", 1 => $"{i}-ñ", _ => $"{(ulong)random.NextInt64():x16}{i:x16}" };
            string status = random.Next(5) switch { 0 => "canceled", 1 => "unavailable", 2 => "", _ => "delivered" };
            data.Order(id, Moment(), Maybe(), Maybe(), Maybe(), Maybe(), status, random.Next(4) switch { 0 => "c-mg", 1 => "c-ba", 2 => "nobody", _ => "" });
            foreach (int number in Enumerable.Range(-1, random.Next(4)).OrderBy(_ => random.Next()))
                data.Item(id, number.ToString(CultureInfo.InvariantCulture), random.Next(3) switch { 0 => "s-sp", 1 => "s-rj", _ => "nobody" });
        }

        return data;

        string Moment() => new DateTime(2018, 2, 27).AddHours(12 * random.Next(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string Maybe() => random.Next(3) == 0 ? "" : Moment();
    }
}
