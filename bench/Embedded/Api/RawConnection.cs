using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Eip.Bench.Api;

/// <summary>
/// One HTTP/1.1 connection that costs as little as can be: server and load share the processors, and what the load takes the server lacks. It writes
/// requests that are bytes already, and reads answers into one buffer.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];

    /// <summary>Connects.</summary>
    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>The bytes of a GET.</summary>
    public static byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>The bytes of a POST of events.</summary>
    public static byte[] Post(byte[] body, string? encoding = null)
    {
        string packed = encoding is null ? "" : $"Content-Encoding: {encoding}\r\n";
        byte[] head = Encoding.ASCII.GetBytes(
            $"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n{packed}Content-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }

    /// <summary>Sends a request and reads its answer; fails unless that is 200.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty)
            request = request[await socket.SendAsync(request)..];
        int length = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            length += read;
            int head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            int total = head + 4 + ContentLength(buffer.AsSpan(0, head));
            if (total > buffer.Length)
                Array.Resize(ref buffer, total);
            while (length < total)
                length += await socket.ReceiveAsync(buffer.AsMemory(length));
            if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException(Encoding.UTF8.GetString(buffer.AsSpan(0, total)));
            return buffer.AsMemory(head + 4, total - head - 4);
        }
    }

    public void Dispose() => socket.Dispose();

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        int at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : throw new InvalidDataException("An answer has no Content-Length.");
    }
}
