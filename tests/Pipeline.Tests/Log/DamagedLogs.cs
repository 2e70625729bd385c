using Eip.Domain;
using Eip.Pipeline.Log;
using static Eip.Pipeline.Tests.Log.LogFixture;

namespace Eip.Pipeline.Tests.Log;

/// <summary>A small log of several partitions and segments, and what can happen to its files.</summary>
internal sealed class DamagedLogs : IDisposable
{
    public const int Count = 130;
    private static readonly EventLogOptions Options = new() { Partitions = 2, SegmentBytes = 4096 };
    private readonly LogFixture fixture = new(), other = new();
    private readonly Dictionary<string, byte[]> whole, elsewhere;
    private readonly string[] names;
    private readonly HashSet<string> touched = [];

    public DamagedLogs()
    {
        whole = Fill(fixture.Directory, 0);
        elsewhere = Fill(other.Directory, 1000);
        names = [.. whole.Keys.Order(StringComparer.Ordinal)];
        using var log = EventLog.OpenForReading(fixture.Directory);
        Expected = [.. Enumerable.Range(0, 2).Select(partition => ReadAll(log, partition).ToArray())];
    }

    public string Directory => fixture.Directory;

    /// <summary>The events of each partition of the undamaged log.</summary>
    public FulfillmentEvent[][] Expected { get; }

    /// <summary>Does one to three things to files of the log, and tells what.</summary>
    public string Damage(Random random)
    {
        var done = new List<string>();
        for (int i = random.Next(10) < 8 ? 1 : random.Next(2, 4); i > 0; i--)
            done.Add(DamageOne(random, names[random.Next(names.Length)], names[random.Next(names.Length)]));
        return string.Join(", ", done);
    }

    /// <summary>The events whose records are whole somewhere in the files as they are now, found without any of the log's own code for reading.</summary>
    public List<FulfillmentEvent> Whole()
    {
        byte[][] files = [.. System.IO.Directory.EnumerateFiles(Directory, "*.log", SearchOption.AllDirectories).Select(File.ReadAllBytes)];
        byte[] record = new byte[RecordFormat.MaxLength];
        return [.. Expected.SelectMany(static events => events).Where(@event =>
        {
            int length = RecordFormat.Write(record, @event);
            return files.Any(file => file.AsSpan().IndexOf(record.AsSpan(0, length)) >= 0);
        })];
    }

    /// <summary>Puts every file back.</summary>
    public void Restore(bool all)
    {
        if (all)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
            touched.UnionWith(whole.Keys);
        }

        foreach (string name in touched)
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            File.WriteAllBytes(PathOf(name), whole[name]);
        }

        touched.Clear();
    }

    public void Dispose()
    {
        fixture.Dispose();
        other.Dispose();
    }

    private string DamageOne(Random random, string name, string second)
    {
        touched.Add(name);
        string path = PathOf(name);
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        int at = random.Next(bytes.Length + 1), to = random.Next(at, Math.Min(bytes.Length, at + 200) + 1);
        switch (random.Next(12))
        {
            case 0:
                Put(path, bytes[..at]);
                return $"{name} cut at {at}";
            case 1:
                Put(path, []);
                return $"{name} emptied";
            case 2:
                if (File.Exists(path))
                    File.Delete(path);
                return $"{name} removed";
            case 3:
                touched.Add(second);
                byte[] seconds = File.Exists(PathOf(second)) ? File.ReadAllBytes(PathOf(second)) : [];
                Put(PathOf(second), bytes);
                Put(path, seconds);
                return $"{name} and {second} exchanged";
            case 4:
                Put(path, elsewhere.GetValueOrDefault(name, []));
                return $"{name} replaced by another log's";
            case 5:
                Put(path, [.. bytes[..at], .. bytes[to..]]);
                return $"{name} without bytes {at} to {to}";
            case 6:
                Put(path, [.. bytes[..at], .. new byte[random.Next(1, 90)], .. bytes[at..]]);
                return $"{name} with zeros put in at {at}";
            case 7:
                bytes.AsSpan(at, to - at).Clear();
                Put(path, bytes);
                return $"{name} with bytes {at} to {to} cleared";
            case 8 when name.Contains('/', StringComparison.Ordinal):
                string folder = Path.GetDirectoryName(name)!;
                if (System.IO.Directory.Exists(PathOf(folder)))
                    System.IO.Directory.Delete(PathOf(folder), recursive: true);
                touched.UnionWith(whole.Keys.Where(key => key.StartsWith(folder, StringComparison.Ordinal)));
                return $"{folder} removed";
            default:
                if (bytes.Length == 0)
                    return $"{name} left empty";
                at = Math.Min(at, bytes.Length - 1);
                bytes[at] ^= (byte)random.Next(1, 256);
                Put(path, bytes);
                return $"{name} changed at {at}";
        }
    }

    private static void Put(string path, byte[] bytes)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private string PathOf(string name) => Path.Combine(Directory, name);

    private static Dictionary<string, byte[]> Fill(string directory, int first)
    {
        using (var log = EventLog.Open(directory, Options))
            log.Append(Events(first, Count));
        return System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(static path => Path.GetFileName(path) is not "writer.lock")
            .ToDictionary(path => Path.GetRelativePath(directory, path), File.ReadAllBytes);
    }
}
