using Eip.Tests.OpsApi;

namespace Eip.Api.Tests;

public sealed class QuestionsOfTheEmbeddedHost : QuestionsContract
{
    protected override Task<OpsApiHost> StartAsync() => EmbeddedApi.StartAsync(new TemporaryHome(), overSocket: false);
}
