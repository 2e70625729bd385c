using System.Net;
using System.Net.Sockets;
using Eip.Grains.Tests.Support;
using Eip.Testing;

namespace Eip.Grains.Tests;

/// <summary>What a silo says when it is told to start and cannot.</summary>
public sealed class SiloStartTests
{
    [Theory]
    [InlineData("--Eip:Silo:Port")]
    [InlineData("--urls")]
    public async Task A_taken_port_is_told_in_one_line(string setting)
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;
        string[] settings =
        [
            "--Eip:Silo:Port", $"{SiloCluster.FreePort()}", "--Eip:Silo:GatewayPort", $"{SiloCluster.FreePort()}", "--urls", $"http://127.0.0.1:{SiloCluster.FreePort()}",
            "--EIP_KAFKA", "", "--EIP_POSTGRES", "", "--EIP_ELASTICSEARCH", "", "--EIP_REDIS", "",
            setting, setting == "--urls" ? $"http://127.0.0.1:{port}" : $"{port}",
        ];

        using var silo = SiloProcess.Start(settings);

        (await silo.WaitForExitAsync()).ShouldBe(2, silo.Output);
        silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe([$"error: Port {port} ({setting.TrimStart('-')}) is taken by another process; choose another."]);
    }

    [Fact]
    public async Task Help_is_shown_and_nothing_is_started()
    {
        using var silo = SiloProcess.Start(["--help"]);

        (await silo.WaitForExitAsync()).ShouldBe(0);
        silo.Output.ShouldContain("--Eip:Silo:Port N");
    }
}
