using System.Net;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A client of a server that buffers an answer, or the first event of a stream, until it is complete. It does not count what it buffers.
/// </summary>
internal static class BufferingClient
{
    private const string Data = "data: ";

    /// <summary>Sends a request and returns the message of its answer.</summary>
    public static async Task<BufferedAnswer> SendAsync(Uri server, HttpMethod method, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, server) { Content = new ReadOnlyMemoryContent(body) };
        using var response = await Loopback.Client.SendAsync(request, cancellation).ConfigureAwait(false);
        var session = response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null;
        var message = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? await FirstEventAsync(response.Content, cancellation).ConfigureAwait(false)
            : await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new BufferedAnswer(response.StatusCode, session, message);
    }

    private static async Task<byte[]> FirstEventAsync(HttpContent content, CancellationToken cancellation)
    {
        using var reader = new StreamReader(await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { Length: > 0 } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal)) message.Append(line.AsSpan(Data.Length));
        }

        return Encoding.UTF8.GetBytes(message.ToString());
    }
}

/// <summary>A complete answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="SessionId">The session that it begins; null for none.</param>
/// <param name="Message">The message; empty for none.</param>
internal sealed record BufferedAnswer(HttpStatusCode Status, string? SessionId, byte[] Message);
