namespace Gatehouse.Outbound;

/// <summary>
/// The client of commands that fetch one small file at an address which their user or configuration named. A request has no field but Host, so that
/// it says nothing about the machine, the account or the build. Answers are bounded in size and time, redirects are not followed, and the SSRF
/// guard judges the address.
/// </summary>
internal sealed class PlainClient : IDisposable
{
    private readonly HttpMessageInvoker invoker;
    private readonly TimeProvider time;

    /// <summary>Creates the client with a handler of the factory.</summary>
    public PlainClient(OutboundHandlers handlers, TimeProvider time)
    {
        this.time = time;
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromSeconds(10)));
    }

    /// <summary>Fetches a file.</summary>
    /// <param name="address">The address.</param>
    /// <param name="most">The most bytes of the answer.</param>
    /// <param name="patience">The time for the whole request, to the last byte of the answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The status and the body of the answer.</returns>
    /// <exception cref="HttpRequestException">No connection, an address that the guard refuses, or the answer is no HTTP.</exception>
    /// <exception cref="UnreadableAnswerException">The answer is too long, or ended early.</exception>
    /// <exception cref="OperationCanceledException">The answer took too long, or the cancellation was asked for.</exception>
    public async Task<(int Status, byte[] Body)> GetAsync(Uri address, int most, TimeSpan patience, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var response = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var body = await BoundedRead.ToEndAsync(stream, most, either.Token).ConfigureAwait(false)
                    ?? throw new UnreadableAnswerException($"the answer is larger than {most} bytes");
                return ((int)response.StatusCode, body);
            }
        }
        catch (IOException early) when (early is not UnreadableAnswerException)
        {
            throw new UnreadableAnswerException("the answer ended early", early);
        }
    }

    /// <inheritdoc />
    public void Dispose() => invoker.Dispose();
}
