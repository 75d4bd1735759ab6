using System.Globalization;
using System.Text;

namespace Gatehouse.Range.Servers;

/// <summary>
/// HTTP/1.1 messages of a connection as a small program reads them: a head, and as many bytes of a body as its length says. What follows is the
/// next message.
/// </summary>
internal sealed class NaiveHttpStream(Stream stream) : IAsyncDisposable
{
    private readonly List<byte> received = [];

    /// <summary>Reads a message; null at the end of the connection.</summary>
    public async Task<NaiveHttpMessage?> ReadAsync()
    {
        int end;
        while ((end = IndexOfBody()) < 0)
        {
            if (!await ReceiveAsync().ConfigureAwait(false)) return null;
        }

        var lines = Encoding.Latin1.GetString([.. received[..end]]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var parts = line.Split(':', 2);
            headers[parts[0]] = parts.Length > 1 ? parts[1].Trim() : "";
        }

        var length = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        while (received.Count < end + length)
        {
            if (!await ReceiveAsync().ConfigureAwait(false)) return null;
        }

        byte[] body = [.. received[end..(end + length)]];
        received.RemoveRange(0, end + length);
        return new NaiveHttpMessage(lines[0], headers, body);
    }

    /// <summary>Writes a message.</summary>
    /// <param name="firstLine">The first line, and lines of headers behind it, each but the last with its end.</param>
    /// <param name="body">The body.</param>
    public async Task WriteAsync(string firstLine, byte[] body)
    {
        var head = Encoding.Latin1.GetBytes($"{firstLine}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        await stream.WriteAsync((byte[])[.. head, .. body]).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private int IndexOfBody()
    {
        var at = received.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : at + 4;
    }

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[8192];
        var count = await stream.ReadAsync(buffer).ConfigureAwait(false);
        received.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}

/// <summary>A message of HTTP/1.1.</summary>
/// <param name="FirstLine">The request line, or the status line.</param>
/// <param name="Headers">The headers; of several with one name, the last.</param>
/// <param name="Body">The body.</param>
internal sealed record NaiveHttpMessage(string FirstLine, IReadOnlyDictionary<string, string> Headers, byte[] Body);
