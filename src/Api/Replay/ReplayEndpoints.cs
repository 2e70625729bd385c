using Eip.Api.Http;
using Eip.Api.Json;
using Eip.Api.Queries;
using Eip.Pipeline.Ports;
using Eip.Pipeline.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Replay;

/// <summary>Starts and steers a replay.</summary>
internal static class ReplayEndpoints
{
    private const string Path = ApiPaths.Root + "/replay";
    private const string Json = "application/json";
    private static readonly int[] Conflict = [StatusCodes.Status409Conflict];
    private static readonly int[] BodyProblems = [StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType];

    private static readonly ApiEndpoint Get = new("replay", "Operations", Path, "The replay that runs, or the last one that did.");

    private static readonly ApiEndpoint Start = new("replay-start", "Operations", Path, "Starts a replay of the host's data set, in any mode.") { Accepts = [Json], Body = typeof(ReplayStart), Problems = BodyProblems };

    private static readonly ApiEndpoint Change = new("replay-change", "Operations", Path, "Pauses, resumes, re-times or moves the replay that runs; answers when it is done.") { Accepts = [Json], Body = typeof(ReplayPatch), Problems = BodyProblems };

    private static readonly ApiEndpoint Stop = new("replay-stop", "Operations", Path, "Stops the replay that runs at a clean point.") { Problems = Conflict };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var type = ApiJsonContext.Default.ReplayDocument;
        routes.MapAnswer(Get, type, static async request =>
            await DocumentAsync(request, request.Ports.Replay is { } control ? await control.GetAsync(request.Cancellation) : null));
        routes.MapCommand(HttpMethods.Post, Start, type, static request => SteerAsync(request, StartAsync));
        routes.MapCommand(HttpMethods.Patch, Change, type, static request => SteerAsync(request, ChangeAsync));
        routes.MapCommand(HttpMethods.Delete, Stop, type, static request => SteerAsync(request, static async (control, asked) =>
            await control.StopAsync(asked.Cancellation) ?? throw ApiProblemException.Conflict(null, "No replay runs.")));
    }

    private static async ValueTask<ReplayDocument> DocumentAsync(ApiRequest request, ReplayStatus? status) => new()
    {
        Replay = status is null ? null : new ReplayItem(status),
        Missing = await MissingItem.OfAsync(request.Ports.Replay, request.Cancellation),
    };

    private static async ValueTask<ReplayDocument> SteerAsync(ApiRequest request, Func<IReplayControl, ApiRequest, ValueTask<ReplayStatus>> steer)
    {
        var control = request.Ports.Replay ?? throw ApiProblemException.Conflict(null, "This host has no data set to replay.");
        try
        {
            return await DocumentAsync(request, await steer(control, request));
        }
        catch (ReplayRejectedException rejected)
        {
            throw rejected.Field is { } field ? ApiProblemException.BadBody(field, rejected.Message) : ApiProblemException.Conflict(null, rejected.Message);
        }
    }

    private static async ValueTask<ReplayStatus> StartAsync(IReplayControl control, ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request, ApiJsonContext.Default.ReplayStart);
        var mode = body.Mode switch
        {
            "backfill" => ReplayMode.Backfill,
            "replay" => ReplayMode.Replay,
            "window" => ReplayMode.Window,
            _ => throw ApiProblemException.BadBody("mode", $"'{QueryReader.Shown(body.Mode)}' is none of backfill, replay, window."),
        };
        var maxGap = TimeSpan.Zero;
        if (body.MaxGap is { } gap && !DurationText.TryParse(gap, out maxGap))
            throw ApiProblemException.BadBody("maxGap", $"'{QueryReader.Shown(gap)}' is not {DurationText.Forms}.");

        if (body is { From: { } from, To: { } to } && to < from)
            throw ApiProblemException.BadBody("to", "to lies before from.");
        if (body.MaxRate is <= 0)
            throw ApiProblemException.BadBody("maxRate", "maxRate is a whole number above 0.");
        return await control.StartAsync(
            new ReplayRequest { Mode = mode, From = body.From, To = body.To, Speed = Speed(body.Speed) ?? 1, MaxGap = body.MaxGap is null ? null : maxGap, MaxRate = body.MaxRate },
            request.Cancellation);
    }

    private static async ValueTask<ReplayStatus> ChangeAsync(IReplayControl control, ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request, ApiJsonContext.Default.ReplayPatch);
        if (body is { Paused: null, Speed: null, SeekTo: null })
            throw ApiProblemException.BadBody(null, "There is nothing to change: paused, speed or seekTo is needed.");
        return await control.ChangeAsync(new ReplayChange(body.Paused, Speed(body.Speed), body.SeekTo), request.Cancellation);
    }

    private static double? Speed(double? speed) => speed is null or (> 0 and < double.PositiveInfinity)
        ? speed
        : throw ApiProblemException.BadBody("speed", "speed is a number above 0, or a text such as 3600x, 1d/s or 30m/s: virtual seconds in a real second.");
}
