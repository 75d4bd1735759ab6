using System.Net.Http.Headers;

namespace Gatehouse.Outbound;

/// <summary>
/// The client that sends checkpoints to witnesses and outside places. Its answers are bounded in size and time, it follows no redirects, and the
/// SSRF guard judges the address.
/// </summary>
internal sealed class CheckpointClient : IDisposable
{
    /// <summary>The most bytes of an answer: 16 signatures, also post-quantum ones.</summary>
    public const int MostAnswerBytes = 128 << 10;

    /// <summary>The time for one request, from its beginning to the end of its answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker invoker;
    private readonly TimeProvider time;

    /// <summary>Creates the client with a handler of the factory. Its addresses are named in the configuration.</summary>
    public CheckpointClient(OutboundHandlers handlers, TimeProvider time)
    {
        this.time = time;
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromSeconds(10)));
    }

    /// <summary>Sends a text.</summary>
    /// <returns>The status and the body of the answer.</returns>
    /// <exception cref="HttpRequestException">No connection, or the answer is no HTTP.</exception>
    /// <exception cref="UnreadableAnswerException">The answer is too long, or ended early.</exception>
    /// <exception cref="OperationCanceledException">The answer took too long, or the cancellation was asked for.</exception>
    public async Task<(int Status, byte[] Body)> PostAsync(Uri address, ReadOnlyMemory<byte> text, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(text) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var response = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
        return ((int)response.StatusCode, await ReadAsync(response, either.Token).ConfigureAwait(false));
    }

    public void Dispose() => invoker.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await BoundedRead.ToEndAsync(stream, MostAnswerBytes, cancellation).ConfigureAwait(false)
                    ?? throw new UnreadableAnswerException($"the answer is larger than {MostAnswerBytes} bytes");
            }
        }
        catch (IOException early) when (early is not UnreadableAnswerException)
        {
            throw new UnreadableAnswerException("the answer ended early", early);
        }
    }
}
