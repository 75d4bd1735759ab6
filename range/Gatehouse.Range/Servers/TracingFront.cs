using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A program in front of a server, which writes the argument <c>trace</c> of a call into a header of the answer, so that calls can be found again in
/// logs. It does not look for line breaks in it.
/// </summary>
internal sealed class TracingFront : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;

    private TracingFront(Uri server)
    {
        this.server = server;
        listener.Start();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mcp");

    public static TracingFront Start(RangeFixture fixture, Uri server)
    {
        var front = fixture.Own(new TracingFront(server));
        _ = front.AcceptAsync();
        return front;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptSocketAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The exercise is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var connection = new NaiveHttpStream(new NetworkStream(socket, ownsSocket: true));
            while (await connection.ReadAsync().ConfigureAwait(false) is { } request) await AnswerAsync(connection, request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client closed the connection.
        }
    }

    private async Task AnswerAsync(NaiveHttpStream connection, NaiveHttpMessage asked)
    {
        var verb = asked.FirstLine.Split(' ')[0];
        using var request = new HttpRequestMessage(new HttpMethod(verb), server) { Content = new ByteArrayContent(asked.Body) };
        using var response = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        var session = response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? $"\r\nMcp-Session-Id: {ids.First()}" : "";
        var trace = TraceOf(asked.Body) is { } text ? $"\r\nX-Trace: {text}" : "";
        await connection.WriteAsync(
            $"HTTP/1.1 {(int)response.StatusCode} Answer{session}{trace}", await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private static string? TraceOf(byte[] body)
    {
        if (body.Length == 0) return null;
        using var message = JsonDocument.Parse(body);
        return message.RootElement.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("arguments", out var arguments)
            && arguments.TryGetProperty("trace", out var trace) ? trace.GetString() : null;
    }
}
