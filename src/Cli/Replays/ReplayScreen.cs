using Eip.Cli.Flow;
using Eip.Domain;
using Eip.Pipeline.Engine;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Eip.Simulator.Replay;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Eip.Cli.Replays;

/// <summary>Shows a replay while it runs, and lets keys steer it: a live view in a terminal, plain lines elsewhere.</summary>
/// <param name="driver">The replay.</param>
/// <param name="plan">What it does.</param>
/// <param name="pipeline">The pipeline that it fills, if that is in this process.</param>
/// <param name="progress">Takes the plain lines.</param>
/// <param name="stop">Stops the replay.</param>
internal sealed class ReplayScreen(ReplayDriver driver, ReplayPlan plan, EmbeddedPipeline? pipeline, ProgressLine progress, Action stop)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(500);
    private readonly ReplayKeys keys = new(driver, stop);
    private readonly LiveStatusFile? file = pipeline is null ? null : new LiveStatusFile(pipeline.Home);
    private PipelineStatus? status;
    private DateTimeOffset statusAt;

    /// <summary>Runs the replay and shows it until it ends.</summary>
    public async Task<ReplaySummary> ShowAsync(Func<Task<ReplaySummary>> run)
    {
        var replay = Task.Run(run);
        if (!Terminal.CanRewriteError || Console.IsInputRedirected)
        {
            while (await Task.WhenAny(replay, Task.Delay(Interval)) != replay)
            {
                await RefreshAsync();
                progress.Report(() => Line(driver.Progress));
            }

            return await replay;
        }

        await Terminal.Error.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            while (await Task.WhenAny(replay, Task.Delay(Interval)) != replay)
            {
                keys.Poll();
                await RefreshAsync();
                live.UpdateTarget(Render(driver.Progress));
            }
        });
        return await replay;
    }

    /// <summary>Where a replay stands, in one line.</summary>
    public static string Line(ReplayProgress at)
    {
        string text = $"{at.State.ToString().ToLowerInvariant()}: {at.Position:N0}";
        if (at.Total is { } total)
            text += $" of {total:N0}";
        text += $" events, event time {at.VirtualTime?.ToString() ?? "–"} of {at.Target}, {at.PerSecond:N0} events/s";
        if (at.Speed is { } speed)
            text += $", {SpeedText.Format(speed)}";
        if (at.Delay > TimeSpan.Zero)
            text += $", held {DurationText.Format(at.Delay)}";
        return at.Left is { } left ? $"{text}, {DurationText.Format(left)} left" : text;
    }

    private async ValueTask RefreshAsync()
    {
        if (pipeline is null || DateTimeOffset.UtcNow - statusAt < StatusInterval)
            return;
        status = await pipeline.GetAsync();
        statusAt = DateTimeOffset.UtcNow;
        file!.Write(status);
    }

    private Rows Render(ReplayProgress at)
    {
        var parts = new List<IRenderable> { new Text(plan.ToString(), new Style(decoration: Decoration.Bold)), new Text(Line(at)), Bar(at) };
        if (status is { } shown)
            parts.Add(StatusView.Render(shown));
        parts.Add(new Text(keys.Hint, new Style(Color.Grey)));
        return new Rows(parts);
    }

    private static BreakdownChart Bar(ReplayProgress at)
    {
        double done = at.Total is > 0 and { } total ? Math.Min(1, (double)at.Position / total) : 0;
        return new BreakdownChart().Width(Math.Min(60, Terminal.Error.Profile.Width)).HideTags().AddItem("done", done, Color.Green).AddItem("left", 1 - done, Color.Grey);
    }
}

/// <summary>The keys that steer a replay.</summary>
internal sealed class ReplayKeys(ReplayDriver driver, Action stop)
{
    private const long SeekSeconds = EventTime.SecondsPerDay;
    private const string Usual = "space pause · + - speed · ← → a day · s seek · q quit";

    /// <summary>What the keys do, for help.</summary>
    public static readonly string[] Help =
    [
        "space  pauses, and goes on", "+ -    doubles and halves the speed", "← →    a day back, a day on", "s      asks for a date to go to", "q      stops at a clean point, to be gone on with",
    ];

    private string? entry;
    private string? message;

    /// <summary>What the keys do now.</summary>
    public string Hint => entry is { } typed ? $"seek to (yyyy-MM-dd, Enter, Esc): {typed}_" : message is { } shown ? $"{Usual} · {shown}" : Usual;

    /// <summary>Takes the keys that were pressed.</summary>
    public void Poll()
    {
        while (Console.KeyAvailable)
        {
            try
            {
                message = null;
                Take(Console.ReadKey(intercept: true));
            }
            catch (ReplayRejectedException rejected)
            {
                message = rejected.Message;
            }
        }
    }

    private void Take(ConsoleKeyInfo key)
    {
        if (entry is not null)
        {
            TakeEntry(key);
            return;
        }

        var at = driver.Progress;
        switch (key)
        {
            case { Key: ConsoleKey.Spacebar } when at.State == ReplayState.Paused:
                driver.Resume();
                break;
            case { Key: ConsoleKey.Spacebar }:
                driver.Pause();
                break;
            case { KeyChar: '+' or '=' } when at.Speed is { } speed:
                driver.SetSpeed(Math.Min(speed * 2, SpeedText.Max));
                break;
            case { KeyChar: '-' } when at.Speed is { } speed:
                driver.SetSpeed(speed / 2);
                break;
            case { Key: ConsoleKey.RightArrow } when at.VirtualTime is { } now:
                driver.SeekTo(now + SeekSeconds);
                break;
            case { Key: ConsoleKey.LeftArrow } when at.VirtualTime is { } now:
                driver.SeekTo(now + -SeekSeconds);
                break;
            case { KeyChar: 's' }:
                entry = "";
                break;
            case { KeyChar: 'q' }:
                stop();
                break;
        }
    }

    private void TakeEntry(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Escape:
                entry = null;
                break;
            case ConsoleKey.Backspace when entry!.Length > 0:
                entry = entry[..^1];
                break;
            case ConsoleKey.Enter:
                string text = entry!;
                entry = null;
                if (EventTime.TryParse(text, out var time) || EventTime.TryParseParts(text, "00:00:00", out time))
                    driver.SeekTo(time);
                else
                    message = $"'{text}' is neither a date nor a time.";
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    entry += key.KeyChar;
                break;
        }
    }
}
