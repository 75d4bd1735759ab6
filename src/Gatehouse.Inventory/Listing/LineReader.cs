using System.Text.Json;
using System.Threading.Channels;

namespace Gatehouse.Inventory.Listing;

/// <summary>Reads messages of a server line by line, within a budget of bytes; lines that are no message are dropped (row G13).</summary>
internal sealed class LineReader : IDisposable
{
    private readonly Channel<JsonElement> messages = Channel.CreateBounded<JsonElement>(64);
    private readonly CancellationTokenSource stop = new();
    private readonly HashSet<int> givenUp = [];
    private readonly Task reading;

    public LineReader(Stream stream, int mostBytes) => reading = Task.Run(() => ReadAsync(stream, mostBytes));

    /// <summary>Stops waiting for the answer to this question.</summary>
    public void GiveUp(int id) => givenUp.Add(id);

    /// <summary>Returns the answer with this id. Other messages are dropped, and the server gets no answer to its own requests (row G17).</summary>
    public async Task<JsonElement> AnswerAsync(int id, CancellationToken stop)
    {
        while (await messages.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            while (!givenUp.Contains(id) && messages.Reader.TryRead(out var message))
            {
                if (message.TryGetProperty("id", out var found) && found.ValueKind == JsonValueKind.Number
                    && found.TryGetInt32(out var number) && number == id) return message;
            }

            if (givenUp.Contains(id)) throw new InvalidOperationException("given up");
        }

        throw new InvalidOperationException("the server ended");
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task ReadAsync(Stream stream, int mostBytes)
    {
        try
        {
            var line = new List<byte>();
            var buffer = new byte[16 * 1024];
            for (var left = mostBytes; left > 0;)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), stop.Token).ConfigureAwait(false);
                if (count == 0) break;
                left -= count;
                foreach (var value in buffer.AsSpan(0, count).ToArray())
                {
                    if (value != '\n') line.Add(value);
                    else await TakeAsync(line).ConfigureAwait(false);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is gone. The end of the channel reports that to the code that waits.
        }
        finally
        {
            messages.Writer.TryComplete();
        }
    }

    private async Task TakeAsync(List<byte> line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line.ToArray(), new JsonDocumentOptions { MaxDepth = 256 });
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
                await messages.Writer.WriteAsync(parsed.RootElement.Clone(), stop.Token).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            // Junk on stdout.
        }
        finally
        {
            line.Clear();
        }
    }
}
