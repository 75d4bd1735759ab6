using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Inventory.Running;

/// <summary>
/// A probe whether a port of this machine speaks MCP, with one or two requests: <c>server/discover</c> at <c>/mcp</c>, then at the root. It begins no
/// session, sends no credential and reads no more than 64 KiB. The only place of this room that opens a connection.
/// </summary>
internal static class LoopbackProbe
{
    private const int MostBytes = 64 * 1024;
    private const string Revision = "2026-07-28";

    private const string Question =
        """{"jsonrpc":"2.0","id":"gatehouse-scan","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"gatehouse-scan","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks one port.</summary>
    /// <param name="listener">The port.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="patience">The longest time in all; two seconds by default.</param>
    public static async Task<ProbeAnswer?> AskAsync(Listener listener, CancellationToken cancellation, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience ?? Patience);
#pragma warning disable RS0030 // It reaches this machine only, whatever a name or a redirect says.
        using var handler = new SocketsHttpHandler
#pragma warning restore RS0030
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            ConnectCallback = (_, stop) => ConnectAsync(listener, stop),
        };
        using var client = new HttpMessageInvoker(handler);
        foreach (var path in (string[])["/mcp", "/"])
        {
            try
            {
                if (await AskAsync(client, listener, path, limit.Token).ConfigureAwait(false) is { } answer) return answer;
            }
            catch (Exception fault)
                when (fault is HttpRequestException or IOException or SocketException
                    || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // Most ports speak something else; that is the answer.
                return null;
            }
        }

        return null;
    }

    private static async Task<ProbeAnswer?> AskAsync(HttpMessageInvoker client, Listener listener, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new UriBuilder("http", listener.Loopback.ToString(), listener.Port, path).Uri)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Question))
            { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", Revision);
        request.Headers.Add("Mcp-Method", "server/discover");
        using var response = await client.SendAsync(request, stop).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return response.Headers.WwwAuthenticate.Any(challenge =>
                challenge.Parameter?.Contains("resource_metadata", StringComparison.Ordinal) == true) ? new ProbeAnswer(listener, false) : null;
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var bytes = new byte[MostBytes];
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        return IsMessage(bytes.AsSpan(0, count)) ? new ProbeAnswer(listener, true) : null;
    }

    private static bool IsMessage(ReadOnlySpan<byte> body)
    {
        var data = body.IndexOf("data:"u8);
        if (!body.TrimStart(" \r\n\t"u8).StartsWith("{"u8) && data >= 0)
            body = body[(data + 5)..][..Math.Max(0, body[(data + 5)..].IndexOf((byte)'\n'))];
        try
        {
            var reader = new Utf8JsonReader(body);
            using var parsed = JsonDocument.ParseValue(ref reader);
            return parsed.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("jsonrpc", out var version) && version.ValueEquals("2.0"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(Listener listener, CancellationToken stop)
    {
#pragma warning disable RS0030 // It reaches this machine only.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore RS0030
        try
        {
            // Whatever the request names: this machine, this port.
            await socket.ConnectAsync(new IPEndPoint(listener.Loopback, listener.Port), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
