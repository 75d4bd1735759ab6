using System.Net;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A client of a server that keeps an answer, or the first event of a stream, until all of it is there. It counts nothing of what it keeps.
/// </summary>
internal static class WholeAnswers
{
    private const string Data = "data: ";

    /// <summary>Sends a request and returns the message of its answer.</summary>
    public static async Task<WholeAnswer> SendAsync(Uri server, HttpMethod method, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, server) { Content = new ReadOnlyMemoryContent(body) };
        using var response = await Loopback.Client.SendAsync(request, cancellation).ConfigureAwait(false);
        var session = response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null;
        var message = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? await FirstEventAsync(response.Content, cancellation).ConfigureAwait(false)
            : await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new WholeAnswer(response.StatusCode, session, message);
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

/// <summary>An answer that is there as a whole.</summary>
/// <param name="Status">The status.</param>
/// <param name="SessionId">The session that it begins; null for none.</param>
/// <param name="Message">The message; empty for none.</param>
internal sealed record WholeAnswer(HttpStatusCode Status, string? SessionId, byte[] Message);
